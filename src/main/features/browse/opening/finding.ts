import { LatchError } from '../../../../shared/errors.ts'
import type { OpenStep } from '../../../../shared/model/browse.ts'
import type { Lookup, LookupStep } from '../../../../shared/model/names.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { deadline, DeadlineError } from '../../../platform/clock.ts'
import { orAborted } from '../../../platform/or-aborted.ts'
import type { BrowseParts, FoundSite, OpenOptions } from '../types.ts'
import { foundOf } from './found.ts'
import { FIND_MS, KEPT_FOUND_MS, MAX_KEPT, SAME_AGAIN_MS } from './limits.ts'
import { OpenError } from './open-error.ts'
import { Shared } from './shared.ts'

type FindingParts = Pick<BrowseParts, 'clock' | 'names' | 'peers' | 'people' | 'sites'> & {
  /** It leads there unless somebody names a newer zone within the next moments. */
  readonly ahead: (found: FoundSite) => void
}

interface Kept {
  readonly found: FoundSite
  /** It was asked for although something was kept. */
  readonly again: boolean
  readonly atMs: number
  readonly untilMs: number
}

/** What was found, and how long ago it was asked for. */
export interface Finding {
  readonly found: FoundSite
  readonly ageMs: number
}

/** Where names lead, asked once for all who want to know, and kept while the zone is fresh. */
export class Findings {
  readonly #parts: FindingParts
  readonly #kept = new Map<SiteName, Kept>()
  readonly #running = new Shared<string, FoundSite, OpenStep>()
  readonly #stopListening: () => void
  /** How often names changed: what was asked for before is not kept after. */
  #changes = 0

  constructor(parts: FindingParts) {
    this.#parts = parts
    this.#stopListening = parts.names.onChanged((site) => this.#forget(site))
  }

  /** *Errors*: OpenError; the signal's reason. */
  async find(site: SiteName, { signal, again, onStep }: OpenOptions = {}): Promise<Finding> {
    const nowMs = this.#parts.clock.monotonicMs()
    const kept = this.#kept.get(site)
    // Whoever asks for the page that was just asked for again means that same time.
    const isRecent = kept !== undefined && (again !== true || (kept.again && nowMs - kept.atMs < SAME_AGAIN_MS))
    if (isRecent && nowMs < kept.untilMs) return { found: kept.found, ageMs: nowMs - kept.atMs }
    const key = again === true ? `${site} again` : site
    const found = await this.#running.run(key, (over, tell) => this.#ask(site, again === true, over, tell), { signal, onStep })
    return { found, ageMs: 0 }
  }

  stop(): void {
    this.#stopListening()
    this.#kept.clear()
    this.#running.clear(stopping())
  }

  async #ask(site: SiteName, again: boolean, over: AbortSignal, tell: (step: OpenStep) => void): Promise<FoundSite> {
    const { clock } = this.#parts
    const changes = this.#changes
    const limit = deadline(clock, FIND_MS, 'a look-up', over)
    try {
      tell('ledger')
      const lookup = await orAborted(this.#lookup(site, again, limit.signal, tell), limit.signal)
      const found = this.#foundOf(site, lookup)
      if ('code' in found) throw new OpenError(found)
      if (changes === this.#changes) this.#keep(found, lookup, again)
      return found
    } catch (error) {
      if (limit.signal.reason instanceof DeadlineError) {
        throw new OpenError({ step: 'zone', code: 'timeout', why: `Where ${site} points could not be found out in time: try again.` }, { cause: error })
      }
      over.throwIfAborted()
      if (!(error instanceof LatchError)) throw error
      // The ledger is being opened, or another network is being followed.
      const code = error.code === 'BAD_INPUT' ? 'bad-address' : error.code === 'BUSY' ? 'catching-up' : 'internal'
      throw new OpenError({ step: code === 'bad-address' ? 'address' : 'ledger', code, why: error.message }, { cause: error })
    } finally {
      limit.release()
    }
  }

  async #lookup(site: SiteName, again: boolean, signal: AbortSignal, tell: (step: OpenStep) => void): Promise<Lookup> {
    // With its owner away there may be nobody left to ask, and that is what copies are for. The shield says of when the zone is.
    for await (const progress of this.#parts.names.lookup(site, { again, orKept: true, signal })) {
      if (progress.kind === 'done') return progress.lookup
      if (progress.kind === 'answer') this.#ahead(site, progress.lookup)
      if (progress.kind === 'step' && isOfZone(progress.step)) tell('zone')
    }
    signal.throwIfAborted()
    throw new OpenError({ step: 'zone', code: 'internal', why: `The look-up of ${site} ended without a result: try again.` })
  }

  #foundOf(site: SiteName, lookup: Lookup): ReturnType<typeof foundOf> {
    const { people, peers, sites } = this.#parts
    const isHere = (owner: FoundSite['owner']): boolean => owner === people.me && sites.isHere(site)
    return foundOf(site, lookup, { devicesOf: (owner) => peers.devicesOf(owner), isHere })
  }

  #ahead(site: SiteName, lookup: Lookup): void {
    const found = this.#foundOf(site, lookup)
    if (!('code' in found)) this.#parts.ahead(found)
  }

  #keep(found: FoundSite, lookup: Lookup, again: boolean): void {
    const { clock } = this.#parts
    const freshMs = (lookup.zone?.freshUntilMs ?? 0) - clock.nowMs()
    if (freshMs <= 0) return
    // By the clock that nobody sets: what is fresh now would be so for good when somebody set the other one back.
    const atMs = clock.monotonicMs()
    this.#kept.delete(found.site)
    this.#kept.set(found.site, { found, again, atMs, untilMs: atMs + Math.min(freshMs, KEPT_FOUND_MS) })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }

  /** A name, with all its labels. */
  #forget(name: string | null): void {
    this.#changes += 1
    if (name === null) this.#kept.clear()
    else for (const site of this.#kept.keys()) if (site === name || site.endsWith(`.${name}`)) this.#kept.delete(site)
  }
}

function isOfZone({ step }: LookupStep): boolean {
  return step === 'cache' || step === 'own' || step === 'ask' || step === 'answer' || step === 'delegate' || step === 'dht'
}

export function stopping(): OpenError {
  return new OpenError({ step: 'address', code: 'internal', why: 'Latch is stopping.' })
}
