import type { PeerId } from '../../../../shared/ids.ts'
import { DecodeError } from '../../../platform/cbor.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Gossip, GossipMessage, GossipVerdict, Topic } from '../../../platform/gossip.ts'
import type { Log } from '../../../platform/log.ts'
import type { Verifier } from '../../../platform/verify-pool.ts'
import { type CertifiedBlock, encodeBlock, type OpenBlock, openBlock } from '../block.ts'
import { verifiedIn } from '../bulk.ts'
import { type Hex, networkIdOf } from '../bytes.ts'
import type { AddVerdict } from '../chain.ts'
import { decodeEntry, type Entry } from '../entry.ts'
import { MAX_BLOCK_BYTES, MAX_ENTRY_BYTES } from '../limits.ts'
import type { PoolVerdict } from '../pool.ts'
import { priceOf } from '../work.ts'
import { BLOCKS_RATE, ENTRIES_IN_ALL, ENTRIES_RATE, MAX_HELD_BACK, NEW_BLOCKS, SEEN_BLOCKS, VERIFIED_BESIDE } from './limits.ts'
import type { LiveChain } from './running.ts'
import { isNear } from './waiting.ts'

export interface BroadcastParts {
  readonly running: LiveChain
  readonly gossip: Gossip
  readonly clock: Clock
  readonly log: Log
  readonly verifier: Verifier
  readonly orphan: (from: PeerId, parent: Hex) => void
}

const accept = (why: string): GossipVerdict => ({ verdict: 'accept', why })
const ignore = (why: string): GossipVerdict => ({ verdict: 'ignore', why })
const reject = (why: string): GossipVerdict => ({ verdict: 'reject', why })

/** The topics of one network: what comes is judged before it is passed on, what is made here is sent. */
export class Broadcast {
  readonly #parts: BroadcastParts
  readonly #blocks: Topic
  readonly #entries: Topic
  /** Blocks that went through gossip, sent or heard. */
  readonly #seen = new Set<Hex>()
  readonly #heldBack = new Map<Hex, Entry>()
  readonly #timers = new Set<Cancel>()
  #isClosed = false

  constructor(parts: BroadcastParts) {
    this.#parts = parts
    const name = (of: string): string => `/latch/${networkIdOf(parts.running.network)}/${of}`
    this.#blocks = parts.gossip.enter(name('blocks'), {
      maxBytes: MAX_BLOCK_BYTES,
      perAuthor: BLOCKS_RATE,
      judge: (message) => this.#block(message),
    })
    this.#entries = parts.gossip.enter(name('entries'), {
      maxBytes: MAX_ENTRY_BYTES,
      perAuthor: ENTRIES_RATE,
      total: ENTRIES_IN_ALL,
      judge: (message) => this.#entry(message),
    })
  }

  /**
   * A block that was decided here. Its leader sends it at once; the others only where it has not come round by then, one
   * after another, so that one that fell silent in that moment costs a round and not a block.
   */
  certified(block: CertifiedBlock, turn: number): void {
    if (turn === 0) return this.#send(block)
    const { running, clock } = this.#parts
    const cancel = clock.after(turn * running.genesis.roundMs, () => {
      this.#timers.delete(cancel)
      if (!this.#seen.has(block.header.id)) this.#send(block)
    })
    this.#timers.add(cancel)
  }

  /** To how many it went. */
  async entry({ bytes }: Entry): Promise<number> {
    const { outcome, peers } = await this.#entries.publish(bytes)
    return outcome === 'sent' ? peers : 0
  }

  /** It came by another way, and may be news to those next to us. */
  passOn(entry: Entry): void {
    this.entry(entry).catch((error: unknown) => this.#parts.log.warn({ error }, 'an entry could not be broadcast'))
  }

  close(): void {
    this.#isClosed = true
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    this.#blocks.leave()
    this.#entries.leave()
  }

  #send(block: CertifiedBlock): void {
    this.#see(block.header.id)
    this.#blocks
      .publish(encodeBlock(block))
      .catch((error: unknown) => this.#parts.log.warn({ error }, 'a block could not be broadcast'))
  }

  async #block({ data, from }: GossipMessage): Promise<GossipVerdict> {
    const { running } = this.#parts
    const opened = decoded(() => openBlock(data))
    if (typeof opened === 'string') return reject(opened)
    const { header } = opened
    if (header.network !== running.network) return reject('it is of another network')
    if (header.height <= running.chain.base) return ignore('it lies below what is kept here')
    const foreseen = running.chain.foresee(opened, this.#parts.clock.nowMs())
    if (foreseen?.outcome === 'known') return this.#again(opened)
    if (foreseen !== null) return this.#unread(foreseen, opened, from)
    const block = decoded(() => ({ ...opened, entries: opened.entries.map(decodeEntry) }))
    if (typeof block === 'string') return reject(block)
    const verified = await this.#verified(block)
    if (this.#isClosed) return ignore('this network is not followed any more')
    // While its signatures were verified it may have come by another way.
    if (running.store.get(header.id) !== undefined) return this.#again(opened)
    this.#see(header.id)
    const [verdict] = running.take([block], verified)
    return verdictOn(verdict)
  }

  /**
   * A block that is here. It comes with as many certificates as validators can be put together: each that weighs more is
   * news. And so is the block itself while it is new; all that ever was is nobody's to send around once more.
   */
  #again({ header, certificate }: OpenBlock): GossipVerdict {
    const { running } = this.#parts
    const before = running.store.get(header.id)?.weight ?? 0
    const isFirst = this.#see(header.id) && header.height > running.chain.head.height - NEW_BLOCKS
    // Of one that is known nothing is asked but its certificate.
    const [verdict] = running.take([{ header, certificate, entries: [] }])
    if (verdict?.outcome !== 'known') return verdictOn(verdict)
    const after = running.store.get(header.id)?.weight ?? 0
    return isFirst || after > before ? accept('known, and new to gossip') : ignore('nothing new about it')
  }

  /** Its header or its certificate is answer enough. */
  #unread(verdict: AddVerdict, { header }: OpenBlock, from: PeerId): GossipVerdict {
    if (verdict.outcome === 'orphan') {
      this.#see(header.id)
      this.#parts.orphan(from, verdict.parent)
    }
    return verdictOn(verdict)
  }

  /** Signatures that are many are verified beside this thread, once somebody has certified that they are worth it. */
  async #verified(block: CertifiedBlock): Promise<ReadonlySet<Hex>> {
    const { running, verifier } = this.#parts
    const { header, entries, certificate } = block
    const unknown = entries.filter(({ id }) => !running.pool.has(id))
    const follows = header.parent === running.chain.head.id
    if (!follows || unknown.length <= VERIFIED_BESIDE) return new Set()
    const certified = running.checkCertificate(header, certificate, running.chain.state.roster)
    return certified.outcome === 'valid' ? verifiedIn([{ ...block, entries: unknown }], verifier) : new Set()
  }

  #entry({ data }: GossipMessage): GossipVerdict {
    const { running } = this.#parts
    const entry = decoded(() => decodeEntry(data))
    if (typeof entry === 'string') return reject(entry)
    const verdict = running.offer(entry)
    if (verdict.outcome === 'refused') return this.#refused(entry, verdict)
    const passed = isNear(entry, running.pool.list(), running.chain.state)
    if (!passed) this.#holdBack(entry)
    else this.#release(entry.account)
    return passed ? accept(verdict.outcome) : ignore('what comes before it is not here')
  }

  /** `reject` only for what no honest node ever passes on, whatever its chain and its clock. */
  #refused(entry: Entry, { code, why }: Extract<PoolVerdict, { outcome: 'refused' }>): GossipVerdict {
    const { context } = this.#parts.running.chain
    const isCheap = code === 'work' && context.bitsOf(entry) < priceOf(entry.op.kind, 0, context.rules)
    const isFinal = code === 'malformed' || code === 'network' || code === 'signature' || code === 'name'
    return isFinal || isCheap ? reject(why) : ignore(why)
  }

  #holdBack(entry: Entry): void {
    this.#heldBack.set(entry.id, entry)
    const [oldest] = this.#heldBack.keys()
    if (this.#heldBack.size > MAX_HELD_BACK && oldest !== undefined) this.#heldBack.delete(oldest)
  }

  /** What came before what it waited for goes on now that nothing is missing. */
  #release(account: Hex): void {
    const { running } = this.#parts
    for (const entry of this.#heldBack.values()) {
      if (entry.account !== account || !isNear(entry, running.pool.list(), running.chain.state)) continue
      this.#heldBack.delete(entry.id)
      if (running.pool.has(entry.id)) this.passOn(entry)
    }
  }

  /** Whether it is seen for the first time. */
  #see(id: Hex): boolean {
    if (this.#seen.has(id)) return false
    this.#seen.add(id)
    const [oldest] = this.#seen
    if (this.#seen.size > SEEN_BLOCKS && oldest !== undefined) this.#seen.delete(oldest)
    return true
  }
}

function verdictOn(verdict: AddVerdict | undefined): GossipVerdict {
  switch (verdict?.outcome) {
    case 'added':
    case 'beside':
      return accept(verdict.outcome)
    case 'refused':
      // Clocks differ, and so does how far back a node can go.
      return verdict.code === 'ahead' || verdict.code === 'too-deep' ? ignore(verdict.why) : reject(verdict.why)
    case 'orphan':
      return ignore('what it follows is not here')
    case 'known':
    case undefined:
      return ignore('known')
  }
}

function decoded<T>(read: () => T): T | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof DecodeError) return error.message
    throw error
  }
}
