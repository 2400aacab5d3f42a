import type { BlockLine, LedgerEntry, ValidatorRef } from '../../../src/shared/model/blocks.ts'
import type { Fork, LedgerStatus, SlotRounds } from '../../../src/shared/model/consensus.ts'
import { BlockId, EntryId, NameLabel, NetworkId } from '../../../src/shared/model/ledger.ts'
import { accountOf, messageIdOf, peerIdOf } from '../../gallery/ids.ts'

export const noon = new Date(2026, 10, 20, 12, 0).getTime()

export const blockIdOf = (name: string): BlockId => BlockId.parse(messageIdOf(`block ${name}`))
export const networkIdOf = (name: string): NetworkId => NetworkId.parse(messageIdOf(`network ${name}`))
export const entryIdOf = (name: string): EntryId => EntryId.parse(messageIdOf(`entry ${name}`).replace('bafyrei', 'bafkrei'))

export const validator = (label: string, mine = false): ValidatorRef => ({ peerId: peerIdOf(label), label, mine })

export const block = (height: number, changes: Partial<BlockLine> = {}): BlockLine => ({
  id: blockIdOf(String(height)),
  height,
  slot: height + 30,
  timestampMs: noon,
  leader: validator('desk'),
  entries: 2,
  bytes: 2_048,
  signers: 3,
  validators: 4,
  place: 'chain',
  ...changes,
})

export const entry = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: entryIdOf('one'),
  kind: 'register',
  account: accountOf('Bea'),
  mine: false,
  nonce: 2,
  untilMs: noon,
  name: 'alice',
  to: null,
  validator: null,
  bytes: 230,
  workBits: 20,
  place: { at: 'pool', early: false, why: null },
  ...changes,
})

export const status = (changes: Partial<LedgerStatus> = {}): LedgerStatus => ({
  network: networkIdOf('Home'),
  label: 'Home',
  tld: 'peer',
  role: 'validator',
  head: block(12),
  height: 12,
  base: 0,
  stateRoot: 'ab'.repeat(32),
  names: 1,
  slot: 42,
  slotMs: 2_000,
  roundMs: 500,
  startMs: noon - 84_000,
  pool: { entries: 3, waiting: 1, bytes: 690 },
  sync: { state: 'ready', sinceMs: noon },
  quorum: { lamp: 'decides', heard: 4, needed: 3, validators: 4, faults: 1, why: '' },
  leading: { verdict: 'lead', why: '', worstMs: 23 },
  validators: [{ ...validator('desk', true), connected: true, worstMs: 23.4, ledMs: null, accused: false }],
  peers: 5,
  ...changes,
})

const [a, b] = [blockIdOf('A'), blockIdOf('B')]

export const slot = (changes: Partial<SlotRounds> = {}): SlotRounds => ({
  slot: 41,
  startMs: noon,
  roundMs: 500,
  faults: 1,
  roster: [validator('desk'), validator('barn', true), validator('')],
  leader: 0,
  parent: blockIdOf('parent'),
  marks: [
    { by: 1, saying: 'first', round: 1, value: a, offsetMs: 12 },
    { by: 0, saying: 'first', round: 1, value: a, offsetMs: 0.25 },
    { by: 0, saying: 'commit', round: 1, value: a, offsetMs: 18 },
    { by: 1, saying: 'second', round: 2, value: b, offsetMs: 530 },
    { by: 1, saying: 'commit', round: 3, value: a, offsetMs: 1_020 },
  ],
  outcome: { decision: 'block', block: a, by: 'quorum', offsetMs: 18 },
  certified: { block: a, signers: 2, offsetMs: 1_020 },
  abstained: null,
  ...changes,
})

export const fork = (changes: Partial<Fork> = {}): Fork => ({
  id: 1,
  atMs: noon,
  parent: blockIdOf('10'),
  parentHeight: 10,
  why: 'more certified weight',
  outcome: 'left',
  chain: { head: blockIdOf('12'), blocks: [block(11), block(12)], weight: 6 },
  other: { head: blockIdOf('other'), blocks: [block(11, { id: blockIdOf('other'), place: 'beside' })], weight: 2 },
  names: [{ name: NameLabel.parse('alice'), before: accountOf('Bea'), owner: null }],
  returned: [entryIdOf('one')],
  ...changes,
})
