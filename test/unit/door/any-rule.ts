import fc from 'fast-check'
import type { Facts, Now } from '../../../src/main/features/door/policy.ts'
import { AccountId, RuleId } from '../../../src/shared/ids.ts'
import { anyMatch, letsIn, nothingMore, type Rule } from '../../../src/shared/model/door.ts'
import { HOUR, MiB } from '../../../src/shared/units.ts'

/** Rules and facts of a small world, in which they meet often. */

export const account = (letter: string): AccountId => AccountId.parse(`k51${letter.repeat(59)}`)
export const ruleId = (n: number): RuleId =>
  RuleId.parse(n.toString(2).padStart(26, 'a').replaceAll('0', 'b').replaceAll('1', 'c'))

export const rule = (change: Partial<Rule>): Rule => ({
  id: ruleId(1),
  enabled: true,
  priority: 0,
  who: { kind: 'anyone' },
  capability: 'contact',
  match: anyMatch,
  verdict: 'allow',
  until: { kind: 'forever' },
  note: '',
  origin: 'person',
  createdMs: 0,
  lastHitMs: null,
  hits: 0,
  suspended: null,
  ...change,
})

/** Both clocks at one time, nothing used yet. */
export const at = (ms: number): Now => ({
  wallMs: ms,
  leftMs: ({ until }) => (until.kind === 'time' ? until.untilMs - ms : 0),
  usedInHour: () => 0,
})

export const anna: Facts & { account: AccountId } = {
  account: account('a'),
  capability: 'contact',
  about: nothingMore,
  isContact: false,
  isBlocked: false,
  groups: [],
  names: [],
  route: 'direct',
  connection: 'one',
}

const sizes = [0, 10, 100, 16 * MiB, 16 * MiB + 1]
const paths = ['/a', '/a/', '/a/b', '/ab', '/']

export const anyWho = fc.constantFrom<Rule['who']>(
  { kind: 'account', account: account('a') },
  { kind: 'account', account: account('b') },
  { kind: 'name', name: 'anna.peer', account: account('a') },
  { kind: 'name', name: 'ann.peer', account: account('a') },
  { kind: 'name', name: 'bea.peer', account: account('b') },
  { kind: 'group', group: 'family' },
  { kind: 'group', group: 'work' },
  { kind: 'contact' },
  { kind: 'unknown' },
  { kind: 'lan' },
  { kind: 'relayed' },
  { kind: 'anyone' },
)

/** Null every other time, so that rules stay wide enough to meet. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 1, nil: null })

export const anyMatching: fc.Arbitrary<Rule['match']> = fc.record({
  name: seldom(fc.constantFrom('a.txt', 'b.txt')),
  minBytes: seldom(fc.constantFrom(...sizes)),
  maxBytes: seldom(fc.constantFrom(...sizes)),
  path: seldom(fc.constantFrom(...paths)),
  perHour: seldom(fc.integer({ min: 1, max: 3 })),
})

export const anyRule: fc.Arbitrary<Rule> = fc
  .record({
    enabled: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    priority: fc.integer({ min: -1, max: 1 }),
    who: anyWho,
    capability: fc.constantFrom<Rule['capability']>('contact', 'file', 'file', 'lookup', 'relay', 'exit', 'anything', 'anything'),
    match: fc.oneof({ weight: 2, arbitrary: fc.constant(anyMatch) }, { weight: 1, arbitrary: anyMatching }),
    verdict: fc.constantFrom<Rule['verdict']>('allow', 'allow', 'allow-and-tell', 'ask', 'deny', 'ignore'),
    until: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Rule['until']>({ kind: 'forever' }) },
      {
        weight: 3,
        arbitrary: fc.constantFrom<Rule['until']>(
          { kind: 'once' },
          { kind: 'quit' },
          { kind: 'connection', connection: 'one' },
          { kind: 'connection', connection: 'two' },
          { kind: 'time', untilMs: 1 * HOUR },
          { kind: 'time', untilMs: 2 * HOUR },
        ),
      },
    ),
    createdMs: fc.nat(3),
    suspended: fc.integer({ min: 0, max: 9 }).map((n) => (n > 0 ? null : { why: 'another owner', atMs: 0 })),
  })
  .map((change) => rule(change.who.kind === 'name' ? change : { ...change, suspended: null }))

export const anyRules = (maxLength: number): fc.Arbitrary<Rule[]> =>
  fc.array(anyRule, { maxLength }).map((rules) => rules.map((each, n) => ({ ...each, id: ruleId(n) })))

export const anyFacts: fc.Arbitrary<Facts> = fc.record({
  account: fc.constantFrom(account('a'), account('b')),
  capability: fc.constantFrom<Facts['capability']>('contact', 'file', 'file', 'lookup', 'relay', 'exit'),
  about: fc.record({
    name: fc.constantFrom(null, 'a.txt', 'b.txt'),
    bytes: fc.option(fc.constantFrom(...sizes, 50, 16 * MiB - 1)),
    path: fc.option(fc.constantFrom(...paths, '/a/b/c', '/a/../b', '')),
  }),
  isContact: fc.boolean(),
  isBlocked: fc.constant(false),
  groups: fc.subarray(['family', 'work']),
  names: fc.subarray(['anna.peer', 'ann.peer', 'bea.peer']),
  route: fc.constantFrom<Facts['route']>('direct', 'lan', 'local', 'relayed'),
  connection: fc.constantFrom('one', 'two', 'three'),
})

/** A door as far as rules change by themselves: by use, by time, by a clock that is set, and by a restart. */
export class Ageing {
  rules: Rule[]
  wallMs = 0
  #steadyMs = 0
  readonly #ends = new Map<RuleId, number>()
  readonly #uses = new Map<RuleId, number[]>()

  /** `lateBy`: how far the end of each timed rule lies from its date, as the clock was set since it was made. */
  constructor(rules: readonly Rule[], lateBy: (rule: Rule) => number) {
    this.rules = [...rules]
    for (const each of rules) if (each.until.kind === 'time') this.#ends.set(each.id, each.until.untilMs + lateBy(each))
  }

  get now(): Now {
    return {
      wallMs: this.wallMs,
      leftMs: ({ id }) => (this.#ends.get(id) ?? 0) - this.#steadyMs,
      usedInHour: ({ id }) => (this.#uses.get(id) ?? []).filter((ms) => ms > this.#steadyMs - HOUR).length,
    }
  }

  /** A rule decided, and whoever asked came in by it where it lets in. */
  used(id: RuleId, connection: string): void {
    const winner = this.rules.find((each) => each.id === id)
    if (winner === undefined || !letsIn(winner.verdict)) return
    this.#uses.set(id, [...(this.#uses.get(id) ?? []), this.#steadyMs])
    if (winner.until.kind !== 'once') return
    const until = { kind: 'connection', connection } as const
    this.rules = this.rules.map((each) => (each.id === id ? { ...each, until } : each))
  }

  pass(ms: number): void {
    this.#steadyMs += ms
    this.wallMs += ms
  }

  setClock(ms: number): void {
    this.wallMs += ms
  }

  restart(): void {
    this.rules = this.rules.filter(({ until }) => until.kind === 'forever' || until.kind === 'time')
    for (const { id, until } of this.rules) {
      if (until.kind === 'time') this.#ends.set(id, this.#steadyMs + until.untilMs - this.wallMs)
    }
  }
}
