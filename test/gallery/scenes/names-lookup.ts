import type { LookupProgress, LookupStep, ZoneRecord } from '../../../src/shared/model/names.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { accountOf, peerIdOf } from '../ids.ts'
import { blockIdOf } from '../ledger-parts.ts'
import { namesScene, type NamesScene } from '../names.ts'
import { at, cacheLine, found, label, onLedger, step, told, zoneOf } from '../names-parts.ts'
import { now } from '../people.ts'
import type { Scene } from '../world.ts'
import { namesBase } from './names.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

const records: ZoneRecord[] = [
  { label: at, kind: 'peer', peerId: peerIdOf('Bea'), addresses: ['/ip4/198.51.100.7/tcp/4001', '/dns4/harbor.example.org/tcp/443/wss'] },
  { label: at, kind: 'site', cid: null },
  { label: at, kind: 'text', text: 'Bea, at the harbour office' },
  { label: label('www'), kind: 'address', ip: '198.51.100.7', port: 8_080 },
  { label: at, kind: 'service', service: '_http._tcp', port: 8_080, target: 'www' },
  { label: label('choir'), kind: 'delegate', account: accountOf('Tomasz') },
]
const zone = zoneOf('bea', records, { seq: 1_770_000_000_123 }, 'Bea')
const steps: LookupStep[] = [
  step(0, 0.1, 'read', 'found', 'bea.peer, the name itself.'),
  step(0.1, 0.2, 'ledger', 'found', 'Owned as of block 1,204.'),
  step(0.3, 0.1, 'cache', 'nothing', 'Nothing is kept of it.'),
  step(0.4, 2.1, 'ask', 'found', 'It has number 1770000000123.', 'Bea', 0),
  step(0.4, 4.8, 'ask', 'older', 'It has an older one.', 'Tomasz', 0),
  step(0.5, 25.5, 'ask', 'late', 'It was not waited for.', 'stranger', 1),
  step(0.5, 9.4, 'dht', 'nothing', 'The DHT has none that is newer.', null, 2),
  step(2.6, 0.2, 'answer', 'found', 'Signed by its owner; it holds.', 'Bea'),
  step(26, 0, 'done', 'found', 'Everybody who was asked answered, or took too long.'),
]
const whole = found(zone, records, { steps, tookMs: 26 })
const connected: LookupStep[] = [
  ...steps.slice(0, -1),
  step(26, 31, 'dial', 'found', 'Dialled /ip4/198.51.100.7/tcp/4001.', 'Bea'),
  step(57, 12, 'connected', 'found', 'Direct, round trip 12 ms.', 'Bea'),
  step(69, 0, 'done', 'found', 'Connected.'),
]
const running: LookupProgress[] = [
  ...steps.slice(0, 3).map((step): LookupProgress => ({ kind: 'step', step })),
  { kind: 'step', step: step(0.4, null, 'ask', 'running', 'Asking.', 'Bea', 0) },
  { kind: 'step', step: step(0.4, 4.8, 'ask', 'nothing', 'It has no zone of it.', 'Tomasz', 0) },
  { kind: 'step', step: step(0.5, null, 'dht', 'running', 'Asking those who lie near.', null, 2) },
]
const first: LookupProgress[] = [...running, { kind: 'answer', lookup: { ...whole, steps: [], tookMs: 2.6 } }]
const crowd: LookupStep[] = Array.from({ length: 120 }, (_, index) =>
  step(
    index * 3.1,
    4 + ((index * 13) % 40),
    'ask',
    (['nothing', 'older', 'late', 'refused', 'failed'] as const)[index % 5] ?? 'nothing',
    'It answered, and nothing of it was of use.',
    `peer ${index}`,
    index % 6,
  ),
)

const of = (changes: Partial<NamesScene>, more: Partial<Scene> = {}): Partial<Scene> => ({
  ...namesBase,
  ...more,
  names: namesScene({ others: [onLedger('bea', 'Bea', 211)], ...changes }),
})
const over = (lookup: Partial<typeof whole>, more: Partial<NamesScene> = {}): Partial<Scene> =>
  of({ lookups: { '*': told({ ...whole, steps: steps.slice(0, 3), zone: null, tookMs: 0.4, ...lookup }) }, ...more })
const ask = paths.lookUpOf('bea.peer')
const wait = { waitMs: 400 } as const

const lines = [
  cacheLine('bea.peer', 'Bea', { watched: true, hits: 41 }),
  cacheLine('tide.peer', 'Tomasz', { state: 'stale', freshUntilMs: now() - MINUTE, hits: 1 }),
  cacheLine('rowing.peer', 'northwind', { hits: 0 }),
  cacheLine('bae.peer', null, { freshUntilMs: now() + 21_000, hits: 2 }),
]

/** Whose a name is and where it points: every outcome, and each step; and what is kept of it. */
export const lookupScenes: Record<string, GalleryScene> = {
  'lookup-empty': scene(paths.lookUp, of({})),
  'lookup-running': scene(ask, of({ lookups: { '*': running }, lookupHangs: true }), [wait]),
  'lookup-first': scene(ask, of({ lookups: { '*': first }, lookupHangs: true }), [wait]),
  'lookup-found': scene(ask, of({ lookups: { '*': told(whole) } }), [wait]),
  'lookup-trace': scene(ask, of({ lookups: { '*': told(whole) } }), [wait, { scrollTo: 'Each step' }]),
  'lookup-connected': scene(
    ask,
    of({
      lookups: {
        '*': told({
          ...whole,
          steps: connected,
          tookMs: 69,
          connection: { peerId: peerIdOf('Bea'), route: 'direct', address: '/ip4/198.51.100.7/tcp/4001', rttMs: 12.1 },
        }),
      },
    }),
    [wait],
  ),
  'lookup-not-connected': scene(
    ask,
    of({
      lookups: {
        '*': told({ ...whole, steps: [...steps, step(26, 5_000, 'dial', 'failed', 'No answer within 5 s.', 'Bea')], tookMs: 5_026 }),
      },
    }),
    [wait],
  ),
  'lookup-stranger': scene(
    paths.lookUpOf('www.northwind.peer'),
    of({
      lookups: {
        '*': told(
          found(zoneOf('northwind', records.slice(3, 4), {}, 'northwind'), records.slice(3, 4), {
            fullName: 'www.northwind.peer',
            steps,
            tookMs: 26,
          }),
        ),
      },
    }),
    [wait],
  ),
  'lookup-none-of-label': scene(
    paths.lookUpOf('ftp.bea.peer'),
    of({ lookups: { '*': told({ ...whole, fullName: 'ftp.bea.peer', outcome: { outcome: 'found', owner: zone.owner, zone, records: [], from: 'cache' } }) } }),
    [wait],
  ),
  'lookup-no-zone': scene(ask, over({ outcome: { outcome: 'no-zone', owner: accountOf('Bea') } }), [wait]),
  'lookup-nobody': scene(
    paths.lookUpOf('lighthouse.peer'),
    over({ fullName: 'lighthouse.peer', outcome: { outcome: 'nobody', why: 'The ledger has no such name as of block 1,204.' } }),
    [wait],
  ),
  'lookup-catching-up': scene(ask, over({ outcome: { outcome: 'catching-up', blocksLeft: 214 }, ledger: { block: blockIdOf(990), height: 990, atMs: now() - 9 * MINUTE } }), [wait]),
  'lookup-refused': scene(
    paths.lookUpOf('Bea.Peer.'),
    over({ fullName: 'Bea.Peer.', outcome: { outcome: 'refused', why: 'Names are written in small letters: did you mean bea.peer?' }, ledger: null, steps: [] }),
    [wait],
  ),
  'lookup-refused-long': scene(
    paths.lookUpOf('x'.repeat(240)),
    over({ fullName: 'x'.repeat(240), outcome: { outcome: 'refused', why: 'A name has at most 63 characters.' }, ledger: null, steps: [] }),
    [wait],
  ),
  'lookup-unreachable': scene(
    ask,
    over({ outcome: { outcome: 'unreachable', owner: accountOf('Bea'), why: 'Of 5 peers asked 3 answered, and none of them has a zone of it.' }, steps: steps.slice(0, 7), tookMs: 2_000 }),
    [wait],
  ),
  'lookup-failed': scene(ask, of({}, { failing: { 'names.lookup': 'INTERNAL' } }), [wait]),
  'lookup-crowd': scene(ask, of({ lookups: { '*': told({ ...whole, steps: crowd, tookMs: 410 }) } }), [wait, { scrollTo: 'Each step' }]),
  'kept-empty': scene(paths.keptNames, of({})),
  'kept-some': scene(paths.keptNames, of({ cache: lines }), [wait]),
  'kept-many': scene(
    paths.keptNames,
    of({ cache: [...lines, ...Array.from({ length: 90 }, (_, index) => cacheLine(`kept-${index + 1}.peer`, index % 3 === 0 ? null : 'Bea'))] }),
    [wait],
  ),
  'kept-failed': scene(paths.keptNames, of({}, { failing: { 'names.cache': 'INTERNAL' } }), [wait]),
  'kept-clear': scene(paths.keptNames, of({ cache: lines }), [wait, { click: 'Forget all' }, wait]),
}
