import type { PeerId } from '../../../../shared/ids.ts'
import { type Clock, deadline, DeadlineError } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import {
  HEADERS_PER_FRAME,
  type LedgerHandlers,
  type LedgerProtocol,
  MAX_BLOCKS_BYTES,
  MAX_HEADERS,
  MAX_LIST_BYTES,
  MAX_POOL_IDS,
  MAX_WHY_LENGTH,
  PIECE_BYTES,
  type Reply,
  type Request,
} from '../../../protocols/ledger/index.ts'
import type { Parent } from '../block.ts'
import type { Hex } from '../bytes.ts'
import { encodeGenesis } from '../genesis.ts'
import { snapshotParts } from '../snapshot.ts'
import type { LedgerState } from '../state.ts'
import type { StoredHeader } from '../store.ts'
import type { Head, Running } from '../types.ts'
import { verifyChain } from '../verify-chain.ts'
import { Allowance } from './allowance.ts'
import { LIMITS } from './limits.ts'
import * as limits from './limits.ts'
import { Turns } from './pace.ts'

export interface ServingParts {
  readonly protocol: Pick<LedgerProtocol, 'serve'>
  /** A network that this node follows now; null: it does not. */
  readonly runningOf: (network: Hex) => Running | null
  /** A peer that asked for our head told its own. */
  readonly heard: (network: Hex, peerId: PeerId, head: Head) => void
  readonly clock: Clock
  readonly log: Log
}

/** Below a frame's bound whatever the size of the last item. */
const LIST_FRAME_BYTES = 256 * 1_024

/** Where a chain ends, as it is said to others. */
export function headOf({ chain, store }: Running): Head {
  const { id, height } = chain.head
  return { id, height, weight: store.total(id) }
}

/** Answers to whoever asks about our chains, from now on; bounded for each peer, and for all of them together. */
export function serveLedger(parts: ServingParts): Promise<void> {
  return parts.protocol.serve(new Serving(parts))
}

class Serving implements LedgerHandlers {
  readonly #parts: ServingParts
  readonly #requests = new Allowance({
    atOnce: limits.REQUESTS_AT_ONCE,
    aSecond: limits.REQUESTS_A_SECOND,
    max: limits.MAX_COUNTED,
  })
  readonly #validations = new Allowance({
    atOnce: limits.VALIDATIONS_AT_ONCE,
    aSecond: 1_000 / limits.VALIDATION_EVERY_MS,
    max: limits.MAX_COUNTED,
  })
  /** Who is sent one now. */
  readonly #snapshots = new Set<PeerId>()
  #isValidating = false
  #restUntilMs = 0
  #kept: { readonly network: Hex; readonly stored: StoredHeader; readonly state: LedgerState } | null = null

  constructor(parts: ServingParts) {
    this.#parts = parts
  }

  async *answer(peer: { readonly peerId: PeerId }, request: Request, signal: AbortSignal): AsyncGenerator<Reply> {
    const { runningOf, heard, clock } = this.#parts
    const running = runningOf(request.network)
    if (running === null) return yield { status: 'unknown' }
    const cost = request.kind === 'pool' ? limits.POOL_COST : 1
    if (this.#requests.spend(peer.peerId, clock.monotonicMs(), cost) === 'too-often') return yield { status: 'busy' }
    switch (request.kind) {
      case 'head':
        heard(running.network, peer.peerId, request.head)
        return yield { status: 'head', head: headOf(running) }
      case 'genesis':
        return yield { status: 'genesis', genesis: encodeGenesis(running.genesis) }
      case 'headers':
        return yield* headersFrom(running, request.locator)
      case 'blocks':
        return yield* this.#blocks(peer.peerId, running, request.ids)
      case 'snapshot':
        return yield* this.#snapshot(peer.peerId, running)
      case 'pool': {
        const entries = running.pool.list().slice(0, MAX_POOL_IDS)
        return yield { status: 'pool', ids: entries.map(({ id }) => id) }
      }
      case 'entries':
        return yield* entriesOf(running, request.ids)
      case 'validate':
        return yield await this.#validate(peer.peerId, running, request.from, signal)
    }
  }

  async *#blocks(peerId: PeerId, { store }: Running, ids: readonly Hex[]): AsyncGenerator<Reply> {
    const { clock } = this.#parts
    const turns = new Turns(clock, limits.SERVE_TURN_MS)
    let bytes = 0
    for (const id of ids) {
      const block = store.encoded(id)
      yield block === undefined ? { status: 'missing', id } : { status: 'block', block }
      const sizeBytes = block?.byteLength ?? 0
      bytes += sizeBytes
      // Ends here: for the rest it asks again, when it may.
      const spent = this.#requests.spend(peerId, clock.monotonicMs(), sizeBytes / limits.BYTES_OF_ONE)
      if (spent === 'too-often' || bytes > MAX_BLOCKS_BYTES) return
      await turns.next()
    }
  }

  async *#snapshot(peerId: PeerId, running: Running): AsyncGenerator<Reply> {
    if (this.#snapshots.has(peerId) || this.#snapshots.size >= limits.SNAPSHOTS_AT_ONCE) return yield { status: 'busy' }
    const kept = this.#snapshotOf(running)
    if (kept === null) return yield { status: 'none' }
    const { header, certificate } = kept.stored
    this.#snapshots.add(peerId)
    try {
      yield { status: 'snapshot', header: header.bytes, certificate }
      const turns = new Turns(this.#parts.clock, limits.SERVE_TURN_MS)
      for (const part of snapshotParts(kept.state)) {
        for (let at = 0; at < part.byteLength; at += PIECE_BYTES) {
          const bytes = part.subarray(at, at + PIECE_BYTES)
          yield { status: 'piece', bytes, last: at + PIECE_BYTES >= part.byteLength }
        }
        await turns.next()
      }
    } finally {
      this.#snapshots.delete(peerId)
    }
  }

  /** A state never changes, so one serves many; it is held for as long as it is recent. */
  #snapshotOf({ network, chain, store }: Running) {
    const kept = this.#kept
    const isRecent =
      kept?.network === network &&
      store.get(kept.stored.header.id)?.onChain === true &&
      chain.head.height - kept.stored.header.height <= limits.SNAPSHOT_KEPT_BLOCKS
    if (isRecent) return kept
    const stored = store.at(Math.max(chain.base, chain.head.height - LIMITS.snapshotBelow, 1))
    const state = stored === undefined ? null : chain.stateAt(stored.header.id)
    this.#kept = stored === undefined || state === null ? null : { network, stored, state }
    return this.#kept
  }

  /** One at a time for everybody, and a fifth of the time at most. */
  async #validate(peerId: PeerId, running: Running, from: number, parent: AbortSignal): Promise<Reply> {
    const { clock, log } = this.#parts
    const { chain, store, checkCertificate } = running
    const beganMs = clock.monotonicMs()
    if (this.#isValidating || beganMs < this.#restUntilMs) return { status: 'busy' }
    if (this.#validations.spend(peerId, beganMs) === 'too-often') return { status: 'busy' }
    if (chain.head.height - from >= limits.MAX_VALIDATED_BLOCKS) {
      return { status: 'refused', why: `at most ${limits.MAX_VALIDATED_BLOCKS} blocks are checked for others` }
    }
    this.#isValidating = true
    const limit = deadline(clock, limits.VALIDATION_MS, 'a check of the chain', parent)
    try {
      const check = await verifyChain(chain, store, checkCertificate, from, limit.signal)
      if (check.outcome === 'whole') return { status: 'whole', head: check.head, height: check.height }
      if (check.outcome === 'refused') return { status: 'refused', why: check.why.slice(0, MAX_WHY_LENGTH) }
      log.error({ height: check.firstBadHeight, why: check.why }, 'a block of our chain does not hold')
      return { status: 'broken', height: check.firstBadHeight, why: check.why.slice(0, MAX_WHY_LENGTH) }
    } catch (error) {
      if (error instanceof DeadlineError) return { status: 'refused', why: 'it took too long' }
      throw error
    } finally {
      limit.release()
      this.#isValidating = false
      const nowMs = clock.monotonicMs()
      this.#restUntilMs = nowMs + limits.VALIDATION_REST * (nowMs - beganMs)
    }
  }
}

/** From the newest of the locator that is on our chain, upwards. Stops where the chain is left for another meanwhile. */
function* headersFrom(running: Running, locator: readonly Hex[]): Generator<Reply> {
  const { network, chain, store } = running
  const common = locator.find((id) => (id === network ? chain.base === 0 : store.get(id)?.onChain === true))
  if (common === undefined) return yield { status: 'apart', base: chain.base }
  let last: Pick<Parent, 'id' | 'height'> = { id: common, height: store.get(common)?.header.height ?? 0 }
  // In the same turn as the head that it leads to: who shows a head, and nothing that goes there, has lied.
  let frame = nextHeaders(store, last)
  yield { status: 'common', common, head: headOf(running) }
  for (let sent = 0, bytes = 0; frame.length > 0; frame = nextHeaders(store, last)) {
    sent += frame.length
    bytes += frame.reduce((sum, { header, certificate }) => sum + header.bytes.byteLength + certificate.byteLength, 0)
    if (sent > MAX_HEADERS || bytes > MAX_LIST_BYTES - LIST_FRAME_BYTES) return
    yield { status: 'headers', headers: frame.map(({ header, certificate }) => ({ header: header.bytes, certificate })) }
    last = frame.at(-1)?.header ?? last
  }
}

function nextHeaders(store: Running['store'], last: Pick<Parent, 'id' | 'height'>): StoredHeader[] {
  const frame: StoredHeader[] = []
  let { id } = last
  let bytes = 0
  for (const one of store.range(last.height + 1, HEADERS_PER_FRAME)) {
    if (one.header.parent !== id || bytes > LIST_FRAME_BYTES) break
    frame.push(one)
    id = one.header.id
    bytes += one.header.bytes.byteLength + one.certificate.byteLength
  }
  return frame
}

/** Those of them that still wait. */
function* entriesOf({ pool }: Running, ids: readonly Hex[]): Generator<Reply> {
  let entries: Uint8Array[] = []
  let bytes = 0
  for (const id of ids) {
    const entry = pool.get(id)
    if (entry === undefined) continue
    entries.push(entry.bytes)
    bytes += entry.bytes.byteLength
    if (bytes <= LIST_FRAME_BYTES) continue
    yield { status: 'entries', entries }
    entries = []
    bytes = 0
  }
  if (entries.length > 0) yield { status: 'entries', entries }
}
