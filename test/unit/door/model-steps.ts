import fc from 'fast-check'
import { anyMatch } from '../../../src/shared/model/door.ts'
import type { About, Answer, Capability, Match, Verdict } from '../../../src/shared/model/door.ts'
import type { Route } from '../../../src/shared/model/peers.ts'
import { HOUR, MINUTE, MiB, SECOND } from '../../../src/shared/units.ts'

/** What can be asked for in this small world. */
export const asks: readonly { readonly capability: Capability; readonly about: About }[] = [
  { capability: 'contact', about: { name: null, bytes: null, path: null } },
  { capability: 'file', about: { name: 'a.txt', bytes: 5, path: null } },
  { capability: 'file', about: { name: 'b.mkv', bytes: 20 * MiB, path: null } },
  { capability: 'file', about: { name: null, bytes: null, path: null } },
  { capability: 'lookup', about: { name: null, bytes: null, path: null } },
  { capability: 'relay', about: { name: null, bytes: null, path: null } },
  { capability: 'app:chess', about: { name: null, bytes: null, path: '/a' } },
  { capability: 'app:chess', about: { name: null, bytes: null, path: '/a/b' } },
  { capability: 'app:chess', about: { name: null, bytes: null, path: '/a/../b' } },
  { capability: 'app:chess', about: { name: null, bytes: 7, path: null } },
]

export const names = ['ali.peer', 'cem.peer'] as const
export const routes: readonly Route[] = ['local', 'lan', 'direct', 'relayed']
export const groups = ['family', 'work'] as const

/** Whom a rule is about; of `account` and `name`, which visitor. */
export interface Whom {
  readonly kind: 'account' | 'name' | 'group' | 'contact' | 'lan' | 'relayed' | 'unknown' | 'anyone'
  readonly which: number
  readonly who: number
}

/** A time is told as how long from now. */
export interface Draft {
  readonly whom: Whom
  readonly capability: Capability | 'anything'
  readonly match: Match
  readonly verdict: Verdict
  readonly until: 'once' | 'quit' | 'forever' | 'connection' | { readonly inMs: number }
  readonly priority: number
}

type Until = 'once' | 'connection' | 'quit' | 'forever' | { readonly inMs: number }
export type Said =
  | { readonly verdict: 'allow'; readonly until: Until; readonly scope: Scope; readonly tell: boolean }
  | { readonly verdict: 'deny'; readonly until: Until; readonly scope: Scope; readonly silently: boolean }
  | { readonly verdict: 'ignore' | 'block' }
type Scope = 'this' | 'capability' | 'everything'

export type Step =
  | { do: 'knock' | 'withdraw' | 'hang-up' | 'forget'; who: number; what: number }
  | { do: 'use-token' | 'our-knock' | 'their-undo'; who: number; what: number }
  | { do: 'answer'; which: number; said: Said }
  /** Knock, answer, and take the answer back. */
  | { do: 'misclick'; who: number; what: number; said: Said }
  | { do: 'their-answer'; who: number; said: Said }
  | { do: 'undo' | 'remove' | 'cancel' | 'revoke-token'; which: number }
  | { do: 'add'; draft: Draft }
  | { do: 'edit'; which: number; draft: Draft }
  | { do: 'enable'; which: number; on: boolean }
  | { do: 'export' }
  | { do: 'import'; tampered: boolean }
  | { do: 'mint-token'; forMs: number }
  | { do: 'enter'; who: number; what: number; by: 'guard' | 'now' | 'about'; times: number }
  | { do: 'move'; who: number; route: Route }
  | { do: 'prove' | 'contact' | 'block'; who: number; on: boolean }
  | { do: 'group'; who: number; groups: readonly string[] }
  | { do: 'name'; name: number; owner: number | null }
  | { do: 'settings'; quiet: 'off' | 'on' | 'an hour'; tell: 'everything' | 'yes' }
  | { do: 'pass'; ms: number }
  | { do: 'set-clock'; ms: number }
  | { do: 'restart'; how: 'in order' | 'crash'; afterMs: number; setMs: number }

export const VISITORS = 3
const who = fc.nat(VISITORS - 1)
const what = fc.nat(asks.length - 1)
const which = fc.nat(11)
const inMs = fc.constantFrom(30 * SECOND, 10 * MINUTE, HOUR, 5 * HOUR)
const jump = fc.constantFrom(-48 * HOUR, -2 * HOUR, 2 * HOUR, 48 * HOUR)

const scope = fc.constantFrom<Scope>('this', 'capability', 'capability', 'everything')
const until: fc.Arbitrary<Until> = fc.oneof(
  fc.constantFrom<Until>('once', 'connection', 'quit', 'forever'),
  fc.record({ inMs }),
)
const said: fc.Arbitrary<Said> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ verdict: fc.constant('allow' as const), until, scope, tell: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ verdict: fc.constant('deny' as const), until, scope, silently: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ verdict: fc.constantFrom('ignore', 'ignore', 'ignore', 'block') }) },
)

const whom: fc.Arbitrary<Whom> = fc.record({
  kind: fc.constantFrom<Whom['kind']>(
    ...(['account', 'account', 'name', 'name', 'group', 'group'] as const),
    ...(['contact', 'lan', 'relayed', 'unknown', 'anyone'] as const),
  ),
  which: fc.nat(1),
  who,
})
const condition: fc.Arbitrary<Partial<Match>> = fc.oneof(
  fc.record({ name: fc.constantFrom('a.txt', 'b.mkv') }),
  fc.record({ minBytes: fc.constantFrom(1, 10) }),
  fc.record({ maxBytes: fc.constantFrom(5, 10, 30 * MiB) }),
  fc.record({ path: fc.constantFrom('/a', '/a/', '/a/b', '/') }),
  fc.record({ perHour: fc.integer({ min: 1, max: 3 }) }),
)
const match: fc.Arbitrary<Match> = fc
  .tuple(fc.nat(5), condition, condition)
  .map(([n, one, other]) => ({ ...anyMatch, ...(n < 3 ? one : {}), ...(n < 1 ? other : {}) }))
const draft: fc.Arbitrary<Draft> = fc.record({
  whom,
  capability: fc.constantFrom<Draft['capability']>(
    ...(['contact', 'file', 'file', 'lookup', 'relay', 'app:chess', 'app:chess', 'anything', 'anything'] as const),
  ),
  match,
  verdict: fc.constantFrom<Verdict>('allow', 'allow', 'allow', 'allow-and-tell', 'ask', 'deny', 'ignore'),
  until: fc.oneof(
    fc.constantFrom<Draft['until']>('once', 'quit', 'forever', 'forever', 'connection'),
    fc.record({ inMs }),
  ),
  priority: fc.constantFrom(-1, 0, 0, 1),
})

const mostly = fc.nat(3).map((n) => n > 0)
const seldom = fc.nat(3).map((n) => n === 0)
const one = <Kind extends string>(kind: Kind): fc.Arbitrary<Kind> => fc.constant(kind)
const visiting = { who, what }

/** How often each is done, by hand: so that there is somebody to answer, something to undo, and time that passes. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      do: one('enter'),
      ...visiting,
      by: fc.constantFrom('guard', 'now', 'about', 'about'),
      times: fc.constantFrom(1, 1, 1, 4),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: one('knock'), ...visiting }) },
  { weight: 9, arbitrary: fc.record({ do: one('answer'), which, said }) },
  { weight: 5, arbitrary: fc.record({ do: one('undo'), which }) },
  { weight: 3, arbitrary: fc.record({ do: one('misclick'), ...visiting, said }) },
  { weight: 1, arbitrary: fc.record({ do: one('withdraw'), ...visiting }) },
  { weight: 8, arbitrary: fc.record({ do: one('add'), draft }) },
  { weight: 3, arbitrary: fc.record({ do: one('edit'), which, draft }) },
  { weight: 2, arbitrary: fc.record({ do: one('enable'), which, on: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: one('remove'), which }) },
  { weight: 1, arbitrary: fc.record({ do: one('export') }) },
  { weight: 1, arbitrary: fc.record({ do: one('import'), tampered: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: one('mint-token'), forMs: inMs }) },
  { weight: 3, arbitrary: fc.record({ do: one('use-token'), ...visiting }) },
  { weight: 1, arbitrary: fc.record({ do: one('revoke-token'), which }) },
  { weight: 2, arbitrary: fc.record({ do: one('our-knock'), ...visiting }) },
  { weight: 2, arbitrary: fc.record({ do: one('their-answer'), who, said }) },
  { weight: 1, arbitrary: fc.record({ do: one('their-undo'), ...visiting }) },
  { weight: 1, arbitrary: fc.record({ do: one('cancel'), which }) },
  { weight: 4, arbitrary: fc.record({ do: one('hang-up'), ...visiting }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: one('move'), who, route: fc.constantFrom(...routes) }),
  },
  { weight: 1, arbitrary: fc.record({ do: one('prove'), who, on: mostly }) },
  { weight: 2, arbitrary: fc.record({ do: one('contact'), who, on: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: one('group'), who, groups: fc.subarray([...groups]) }) },
  { weight: 3, arbitrary: fc.record({ do: one('name'), name: fc.nat(1), owner: fc.option(who, { freq: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: one('block'), who, on: seldom }) },
  { weight: 2, arbitrary: fc.record({ do: one('forget'), ...visiting }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: one('settings'),
      quiet: fc.constantFrom('off', 'on', 'an hour'),
      tell: fc.constantFrom('everything', 'yes'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: one('pass'), ms: fc.constantFrom(SECOND, 5 * SECOND, 11 * SECOND, 61 * SECOND, HOUR) }),
  },
  { weight: 2, arbitrary: fc.record({ do: one('set-clock'), ms: jump }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one('restart'),
      how: fc.constantFrom('in order', 'crash'),
      afterMs: fc.constantFrom(0, 0, MINUTE, 2 * HOUR),
      setMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: jump }),
    }),
  },
)

/** The answer as the door takes it, at this time of the machine's clock. */
export function answerOf(given: Said, wallMs: number): Answer {
  if (given.verdict !== 'allow' && given.verdict !== 'deny') return given
  const until = typeof given.until === 'object' ? { untilMs: wallMs + given.until.inMs } : given.until
  return { ...given, until }
}
