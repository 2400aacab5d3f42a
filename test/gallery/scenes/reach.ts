import type { Fuel, Peer } from '../../../src/shared/model/peers.ts'
import type { Attempt, Introducer } from '../../../src/shared/model/reach.ts'
import { HOUR, MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { accountOf, peerIdOf } from '../ids.ts'
import { attempt, away, connectivity, introducer, openInvitation } from '../network.ts'
import { conversation, messages, now, peer, person, type Said } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const harbor = introducer('Harbor')
const harborId = peerIdOf('introducer Harbor')
const throughHarbor = `/ip4/198.51.100.20/tcp/4001/p2p/${harborId}/p2p-circuit`
const longest =
  '/ip6/2001:db8:85a3::8a2e:370:7334/udp/4001/webrtc-direct/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjLa2R_RF71v86aVxlqdKNOQ'

const learnt = introducer('Lighthouse at the far end of the old pier', {
  origin: 'learnt',
  vouchedBy: harborId,
  rttMs: 81.4,
  reservation: { state: 'refused', untilMs: null, limit: null },
})

const introducers: Introducer[] = [
  harbor,
  introducer('Quay', {
    ...away,
    state: 'waiting',
    origin: 'invitation',
    nextTryMs: now() + 3 * MINUTE,
    lastError: 'No answer at that address.',
  }),
  introducer('Old mill', { ...away, state: 'off', enabled: false, origin: 'configuration' }),
  learnt,
  introducer('', { ...away, peerId: peerIdOf('introducer without a name'), state: 'connecting' }),
  introducer('Ferry', { ...away, state: 'spare', origin: 'learnt', vouchedBy: harborId }),
]

const attempts: Attempt[] = [
  attempt('Bea', 2 * MINUTE, { address: '/ip4/192.168.1.20/tcp/4001', route: 'lan', tookMs: 6_000, outcome: 'failed', why: 'No answer at that address.' }),
  attempt('Bea', 2 * MINUTE, { address: throughHarbor, transport: 'relay', route: 'relayed', tookMs: 38, outcome: 'late' }),
  attempt('Bea', 2 * MINUTE, { tookMs: 12.4 }),
  attempt('Bea', 2 * MINUTE, { address: longest, transport: 'webrtc-direct', tookMs: 14, outcome: 'given-up' }),
  attempt('Bea', HOUR, { address: '/dns4/bea.example.org/tcp/443/wss', transport: 'ws', tookMs: 3_200, outcome: 'failed', why: 'The host name in that address could not be looked up.' }),
  attempt('Tomasz', 7 * MINUTE, { address: `${throughHarbor}/webrtc`, transport: 'webrtc', tookMs: 6_012, outcome: 'failed', why: 'No hole could be found: their router shows everybody another address.' }),
  attempt('Tomasz', 8 * MINUTE, { address: throughHarbor, transport: 'relay', route: 'relayed', tookMs: 61 }),
  attempt('somebody', 3 * HOUR, { outcome: 'failed', why: 'Somebody answered there, but as another peer.', tookMs: 30 }),
]

const people = [person('Bea', { trust: 'verified' }), person('Tomasz')]
const behindRouter: Scene['reachability'] = {
  lamp: 'relayed',
  why: [
    'Others can reach this device through a relay.',
    'A place is held at “Harbor”.',
    'Addresses: 1 relayed, 2 private, 1 loopback.',
    'Connections now: 2.',
    'UPnP: no router has given a port yet.',
  ],
  listening: [throughHarbor, '/ip4/192.168.1.7/tcp/4001', '/ip4/192.168.1.7/tcp/4002/ws', longest],
}

const some: Partial<Scene> = {
  people,
  peers: [peer('Bea'), relayedPeer('Tomasz')],
  reachability: behindRouter,
  connectivity: connectivity({ introducers, attempts }),
}

function relayedPeer(name: string, fuel: Partial<Fuel> = {}, changes: Partial<Peer> = {}): Peer {
  return peer(name, {
    route: 'relayed',
    transport: 'relay',
    rttMs: 118,
    addresses: [throughHarbor, '/ip4/192.168.1.20/tcp/4001'],
    fuel: {
      through: harborId,
      dataBytes: 4 * MiB,
      leftBytes: 3.14 * MiB,
      durationMs: 30 * MINUTE,
      untilMs: now() + 25 * MINUTE + 50 * SECOND,
      ...fuel,
    },
    ...changes,
  })
}

const said: Said[] = [
  ['them', 26 * MINUTE, 'I am on the train now, the network comes and goes.'],
  ['me', 25 * MINUTE, 'Then I send the plan in small parts.'],
  ['them', 4 * MINUTE, 'Perfect.'],
]

function talk(fuel: Partial<Fuel> = {}, steps: readonly Step[] = [], changes: Partial<Scene> = {}): GalleryScene {
  return scene(
    paths.chatWith(accountOf('Bea')),
    {
      people,
      peers: [relayedPeer('Bea', fuel)],
      conversations: [conversation('Bea', messages('Bea', said))],
      messages: messages('Bea', said),
      connectivity: connectivity({ introducers: [harbor] }),
      ...changes,
    },
    steps,
  )
}

const here = `${paths.network}/here`
const settings = paths.settingsSection('introducers')
const link = 'latch://introducer/pGF2AWdhY2NvdW50eD5rNTFxemk1dXF1NWRsOWJx'
const adding: Step[] = [{ click: 'Add an introducer' }, { waitMs: 200 }]
const pasted = (text: string): Step[] => [...adding, { type: text, into: 'Link or address' }, { waitMs: 300 }]
const inviting: Step[] = [
  { press: 'Control+k' },
  { type: 'Invite', into: 'Command palette' },
  { press: 'Enter' },
  { waitMs: 300 },
]
const connecting = (text: string): Step[] => [
  { press: 'Control+k' },
  { type: 'Use a link', into: 'Command palette' },
  { press: 'Enter' },
  { type: text, into: 'Link or address' },
  { waitMs: 400 },
]

const crowd = Array.from({ length: 40 }, (_, index) =>
  introducer(`Introducer ${index + 1}`, {
    ...(index % 5 === 4 ? { ...away, state: 'waiting' as const, nextTryMs: now() + index * MINUTE, lastError: 'No answer at that address.' } : {}),
    ...(index > 4 ? { ...away, state: 'spare' as const, origin: 'learnt' as const, vouchedBy: harborId } : {}),
  }),
)

/** How this device is reached: the report, introducers, circuits, invitations. */
export const reachScenes: Record<string, GalleryScene> = {
  'reach-empty': scene(here, {
    reachability: {
      lamp: 'lan',
      why: ['Others can reach this device only on the same local network.', 'Addresses: 2 private.', 'Connections now: 0.'],
      listening: ['/ip4/192.168.1.7/tcp/4001', '/ip4/192.168.1.7/tcp/4002/ws'],
    },
  }),
  'reach-loading': scene(here, { failing: { 'reach.watch': 'never' } }, [{ waitMs: 400 }]),
  'reach-late': scene(here, { failing: { 'reach.watch': 'INTERNAL' } }, [{ waitMs: 5_400 }]),
  'reach-some': scene(here, some),
  'reach-attempts': scene(here, some, [{ scrollTo: 'Latest attempts' }, { waitMs: 100 }]),
  'reach-failed': scene(here, { ...some, failing: { 'reach.check': 'INTERNAL' } }, [{ click: 'Look again' }, { waitMs: 300 }]),
  'reach-open': scene(here, {
    ...some,
    reachability: { lamp: 'direct', why: ['Others can reach this device directly, at a public address.', 'Connections now: 9.'], listening: ['/ip4/198.51.100.7/tcp/4001'] },
    connectivity: connectivity({
      nat: { kind: 'open', seenAs: '198.51.100.7:4001', why: 'Two introducers saw the address at which this device listens.', checkedMs: now() - 20 * SECOND },
      upnp: { state: 'mapped', address: '/ip4/198.51.100.7/tcp/4001' },
      introducers: [harbor],
    }),
  }),
  'reach-many': scene(here, {
    ...some,
    connectivity: connectivity({
      introducers: crowd,
      attempts: Array.from({ length: 100 }, (_, index) =>
        attempt(`Person ${index % 23}`, index * 20 * SECOND, { outcome: index % 3 === 0 ? 'won' : 'failed', why: index % 3 === 0 ? null : 'No answer at that address.' }),
      ),
    }),
  }, [{ scrollTo: 'Latest attempts' }, { waitMs: 100 }]),
  'introducers-empty': scene(settings, {}),
  'introducers-loading': scene(settings, { failing: { 'reach.watch': 'never' } }, [{ waitMs: 400 }]),
  'introducers-late': scene(settings, { failing: { 'reach.watch': 'INTERNAL' } }, [{ waitMs: 5_400 }]),
  'introducers-some': scene(settings, some),
  'introducers-many': scene(settings, { ...some, connectivity: connectivity({ introducers: [harbor, ...crowd] }) }),
  'introducers-failed': scene(settings, { ...some, failing: { 'reach.forgetIntroducer': 'INTERNAL' } }, [
    { click: 'More about Harbor' },
    { click: 'Forget It can be added again by its link' },
    { waitMs: 300 },
  ]),
  'introducers-menu': scene(settings, some, [{ click: 'More about Harbor' }, { waitMs: 300 }]),
  'introducer-add': scene(settings, {}, adding),
  'introducer-link': scene(settings, {}, pasted(link)),
  'introducer-link-long': scene(
    settings,
    {
      card: {
        name: 'The lighthouse at the far end of the old pier, kept by the club',
        addresses: [longest, `/dns4/${'a-very-long-name-of-a-host.'.repeat(5)}example.org/tcp/443/wss`, '/ip4/198.51.100.20/tcp/4001'],
      },
    },
    pasted(link),
  ),
  'introducer-link-forged': scene(settings, {}, pasted(`${link}forged`)),
  'introducer-link-expired': scene(settings, {}, pasted(`${link}expired`)),
  'introducer-link-invitation': scene(settings, {}, pasted('latch://invite/abcdef')),
  'introducer-address': scene(settings, {}, pasted(`/dns4/harbor.example.org/tcp/443/wss/p2p/${harborId}`)),
  'introducer-address-keyless': scene(settings, {}, pasted('/dns4/harbor.example.org/tcp/443/wss')),
  'introducer-add-failed': scene(settings, { failing: { 'reach.addIntroducer': 'INTERNAL' } }, [
    ...pasted(link),
    { click: 'Use this introducer' },
    { waitMs: 300 },
  ]),
  'connect-introducer': scene(paths.chats, {}, connecting(link)),
  'invite-open': scene(paths.chats, { invitations: [0, 1].map(openInvitation) }, inviting),
  'invite-open-many': scene(paths.chats, { invitations: Array.from({ length: 31 }, (_, index) => openInvitation(index)) }, [
    ...inviting,
    { click: 'Show 28 more' },
    { waitMs: 200 },
  ]),
  'invite-open-made': scene(paths.chats, { invitations: [1].map(openInvitation) }, [
    ...inviting,
    { click: 'Make a link' },
    { waitMs: 400 },
  ]),
  'invite-long': scene(paths.chats, { longLinks: true }, [...inviting, { click: 'Make a link' }, { waitMs: 400 }]),
  'invite-taken-back': scene(paths.chats, { invitations: [openInvitation(0)] }, [
    ...inviting,
    { clickPart: 'Take back' },
    { waitMs: 300 },
  ]),
  'invite-take-back-failed': scene(
    paths.chats,
    { invitations: [openInvitation(0)], failing: { 'peers.revokeInvitation': 'INTERNAL' } },
    [...inviting, { clickPart: 'Take back' }, { waitMs: 300 }],
  ),
  'invite-list-failed': scene(paths.chats, { failing: { 'peers.invitations': 'INTERNAL' } }, inviting),
  'fuel': talk(),
  'fuel-low': talk({ leftBytes: 0.2 * MiB, untilMs: now() + 40 * SECOND }),
  'fuel-time-first': talk({ untilMs: now() + 4 * MINUTE + 50 * SECOND }),
  'fuel-time': talk({ dataBytes: null, leftBytes: null }),
  'fuel-unlimited': talk({ dataBytes: null, leftBytes: null, durationMs: null, untilMs: null }),
  'fuel-stranger': talk({ through: peerIdOf('introducer nobody knows') }),
  'fuel-open': talk({}, [{ clickPart: 'Relayed' }, { waitMs: 300 }]),
  'fuel-long': talk({}, [], {
    connectivity: connectivity({ introducers: [{ ...harbor, name: 'The lighthouse at the far end of the old pier, kept by the club' }] }),
  }),
  'peer-relayed': scene(paths.peer(peerIdOf('Tomasz')), some),
  'peer-direct': scene(paths.peer(peerIdOf('Bea')), some),
  'lamp-relayed': scene(paths.chats, some, [{ click: 'How you can be reached: Reachable through a relay' }, { waitMs: 300 }]),
}
