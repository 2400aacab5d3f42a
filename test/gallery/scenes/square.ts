import { DAY, HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { accountOf } from '../ids.ts'
import { network, ownNetwork } from '../networks.ts'
import { peer, person } from '../people.ts'
import { posts, room, roomName, type SaidInRoom } from '../square.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

const lobby: SaidInRoom[] = [
  ['Bea', DAY + 3 * HOUR, 'The harbour office opens at nine on Monday, and at ten for the rest of the week.', { hops: 1, delayMs: 41 }],
  ['Ines Carvalho', DAY + 2 * HOUR, 'Thanks. Is the slipway free in the afternoon?', { hops: 3, delayMs: 128 }],
  ['Bea', DAY + 2 * HOUR - MINUTE, 'From two o’clock on.', { hops: 1, delayMs: 38 }],
  ['Bea', DAY + 2 * HOUR - 2 * MINUTE, 'Bring the key of the winch; the one in the box does not turn any more.', { hops: 1, delayMs: 44 }],
  ['me', 51 * MINUTE, 'I can bring mine.'],
  ['northwind', 26 * MINUTE, 'Does anybody know who owns tide.peer? I would like to ask for a sub-label.', { hops: 5, delayMs: 1_240, copies: 7 }],
  ['Tomasz', 4 * MINUTE, 'The rowing club, I think. They are in “rowing”.', { hops: 2, delayMs: 87 }],
  ['northwind', 70 * SECOND, 'Found them, thank you.', { delayMs: 96, copies: 4 }],
]

const said = posts('lobby', lobby)
const rowing = posts('rowing', [
  ['Tomasz', 3 * HOUR, 'Training moves to Thursday, the water is too high.'],
  ['oar-and-out', 2 * HOUR, 'Same boats?'],
])
const rooms = [
  room('lobby', said, { peers: 6 }),
  room('rowing', rowing, { peers: 2, unread: 4 }),
  room('names-for-sale', [], { peers: 0, enteredMs: Date.now() - 2 * DAY }),
]
const people = [
  person('Bea', { trust: 'verified' }),
  person('Tomasz'),
  person('Ines Carvalho', { petname: 'Ines', claimedName: 'Ines Carvalho' }),
]
const some: Partial<Scene> = {
  people,
  peers: [peer('Bea'), peer('Tomasz')],
  networks: [ownNetwork({ active: false }), network('Harbour street', { active: true })],
  rooms,
  posts: [...said, ...rowing],
}
const inLobby = paths.room(roomName('lobby'))
const long = 'Dr. Maximiliane Elisabeth Charlotte von Hohenstaufen-Schwarzburg (Institute)'
const hard = posts('lobby', [
  ['Bea', 3 * HOUR, 'aVeryLongWordThatNeverEnds'.repeat(14)],
  [long, 2 * HOUR, 'https://example.org/a/very/long/path/that/goes/on?and=on&and=on&and=on&and=on&and=on#and-on', { hops: 11, delayMs: 44_000 }],
  ['ليلى حداد', 2 * HOUR - MINUTE, 'شكرا جزيلا على كل شيء، أراك يوم الخميس في الساعة التاسعة صباحا أمام المكتبة.', { hops: 2, delayMs: -340 }],
  ['northwind', HOUR, '👍'],
  ['me', 50 * MINUTE, 'A paragraph. '.repeat(60).trim()],
  ['Bea', 40 * MINUTE, '<b>not bold</b> & **not bold either**\n\n– a line\n– another', { hops: 1, delayMs: 12 }],
])
const talk = posts(
  'lobby',
  Array.from({ length: 1_500 }, (_, index): SaidInRoom => [
    ['Bea', 'northwind', 'Tomasz', 'me', 'oar-and-out'][index % 5] ?? 'Bea',
    (1_500 - index) * 3 * MINUTE,
    `Message ${index + 1}. ${'It says a little more than that. '.repeat(index % 4)}`,
  ]),
)
const many = Array.from({ length: 60 }, (_, index) => `room-${index + 1}-of-many`)
const field = 'Say something in lobby'

/** The rooms, and everything that can be true of one. */
export const squareScenes: Record<string, GalleryScene> = {
  'square-empty': scene(paths.square, { networks: [ownNetwork()] }),
  'square-loading': scene(paths.square, { failing: { 'square.watch': 'never' } }, [{ waitMs: 400 }]),
  'square-rooms': scene(paths.square, some),
  'square-many': scene(inLobby, {
    ...some,
    rooms: [...rooms, ...many.map((name, index) => room(name, [], { peers: index % 9, unread: index % 7 === 0 ? index * 3 : 0 }))],
  }),
  'square-room': scene(inLobby, some),
  'square-new': scene(inLobby, { ...some, rooms: [room('lobby', said, { peers: 6, unread: 3 }), ...rooms.slice(1)] }),
  'square-alone': scene(paths.room(roomName('names-for-sale')), some),
  'square-offline': scene(paths.room(roomName('names-for-sale')), { ...some, peers: [] }),
  'square-outside': scene(paths.room(roomName('gardening')), some),
  'square-room-loading': scene(inLobby, { ...some, failing: { 'square.posts': 'never' } }, [{ waitMs: 400 }]),
  'square-room-failed': scene(inLobby, { ...some, failing: { 'square.posts': 'INTERNAL' } }),
  'square-hard': scene(inLobby, { ...some, rooms: [room('lobby', hard)], posts: hard }),
  'square-long': scene(inLobby, { ...some, rooms: [room('lobby', talk)], posts: talk }, [{ scroll: -3_000 }, { waitMs: 300 }]),
  'square-author': scene(inLobby, some, [{ clickPart: 'About Bea' }, { waitMs: 300 }]),
  'square-stranger': scene(inLobby, some, [
    { clickPart: 'About northwind' },
    { waitMs: 200 },
    { focusFirst: 'details summary' },
    { press: 'Enter' },
    { waitMs: 300 },
  ]),
  'square-path': scene(inLobby, some, [{ clickPart: '1.2 s' }, { waitMs: 300 }]),
  'square-path-asked': scene(inLobby, some, [{ clickPart: '96 ms' }, { waitMs: 400 }]),
  'square-path-asking': scene(inLobby, { ...some, failing: { 'square.trace': 'never' } }, [
    { clickPart: '96 ms' },
    { waitMs: 400 },
  ]),
  'square-path-failed': scene(inLobby, { ...some, failing: { 'square.trace': 'UNREACHABLE' } }, [
    { clickPart: '96 ms' },
    { waitMs: 400 },
  ]),
  'square-muted': scene(inLobby, some, [
    { clickPart: 'About northwind' },
    { waitMs: 200 },
    { click: 'Mute' },
    { waitMs: 300 },
  ]),
  'square-muted-list': scene(inLobby, { ...some, muted: [accountOf('northwind'), accountOf('Tomasz')] }, [
    { click: 'More about lobby' },
    { click: 'Muted: 2 people' },
    { waitMs: 300 },
  ]),
  'square-menu': scene(inLobby, some, [{ click: 'More about lobby' }, { waitMs: 300 }]),
  'square-leave': scene(inLobby, some, [
    { click: 'More about lobby' },
    { click: 'Leave this room' },
    { waitMs: 300 },
  ]),
  'square-busy': scene(inLobby, { ...some, failing: { 'square.post': 'BUSY' } }, [
    { type: 'One more thing:', into: field },
    { press: 'Enter' },
    { waitMs: 300 },
  ]),
  'square-limit': scene(inLobby, some, [{ type: 'Two hundred words. '.repeat(106), into: field }]),
  'square-over': scene(inLobby, some, [{ type: 'Two hundred words. '.repeat(120), into: field }]),
  'square-enter': scene(paths.square, some, [{ click: 'Enter a room' }, { waitMs: 300 }]),
  'square-enter-bad': scene(paths.square, some, [
    { click: 'Enter a room' },
    { type: 'Gärtnern & Boote', into: 'Name of the room' },
    { waitMs: 300 },
  ]),
  'square-palette': scene(inLobby, some, [
    { press: 'Control+k' },
    { type: 'room', into: 'Command palette' },
    { waitMs: 300 },
  ]),
}
