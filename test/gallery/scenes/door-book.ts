import { anyMatch, type Rule, type RuleDraft } from '../../../src/shared/model/door.ts'
import { DAY, HOUR, MiB, MINUTE } from '../../../src/shared/units.ts'
import { base, decision, harbour, rule } from '../door-parts.ts'
import { accountOf, peerIdOf, ruleIdOf } from '../ids.ts'
import { now } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

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
  rules: [...(base.rules ?? []), moved, choir],
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

/** What the door goes by, and what it wrote down. */
export const doorBookScenes: Record<string, GalleryScene> = {
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
}
