import type { LedgerEvent, LedgerSnapshot } from '../../../shared/contract/ledger.ts'
import type { AccountId } from '../../../shared/ids.ts'
import type { BlockLine, LedgerEntry } from '../../../shared/model/blocks.ts'
import type { EvidenceOfTwo, Fork, LedgerStatus, SlotRounds } from '../../../shared/model/consensus.ts'
import type { EntryId, NameChange } from '../../../shared/model/ledger.ts'

export interface LedgerState {
  /** Null until the first snapshot. */
  status: LedgerStatus | null
  /** Of the chain, newest first, without a gap; older ones are asked for by page. */
  blocks: readonly BlockLine[]
  /** What waits, in the order it came, and what became lately of what waited. */
  entries: ReadonlyMap<EntryId, LedgerEntry>
  /** By slot, the newest first. */
  rounds: readonly SlotRounds[]
  forks: readonly Fork[]
  evidence: readonly EvidenceOfTwo[]
  owners: Owners
}

/** Counts, so that whoever asked whose a name is knows when to ask again. */
export interface Owners {
  /** Since when nothing that was asked before holds: after a break, or in another network. */
  era: number
  /** How often names came to an account or left it, within that. */
  changes: ReadonlyMap<AccountId, number>
}

export const unknownLedger: LedgerState = {
  status: null,
  blocks: [],
  entries: new Map(),
  rounds: [],
  forks: [],
  evidence: [],
  owners: { era: 0, changes: new Map() },
}

/** What the window keeps of what it saw; main keeps the rest. */
const BLOCKS_KEPT = 20_000
const SETTLED_KEPT = 200
const ROUNDS_KEPT = 200
const CHANGED_KEPT = 2_000

export function resetLedger(state: LedgerState, snapshot: LedgerSnapshot): LedgerState {
  return {
    status: snapshot.status,
    blocks: onlyChain(snapshot.blocks),
    entries: new Map(snapshot.waiting.map((entry) => [entry.id, entry])),
    rounds: snapshot.rounds.toSorted((a, b) => b.slot - a.slot),
    forks: snapshot.forks,
    evidence: snapshot.evidence,
    owners: { era: state.owners.era + 1, changes: new Map() },
  }
}

export function applyLedgerEvent(state: LedgerState, event: LedgerEvent): LedgerState {
  switch (event.event) {
    case 'status-changed':
      return { ...state, status: event.status }
    case 'block-added':
      return { ...state, blocks: addBlock(state.blocks, event.block) }
    case 'entry-changed':
      return { ...state, entries: putEntry(state.entries, event.entry) }
    case 'slot-changed':
      return { ...state, rounds: putRounds(state.rounds, event.rounds) }
    case 'forked':
      return {
        ...state,
        blocks: event.fork.outcome === 'left' ? goOver(state.blocks, event.fork) : state.blocks,
        forks: [event.fork, ...state.forks.filter(({ id }) => id !== event.fork.id)],
      }
    case 'evidence':
      return { ...state, evidence: putEvidence(state.evidence, event.evidence) }
    case 'names-changed':
      return { ...state, owners: changeOwners(state.owners, event.names) }
    case 'network-changed':
      return resetLedger(state, event.snapshot)
  }
}

function changeOwners({ era, changes }: Owners, names: readonly NameChange[]): Owners {
  const next = new Map(changes)
  for (const account of names.flatMap(({ before, owner }) => [before, owner])) {
    if (account !== null) next.set(account, (next.get(account) ?? 0) + 1)
  }
  return next.size <= CHANGED_KEPT ? { era, changes: next } : { era: era + 1, changes: new Map() }
}

/** A page of older blocks, below those that are held; nothing where it does not go on from there. */
export function addOlder(state: LedgerState, page: readonly BlockLine[]): LedgerState {
  const lowest = state.blocks.at(-1)?.height
  const [first] = page
  if (first === undefined || (lowest !== undefined && first.height !== lowest - 1)) return state
  return { ...state, blocks: [...state.blocks, ...onlyChain(page)] }
}

function onlyChain(blocks: readonly BlockLine[]): BlockLine[] {
  return blocks.filter(({ place }) => place === 'chain').toSorted((a, b) => b.height - a.height)
}

/** On top; in place of what stood at its height and above, where the chain is another now. */
function addBlock(blocks: readonly BlockLine[], block: BlockLine): readonly BlockLine[] {
  if (block.place !== 'chain') return blocks
  const [top] = blocks
  if (top === undefined || block.height === top.height + 1) return [block, ...blocks].slice(0, BLOCKS_KEPT)
  // Some between are not here: what is older is asked for again, from there down.
  if (block.height > top.height) return [block]
  const held = blocks.find(({ height }) => height === block.height)
  if (held?.id === block.id) return blocks.map((one) => (one === held ? block : one))
  const below = blocks.filter(({ height }) => height < block.height)
  // Older than anything that is held: its page brings it.
  return held === undefined ? blocks : [block, ...below]
}

/** Onto the branch that counts now; what came on top of it meanwhile stays. */
function goOver(blocks: readonly BlockLine[], fork: Fork): readonly BlockLine[] {
  const branch = onlyChain(fork.chain.blocks)
  const [top] = branch
  if (top === undefined) return blocks
  const isHeld = blocks.some(({ id }) => id === top.id)
  const above = isHeld ? blocks.filter(({ height }) => height > top.height) : []
  // Of a long branch only its end is told: the rest comes by page, and what is below it too.
  const isWhole = branch.at(-1)?.height === fork.parentHeight + 1
  const below = isWhole ? blocks.filter(({ height }) => height <= fork.parentHeight) : []
  return [...above, ...branch, ...below].slice(0, BLOCKS_KEPT)
}

/** In its place, so that no row moves; what was settled longest ago goes first. */
function putEntry(entries: ReadonlyMap<EntryId, LedgerEntry>, entry: LedgerEntry): ReadonlyMap<EntryId, LedgerEntry> {
  const next = new Map(entries).set(entry.id, entry)
  const settled = [...next.values()].filter(({ place }) => place.at !== 'pool')
  for (const { id } of settled.slice(0, Math.max(0, settled.length - SETTLED_KEPT))) next.delete(id)
  return next
}

/** A slot may be seen on two branches, after one block on each. */
export function roundsKey({ slot, parent }: SlotRounds): string {
  return `${slot} ${parent}`
}

function putRounds(held: readonly SlotRounds[], rounds: SlotRounds): readonly SlotRounds[] {
  const key = roundsKey(rounds)
  if (held.some((one) => roundsKey(one) === key)) {
    return held.map((one) => (roundsKey(one) === key ? rounds : one))
  }
  return [rounds, ...held].toSorted((a, b) => b.slot - a.slot).slice(0, ROUNDS_KEPT)
}

/** The same proof again, once it is entered on the ledger. */
function putEvidence(held: readonly EvidenceOfTwo[], evidence: EvidenceOfTwo): readonly EvidenceOfTwo[] {
  if (!held.some(({ id }) => id === evidence.id)) return [evidence, ...held]
  return held.map((one) => (one.id === evidence.id ? evidence : one))
}

export function waiting(state: LedgerState): LedgerEntry[] {
  return [...state.entries.values()].filter(({ place }) => place.at === 'pool')
}
