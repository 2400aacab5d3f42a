import { peer, person } from '../people.ts'
import { me } from '../people.ts'
import { noUpdates } from '../updates.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

const nobody = { identity: { state: 'none' as const } }

const peers = {
  people: [person('Bea', { trust: 'verified' }), person('Tomasz'), person('hello', { demo: true, petname: null })],
  peers: [
    peer('Bea'),
    peer('hello', { route: 'local', rttMs: 0.4, demo: true }),
    peer('Tomasz', {
      state: 'waiting',
      route: null,
      transport: null,
      rttMs: null,
      connectedMs: null,
      nextDialMs: Date.now() + 40_000,
      lastError: 'Nothing answers at that address.',
      standing: {
        score: 62,
        standing: 'throttled',
        lowered: [
          { why: 'sent a frame larger than its protocol allows', points: 20, atMs: Date.now() - 60_000 },
          { why: 'a record with a false signature', points: 18, atMs: Date.now() - 600_000 },
        ],
        goodAtMs: Date.now() + 8 * 60_000,
        rates: [{ protocol: '/latch/chat/1.0.0', left: 12, burst: 60, perSecond: 5 }],
      },
    }),
  ],
}

const release = {
  version: '0.2.0',
  releasedMs: Date.now() - 3 * 86_400_000,
  notes: 'Calls between two people, without a server.\nSearch finds words in files.\n\nFixed: a long conversation no longer jumps when a picture arrives.',
  page: 'https://latch.example/releases/0.2.0',
  files: ['latch_0.2.0_amd64.deb', 'latch-0.2.0-linux-x64.tar.xz'].map((name) => ({
    system: 'linux-x64',
    name,
    sizeBytes: 98_400_000,
    sha256: '5'.repeat(64),
    url: `https://latch.example/releases/${name}`,
  })),
}

/** The first run, invitations, the network and the settings. */
export const houseScenes: Record<string, GalleryScene> = {
  'welcome': scene('/', nobody),
  'welcome-typed': scene('/', nobody, [{ type: 'Noor', into: 'Your name' }]),
  'welcome-failed': scene('/', nobody, [{ type: 'Noor', into: 'Your name' }, { press: 'Enter' }, { waitMs: 200 }]),
  'welcome-restore': scene('/', nobody, [
    { clickPart: 'I have a recovery phrase' },
    { type: 'legal winner thank year wave', into: 'Recovery phrase' },
  ]),
  'welcome-locked': scene('/', {
    identity: {
      state: 'locked',
      why: 'The file keys.json in /home/noor/.local/share/latch is damaged. It was left as it is. Put a copy of it back, or restore your account from its recovery phrase in another data folder.',
    },
  }),
  'phrase-offer': scene(paths.settingsSection('account'), {}, [{ click: 'Show the phrase' }, { waitMs: 300 }]),
  'phrase-words': scene(paths.settingsSection('account'), {}, [{ click: 'Show the phrase' }, { click: 'Show the words' }, { waitMs: 300 }]),
  'phrase-check': scene(paths.settingsSection('account'), {}, [
    { click: 'Show the phrase' },
    { click: 'Show the words' },
    { click: 'I have written them down' },
    { waitMs: 300 },
  ]),
  'settings-account': scene(paths.settingsSection('account'), {
    identity: { state: 'ready', me: { ...me, keyProtection: 'plain-text' } },
  }),
  'settings-appearance': scene(paths.settingsSection('appearance'), {}),
  'settings-notifications': scene(paths.settingsSection('notifications'), {}),
  'settings-network': scene(paths.settingsSection('network'), {}),
  'settings-access': scene(paths.settingsSection('access'), {}, [{ click: 'Show address and token' }, { waitMs: 200 }]),
  'settings-about': scene(paths.settingsSection('about'), {}),
  'updates-new': scene(paths.settingsSection('about'), { updates: { ...noUpdates, daily: 'on', found: { outcome: 'new', atMs: Date.now(), release } } }),
  'updates-current': scene(paths.settingsSection('about'), { updates: { ...noUpdates, daily: 'off', found: { outcome: 'current', atMs: Date.now() } } }),
  'updates-refused': scene(paths.settingsSection('about'), {
    updates: { ...noUpdates, daily: 'on', found: { outcome: 'refused', atMs: Date.now(), code: 'wrong-signature', why: 'its signature does not fit what it says' } },
  }),
  'updates-unpinned': scene(paths.settingsSection('about'), { updates: { ...noUpdates, source: null } }),
  'settings-list': scene(paths.settings, {}),
  'network-empty': scene(paths.network, {}),
  'network-some': scene(paths.network, peers),
  'network-device': scene(`${paths.network}/here`, peers),
  'network-peer': scene(paths.peer(peer('Bea').peerId), peers),
  'network-peer-away': scene(paths.peer(peer('Tomasz').peerId), peers),
  'network-many': scene(paths.network, { peers: Array.from({ length: 300 }, (_, index) => peer(`Person ${index}`)) }),
  'invite': scene(paths.chats, {}, [{ press: 'Control+k' }, { type: 'Invite', into: 'Command palette' }, { press: 'Enter' }, { waitMs: 300 }]),
  'invite-made': scene(paths.chats, {}, [
    { press: 'Control+k' },
    { type: 'Invite', into: 'Command palette' },
    { press: 'Enter' },
    { click: 'Make a link' },
    { waitMs: 300 },
  ]),
  'connect': scene(paths.chats, {}, [{ press: 'Control+k' }, { type: 'Use a link', into: 'Command palette' }, { press: 'Enter' }, { waitMs: 300 }]),
  'connect-unlike': scene(paths.chats, {}, [
    { press: 'Control+k' },
    { type: 'Use a link', into: 'Command palette' },
    { press: 'Enter' },
    { type: 'hello', into: 'Link or address' },
    { waitMs: 300 },
  ]),
  'connect-invitation': scene(paths.chats, {}, [
    { press: 'Control+k' },
    { type: 'Use a link', into: 'Command palette' },
    { press: 'Enter' },
    { type: 'latch://invite/abcdef', into: 'Link or address' },
    { waitMs: 400 },
  ]),
}
