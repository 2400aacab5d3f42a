import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, KnockId, PeerId, RuleId } from '../../../shared/ids.ts'
import type { About, Capability, SentKnock } from '../../../shared/model/door.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import {
  MAX_GREETING_BYTES,
  MAX_GREETING_LENGTH,
  MAX_REMAINING_MS,
  openVerdict,
  type KnockProtocol,
  type KnockReply,
  type Opening,
  type Receipt,
  type Verdict,
  type Work,
} from '../../protocols/knock/index.ts'
import { MAX_SOLVED_BITS, VERDICT_GRACE_MS } from './limits.ts'
import type { ProvenDevice } from './proving.ts'
import { SentBook } from './sent-book.ts'
import { entryOf, isOpen, onWire, wholeOf, type Entry } from './sent-entry.ts'
import { failureOf, opened, refusalOf, words } from './sent-words.ts'
import type { DoorStore } from './store.ts'
import type { DoorTime } from './time.ts'
import type { Yes } from './their-yes.ts'
import type { DoorEvent } from './types.ts'
import { solve } from './work.ts'

export type KnockTarget = { peerId: PeerId } | { account: AccountId }

/** What is asked for; `about` as far as it fits the capability. */
export interface Asks {
  readonly capability: Capability
  readonly greeting: string
  readonly about: Partial<About>
}

/** A person is asked, or will be. */
interface Asked {
  readonly remainingMs: number
  readonly shown: boolean
  readonly quiet?: boolean | undefined
}

interface Parts {
  readonly self: PeerId
  readonly clock: Clock
  readonly time: DoorTime
  readonly log: Log
  readonly store: DoorStore
  readonly protocol: KnockProtocol
  readonly newId: () => KnockId
  readonly connect: (to: KnockTarget) => Promise<PeerId>
  readonly provenNow: (peerId: PeerId) => ProvenDevice | null
  readonly prove: (peerId: PeerId) => Promise<ProvenDevice | null>
  readonly devicesOf: (account: AccountId) => readonly PeerId[]
  readonly publish: (event: DoorEvent) => void
  /** Their door opened for us. Gives the rule that opens ours for them, if one was made. */
  readonly letIn: (yes: Yes) => RuleId | null
  /** They took it back. */
  readonly shutOut: (rule: RuleId) => void
}

/** Our knocks at other doors, and the truth about each as far as the other side discloses it. */
export class SentKnocks {
  readonly #parts: Parts
  readonly #book: SentBook

  constructor(parts: Parts) {
    this.#parts = parts
    this.#book = new SentBook(parts)
  }

  /** Takes up what was open when the node stopped: the other side may still be asking its person. */
  resume(): void {
    for (const entry of this.#book.all()) {
      const { state, untilMs } = entry.record.sent
      const leftMs = Math.max(0, (untilMs ?? 0) - this.#parts.time.wallMs())
      if (state === 'asked') this.#await(entry, Math.min(leftMs, MAX_REMAINING_MS))
      else if (isOpen(entry)) this.#book.set(entry, words.stopped)
    }
  }

  /** Newest first. */
  list(): SentKnock[] {
    return this.#book.list()
  }

  /**
   * Resolves with the first answer, or with why there is none; later ones are published. An open knock at the same
   * account that asks for the same is not sent twice. *Errors*: LatchError BAD_INPUT, UNREACHABLE (no device is known).
   */
  async knock(to: KnockTarget, asks: Asks, token?: Uint8Array): Promise<SentKnock> {
    const { capability, greeting } = asks
    if (greeting.length > MAX_GREETING_LENGTH || Buffer.byteLength(greeting) > MAX_GREETING_BYTES) {
      throw new LatchError('BAD_INPUT', `A greeting has at most ${MAX_GREETING_LENGTH} characters.`)
    }
    const about = wholeOf(asks.about)
    const peerId = 'peerId' in to ? to.peerId : this.#parts.devicesOf(to.account)[0]
    if (peerId === undefined) throw new LatchError('UNREACHABLE', 'No device of that account is known here.')
    if (peerId === this.#parts.self) throw new LatchError('BAD_INPUT', 'That is this device itself.')
    const account = 'account' in to ? to.account : (this.#parts.provenNow(peerId)?.account ?? null)

    const same = this.#book.openTo({ peerId, account }, { capability, about })
    if (same !== undefined && token === undefined) return same.first ?? same.record.sent
    // A token opens what a question has not: the question is withdrawn.
    if (same !== undefined) this.cancel(same.record.sent.id)

    const sentMs = this.#parts.time.wallMs()
    const sent: SentKnock = {
      id: this.#parts.newId(),
      peerId,
      account,
      capability,
      about,
      greeting,
      sentMs,
      state: 'sending',
      untilMs: null,
      quiet: false,
      workBits: null,
      why: '',
    }
    const entry = entryOf({ sent, seq: 0, opened: null, isOver: false }, token)
    this.#book.add(entry)
    entry.first = this.#run(entry, to).finally(() => (entry.first = null))
    return entry.first
  }

  /** *Errors*: LatchError NOT_FOUND, CONFLICT. */
  cancel(id: KnockId): SentKnock {
    const entry = this.#book.get(id)
    if (entry === undefined) throw new LatchError('NOT_FOUND', 'There is no knock of that id.')
    if (!isOpen(entry)) throw new LatchError('CONFLICT', 'That knock is no longer open.')
    const { peerId } = entry.record.sent
    entry.stop.abort(new Error('cancelled'))
    this.#book.set(entry, { state: 'cancelled', why: '' })
    this.#parts.protocol
      .withdraw(peerId, id)
      .catch((error: unknown) => this.#parts.log.debug({ peer: peerId, error }, 'a withdrawal did not arrive'))
    return entry.record.sent
  }

  /**
   * This person shut them out: what they said yes to is over, and a second yes opens nothing. What was not answered yet
   * goes on, unless `all` ends.
   */
  over(account: AccountId, capability: Capability | 'all'): void {
    // Whose the device is may not have been proven when we knocked there.
    const devices = this.#parts.devicesOf(account)
    for (const entry of this.#book.all()) {
      const { sent } = entry.record
      const isTheirs = sent.account === null ? devices.includes(sent.peerId) : sent.account === account
      if (!isTheirs || (capability !== 'all' && sent.capability !== capability)) continue
      if (isOpen(entry) && capability !== 'all') continue
      if (isOpen(entry)) this.cancel(sent.id)
      this.#book.close(entry)
    }
  }

  /** A verdict, signed by the door we knocked at, on a knock that can still have one, newer than those before. */
  async judged(peer: RemotePeer, envelope: Uint8Array): Promise<Receipt> {
    let opened: { signer: PeerId; verdict: Verdict }
    try {
      opened = await openVerdict(envelope)
    } catch {
      return { status: 'refused', code: 'forged' }
    }
    const { signer, verdict } = opened
    const entry = this.#book.get(verdict.id)
    const code = refusalOf(verdict, { signer, from: peer.peerId, self: this.#parts.self }, entry?.record)
    if (code !== null || entry === undefined) return { status: 'refused', code: code ?? 'unknown' }
    entry.record = { ...entry.record, seq: verdict.seq }
    if (verdict.outcome === 'allowed') await this.#allowed(entry, verdict)
    else if (verdict.outcome === 'pending') this.#asked(entry, { ...verdict, shown: verdict.shown ?? true })
    else this.#refused(entry, { state: verdict.outcome, why: '' })
    return { status: 'taken' }
  }

  stop(): void {
    for (const entry of this.#book.all()) {
      entry.stop.abort(new Error('the node stops'))
      entry.cancelWait()
    }
  }

  async #run(entry: Entry, to: KnockTarget): Promise<SentKnock> {
    const { signal } = entry.stop
    try {
      const peerId = await this.#parts.connect(to)
      const account = (await this.#parts.prove(peerId))?.account ?? null
      signal.throwIfAborted()
      if ('account' in to && account !== to.account) return this.#book.set(entry, words.otherAccount)
      const same = this.#book.openTo({ peerId, account }, entry.record.sent, entry)
      if (same !== undefined) {
        this.#book.set(entry, words.twice)
        return same.first ?? same.record.sent
      }
      this.#book.set(entry, { peerId, account })
      await this.#send(entry, peerId)
    } catch (error) {
      if (!signal.aborted) this.#failed(entry, error)
    }
    return entry.record.sent
  }

  async #send(entry: Entry, peerId: PeerId, work?: Work): Promise<void> {
    const { id, capability, greeting, about } = entry.record.sent
    const { signal } = entry.stop
    const { token } = entry
    const knock = {
      id,
      capability,
      greeting,
      ...onWire(about),
      ...(token === undefined ? {} : { token }),
      ...(work === undefined ? {} : { work }),
    }
    const reply = await this.#parts.protocol.knock(peerId, knock, signal)
    signal.throwIfAborted()
    // A verdict that overtook this reply is the newer word.
    if (entry.record.seq > 0) return
    if (reply.status !== 'busy') return this.#replied(entry, reply)
    if (work !== undefined || reply.workBits > MAX_SOLVED_BITS) {
      this.#book.set(entry, { ...words.busy, workBits: reply.workBits })
      return
    }
    this.#book.set(entry, { ...words.working, workBits: reply.workBits })
    const nonce = await solve({ id, from: this.#parts.self, to: peerId, salt: reply.salt }, reply.workBits, signal)
    return this.#send(entry, peerId, { salt: reply.salt, nonce })
  }

  async #replied(entry: Entry, reply: Exclude<KnockReply, { status: 'busy' }>): Promise<void> {
    switch (reply.status) {
      case 'allowed':
        return this.#allowed(entry, reply)
      case 'pending':
        return this.#asked(entry, reply)
      case 'denied':
        return this.#refused(entry, reply.code === 'unproven' ? words.unproven : { state: 'denied', why: '' })
      case 'malformed':
        this.#book.set(entry, words.malformed)
    }
  }

  async #allowed(entry: Entry, opening: Opening): Promise<void> {
    const { peerId, capability, state } = entry.record.sent
    const { seq } = entry.record
    const account = (await this.#parts.prove(peerId))?.account ?? null
    // Meanwhile it was taken back, or nobody waits any more.
    if (entry.record.seq !== seq || entry.record.sent.state === 'cancelled' || entry.stop.signal.aborted) return
    // The device may have changed hands since: what opens our door is who we knocked at, and nobody else.
    const known = entry.record.sent.account ?? account
    if (known === null || account !== known) {
      this.#book.set(entry, words.otherSince)
      return
    }
    const word = opened(opening, this.#parts.time.wallMs())
    this.#book.set(entry, { account: known, ...word, workBits: null, quiet: false })
    if (state === 'allowed') return
    const rule = this.#parts.letIn({ account: known, peerId, capability, opening })
    entry.record = { ...entry.record, opened: rule }
    this.#book.set(entry, {})
  }

  #refused(entry: Entry, word: Pick<SentKnock, 'state' | 'why'>): void {
    const { opened } = entry.record
    entry.record = { ...entry.record, opened: null }
    this.#book.set(entry, { ...word, ...nothingOpen })
    if (opened !== null) this.#parts.shutOut(opened)
  }

  #asked(entry: Entry, { remainingMs, shown, quiet = false }: Asked): void {
    const word = quiet ? words.quiet : shown ? words.shown : words.waits
    this.#book.set(entry, { ...word, quiet, workBits: null, untilMs: this.#parts.time.wallMs() + remainingMs })
    this.#await(entry, remainingMs)
  }

  #await(entry: Entry, remainingMs: number): void {
    if (entry.stop.signal.aborted) return
    entry.cancelWait = this.#parts.clock.after(remainingMs + VERDICT_GRACE_MS, () => {
      this.#book.set(entry, { state: 'unanswered', ...nothingOpen, why: '' })
    })
  }

  #failed(entry: Entry, error: unknown): void {
    const { peerId } = entry.record.sent
    const { cause, ...word } = failureOf(error)
    this.#book.set(entry, { ...word, ...nothingOpen })
    this.#parts.log[cause === 'theirs' ? 'info' : 'error']({ peer: peerId, error }, 'a knock was not answered')
  }
}

/** Nobody is asked, and nothing is worked for. */
const nothingOpen = { untilMs: null, quiet: false, workBits: null } as const
