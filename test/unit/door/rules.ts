import fc from 'fast-check'
import type { Facts, Now } from '../../../src/main/features/door/policy.ts'
import {
  anyMatch,
  type About,
  type Match,
  type Rule,
  type Verdict,
} from '../../../src/shared/model/door.ts'
import { MiB } from '../../../src/shared/units.ts'

import { account, anna, rule, ruleId } from './any-rule.ts'

export { account, anna, rule, ruleId }

/* Rules, facts and times for the tests of the policy: some by hand, and as many as wanted by chance. */

export const clocks = (wallMs: number, steadyMs: number, used: Record<string, number> = {}): Now => ({
  wallMs,
  leftMs: ({ until }) => (until.kind === 'time' ? until.untilMs - steadyMs : 0),
  usedInHour: ({ id }) => used[id] ?? 0,
})
export const at = (ms: number): Now => clocks(ms, ms)

export const verdicts: readonly Verdict[] = ['allow', 'allow-and-tell', 'ask', 'deny', 'ignore']
const capabilities = ['contact', 'file', 'visit', 'lookup', 'relay', 'exit'] as const
const paths = ['/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', 'a', '/b']
const sizes = [0, 1, MiB, 16 * MiB, 16 * MiB + 1]

const anyMatches: fc.Arbitrary<Match> = fc.record({
  name: fc.option(fc.constantFrom('notes.txt', 'film.mkv'), { freq: 1 }),
  path: fc.option(fc.constantFrom(...paths)),
  minBytes: fc.option(fc.constantFrom(...sizes)),
  maxBytes: fc.option(fc.constantFrom(...sizes)),
  perHour: fc.option(fc.constantFrom(1, 2)),
})

export const anyRule: fc.Arbitrary<Rule> = fc
  .record({
    n: fc.nat(9_999),
    enabled: fc.constantFrom(true, true, true, false),
    priority: fc.integer({ min: -2, max: 2 }),
    who: fc.constantFrom<Rule['who']>(
      { kind: 'account', account: account('a') },
      { kind: 'account', account: account('b') },
      { kind: 'name', name: 'anna.peer', account: account('a') },
      { kind: 'name', name: 'bea.peer', account: account('a') },
      { kind: 'name', name: 'bea.peer', account: account('b') },
      { kind: 'group', group: 'family' },
      { kind: 'group', group: 'work' },
      { kind: 'contact' },
      { kind: 'unknown' },
      { kind: 'lan' },
      { kind: 'relayed' },
      { kind: 'anyone' },
    ),
    capability: fc.constantFrom<Rule['capability']>(...capabilities, 'anything'),
    match: fc.oneof(fc.constant(anyMatch), anyMatches),
    verdict: fc.constantFrom(...verdicts),
    until: fc.constantFrom<Rule['until']>(
      { kind: 'forever' },
      { kind: 'quit' },
      { kind: 'once' },
      { kind: 'connection', connection: 'one' },
      { kind: 'connection', connection: 'two' },
      { kind: 'time', untilMs: 100 },
    ),
    createdMs: fc.nat(3),
    suspended: fc.option(fc.constant({ why: 'bea.peer belongs to somebody else now.', atMs: 1 }), { freq: 8 }),
  })
  // As the door makes them: only what lets in can do so a number of times an hour.
  .map(({ n, match, verdict, ...rest }) => {
    const perHour = verdict.startsWith('allow') ? match.perHour : null
    return rule({ id: ruleId(n), ...rest, verdict, match: { ...match, perHour } })
  })

export const anyRules = (maxLength: number): fc.Arbitrary<Rule[]> =>
  fc.uniqueArray(anyRule, { selector: ({ id }) => id, maxLength })

const anyAbout: fc.Arbitrary<About> = fc.record({
  name: fc.constantFrom(null, 'notes.txt'),
  bytes: fc.option(fc.constantFrom(...sizes)),
  path: fc.option(fc.constantFrom(...paths, '/a/../b', '..', '/a/..b')),
})

export const anyFacts: fc.Arbitrary<Facts> = fc.record({
  account: fc.constantFrom(account('a'), account('b'), account('c')),
  capability: fc.constantFrom(...capabilities),
  about: anyAbout,
  isContact: fc.boolean(),
  isBlocked: fc.constantFrom(false, false, false, true),
  groups: fc.constantFrom([], ['family'], ['work', 'family']),
  names: fc.constantFrom([], ['anna.peer'], ['anna.peer', 'bea.peer']),
  route: fc.constantFrom<Facts['route']>('direct', 'lan', 'local', 'relayed'),
  connection: fc.constantFrom('one', 'two', 'three'),
})

export const anyTimes = fc.tuple(fc.constantFrom(50, 99, 100, 150), fc.constantFrom(50, 99, 100, 150))
