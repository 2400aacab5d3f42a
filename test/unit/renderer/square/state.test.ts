import { describe, expect, test } from 'vitest'
import {
  applySquareEvent,
  byLatest,
  countUnread,
  noSquare,
  putNewestPage,
  putOlderPage,
  resetSquare,
  type SquareState,
} from '../../../../src/renderer/features/square/state.ts'
import type { Post } from '../../../../src/shared/model/square.ts'
import { accountOf, networkIdOf } from '../../../gallery/ids.ts'
import { posts, room, roomName } from '../../../gallery/square.ts'

const lobby = roomName('lobby')
const said = posts(
  'lobby',
  Array.from({ length: 30 }, (_, index) => [index % 2 === 0 ? 'Bea' : 'Tomasz', (30 - index) * 1_000, `${index + 1}`]),
)
const from = (first: number, last: number): Post[] => said.slice(first - 1, last)
const page = (first: number, last: number): Post[] => from(first, last).toReversed()
const texts = (state: SquareState): string[] => (state.held.get(lobby)?.posts ?? []).map(({ text }) => text)
const numbers = (first: number, last: number): string[] => from(first, last).map(({ text }) => text)
const at = (index: number): Post => {
  const post = said[index - 1]
  if (post === undefined) throw new Error(`no message ${index}`)
  return post
}
const loaded = putNewestPage(noSquare, lobby, page(21, 30), 10)

describe('the messages of a room', () => {
  test('a full page says that there may be older ones, a shorter one that there are none', () => {
    expect(texts(loaded)).toEqual(numbers(21, 30))
    expect(loaded.held.get(lobby)).toMatchObject({ more: true, loaded: true, current: true })
    expect(putNewestPage(noSquare, lobby, page(1, 9), 10).held.get(lobby)?.more).toBe(false)
  })

  test('older ones are put in front, and what stood there keeps its index', () => {
    const before = loaded.held.get(lobby)?.firstIndex ?? 0
    const state = putOlderPage(loaded, lobby, page(11, 20), 10)
    expect(texts(state)).toEqual(numbers(11, 30))
    expect(state.held.get(lobby)?.firstIndex).toBe(before - 10)
  })

  test('a new one comes to the end, and one of which more is known changes where it stands', () => {
    const short = putNewestPage(noSquare, lobby, page(21, 29), 10)
    const more = applySquareEvent(short, { event: 'post-changed', post: at(30) })
    const traced = { ...at(25), path: { ...at(25).path, hops: 4 } }
    const state = applySquareEvent(more, { event: 'post-changed', post: traced })
    expect(texts(state)).toEqual(numbers(21, 30))
    expect(state.held.get(lobby)?.posts[4]?.path.hops).toBe(4)
  })

  test('after a break older ones stay where the new page joins on', () => {
    const long = putOlderPage(loaded, lobby, page(11, 20), 10)
    const back = resetSquare(long, { rooms: [room('lobby', said)], muted: [] })
    expect(back.held.get(lobby)?.current).toBe(false)
    const state = putNewestPage(back, lobby, page(25, 30), 10)
    expect(texts(state)).toEqual(numbers(11, 30))
    expect(state.held.get(lobby)?.firstIndex).toBe(long.held.get(lobby)?.firstIndex)
  })

  test('after a long break, what would leave a gap is dropped', () => {
    const old = putNewestPage(noSquare, lobby, page(1, 10), 10)
    const state = putNewestPage(resetSquare(old, { rooms: [], muted: [] }), lobby, page(21, 30), 10)
    expect(texts(state)).toEqual(numbers(21, 30))
    expect(state.held.get(lobby)?.more).toBe(true)
  })

  test('of a room that was never opened only so many are held', () => {
    const loose = posts('lobby', Array.from({ length: 80 }, (_, index) => ['Bea', 90 - index, `${index}`]))
    const state = loose.reduce<SquareState>((held, post) => applySquareEvent(held, { event: 'post-changed', post }), noSquare)
    expect(state.held.get(lobby)?.posts).toHaveLength(50)
    expect(state.held.get(lobby)?.loaded).toBe(false)
  })
})

describe('muting', () => {
  const bea = accountOf('Bea')
  const muted = applySquareEvent(loaded, { event: 'muted-changed', muted: [bea] })

  test('what a muted account said goes, and what it says later does not come', () => {
    expect(texts(muted)).toEqual(['22', '24', '26', '28', '30'])
    const later = { ...at(1), id: at(2).id, receivedMs: Date.now() }
    expect(texts(applySquareEvent(muted, { event: 'post-changed', post: later }))).toHaveLength(5)
  })

  test('whoever is heard again is asked for, and nothing is missing between', () => {
    const again = applySquareEvent(muted, { event: 'muted-changed', muted: [] })
    expect(again.held.get(lobby)).toMatchObject({ current: false, patchy: true })
    expect(texts(putNewestPage(again, lobby, page(27, 30), 4))).toEqual(numbers(27, 30))
  })
})

test('another network has other rooms, and what was said in the first is not shown in the second', () => {
  const state = applySquareEvent(
    { ...loaded, rooms: new Map([[lobby, room('lobby', said, { unread: 3 })]]) },
    { event: 'network-changed', snapshot: { rooms: [room('lobby', [], { network: networkIdOf('another') })], muted: [] } },
  )
  expect(texts(state)).toEqual([])
  expect(countUnread(state)).toBe(0)
})

test('the same holds when the network changed while the stream was broken', () => {
  const first = resetSquare(noSquare, { rooms: [room('lobby', said)], muted: [] })
  const held = putNewestPage(first, lobby, page(21, 30), 10)
  const state = resetSquare(held, { rooms: [room('lobby', [], { network: networkIdOf('another') })], muted: [] })
  expect(texts(state)).toEqual([])
})

test('a room that was left is gone, and where something was said last comes first', () => {
  const quiet = room('quiet', [], { enteredMs: 1 })
  const rooms = [quiet, room('lobby', said), room('just-entered', [], { enteredMs: Date.now() + 1 })]
  const state = resetSquare(noSquare, { rooms, muted: [] })
  expect(byLatest(state.rooms.values()).map(({ name }) => name)).toEqual(['just-entered', 'lobby', 'quiet'])
  expect(applySquareEvent(state, { event: 'room-left', name: quiet.name }).rooms.has(quiet.name)).toBe(false)
})
