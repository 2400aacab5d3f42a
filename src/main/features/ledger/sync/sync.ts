import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { SyncState, ValidationReport } from '../../../../shared/model/consensus.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import { Feed } from '../../../platform/feed.ts'
import type { Log } from '../../../platform/log.ts'
import type { Verifier } from '../../../platform/verify-pool.ts'
import type { LedgerProtocol } from '../../../protocols/ledger/index.ts'
import type { Hex } from '../bytes.ts'
import type { Entry } from '../entry.ts'
import type { Head, Lied, Running, Sync } from '../types.ts'
import { type Fault, faultOf } from './faults.ts'
import { floorOf, follow, type Run } from './follow.ts'
import { CLAIMS_WAITED_MS, LIMITS, type SyncLimits } from './limits.ts'
import { claimOf, type Known, nextToFollow, nextWakeMs, putAside, type Standing, standingOf } from './peers.ts'
import { Fetched, fetchPool } from './pools.ts'
import { Roll } from './roll.ts'
import { headOf } from './serve.ts'
import { askForValidation } from './validation.ts'

export interface SyncParts {
  readonly running: Running
  readonly protocol: LedgerProtocol
  readonly clock: Clock
  readonly log: Log
  readonly verifier: Verifier
  readonly lied: Lied
  /** 0 up to 1. */
  readonly random: () => number
  /** Whether this device makes the blocks by itself: then there is nobody to wait for. */
  readonly decidesAlone: () => boolean
  /** An entry came from somebody's pool and is new here: whoever has gossip passes it on. */
  readonly passOn: (entry: Entry) => void
  readonly limits?: Partial<SyncLimits>
}

/** Brings the chain of one running network up to the best that its peers show, until it is closed. */
export function createSync(parts: SyncParts): Sync {
  return new LedgerSync(parts)
}

class LedgerSync implements Sync {
  readonly #parts: SyncParts
  readonly #limits: SyncLimits
  readonly #feed: Feed<void>
  readonly #closing = new AbortController()
  readonly #tasks = new Set<Promise<void>>()
  readonly #roll: Roll
  /** Asked for their head now; and whether that was to be asked once more. */
  readonly #greeting = new Map<PeerId, 'once' | 'again'>()
  readonly #fetched = new Fetched()
  readonly #startMs: number
  #sinceMs: number | null = null
  /** Since when it is not ready, on the monotonic hand. */
  #soughtMs: number
  #run: Run | null = null
  #isWorking = false
  #told: string
  #cancelRound: Cancel = () => {}
  #cancelWake: Cancel = () => {}

  constructor(parts: SyncParts) {
    this.#parts = parts
    this.#limits = { ...LIMITS, ...parts.limits }
    this.#roll = new Roll(this.#limits)
    this.#startMs = parts.clock.nowMs()
    this.#soughtMs = this.#nowMs()
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of the sync failed'))
    this.#told = this.#tellable()
    this.#scheduleRound()
  }

  heard(peerId: PeerId, head: Head): void {
    if (this.#isClosed) return
    const isNear = head.height < this.#parts.running.chain.head.height + this.#limits.behindBlocks
    const graceMs = isNear && this.#sinceMs !== null ? this.#limits.graceMs : 0
    this.#roll.heard(peerId, head, this.#standing(), this.#nowMs() + graceMs)
    this.#changed()
    this.#wake()
  }

  greet(peerId: PeerId): void {
    if (this.#isClosed || this.#roll.isOut(peerId)) return
    if (this.#greeting.has(peerId)) return void this.#greeting.set(peerId, 'again')
    this.#greeting.set(peerId, 'once')
    this.#track(this.#greet(peerId))
  }

  gone(peerId: PeerId): void {
    this.#roll.gone(peerId)
    this.#changed()
  }

  orphan(peerId: PeerId, parent: Hex): void {
    if (this.#isClosed || this.#standing().place(parent).at !== 'nowhere') return
    const known = this.#roll.get(peerId)
    if (known !== undefined) known.settled = null
    this.greet(peerId)
  }

  peers(): ReadonlyMap<PeerId, Head> {
    return new Map(this.#roll.all().map(({ peerId, head }) => [peerId, head]))
  }

  state(): SyncState {
    const run = this.#run
    if (run?.isBehind === true) return this.#catchingUp(run)
    if (this.#sinceMs !== null) return { state: 'ready', sinceMs: this.#sinceMs }
    if (this.#parts.decidesAlone()) return { state: 'ready', sinceMs: this.#startMs }
    return run === null ? { state: 'looking' } : this.#catchingUp(run)
  }

  onChanged(listener: () => void): () => void {
    return this.#feed.subscribe(listener)
  }

  async validate(peerId: PeerId, fromHeight: number, signal?: AbortSignal): Promise<ValidationReport> {
    const closing = this.#closing.signal
    closing.throwIfAborted()
    const either = signal === undefined ? closing : AbortSignal.any([signal, closing])
    return askForValidation(this.#parts, peerId, fromHeight, either)
  }

  async close(): Promise<void> {
    this.#closing.abort(new LatchError('UNREACHABLE', 'This network is not followed any more.'))
    this.#cancelRound()
    this.#cancelWake()
    await Promise.all(this.#tasks)
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  // What runs

  #wake(): void {
    if (this.#isWorking || this.#isClosed) return
    this.#isWorking = true
    this.#track(this.#work())
  }

  async #work(): Promise<void> {
    try {
      while (!this.#isClosed && (await this.#workOnce()) === 'more');
    } finally {
      this.#isWorking = false
    }
    this.#scheduleWake()
  }

  /** One thing at a time, chains before pools: an entry is judged by the state after the last block. */
  async #workOnce(): Promise<'more' | 'nothing'> {
    const { running, protocol, clock, passOn } = this.#parts
    const peer = nextToFollow(this.#roll.all(), this.#standing(), this.#nowMs())
    if (peer !== null) {
      if (peer.strikes > 0 || this.#nowMs() - this.#soughtMs >= CLAIMS_WAITED_MS) this.#believe()
      await this.#guarded(peer, () => this.#follow(peer))
      return 'more'
    }
    this.#level()
    const other = this.#roll.nextPool(this.#nowMs(), this.#standing())
    if (other === undefined) return 'nothing'
    other.pooledAtMs = this.#nowMs()
    const parts = { running, protocol, clock, passOn, fetched: this.#fetched }
    await this.#guarded(other, () => fetchPool(parts, other.peerId, this.#closing.signal))
    return 'more'
  }

  async #follow(peer: Known): Promise<void> {
    const { running } = this.#parts
    const before = running.chain.head.id
    const isBehind = this.#run?.isBehind === true
    const run: Run = { step: 'headers', target: Math.max(1, peer.head.height), from: [peer.peerId], isBehind }
    this.#run = run
    this.#changed()
    const others = (): Known[] => this.#roll.able(this.#nowMs())
    const failed = (peerId: PeerId, fault: Fault): void => this.#failed(peerId, fault)
    const changed = (): void => this.#changed()
    let isHere = false
    try {
      const parts = { ...this.#parts, limits: this.#limits, others, failed, changed }
      await follow(parts, peer, run, this.#closing.signal)
      isHere = peer.settled === claimOf(peer.head)
    } finally {
      // Names are not answered from a chain that is known to be old, whatever stopped this.
      if (run.isBehind && this.#sinceMs !== null) this.#soughtMs = this.#nowMs()
      if (run.isBehind) this.#sinceMs = null
      // All that it proved was taken.
      if (isHere) run.isBehind = false
      // Whoever gave it learns that we are of one chain now, and asks for the entries that wait here.
      if (running.chain.head.id !== before) for (const from of run.from) this.greet(from)
    }
  }

  /** Nobody who can be asked now shows anything better. */
  #level(): void {
    this.#run = null
    this.#believe()
  }

  /**
   * What is here is the newest that anybody gave. Claims that came to nothing before do not stand against that: whoever
   * makes them could have names answered by nobody, for as long as they like.
   */
  #believe(): void {
    const isBehind = this.#run?.isBehind === true
    if (!isBehind && this.#roll.isLevelWithSomebody(this.#standing())) this.#sinceMs ??= this.#parts.clock.nowMs()
    this.#changed()
  }

  /** Runs what is asked of one peer; how it fails is that peer's own affair. */
  async #guarded(peer: Known, run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      if (this.#isClosed) return
      const fault = faultOf(error)
      if (fault !== null) return this.#failed(peer.peerId, fault)
      this.#parts.log.error({ peer: peer.peerId, error }, 'the sync of a ledger failed')
      putAside(peer, this.#nowMs(), this.#limits.asideMs)
    }
  }

  async #greet(peerId: PeerId): Promise<void> {
    const { running, protocol, log } = this.#parts
    try {
      const head = await protocol.head(peerId, running.network, headOf(running), this.#closing.signal)
      this.heard(peerId, head)
    } catch (error) {
      const fault = this.#isClosed ? null : faultOf(error)
      if (fault !== null) this.#failed(peerId, fault)
      else if (!this.#isClosed) log.error({ peer: peerId, error }, 'a greeting failed')
    }
    const isAgain = this.#greeting.get(peerId) === 'again'
    this.#greeting.delete(peerId)
    if (isAgain) this.greet(peerId)
  }

  #failed(peerId: PeerId, fault: Fault): void {
    const { lied, log } = this.#parts
    log.debug({ peer: peerId, ...fault }, 'a peer did not give what was asked of it')
    this.#roll.failed(peerId, fault, this.#nowMs())
    if ((fault.fault === 'lied' || fault.fault === 'slow') && fault.points > 0) lied(peerId, fault.why, fault.points)
    this.#changed()
  }

  // When

  #scheduleRound(): void {
    const { clock, random } = this.#parts
    // Nodes that were started together are not to ask together for ever.
    const delayMs = this.#limits.greetEveryMs * (0.75 + random() / 2)
    this.#cancelRound = clock.after(delayMs, () => {
      for (const peerId of this.#roll.toGreet()) this.greet(peerId)
      this.#wake()
      this.#scheduleRound()
    })
  }

  #scheduleWake(): void {
    this.#cancelWake()
    if (this.#isClosed) return
    const atMs = nextWakeMs(this.#roll.all(), this.#standing())
    if (atMs !== null) this.#cancelWake = this.#parts.clock.after(Math.max(0, atMs - this.#nowMs()), () => this.#wake())
  }

  #standing(): Standing {
    const { running } = this.#parts
    return standingOf(running, floorOf(running, this.#limits))
  }

  #catchingUp({ step, target, from }: Run): SyncState {
    const { height } = this.#parts.running.chain.head
    return { state: 'catching-up', step, height, target: Math.max(target, height, 1), from: [...from] }
  }

  #nowMs(): number {
    return this.#parts.clock.monotonicMs()
  }

  #track(task: Promise<void>): void {
    const tracked = task
      .catch((error: unknown) => this.#parts.log.error({ error }, 'the sync of a ledger stopped'))
      .finally(() => this.#tasks.delete(tracked))
    this.#tasks.add(tracked)
  }

  #tellable(): string {
    return JSON.stringify([this.state(), this.#roll.all().map(({ peerId, head }) => [peerId, head.id])])
  }

  #changed(): void {
    const now = this.#tellable()
    if (now === this.#told) return
    this.#told = now
    this.#feed.publish()
  }
}
