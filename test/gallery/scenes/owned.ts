import { defaultSettings } from '../../../src/shared/model/settings.ts'
import type { DnsState } from '../../../src/shared/model/names.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { decision, rule } from '../door-parts.ts'
import { accountOf, peerIdOf } from '../ids.ts'
import { ledgerScene } from '../ledger.ts'
import { chain, entry, inBlock, status } from '../ledger-parts.ts'
import { myName, onLedger } from '../names-parts.ts'
import { namesScene } from '../names.ts'
import { knock, now, peer, person } from '../people.ts'
import { posts, room, roomName, type SaidInRoom } from '../square.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const long = 'the-choir-of-the-street-behind-the-harbour-north-side.peer'
const people = [
  person('Bea', { trust: 'verified', names: ['bea.peer'] }),
  person('Tomasz', { names: ['tomasz.peer', 'rowing-club.peer', 'winch.peer'] }),
  person('Dr. Maximiliane von Hohenstaufen-Schwarzburg', { names: [long] }),
  // What somebody calls themselves looks like a name of the ledger as much as they can make it.
  person('Mallory', { petname: null, claimedName: '📖 bea.peer' }),
]
const said: SaidInRoom[] = [
  ['Bea', 3 * HOUR, 'The slipway is free from two o’clock on.', { hops: 1, delayMs: 38 }],
  ['northwind', 2 * HOUR, 'Does anybody know who owns tide.peer?', { hops: 5, delayMs: 1_240 }],
  ['Tomasz', HOUR, 'The rowing club, I think.', { hops: 2, delayMs: 87 }],
  ['Mallory', 50 * MINUTE, 'It is mine, of course.', { hops: 3, delayMs: 87 }],
  ['me', 4 * MINUTE, 'I asked them.'],
]
const lobby = posts('lobby', said)
const blocks = chain(499)
const some: Partial<Scene> = {
  people,
  peers: people.map(({ claimedName, account }) => peer(claimedName, { account })),
  names: namesScene({ mine: [myName('noor'), myName('desk-by-the-window')], others: [onLedger('northwind', 'northwind')] }),
  rooms: [room('lobby', lobby, { peers: 6 })],
  posts: lobby,
  rules: [
    rule('bea', { who: { kind: 'account', account: accountOf('Bea') } }),
    rule('max', { who: { kind: 'account', account: accountOf('Dr. Maximiliane von Hohenstaufen-Schwarzburg') } }),
  ],
  decisions: [decision(3, { account: accountOf('Tomasz') }), decision(2, { account: accountOf('Bea') })],
  blocked: [accountOf('Tomasz')],
  knocks: [
    knock('Bea', { ledgerName: { name: 'bea.peer', sinceMs: now() - 260 * DAY } }),
    knock('Mallory', { claimedName: '📖 bea.peer', account: accountOf('Mallory') }),
  ],
  ledger: ledgerScene({
    status: status(blocks),
    blocks,
    waiting: [entry('renew', 'Bea', { name: 'bea' }), entry('register', 'northwind', { name: 'tide' }), entry('renew', 'me', { name: 'noor' })],
    settled: [entry('transfer', 'Tomasz', { name: 'winch', to: accountOf('Bea'), place: inBlock(499) })],
  }),
}

const dnsPage = paths.settingsSection('dns')
const dns = (state: Partial<DnsState>, dns = true, steps: readonly Step[] = [], changes: Partial<Scene> = {}): GalleryScene =>
  scene(
    dnsPage,
    {
      settings: { ...defaultSettings, dns },
      names: namesScene({ dns: { state: 'off', port: 5_350, why: null, ...state } }),
      ...changes,
    },
    steps,
  )

/** Names of the ledger beside accounts, on every screen that is not of chats; and names for programs, by DNS. */
export const ownedScenes: Record<string, GalleryScene> = {
  'owned-peers': scene(paths.peer(peerIdOf('Tomasz')), some),
  'owned-account': scene(paths.settingsSection('account'), some),
  'owned-square': scene(paths.room(roomName('lobby')), { ...some, knocks: [] }),
  'owned-square-who': scene(paths.room(roomName('lobby')), { ...some, knocks: [] }, [{ clickPart: 'Tomasz' }, { waitMs: 300 }]),
  'owned-knocks': scene(paths.doorSection('knocks'), some),
  'owned-rules': scene(paths.doorSection('rules'), { ...some, knocks: [] }),
  'owned-log': scene(paths.doorSection('log'), { ...some, knocks: [] }),
  'owned-blocked': scene(paths.doorSection('blocked'), { ...some, knocks: [] }),
  'owned-entries': scene(paths.ledgerView('entries'), { ...some, knocks: [] }, [{ clickPart: 'Bea' }, { waitMs: 200 }]),
  'owned-validators': scene(paths.ledgerView('validators'), { ...some, knocks: [] }),
  'dns-off': dns({}, false),
  'dns-on': dns({ state: 'on' }),
  'dns-failed': dns({ state: 'failed', why: 'Another program listens at port 5350 already.' }),
  'dns-port': dns({ state: 'on' }, true, [{ type: '53', into: 'Port' }, { waitMs: 200 }]),
  'dns-set-failed': dns({}, false, [{ switch: 'Answer DNS on this machine' }, { waitMs: 300 }], { failing: { 'settings.set': 'INTERNAL' } }),
}
