import type { BlockFacts, BlockLine, LedgerEntry, ValidatorRef } from '../../src/shared/model/blocks.ts'
import type {
  EvidenceOfTwo,
  Fork,
  LedgerStatus,
  Quorum,
  SignatureMark,
  SlotRounds,
  ValidatorState,
} from '../../src/shared/model/consensus.ts'
import { BlockId, EntryId, NameLabel, NetworkId, type OpKind } from '../../src/shared/model/ledger.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/shared/units.ts'
import { accountOf, hexOf, messageIdOf, peerIdOf } from './ids.ts'
import { me, now } from './people.ts'

export const networkId = NetworkId.parse(messageIdOf('network'))
export const blockIdOf = (name: string | number): BlockId => BlockId.parse(messageIdOf(`block ${name}`))
export const entryIdOf = (name: string): EntryId =>
  EntryId.parse(messageIdOf(`entry ${name}`).replace('bafyrei', 'bafkrei'))

export const SLOT_MS = 2 * SECOND
export const ROUND_MS = 500

/** This device's name in the network, and those of the others. */
export const here: ValidatorRef = { peerId: me.peerId, label: 'Noor’s desk', mine: true }
export const validator = (label: string): ValidatorRef => ({ peerId: peerIdOf(label), label, mine: false })
export const four: readonly ValidatorRef[] = [here, validator('Harbor'), validator('Bea'), validator('Tomasz')]

/** A block of that height: the newest of `height` of them is as old as `agoMs` says. */
export function block(height: number, changes: Partial<BlockLine> = {}): BlockLine {
  const agoMs = changes.timestampMs === undefined ? 0 : now() - changes.timestampMs
  return {
    id: blockIdOf(height),
    height,
    slot: height * 3 + 17,
    timestampMs: now() - agoMs,
    leader: four[(height * 3 + 17) % 4] ?? here,
    entries: [2, 0, 1, 5, 0, 1, 1, 14][height % 8] ?? 0,
    bytes: 1_480 + (height % 7) * 391,
    signers: height % 5 === 0 ? 3 : 4,
    validators: 4,
    place: 'chain',
    ...changes,
  }
}

/** A chain of that many, newest first, one every few minutes. */
export function chain(height: number, changes: Partial<BlockLine> = {}): BlockLine[] {
  return Array.from({ length: height }, (_, index) =>
    block(height - index, { timestampMs: now() - 20 * SECOND - index * 3 * MINUTE - (index % 4) * 47 * SECOND, ...changes }),
  )
}

export function entry(kind: OpKind, who: string, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  const name = ['claim', 'revoke', 'evidence', 'validators'].includes(kind) ? null : who.toLowerCase()
  return {
    id: entryIdOf(`${kind} ${who} ${changes.name ?? ''} ${changes.nonce ?? ''}`),
    kind,
    account: accountOf(who),
    mine: who === 'me',
    nonce: 3,
    untilMs: now() + 20 * HOUR,
    name: name === 'me' ? 'noor' : name,
    to: null,
    validator: null,
    bytes: 231,
    workBits: kind === 'register' ? 21 : 15,
    place: { at: 'pool', early: false, why: null },
    ...changes,
  }
}

export const inBlock = (height: number): LedgerEntry['place'] => ({ at: 'block', block: blockIdOf(height), height })

export function facts(line: BlockLine, entries: LedgerEntry[] | null, changes: Partial<BlockFacts> = {}): BlockFacts {
  const roster = line.validators === 1 ? [here] : four
  return {
    line: { ...line, entries: entries?.length ?? line.entries },
    network: networkId,
    parent: line.height === 1 ? networkId : blockIdOf(line.height - 1),
    entriesRoot: hexOf(`entries ${line.height}`, 32),
    stateRoot: hexOf(`state ${line.height}`, 32),
    signedBy: roster.slice(0, line.signers),
    entries,
    ...changes,
  }
}

export function validatorState(ref: ValidatorRef, changes: Partial<ValidatorState> = {}): ValidatorState {
  return {
    ...ref,
    connected: true,
    worstMs: ref.mine ? 0 : 82.4,
    ledMs: now() - 6 * MINUTE,
    accused: false,
    ...changes,
  }
}

const alone: Quorum = {
  lamp: 'alone',
  heard: 1,
  needed: 1,
  validators: 1,
  faults: 0,
  why: 'This device decides alone.',
}

/** A network of one's own, without a block. */
export function ownStatus(changes: Partial<LedgerStatus> = {}): LedgerStatus {
  return {
    network: networkId,
    label: 'Noor’s network',
    tld: 'peer',
    role: 'validator',
    head: null,
    height: 0,
    base: 0,
    stateRoot: hexOf('state 0', 32),
    names: 0,
    slot: 41,
    slotMs: SLOT_MS,
    roundMs: ROUND_MS,
    startMs: now() - 41 * SLOT_MS,
    pool: { entries: 0, waiting: 0, bytes: 0 },
    sync: { state: 'ready', sinceMs: now() - MINUTE },
    quorum: alone,
    leading: { verdict: 'lead', why: 'It is the only validator.', worstMs: null },
    validators: [validatorState(here, { ledMs: null })],
    peers: 0,
    ...changes,
  }
}

export function status(blocks: readonly BlockLine[], changes: Partial<LedgerStatus> = {}): LedgerStatus {
  const [head] = blocks
  return {
    ...ownStatus(),
    label: 'Harbor choir',
    head: head ?? null,
    height: head?.height ?? 0,
    stateRoot: hexOf('state', 32),
    names: 214,
    slot: 1_483,
    startMs: now() - 12 * DAY,
    pool: { entries: 3, waiting: 1, bytes: 702 },
    quorum: {
      lamp: 'decides',
      heard: 4,
      needed: 3,
      validators: 4,
      faults: 1,
      why: '4 of 4 validators are heard. 3 decide at once. Up to 1 may be faulty. This holds while Δ, 500 ms, bounds delay and difference of clocks together.',
    },
    leading: { verdict: 'lead', why: 'Everybody is heard within 214 ms of 500.', worstMs: 214 },
    validators: [
      validatorState(here),
      validatorState(validator('Harbor'), { worstMs: 41.2, ledMs: now() - 20 * SECOND }),
      validatorState(validator('Bea'), { worstMs: 214 }),
      validatorState(validator('Tomasz'), { worstMs: 96.7, ledMs: now() - 2 * HOUR }),
    ],
    peers: 5,
    ...changes,
  }
}

/** A mark by who made it: what they said, of which block, in which round, when. */
export type Marked = [by: number, saying: SignatureMark['saying'], value: string | number, round: number, offsetMs: number]

export function slotRounds(slot: number, marks: readonly Marked[], changes: Partial<SlotRounds> = {}): SlotRounds {
  return {
    slot,
    startMs: now() - 20 * SECOND - (1_483 - slot) * SLOT_MS,
    roundMs: ROUND_MS,
    faults: 1,
    roster: [...four],
    leader: slot % 4,
    parent: blockIdOf(499),
    marks: marks.map(([by, saying, value, round, offsetMs]) => ({
      by,
      saying,
      round,
      value: blockIdOf(value),
      offsetMs,
    })),
    outcome: null,
    certified: null,
    abstained: null,
    ...changes,
  }
}

/** What happens where everybody is honest and quick: a block after one exchange. */
export function quick(slot: number, height: number, changes: Partial<SlotRounds> = {}): SlotRounds {
  const leader = slot % 4
  const others = [0, 1, 2, 3].filter((by) => by !== leader)
  const at = [24, 31.4, 58]
  return slotRounds(
    slot,
    [
      [leader, 'first', height, 1, 0.4],
      ...others.map((by, index): Marked => [by, 'first', height, 1, at[index] ?? 40]),
      ...[0, 1, 2, 3].map((by): Marked => [by, 'commit', height, 1, 61 + by * 9]),
    ],
    {
      outcome: { decision: 'block', block: blockIdOf(height), by: 'quorum', offsetMs: 57.2 },
      certified: { block: blockIdOf(height), signers: 2, offsetMs: 74 },
      ...changes,
    },
  )
}

export function nothing(slot: number, why: string, marks: readonly Marked[] = []): SlotRounds {
  return slotRounds(slot, marks, { outcome: { decision: 'nothing', why, offsetMs: 1_000 } })
}

/** A network that was cut in two after block 480. */
export function fork(changes: Partial<Fork> = {}): Fork {
  const branch = (name: string, count: number, signers: number): BlockLine[] =>
    Array.from({ length: count }, (_, index) =>
      block(481 + index, { id: blockIdOf(`${name} ${index}`), signers, leader: four[index % 4] ?? here }),
    )
  return {
    id: 2,
    atMs: now() - 26 * MINUTE,
    parent: blockIdOf(480),
    parentHeight: 480,
    why: 'more certified weight',
    outcome: 'left',
    chain: { head: blockIdOf('there 10'), blocks: branch('there', 11, 3), weight: 33 },
    other: { head: blockIdOf('here 3'), blocks: branch('here', 4, 2).map((one) => ({ ...one, place: 'beside' as const })), weight: 8 },
    names: [
      { name: NameLabel.parse('alto'), before: accountOf('Bea'), owner: accountOf('Tomasz') },
      { name: NameLabel.parse('noor'), before: me.account, owner: null },
      { name: NameLabel.parse('rehearsal-room'), before: null, owner: accountOf('somebody') },
    ],
    returned: [entryIdOf('register me desk-by-the-window '), entryIdOf('long gone')],
    ...changes,
  }
}

export function evidence(changes: Partial<EvidenceOfTwo> = {}): EvidenceOfTwo {
  const common = '156c617463682d636f6e73656e7375732d666972737418'
  const session = `2f6c617463682f636f6e73656e7375732d66697273742f3144${hexOf('session', 32)}`
  const message = (of: string): string => `${common}${session}01711220${hexOf(of, 32)}`
  return {
    id: hexOf('proof', 32),
    network: networkId,
    validator: validator('Tomasz'),
    slot: 1_467,
    leader: 3,
    saying: 'first',
    why: 'validator 3 proposed two blocks in slot 1467',
    blocks: [blockIdOf('one'), blockIdOf('two')],
    key: hexOf('key', 32),
    messages: [message('one'), message('two')],
    signatures: [hexOf('signature one', 64), hexOf('signature two', 64)],
    record: 'pWZzYXlpbmdlZmlyc3Q=',
    seenMs: now() - 34 * MINUTE,
    height: 493,
    ...changes,
  }
}
