import type { GatewayState } from '../../../src/shared/model/browse.ts'
import type { ExitUse } from '../../../src/shared/model/exit.ts'
import { defaultSettings } from '../../../src/shared/model/settings.ts'
import { HOUR, KiB, MiB, MINUTE } from '../../../src/shared/units.ts'
import { browseScene } from '../browse.ts'
import { rule } from '../door-parts.ts'
import { exitOf, noExits, type ExitScene } from '../exit.ts'
import { accountOf, peerIdOf } from '../ids.ts'
import { myName } from '../names-parts.ts'
import { namesScene } from '../names.ts'
import { conversation, messages, now, peer, person, type Said } from '../people.ts'
import { posts, room, roomName } from '../square.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const wait: Step = { waitMs: 300 }

const gateway = (on: boolean, state: Partial<GatewayState>, more: Partial<Scene> = {}, steps: readonly Step[] = []): GalleryScene =>
  scene(
    paths.settingsSection('gateway'),
    {
      settings: { ...defaultSettings, gateway: on },
      browse: browseScene({ gateway: { state: 'off', port: 5_380, why: null, requests: 0, ...state } }),
      names: namesScene({ mine: [myName('noor')] }),
      ...more,
    },
    steps,
  )

function use(whose: ExitUse['whose'], who: string, host: string, changes: Partial<ExitUse> = {}): ExitUse {
  return {
    whose,
    account: accountOf(who),
    peerId: peerIdOf(who),
    called: who,
    host,
    port: 443,
    connections: 4,
    open: 0,
    sentBytes: 31 * KiB,
    receivedBytes: Math.round(2.1 * MiB),
    refused: 0,
    lastMs: now() - 12 * MINUTE,
    ...changes,
  }
}

const some: ExitScene = {
  offered: true,
  exits: [
    exitOf('Bea', { checkedMs: now() - 6 * MINUTE }),
    exitOf('Ines Carvalho', { state: 'knock-first', checkedMs: now() - HOUR }),
    exitOf('Anders', { state: 'off', checkedMs: now() - 3 * HOUR }),
    exitOf('Tomasz', { state: 'unknown', checkedMs: null }),
    exitOf('Jo', { state: 'away', checkedMs: null }),
  ],
  uses: [
    use('ours', 'Bea', 'en.wikipedia.org', { open: 2 }),
    use('ours', 'Bea', 'upload.wikimedia.org', { receivedBytes: 41 * MiB, connections: 12 }),
    use('ours', 'Bea', 'a-very-long-name-of-a-host.that-somebody-made.somewhere.example.org', { lastMs: now() - 5 * HOUR }),
    use('theirs', 'Tomasz', 'example.org', { refused: 3 }),
    ...Array.from({ length: 9 }, (_, index) => use('theirs', 'Tomasz', `cdn-${index + 1}.example.net`, { lastMs: now() - (index + 2) * HOUR })),
  ],
}
const rules = [
  rule('tomasz', { who: { kind: 'account', account: accountOf('Tomasz') }, capability: 'exit' }),
  rule('group', { who: { kind: 'group', group: 'Family' }, capability: 'exit', enabled: false }),
]
const people = ['Bea', 'Tomasz', 'Ines Carvalho', 'Anders', 'Jo'].map((name) => person(name))
const exits = (exit: ExitScene, more: Partial<Scene> = {}, steps: readonly Step[] = []): GalleryScene =>
  scene(paths.settingsSection('exits'), { people, exit, ...more }, steps)

const said: Said[] = [
  ['them', 50 * MINUTE, 'The minutes are on bea.peer/minutes/2026-11.html, and the photos on photos.bea.peer.'],
  ['me', 48 * MINUTE, 'Thanks. I answered on peer://noor.peer/letters?to=bea#last (the second page).'],
  ['them', 44 * MINUTE, 'The harbour office has theirs at https://harbour.example.org/tenders/2026/slipway-and-winch?page=2, if you want to compare.'],
  ['them', 40 * MINUTE, 'And somebody sent me this, does it look right? https://bücherei.example/anmeldung'],
  ['me', 36 * MINUTE, 'I would not. Ask @bea.peer first 🙂', 'delivered'],
  ['them', 30 * MINUTE, 'Also bea@bea.peer and http://bea.example/x, but neither readme.md nor https://bank.example@evil.example/'],
  ['them', 4 * MINUTE, 'https://example.org/a/very/long/path/that/goes/on?and=on&and=on&and=on&and=on&and=on&and=on#and-on'],
]
const talk: Partial<Scene> = {
  people: [person('Bea', { trust: 'verified', names: ['bea.peer'] })],
  peers: [peer('Bea')],
  conversations: [conversation('Bea', messages('Bea', said))],
  messages: messages('Bea', said),
}
const withBea = paths.chatWith(accountOf('Bea'))
const lobby = posts('lobby', [
  ['Bea', HOUR, 'The tender is on bea.peer/slipway.'],
  ['northwind', 20 * MINUTE, 'Mine is on https://northwind.example/ and on peer://northwind.peer/.'],
])

/** What leads out of this window: links in messages, the gateway, and ways out to the outside web. */
export const outsideScenes: Record<string, GalleryScene> = {
  'links-chat': scene(withBea, talk),
  'links-outside': scene(withBea, talk, [{ clickPart: 'https://harbour.example.org' }, wait]),
  'links-plain': scene(withBea, talk, [{ clickPart: 'http://bea.example' }, wait]),
  'links-letter': scene(withBea, talk, [{ clickPart: 'bea@bea.peer' }, wait]),
  'links-encoded': scene(withBea, talk, [{ clickPart: 'https://bücherei.example' }, wait]),
  'links-square': scene(paths.room(roomName('lobby')), { ...talk, rooms: [room('lobby', lobby)], posts: lobby }),
  'gateway-off': gateway(false, {}),
  'gateway-on': gateway(true, { state: 'on', requests: 1_204 }),
  'gateway-failed': gateway(true, { state: 'failed', why: 'Another program listens at port 5380 already.' }),
  'gateway-port': gateway(true, { state: 'on' }, {}, [{ type: '80', into: 'Port' }, wait]),
  'gateway-set-failed': gateway(false, {}, { failing: { 'browse.setGateway': 'INTERNAL' } }, [{ switch: 'Show sites to browsers on this machine' }, wait]),
  'exits-none': exits(noExits, { people: [] }),
  'exits-some': exits(some, { rules }),
  'exits-theirs': exits(some, { rules }, [{ scrollTo: 'Whom you let out' }, wait]),
  'exits-check-failed': exits(some, { rules, failing: { 'exit.check': 'UNREACHABLE' } }, [{ click: 'Ask whether Tomasz lets you out' }, wait]),
  'exits-loading': exits(noExits, { failing: { 'exit.watch': 'never' } }, [{ waitMs: 400 }]),
}
