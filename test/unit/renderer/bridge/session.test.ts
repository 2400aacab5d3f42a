import { beforeEach, expect, test } from 'vitest'
import { LinkRefused } from '../../../../src/renderer/bridge/link.ts'
import { Session } from '../../../../src/renderer/bridge/session.ts'

/** What the node was asked, and the status it answers with from then on. */
let asked: string[]
let status: number

const fetch = (async (path: string, { method, headers }: RequestInit) => {
  asked.push(`${method} ${path} ${new Headers(headers).get('authorization')}`)
  return Response.json({ token: 'session-1' }, { status })
}) as typeof window.fetch

const open = (): Session => new Session({ location: window.location, history, sessionStorage, fetch })

beforeEach(() => {
  asked = []
  status = 200
  sessionStorage.clear()
  history.replaceState(null, '', '/')
})

test('the token leaves the address bar and is changed for a session at once', async () => {
  history.replaceState(null, '', '/#token=printed-1')
  const session = open()
  expect(session.take()).toBe('taken')
  expect(location.hash).toBe('')
  expect(await session.token()).toBe('session-1')
  expect(asked).toEqual(['POST /session Bearer printed-1'])
})

test('a reload goes on with the session and asks for nothing', async () => {
  history.replaceState(null, '', '/#token=printed-1')
  const session = open()
  session.take()
  await session.token()
  const reloaded = open()
  expect(reloaded.take()).toBe('none')
  expect(await reloaded.token()).toBe('session-1')
  expect(asked).toHaveLength(1)
})

test('a spent address does not shut out a tab that is let in already', async () => {
  sessionStorage.setItem('latch.session', 'session-0')
  history.replaceState(null, '', '/#token=spent')
  status = 401
  const session = open()
  session.take()
  expect(await session.token()).toBe('session-0')
})

test('a tab without a token, or with a spent one, is refused', async () => {
  const session = open()
  await expect(session.token()).rejects.toThrow(LinkRefused)
  history.replaceState(null, '', '/#token=spent')
  status = 401
  session.take()
  await expect(session.token()).rejects.toThrow(LinkRefused)
})

test('an address pasted over a place leaves the place', () => {
  history.replaceState(null, '', '/#token=printed-2')
  open().take('#/chats/bea')
  expect(location.hash).toBe('#/chats/bea')
})

test('a session that the node does not know is forgotten', async () => {
  sessionStorage.setItem('latch.session', 'session-0')
  status = 401
  expect(await open().isKnown('session-0')).toBe(false)
  await expect(open().token()).rejects.toThrow(LinkRefused)
})

test('a node that answers anything else does not take the session away', async () => {
  sessionStorage.setItem('latch.session', 'session-0')
  status = 503
  expect(await open().isKnown('session-0')).toBe(true)
  expect(await open().token()).toBe('session-0')
})
