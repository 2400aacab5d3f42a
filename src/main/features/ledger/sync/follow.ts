import type { PeerId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Verifier } from '../../../platform/verify-pool.ts'
import { type LedgerProtocol, MAX_HEADERS } from '../../../protocols/ledger/index.ts'
import { decodeHeader, genesisParent, type Parent } from '../block.ts'
import type { Hex } from '../bytes.ts'
import type { Roster } from '../genesis.ts'
import { rosterAfter } from '../rosters.ts'
import { readSnapshotInTurns } from '../snapshot.ts'
import type { Head, Running } from '../types.ts'
import { type BodiesOutcome, fetchBodies } from './bodies.ts'
import { type Fault, faultOf, LieError } from './faults.ts'
import { type ProvenHeader, proveHeaders } from './headers.ts'
import { CLAIM_POINTS, type SyncLimits, TURN_MS } from './limits.ts'
import { branchEnds, locatorOf } from './locator.ts'
import { breathe, Turns } from './pace.ts'
import { claimOf, type Known } from './peers.ts'
import { headOf } from './serve.ts'

/** What is under way. */
export interface Run {
  step: 'headers' | 'blocks' | 'snapshot'
  target: number
  from: readonly PeerId[]
  /** Headers that hold lead so far beyond our chain that it says nothing of the present any more. */
  isBehind: boolean
}

export interface FollowParts {
  readonly running: Running
  readonly protocol: LedgerProtocol
  readonly clock: Clock
  readonly log: Log
  readonly verifier: Verifier
  readonly limits: SyncLimits
  /** Of this network, not left and not aside; who claims most comes first. */
  readonly others: () => readonly Known[]
  readonly failed: (peerId: PeerId, fault: Fault) => void
  readonly changed: () => void
}

/** An answer with fewer headers than the largest certificates leave room for, and no end in sight: so often, and no more. */
const DRIP = MAX_HEADERS / 20
const MAX_DRIPS = 5
/** An answer of headers that is slower than this, of whoever is not the only one, is a reason to ask another. */
const LEAST_HEADERS_A_SECOND = 50

/**
 * Takes what a peer's chain has beyond ours: headers, then the bodies of those that are proven, and again, until its head
 * is here or turned out not to count. *Errors*: what `faultOf` knows, of this peer; the signal's reason.
 */
export async function follow(parts: FollowParts, peer: Known, run: Run, signal: AbortSignal): Promise<void> {
  const { running, limits, clock } = parts
  if (isEmpty(running) && peer.head.height >= limits.snapshotAbove) await beginBySnapshot(parts, peer, run, signal)
  let after: Hex | null = null
  for (let drips = 0; parts.others().includes(peer); ) {
    const ours: Head = headOf(running)
    const beganMs = clock.monotonicMs()
    const next = await fetchHeaders(parts, peer, run, after, signal)
    if (next === 'snapshot-only') {
      if (!isEmpty(running) || (await beginBySnapshot(parts, peer, run, signal)) === 'none') return settle(peer, peer.head)
      continue
    }
    const { proven, isWhole, last, head, weight } = next
    const tookMs = clock.monotonicMs() - beganMs
    if (last === null) return settle(peer, head)
    // A longer branch may weigh less, and then it is ours that counts.
    if (last.height - ours.height >= limits.behindBlocks && weight > ours.weight) run.isBehind = true
    const outcome = await takeAll(parts, peer, run, proven, signal)
    if (outcome.outcome === 'starved') return parts.failed(peer.peerId, { fault: 'slow', why: 'no blocks', points: 0 })
    if (outcome.outcome === 'refused') return judge(parts, peer, head, outcome)
    after = last.id
    if (last.id !== head.id) {
      if (isWhole && proven.length < DRIP && ++drips > MAX_DRIPS) throw new LieError('headers in drips', CLAIM_POINTS)
      const isSlow = tookMs > limits.slowMs && proven.length < (tookMs / 1_000) * LEAST_HEADERS_A_SECOND
      if (isSlow && isAnyElse(parts, peer)) return parts.failed(peer.peerId, { fault: 'slow', why: 'headers slowly', points: 0 })
      continue
    }
    if (last.height !== head.height) throw new LieError('a head of another height', CLAIM_POINTS)
    return settle(peer, head)
  }
}

/** Whether somebody who failed no more often shows more than is here. */
function isAnyElse({ others, running }: FollowParts, peer: Known): boolean {
  const { height } = running.chain.head
  return others().some((other) => other !== peer && other.strikes <= peer.strikes && other.head.height > height)
}

type RefusedBodies = Extract<BodiesOutcome, { outcome: 'refused' }>

interface Proof {
  readonly proven: readonly ProvenHeader[]
  /** Null: there is nothing more that could be taken. */
  readonly last: Parent | null
  /** Where its chain ended when it answered. */
  readonly head: Head
  /** What that branch weighs up to `last`, counted as our chain is. */
  readonly weight: number
  /** All that came holds. */
  readonly isWhole: boolean
}

async function fetchHeaders(
  { running, protocol, clock, limits, log, changed }: FollowParts,
  peer: Known,
  run: Run,
  after: Hex | null,
  signal: AbortSignal,
): Promise<Proof | 'snapshot-only'> {
  run.step = 'headers'
  const { head: claimed, peerId } = peer
  // A branch that is here, and weighs more there, is shown from where it parts: its certificates are what is asked for.
  const isHere = running.store.get(claimed.id) !== undefined
  const first = after === null ? (isHere ? [] : branchEnds(running)) : [after]
  const locator = locatorOf(running, limits.locator, first)
  const answer = await protocol.headers(peerId, running.network, locator, signal)
  if (answer.outcome === 'apart') return 'snapshot-only'
  // A chain is only ever left for a heavier one.
  if (answer.head.weight < claimed.weight) throw new LieError('it showed a head, and has a lesser one', CLAIM_POINTS)
  const { head } = answer
  const nothing: Proof = { proven: [], last: null, head, weight: 0, isWhole: true }
  // It may have told of a later one meanwhile.
  if (head.weight >= peer.head.weight) peer.head = head
  run.target = Math.max(1, head.height)
  changed()
  const parent = locator.includes(answer.common) ? parentOf(running, answer.common) : undefined
  if (parent === undefined) throw new LieError('it goes on from a block that we did not name')
  if (answer.headers.length === 0) {
    if (head.id === answer.common) return nothing
    throw new LieError('it shows a head, and no headers that lead there', CLAIM_POINTS)
  }
  const floor = floorOf(running, limits)
  const roster = parent.height < floor ? null : rosterAt(running, parent)
  if (roster === null) {
    const fields = { peer: peerId, parted: parent.height, floor, ours: running.chain.head.height, theirs: run.target }
    log.warn(fields, 'a chain that parts from ours further back than blocks can be taken back')
    return nothing
  }
  const { proven, stopped } = await proveHeaders(answer.headers, parent, roster, running, new Turns(clock, TURN_MS))
  const last = proven.at(-1)?.header
  if (last === undefined) throw new LieError(`a header that does not hold: ${stopped ?? 'none'}`)
  const weight = proven.reduce((sum, one) => sum + one.weight, running.store.total(parent.id))
  return { proven, last, head, weight, isWhole: stopped === null }
}

async function takeAll(
  parts: FollowParts,
  peer: Known,
  run: Run,
  proven: readonly ProvenHeader[],
  signal: AbortSignal,
): Promise<BodiesOutcome> {
  const { running, others, changed } = parts
  const fresh: ProvenHeader[] = []
  const turns = new Turns(parts.clock, TURN_MS)
  for (const one of proven) {
    if (look(running, one) === 'new') fresh.push(one)
    await turns.next()
  }
  run.step = 'blocks'
  const [first] = fresh
  if (first === undefined) return { outcome: 'taken' }
  const sources = (): PeerId[] => {
    const able = others().filter((other) => other !== peer && other.head.height >= first.header.height)
    return [peer, ...able].filter((one) => others().includes(one)).map(({ peerId }) => peerId)
  }
  run.from = sources().slice(0, parts.limits.sources)
  changed()
  return fetchBodies({ ...parts, sources, progress: changed }, fresh, signal)
}

/** Of a block that is here only the certificate can tell something new: that more validators signed it than we knew. */
function look(running: Running, { header, certificate, weight }: ProvenHeader): 'new' | 'known' {
  const known = running.store.get(header.id)
  if (known === undefined) return 'new'
  const block = weight > known.weight ? running.store.block(header.id) : undefined
  if (block !== undefined) running.take([{ ...block, certificate }])
  return 'known'
}

function judge({ log, failed }: FollowParts, peer: Known, head: Head, { verdict }: RefusedBodies): void {
  const { peerId } = peer
  if (verdict.outcome === 'orphan') return failed(peerId, { fault: 'slow', why: 'our chain changed', points: 0 })
  log.warn({ peer: peerId, code: verdict.code, why: verdict.why }, 'a certified block is not taken')
  if (verdict.code === 'too-deep') return settle(peer, head)
  if (verdict.code === 'ahead') return failed(peerId, { fault: 'slow', why: verdict.why, points: 0 })
  throw new LieError(`a block that does not hold: ${verdict.why}`)
}

/** A snapshot of whoever gives one that holds. A false one costs its time, and its sender. */
async function beginBySnapshot(
  parts: FollowParts,
  leader: Known,
  run: Run,
  signal: AbortSignal,
): Promise<'begun' | 'none'> {
  const { running, protocol, log, others, failed, changed } = parts
  const { chain, network, checkCertificate } = running
  run.step = 'snapshot'
  const able = others().filter(({ head }) => head.height >= Math.min(parts.limits.snapshotAbove, leader.head.height))
  for (const peer of [leader, ...able.filter((other) => other !== leader)]) {
    const { peerId, head } = peer
    run.from = [peerId]
    run.target = Math.max(1, head.height)
    changed()
    try {
      const { header: bytes, certificate, parts: records } = await protocol.snapshot(peerId, network, signal)
      const header = decodeHeader(bytes)
      const turn = async (): Promise<void> => {
        signal.throwIfAborted()
        await breathe()
      }
      const verdict = await readSnapshotInTurns(turn, header, certificate, records, chain.context, checkCertificate)
      if (verdict.outcome === 'refused') throw new LieError(`a snapshot that does not hold: ${verdict.why}`)
      // Below a snapshot nothing is taken back: on another branch than the leader's, that chain could never be followed.
      if (peer !== leader && (await isOnChainOf(parts, leader, header.id, signal)) === 'no') continue
      // Blocks may have come by another way meanwhile.
      if (!isEmpty(running)) return 'begun'
      running.begin(header, certificate, verdict.weight, verdict.state)
      log.info({ peer: peerId, height: header.height }, 'began with a snapshot')
      return 'begun'
    } catch (error) {
      const fault = signal.aborted ? null : faultOf(error)
      if (fault === null) throw error
      if (fault.fault !== 'none') failed(peerId, fault)
    }
  }
  return 'none'
}

async function isOnChainOf(
  { running, protocol, others }: FollowParts,
  leader: Known,
  id: Hex,
  signal: AbortSignal,
): Promise<'yes' | 'no' | 'untold'> {
  if (!others().includes(leader)) return 'untold'
  const answer = await protocol.headers(leader.peerId, running.network, [id], signal)
  return answer.outcome === 'common' ? 'yes' : 'no'
}

function settle(peer: Known, head: Head): void {
  peer.settled = claimOf(head)
  peer.strikes = 0
}

function isEmpty({ chain }: Running): boolean {
  return chain.head.height === 0
}

/** Nothing that follows a block below this height is taken any more. */
export function floorOf({ chain }: Running, { reorganised }: Pick<SyncLimits, 'reorganised'>): number {
  return Math.max(chain.base, chain.head.height - reorganised)
}

function parentOf({ network, genesis, store }: Running, id: Hex): Parent | undefined {
  return id === network ? genesisParent(genesis) : store.get(id)?.header
}

/** Who decides on the block after one that is here; null where that is too far back to tell. */
function rosterAt({ chain, store, genesis }: Running, { id, height }: Parent): Roster | null {
  const isBeside = store.get(id)?.onChain === false
  return isBeside ? (chain.stateAt(id)?.roster ?? null) : rosterAfter(height, chain.state, genesis)
}
