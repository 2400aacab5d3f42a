import { expect, test } from 'vitest'
import {
  applyChatEvent,
  byLatest,
  countUnread,
  noChats,
  putNewestPage,
  putOlderPage,
  resetChats,
  type ChatsState,
} from '../../../../src/renderer/features/chats/state.ts'
import type { Message } from '../../../../src/shared/model/chat.ts'
import { conversationOf } from '../../../gallery/ids.ts'
import { conversation, messages } from '../../../gallery/people.ts'

const id = conversationOf('Bea')
const all = messages('Bea', Array.from({ length: 20 }, (_, index) => ['them', (20 - index) * 1_000, `${index + 1}`]))
/** The messages at positions `from` to `to`. */
const page = (from: number, to: number): Message[] => all.slice(from - 1, to)
const at = (position: number): Message => page(position, position)[0] ?? expect.fail()
const texts = (state: ChatsState): string[] => state.held.get(id)?.messages.map(({ text }) => text) ?? []
const range = (from: number, to: number): string[] => page(from, to).map(({ text }) => text)
const stored = (state: ChatsState, message: Message): ChatsState =>
  applyChatEvent(state, { event: 'message-stored', message, fresh: true })

test('a snapshot is the whole truth about conversations', () => {
  const before = resetChats(noChats, [conversation('Bea', [])])
  const after = resetChats(before, [conversation('Tomasz', [])])
  expect([...after.conversations.keys()]).toEqual([conversationOf('Tomasz')])
})

test('a message that is stored goes to the end of its conversation, once', () => {
  let state = putNewestPage(noChats, id, { messages: page(1, 3), more: false })
  state = stored(stored(state, at(4)), at(4))
  expect(texts(state)).toEqual(range(1, 4))
})

test('a message that came while the first page was on its way is not lost', () => {
  const early = stored(noChats, at(4))
  expect(early.held.get(id)?.loaded).toBe(false)
  expect(texts(putNewestPage(early, id, { messages: page(1, 3), more: false }))).toEqual(range(1, 4))
})

test('a message that changes is changed where it stands, and only if it is held', () => {
  const state = putNewestPage(noChats, id, { messages: page(1, 2), more: false })
  const changed = applyChatEvent(state, { event: 'message-changed', message: { ...at(1), state: 'read' } })
  expect(changed.held.get(id)?.messages.map(({ state }) => state)).toEqual(['read', 'received'])
  expect(texts(applyChatEvent(state, { event: 'message-changed', message: at(9) }))).toEqual(range(1, 2))
})

test('older messages go in front, and what stood there keeps its place', () => {
  const state = putNewestPage(noChats, id, { messages: page(11, 20), more: true })
  const older = putOlderPage(state, id, { messages: page(6, 10), more: true })
  expect(texts(older)).toEqual(range(6, 20))
  const indexOf = (state: ChatsState, position: number): number => {
    const held = state.held.get(id) ?? expect.fail()
    return held.firstIndex + held.messages.findIndex((message) => message.position === position)
  }
  expect(indexOf(older, 15)).toBe(indexOf(state, 15))
})

test('a page asked for twice is put in once', () => {
  const state = putNewestPage(noChats, id, { messages: page(11, 20), more: true })
  const once = putOlderPage(state, id, { messages: page(6, 10), more: true })
  expect(texts(putOlderPage(once, id, { messages: page(6, 10), more: true }))).toEqual(range(6, 20))
})

test('after the stream broke, what is held is shown until the newest page joins on to it', () => {
  const state = putNewestPage(noChats, id, { messages: page(1, 10), more: false })
  const broken = resetChats(state, [conversation('Bea', all)])
  expect(broken.held.get(id)).toMatchObject({ loaded: true, current: false })
  expect(texts(broken)).toEqual(range(1, 10))
  const joined = putNewestPage(broken, id, { messages: page(10, 15), more: true })
  expect(texts(joined)).toEqual(range(1, 15))
  expect(joined.held.get(id)).toMatchObject({ more: false, current: true })
})

test('what is held is dropped where the newest page would leave a gap', () => {
  const state = resetChats(putNewestPage(noChats, id, { messages: page(1, 5), more: false }), [])
  const after = putNewestPage(state, id, { messages: page(11, 15), more: true })
  expect(texts(after)).toEqual(range(11, 15))
  expect(after.held.get(id)).toMatchObject({ more: true, current: true })
})

test('a newer page is believed about messages that are held already', () => {
  const state = resetChats(putNewestPage(noChats, id, { messages: page(1, 3), more: false }), [])
  const read = page(1, 3).map((message) => ({ ...message, state: 'read' as const }))
  const after = putNewestPage(state, id, { messages: read, more: false })
  expect(after.held.get(id)?.messages.every(({ state }) => state === 'read')).toBe(true)
})

test('a conversation nobody opened holds only its newest messages', () => {
  const flood = messages('Bea', Array.from({ length: 500 }, () => ['them', 0, 'x']))
  const state = flood.reduce(stored, noChats)
  expect(state.held.get(id)?.messages).toHaveLength(50)
})

test('conversations come in the order in which something happened last', () => {
  const quiet = conversation('Jo', [], { createdMs: 5 })
  const old = conversation('Bea', [{ ...at(1), storedMs: 3 }])
  const fresh = conversation('Ines', [{ ...at(1), storedMs: 9 }])
  expect(byLatest([quiet, old, fresh])).toEqual([fresh, quiet, old])
})

test('unread messages are counted over all conversations', () => {
  const state = resetChats(noChats, [conversation('Bea', [], { unread: 2 }), conversation('Jo', [], { unread: 3 })])
  expect(countUnread(state)).toBe(5)
})
