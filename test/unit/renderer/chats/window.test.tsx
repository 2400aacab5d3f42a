import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { MAX_TEXT_BYTES } from '../../../../src/shared/model/chat.ts'
import { accountOf, messageIdOf } from '../../../gallery/ids.ts'
import { conversation, me, messages, peer, person, sentKnock } from '../../../gallery/people.ts'
import { emptyScene, type Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const said = messages('Bea', [
  ['them', 60_000, 'Bring the ladder.'],
  ['me', 30_000, 'Will do.', 'delivered'],
])
const scene: Partial<Scene> = {
  people: [person('Bea', { trust: 'verified' }), person('Tomasz'), person('Anders')],
  peers: [peer('Bea'), peer('Tomasz'), peer('Anders')],
  conversations: [conversation('Bea', said), conversation('Tomasz', messages('Tomasz', [['them', 90_000, 'Hello']]))],
  messages: [...said, ...messages('Tomasz', [['them', 90_000, 'Hello']])],
  trace: [{ atMs: 1_000, step: 'queued', route: null, detail: 'Stored on this device.', account: null }],
}

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function open(name: string, changes: Partial<Scene> = {}): Promise<House> {
  house = openHouse({ ...scene, ...changes })
  showWindow(house, paths.chatWith(accountOf(name)))
  await screen.findByRole('heading', { name: new RegExp(name), level: 1 })
  return house
}

const composer = async (name: string): Promise<HTMLTextAreaElement> => {
  const field = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: `Message to ${name}` })
  return field
}
const write = (field: HTMLElement, value: string): void => void fireEvent.change(field, { target: { value } })
const goTo = (path: string): void => {
  act(() => {
    window.location.hash = `#${path}`
  })
}

test('Enter sends, and what was sent comes back as an event like everybody else’s', async () => {
  const { world } = await open('Bea')
  const field = await composer('Bea')
  write(field, 'The long one?')
  fireEvent.keyDown(field, { key: 'Enter' })
  await waitFor(() => expect(field.value).toBe(''))
  expect(world.scene.messages.at(-1)).toMatchObject({ text: 'The long one?', mine: true })
  expect(await within(await screen.findByRole('log')).findByText('The long one?')).toBeTruthy()
})

test('what is typed while a message is being stored stays', async () => {
  const { world } = await open('Bea')
  const field = await composer('Bea')
  write(field, 'One')
  fireEvent.keyDown(field, { key: 'Enter' })
  write(field, 'Two')
  expect(await within(await screen.findByRole('log')).findByText('One')).toBeTruthy()
  expect(world.scene.messages.at(-1)?.text).toBe('One')
  expect(field.value).toBe('Two')
})

test('Shift and Enter makes a new line, and an input method’s Enter is its own', async () => {
  const { world } = await open('Bea')
  const field = await composer('Bea')
  write(field, 'one')
  expect(fireEvent.keyDown(field, { key: 'Enter', shiftKey: true })).toBe(true)
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true })
  expect(world.scene.messages).toHaveLength(3)
  expect(field.value).toBe('one')
})

test('a draft is kept for each conversation, while others are opened', async () => {
  await open('Bea')
  write(await composer('Bea'), 'half a thou')
  goTo(paths.chatWith(accountOf('Tomasz')))
  expect((await composer('Tomasz')).value).toBe('')
  write(await composer('Tomasz'), 'another')
  goTo(paths.door)
  await screen.findByRole('heading', { name: 'At the door' })
  goTo(paths.chatWith(accountOf('Bea')))
  expect((await composer('Bea')).value).toBe('half a thou')
})

test('Esc loses no text', async () => {
  await open('Bea')
  const field = await composer('Bea')
  write(field, 'half a thou')
  fireEvent.keyDown(field, { key: 'Escape' })
  expect(field.value).toBe('half a thou')
})

test('what could not be sent stays in the field, and it is said why', async () => {
  await open('Bea', { failing: { 'chat.send': 'INTERNAL' } })
  const field = await composer('Bea')
  write(field, 'Are you there?')
  fireEvent.keyDown(field, { key: 'Enter' })
  expect((await screen.findByRole('alert')).textContent).toContain('Your text is kept.')
  expect(field.value).toBe('Are you there?')
})

test('a text that is too long cannot be sent, and one far from the limit says nothing of it', async () => {
  const { world } = await open('Bea')
  const field = await composer('Bea')
  write(field, 'x'.repeat(1_000))
  expect(screen.queryByText(/left|too long/)).toBeNull()
  write(field, 'x'.repeat(MAX_TEXT_BYTES - 100))
  expect(screen.getByText('100 bytes left')).toBeTruthy()
  write(field, 'é'.repeat(MAX_TEXT_BYTES / 2 + 1))
  expect(screen.getByRole('alert').textContent).toContain('2 bytes too long')
  fireEvent.keyDown(field, { key: 'Enter' })
  expect(world.scene.messages).toHaveLength(3)
})

test('while the node is away the draft stays and nothing is sent; what was missed comes afterwards', async () => {
  const { world, drop, comeBack } = await open('Bea')
  const field = await composer('Bea')
  write(field, 'Later')
  act(drop)
  expect(await screen.findByText('Latch’s node does not answer.')).toBeTruthy()
  fireEvent.keyDown(field, { key: 'Enter' })
  expect(field.value).toBe('Later')
  const [missed] = messages('Bea', [['them', 0, 'You missed this.']])
  if (missed !== undefined) world.putMessage({ ...missed, id: said[0]?.id ?? missed.id, position: 1 })
  act(comeBack)
  expect(await screen.findByText('You missed this.')).toBeTruthy()
  expect(screen.queryByText('Latch’s node does not answer.')).toBeNull()
  expect(field.value).toBe('Later')
})

test('a conversation that is read at its end, in a window that is looked at, is marked as read', async () => {
  const { world } = await open('Bea', { conversations: [conversation('Bea', said, { unread: 1 })] })
  await waitFor(() => expect(world.scene.conversations[0]?.unread).toBe(0))
})

test('a tick says in words what it shows, and opens the trace; Esc closes it', async () => {
  await open('Bea')
  fireEvent.click(await screen.findByRole('button', { name: /^Delivered: .*Show how it was delivered/ }))
  const trace = await screen.findByRole('complementary', { name: 'How this message fared' })
  expect(await within(trace).findByText('Stored on this device.')).toBeTruthy()
  fireEvent.keyDown(window, { key: 'Escape' })
  await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull())
})

test('somebody who was never asked is asked, with a greeting that is kept', async () => {
  const { world } = await open('Anders')
  write(await screen.findByRole('textbox', { name: 'Greeting' }), ' It is Noor. ')
  fireEvent.click(screen.getByRole('button', { name: 'Ask to chat' }))
  expect(await screen.findByText('Waiting for Anders')).toBeTruthy()
  const [sent] = world.scene.sent
  expect(sent).toMatchObject({ account: accountOf('Anders'), greeting: 'It is Noor.', capability: 'contact' })
  expect(screen.queryByRole('textbox', { name: 'Message to Anders' })).toBeNull()
})

test('when they say yes the composer is there, and when they say no it is said and can be asked again', async () => {
  const asked = sentKnock('Anders', { state: 'asked' })
  const { world } = await open('Anders', { sent: [asked] })
  await screen.findByText('Waiting for Anders')
  act(() => void world.putSent({ ...asked, state: 'denied', untilMs: null }))
  expect(await screen.findByText('Anders said no')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Ask again' })).toBeTruthy()
  act(() => void world.putSent({ ...asked, state: 'allowed', untilMs: null }))
  expect(await composer('Anders')).toBeTruthy()
})

test('it is said how many messages wait for somebody who is away, and when they go', async () => {
  const waiting = messages('Bea', [['me', 2_000, 'One', 'queued'], ['me', 1_000, 'Two', 'queued']])
  const first = messages('Bea', [['them', 3_000, 'Hello']])
  await open('Bea', {
    peers: [],
    conversations: [{ ...conversation('Bea', waiting), waiting: 2, waitingFor: 'peer', last: first[0] ?? null }],
    messages: waiting,
  })
  expect(await screen.findByText('Bea is away. 2 messages wait; they go when they return.')).toBeTruthy()
})

test('a person whose keys changed stops the eye', async () => {
  await open('Bea', { people: [person('Bea', { trust: 'changed' })] })
  expect((await screen.findByRole('alert')).textContent).toContain('Bea may not be who they were')
})

test('an account that was revoked is said to be, and what waits for it stays', async () => {
  const waiting = messages('Bea', [['them', 3_000, 'Hello'], ['me', 2_000, 'One', 'queued']])
  await open('Bea', {
    people: [person('Bea', { trust: 'revoked' })],
    conversations: [{ ...conversation('Bea', waiting), waiting: 1 }],
    messages: waiting,
  })
  expect((await screen.findByRole('alert')).textContent).toContain('The account of Bea was revoked')
  expect(await screen.findByText('1 message stays here: the account of Bea was revoked.')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Revoked' })).toBeTruthy()
})

test('one’s own account that was revoked is said to be, with the day it was heard', async () => {
  await open('Bea', { identity: { state: 'ready', me: { ...me, revokedMs: Date.UTC(2026, 10, 19, 12) } } })
  const alert = (await screen.findByRole('alert')).textContent
  expect(alert).toContain('This account was revoked')
  expect(alert).toMatch(/heard of it on .*2026/)
})

test('an empty house says what to do next', async () => {
  house = openHouse(emptyScene)
  showWindow(house, paths.chats)
  expect(await screen.findAllByText('Nobody to talk to yet')).not.toEqual([])
  expect(screen.getAllByRole('button', { name: 'Invite someone' })).not.toEqual([])
})

test('what was unread when a conversation was opened is marked as new', async () => {
  await open('Bea', { conversations: [conversation('Bea', said.slice(0, 1), { unread: 1 })], messages: said.slice(0, 1) })
  expect(await within(await screen.findByRole('log')).findByText('New messages')).toBeTruthy()
})

test('the first message of all is not new to whoever looks at the empty conversation', async () => {
  const { world } = await open('Anders', {
    sent: [sentKnock('Anders', { state: 'allowed', untilMs: null })],
    conversations: [conversation('Anders', [])],
    messages: [],
  })
  await composer('Anders')
  const [hello] = messages('Anders', [['them', -1_000, 'Hello']])
  if (hello === undefined) throw new Error('there is no message')
  const first = { ...hello, id: messageIdOf('the first of all') }
  act(() => {
    world.putConversation(conversation('Anders', [first], { unread: 1 }))
    world.putMessage(first)
  })
  const log = await screen.findByRole('log')
  expect(await within(log).findByText('Hello')).toBeTruthy()
  expect(within(log).queryByText('New messages')).toBeNull()
})
