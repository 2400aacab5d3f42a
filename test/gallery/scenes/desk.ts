import type { SentKnock } from '../../../src/shared/model/door.ts'
import type { Standing } from '../../../src/shared/model/peers.ts'
import { defaultSettings } from '../../../src/shared/model/settings.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { app } from '../apps.ts'
import { accountOf, peerIdOf } from '../ids.ts'
import { conversation, messages, peer, person, sentKnock } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

const now = (): number => Date.now()
const said = messages('Bea', [
  ['them', 60_000, 'Bring the ladder.'],
  ['me', 30_000, 'Will do.', 'delivered'],
])
const some: Partial<Scene> = {
  people: [
    person('Bea', { trust: 'verified', groups: ['Choir', 'Thursday people'] }),
    person('Anders'),
    person('Tomasz', { groups: ['Family'] }),
  ],
  peers: [peer('Bea'), peer('Anders'), peer('Tomasz')],
  conversations: [conversation('Bea', said)],
  messages: said,
}
const notifications = paths.settingsSection('notifications')
const programs = paths.settingsSection('programs')
const withBea = paths.chatWith(accountOf('Bea'))

const quiet = (untilMs: number | null): Partial<Scene> => ({
  ...some,
  settings: { ...defaultSettings, doNotDisturb: { on: true, untilMs, contacts: true } },
})

/** Anders was asked, and that is how it stands. */
const asked = (changes: Partial<SentKnock>): GalleryScene =>
  scene(paths.chatWith(accountOf('Anders')), { ...some, sent: [sentKnock('Anders', changes)] })

const conduct = (standing: Partial<Standing>): GalleryScene =>
  scene(
    paths.peer(peerIdOf('Bea')),
    { ...some, peers: [peer('Bea', { standing: { ...peer('Bea').standing, ...standing } }), peer('Tomasz')] },
    [{ scrollTo: 'Conduct' }],
  )
const rates: Standing['rates'] = [
  { protocol: '/latch/chat/1.0.0', left: 57, burst: 60, perSecond: 5 },
  { protocol: '/latch/knock/1.0.0', left: 0, burst: 60, perSecond: 5 },
]
const lowered: Standing['lowered'] = [
  { why: '/latch/knock/1.0.0: a frame of 1048576 bytes, where 4096 are allowed', points: 20, atMs: now() - 4 * MINUTE },
  { why: 'chat: an entry with a signature that is not its author’s', points: 18, atMs: now() - 3 * HOUR },
  { why: 'more streams than its rate', points: 1, atMs: now() - 26 * HOUR },
]

const installed: Partial<Scene> = {
  apps: [
    app('todo', { title: 'Shared list', isConnected: true, lastSeenMs: now() }),
    app('chess.example', { title: 'Chess', lastSeenMs: now() - 3 * HOUR }),
    app('backup', { title: 'Something that copies what I wrote to a machine in the cellar, each night' }),
  ],
}

/** Not to be disturbed, programs, tags of contacts, a peer's conduct, and what whoever knocks sees. */
export const deskScenes: Record<string, GalleryScene> = {
  'quiet-off': scene(notifications, some),
  'quiet-until': scene(notifications, quiet(now() + 42 * MINUTE)),
  'quiet-moon': scene(withBea, quiet(now() + 42 * MINUTE), [
    { focusFirst: 'nav button[aria-label^="Do not disturb"]' },
    { press: 'Enter' },
    { waitMs: 300 },
  ]),
  'quiet-open': scene(paths.door, quiet(null)),
  'quiet-told': scene(notifications, some, [{ scrollTo: 'Tell who knocks' }]),
  'quiet-palette': scene(withBea, quiet(null), [
    { press: 'Control+k' },
    { type: 'disturb', into: 'Command palette' },
    { waitMs: 300 },
  ]),
  'programs-empty': scene(programs, {}),
  'programs-some': scene(programs, installed),
  'programs-menu': scene(programs, installed, [{ click: 'More about Chess' }, { waitMs: 300 }]),
  'programs-add': scene(programs, installed, [
    { click: 'Add a program' },
    { type: 'Not an id', into: 'Id' },
    { waitMs: 300 },
  ]),
  'programs-token': scene(programs, installed, [
    { click: 'Add a program' },
    { type: 'notes', into: 'Id' },
    { click: 'Add and tell the token' },
    { waitMs: 400 },
  ]),
  'programs-token-lost': scene(programs, installed, [
    { click: 'Add a program' },
    { type: 'notes', into: 'Id' },
    { click: 'Add and tell the token' },
    { waitMs: 400 },
    { press: 'Escape' },
    { waitMs: 300 },
  ]),
  'programs-remove': scene(programs, installed, [
    { click: 'More about Shared list' },
    { click: 'Remove this program' },
    { waitMs: 300 },
  ]),
  'groups-tags': scene(withBea, some),
  'groups-dialog': scene(withBea, some, [
    { click: 'More about Bea' },
    { click: 'Tag them Choir, Thursday people' },
    { waitMs: 300 },
  ]),
  'ask-in-line': asked({ why: 'Others are being asked about first.', untilMs: now() + 214 * SECOND }),
  'ask-quiet': asked({ quiet: true, untilMs: now() + 9 * MINUTE, greeting: 'It is Noor, from the reading.' }),
  'ask-price': asked({ state: 'working', workBits: 20, untilMs: null, why: 'Many are waiting at that door.' }),
  'ask-dear': asked({ state: 'busy', workBits: 27, untilMs: null, why: 'Too many are waiting at that door.' }),
  'ask-list': scene(withBea, { ...some, sent: [sentKnock('Anders', { state: 'asked' })] }),
  'ask-allowed-until': scene(withBea, {
    ...some,
    sent: [sentKnock('Bea', { state: 'allowed', untilMs: now() + HOUR })],
  }),
  'ask-others': scene(withBea, {
    ...some,
    sent: [
      sentKnock('Bea', { capability: 'app:todo' }),
      { ...sentKnock('Tomasz', { capability: 'file', state: 'denied', untilMs: null }), account: accountOf('Bea') },
    ],
  }),
  'conduct-good': conduct({ rates }),
  'conduct-throttled': conduct({ score: 61.4, standing: 'throttled', lowered, goodAtMs: now() + 9 * MINUTE, rates }),
  'conduct-banned': conduct({ score: 3, standing: 'banned', lowered, goodAtMs: now() + 52 * MINUTE }),
}
