import { anyMatch, nothingMore, type Decision, type Rule, type RuleDraft } from '../../../src/shared/model/door.ts'
import { DAY, HOUR, MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { accountOf, knockIdOf, peerIdOf, ruleIdOf } from '../ids.ts'
import { introducer, nothingReached } from '../network.ts'
import { knock, now, person } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

const marisol = knock('Marisol Ibáñez')
const people = [
  person('Marisol Ibáñez', { petname: null }),
  person('Bea', { trust: 'verified', claimedName: 'Bea Lindqvist', groups: ['Choir', 'Family'] }),
  person('Tomasz'),
  person('Ines', { trust: 'changed' }),
  person('hello', { petname: null, demo: true }),
  person('loud-bot', { petname: null, blocked: true }),
]

const three = [
  marisol,
  knock('hello', {
    route: 'local',
    address: '/ip4/127.0.0.1/tcp/41873',
    greeting: 'Hello. I am the demonstration peer of this Latch.',
    receivedMs: now() - 6 * SECOND,
    untilMs: now() + 54 * SECOND,
  }),
  knock('The Honourable Maximiliane von Hohenstaufen-Schwarzburg (Institute for Applied Names)', {
    capability: 'app:org.example.chess-by-mail',
    greeting: `${'w'.repeat(90)} ${'Would you play a game with me? '.repeat(6)}`,
    route: 'relayed',
    address: '/ip6/2001:db8:85a3::8a2e:370:7334/udp/4001/webrtc-direct/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjLa2R_RF71v86aVxlqdKNOQ',
    requests: 41,
    before: 7,
    receivedMs: now() - 2 * SECOND,
    untilMs: now() + 58 * SECOND,
  }),
]

/** Everything that a card can say. */
const file = knock('Bea', {
  claimedName: 'Bea Lindqvist',
  ledgerName: { name: 'bea.peer', sinceMs: now() - 260 * DAY },
  capability: 'file',
  about: { name: 'Choir, spring concert (final).flac', bytes: 214_300_000, path: null },
  greeting: 'The recording, as promised.',
  route: 'relayed',
  through: peerIdOf('introducer Harbour'),
  address: '/ip4/203.0.113.9/tcp/4001/ws/p2p-circuit',
  before: 7,
})
const trap = knock('Tomasz', {
  capability: 'file',
  about: { name: 'Invoice of the community garden for the month of November 2026.pdf                    .exe', bytes: 1_240_000, path: null },
  ledgerName: { name: 'tomasz-the-gardener-of-the-northern-allotments.peer', sinceMs: now() - 2 * DAY },
  greeting: '',
  route: 'lan',
  address: '/ip4/192.168.1.23/tcp/4001',
  receivedMs: now() - 9 * SECOND,
})
const changed = knock('Ines', {
  capability: 'visit',
  about: { name: null, bytes: null, path: '/notes/2026/private/' },
  greeting: '',
  before: 31,
  receivedMs: now() - 5 * SECOND,
})
const program = knock('Somebody', {
  claimedName: '',
  capability: 'app:org.example.chess-by-mail',
  about: { name: null, bytes: 2_100, path: 'game/move' },
  route: 'relayed',
  through: peerIdOf('nowhere known'),
  receivedMs: now() - 2 * SECOND,
  quiet: true,
  untilMs: now() + 280 * SECOND,
})
const harbour = { ...nothingReached, introducers: [introducer('Harbour')] }

const queued = Array.from({ length: 47 }, (_, index) => knock(`Caller ${index}`, { state: 'queued' }))

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

const many: Rule[] = Array.from({ length: 2_000 }, (_, index) =>
  rule(`many ${index}`, {
    verdict: (['allow', 'deny', 'ask', 'ignore', 'allow-and-tell'] as const)[index % 5] ?? 'ask',
    capability: (['contact', 'file', 'visit', 'anything', `app:org.example.game-${index}`] as const)[index % 5] ?? 'file',
    match: index % 3 === 0 ? { ...anyMatch, maxBytes: 16 * MiB, perHour: 5 } : anyMatch,
    note: index % 7 === 0 ? `The ${index}th of them` : '',
    priority: index % 10 === 0 ? 20 : 0,
    createdMs: now() - index * MINUTE,
    hits: index % 13,
    origin: (['import', 'prompt', 'person'] as const)[index % 3] ?? 'import',
  }),
)

const moved = rule('whoever owns bea.peer', {
  who: { kind: 'name', name: 'bea.peer', account: accountOf('Bea') },
  capability: 'file',
  match: { ...anyMatch, maxBytes: 64 * MiB, perHour: 10 },
  verdict: 'allow-and-tell',
  origin: 'person',
  note: 'The recordings of the choir.',
  hits: 31,
  createdMs: now() - 30 * MINUTE,
  suspended: { why: 'bea.peer belongs to somebody else since yesterday.', atMs: now() - DAY },
})
const choir = rule('choir', {
  who: { kind: 'group', group: 'Choir' },
  capability: 'anything',
  match: { ...anyMatch, path: '/notes/2026' },
  priority: 50,
  origin: 'import',
  createdMs: now() - 40 * MINUTE,
})
const found: Partial<Scene> = {
  rules: [...rules, moved, choir],
  findings: [
    { rule: moved.id, kind: 'suspended', by: null, why: 'bea.peer belongs to somebody else since yesterday.' },
    {
      rule: ruleIdOf('Tomasz'),
      kind: 'shadowed',
      by: ruleIdOf('strangers'),
      why: 'A rule for the same that comes before it denies.',
    },
    { rule: ruleIdOf('lan'), kind: 'redundant', by: null, why: 'Without it everything would be decided the same.' },
  ],
}
const suggested: RuleDraft = {
  who: { kind: 'account', account: accountOf('Bea') },
  capability: 'file',
  match: { ...anyMatch, maxBytes: 256 * MiB },
  verdict: 'allow',
  until: { kind: 'forever' },
  priority: 0,
  note: '',
}
const read = (who: 'you' | 'contact' | 'stranger'): Partial<Scene> => ({
  ...found,
  rulesRead: {
    signedBy: { peerId: peerIdOf('Bea'), account: who === 'stranger' ? null : accountOf('Bea'), who },
    madeMs: now() - 3 * DAY,
    rules: many.slice(0, 40).map((draft, index) => ({ draft, state: index % 4 === 1 ? 'present' : 'new' })),
  },
})

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

const told = (name: string, capability: Decision['capability'], seq: number): Decision =>
  decision(seq, { account: accountOf(name), capability, verdict: 'allow-and-tell' })

const missed = [
  knock('Marisol Ibáñez', { state: 'missed', receivedMs: now() - 3 * HOUR, untilMs: now() - 3 * HOUR + MINUTE }),
  knock('Tomasz', {
    state: 'missed',
    receivedMs: now() - DAY,
    untilMs: now() - DAY + MINUTE,
    greeting: '',
    before: 2,
    capability: 'file',
  }),
]

const base: Partial<Scene> = {
  people,
  rules,
  blocked: [accountOf('loud-bot'), accountOf('somebody forgotten')],
  decisions: decisions(420),
}
const answered = { answeredMs: now(), undoUntilMs: now() + 10 * SECOND }

/** The door and everything that stands before it. */
export const doorScenes: Record<string, GalleryScene> = {
  'door-empty': scene(paths.doorSection('knocks'), {}),
  'door-list': scene(paths.door, { ...base, knocks: [marisol, ...missed.slice(1)] }),
  'door-loading': scene(paths.doorSection('knocks'), { failing: { 'door.watch': 'never' } }, [{ waitMs: 400 }]),
  'door-one': scene(paths.doorSection('knocks'), { ...base, knocks: [marisol] }, [{ waitMs: 900 }]),
  'door-inert': scene(paths.doorSection('knocks'), { ...base, knocks: [marisol] }),
  'door-many': scene(paths.doorSection('knocks'), { ...base, knocks: [...three, ...queued] }, [{ waitMs: 900 }]),
  'door-facts': scene(paths.doorSection('knocks'), { ...base, connectivity: harbour, knocks: [file, trap] }, [
    { waitMs: 900 },
  ]),
  'door-changed': scene(paths.doorSection('knocks'), { ...base, knocks: [changed] }, [{ waitMs: 900 }]),
  'door-quiet': scene(paths.doorSection('knocks'), { ...base, knocks: [marisol, program] }, [{ waitMs: 900 }]),
  'door-choose': scene(paths.doorSection('knocks'), { ...base, connectivity: harbour, knocks: [file] }, [
    { waitMs: 900 },
    { click: 'Other answers' },
    { waitMs: 900 },
  ]),
  'door-choose-date': scene(paths.doorSection('knocks'), { ...base, knocks: [program] }, [
    { waitMs: 900 },
    { click: 'Other answers' },
    { choose: 'Until a date' },
    { type: '2031-03-01T18:00', into: 'Until' },
    { choose: 'Everything from them' },
    { switch: 'And tell me' },
    { waitMs: 900 },
  ]),
  'door-choose-past': scene(paths.doorSection('knocks'), { ...base, knocks: [marisol] }, [
    { waitMs: 900 },
    { click: 'Other answers' },
    { choose: 'Until a date' },
    { type: '2021-03-01T18:00', into: 'Until' },
    { waitMs: 900 },
  ]),
  'door-choose-deny': scene(paths.doorSection('knocks'), { ...base, knocks: three }, [
    { waitMs: 900 },
    { click: 'Other answers' },
    { choose: 'Deny' },
    { choose: 'Always' },
    { switch: 'Silently' },
    { waitMs: 900 },
  ]),
  'door-choose-block': scene(paths.chats, { ...base, knocks: [marisol] }, [
    { waitMs: 900 },
    { click: 'Other answers' },
    { choose: 'Block' },
    { type: 'Third time this week, always another name.', into: 'Note for your own log' },
    { waitMs: 900 },
  ]),
  'door-focus': scene(paths.doorSection('knocks'), { ...base, knocks: [marisol] }, [
    { waitMs: 900 },
    { focus: 'Deny' },
    { press: 'Tab' },
  ]),
  'door-answered': scene(paths.doorSection('knocks'), {
    ...base,
    knocks: [
      { ...marisol, ...answered, state: 'allowed' },
      { ...knock('Tomasz'), ...answered, state: 'denied', receivedMs: now() - 9 * SECOND },
      { ...knock('Ines', { receivedMs: now() - 8 * SECOND }), ...answered, state: 'ignored' },
      knock('hello', { receivedMs: now() - 6 * SECOND, untilMs: now() + 9 * SECOND }),
    ],
  }, [{ waitMs: 900 }]),
  'door-answer-failed': scene(
    paths.doorSection('knocks'),
    { ...base, knocks: [marisol], failing: { 'door.answer': 'CONFLICT' } },
    [{ waitMs: 900 }, { click: 'Allow once' }, { waitMs: 300 }],
  ),
  'door-missed': scene(paths.doorSection('missed'), { ...base, knocks: missed }, [{ waitMs: 900 }]),
  'door-missed-empty': scene(paths.doorSection('missed'), {}),
  'door-rules': scene(paths.doorSection('rules'), base),
  'door-rules-empty': scene(paths.doorSection('rules'), {}),
  'door-rules-found': scene(paths.doorSection('rules'), {
    ...base,
    ...found,
    suggestions: [{ id: 'files of Bea', draft: suggested, count: 5, lastMs: now() - HOUR }],
  }, [{ waitMs: 500 }]),
  'door-rules-other': scene(paths.doorSection('rules'), { ...base, ...found }, [
    { waitMs: 500 },
    { click: 'Show the other rule' },
    { waitMs: 300 },
  ]),
  'door-rules-many': scene(paths.doorSection('rules'), { ...base, rules: many }, [{ waitMs: 300 }]),
  'door-rules-filtered': scene(paths.doorSection('rules'), { ...base, rules: many }, [
    { type: 'game chess', into: 'Find a rule' },
    { select: 'Deny', in: 'Verdict' },
    { waitMs: 300 },
  ]),
  'door-rules-sought': scene(paths.doorSection('rules'), { ...base, rules: many }, [
    { type: 'unknown 16', into: 'Find a rule' },
    { select: 'Deny', in: 'Verdict' },
    { waitMs: 300 },
  ]),
  'door-rules-removed': scene(paths.doorSection('rules'), { ...base, ...found }, [
    { click: 'Remove the rule: Allow Bea: Chat' },
    { waitMs: 300 },
  ]),
  'door-rules-menu': scene(paths.doorSection('rules'), base, [{ click: 'Export and import' }, { waitMs: 300 }]),
  'door-rules-export-failed': scene(paths.doorSection('rules'), { ...base, failing: { 'door.exportRules': 'INTERNAL' } }, [
    { click: 'Export and import' },
    { waitMs: 300 },
    { press: 'ArrowDown' },
    { press: 'Enter' },
    { focusFirst: 'input[type=search]' },
    { waitMs: 300 },
  ]),
  'door-rule-dialog': scene(paths.doorSection('rules'), base, [{ click: 'Add a rule' }, { waitMs: 700 }]),
  'door-rule-rehearsed': scene(paths.doorSection('rules'), base, [
    { click: 'Add a rule' },
    { select: 'Bea', in: 'Who' },
    { select: 'Anything', in: 'What' },
    { select: 'Ignore', in: 'Your door says' },
    { waitMs: 900 },
  ]),
  'door-rule-edit': scene(paths.doorSection('rules'), { ...base, ...found }, [
    { clickPart: 'Change the rule: Allow and tell me' },
    { waitMs: 900 },
  ]),
  'door-rule-wrong': scene(paths.doorSection('rules'), base, [
    { click: 'Add a rule' },
    { select: 'An app…', in: 'What' },
    { type: 'Org Example', into: 'App' },
    { select: 'Until a date…', in: 'How long' },
    { type: '2020-03-01T18:00', into: 'Until' },
    { waitMs: 600 },
  ]),
  'door-rule-rehearsal-failed': scene(
    paths.doorSection('rules'),
    { ...base, failing: { 'door.rehearse': 'INTERNAL' } },
    [{ click: 'Add a rule' }, { waitMs: 900 }],
  ),
  'door-import': scene(paths.doorSection('rules'), { ...base, ...read('stranger') }, [
    { click: 'Export and import' },
    { waitMs: 300 },
    { press: 'ArrowDown' },
    { press: 'ArrowDown' },
    { press: 'Enter' },
    { type: '{"rules": []}', into: 'Or paste it here' },
    { waitMs: 500 },
  ]),
  'door-import-contact': scene(paths.doorSection('rules'), { ...base, ...read('contact') }, [
    { click: 'Export and import' },
    { waitMs: 300 },
    { press: 'ArrowDown' },
    { press: 'ArrowDown' },
    { press: 'Enter' },
    { type: '{"rules": []}', into: 'Or paste it here' },
    { waitMs: 500 },
  ]),
  'door-import-forged': scene(paths.doorSection('rules'), { ...base, ...read('contact') }, [
    { click: 'Export and import' },
    { waitMs: 300 },
    { press: 'ArrowDown' },
    { press: 'ArrowDown' },
    { press: 'Enter' },
    { type: '{"forged": []}', into: 'Or paste it here' },
    { waitMs: 500 },
  ]),
  'door-log': scene(paths.doorSection('log'), base, [{ waitMs: 600 }]),
  'door-log-facts': scene(paths.doorSection('log'), { ...base, connectivity: harbour }, [
    { waitMs: 600 },
    { clickPart: 'Denied Marisol' },
    { waitMs: 200 },
  ]),
  'door-log-filtered': scene(paths.doorSection('log'), base, [
    { waitMs: 600 },
    { select: 'Bea', in: 'Who' },
    { select: 'Between…', in: 'When' },
    { waitMs: 600 },
  ]),
  'door-log-none': scene(paths.doorSection('log'), base, [
    { waitMs: 600 },
    { type: 'nothing like this', into: 'Find in the log' },
    { waitMs: 600 },
  ]),
  'door-log-of-rule': scene(paths.doorSection('rules'), base, [
    { clickLink: 'What it decided, in the log: Allow Bea: Chat' },
    { waitMs: 700 },
  ]),
  'door-log-empty': scene(paths.doorSection('log'), {}),
  'door-log-whole': scene(paths.doorSection('log'), base, [{ waitMs: 600 }, { click: 'Check the log' }, { waitMs: 300 }]),
  'door-log-broken': scene(paths.doorSection('log'), { ...base, log: 'broken' }, [
    { waitMs: 600 },
    { click: 'Check the log' },
    { waitMs: 300 },
  ]),
  'door-log-failed': scene(paths.doorSection('log'), { ...base, failing: { 'door.log': 'INTERNAL' } }),
  'palette-door': scene(paths.chats, base, [
    { press: 'Control+k' },
    { type: 'door', into: 'Command palette' },
    { waitMs: 300 },
  ]),
  'door-blocked': scene(
    paths.doorSection('blocked'),
    {
      ...base,
      decisions: [
        decision(1, {
          account: accountOf('loud-bot'),
          verdict: 'ignore',
          by: 'person',
          why: 'answered: block the account: Third time this week, always under another name, always the same story.',
        }),
      ],
    },
    [{ waitMs: 300 }],
  ),
  'door-blocked-empty': scene(paths.doorSection('blocked'), {}),
  'knocks-floating': scene(paths.chats, { ...base, knocks: [...three, ...queued] }, [{ waitMs: 900 }]),
  'knocks-floating-facts': scene(paths.chats, { ...base, connectivity: harbour, knocks: [file, trap, changed, program] }, [
    { waitMs: 900 },
  ]),
  'knocks-told': scene(paths.chats, base, [
    { decided: told('Bea', 'file', 421) },
    { decided: told('The Honourable Maximiliane von Hohenstaufen', 'visit', 422) },
    { waitMs: 300 },
  ]),
  'knocks-floating-answered': scene(
    paths.chats,
    {
      ...base,
      knocks: [{ ...marisol, ...answered, state: 'allowed', id: knockIdOf('just answered') }, ...three.slice(1, 2)],
    },
    [{ waitMs: 900 }],
  ),
}
