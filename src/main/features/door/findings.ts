import {
  type Capability,
  type Finding,
  letsIn,
  type Match,
  type Rule,
  type Scope,
  type Verdict,
  type Who,
} from '../../../shared/model/door.ts'
import { KiB, MiB } from '../../../shared/units.ts'
import { covers, mayMeet } from './covers.ts'
import { defaultVerdict, FILE_OF_CONTACT_BYTES, isInForce, outranks, rank, whom, type Now } from './policy.ts'

/**
 * Rules that do nothing, or not what their maker thinks, at most one finding for each. Whatever is said is so: without
 * a `redundant` rule every decision is the same, now and later, and a `shadowed` one never makes any; taking away all
 * of them at once changes nothing either. What is not said may still be so: two rules that share the work of a third
 * are seen only where they are one for contacts and one for strangers.
 */
export function findingsOf(rules: readonly Rule[], now: Pick<Now, 'wallMs' | 'leftMs'>): Finding[] {
  const shelves = new Shelves(
    rules.filter((rule) => rule.enabled && (rule.suspended === null || !letsIn(rule.verdict))),
    now,
  )
  const idle = new Map(
    rules.flatMap((rule): [Rule, Finding][] => {
      const finding = rule.enabled ? above(rule, shelves) : null
      return finding === null ? [] : [[rule, finding]]
    }),
  )
  return rules.flatMap((rule): Finding[] => {
    const { id } = rule
    if (!isInForce(rule, now)) return [{ rule: id, kind: 'over', by: null, why: 'Its time has run out.' }]
    if (rule.suspended !== null) return [{ rule: id, kind: 'suspended', by: null, why: whySuspended(rule) }]
    if (!rule.enabled) return []
    const finding = idle.get(rule) ?? below(rule, shelves, idle)
    return finding === null ? [] : [finding]
  })
}

/** What comes before a rule, and leaves nothing to it. */
function above(rule: Rule, shelves: Shelves): Finding | null {
  const other = first(shelves.covering(rule).filter((each) => outranks(each, rule)))
  if (other !== undefined) {
    return rank(other, rule) > 0
      ? { rule: rule.id, kind: 'shadowed', by: other.id, why: `${inWords(other)} always comes before it.` }
      : { rule: rule.id, kind: 'redundant', by: other.id, why: `${inWords(other)} says the same, and is newer.` }
  }
  if (!['lan', 'relayed', 'anyone'].includes(rule.who.kind)) return null
  // Everybody is one or the other.
  const [contacts, strangers] = (['contact', 'unknown'] as const).map((kind) =>
    first(shelves.covering({ ...rule, who: { kind } }).filter(({ who }) => who.kind === kind)),
  )
  if (contacts === undefined || strangers === undefined) return null
  const why = `${inWords(contacts)} and ${lowerCase(inWords(strangers))} always come before it.`
  return { rule: rule.id, kind: 'shadowed', by: contacts.id, why }
}

/** What would decide in its place, if that is the same whatever comes. What is idle by this rule does not stand in. */
function below(rule: Rule, shelves: Shelves, idle: ReadonlyMap<Rule, Finding>): Finding | null {
  const next = first(
    shelves.covering(rule).filter((each) => outranks(rule, each) && each.verdict === rule.verdict && !idle.has(each)),
  )
  if (next === undefined && !isDefault(rule)) return null
  for (const other of shelves.others(rule)) {
    if (!mayMeet(other, rule)) continue
    if (next === undefined || outranks(other, next)) return null
    break
  }
  const why =
    next === undefined
      ? `Without it, the default would decide the same: ${verdicts[rule.verdict]} ${kindOf(rule.capability)}.`
      : `Without it, ${lowerCase(inWords(next))} would decide the same.`
  return { rule: rule.id, kind: 'redundant', by: next?.id ?? null, why }
}

function first(rules: readonly Rule[]): Rule | undefined {
  const [one, ...others] = rules
  return one && others.reduce((best, each) => (outranks(each, best) ? each : best), one)
}

/** What falls silent after some use: leaving something to it takes it from others. */
function isUsedUp({ verdict, until, match }: Rule): boolean {
  return letsIn(verdict) && (until.kind === 'once' || match.perHour !== null)
}

/** Whether the default of its capability says the same about all that a rule speaks about. */
function isDefault({ capability, verdict, who, match }: Rule): boolean {
  // Whom a site is for is said there, and may be said anew.
  if (capability === 'anything' || capability === 'visit') return false
  const says = (isContact: boolean, bytes: number | null): boolean =>
    defaultVerdict({ capability, isContact, about: { name: null, path: null, bytes } }) === verdict
  const contacts = who.kind === 'unknown' ? [false] : who.kind === 'contact' ? [true] : [false, true]
  // The default turns at one size only: the ends of what the rule takes, and both sides of that, stand for the rest.
  const { minBytes, maxBytes } = match
  const [least, most] = [minBytes ?? 0, maxBytes ?? Number.MAX_SAFE_INTEGER]
  const turns = [FILE_OF_CONTACT_BYTES, FILE_OF_CONTACT_BYTES + 1].filter((bytes) => bytes >= least && bytes <= most)
  const isTold = letsIn(verdict) && (minBytes !== null || maxBytes !== null)
  const sizes = [least, most, ...turns, ...(isTold ? [] : [null])]
  return contacts.every((isContact) => sizes.every((bytes) => says(isContact, bytes)))
}

/** Rules by whom and what they are about, so that those that have nothing to do with each other are not compared. */
class Shelves {
  readonly #now: Pick<Now, 'leftMs'>
  /** By tier and scope, each in the order in which they win. */
  readonly #tiers = new Map<string, Rule[]>()
  readonly #places = new Map<Rule, number>()
  readonly #unlikes = new Map<string, readonly Rule[]>()
  readonly #scopes: readonly Scope[]
  /** By scope, whom they are about and the path that they ask for. */
  readonly #subjects = new Map<string, Rule[]>()

  constructor(rules: readonly Rule[], now: Pick<Now, 'leftMs'>) {
    this.#now = now
    for (const rule of rules) {
      put(this.#tiers, `${rule.capability} ${tierOf(rule.who)}`, rule)
      put(this.#subjects, `${rule.capability} ${subjectOf(rule.who)} ${rule.match.path ?? ''}`, rule)
    }
    for (const shelf of this.#tiers.values()) {
      shelf.sort((a, b) => (outranks(a, b) ? -1 : 1))
      for (const [place, rule] of shelf.entries()) this.#places.set(rule, place)
    }
    const scopes = new Set(rules.map(({ capability }) => capability))
    scopes.delete('anything')
    this.#scopes = [...scopes, 'anything']
  }

  /** All that speak whenever it does. */
  covering(rule: Rule): Rule[] {
    const { who } = rule
    const subjects = [subjectOf(who), ...(who.kind === 'name' ? [`account ${who.account}`] : []), 'anyone']
    const paths = ['', ...(rule.match.path === null ? [] : pathsAbove(rule.match.path))]
    const wider = [...new Set(subjects)].flatMap((subject) => paths.map((path) => `${subject} ${path}`))
    return scopesAround(rule)
      .flatMap((scope) => wider.map((each) => `${scope} ${each}`))
      .flatMap((key) => this.#subjects.get(key) ?? [])
      .filter((other) => other !== rule && covers(other, rule, this.#now))
  }

  /** Those that come after it, and could decide otherwise what it leaves to them; in the order in which they win. */
  *others(rule: Rule): Iterable<Rule> {
    const place = this.#places.get(rule) ?? 0
    for (const other of this.#unlike(rule, rule.capability, tierOf(rule.who))) {
      if ((this.#places.get(other) ?? 0) > place) yield other
    }
    if (rule.capability !== 'anything') yield* this.#unlike(rule, 'anything', tierOf(rule.who))
    const scopes = rule.capability === 'anything' ? this.#scopes : scopesAround(rule)
    for (const tier of tiersBelow(rule.who)) {
      for (const scope of scopes) yield* this.#unlike(rule, scope, tier)
    }
  }

  /** Most rules of one kind say the same: each looks only at those that do not. */
  #unlike({ verdict }: Rule, scope: Scope, tier: string): readonly Rule[] {
    const key = `${scope} ${tier}`
    const shelf = this.#tiers.get(key)
    if (shelf === undefined) return []
    const known = this.#unlikes.get(`${verdict} ${key}`)
    if (known !== undefined) return known
    const unlike = shelf.filter((other) => other.verdict !== verdict || isUsedUp(other))
    this.#unlikes.set(`${verdict} ${key}`, unlike)
    return unlike
  }
}

function put(shelves: Map<string, Rule[]>, key: string, rule: Rule): void {
  const shelf = shelves.get(key)
  if (shelf === undefined) shelves.set(key, [rule])
  else shelf.push(rule)
}

function subjectOf(who: Who): string {
  switch (who.kind) {
    case 'account':
      return `account ${who.account}`
    case 'name':
      return `name ${who.name} ${who.account}`
    case 'group':
      return `group ${who.group}`
    default:
      return who.kind
  }
}

const MAX_STEPS = 32

/** `/a/b`, `/a/b/`, `/a`, `/a/` and `/`: what a rule may ask for that takes all that lies under `/a/b`. */
function pathsAbove(path: string): string[] {
  const steps = path.split('/')
  // So deep is no path that a person wrote: it is compared with its like only.
  if (steps.length > MAX_STEPS) return [path]
  const bases = steps.map((_, n) => steps.slice(0, steps.length - n).join('/'))
  return [...new Set([...bases, ...bases.map((base) => `${base}/`)])].filter((base) => base !== '')
}

/** Rules of one tier are as specific as each other; see policy.ts. Accounts have nothing to do with one another. */
function tierOf(who: Who): string {
  switch (who.kind) {
    case 'account':
    case 'name':
      return `${who.kind} ${who.account}`
    case 'contact':
    case 'unknown':
      return 'standing'
    case 'lan':
    case 'relayed':
      return 'route'
    case 'group':
    case 'anyone':
      return who.kind
  }
}

const commonTiers = ['group', 'standing', 'route', 'anyone']

function tiersBelow(who: Who): readonly string[] {
  if (who.kind === 'account') return [`name ${who.account}`, ...commonTiers]
  return commonTiers.slice(commonTiers.indexOf(tierOf(who)) + 1)
}

/** More specific first. */
function scopesAround({ capability }: Rule): readonly Scope[] {
  return capability === 'anything' ? [capability] : [capability, 'anything']
}

function whySuspended({ who, suspended }: Rule): string {
  return who.kind === 'name' ? `${who.name} belongs to somebody else now.` : (suspended?.why ?? '')
}

const verdicts: Readonly<Record<Verdict, string>> = {
  allow: 'allow',
  'allow-and-tell': 'allow and tell me about',
  ask: 'ask about',
  deny: 'deny',
  ignore: 'ignore',
}

/** `The rule “deny files from contacts, at most 16 MiB”`. */
function inWords({ verdict, capability, who, match }: Rule): string {
  return `The rule “${verdicts[verdict]} ${kindOf(capability)} from ${whom(who)}${conditions(match)}”`
}

function lowerCase(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}

function kindOf(scope: Scope): string {
  const kinds: Partial<Record<Capability | 'anything', string>> = {
    file: 'files',
    visit: 'visits',
    relay: 'relaying',
    'hold-mail': 'mail to hold',
    lookup: 'lookups',
    load: 'loads from other names',
    exit: 'ways out to the web',
  }
  return kinds[scope] ?? (scope.startsWith('app:') ? `requests to the app ${scope.slice('app:'.length)}` : scope)
}

function conditions({ name, minBytes, maxBytes, path, perHour }: Match): string {
  const all = [
    name === null ? [] : [`called ${name}`],
    minBytes === null ? [] : [`at least ${sized(minBytes)}`],
    maxBytes === null ? [] : [`at most ${sized(maxBytes)}`],
    path === null ? [] : [`under ${path}`],
    perHour === null ? [] : [`${perHour} an hour`],
  ]
  return all.flat().map((condition) => `, ${condition}`).join('')
}

function sized(bytes: number): string {
  if (bytes >= MiB) return `${Math.round((bytes / MiB) * 10) / 10} MiB`
  return bytes >= KiB ? `${Math.round((bytes / KiB) * 10) / 10} KiB` : `${bytes} bytes`
}
