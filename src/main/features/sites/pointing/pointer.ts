import { LatchError } from '../../../../shared/errors.ts'
import type { SiteName, SitePointed } from '../../../../shared/model/sites.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { POINT_AGAIN_LONGEST_MS, POINT_AGAIN_MS } from '../limits.ts'
import type { SiteZones } from '../types.ts'
import { judgePointing, type SiteRecord } from './judge.ts'

export interface PointerParts {
  readonly name: SiteName
  readonly zones: SiteZones
  readonly clock: Clock
  readonly log: Log
  /** Another network is followed now: the zone is one of a name that is not there. */
  readonly isElsewhere: () => boolean
  /** Why the name cannot be used now; null: it can. */
  readonly refusesName: (name: SiteName) => string | null
  /** What the zone is to say; null: nothing of this site. `wait`: that is not known yet, and `check` is called when it is. */
  readonly wanted: () => SiteRecord | null | 'wait'
  /** What it said of this site when it was pointed last, as it is kept. */
  readonly last: SiteRecord | null
  /** `last` is another. */
  readonly onLast: (last: SiteRecord | null) => void
  readonly onState: (state: SitePointed) => void
  /** No zone names the site, as was wanted. */
  readonly onGone?: () => void
}

const ELSEWHERE = 'This site was published in another network than the one that Latch is in now. It is there again when you go back, or publish it here too.'

/** Keeps the zone of a name saying where its site is, one attempt after another, as long as nobody else says otherwise. */
export class Pointer {
  state: SitePointed = { kind: 'pointing' }
  readonly #parts: PointerParts
  #last: SiteRecord | null
  #running: Promise<void> | null = null
  #isAgain = false
  #isStopped = false
  /** The person changed the zone by hand. */
  #isLeft = false
  /** The name was not this person's meanwhile. */
  #wasGone = false
  #failures = 0
  #failedMs = -POINT_AGAIN_MS
  #cancel: Cancel = () => {}
  readonly #unsubscribe: () => void

  constructor(parts: PointerParts) {
    this.#parts = parts
    this.#last = parts.last
    this.#unsubscribe = parts.zones.onChanged(() => {
      // It may be the failure itself that changed something.
      if (this.#failures > 0 && parts.clock.monotonicMs() - this.#failedMs < POINT_AGAIN_MS) return
      void this.check()
    })
  }

  /** Looks what the zone says, and points it. Resolves when that was done or has failed; never rejects. */
  check(): Promise<void> {
    if (this.#isStopped) return Promise.resolve()
    this.#isAgain = true
    this.#running ??= this.#run()
    return this.#running
  }

  /** The person said that the name is to lead here, whatever its zone says now. */
  again(): Promise<void> {
    this.#isLeft = false
    this.#remember(null)
    return this.check()
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    this.#unsubscribe()
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isAgain && !this.#isStopped) {
      this.#isAgain = false
      this.#cancel()
      try {
        await this.#once()
        this.#failures = 0
      } catch (error) {
        this.#failed(error)
      }
    }
    this.#running = null
  }

  async #once(): Promise<void> {
    const { name, zones, isElsewhere, refusesName } = this.#parts
    const wanted = this.#parts.wanted()
    if (wanted === 'wait') return
    if (isElsewhere()) return this.#become({ kind: 'failed', why: ELSEWHERE })
    const refusal = refusesName(name)
    if (refusal !== null) {
      if (wanted === null) return this.#parts.onGone?.()
      this.#wasGone = true
      return this.#refused(refusal)
    }
    const said = await zones.pointsAt(name)
    const judged = judgePointing(wanted, this.#last, said)
    // A name that was somebody else's, or nobody's, has a new zone, in which nobody took anything out.
    const isNew = said === undefined && this.#wasGone && !this.#isLeft
    if (judged.verdict === 'leave' && !isNew) {
      this.#isLeft = true
      return this.#become({ kind: 'failed', why: judged.why })
    }
    this.#isLeft = false
    this.#wasGone = false
    if (judged.verdict !== 'there') {
      this.#become({ kind: 'pointing' })
      const { seq } = await zones.point(name, wanted)
      this.#remember(wanted)
      if (wanted === null) this.#parts.onGone?.()
      else this.#become({ kind: 'pointed', seq })
      return
    }
    if (judged.seq === null) return this.#parts.onGone?.()
    this.#remember(wanted)
    this.#become({ kind: 'pointed', seq: judged.seq })
  }

  /** Nothing went wrong: it is looked at again as soon as a name changes, such as when the ledger was read after a start. */
  #refused(why: string): void {
    const { clock, log, name } = this.#parts
    log.debug({ site: name, why }, 'the name of a site cannot be used now')
    this.#become({ kind: 'failed', why })
    this.#failures = 0
    if (!this.#isStopped) this.#cancel = clock.after(POINT_AGAIN_MS, () => void this.check())
  }

  #failed(error: unknown): void {
    const { clock, log, name } = this.#parts
    log.info({ site: name, error }, 'the zone of a site could not be changed')
    const why = error instanceof LatchError ? error.message : 'The zone of this name could not be changed; the log says why.'
    this.#become({ kind: 'failed', why })
    this.#failedMs = clock.monotonicMs()
    const waitMs = Math.min(POINT_AGAIN_MS * 2 ** this.#failures, POINT_AGAIN_LONGEST_MS)
    this.#failures += 1
    if (!this.#isStopped) this.#cancel = clock.after(waitMs, () => void this.check())
  }

  #remember(last: SiteRecord | null): void {
    if (this.#last === last || (last !== null && this.#last?.cid === last.cid)) return
    this.#last = last
    this.#parts.onLast(last)
  }

  #become(state: SitePointed): void {
    if (this.#isStopped || JSON.stringify(state) === JSON.stringify(this.state)) return
    this.state = state
    this.#parts.onState(state)
  }
}
