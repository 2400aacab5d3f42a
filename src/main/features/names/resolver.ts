import type { AccountId } from '../../../shared/ids.ts'
import type { NameLabel, NameOnLedger } from '../../../shared/model/ledger.ts'
import type { Lookup, ZoneLabel } from '../../../shared/model/names.ts'
import { judgeOpened, type Facts } from './judge.ts'
import { zoneKey } from './near.ts'
import { inOneSentence, readName } from './read-name.ts'
import { delegateFor, nameToFollow } from './resolver-delegate.ts'
import { hunt } from './resolver-hunt.ts'
import { LOOKUP_MS, MAX_BEHIND_CHAIN_MS, MAX_DELEGATIONS, SURE_OF_NOTHING } from './resolver-limits.ts'
import type { Found, ResolveOptions, ResolverParts } from './resolver-types.ts'
import { doneWords, whyClockIsBehind, whyEnding, whyGrace, whyNothingCame } from './resolver-words.ts'
import { Trace } from './trace.ts'
import type { SignedZone } from './zone.ts'

type Outcome = Lookup['outcome']
type From = Extract<Outcome, { outcome: 'found' }>['from']

/** What is looked for: a label of a name. The first is what was typed; the others are those it is delegated to. */
interface Wanted {
  readonly name: NameLabel
  readonly label: ZoneLabel
  readonly before: readonly NameLabel[]
}

/**
 * Where a name points: what was typed is read, the ledger says whose it is, and the newest zone that this account signed
 * is taken from the resource map or from whoever answers in time. Gives an outcome in words in every case.
 * *Errors*: the signal's reason, and nothing else that a peer could cause.
 */
export async function resolve(typed: string, parts: ResolverParts, options: ResolveOptions = {}): Promise<Lookup> {
  return new Resolving(parts, options).run(typed)
}

class Resolving {
  readonly #parts: ResolverParts
  readonly #options: ResolveOptions
  readonly #trace: Trace
  #fullName = ''
  #head: Lookup['ledger'] = null

  constructor(parts: ResolverParts, options: ResolveOptions) {
    this.#parts = parts
    this.#options = options
    this.#trace = new Trace(parts.clock, options.onStep)
  }

  async run(typed: string): Promise<Lookup> {
    this.#options.signal?.throwIfAborted()
    const read = readName(typed, this.#parts.rules)
    if (read.outcome === 'refused') {
      this.#fullName = typed.trim().slice(0, 255)
      const why = inOneSentence(read)
      this.#trace.note('read', 'refused', why)
      return this.#done({ outcome: 'refused', why })
    }
    this.#fullName = read.fullName
    this.#trace.note('read', 'found', `It is a name of this network: ${read.fullName}.`)
    return this.#look({ name: read.name, label: read.label, before: [] })
  }

  async #look(wanted: Wanted): Promise<Lookup> {
    const parts = this.#parts
    const { name } = wanted
    const own = parts.own(name)
    if (own !== null) this.#trace.note('own', 'found', 'There is a zone of it here that this account signed.')
    const owned = this.#askLedger(name)
    if ('outcome' in owned) return this.#done(owned)
    const { owner } = owned
    const facts = (): Facts => this.#facts(owner)
    if (own !== null && owner === parts.me && judgeOpened(own, facts()).verdict === 'valid') {
      return this.#follow(own, 'own', parts.clock.nowMs() + own.zone.ttlMs, wanted)
    }
    const kept = this.#askCache(name, facts())
    if (kept?.state === 'nothing') return this.#done({ outcome: 'no-zone', owner })
    if (kept?.state === 'fresh') return this.#follow(kept.signed, 'cache', kept.freshUntilMs, wanted)
    if (kept?.state === 'stale') this.#options.onStale?.(kept.signed)
    return this.#askAround(wanted, owner, facts, kept?.signed ?? null)
  }

  async #askAround(wanted: Wanted, owner: AccountId, facts: () => Facts, stale: SignedZone | null): Promise<Lookup> {
    const hasStale = stale !== null
    const parts = this.#parts
    const { clock, cache, network, sources, lied } = parts
    const { name } = wanted
    const { signal } = this.#options
    const onFound = ({ signed, from }: Found): void => {
      cache.put(signed)
      // Where another account answers for the label this is only the way there.
      if (delegateFor(signed.zone, wanted.label) === null) {
        this.#options.onAnswer?.(this.#answer(signed, from, freshUntil(signed, clock.nowMs()), wanted.label))
      }
    }
    const leftMs = Math.max(0, LOOKUP_MS - this.#trace.tookMs)
    const hunted = await hunt(zoneKey(network, name), owner, { sources, lied, clock, trace: this.#trace, facts, opened: stale }, { signal, leftMs, onFound })
    // The ledger may have moved on meanwhile: what was valid a second ago may be another's now.
    const owned = this.#askLedger(name)
    if ('outcome' in owned) return this.#done(owned)
    const { found } = hunted
    if (found !== null && judgeOpened(found.signed, this.#facts(owned.owner)).verdict === 'valid') {
      return this.#follow(found.signed, found.from, freshUntil(found.signed, clock.nowMs()), wanted)
    }
    // Who has an older one says by it that there is nothing newer there: what is kept is the newest that anybody showed.
    if (found === null && hunted.older && stale !== null && judgeOpened(stale, this.#facts(owned.owner)).verdict === 'valid') {
      this.#trace.note('cache', 'newer', `Zone ${stale.zone.seq} is kept here, and nobody has a newer one.`)
      return this.#follow(stale, 'cache', clock.nowMs(), wanted)
    }
    const { asked, nothing, refused } = hunted
    const isUnheard = found === null && !nothing.owner && refused.size === 0 && !hunted.unknown
    if (this.#options.orKept === true && isUnheard && stale !== null && judgeOpened(stale, this.#facts(owned.owner)).verdict === 'valid') {
      this.#trace.note('cache', 'older', `Nobody could be asked: zone ${stale.zone.seq} is the newest that was seen here.`)
      return this.#follow(stale, 'cache', clock.nowMs(), wanted)
    }
    const isNowhere = nothing.owner || (nothing.count >= SURE_OF_NOTHING && nothing.count * 2 >= asked)
    if (found !== null || !isNowhere || refused.size > 0 || hasStale) {
      return this.#done({ outcome: 'unreachable', owner: owned.owner, why: whyNothingCame(hunted, hasStale) })
    }
    cache.putNothing(name)
    return this.#done({ outcome: 'no-zone', owner })
  }

  /** Whose it is, or what keeps it from resolving here and now. */
  #askLedger(name: NameLabel): NameOnLedger | Outcome {
    const { ledger, clock, me, isContact } = this.#parts
    const head = ledger.head()
    this.#head = head
    const shown = `${name}.${this.#parts.rules.tld}`
    const behind = ledger.behind()
    if (behind !== null) {
      const { blocksLeft } = behind
      this.#trace.note('ledger', 'refused', blocksLeft === null ? 'No device of this network was met that could say how far the ledger here is.' : `The ledger here is behind: ${blocksLeft} blocks are left.`)
      return { outcome: 'catching-up', blocksLeft: blocksLeft === null ? null : Math.max(1, blocksLeft) }
    }
    const refused = (outcome: 'nobody' | 'refused', why: string): Outcome => {
      this.#trace.note('ledger', outcome === 'nobody' ? 'nothing' : 'refused', why)
      return { outcome, why }
    }
    const nowMs = clock.nowMs()
    if (head.atMs > nowMs + MAX_BEHIND_CHAIN_MS) return refused('refused', whyClockIsBehind(head.atMs - nowMs))
    const owned = ledger.name(name)
    if (owned === null || owned.phase === 'free') return refused('nobody', `Nobody has ${shown}.`)
    if (owned.phase === 'grace') return refused('nobody', whyGrace(shown))
    if (owned.phase === 'ending' && owned.owner !== me && !isContact(owned.owner)) return refused('refused', whyEnding(shown))
    this.#trace.note('ledger', 'found', `It is owned, as of block ${head.height}.`)
    return owned
  }

  #askCache(name: NameLabel, facts: Facts): ReturnType<ResolverParts['cache']['get']> {
    const { cache, network } = this.#parts
    const key = zoneKey(network, name)
    const kept = cache.get(key)
    if (kept === null) {
      this.#trace.note('cache', 'nothing', 'Nothing of it is kept.')
      return null
    }
    if (kept.state !== 'nothing') {
      const judged = judgeOpened(kept.signed, facts, key)
      if (judged.verdict !== 'valid') {
        cache.drop(name)
        this.#trace.note('cache', 'refused', judged.why)
        return null
      }
    }
    if (kept.state !== 'stale' && this.#options.cached === 'ask') {
      this.#trace.note('cache', 'skipped', 'What is kept is asked for anew.')
      return kept.state === 'nothing' ? null : { ...kept, state: 'stale' }
    }
    if (kept.state === 'stale') this.#trace.note('cache', 'older', 'What is kept is too old to count without asking.')
    else if (kept.state === 'nothing') this.#trace.note('cache', 'nothing', 'Shortly before, nobody had a zone of it.')
    else this.#trace.note('cache', 'found', `Zone ${kept.signed.zone.seq}.`)
    return kept
  }

  /** The end, or the account to which the label is handed on. */
  async #follow(signed: SignedZone, from: From, freshUntilMs: number, wanted: Wanted): Promise<Lookup> {
    const delegate = delegateFor(signed.zone, wanted.label)
    if (delegate === null) return this.#finished(this.#answer(signed, from, freshUntilMs, wanted.label))
    const before = [...wanted.before, wanted.name]
    const refused = (why: string): Lookup => {
      this.#trace.note('delegate', 'refused', why)
      return this.#done({ outcome: 'refused', why })
    }
    if (before.length > MAX_DELEGATIONS) return refused(`It is handed on more than ${MAX_DELEGATIONS} times.`)
    const { ledger, me, isContact } = this.#parts
    const { account } = delegate
    const next = nameToFollow(ledger.namesOf(account), account === me || isContact(account))
    if (next === null) return refused('It is handed on to an account that has no name of its own, so there is nowhere to ask.')
    const shown = `${next}.${this.#parts.rules.tld}`
    if (before.includes(next)) return refused(`It is handed on in a circle, back to ${shown}.`)
    this.#trace.note('delegate', 'found', `Another account answers for it, at ${shown}.`)
    return this.#look({ name: next, label: delegate.rest, before })
  }

  #facts(owner: AccountId): Facts {
    const { network, ledger, clock, me, isContact } = this.#parts
    // Whose it is and in which phase are asked one after the other, and writing an account as text is most of a look-up
    // that is answered from what is kept.
    let known: NameOnLedger | null = null
    return {
      network,
      ownerOf: (name) => {
        if (ledger.behind() !== null) return 'unknown'
        const owned = ledger.name(name)
        known = owned
        return owned === null || owned.phase === 'grace' || owned.phase === 'free' ? null : owned.owner
      },
      phaseOf: (name) => (known?.name === name ? known : ledger.name(name))?.phase ?? null,
      ending: owner === me || isContact(owner) ? 'counts' : 'does-not',
      nowMs: clock.nowMs(),
    }
  }

  #answer({ zone }: SignedZone, from: From, freshUntilMs: number, label: ZoneLabel): Lookup {
    const records = zone.records.filter((record) => record.label === label)
    const { seq, issuedAtMs, expiresAtMs, owner } = zone
    return {
      ...this.#lookup({ outcome: 'found', owner, zone, records, from }),
      zone: { seq, issuedAtMs, expiresAtMs, freshUntilMs: Math.round(Math.min(freshUntilMs, expiresAtMs)) },
    }
  }

  #lookup(outcome: Outcome): Lookup {
    const { tookMs } = this.#trace
    return { fullName: this.#fullName, outcome, ledger: this.#head, zone: null, connection: null, steps: this.#trace.steps(), tookMs }
  }

  #done(outcome: Outcome): Lookup {
    return this.#finished(this.#lookup(outcome))
  }

  #finished(lookup: Lookup): Lookup {
    const isFound = lookup.outcome.outcome === 'found'
    this.#trace.note('done', isFound ? 'found' : 'nothing', doneWords[lookup.outcome.outcome])
    return { ...lookup, steps: this.#trace.close(), tookMs: this.#trace.tookMs }
  }
}

function freshUntil({ zone }: SignedZone, nowMs: number): number {
  return Math.min(nowMs + zone.ttlMs, zone.expiresAtMs)
}
