import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { GREETING, WELCOME } from '../../../src/main/node/demo-replies.ts'
import { DEMO_NAME } from '../../../src/main/node/demo-peer.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'

const toClose: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

const services = { demo: true }

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'latch-test-'))
  toClose.push(() => rm(path, { recursive: true, force: true }))
  return path
}

async function house(dataFolder: string): Promise<OpenHousehold> {
  const opened = await openHousehold({ name: 'Bea', dataFolder, services })
  toClose.push(() => opened.close())
  return opened
}

const knockAt = (bea: OpenHousehold) => eventually('the demonstration knocks', () => bea.door.pending()[0])

test('it knocks by itself, labelled as what it is, and says so', async () => {
  const bea = await house(await folder())
  const knock = await knockAt(bea)
  expect(knock).toMatchObject({ claimedName: DEMO_NAME, greeting: GREETING, capability: 'contact', route: 'local' })
  expect(bea.contacts.get(knock.account)).toMatchObject({ demo: true, petname: null })
  expect(bea.peers.list()).toEqual([expect.objectContaining({ demo: true, foundBy: expect.arrayContaining(['demo']) })])
})

test('let in, it welcomes, answers what is written, and never more than once', async () => {
  const bea = await house(await folder())
  const knock = await knockAt(bea)
  bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
  const { id } = bea.chat.open(knock.account)
  const messages = () => bea.chat.messages(id, {}, 100).messages
  await eventually('it welcomes', () => messages().some(({ text }) => text === WELCOME))
  await bea.chat.send(id, { text: 'Are you a person?' })
  const answer = await eventually('it answers', () => messages().find(({ mine, text }) => !mine && text !== WELCOME))
  expect(answer.text).toMatch(/^I am the demonstration peer/)
  await bea.chat.send(id, { text: 'help' })
  await eventually('it answers again', () => messages().length === 5)
  expect(messages().filter(({ mine }) => !mine)).toHaveLength(3)
  const mine = () => messages().filter((message) => message.mine)
  await eventually('it read what was written', () => mine().every(({ state }) => state === 'read'))
})

test('once it was answered it never knocks again, and remembers the conversation', async () => {
  const dataFolder = await folder()
  const first = await openHousehold({ name: 'Bea', dataFolder, services })
  const knock = await knockAt(first)
  first.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
  const { id } = first.chat.open(knock.account)
  await eventually('it welcomes', () => first.chat.messages(id, {}, 10).messages.length === 1)
  await first.close()

  const again = await house(dataFolder)
  await eventually('it is connected', () => again.peers.list().some(({ demo, state }) => demo && state === 'connected'))
  await again.chat.send(id, { text: 'hello again' })
  await eventually('it answers', () => again.chat.messages(id, {}, 10).messages.length === 3)
  expect(again.door.pending()).toEqual([])
  expect(again.contacts.list()).toHaveLength(1)
})

test('it lets whoever knocks in', async () => {
  const bea = await house(await folder())
  const knock = await knockAt(bea)
  bea.door.answer(knock.id, { verdict: 'deny', until: 'once' })
  await bea.door.knock({ peerId: knock.peerId }, 'contact', 'I changed my mind')
  await eventually('the door is open', () => bea.door.sent()[0]?.state === 'allowed')
})

test('it goes when the setting is switched off, and comes back when it is switched on', async () => {
  const bea = await house(await folder())
  const isHere = () => bea.peers.list().some(({ demo, state }) => demo && state === 'connected')
  await eventually('it is here', isHere)
  bea.settings.set({ demo: false })
  await eventually('it is gone', () => !isHere())
  bea.settings.set({ demo: true })
  await eventually('it is back', isHere)
  expect(bea.peers.list()).toHaveLength(1)
})
