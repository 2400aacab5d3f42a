import type { SyncState } from '../../../src/shared/model/consensus.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { accountOf, peerIdOf } from '../ids.ts'
import { ledgerScene, type LedgerScene } from '../ledger.ts'
import {
  blockIdOf,
  block,
  chain,
  entry,
  evidence,
  facts,
  fork,
  here,
  inBlock,
  nothing,
  ownStatus,
  quick,
  slotRounds,
  status,
  validator,
  validatorState,
} from '../ledger-parts.ts'
import { now, peer, person } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

const people: Partial<Scene> = {
  people: [person('Bea', { trust: 'verified' }), person('Anders')],
  peers: [peer('Bea'), peer('Anders')],
}

const blocks = chain(499)
const [newest] = blocks
const waiting = [
  entry('register', 'Bea', { name: 'alto' }),
  entry('claim', 'somebody'),
  entry('transfer', 'me', { name: 'noor', to: accountOf('Bea') }),
  entry('register', 'me', {
    name: 'desk-by-the-window',
    place: { at: 'pool', early: true, why: 'Its claim ripens in 2 blocks.' },
  }),
]
const inNewest = [
  entry('register', 'Anders', { name: 'anders', place: inBlock(499) }),
  entry('renew', 'Bea', { place: inBlock(499) }),
  entry('claim', 'me', { name: 'desk-by-the-window', place: inBlock(499) }),
  entry('transfer', 'Bea', { name: 'soprano', to: person('Anders').account, place: inBlock(499) }),
]

/** The two blocks of a leader that gave one to each half. */
const twoBlocks = slotRounds(
  1_467,
  [
    [3, 'first', 'one', 1, 1.2],
    [0, 'first', 'one', 1, 48],
    [1, 'first', 'one', 1, 52],
    [2, 'first', 'two', 1, 61],
    [0, 'second', 'two', 2, 588],
    [1, 'second', 'two', 2, 604],
    [2, 'second', 'one', 2, 571],
  ],
  { outcome: { decision: 'nothing', why: 'the leader signed two values', offsetMs: 1_000 } },
)
const rounds = [
  slotRounds(1_483, [
    [3, 'first', 500, 1, 0.6],
    [0, 'first', 500, 1, 33],
  ]),
  quick(1_482, 499),
  quick(1_481, 498),
  nothing(1_480, 'no value came'),
  nothing(1_479, 'no value came'),
  quick(1_478, 497),
  slotRounds(
    1_474,
    [
      [2, 'first', 496, 1, 340],
      [0, 'first', 496, 1, 402],
      [3, 'first', 496, 2, 512],
      [1, 'first', 496, 3, 1_190],
      [0, 'commit', 496, 2, 1_002],
      [2, 'commit', 496, 2, 1_003],
      [3, 'commit', 496, 2, 1_009],
    ],
    {
      outcome: { decision: 'block', block: blockIdOf(496), by: 'rounds', offsetMs: 1_000 },
      certified: { block: blockIdOf(496), signers: 2, offsetMs: 1_003 },
    },
  ),
  twoBlocks,
  ...Array.from({ length: 30 }, (_, index) => quick(1_460 - index * 3, 490 - index)),
]

const some: LedgerScene = ledgerScene({
  status: status(blocks),
  blocks: blocks.slice(0, 50),
  older: blocks.slice(50),
  waiting,
  rounds,
  settled: inNewest,
  forks: [fork(), fork({ id: 1, outcome: 'stood', parentHeight: 212, names: [], returned: [], atMs: now() - 5 * 86_400_000 })],
  evidence: [evidence(), evidence({ id: evidence().id.replace(/^./, 'f'), saying: 'commit', slot: 902, height: null, validator: validator('Harbor') })],
  reports: [
    { peerId: null, fromHeight: 1, tookMs: 412, result: { outcome: 'whole', head: blockIdOf(499), height: 499, standing: 'same' } },
    { peerId: peerIdOf('Bea'), fromHeight: 1, tookMs: 640, result: { outcome: 'whole', head: blockIdOf(499), height: 499, standing: 'same' } },
    { peerId: peerIdOf('Anders'), fromHeight: 1, tookMs: 97, result: { outcome: 'whole', head: blockIdOf(470), height: 470, standing: 'behind' } },
    { peerId: peerIdOf('stranger'), fromHeight: 1, tookMs: 388, result: { outcome: 'broken', firstBadHeight: 212, why: 'The certificate does not hold.' } },
    { peerId: peerIdOf('other'), fromHeight: 1, tookMs: 12, result: { outcome: 'refused', why: 'It is busy with other checks.' } },
  ],
})

const at = (path: string, changes: Partial<LedgerScene> = {}, steps: GalleryScene['steps'] = []): GalleryScene =>
  scene(path, { ...people, ledger: { ...some, ...changes } }, steps)

const syncing = (sync: SyncState): Partial<LedgerScene> => ({
  blocks: chain(240),
  older: [],
  waiting: [],
  rounds: [],
  forks: [],
  evidence: [],
  status: status(chain(1_204), {
    sync,
    role: 'follower',
    leading: null,
    base: 0,
    quorum: { lamp: 'follows', heard: 0, needed: 3, validators: 4, faults: 1, why: 'Four validators decide; your device checks what they decided.' },
    validators: status(blocks).validators.map((one) => ({ ...one, mine: false })),
  }),
})

const sixteen = Array.from({ length: 16 }, (_, index) =>
  index === 5 ? here : validator(`Validator ${index + 1}`),
)
const long = 'The choir of the harbour, its friends, their neighbours and everybody who ever borrowed a ladder'

/** The ledger: how it stands, its blocks, and how they are decided. */
export const ledgerScenes: Record<string, GalleryScene> = {
  'ledger-fresh': scene(paths.ledger, {}),
  'ledger-fresh-now': scene(paths.ledgerView('now'), {}),
  'ledger-own': scene(paths.ledgerView('now'), {
    ledger: ledgerScene({
      status: ownStatus({ head: block(3, { signers: 1, validators: 1, leader: here }), height: 3, names: 1 }),
      blocks: chain(3, { signers: 1, validators: 1, leader: here }),
    }),
  }),
  'ledger-own-block': scene(paths.block(2), {
    ledger: ledgerScene({
      status: ownStatus({ head: block(3, { signers: 1, validators: 1, leader: here }), height: 3, names: 1 }),
      blocks: chain(3, { signers: 1, validators: 1, leader: here }),
      settled: [entry('claim', 'me', { name: 'noor', place: inBlock(2) })],
    }),
  }),
  'ledger-list': at(paths.ledger),
  'ledger-now': at(paths.ledgerView('now')),
  'ledger-many': at(paths.ledger, {}, [{ wheel: 3_000, over: 'Blocks' }, { waitMs: 300 }]),
  'ledger-looking': at(paths.ledgerView('now'), syncing({ state: 'looking' })),
  'ledger-catching-up': at(
    paths.ledgerView('now'),
    syncing({ state: 'catching-up', step: 'blocks', height: 1_204, target: 10_000, from: [peerIdOf('Bea'), peerIdOf('Anders')] }),
  ),
  'ledger-catching-up-list': at(
    paths.ledger,
    syncing({ state: 'catching-up', step: 'headers', height: 1_204, target: 10_000, from: [peerIdOf('Bea')] }),
  ),
  'ledger-silent': at(paths.ledgerView('now'), {
    status: status(blocks, {
      quorum: { lamp: 'waits', heard: 2, needed: 3, validators: 4, faults: 1, why: 'Only 2 of 4 validators are heard.' },
      leading: { verdict: 'stay-silent', why: 'Two of three others are heard later than 500 ms.', worstMs: 812 },
    }),
  }),
  'ledger-unsure': at(paths.ledgerView('now'), {
    status: status(blocks, {
      quorum: {
        lamp: 'unsure',
        heard: 2,
        needed: 3,
        validators: 4,
        faults: 1,
        why: '2 of 4 validators are heard, where at most 1 may be missing: this network may be cut in two, and its blocks may be taken back.',
      },
    }),
  }),
  'ledger-failed': scene(paths.ledger, { failing: { 'ledger.watch': 'INTERNAL' } }, [{ waitMs: 5_400 }]),
  'ledger-checked': at(paths.ledgerView('now'), {}, [
    { click: 'Ask peers to check theirs' },
    { waitMs: 200 },
    { scrollTo: 'Check the chain' },
  ]),
  'ledger-palette': at(paths.ledgerView('now'), {}, [
    { press: 'Control+k' },
    { type: 'ledger', into: 'Command palette' },
    { waitMs: 300 },
  ]),
  'ledger-block': at(newest === undefined ? paths.ledger : paths.block(newest.id)),
  'ledger-block-entry': at(newest === undefined ? paths.ledger : paths.block(newest.id), {}, [
    { clickPart: 'Anders registers' },
  ]),
  'ledger-block-empty': at(paths.block(497)),
  'ledger-block-header-only': at(paths.block(496), { facts: [facts(block(496), null)] }),
  'ledger-block-beside': at(paths.block(blockIdOf('here 2'))),
  'ledger-block-gone': at(`${paths.ledger}/block/0`),
  'ledger-block-failed': scene(paths.block(499), { ...people, ledger: some, failing: { 'ledger.block': 'INTERNAL' } }),
  'ledger-entries': at(paths.ledgerView('entries')),
  'ledger-entries-mine': at(paths.ledgerView('entries'), {}, [{ choose: 'Yours' }, { waitMs: 200 }]),
  'ledger-entries-empty': scene(paths.ledgerView('entries'), {}),
  'ledger-validators': at(paths.ledgerView('validators')),
  'ledger-validators-alone': scene(paths.ledgerView('validators'), {}),
  'ledger-validators-late': at(paths.ledgerView('validators'), {
    status: status(blocks, {
      leading: { verdict: 'stay-silent', why: 'Two of three others are heard later than 500 ms.', worstMs: 812 },
      validators: [
        validatorState(here),
        validatorState(validator('Harbor'), { worstMs: 812 }),
        validatorState(validator('Bea'), { connected: false, worstMs: null, ledMs: null }),
        validatorState(validator(long.slice(0, 64)), { worstMs: 2_640, accused: true }),
      ],
    }),
  }),
  'ledger-rounds': at(paths.ledgerView('rounds')),
  'ledger-rounds-decided': at(paths.slot(1_482)),
  'ledger-rounds-late': at(paths.slot(1_474)),
  'ledger-rounds-two': at(paths.slot(1_467)),
  'ledger-rounds-nothing': at(paths.slot(1_480)),
  'ledger-rounds-sixteen': at(paths.slot(1_490), {
    rounds: [
      {
        ...slotRounds(1_490, [
          [2, 'first', 500, 1, 3],
          ...sixteen.map((_, by): [number, 'first', number, number, number] => [by, 'first', 500, 1, 31 + by * 7]).filter(([by]) => by !== 2 && by !== 11),
          ...sixteen.map((_, by): [number, 'commit', number, number, number] => [by, 'commit', 500, 1, 181 + by * 3]).filter(([by]) => by !== 11),
        ]),
        faults: 5,
        roster: sixteen,
        leader: 2,
        outcome: { decision: 'block', block: blockIdOf(500), by: 'quorum', offsetMs: 181 },
        certified: { block: blockIdOf(500), signers: 6, offsetMs: 199 },
        abstained: null,
      },
    ],
  }),
  'ledger-rounds-watched': at(paths.slot(1_482), {
    rounds: [quick(1_482, 499, { abstained: 'this node was not up a round before the slot began' })],
  }),
  'ledger-rounds-empty': scene(paths.ledgerView('rounds'), {}),
  'ledger-rounds-follower': at(paths.ledgerView('rounds'), syncing({ state: 'ready', sinceMs: now() - SECOND })),
  'ledger-forks': at(paths.ledgerView('forks')),
  'ledger-forks-empty': scene(paths.ledgerView('forks'), {}),
  'ledger-fork': at(paths.fork(2)),
  'ledger-fork-below': at(paths.fork(2), {}, [{ scrollTo: 'Names that changed' }]),
  'ledger-evidence': at(paths.ledgerView('evidence')),
  'ledger-evidence-empty': scene(paths.ledgerView('evidence'), {}),
  'ledger-proof': at(paths.evidence(evidence().id)),
  'ledger-proof-checked': at(paths.evidence(evidence().id), {}, [{ click: 'Check both signatures' }, { waitMs: 200 }]),
  'ledger-proof-refused': at(
    paths.evidence(evidence().id),
    { check: { outcome: 'refused', why: 'The second signature is not of this key.', holds: [true, false] } },
    [{ click: 'Check both signatures' }, { waitMs: 200 }],
  ),
  'ledger-long': at(paths.ledgerView('now'), { status: status(blocks, { label: long.slice(0, 64) }) }),
}
