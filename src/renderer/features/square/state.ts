import type { SquareEvent, SquareSnapshot } from '../../../shared/contract/square.ts'
import type { AccountId } from '../../../shared/ids.ts'
import type { Post, Room, RoomName } from '../../../shared/model/square.ts'

/** The part of a room that this window holds: its newest messages, in the order in which they came here. */
export interface Held {
  posts: readonly Post[]
  /** There are older ones that were not loaded. */
  more: boolean
  /** A page was put in: before that there may be a few that came by themselves. */
  loaded: boolean
  /** False before the first page, after the stream broke, and when somebody is heard again: a page is asked for. */
  current: boolean
  /** Somebody is heard again, who may have said something among what is held. */
  patchy: boolean
  /** Falls by one for each message put in front, so that a list knows what stayed where it was. */
  firstIndex: number
}

export interface SquareState {
  rooms: ReadonlyMap<RoomName, Room>
  held: ReadonlyMap<RoomName, Held>
  muted: ReadonlySet<AccountId>
}

export const noSquare: SquareState = { rooms: new Map(), held: new Map(), muted: new Set() }

/** Far enough from zero for any history to be put in front. */
const FIRST_INDEX = 1_000_000_000
const nothing: Held = { posts: [], more: true, loaded: false, current: false, patchy: false, firstIndex: FIRST_INDEX }

/** Of a room that is not open, the newest suffice: opening it asks for a page. */
const LOOSE_POSTS = 50

/** After a break: what is held stays, and is asked for again. */
export function resetSquare(state: SquareState, { rooms, muted }: SquareSnapshot): SquareState {
  const next = { rooms: byName(rooms), held: state.held, muted: new Set(muted) }
  const sameNetwork = rooms.every(({ name, network }) => (state.rooms.get(name)?.network ?? network) === network)
  return { ...next, held: sameNetwork ? stale(state.held) : new Map() }
}

export function applySquareEvent(state: SquareState, event: SquareEvent): SquareState {
  switch (event.event) {
    case 'room-changed':
      return { ...state, rooms: new Map(state.rooms).set(event.room.name, event.room) }
    case 'room-left':
      return { ...state, rooms: without(state.rooms, event.name), held: without(state.held, event.name) }
    case 'post-changed':
      return putPost(state, event.post)
    case 'muted-changed':
      return setMuted(state, event.muted)
    case 'network-changed':
      return { rooms: byName(event.snapshot.rooms), held: new Map(), muted: new Set(event.snapshot.muted) }
  }
}

/** A new one, or one of which more is known. */
export function putPost(state: SquareState, post: Post): SquareState {
  if (state.muted.has(post.author)) return state
  return hold(state, post.room, (held) => {
    const posts = union(held.posts, [post])
    return { ...held, posts: held.loaded ? posts : posts.slice(-LOOSE_POSTS) }
  })
}

/** What muted accounts said goes at once; what somebody said who is heard again has to be asked for. */
export function setMuted(state: SquareState, accounts: readonly AccountId[]): SquareState {
  const muted = new Set(accounts)
  const heardAgain = [...state.muted].some((account) => !muted.has(account))
  const again = heardAgain ? { current: false, patchy: true } : {}
  const held = new Map([...state.held].map(([name, room]) => [name, { ...silence(room, muted), ...again }]))
  return { ...state, muted, held }
}

/**
 * The newest page, newest first as it is told. What was held is kept where it joins on, and dropped where a gap would be
 * left.
 */
export function putNewestPage(state: SquareState, name: RoomName, page: readonly Post[], limit: number): SquareState {
  return hold(state, name, (held) => {
    const posts = page.toReversed()
    const first = posts[0]
    const ids = new Set(posts.map(({ id }) => id))
    const joins = held.posts.some(({ id }) => ids.has(id))
    const others = held.posts.filter(({ id }) => !ids.has(id))
    const older = first === undefined || !joins ? [] : others.filter((post) => !isBefore(first, post))
    const newer = others.filter((post) => first === undefined || isBefore(first, post))
    const kept = held.patchy ? [] : older
    return {
      posts: union([...kept, ...posts], newer),
      more: kept.length > 0 ? held.more : page.length >= limit,
      loaded: true,
      current: true,
      patchy: false,
      firstIndex: kept.length > 0 ? held.firstIndex : FIRST_INDEX,
    }
  })
}

export function putOlderPage(state: SquareState, name: RoomName, page: readonly Post[], limit: number): SquareState {
  return hold(state, name, (held) => {
    const ids = new Set(held.posts.map(({ id }) => id))
    const older = page.toReversed().filter(({ id }) => !ids.has(id))
    return {
      ...held,
      posts: [...older, ...held.posts],
      more: page.length >= limit,
      firstIndex: held.firstIndex - older.length,
    }
  })
}

/** Where something was said last comes first; then those just entered. */
export function byLatest(rooms: Iterable<Room>): Room[] {
  const latest = ({ last, enteredMs }: Room): number => last?.sentAtMs ?? enteredMs
  return [...rooms].toSorted((a, b) => latest(b) - latest(a) || (a.name < b.name ? -1 : 1))
}

export function countUnread(state: SquareState): number {
  let unread = 0
  for (const room of state.rooms.values()) unread += room.unread
  return unread
}

function hold(state: SquareState, name: RoomName, change: (held: Held) => Held): SquareState {
  return { ...state, held: new Map(state.held).set(name, change(state.held.get(name) ?? nothing)) }
}

function stale(held: ReadonlyMap<RoomName, Held>): Map<RoomName, Held> {
  return new Map([...held].map(([name, room]) => [name, { ...room, current: false }]))
}

function silence(held: Held, muted: ReadonlySet<AccountId>): Held {
  const posts = held.posts.filter(({ author }) => !muted.has(author))
  return posts.length === held.posts.length ? held : { ...held, posts }
}

/** Both, each message once and in its place; where both have it, the later argument is believed. */
function union(held: readonly Post[], incoming: readonly Post[]): Post[] {
  const changed = new Map(incoming.map((post) => [post.id, post]))
  const known = new Set(held.map(({ id }) => id))
  const posts = held.map((post) => changed.get(post.id) ?? post)
  for (const post of incoming) if (!known.has(post.id)) posts.push(post)
  return inOrder(posts) ? posts : posts.toSorted((a, b) => a.receivedMs - b.receivedMs)
}

function inOrder(posts: readonly Post[]): boolean {
  return posts.every((post, index) => index === 0 || !isBefore(post, posts[index - 1] ?? post))
}

/** In the order in which they came here: what comes late is read at the end, and moves nothing that is read. */
const isBefore = (a: Post, b: Post): boolean => a.receivedMs < b.receivedMs

const byName = (rooms: readonly Room[]): Map<RoomName, Room> => new Map(rooms.map((room) => [room.name, room]))

function without<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Map<Key, Value> {
  const left = new Map(map)
  left.delete(key)
  return left
}
