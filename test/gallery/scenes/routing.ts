import type { Routing } from '../../../src/shared/model/routing.ts'
import { peerIdOf } from '../ids.ts'
import { introducer, connectivity } from '../network.ts'
import { peer, person } from '../people.ts'
import { asked, crowd, device, here, near, placeOf, walkTo } from '../routing-parts.ts'
import { routingScene } from '../routing.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const people = [
  person('Bea', { trust: 'verified', names: ['bea.peer'] }),
  person('Anders'),
  person('Tomasz', { names: ['tomasz-and-the-choir-of-the-north.peer', 'tomasz.peer'] }),
  person('Ilse Marie von der Brücke am Hafen', { petname: null, claimedName: 'Ilse Marie von der Brücke am Hafen' }),
]
const known = [
  device('Bea', { rttMs: 8.2 }),
  device('Anders', { connected: false, rttMs: null }),
  device('Tomasz', { rttMs: 112 }),
  device('Ilse Marie von der Brücke am Hafen'),
]
const harbor = introducer('Harbor')
const some = [
  ...known,
  device('Harbor', { peerId: harbor.peerId, account: null, rttMs: 24 }),
  ...crowd(18),
]
const target = near(here, 2, 'hello.peer')
const closer = [0, 1, 2, 3].map((step) => device(`closer ${step}`, { account: null, place: near(target, 2 + step * 2, `closer ${step}`) }))
const [first, second, third, fourth] = closer as [(typeof closer)[0], (typeof closer)[0], (typeof closer)[0], (typeof closer)[0]]
const walked: Partial<Routing> = {
  peers: [...some, first, second],
  held: { zones: 12, deviceLists: 3 },
  last: walkTo('hello.peer', target, [
    asked(first, 'nothing', 0, 8.2),
    asked(known[2] ?? first, 'nothing', 0, 114),
    asked(second, 'older', 0, 24),
    asked(known[1] ?? first, 'failed', 0, null),
    asked(third, 'nothing', 1, 31),
    asked(device('a stranger on the way', { account: null }), 'late', 1, 2_000),
    asked(fourth, 'found', 2, 29.4),
  ], { tookMs: 93.1 }),
}

const table = (changes: Partial<Routing>, steps: readonly Step[] = [], world: Partial<Scene> = {}): GalleryScene =>
  scene(
    paths.routing,
    {
      people,
      peers: [peer('Bea'), peer('Tomasz'), peer('Anders', { state: 'away' })],
      connectivity: connectivity({ introducers: [harbor] }),
      routing: routingScene(changes),
      ...world,
    },
    steps,
  )

const many = crowd(300)

/** The routing table by distance, and the way of the last look-up over it. */
export const routingScenes: Record<string, GalleryScene> = {
  'routing-off': table({ mode: 'off', why: 'The DHT was switched off when this node was started.' }),
  'routing-empty': table({}),
  'routing-one': table({ peers: [device('Bea')], mode: 'client', why: 'Nobody has reached this device from outside yet; it asks others, and is not asked.' }),
  'routing-some': table({ peers: some, held: { zones: 1, deviceLists: 0 } }),
  'routing-focus': table({ peers: some }, [{ focusFirst: 'button[aria-label^="Bea,"]' }, { waitMs: 200 }]),
  'routing-kept': table({ peers: some }, [
    { focusFirst: 'button[aria-label^="Tomasz,"]' },
    { press: 'Enter' },
    { waitMs: 200 },
  ]),
  'routing-walk': table(walked),
  'routing-walk-steps': table(walked, [{ scrollTo: 'Last look-up' }, { waitMs: 200 }]),
  'routing-walk-kept': table(walked, [
    { focusFirst: 'button[aria-label*="asked as number 7"]' },
    { press: 'Enter' },
    { waitMs: 200 },
  ]),
  'routing-walk-nobody': table({
    peers: some,
    last: walkTo('bea.peer', placeOf('zone of bea'), [], { tookMs: 0.04 }),
  }),
  'routing-walk-failed': table({
    peers: known,
    last: walkTo('nowhere.peer', placeOf('zone of nowhere'), known.map((one) => asked(one, 'failed', 0, null)), {
      outcome: 'no-zone',
      tookMs: 4_012,
    }),
  }),
  'routing-fifty': table({ peers: crowd(50) }),
  'routing-many': table({
    peers: many,
    held: { zones: 1_204, deviceLists: 311 },
    last: walkTo('hello.peer', placeOf('zone of many'), many.slice(40, 58).map((one, at) => asked(one, at === 17 ? 'found' : at % 5 === 3 ? 'late' : 'nothing', Math.floor(at / 6)))),
  }),
  'routing-table': table({ peers: some }, [{ scrollTo: 'Devices in the table' }, { waitMs: 200 }]),
  'routing-loading': table({}, [{ waitMs: 400 }], { failing: { 'routing.watch': 'never' } }),
  'routing-late': table({}, [{ waitMs: 5_400 }], { failing: { 'routing.watch': 'never' } }),
  'routing-unknown-peer': table({ peers: [device('Bea', { peerId: peerIdOf('nobody knows'), account: null })] }),
}
