import type { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import {
  MAX_ACKS_A_FRAME,
  MAX_ENTRIES_A_FRAME,
  MAX_ENTRIES_FRAME_BYTES,
  MAX_WANTED,
  WINDOW_BYTES,
  type DevicesFrame,
  type EntriesFrame,
  type Frame,
  type ContentsFrame,
  type HeadsFrame,
  type LogPosition,
  type NackFrame,
  type TypingFrame,
  type WantFrame,
} from '../../protocols/chat/index.ts'
import type { About } from './about.ts'
import { copyOf, headsFrames, lackingOf } from './heads.ts'
import { MAX_OWED_BLOCKS } from './limits.ts'
import type { Source } from './source-types.ts'
import type { EntryRow } from './store.ts'

interface InFlight {
  readonly seq: number
  readonly sizeBytes: number
  readonly sentMs: number
}

/** Content blocks in one frame: 256 KiB at the most. */
const BLOCKS_A_FRAME = 4

/** CBOR around each envelope in a frame: at most this many bytes. */
const FRAMING_BYTES = 5

/**
 * What one stream has to say next. Knows what the other side has, from its heads, from what it sent, and from what was
 * sent to it, and reads the rest from the logs when there is room: nothing waits in memory, so nothing is lost with it.
 */
export class Outgoing {
  readonly #source: Source
  readonly #nowMs: () => number
  /** Acknowledgements merge, and refused logs are few: both stay small however long the other side does not read. */
  readonly #acks = new Map<string, LogPosition>()
  readonly #nacks: NackFrame[] = []
  /** Content blocks that they asked for. */
  readonly #owed: LogPosition[] = []
  /** Somebody types in them. */
  readonly #typing = new Set<ConversationId>()
  /** What is missing here is to be asked for. */
  #asks = false
  readonly #heads: HeadsFrame[]
  readonly #announced = new Set<ConversationId>()
  /** By log: up to where they said or showed that they have it. */
  readonly #confirmed = new Map<string, LogPosition>()
  /** By log: up to where they have it or have been sent it. */
  readonly #has = new Map<string, number>()
  /** Rosters go first: what is said in a talk is only taken by who knows whose it is. */
  readonly #dirtyRosters = new Set<ConversationId>()
  readonly #dirty = new Set<ConversationId>()
  readonly #refused = new Set<string>()
  /** Lists of devices that were said on this stream. */
  readonly #lists = new Map<AccountId, Uint8Array>()
  readonly #inFlight = new Map<string, InFlight[]>()
  #inFlightBytes = 0
  #open = false
  #retired = false

  constructor(source: Source, nowMs: () => number) {
    this.#source = source
    this.#nowMs = nowMs
    const all = source.all()
    this.#heads = headsFrames(all)
    for (const { id } of all) this.#announced.add(id)
  }

  /** Whether entries are on the way that were not acknowledged. */
  get unacknowledged(): boolean {
    return this.#inFlight.size > 0
  }

  /** Heads of theirs, or an entry that they sent: they have that log up to there. */
  has(position: LogPosition): void {
    const log = logOf(position.conversation, position.device)
    this.#has.set(log, Math.max(this.#has.get(log) ?? 0, position.seq))
    if (position.seq > (this.#confirmed.get(log)?.seq ?? 0)) this.#confirmed.set(log, position)
  }

  /** What they said or showed that they have of a conversation. */
  confirmed(conversation: ConversationId): LogPosition[] {
    return [...this.#confirmed.values()].filter((position) => position.conversation === conversation)
  }

  /** What they lack, and what is lacking here; null: they have not said what they have. */
  behind(): { here: number; there: number } | null {
    return this.#open ? lackingOf(this.#source.all(), this.#confirmed.values()) : null
  }

  /** Their heads are complete: what they lack can go out, and what is missing here be asked for. */
  open(): void {
    this.#open = true
    this.#asks = true
    for (const { id, about } of this.#source.all()) this.#mark(id, about)
  }

  /** There is something new in a conversation. */
  poke(conversation: ConversationId): void {
    if (this.#open) this.#mark(conversation, this.#source.aboutOf(conversation))
  }

  /** Says up to where the logs are here that they are not known to have. */
  announce(conversation: ConversationId): void {
    if (!this.#announced.has(conversation)) return this.poke(conversation)
    const held = this.#source.held(conversation)
    const logs = held.logs.filter(({ device, seq, stays }) => stays !== true && seq > (this.#has.get(logOf(conversation, device)) ?? 0))
    if (this.#open && logs.length > 0) this.#heads.push({ kind: 'heads', conversations: [copyOf({ ...held, logs })], more: false })
  }

  acknowledge(position: LogPosition): void {
    this.#acks.set(logOf(position.conversation, position.device), position)
  }

  refuse(nack: NackFrame): void {
    this.#nacks.push(nack)
  }

  typing(conversation: ConversationId): void {
    this.#typing.add(conversation)
  }

  /** They may have what is missing here. */
  ask(): void {
    this.#asks = true
  }

  /** They asked for content blocks. False: for more than is kept in mind at once. */
  owe(positions: readonly LogPosition[]): boolean {
    if (this.#owed.length + positions.length > MAX_OWED_BLOCKS) return false
    this.#owed.push(...positions)
    return true
  }

  /** They stored a log up to there. Null if they cannot have: it was never sent to them. */
  acknowledged(position: LogPosition): { sentMs: number | null } | null {
    const log = logOf(position.conversation, position.device)
    if (position.seq > (this.#has.get(log) ?? 0)) return null
    this.has(position)
    return { sentMs: this.#settle(log, position.seq) }
  }

  /** They do not take a log any further. */
  refusedByThem({ conversation, device }: LogPosition): void {
    const log = logOf(conversation, device)
    this.#refused.add(log)
    this.#settle(log, Number.MAX_SAFE_INTEGER)
  }

  /** Another stream goes on instead of this one: no more entries. */
  retire(): void {
    this.#retired = true
  }

  /** The next frame, or null when there is none now. */
  next(): Frame | null {
    const answer = this.#nacks.shift() ?? this.#nextAck() ?? this.#heads.shift()
    return answer ?? this.#nextTyping() ?? this.#nextWant() ?? this.#nextContents() ?? this.#nextEntries()
  }

  #nextTyping(): TypingFrame | null {
    const [conversation] = this.#typing
    if (conversation === undefined) return null
    this.#typing.delete(conversation)
    return { kind: 'typing', conversation }
  }

  #nextWant(): WantFrame | null {
    if (!this.#asks || !this.#open || this.#retired) return null
    this.#asks = false
    const of = this.#source.missing(MAX_WANTED)
    return of.length === 0 ? null : { kind: 'want', of }
  }

  /** Those of the next ones that there are; one may be as large as a quarter of a frame. */
  #nextContents(): ContentsFrame | null {
    while (this.#owed.length > 0) {
      const contents = this.#owed.splice(0, BLOCKS_A_FRAME).flatMap((position) => {
        const block = this.#source.blockAt(position)
        return block === null ? [] : [{ ...position, block }]
      })
      if (contents.length > 0) return { kind: 'contents', contents }
    }
    return null
  }

  #nextAck(): Frame | null {
    if (this.#acks.size === 0) return null
    const stored = [...this.#acks.values()].slice(0, MAX_ACKS_A_FRAME)
    for (const { conversation, device } of stored) this.#acks.delete(logOf(conversation, device))
    return { kind: 'ack', stored }
  }

  #mark(conversation: ConversationId, about: About | null): void {
    if (about?.kind === 'roster') this.#dirtyRosters.add(conversation)
    else this.#dirty.add(conversation)
  }

  #nextEntries(): Frame | null {
    if (!this.#open || this.#retired || this.#inFlightBytes >= WINDOW_BYTES) return null
    return this.#nextOf(this.#dirtyRosters) ?? this.#nextOf(this.#dirty)
  }

  #nextOf(dirty: Set<ConversationId>): Frame | null {
    for (const conversation of dirty) {
      // Who was removed from a group since is told nothing more of it.
      const isAbout = this.#source.aboutOf(conversation) !== null
      if (isAbout && !this.#announced.has(conversation)) return this.#announce(conversation)
      const frame = isAbout ? this.#take(conversation) : null
      if (frame !== null && (frame.kind === 'devices' || frame.entries.length > 0)) return frame
      dirty.delete(conversation)
    }
    return null
  }

  #announce(conversation: ConversationId): Frame {
    this.#announced.add(conversation)
    return { kind: 'heads', conversations: [copyOf(this.#source.held(conversation))], more: false }
  }

  /** Whose devices wrote what they lack, where they may not know it: they would take nothing of a device that is nobody's. */
  #listFor(accounts: Iterable<AccountId>): DevicesFrame | null {
    for (const account of accounts) {
      const list = this.#source.listOf(account)
      const said = this.#lists.get(account)
      if (list === null || (said !== undefined && Buffer.compare(said, list) === 0)) continue
      this.#lists.set(account, list)
      return { kind: 'devices', account, list }
    }
    return null
  }

  /** As many entries as one frame takes, of all logs that they lack something of, in the order we stored them. */
  #take(conversation: ConversationId): EntriesFrame | DevicesFrame {
    const lacking = this.#source.held(conversation).logs.flatMap(({ key, account, device, seq, from = 0, begins = 0, stays }) => {
      const log = logOf(conversation, device)
      const has = Math.max(this.#has.get(log) ?? 0, from)
      if (stays === true || has < begins || seq <= has || this.#refused.has(log)) return []
      const rows = this.#source.entries(key, has, Math.min(MAX_ENTRIES_A_FRAME, seq - has))
      return rows.map((row) => ({ ...row, log, account }))
    })
    const list = this.#listFor(new Set(lacking.map(({ account }) => account)))
    if (list !== null) return list
    const frame: EntriesFrame = { kind: 'entries', entries: [], contents: [] }
    let sizeBytes = 0
    for (const row of lacking.toSorted((a, b) => a.place - b.place).slice(0, MAX_ENTRIES_A_FRAME)) {
      sizeBytes += sizeOf(row) + 2 * FRAMING_BYTES
      if (sizeBytes > MAX_ENTRIES_FRAME_BYTES && frame.entries.length > 0) break
      frame.entries.push(row.envelope)
      frame.contents.push(row.block)
      this.#sent(row.log, row)
    }
    return frame
  }

  #sent(log: string, row: EntryRow): void {
    const { seq } = row
    const sizeBytes = sizeOf(row)
    this.#has.set(log, seq)
    const inFlight = this.#inFlight.get(log) ?? []
    inFlight.push({ seq, sizeBytes, sentMs: this.#nowMs() })
    this.#inFlight.set(log, inFlight)
    this.#inFlightBytes += sizeBytes
  }

  /** Entries of a log up to `seq` are no longer on the way; when the last of them was sent, null if none was. */
  #settle(log: string, seq: number): number | null {
    const inFlight = this.#inFlight.get(log) ?? []
    const settled = inFlight.filter((entry) => entry.seq <= seq)
    for (const { sizeBytes } of settled) this.#inFlightBytes -= sizeBytes
    const left = inFlight.slice(settled.length)
    if (left.length === 0) this.#inFlight.delete(log)
    else this.#inFlight.set(log, left)
    return settled.at(-1)?.sentMs ?? null
  }
}

function logOf(conversation: ConversationId, device: PeerId): string {
  return `${conversation} ${device}`
}

function sizeOf({ envelope, block }: EntryRow): number {
  return envelope.byteLength + (block?.byteLength ?? 0)
}
