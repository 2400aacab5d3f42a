import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence } from '../../platform/streams.ts'
import {
  EntryError,
  isContentOf,
  openEntry,
  ViolationError,
  type ChatChannel,
  type ContentsFrame,
  type DevicesFrame,
  type EntriesFrame,
  type Frame,
  type HeadsFrame,
  type LogPosition,
  type SignedEntry,
  type ReceivedFrame,
  type Status,
  type WantFrame,
} from '../../protocols/chat/index.ts'
import { aboutOf, idOf, type About } from './about.ts'
import { logKey, type Arrived, type Carrier, type Intake, type News, type Taken } from './intake.ts'
import { MAX_CONVERSATIONS, MAX_REFUSALS } from './limits.ts'
import type { Outgoing } from './outgoing.ts'
import type { Source } from './source-types.ts'
import type { Turns } from './turns.ts'

export interface IncomingParts {
  readonly channel: ChatChannel
  readonly account: AccountId
  /** Whether the door lets their entries in, also where they share no group with this account. */
  readonly takes: boolean
  readonly me: AccountId
  readonly source: Source
  readonly intake: Intake
  readonly turns: Turns
  readonly log: Log
  readonly offence: Offence
  /** A list of an account's devices, still in its envelope; what is not that account's is passed over. */
  readonly learnDevices?: ((envelope: Uint8Array, account: AccountId) => Promise<void>) | undefined
  onRefused(position: LogPosition, status: Status): void
  onTyping(conversation: ConversationId): void
}

export interface Outcome {
  readonly news: News | null
  /** Something of ours was acknowledged. */
  readonly acknowledged: boolean
  /** How many entries of others were new, by their author. */
  readonly authors: ReadonlyMap<AccountId, number>
  /** What the stream ends for; everything before it was taken. */
  readonly violation: Violation | null
}

/** What frames are worth when nothing in them means anything yet. */
interface Sorted {
  readonly arrived: Arrived[]
  acknowledged: boolean
  violation: Violation | null
}

/** Their device said that it ends the stream, and why. */
export class ToldToStopError extends Error {
  override readonly name = 'ToldToStopError'
  constructor(status: Status) {
    super(`their device ended it (${status})`)
  }
}

type Violation = ViolationError | ToldToStopError

/** What comes on one stream: checked as far as the stream alone tells, then taken into the logs, then answered. */
export class Incoming {
  readonly #parts: IncomingParts
  readonly #outgoing: Outgoing
  readonly #carrier: Carrier
  /** Conversations that their heads named; with another account there is only the one. */
  readonly #named = new Map<ConversationId, About>()
  readonly #refused = new Set<string>()
  #complete = false
  #headsFrames = 0

  constructor(parts: IncomingParts, outgoing: Outgoing) {
    this.#parts = parts
    this.#outgoing = outgoing
    const { account, channel, source } = parts
    const { peerId, route } = channel.peer
    const known = (id: ConversationId): About | null => this.#named.get(id) ?? source.aboutOf(id)
    this.#carrier = { account, peerId, route, aboutOf: known }
  }

  /** Their heads were all said. */
  get complete(): boolean {
    return this.#complete
  }

  async take(frames: readonly ReceivedFrame[]): Promise<Outcome> {
    const sorted: Sorted = { arrived: [], acknowledged: false, violation: null }
    try {
      for (const { frame } of frames) await this.#sort(frame, sorted)
    } catch (error) {
      if (!(error instanceof ViolationError || error instanceof ToldToStopError)) throw error
      sorted.violation = error
    }
    const { arrived, acknowledged } = sorted
    let taken: Taken | null = null
    if (arrived.length > 0) {
      // Verifying a full frame takes as long as storing it.
      await this.#parts.turns.pause()
      taken = await this.#parts.intake.takeAll(this.#carrier, arrived, this.#refused, () => this.#parts.turns.pause())
      // Whoever gave some may have the rest.
      if (taken.filled > 0) this.#outgoing.ask()
      sorted.violation = this.#answer(taken) ?? sorted.violation
    }
    if (this.#refused.size > MAX_REFUSALS) sorted.violation ??= tooManyRefused()
    return { news: taken?.news ?? null, authors: taken?.authors ?? new Map(), acknowledged, violation: sorted.violation }
  }

  /** Entries of ours came another way that they said before to have: now it can be noted. */
  notice(conversation: ConversationId): News {
    const held = this.#outgoing.confirmed(conversation).map((position) => heldAt(position))
    return this.#parts.intake.take(this.#carrier, held, this.#refused).news
  }

  async #sort(frame: Frame, sorted: Sorted): Promise<void> {
    switch (frame.kind) {
      case 'heads':
        return this.#heads(frame, sorted)
      case 'devices':
        return this.#devices(frame)
      case 'entries':
        return this.#entries(frame, sorted)
      case 'want':
        return this.#wanted(frame)
      case 'contents':
        return this.#contents(frame, sorted)
      case 'typing':
        if (this.#takes(frame.conversation) && this.#carrier.aboutOf(frame.conversation) !== null) this.#parts.onTyping(frame.conversation)
        return
      case 'ack':
        for (const position of frame.stored) this.#acknowledgement(position, sorted)
        return
      case 'nack':
        if (frame.log === null) throw new ToldToStopError(frame.status)
        this.#outgoing.refusedByThem(frame.log)
        this.#parts.log.warn({ peer: this.#carrier.peerId, status: frame.status }, 'a peer refused an entry')
        this.#parts.onRefused(frame.log, frame.status)
        sorted.acknowledged = true
    }
  }

  #heads({ conversations, more }: HeadsFrame, { arrived }: Sorted): void {
    this.#headsFrames += 1
    if (this.#parts.account !== this.#parts.me && more && this.#headsFrames >= MAX_HEADS_FRAMES) {
      throw new ViolationError('too-many', 'more heads than are shared', 10)
    }
    for (const { logs, ...named } of conversations) {
      const about = aboutOf(named)
      const isFirst = !this.#named.has(idOf(about))
      const conversation = this.#name(about)
      if (conversation === null) continue
      for (const { device, seq } of logs) {
        const position = { conversation, device, seq }
        this.#outgoing.has(position)
        arrived.push(heldAt(position))
      }
      // It begins later than the stream did: now it is known what they lack.
      if (this.#complete && isFirst) this.#outgoing.poke(conversation)
    }
    if (more || this.#complete) return
    this.#complete = true
    this.#outgoing.open()
  }

  /** Checks that this stream may be about that conversation. Null: of a group, and nothing to us. */
  #name(about: About): ConversationId | null {
    const { account, me, source } = this.#parts
    if (about.kind !== 'two') {
      if (!source.takesGroup(about, this.#parts.takes)) return null
    } else if (!isBetween(about.members, account, me)) {
      throw new ViolationError('wrong-conversation', 'heads of a conversation that is not of the two accounts', 25)
    }
    const id = idOf(about)
    if (!this.#named.has(id) && this.#named.size >= MAX_CONVERSATIONS) {
      throw new ViolationError('too-many', 'too many conversations', 10)
    }
    this.#named.set(id, about)
    return id
  }

  async #entries({ entries, contents }: EntriesFrame, sorted: Sorted): Promise<void> {
    if (entries.length !== contents.length) throw new ViolationError('malformed', 'not one content for each entry', 10)
    for (const [index, envelope] of entries.entries()) {
      await this.#entry(envelope, contents[index] ?? null, sorted)
      await this.#parts.turns.pause()
    }
  }

  /** Of a list that is none, or not theirs, nothing is kept; entries of devices that nobody listed are refused one by one. */
  async #devices({ account, list }: DevicesFrame): Promise<void> {
    if (this.#parts.source.takesListOf(account)) await this.#parts.learnDevices?.(list, account)
    await this.#parts.turns.pause()
  }

  #wanted({ of }: WantFrame): void {
    if (!this.#outgoing.owe(of)) throw new ViolationError('too-many', 'asked for more contents than are sent at once', 10)
  }

  #contents({ contents }: ContentsFrame, { arrived }: Sorted): void {
    for (const { block, ...position } of contents) {
      if (this.#takes(position.conversation)) arrived.push({ kind: 'content', position, block })
    }
  }

  async #entry(envelope: Uint8Array, block: Uint8Array | null, { arrived }: Sorted): Promise<void> {
    try {
      const signed = await openEntry(envelope)
      const { conversation, device, seq } = signed.entry
      this.#outgoing.has({ conversation, device, seq })
      checkContent(signed, block)
      await this.#learn(signed)
      if (this.#takes(conversation)) arrived.push({ kind: 'entry', signed, block })
      else this.#refuse(signed.entry, 'knock-first')
    } catch (error) {
      if (!(error instanceof EntryError)) throw error
      // A newer Latch wrote it: that log waits until this one is newer too, the others go on.
      if (error.place !== null) return this.#refuse(error.place, error.status)
      throw new ViolationError(error.status, error.message, POINTS[error.status] ?? 10, { cause: error })
    }
  }

  /** What is said in a group both are in needs no door: its members let each other in. */
  #takes(conversation: ConversationId): boolean {
    return this.#parts.takes || (this.#carrier.aboutOf(conversation)?.kind ?? 'two') !== 'two'
  }

  /** Whose devices are whose says the roster of a group itself, as its members may never have met. */
  async #learn({ entry, body }: SignedEntry): Promise<void> {
    const change = body?.kind === 'roster' ? body.change : null
    if (change === null || !('devices' in change) || change.devices === null || !this.#takes(entry.conversation)) return
    await this.#parts.learnDevices?.(change.devices, entry.account)
  }

  #acknowledgement(position: LogPosition, sorted: Sorted): void {
    const sent = this.#outgoing.acknowledged(position)
    if (sent === null) throw new ViolationError('malformed', 'acknowledged what was never sent', 10)
    sorted.acknowledged = true
    sorted.arrived.push(heldAt(position, sent.sentMs))
  }

  #answer({ stored, refused }: Taken): ViolationError | null {
    const { log, offence } = this.#parts
    for (const position of stored) this.#outgoing.acknowledge(position)
    for (const { position, verdict } of refused) {
      const { status, why, points, culprit } = verdict
      log.warn({ peer: this.#carrier.peerId, device: position.device, status, why }, 'refused a chat entry')
      const by = culprit === 'author' ? position.device : this.#carrier.peerId
      // A gap would stay for as long as this stream does; the next one starts with fresh heads.
      if (status === 'gap') return new ViolationError('gap', why, points)
      offence(by, `chat: ${why}`, points)
      this.#refuse(position, status)
    }
    return null
  }

  #refuse({ conversation, device, seq }: LogPosition, status: Status): void {
    const key = logKey({ conversation, device })
    if (this.#refused.has(key)) return
    this.#refused.add(key)
    this.#outgoing.refuse({ kind: 'nack', status, log: { conversation, device, seq } })
  }
}

/** Whether the stream of these two may be about it: with another account, only their own; among our devices, any of ours. */
export function isBetween(members: readonly [AccountId, AccountId], account: AccountId, me: AccountId): boolean {
  if (!members.includes(me)) return false
  return account === me || (members.includes(account) && members[0] !== members[1])
}

export function checkContent({ body }: SignedEntry, block: Uint8Array | null): void {
  if (block === null) return
  if (body?.kind === 'post' && isContentOf(body, block)) return
  throw new ViolationError('malformed', 'a content that its entry does not name', 25)
}

/** Heads frames of another account, of 2,048 logs each: more groups than two people share. */
const MAX_HEADS_FRAMES = 8

function tooManyRefused(): ViolationError {
  return new ViolationError('too-many', 'too many refused logs', 10)
}

function heldAt(position: LogPosition, sentMs: number | null = null): Arrived {
  return { kind: 'held', position, sentMs }
}

/** A signature that does not hold was not checked by its carrier, or made by it. */
const POINTS: Partial<Record<Status, number>> = { 'bad-signature': 25 }
