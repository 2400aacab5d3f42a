import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Message } from '../../../../src/shared/model/chat.ts'
import { accountOf, conversationOf } from '../../../gallery/ids.ts'
import { conversation, me, messages, peer, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const said = messages('Bea', [
  ['them', 60_000, 'Bring the **ladder**.'],
  ['me', 30_000, 'Will do.', 'delivered'],
])
const [theirs, mine] = said as [Message, Message]
const scene: Partial<Scene> = {
  people: [person('Bea', { claimedName: 'Bea Lindqvist' }), person('Tomasz')],
  peers: [peer('Bea')],
  conversations: [conversation('Bea', said), conversation('Tomasz', messages('Tomasz', [['them', 90_000, 'Hello']]))],
  messages: said,
}

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function open(changes: Partial<Scene> = {}, path = paths.chatWith(accountOf('Bea'))): Promise<House> {
  house = openHouse({ ...scene, ...changes })
  showWindow(house, path)
  await screen.findByRole('log')
  return house
}

const field = (): Promise<HTMLTextAreaElement> => screen.findByRole<HTMLTextAreaElement>('textbox', { name: /^Message to/ })
const article = async (name: string): Promise<HTMLElement> => (await screen.findAllByRole('article', { name: `Message from ${name}` })).at(-1) ?? expect.fail()
const heldNow = ({ world }: House, { id }: Message): Message => world.scene.messages.find((message) => message.id === id) ?? expect.fail()
const saying = (text: string, changes: Partial<Message> = {}): Partial<Scene> => {
  const message = { ...theirs, text, ...changes }
  return { messages: [message], conversations: [conversation('Bea', [message])] }
}

test('R on a message answers it: the next one carries it, once', async () => {
  const { world } = await open()
  fireEvent.keyDown(await article('Bea'), { key: 'r' })
  expect(await screen.findByText('Reply to Bea')).toBeTruthy()
  const text = await field()
  fireEvent.change(text, { target: { value: 'I have it' } })
  fireEvent.keyDown(text, { key: 'Enter' })
  await waitFor(() => expect(world.scene.messages.at(-1)?.reply?.id).toBe(theirs.id))
  await waitFor(() => expect(screen.queryByText('Reply to Bea')).toBeNull())
  expect(await within(await screen.findByRole('log')).findByText('I have it')).toBeTruthy()
})

test('the arrow up in an empty field edits what was said last, and the draft stays beside it', async () => {
  const opened = await open()
  const text = await field()
  fireEvent.keyDown(text, { key: 'ArrowUp' })
  await waitFor(() => expect(text.value).toBe('Will do.'))
  fireEvent.change(text, { target: { value: 'Will do it.' } })
  fireEvent.keyDown(text, { key: 'Escape' })
  expect(text.value).toBe('Will do it.')
  fireEvent.keyDown(text, { key: 'Enter' })
  await waitFor(() => expect(heldNow(opened, mine)).toMatchObject({ text: 'Will do it.' }))
  await waitFor(() => expect(text.value).toBe(''))
  expect(await screen.findByText('edited')).toBeTruthy()
})

test('deleting asks once, for whom', async () => {
  const opened = await open()
  fireEvent.keyDown(await article('You'), { key: 'Delete' })
  fireEvent.click(await screen.findByRole('button', { name: 'Take back for everybody' }))
  await waitFor(() => expect(heldNow(opened, mine).kind).toBe('deleted'))
  expect(await screen.findByText('This message was taken back.')).toBeTruthy()
})

test('what somebody else said is deleted for oneself alone', async () => {
  await open()
  fireEvent.keyDown(await article('Bea'), { key: 'Delete' })
  expect(await screen.findByRole('button', { name: 'Delete for me' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Take back for everybody' })).toBeNull()
})

test('a reaction is given with one of the few used most, and taken back by choosing it again', async () => {
  const opened = await open()
  fireEvent.keyDown(await article('Bea'), { key: 'e' })
  fireEvent.click(await screen.findByRole('button', { name: 'React with 👍' }))
  await waitFor(() => expect(heldNow(opened, theirs).reactions).toEqual([{ emoji: '👍', by: [me.account] }]))
  fireEvent.click(await screen.findByRole('button', { name: /👍.*by You/ }))
  await waitFor(() => expect(heldNow(opened, theirs).reactions).toEqual([]))
})

test('Markdown is shown as it is meant', async () => {
  await open()
  const log = await screen.findByRole('log')
  expect((await within(log).findByText('ladder')).tagName).toBe('STRONG')
})

test('nothing of a hostile text becomes a part of the page', async () => {
  const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>\n\n![pixel](https://evil.example/p.png) [go](javascript:alert(3)) [in](/chats) <a href="https://evil.example">a</a> [data](data:text/html,x)'
  await open(saying(hostile))
  const log = await screen.findByRole('log')
  expect(await within(log).findByText(/<script>/)).toBeTruthy()
  const shown = [...log.querySelectorAll('article *')]
  expect(shown.filter(({ tagName }) => ['IMG', 'SCRIPT', 'IFRAME', 'A'].includes(tagName))).toEqual([])
  expect(shown.flatMap((element) => [...element.attributes].filter(({ name }) => name.startsWith('on') || name === 'src' || name === 'href'))).toEqual([])
})

test('a text of marks alone is shown as it stands, and the window goes on', async () => {
  await open(saying('>'.repeat(3_000)))
  expect(await within(await screen.findByRole('log')).findByText('>'.repeat(3_000))).toBeTruthy()
})

test('links of a stranger lead nowhere', async () => {
  await open({ ...saying('see https://example.org and peer://harbour.peer/'), people: [person('Bea', { petname: null })] })
  const log = await screen.findByRole('log')
  expect(await within(log).findByText('https://example.org')).toBeTruthy()
  expect(log.querySelectorAll('a, [role="button"][aria-haspopup="dialog"]')).toHaveLength(0)
})

test('a link says where it goes, whatever its words are', async () => {
  await open(saying('[https://good.example](https://evil.example/x)'))
  fireEvent.click(await within(await screen.findByRole('log')).findByText('https://good.example'))
  expect(await screen.findByText('evil.example')).toBeTruthy()
})

test('what was typed is kept by the node once one stops, and offered again in another window', async () => {
  const { world } = await open()
  fireEvent.change(await field(), { target: { value: 'half a thou' } })
  const kept = (): string | undefined => world.scene.conversations.find(({ with: account }) => account === accountOf('Bea'))?.choices.draft
  await waitFor(() => expect(kept()).toBe('half a thou'), { timeout: 3_000 })
  const conversations = [...world.scene.conversations]
  house?.close()
  forgetEverything()
  await open({ conversations })
  expect((await field()).value).toBe('half a thou')
})

test('who writes is said below, until they have said it', async () => {
  const { world } = await open()
  act(() => world.chat.tell({ event: 'typing', conversation: conversationOf('Bea'), account: accountOf('Bea'), untilMs: Date.now() + 60_000 }))
  expect((await screen.findAllByText('Bea is writing…')).length).toBeGreaterThan(0)
  const [next] = messages('Bea', [['them', 0, 'Here.']])
  if (next === undefined) throw new Error('there is no message')
  act(() => void world.putMessage({ ...next, id: messages('Bea', [['me', 0, ''], ['me', 0, ''], ['me', 0, '']])[2]?.id ?? next.id, position: 3 }))
  await waitFor(() => expect(screen.queryByText('Bea is writing…')).toBeNull())
})

test('a message far up is gone to by its address, with those around it', async () => {
  const long = messages('Bea', Array.from({ length: 400 }, (_, index) => ['them', (400 - index) * 60_000, `Message ${index + 1}.`]))
  const target = long[50] ?? expect.fail()
  await open({ messages: long, conversations: [conversation('Bea', long)] }, paths.chatMessage(conversationOf('Bea'), target.id))
  expect(await screen.findByText('Message 51.')).toBeTruthy()
  expect(within(screen.getByRole('log')).queryByText('Message 400.')).toBeNull()
})

test('a conversation is archived, and shown again where one asks for it', async () => {
  const { world } = await open()
  const list = await screen.findByRole('navigation', { name: 'Conversations' })
  fireEvent.contextMenu(within(list).getByText('Tomasz'))
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Archive' }))
  await waitFor(() => expect(world.scene.conversations.find(({ with: account }) => account === accountOf('Tomasz'))?.choices.archived).toBe(true))
  fireEvent.click(await screen.findByRole('button', { name: 'Show archived 1' }))
  expect(await within(list).findByText('Archived')).toBeTruthy()
})
