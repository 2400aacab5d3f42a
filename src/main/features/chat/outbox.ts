import type { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import { LatchError } from '../../../shared/errors.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import { SECOND } from '../../../shared/units.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Status } from '../../protocols/chat/index.ts'
import { emptyBox, type Box } from './outbox-box.ts'
import { COURTESY_MS, MAX_TRIES_AT_ONCE } from './limits.ts'
import type { ChatParts } from './index.ts'
import { afterEntryRefused, afterFailure, afterSendMs, ENTRY_REFUSED, OWN_REVOKED, REVOKED, type Failure, type Waiting } from './schedule.ts'
import type { SessionEnd } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { LogStore } from './store.ts'
import { LASTING, type Attempt, type TraceStore } from './trace.ts'

export interface OutboxParts {
  readonly sessions: Sessions
  readonly store: LogStore
  readonly trace: TraceStore
  readonly clock: Clock
  readonly log: Log
  readonly me: { account: AccountId; peerId: PeerId }
  readonly proofs: Pick<ChatParts['proofs'], 'revocations'>
  readonly random: () => number
  readonly connect: (account: AccountId) => Promise<PeerId[]>
  /** Why nothing may go out to an account, in one sentence; null: it may. */
  readonly whyHeldBack: (account: AccountId) => string | null
  /** Whether nothing of ours goes out in a conversation now. */
  readonly isHeldBack: (conversation: ConversationId) => boolean
  /** None of their devices can be reached: what waits may be left in a mailbox. */
  readonly leave: (account: AccountId) => void
  /** What is said about an account's waiting messages changed. */
  readonly onChanged: (account: AccountId) => void
}

/**
 * Sees to it that what waits is delivered: opens a stream when there is a reason to, and again after a while when that
 * failed. What waits is in the logs; this only remembers how the last tries went.
 */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #boxes = new Map<AccountId, Box>()
  readonly #queue: AccountId[] = []
  #tries = 0
  #stopped = false

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  start(): void {
    for (const account of this.#parts.store.waitingAccounts()) if (this.#isDue(account)) this.#try(account)
  }

  /** Tries under way come to nothing, and touch nothing when they do. */
  stop(): void {
    this.#stopped = true
    this.#queue.length = 0
    for (const box of this.#boxes.values()) box.cancel()
  }

  /** What to say about an account's messages that wait. */
  waits(account: AccountId): Pick<Conversation, 'waitingFor' | 'waitingWhy'> {
    if (this.#isRevoked(account)) return { waitingFor: 'nobody', waitingWhy: REVOKED }
    const heldBack = this.#parts.whyHeldBack(account)
    if (heldBack !== null) return { waitingFor: 'name', waitingWhy: heldBack }
    const waiting = this.#boxes.get(account)?.waiting ?? null
    // On a stream that they opened they may talk to us through a door of theirs that is closed to us.
    const isRefused = waiting?.waitingFor === 'door' || waiting?.code.startsWith(ENTRY_REFUSED) === true
    const isFlowing = this.#parts.sessions.hasLive(account) && !isRefused
    if (waiting === null || isFlowing) return { waitingFor: 'nobody', waitingWhy: null }
    if (this.#isRevoked(this.#parts.me.account)) return { waitingFor: 'nobody', waitingWhy: OWN_REVOKED }
    return { waitingFor: waiting.waitingFor, waitingWhy: waiting.why }
  }

  /** A device of theirs appeared, or their door opened. */
  wake(account: AccountId): void {
    if (this.#stopped) return
    const { sessions } = this.#parts
    sessions.renew(account)
    const box = this.#boxes.get(account)
    if (box !== undefined) box.failures = 0
    if (box?.waiting?.code.startsWith(ENTRY_REFUSED) === true) {
      // They may know better now whose device this is: a fresh stream asks again.
      sessions.abort({ account }, new Error('to offer again what was refused'))
    }
    if (this.#isDue(account) && !sessions.hasLive(account)) this.#try(account)
    // Also while something is on its way to one device of theirs: another one may have appeared.
    else this.#greet(account)
  }

  /** Something new waits for an account. */
  queued(account: AccountId): void {
    if (!this.#stopped && this.#isRevoked(account)) return this.ended(account)
    if (this.#stopped || !this.#isDue(account) || this.#parts.sessions.hasLive(account)) return
    const { lastTryMs } = this.#box(account)
    const delayMs = afterSendMs(lastTryMs === null ? null : this.#parts.clock.monotonicMs() - lastTryMs)
    if (delayMs === 0) this.#try(account)
    else this.#tryAfter(account, delayMs)
  }

  /** A device of theirs acknowledged something. */
  progress(account: AccountId): void {
    const box = this.#boxes.get(account)
    if (box === undefined) return
    box.failures = 0
    box.progressed = true
    if (box.waiting?.code.startsWith(ENTRY_REFUSED) !== true) box.waiting = null
    if (this.#isDue(account) || box.trying) return
    box.cancel()
    this.#boxes.delete(account)
  }

  /**
   * A stream with a device of theirs is over. One that worked and was cut says nothing of whether they can be reached:
   * another connection may be there, so that is tried at once, and only what comes of it is a failure. Not over and over,
   * unless something arrived each time.
   */
  over(account: AccountId, end: SessionEnd, worked: boolean): void {
    const box = this.#boxes.get(account)
    if (this.#stopped || box?.trying === true || this.#parts.sessions.hasLive(account) || !this.#isDue(account)) return
    const { lastTryMs = null, progressed = true } = box ?? {}
    const agoMs = lastTryMs === null ? null : this.#parts.clock.monotonicMs() - lastTryMs
    if (worked && end.kind === 'cut' && (progressed || afterSendMs(agoMs) === 0)) this.#try(account)
    else this.#failed(account, end.kind === 'ended' ? ENDED : end)
  }

  /** A device of theirs does not take our entries any further. */
  refused(account: AccountId, status: Status): void {
    const waiting = afterEntryRefused(status)
    this.#box(account).waiting = waiting
    this.#note(account, [{ step: 'failed', code: waiting.code, route: null, detail: waiting.why }])
    this.#parts.onChanged(account)
  }

  /** From now on nothing goes out. What is on its way is cut; what they have to say still comes. */
  hold(account: AccountId, why: string): void {
    if (this.#stopped) return
    const { sessions, store } = this.#parts
    const box = this.#boxes.get(account)
    box?.cancel()
    if (box?.trying === false) this.#boxes.delete(account)
    if (store.isWaiting(account)) this.#note(account, [{ step: 'waits', code: 'name', route: null, detail: why }])
    // What waits for them in groups goes on.
    if (!sessions.hasLive(account)) return this.queued(account)
    sessions.abort({ account }, new Error('nothing goes out to this account for now'))
    this.#greet(account)
  }

  /** It revoked itself: nothing goes out to it any more, in groups neither. */
  ended(account: AccountId): void {
    const { sessions, store } = this.#parts
    if (this.#stopped) return
    this.#boxes.get(account)?.cancel()
    sessions.abort({ account }, new Error('its account was revoked'))
    if (store.isWaiting(account)) this.#note(account, [{ step: 'waits', code: LASTING, route: null, detail: REVOKED }])
  }

  #isRevoked(account: AccountId): boolean {
    return this.#parts.proofs.revocations?.of(account) != null
  }

  /** Something waits, and may go out. */
  #isDue(account: AccountId): boolean {
    const { store, isHeldBack } = this.#parts
    if (this.#isRevoked(account)) return false
    return store.sharedWith(account).some((row) => store.lacks(row, account) && !isHeldBack(row.id))
  }

  #try(account: AccountId): void {
    const box = this.#box(account)
    box.cancel()
    if (this.#stopped || this.#parts.sessions.hasLive(account)) return
    box.again = box.trying
    if (box.trying) return
    box.trying = true
    box.progressed = false
    this.#queue.push(account)
    this.#next()
  }

  #tryAfter(account: AccountId, delayMs: number): void {
    const box = this.#box(account)
    box.cancel()
    box.cancel = this.#parts.clock.after(delayMs, () => this.#try(account))
  }

  #next(): void {
    while (this.#tries < MAX_TRIES_AT_ONCE) {
      const account = this.#queue.shift()
      if (account === undefined) return
      this.#tries += 1
      void this.#attempt(account).finally(() => {
        this.#tries -= 1
        this.#next()
      })
    }
  }

  async #attempt(account: AccountId): Promise<void> {
    const before = this.#box(account).waiting
    const failure = await this.#reach(account, (peerId) => this.#parts.sessions.ensure(peerId))
    if (this.#stopped) return
    const box = this.#box(account)
    box.trying = false
    box.lastTryMs = this.#parts.clock.monotonicMs()
    if (failure === null && this.#parts.sessions.hasLive(account)) return this.#reached(account, box, before)
    if (!this.#isDue(account)) return void this.#boxes.delete(account)
    this.#failed(account, failure ?? ENDED)
    if (box.again) this.#try(account)
  }

  /** Null when there is a stream with at least one of their devices. */
  async #reach(account: AccountId, ensure: (peerId: PeerId) => Promise<SessionEnd | null>): Promise<Failure | null> {
    const { connect, me, log } = this.#parts
    let ends: (SessionEnd | null)[]
    try {
      const devices = (await connect(account)).filter((peerId) => peerId !== me.peerId)
      ends = await Promise.all(devices.map(ensure))
    } catch (error) {
      if (!(error instanceof LatchError)) log.error({ account, error }, 'could not look for the devices of an account')
      return { kind: 'unreachable' }
    }
    if (ends.includes(null)) return null
    const failures = ends.filter((end) => end !== null).map((end) => (end.kind === 'ended' ? ENDED : end))
    return failures.find((failure) => failure.kind === 'refused') ?? failures[0] ?? { kind: 'unreachable' }
  }

  /** `before`: why it waited when the try began. What they refused meanwhile, on a stream of theirs, still holds. */
  #reached(account: AccountId, box: Box, before: Waiting | null): void {
    if (box.waiting === before) box.waiting = null
    if (this.#isDue(account)) {
      const route = this.#parts.sessions.routeTo(account)
      this.#note(account, [{ step: 'tried', code: 'open', route, detail: 'Opened a stream to a device of theirs.' }])
    } else {
      this.#boxes.delete(account)
    }
    this.#parts.onChanged(account)
  }

  #failed(account: AccountId, failure: Failure): void {
    const { random, onChanged } = this.#parts
    const box = this.#box(account)
    box.failures += 1
    box.lastTryMs = this.#parts.clock.monotonicMs()
    const waiting = afterFailure(failure, box.failures, () => random())
    box.waiting = waiting
    const { code, why, retryMs } = waiting
    const until = waiting.waitingFor === 'door' ? 'their door opens' : 'their device comes back'
    const next = retryMs === null ? `Waits until ${until}.` : `Tries again in ${Math.ceil(retryMs / SECOND)} s.`
    this.#note(account, [
      { step: 'tried', code, route: null, detail: 'Tried to reach their devices.' },
      { step: 'failed', code, route: null, detail: why },
      { step: 'waits', code: waiting.waitingFor, route: null, detail: next },
    ])
    if (retryMs !== null) this.#tryAfter(account, retryMs)
    if (failure.kind !== 'refused') this.#parts.leave(account)
    onChanged(account)
  }

  /**
   * Nothing of ours waits, but they, or another device of ours, may have something: the device with the lower peer id
   * opens, the other leaves it a moment to do so.
   */
  #greet(account: AccountId): void {
    const { store, me, sessions, clock } = this.#parts
    if (account !== me.account && store.sharedWith(account).length === 0) return
    void this.#reach(account, async (peerId) => {
      if (me.peerId < peerId) return sessions.ensure(peerId)
      clock.after(COURTESY_MS, () => {
        if (!this.#stopped) void sessions.ensure(peerId)
      })
      return null
    })
  }

  #note(account: AccountId, attempts: readonly Attempt[]): void {
    const { store, trace, clock } = this.#parts
    const upto = Math.max(0, ...store.sharedWith(account).map(({ storedMs }) => storedMs))
    store.transaction(() => trace.add(account, upto, attempts, clock.nowMs()))
  }

  #box(account: AccountId): Box {
    const having = this.#boxes.get(account)
    if (having !== undefined) return having
    const box = emptyBox()
    this.#boxes.set(account, box)
    return box
  }
}

const ENDED: Failure = { kind: 'cut', why: 'their device ended it' }
