import { anyMatch, nothingMore, type Decision, type Rule } from '../../src/shared/model/door.ts'
import { DAY, HOUR, MINUTE } from '../../src/shared/units.ts'
import { accountOf, peerIdOf, ruleIdOf } from './ids.ts'
import { introducer, nothingReached } from './network.ts'
import { now, person } from './people.ts'
import type { Scene } from './world.ts'

/* What the scenes and the tests of the door are made of. */

const people = [
  person('Marisol Ibáñez', { petname: null }),
  person('Bea', { trust: 'verified', claimedName: 'Bea Lindqvist', groups: ['Choir', 'Family'] }),
  person('Tomasz'),
  person('Ines', { trust: 'changed' }),
  person('hello', { petname: null, demo: true }),
  person('loud-bot', { petname: null, blocked: true }),
]

/** Where relayed ones come through. */
export const harbour = { ...nothingReached, introducers: [introducer('Harbour')] }

export function rule(name: string, changes: Partial<Rule> = {}): Rule {
  return {
    id: ruleIdOf(name),
    enabled: true,
    priority: 0,
    who: { kind: 'account', account: accountOf(name) },
    capability: 'contact',
    match: anyMatch,
    verdict: 'allow',
    until: { kind: 'forever' },
    note: '',
    origin: 'prompt',
    createdMs: now() - 4 * DAY,
    lastHitMs: now() - 3 * MINUTE,
    hits: 214,
    suspended: null,
    ...changes,
  }
}

const rules: Rule[] = [
  rule('Bea'),
  rule('Tomasz', { until: { kind: 'quit' }, createdMs: now() - HOUR, hits: 1 }),
  rule('strangers', {
    who: { kind: 'unknown' },
    capability: 'file',
    verdict: 'deny',
    origin: 'person',
    hits: 0,
    lastHitMs: null,
    note: 'Since the flood in March.',
    createdMs: now() - 2 * DAY,
  }),
  rule('loud-bot', {
    verdict: 'ignore',
    enabled: false,
    hits: 12,
    createdMs: now() - 9 * DAY,
    lastHitMs: now() - 8 * DAY,
  }),
  rule('lan', {
    who: { kind: 'lan' },
    capability: 'visit',
    verdict: 'ask',
    origin: 'person',
    until: { kind: 'time', untilMs: now() + 3 * DAY },
    createdMs: now() - 10 * DAY,
    hits: 3,
  }),
]

const kinds: Partial<Decision>[] = [
  { verdict: 'allow', why: 'a rule for this account', by: 'rule', account: accountOf('Bea'), rule: ruleIdOf('Bea') },
  { verdict: 'deny', why: 'answered: deny, once', by: 'person', account: accountOf('Marisol Ibáñez') },
  { verdict: 'ask', why: 'the default for contact', by: 'default', account: accountOf('Marisol Ibáñez') },
  { verdict: 'deny', why: 'nobody answered in time', by: 'timeout', account: accountOf('Tomasz') },
  { verdict: 'ignore', why: 'above the rate of one peer (118 refusals before this one are not listed)', by: 'limit', account: null },
  { verdict: 'allow', why: 'a one-time token of an invitation', by: 'token', account: accountOf('Tomasz') },
]

export function decision(seq: number, changes: Partial<Decision> = {}): Decision {
  return {
    seq,
    atMs: now(),
    account: null,
    peerId: peerIdOf('caller'),
    capability: 'contact',
    verdict: 'allow',
    why: 'a rule for this account',
    rule: null,
    facts: null,
    by: 'rule',
    hash: 'bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
    ...changes,
  }
}

const facts: NonNullable<Decision['facts']>[] = [
  { contact: true, groups: ['Choir'], names: ['bea.peer'], route: 'direct', through: null, about: nothingMore },
  {
    contact: false,
    groups: [],
    names: [],
    route: 'relayed',
    through: peerIdOf('introducer Harbour'),
    about: { name: 'Invoice of the community garden for the month of November 2026.pdf', bytes: 1_240_000, path: null },
  },
]

const decisions = (count: number): Decision[] =>
  Array.from({ length: count }, (_, index) =>
    decision(count - index, {
      atMs: now() - index * 11 * MINUTE,
      peerId: peerIdOf(`caller ${index % 5}`),
      capability: index % 9 === 4 ? 'file' : 'contact',
      facts: index > 300 ? null : (facts[index % 2] ?? null),
      ...kinds[index % kinds.length],
    }),
  )

export const told = (name: string, capability: Decision['capability'], seq: number): Decision =>
  decision(seq, { account: accountOf(name), capability, verdict: 'allow-and-tell' })

/** A house in which some things happened. */
export const base: Partial<Scene> = {
  people,
  rules,
  blocked: [accountOf('loud-bot'), accountOf('somebody forgotten')],
  decisions: decisions(420),
}
