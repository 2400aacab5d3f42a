import { DAY, HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { base, harbour, told } from '../door-parts.ts'
import { knockIdOf, peerIdOf } from '../ids.ts'
import { knock, now } from '../people.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

export { rule } from '../door-parts.ts'

const marisol = knock('Marisol Ibáñez')
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
const hebrew = knock('שרה כהן', {
  capability: 'file',
  about: { name: 'חשבונית לחודש נובמבר של הגינה הקהילתית.pdf', bytes: 88_000, path: null },
  greeting: 'שלום, זו החשבונית שביקשת.',
})

/** A folder that a message offers. */
const folder = knock('Bea', {
  capability: 'file',
  about: { name: 'Choir, spring concert', bytes: 2_140_000_000, path: null },
  page: { site: null, offered: { kind: 'folder', files: 38, into: 'Downloads' } },
  greeting: '',
  receivedMs: now() - 4 * SECOND,
})

const queued = Array.from({ length: 47 }, (_, index) => knock(`Caller ${index}`, { state: 'queued' }))

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

const answered = { answeredMs: now(), undoUntilMs: now() + 10 * SECOND }

/** Whoever stands before the door, and what was answered. */
export const doorScenes: Record<string, GalleryScene> = {
  'door-empty': scene(paths.doorSection('knocks'), {}),
  'door-list': scene(paths.door, { ...base, knocks: [marisol, ...missed.slice(1)] }),
  'door-loading': scene(paths.doorSection('knocks'), { failing: { 'door.watch': 'never' } }, [{ waitMs: 400 }]),
  'door-one': scene(paths.doorSection('knocks'), { ...base, knocks: [marisol] }, [{ waitMs: 900 }]),
  'door-inert': scene(paths.doorSection('knocks'), { ...base, knocks: [marisol] }),
  'door-many': scene(paths.doorSection('knocks'), { ...base, knocks: [...three, ...queued] }, [{ waitMs: 900 }]),
  'door-offer': scene(paths.doorSection('knocks'), { ...base, knocks: [folder] }, [{ waitMs: 900 }]),
  'door-facts': scene(paths.doorSection('knocks'), { ...base, connectivity: harbour, knocks: [file, trap] }, [
    { waitMs: 900 },
  ]),
  'door-right-to-left': scene(paths.doorSection('knocks'), { ...base, knocks: [hebrew] }, [{ waitMs: 900 }]),
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
