import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { judgeOpened, newer, type Facts, type RefusedZone } from './judge.ts'
import { placeOfZone, type ZoneKey } from './near.ts'
import { described, knownCandidate, namedCandidate } from './resolver-candidates.ts'
import {
  EXPIRED_POINTS,
  FAR_AFTER_MS,
  GRACE_MAX_MS,
  GRACE_MIN_MS,
  LINGER_MS,
  LOOKUP_MS,
  MAX_FAR,
  MAX_NAMED,
  OLDER_POINTS,
} from './resolver-limits.ts'
import { type Candidate, Plan } from './resolver-plan.ts'
import { Tellers } from './resolver-tellers.ts'
import type { Answer, FarZone, Found, Hunted, ResolverParts } from './resolver-types.ts'
import { Verdicts } from './resolver-verdicts.ts'
import { type Patience, patience, within, wordOf } from './resolver-within.ts'
import type { RunningStep, Trace } from './trace.ts'
import type { SignedZone } from './zone.ts'

export interface HuntParts extends Pick<ResolverParts, 'sources' | 'lied'> {
  readonly clock: Clock
  readonly trace: Trace
  readonly facts: () => Facts
  /** A zone whose signature held before: whoever has the same bytes has it too. */
  readonly opened: SignedZone | null
}

/**
 * Asks whoever may have the zone under `key`, all nearby at once, and gives the newest valid one that came in time: when all
 * have answered, or a moment after the first. `onFound` hears of the first at once, and of newer ones also a little later.
 * Errors: the signal's reason.
 */
export async function hunt(
  key: ZoneKey,
  owner: AccountId,
  parts: HuntParts,
  { signal, leftMs = LOOKUP_MS, onFound }: { signal?: AbortSignal | undefined; leftMs?: number; onFound: (found: Found) => void },
): Promise<Hunted> {
  return new Hunt(key, owner, parts, onFound, signal).run(leftMs)
}

/** Who gave a zone; null where its way does not say. */
interface Teller extends Pick<Candidate, 'role'> {
  readonly peerId: PeerId | null
}

const OVER = new Error('the look-up is over')

class Hunt {
  readonly #key: ZoneKey
  readonly #parts: HuntParts
  readonly #plan: Plan
  readonly #onFound: (found: Found) => void
  readonly #over = new AbortController()
  readonly #signal: AbortSignal
  readonly #settled = Promise.withResolvers<Hunted>()
  readonly #startedMs: number
  readonly #tellers = new Tellers()
  readonly #hadExpired: PeerId[] = []
  readonly #verdicts: Verdicts
  #best: Found | null = null
  #nothing = 0
  #ownerHasNothing = false
  /** The moment after the first answer is over. */
  #isOverdue = false
  /** Asked since the first answer, to confirm it, and not heard yet: they had no moment of their own. */
  #confirming = 0
  #refused = new Set<RefusedZone>()
  #outOfTime: Hunted['outOfTime'] = null
  #unknown = false
  #hasOlder = false
  #farIs: 'to-come' | 'running' | 'over'
  #isSettled = false
  #cancels: Cancel[] = []
  readonly #asking = new Set<Patience>()

  constructor(key: ZoneKey, owner: AccountId, parts: HuntParts, onFound: (found: Found) => void, signal?: AbortSignal) {
    this.#key = key
    this.#parts = parts
    this.#onFound = onFound
    this.#signal = signal === undefined ? this.#over.signal : AbortSignal.any([this.#over.signal, signal])
    this.#startedMs = parts.clock.monotonicMs()
    this.#verdicts = new Verdicts(key, parts.facts, parts.opened)
    this.#signal.addEventListener('abort', () => this.#asking.forEach((one) => one.abort(this.#signal.reason)), { once: true })
    this.#farIs = parts.sources.far === undefined ? 'over' : 'to-come'
    const known = Array.from(parts.sources.known(owner, key), knownCandidate)
    this.#plan = new Plan(placeOfZone(key), known)
  }

  async run(leftMs: number): Promise<Hunted> {
    this.#cancels.push(this.#parts.clock.after(leftMs, () => this.#settle()))
    const aborted = (): void => this.#fail()
    this.#signal.addEventListener('abort', aborted, { once: true })
    if (this.#signal.aborted) this.#fail()
    else {
      this.#pump()
      this.#cancels.push(this.#parts.clock.after(FAR_AFTER_MS, () => void this.#far()))
    }
    try {
      return await this.#settled.promise
    } finally {
      this.#signal.removeEventListener('abort', aborted)
      for (const cancel of this.#cancels) cancel()
      const isHeard = this.#plan.isWaiting || this.#farIs === 'running'
      if (isHeard && !this.#signal.aborted) this.#parts.clock.after(LINGER_MS, () => this.#over.abort(OVER))
      else this.#over.abort(OVER)
    }
  }

  #pump(): void {
    if (this.#isSettled) return
    // With an answer that others confirm nobody else is asked: those who were are the nearest.
    for (const candidate of this.#isConfirmed ? [] : this.#plan.next()) void this.#ask(candidate, this.#best !== null)
    const isWaiting = this.#plan.isWaiting
    if (!isWaiting && this.#best === null) void this.#far()
    const isOver = this.#isOverdue && (this.#isConfirmed || this.#confirming === 0)
    if (isOver || (!isWaiting && (this.#best !== null || this.#farIs === 'over'))) this.#settle()
  }

  get #isConfirmed(): boolean {
    return this.#best !== null && this.#tellers.isEnough(this.#plan.ways)
  }

  async #ask(candidate: Candidate, isToConfirm: boolean): Promise<void> {
    if (isToConfirm) this.#confirming += 1
    const { peerId, hops } = candidate
    const { clock, sources, trace } = this.#parts
    const step = trace.begin('ask', described(candidate), { peerId, hops })
    const asking = patience(clock, () => {
      this.#plan.slow(peerId)
      this.#pump()
    })
    this.#asking.add(asking)
    try {
      const answer = await within(sources.ask(candidate, this.#key, asking.signal), asking.signal)
      await this.#take(answer, candidate, step)
    } catch (error) {
      this.#plan.unreached(peerId)
      const isLate = asking.signal.aborted
      step.end(isLate ? 'late' : 'failed', isLate ? 'It did not answer in time.' : `It could not be asked: ${wordOf(error)}.`)
    } finally {
      asking.release()
      this.#asking.delete(asking)
      if (isToConfirm) this.#confirming -= 1
      this.#pump()
    }
  }

  async #take(answer: Answer, candidate: Candidate, step: RunningStep): Promise<void> {
    const { peerId, role, hops } = candidate
    switch (answer.answer) {
      case 'refused':
        this.#plan.failed(peerId)
        return step.end('refused', answer.why)
      case 'nothing': {
        this.#nothing += 1
        if (role === 'owner') this.#ownerHasNothing = true
        const closer = answer.closer.slice(0, MAX_NAMED)
        this.#plan.answered(peerId, closer.flatMap((peer) => namedCandidate(peer, hops + 1)))
        return step.end('nothing', closer.length === 0 ? 'It has no zone of it.' : `It has no zone of it, and named ${closer.length} that are nearer.`)
      }
      case 'zone': {
        const isTaken = await this.#judge(answer.bytes, candidate, hops === 0 ? 'peer' : 'dht', step)
        if (isTaken === 'taken') this.#plan.answered(peerId)
        else this.#plan.failed(peerId)
      }
    }
  }

  async #judge(bytes: Uint8Array, by: Teller, from: Found['from'], step: RunningStep): Promise<'taken' | 'refused'> {
    const { peerId } = by
    const judged = await this.#verdicts.on(bytes)
    if (judged.verdict === 'valid') {
      const { signed } = judged
      if (this.#isKnownBetter(signed)) this.#older(by, signed, step)
      else this.#weigh({ signed, from, peerId }, by, step)
      return 'taken'
    }
    if (judged.verdict === 'unknown') {
      this.#unknown = true
      step.end('refused', judged.why)
      return 'refused'
    }
    this.#refused.add(judged.code)
    if (judged.code === 'clock' || judged.code === 'expired') this.#outOfTime ??= judged.why
    this.#blame(peerId, judged.why, judged.points)
    if (judged.code === 'expired' && peerId !== null) this.#blameForExpired([peerId])
    step.end('refused', judged.why)
    return 'refused'
  }

  #weigh(found: Found, by: Teller, step: RunningStep): void {
    const { signed } = found
    const { seq } = signed.zone
    const order = this.#best === null ? 'first' : newer(signed, this.#best.signed)
    if (order === 'older') return this.#older(by, signed, step)
    if (order === 'same') {
      this.#told(by)
      return step.end('found', `The same zone ${seq}.`)
    }
    for (const teller of this.#tellers.replaced()) this.#blame(teller, 'It has an older zone than others.', OLDER_POINTS)
    this.#told(by)
    this.#best = found
    this.#blameForExpired([])
    step.end(order === 'first' ? 'found' : 'newer', `Zone ${seq}.`)
    this.#onFound(found)
    if (order !== 'first' || this.#isSettled) return
    const { clock } = this.#parts
    const tookMs = clock.monotonicMs() - this.#startedMs
    const graceMs = Math.min(Math.max(tookMs, GRACE_MIN_MS), GRACE_MAX_MS)
    const overdue = (): void => {
      this.#isOverdue = true
      this.#pump()
    }
    this.#cancels.push(clock.after(graceMs, overdue), clock.after(GRACE_MAX_MS, () => this.#settle()))
  }

  /** What was kept here before is newer: its time to be asked for again is over, and not its time to hold. */
  #isKnownBetter(signed: SignedZone): boolean {
    const { opened, facts } = this.#parts
    if (opened === null || newer(signed, opened) !== 'older') return false
    return judgeOpened(opened, facts(), this.#key).verdict === 'valid'
  }

  #older({ peerId }: Teller, { zone: { seq } }: SignedZone, step: RunningStep): void {
    this.#hasOlder = true
    this.#blame(peerId, 'It has an older zone than others.', OLDER_POINTS)
    step.end('older', `Zone ${seq}, and there is a newer one.`)
  }

  #told({ peerId, role }: Teller): void {
    if (peerId !== null) this.#tellers.add(peerId, role, this.#plan.waysTo(peerId))
  }

  /** The way of Kademlia itself, beside those that are asked here; once, and not where they gave enough. */
  async #far(): Promise<void> {
    const { sources, trace } = this.#parts
    if (this.#farIs !== 'to-come' || this.#isSettled || this.#isConfirmed || sources.far === undefined) return
    this.#farIs = 'running'
    const walk = trace.begin('dht', 'Kademlia looks for it too.')
    let count = 0
    let iterator: AsyncIterator<FarZone> | null = null
    try {
      iterator = sources.far(this.#key, this.#signal)[Symbol.asyncIterator]()
      while (count < MAX_FAR) {
        const next = await within(iterator.next(), this.#signal)
        if (next.done === true) break
        count += 1
        const { bytes, peerId, hops } = next.value
        const step = trace.begin('answer', 'Found by Kademlia.', { peerId, hops })
        await this.#judge(bytes, { peerId, role: 'near' }, 'dht', step)
      }
      walk.end(count === 0 ? 'nothing' : 'found', count === 0 ? 'It found nothing.' : `It found ${count}.`)
    } catch (error) {
      walk.end('failed', `It failed: ${wordOf(error)}.`)
    } finally {
      this.#farIs = 'over'
      void iterator?.return?.().catch(() => {})
      this.#pump()
    }
  }

  #blame(peerId: PeerId | null, why: string, points: number): void {
    if (peerId !== null && points > 0) this.#parts.lied(peerId, why, points)
  }

  /** Not before another had one that holds: where the clock of this device is wrong, all of them seem expired. */
  #blameForExpired(peers: readonly PeerId[]): void {
    this.#hadExpired.push(...peers)
    if (this.#best === null) return
    for (const peerId of this.#hadExpired.splice(0)) this.#blame(peerId, 'It has a zone that expired.', EXPIRED_POINTS)
  }

  #settle(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#settled.resolve({
      found: this.#best,
      asked: this.#plan.asked,
      older: this.#hasOlder,
      nothing: { count: this.#nothing, owner: this.#ownerHasNothing },
      refused: this.#refused,
      unknown: this.#unknown,
      outOfTime: this.#outOfTime,
    })
  }

  #fail(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#settled.reject(this.#signal.reason)
  }
}
