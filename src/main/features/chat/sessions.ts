import type { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import type { Route } from '../../../shared/model/peers.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Guard, Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'
import { openChat, serveChat, type ChatChannel, type LogPosition, type Status } from '../../protocols/chat/index.ts'
import { Gossip } from './groups/gossip.ts'
import type { Intake, News } from './intake.ts'
import { MAX_ASKED_AT_ONCE } from './limits.ts'
import { Pace } from './pace.ts'
import { Session, type SessionEnd } from './session.ts'
import { sourceFor, type IsHeldBack, type Sharing } from './source.ts'
import type { LogStore } from './store.ts'

export interface SessionsParts {
  readonly streams: PeerStreams
  readonly store: LogStore
  readonly intake: Intake
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  readonly me: { account: AccountId; peerId: PeerId }
  readonly admits?: Guard
  readonly isHeldBack: IsHeldBack
  readonly sharing: Sharing
  /** `listOf`: the newest list of an account's devices that is known here, in its envelope. */
  readonly proofs: { listOf?(account: AccountId): Uint8Array | null }
  readonly learnDevices?: ((envelope: Uint8Array, account: AccountId) => Promise<void>) | undefined
  readonly onTyping: (conversation: ConversationId, account: AccountId) => void
  /** Whose device it is, as proven now. */
  readonly accountOf: (peerId: PeerId) => AccountId | null
  readonly onNews: (news: News) => void
  readonly onRefused: (account: AccountId, position: LogPosition, status: Status) => void
  readonly onOver: (account: AccountId, end: SessionEnd, worked: boolean) => void
  /** Nothing came from a device for so long that what connects it may be dead. */
  readonly unanswered?: (peerId: PeerId) => void
}

/**
 * The streams of this device: one for each device it talks with, and for a moment two, where both opened or where one
 * moves to another connection.
 */
export class Sessions {
  readonly #parts: SessionsParts
  readonly #gossip: Gossip
  readonly #sessions = new Set<Session>()
  readonly #opening = new Map<PeerId, Promise<SessionEnd | null>>()
  readonly #stop = new AbortController()
  readonly #pace = new Pace()

  constructor(parts: SessionsParts) {
    this.#parts = parts
    this.#gossip = new Gossip(parts.clock, {
      announce: (conversation) => {
        for (const session of this.#sessions) session.announce(conversation)
      },
      poke: (conversation) => this.poke(conversation),
    })
  }

  serve(): Promise<void> {
    return serveChat(this.#parts.streams, (channel) => this.#served(channel))
  }

  /** Null once there is a stream with that device on which both know what the other lacks; or why there is none. */
  async ensure(peerId: PeerId): Promise<SessionEnd | null> {
    const having = this.#with(peerId).filter((session) => session.open)
    if (having.some((session) => session.live)) return null
    const served = having.find((session) => session.role === 'served')
    if (served !== undefined && (await served.ready) === null && served.live) return null
    const opening = this.#opening.get(peerId) ?? this.#open(peerId).finally(() => this.#opening.delete(peerId))
    this.#opening.set(peerId, opening)
    return opening
  }

  /**
   * There is a better connection to a device: what this side opened goes on there. The stream on the old one ends when
   * the new one is ready, and until then nothing waits.
   */
  async move(peerId: PeerId): Promise<void> {
    while (this.#opening.has(peerId)) await this.#opening.get(peerId)
    const old = this.#with(peerId).filter(({ open, role }) => open && role === 'opened')
    if (old.length === 0 || this.#stop.signal.aborted) return
    const elsewhere = (channel: ChatChannel): boolean => old.every((one) => !isOn(one, channel))
    const opening = this.#open(peerId, elsewhere).finally(() => this.#opening.delete(peerId))
    this.#opening.set(peerId, opening)
    await opening
  }

  hasLive(account: AccountId): boolean {
    return this.routeTo(account) !== null
  }

  /** How the device of theirs is reached with which there is a stream; null without one. */
  routeTo(account: AccountId): Route | null {
    const live = [...this.#sessions].find((session) => session.account === account && session.live)
    return live?.peer.route ?? null
  }

  /** What a device and this one lack of each other's, in entries; null: there is no stream with it on which it said what it has. */
  behind(peerId: PeerId): { here: number; there: number } | null {
    return this.#with(peerId).findLast((session) => session.live)?.behind() ?? null
  }

  /** There is something new in a conversation; `from` brought it. */
  poke(conversation: ConversationId, from?: Session): void {
    for (const session of this.#sessions) if (session !== from) session.poke(conversation)
  }

  /** Something of others is new in a group: own devices have it at once, and members once they said that they lack it. */
  spread(conversation: ConversationId): void {
    for (const session of this.#sessions) if (session.account === this.#parts.me.account) session.poke(conversation)
    this.#gossip.spread(conversation)
  }

  /** Something is being typed in a conversation. */
  typing(conversation: ConversationId): void {
    for (const session of this.#sessions) if (session.account !== this.#parts.me.account) session.typing(conversation)
  }

  /** Streams on which nothing of theirs is taken are given up: the door may have opened since. */
  renew(account: AccountId): void {
    for (const session of this.#sessions) {
      if (session.account === account && !session.takes) session.abort(new Error('the door is asked again'))
    }
  }

  abort(which: { peerId: PeerId } | { account: AccountId }, why: Error): void {
    for (const session of this.#sessions) {
      const meant = 'peerId' in which ? session.peer.peerId === which.peerId : session.account === which.account
      if (meant) session.abort(why)
    }
  }

  /** Resolves when nothing of this reads or writes any more. */
  async stop(): Promise<void> {
    const why = new Error('chat stops here')
    this.#stop.abort(why)
    this.#gossip.stop()
    for (const session of this.#sessions) session.abort(why)
    await Promise.all([...this.#sessions].map((session) => session.done))
    await Promise.all(this.#opening.values())
  }

  /** What one device brought goes on to the others. */
  #spread(conversation: ConversationId, from: Session): void {
    if (from.account !== this.#parts.me.account && this.#parts.store.isGroup(conversation)) return this.spread(conversation)
    this.poke(conversation, from)
    if (from.account !== this.#parts.me.account) return
    for (const session of this.#sessions) if (session.account !== from.account) session.notice(conversation)
  }

  /** What came in a letter goes on, and what is missing of it is asked for. */
  brought({ conversations, missing }: Pick<News, 'conversations' | 'missing'>): void {
    for (const conversation of conversations) this.poke(conversation)
    for (const conversation of missing) this.#ask(conversation)
  }

  /** Others may have the words that one device had no more. */
  #ask(conversation: ConversationId, from?: Session): void {
    const others = [...this.#sessions].filter((session) => session !== from && session.live && session.isAbout(conversation))
    for (const session of others.slice(0, MAX_ASKED_AT_ONCE)) session.ask()
  }

  async #served(channel: ChatChannel): Promise<void> {
    const { peerId } = channel.peer
    const account = this.#parts.accountOf(peerId)
    if (this.#stop.signal.aborted) return channel.abort(this.#stop.signal.reason)
    if (account === null) return channel.write({ kind: 'nack', status: 'unproven', log: null })
    // Who opens again on a connection has lost the stream it had there, whatever this side still believes. On another one
    // it moves: the stream that it used until now goes on until the new one is ready.
    const served = this.#with(peerId).filter(({ role }) => role === 'served')
    for (const earlier of served) {
      const moves = earlier === served.at(-1) && earlier.live && !isOn(earlier, channel)
      if (!moves) earlier.abort(new Error('its device opened another stream'))
    }
    // Who shares a group with this account is served for that alone: the guard let in who may write, and them.
    const takes = this.#parts.sharing.isMate(account) ? await this.#admits(channel.peer) : true
    if (this.#stop.signal.aborted) return channel.abort(this.#stop.signal.reason)
    await this.#start(channel, 'served', account, takes).done
  }

  /** `isWanted`: whether the connection that it opened on is one to open on. */
  async #open(peerId: PeerId, isWanted: (channel: ChatChannel) => boolean = () => true): Promise<SessionEnd | null> {
    const { streams, accountOf, log } = this.#parts
    const { signal } = this.#stop
    let channel: ChatChannel
    try {
      channel = await openChat(streams, peerId, signal)
    } catch (error) {
      log.debug({ peer: peerId, error }, 'could not open a chat stream')
      return { kind: 'unreachable' }
    }
    if (!isWanted(channel)) {
      channel.abort(new Error('it is on the same connection'))
      return null
    }
    const takes = await this.#admits(channel.peer)
    const account = accountOf(peerId)
    if (account !== null && !signal.aborted) return this.#start(channel, 'opened', account, takes).ready
    channel.abort(new Error('nothing is proven about the other side'))
    return { kind: 'refused', code: 'unproven' }
  }

  /** Fails closed: while the door cannot say, nothing of theirs is taken on a stream that this device opened. */
  async #admits(peer: RemotePeer): Promise<boolean> {
    const { admits, log } = this.#parts
    if (admits === undefined) return true
    try {
      return (await admits(peer, this.#stop.signal)).verdict === 'allow'
    } catch (error) {
      log.error({ peer: peer.peerId, error }, 'the door could not say whether a peer may write')
      return false
    }
  }

  #start(channel: ChatChannel, role: Session['role'], account: AccountId, takes: boolean): Session {
    const { store, me, accountOf, isHeldBack, sharing, proofs, onNews, onRefused, onTyping, onOver, unanswered, admits: _, ...parts } =
      this.#parts
    const { peerId } = channel.peer
    const session = new Session({
      ...parts,
      channel,
      role,
      account,
      takes: takes || account === me.account,
      me: me.account,
      source: sourceFor({ store, me: me.account, account, isHeldBack, sharing, listOf: (of) => proofs.listOf?.(of) ?? null }),
      paced: (author, count) => (account === me.account ? 0 : this.#pace.stored(author, count, parts.clock.monotonicMs())),
      isProven: () => accountOf(peerId) === account,
      onReady: (ready) => this.#settle(ready),
      onNews: (news, from) => {
        onNews(news)
        for (const conversation of news.conversations) this.#spread(conversation, from)
        for (const conversation of news.missing) this.#ask(conversation, from)
      },
      onRefused: (position, status) => onRefused(account, position, status),
      onTyping: (conversation) => onTyping(conversation, account),
      onSilent: () => unanswered?.(peerId),
    })
    this.#sessions.add(session)
    void session.done.then((end) => {
      this.#sessions.delete(session)
      onOver(account, end, session.worked)
    })
    return session
  }

  /**
   * A stream is ready. Those that the same side opened before end: it moved. Where both opened, the stream that the
   * device with the lower peer id opened stays, and the other device ends its own. What is on the way on one that ends is
   * not lost, as the one that stays knows only what its own heads said.
   */
  #settle(ready: Session): void {
    const { peer, role } = ready
    const live = this.#with(peer.peerId).filter((session) => session.live)
    for (const earlier of live.slice(0, live.indexOf(ready))) if (earlier.role === role) earlier.retire()
    const opened = live.findLast((session) => session.role === 'opened' && session.live)
    const served = live.findLast((session) => session.role === 'served' && session.live)
    if (opened !== undefined && served !== undefined && this.#parts.me.peerId > peer.peerId) opened.retire()
  }

  #with(peerId: PeerId): Session[] {
    return [...this.#sessions].filter((session) => session.peer.peerId === peerId)
  }
}

function isOn({ peer }: Session, channel: ChatChannel): boolean {
  return peer.connection === channel.peer.connection
}
