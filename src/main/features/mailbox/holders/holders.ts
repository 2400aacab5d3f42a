import type { AccountId, Address, PeerId } from '../../../../shared/ids.ts'
import { LatchError } from '../../../../shared/errors.ts'
import type { MailHolder } from '../../../../shared/model/mailbox.ts'
import { deadline, type Cancel, type Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { RefusedError, StreamCutError, type Offence } from '../../../platform/streams.ts'
import { BOX_BYTES, MailboxProtocolError, type MailboxProtocol, type RegisterAnswer } from '../../../protocols/mailbox/index.ts'
import type { Collection } from '../collecting/collector.ts'
import { COLLECT_EVERY_MS, COLLECT_SOON_MS, CONNECT_TIMEOUT_MS, MAX_HOLDERS, TRY_AGAIN_MS } from '../limits.ts'
import type { AskedDoor, MailIntroducer } from '../types.ts'
import { introducersToAsk, introducersToForget, isDue, nextLookMs } from './decide.ts'
import type { HolderStore, Holding } from './holder-store.ts'
import { afterFailure, afterRegistering, WAITING } from './states.ts'

/** An answer that no Latch gives. */
const FALSE_POINTS = 10

export interface HoldersParts {
  readonly store: HolderStore
  readonly protocol: MailboxProtocol
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  readonly random: () => number
  readonly randomBytes: (length: number) => Uint8Array
  readonly introducers: () => readonly MailIntroducer[]
  readonly connect: (peerId: PeerId, addresses: readonly Address[], signal: AbortSignal) => Promise<void>
  readonly isConnected: (peerId: PeerId) => boolean
  readonly knock: (peerId: PeerId) => Promise<AskedDoor>
  readonly accountOf: (peerId: PeerId) => AccountId | null
  /** Null: nobody takes letters here yet, and they stay where they are. */
  readonly collect: (holder: PeerId, signal: AbortSignal) => Promise<Collection | null>
  readonly onChange: () => void
}

interface Spoken {
  readonly letters: number
}

/** Those who hold our mail: asks them, fetches what they have, and looks at all of them time and again. */
export class Holders {
  readonly #parts: HoldersParts
  /** One conversation with each at a time; what is asked for meanwhile comes after it. */
  readonly #under = new Map<PeerId, Promise<Spoken>>()
  readonly #soon = new Map<PeerId, Cancel>()
  /** Where our box was said since this process began. */
  readonly #registered = new Set<PeerId>()
  /** Where letters are left that were not taken, and how often that was so. */
  readonly #left = new Map<PeerId, number>()
  #stop: AbortController | null = null
  #cancelLook: Cancel = () => {}

  constructor(parts: HoldersParts) {
    this.#parts = parts
  }

  start(): void {
    this.#stop = new AbortController()
    this.look()
    // Whatever was said when: this process knows nothing of what came since.
    for (const { peerId, state } of this.#parts.store.all()) if (state !== 'refused') this.soon(peerId)
  }

  async stop(): Promise<void> {
    this.#stop?.abort(new StreamCutError('the mailbox stops'))
    this.#stop = null
    this.#cancelLook()
    for (const cancel of this.#soon.values()) cancel()
    this.#soon.clear()
    await Promise.allSettled(this.#under.values())
  }

  list(): MailHolder[] {
    return this.#parts.store.all().flatMap(({ box: _box, answeredMs: _answeredMs, state, ...holder }) => (state === 'left' ? [] : [{ ...holder, state }]))
  }

  /** Asks new introducers, and speaks to whoever it is time for. */
  look(): void {
    if (this.#stop === null) return
    const { store, clock, introducers, random, onChange } = this.#parts
    this.#cancelLook()
    this.#cancelLook = clock.after(nextLookMs(random()), () => this.look())
    const inUse = introducers().map(({ peerId }) => peerId)
    for (const peerId of introducersToForget(store.all(), inUse, clock.nowMs())) store.remove(peerId)
    const room = MAX_HOLDERS - this.#count()
    for (const peerId of introducersToAsk(store.all(), inUse).slice(0, Math.max(0, room))) this.#add(peerId, 'introducer', null)
    for (const holding of store.all()) if (isDue(holding, clock.nowMs())) this.soon(holding.peerId)
    onChange()
  }

  /** It is there, has news, or changed its mind: within a moment. */
  soon(peerId: PeerId, delayMs = COLLECT_SOON_MS): void {
    const { store, clock, log } = this.#parts
    const holding = store.get(peerId)
    if (this.#stop === null || holding === null || holding.state === 'left' || this.#soon.has(peerId)) return
    const run = (): void => {
      this.#soon.delete(peerId)
      this.#speak(peerId).catch((error: unknown) => log.debug({ peer: peerId, error }, 'a holder of mail was not spoken to'))
    }
    this.#soon.set(peerId, clock.after(delayMs, run))
  }

  /** It is there. An introducer of which nothing is known yet may be one to ask. */
  connected(peerId: PeerId): void {
    const { store, introducers } = this.#parts
    if (store.get(peerId) === null && introducers().some((introducer) => introducer.peerId === peerId)) this.look()
    this.soon(peerId)
  }

  /** A person wants them to hold our mail. Who is away is asked when they are there. Errors: LatchError BUSY. */
  async ask(peerId: PeerId, account: AccountId | null): Promise<void> {
    const { store, introducers, log } = this.#parts
    const isIntroducer = introducers().some((introducer) => introducer.peerId === peerId)
    const known = store.get(peerId)
    if (known === null || known.state === 'left') this.#add(peerId, isIntroducer ? 'introducer' : 'contact', account)
    await this.#askNow(peerId).catch((error: unknown) => log.debug({ peer: peerId, error }, 'a holder of mail could not be asked yet'))
  }

  async #askNow(peerId: PeerId): Promise<void> {
    const { store, knock } = this.#parts
    await this.#speak(peerId)
    if (store.get(peerId)?.why !== WAITING) return
    const asked = await knock(peerId)
    if (asked === 'allowed') await this.#speak(peerId)
    else if (asked === 'denied') this.#note(peerId, { state: 'refused', why: 'They do not hold mail for you.' })
  }

  /** Errors: LatchError NOT_FOUND. What is there is fetched first, if it can be. */
  async leave(peerId: PeerId): Promise<void> {
    const { store, protocol, log, onChange } = this.#parts
    const holding = store.get(peerId)
    if (holding === null || holding.state === 'left') throw new LatchError('NOT_FOUND', 'Nobody of that id holds your mail.')
    if (holding.state === 'held') {
      try {
        await this.#speak(peerId)
        await protocol.unregister(peerId, this.#signal())
      } catch (error) {
        log.debug({ peer: peerId, error }, 'a holder of mail could not be told that it is one no more')
      }
    }
    this.#registered.delete(peerId)
    if (holding.kind === 'introducer') store.put({ ...holding, state: 'left', why: null })
    else store.remove(peerId)
    onChange()
  }

  /** From all of them, now; gives how many letters came. */
  async collect(): Promise<number> {
    const held = this.#parts.store.all().filter(({ state }) => state === 'held' || state === 'unreachable')
    const spoken = await Promise.allSettled(held.map(({ peerId }) => this.#speak(peerId)))
    return spoken.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value.letters : 0), 0)
  }

  #add(peerId: PeerId, kind: MailHolder['kind'], account: AccountId | null): void {
    const { store, randomBytes } = this.#parts
    if (this.#count() >= MAX_HOLDERS) throw new LatchError('BUSY', 'Enough others hold your mail; leave one of them first.')
    const box = Buffer.from(randomBytes(BOX_BYTES)).toString('hex')
    const nothing = { quotaBytes: 0, usedBytes: 0, checkedMs: null, answeredMs: null, why: null }
    store.put({ peerId, account, kind, state: 'asking', box, ...nothing })
  }

  #count(): number {
    return this.#parts.store.all().filter(({ state }) => state !== 'left').length
  }

  #signal(): AbortSignal {
    if (this.#stop === null) throw new StreamCutError('the mailbox is stopped')
    return this.#stop.signal
  }

  async #speak(peerId: PeerId): Promise<Spoken> {
    const before = this.#under.get(peerId)
    const spoken = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#speakNow(peerId))
    this.#under.set(peerId, spoken)
    try {
      return await spoken
    } finally {
      if (this.#under.get(peerId) === spoken) this.#under.delete(peerId)
    }
  }

  /** Errors: LatchError UNREACHABLE, NOT_ALLOWED. What came of it is noted. */
  async #speakNow(peerId: PeerId): Promise<Spoken> {
    const { clock, connect, isConnected, protocol, collect, store } = this.#parts
    const signal = this.#signal()
    try {
      if (!isConnected(peerId)) {
        const limit = deadline(clock, CONNECT_TIMEOUT_MS, 'connecting to a holder of mail', signal)
        await connect(peerId, [], limit.signal).finally(limit.release)
      }
      const holding = store.get(peerId)
      if (holding === null || holding.state === 'left') return { letters: 0 }
      if (holding.state !== 'held' || !this.#registered.has(peerId)) this.#noteAnswer(peerId, await protocol.register(peerId, holding.box, signal))
      if (store.get(peerId)?.state !== 'held') return { letters: 0 }
      let collection = await collect(peerId, signal)
      if (collection?.outcome === 'refused') {
        // It lost our box, or threw it away.
        this.#noteAnswer(peerId, await protocol.register(peerId, holding.box, signal))
        if (store.get(peerId)?.state === 'held') collection = await collect(peerId, signal)
      }
      if (collection?.outcome !== 'collected') return { letters: 0 }
      this.#note(peerId, { state: 'held', why: null, ...collection.room })
      this.#comeAgain(peerId, collection)
      return { letters: collection.letters }
    } catch (error) {
      this.#failed(peerId, error)
      throw error instanceof LatchError ? error : new LatchError('UNREACHABLE', 'Who holds your mail does not answer.', { cause: error })
    }
  }

  /** What was not taken may be once something else was, here or at another holder; otherwise after a while, and a longer one. */
  #comeAgain(peerId: PeerId, { letters, later }: { readonly letters: number; readonly later: number }): void {
    const tries = this.#left.get(peerId) ?? 0
    if (later === 0) this.#left.delete(peerId)
    else this.#left.set(peerId, tries + 1)
    if (letters > 0) for (const other of this.#left.keys()) this.soon(other)
    else if (later > 0) this.soon(peerId, Math.min(TRY_AGAIN_MS * 2 ** tries, COLLECT_EVERY_MS))
  }

  #noteAnswer(peerId: PeerId, answer: RegisterAnswer): void {
    const holding = this.#parts.store.get(peerId)
    if (holding === null) return
    if (answer.status === 'registered') this.#registered.add(peerId)
    this.#note(peerId, afterRegistering(holding, answer))
  }

  #failed(peerId: PeerId, error: unknown): void {
    const { store, offence, log, clock, onChange } = this.#parts
    if (this.#stop === null) return
    if (error instanceof MailboxProtocolError) offence(peerId, `mailbox: ${error.message}`, FALSE_POINTS)
    const isAway = error instanceof LatchError || error instanceof StreamCutError || error instanceof RefusedError
    log[isAway ? 'debug' : 'warn']({ peer: peerId, error }, 'a holder of mail does not answer')
    const holding = store.get(peerId)
    if (holding === null) return
    store.put({ ...holding, ...afterFailure(holding), checkedMs: clock.nowMs() })
    onChange()
  }

  /** It answered. */
  #note(peerId: PeerId, news: Partial<Holding>): void {
    const { store, clock, accountOf, onChange } = this.#parts
    const holding = store.get(peerId)
    if (holding === null) return
    const nowMs = clock.nowMs()
    const account = holding.kind === 'contact' ? (accountOf(peerId) ?? holding.account) : null
    store.put({ ...holding, account, checkedMs: nowMs, answeredMs: nowMs, ...news })
    onChange()
  }
}
