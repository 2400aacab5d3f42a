import type { PrivateKey } from '@libp2p/interface'
import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { NetworkId } from '../../../shared/model/ledger.ts'
import { PostId, RoomName, type Post, type Room } from '../../../shared/model/square.ts'
import { SECOND } from '../../../shared/units.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import type { Gossip, GossipMessage, Topic } from '../../platform/gossip.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence, PeerStreams } from '../../platform/streams.ts'
import { createSquareProtocol, MAX_DEPTH, type SquareProtocol } from '../../protocols/square/index.ts'
import { Buckets } from './buckets.ts'
import { Copies } from './copies.ts'
import { AUTHOR_BURST, AUTHOR_EVERY_MS, MAX_AUTHORS, MAX_POST_BYTES, MAX_ROOMS, NONCE_BYTES, PER_DEVICE, PER_ROOM, PRUNE_EVERY_MS } from './limits.ts'
import { isTooLong, judged, openPost, sealPost, sendable, type Judgement } from './message.ts'
import { SquareStore, type StoredPost } from './store.ts'
import { Tracing } from './tracing.ts'
import type { SquareEvent, SquareFeature, SquareSnapshot } from './types.ts'

/** Where somebody meets somebody: entered by itself at the first start of a network. */
const LOBBY = RoomName.parse('lobby')

export interface SquareParts {
  readonly gossip: Gossip
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** So many random bytes. */
  readonly random: (bytes: number) => Uint8Array
  readonly offence: Offence
  readonly me: AccountId
  readonly accountKey: PrivateKey
  /** What this person calls themselves now. */
  readonly name: () => string
  /** Of somebody else's account against this one. */
  readonly safetyWords: (account: AccountId) => readonly string[]
  /** The door's word: nothing of theirs is kept or passed on. */
  readonly isBlocked: (account: AccountId) => boolean
}

interface EnteredRoom {
  readonly name: RoomName
  readonly enteredMs: number
  readonly topic: Topic
}

/** The public rooms of the network that `use` named last. Without one there are none. */
export function createSquare(parts: SquareParts): SquareFeature {
  return new Square(parts)
}

class Square implements SquareFeature {
  readonly #parts: SquareParts
  readonly #store: SquareStore
  readonly #protocol: SquareProtocol
  readonly #tracing: Tracing
  readonly #feed: Feed<SquareEvent>
  readonly #authors = new Buckets<AccountId>(AUTHOR_BURST, AUTHOR_EVERY_MS, MAX_AUTHORS)
  readonly #copies: Copies
  readonly #rooms = new Map<RoomName, EnteredRoom>()
  #muted: Set<AccountId>
  #network: NetworkId | null = null
  #unlisten: () => void = () => {}
  #cancelPruning: Cancel = () => {}

  constructor(parts: SquareParts) {
    const { clock, database, log, offence, streams } = parts
    this.#parts = parts
    this.#store = new SquareStore(database)
    this.#protocol = createSquareProtocol({ streams, clock, offence })
    this.#tracing = new Tracing({ protocol: this.#protocol, store: this.#store, clock, log })
    this.#feed = new Feed((error) => log.error({ error }, 'a listener of the square failed'))
    this.#copies = new Copies({ clock, log, store: this.#store, onWritten: (ids) => this.#tellAgain(ids) })
    this.#muted = new Set(this.#store.muted())
  }

  async start(): Promise<void> {
    this.#unlisten = this.#parts.gossip.onPeers((topic) => {
      for (const room of this.#rooms.values()) if (room.topic.name === topic) this.#tellRoom(room)
    })
    this.#prune()
    await this.#protocol.serve((peer, request) => this.#tracing.answer(peer, request))
  }

  async stop(): Promise<void> {
    this.#unlisten()
    this.#cancelPruning()
    this.#leaveAll()
    this.#copies.stop()
  }

  rooms(): Room[] {
    return [...this.#rooms.values()].map((room) => this.#shown(room))
  }

  enter(name: RoomName): Room {
    const network = this.#active()
    const entered = this.#rooms.get(name)
    if (entered !== undefined) return this.#shown(entered)
    if (this.#rooms.size >= MAX_ROOMS) throw new LatchError('CONFLICT', `At most ${MAX_ROOMS} rooms at once; leave one first.`)
    const enteredMs = Math.round(this.#parts.clock.nowMs())
    const room = this.#join(network, name, enteredMs)
    this.#store.enter(network, name, enteredMs)
    return this.#tellRoom(room)
  }

  leave(name: RoomName): void {
    const network = this.#active()
    const room = this.#room(name)
    this.#rooms.delete(name)
    room.topic.leave()
    this.#store.leave(network, name, Math.round(this.#parts.clock.nowMs()))
    this.#feed.publish({ event: 'room-left', name })
  }

  posts(name: RoomName, before: PostId | undefined, limit: number): Post[] {
    this.#room(name)
    return this.#store.page(this.#active(), name, before, limit).map((post) => this.#shownPost(post))
  }

  async post(name: RoomName, text: string): Promise<Post> {
    const { accountKey, clock, me, random } = this.#parts
    const network = this.#active()
    const { topic } = this.#room(name)
    const said = sendable(text)
    if (said === null) throw new LatchError('BAD_INPUT', 'There is nothing to say in that.')
    if (isTooLong(said)) throw new LatchError('TOO_LARGE', 'A message in a room holds at most 2,048 bytes.')
    const waitMs = this.#authors.take(me, clock.monotonicMs())
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / SECOND)
      throw new LatchError('BUSY', `That was a lot at once: the next message in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`)
    }
    const sentAtMs = Math.round(clock.nowMs())
    const claimedName = this.#parts.name()
    const envelope = await sealPost({ network, room: name, claimedName, sentAtMs, nonce: random(NONCE_BYTES), text: said }, accountKey)
    const { id } = await topic.publish(envelope)
    const times = { sentMs: sentAtMs, receivedMs: sentAtMs }
    const post = { id: PostId.parse(id), network, room: name, author: me, claimedName, text: said, ...times, mine: true, peer: null, hops: 0 }
    this.#keep(post)
    return this.#shownPost({ ...post, copies: 1 })
  }

  async trace(id: PostId, signal?: AbortSignal): Promise<Post> {
    const post = this.#store.get(id)
    if (post === null) throw new LatchError('NOT_FOUND', 'That message is not here.')
    const hops = await this.#tracing.hops(post, MAX_DEPTH)
    signal?.throwIfAborted()
    const now = this.#store.get(id) ?? { ...post, hops }
    if (hops !== post.hops) this.#tellPost(now)
    return this.#shownPost(now)
  }

  markRead(name: RoomName): Room {
    const room = this.#room(name)
    this.#store.markRead(this.#active(), name)
    return this.#tellRoom(room)
  }

  mute(account: AccountId, muted: boolean): AccountId[] {
    if (account === this.#parts.me) throw new LatchError('BAD_INPUT', 'That is you.')
    if (this.#muted.has(account) !== muted) {
      this.#store.mute(account, muted)
      this.#muted = new Set(this.#store.muted())
      this.#feed.publish({ event: 'muted-changed', muted: this.muted() })
      for (const room of this.#rooms.values()) this.#tellRoom(room)
    }
    return this.muted()
  }

  muted(): AccountId[] {
    return [...this.#muted]
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<SquareSnapshot, SquareEvent>> {
    return this.#feed.watch(() => this.#snapshot(), signal)
  }

  use(network: NetworkId): void {
    if (this.#network === network) return
    this.#leaveAll()
    this.#network = network
    if (!this.#store.isKnown(network)) this.#store.enter(network, LOBBY, Math.round(this.#parts.clock.nowMs()))
    for (const { name, enteredMs } of this.#store.rooms(network)) this.#join(network, name, enteredMs)
    this.#feed.publish({ event: 'network-changed', snapshot: this.#snapshot() })
  }

  disconnected(peerId: PeerId): void {
    this.#tracing.forget(peerId)
  }

  #active(): NetworkId {
    if (this.#network === null) throw new LatchError('NOT_FOUND', 'No network is active yet.')
    return this.#network
  }

  #room(name: RoomName): EnteredRoom {
    const room = this.#rooms.get(name)
    if (room === undefined) throw new LatchError('NOT_FOUND', `You are not in the room ${name}.`)
    return room
  }

  #join(network: NetworkId, name: RoomName, enteredMs: number): EnteredRoom {
    const topic = this.#parts.gossip.enter(`/latch/${network}/square/${name}`, {
      maxBytes: MAX_POST_BYTES,
      perAuthor: PER_DEVICE,
      total: PER_ROOM,
      judge: (message) => this.#judge(network, name, message),
      again: (id) => this.#copies.count(PostId.parse(id)),
    })
    const room = { name, enteredMs, topic }
    this.#rooms.set(name, room)
    return room
  }

  #leaveAll(): void {
    for (const { topic } of this.#rooms.values()) topic.leave()
    this.#rooms.clear()
  }

  async #judge(network: NetworkId, room: RoomName, { id, data, from, receivedMs }: GossipMessage): Promise<Judgement> {
    const opened = await openPost(data)
    if ('malformed' in opened) return { verdict: 'reject', why: `square: ${opened.malformed}` }
    const judgement = judged(opened, { network, room, nowMs: receivedMs })
    if (judgement.verdict !== 'accept') return judgement
    const { author, claimedName, sentAtMs, text } = opened
    if (this.#parts.isBlocked(author)) return { verdict: 'ignore', why: 'its author is blocked here' }
    if (this.#authors.take(author, this.#parts.clock.monotonicMs()) > 0) return { verdict: 'ignore', why: 'more than its author may say' }
    const times = { sentMs: sentAtMs, receivedMs }
    const mine = author === this.#parts.me
    this.#keep({ id: PostId.parse(id), network, room, author, claimedName, text, ...times, mine, peer: from, hops: null })
    return judgement
  }

  #keep(post: Omit<StoredPost, 'copies'>): void {
    if (!this.#store.add(post)) return
    this.#tellPost({ ...post, copies: 1 })
    const room = this.#rooms.get(post.room)
    if (room !== undefined && post.network === this.#network && !this.#muted.has(post.author)) this.#tellRoom(room)
  }

  #snapshot(): SquareSnapshot {
    return { rooms: this.rooms(), muted: this.muted() }
  }

  #shown({ name, enteredMs, topic }: EnteredRoom): Room {
    const network = this.#active()
    const [newest] = this.#store.page(network, name, undefined, 1)
    const last = newest === undefined ? null : { author: newest.author, text: newest.text, sentAtMs: newest.sentMs }
    return { network, name, peers: topic.peers().length, unread: this.#store.unread(network, name), last, enteredMs }
  }

  #shownPost(post: StoredPost): Post {
    const { id, room, author, claimedName, text, receivedMs, mine, peer, hops } = post
    const path = { hops, from: peer, delayMs: post.receivedMs - post.sentMs, copies: post.copies + this.#copies.waiting(id) }
    const safetyWords = mine ? [] : [...this.#parts.safetyWords(author)]
    return { id, room, author, claimedName, safetyWords, text, sentAtMs: post.sentMs, receivedMs: Math.round(receivedMs), mine, path }
  }

  #tellRoom(room: EnteredRoom): Room {
    const shown = this.#shown(room)
    this.#feed.publish({ event: 'room-changed', room: shown })
    return shown
  }

  #tellPost(post: StoredPost): void {
    const isShown = post.network === this.#network && !this.#muted.has(post.author) && this.#rooms.has(post.room)
    if (isShown) this.#feed.publish({ event: 'post-changed', post: this.#shownPost(post) })
  }

  #tellAgain(ids: Iterable<PostId>): void {
    for (const id of ids) {
      const post = this.#store.get(id)
      if (post !== null) this.#tellPost(post)
    }
  }

  #prune(): void {
    try {
      this.#store.prune(this.#parts.clock.nowMs())
    } catch (error) {
      // A full disk has nothing to do with whether rooms are there; it is tried again.
      this.#parts.log.warn({ error }, 'old messages of rooms were not deleted')
    }
    this.#cancelPruning = this.#parts.clock.after(PRUNE_EVERY_MS, () => this.#prune())
  }
}
