import type { Cancel, Clock } from '../../../platform/clock.ts'
import { DecodeError } from '../../../platform/cbor.ts'
import type { Log } from '../../../platform/log.ts'
import { judgeBlock } from '../apply.ts'
import { type Block, type CertifiedBlock, decodeBlock, encodeBlock } from '../block.ts'
import type { Hex } from '../bytes.ts'
import { trusting } from '../context.ts'
import { nextAt, propose } from '../propose.ts'
import type { Agreement, AgreementEvent, SlotToDecide } from '../types.ts'
import { MAX_HELD_BLOCKS, SIGNED_SLOTS_KEPT } from './limits.ts'
import { slotOf } from './rounds.ts'
import type { LiveChain } from './running.ts'
import { nextTurn, type Turn } from './turns.ts'
import { whatWaits } from './waiting.ts'

export interface SlotsParts {
  readonly running: LiveChain
  readonly clock: Clock
  readonly log: Log
  readonly agreement: Agreement
  /** This device's key. */
  readonly me: Hex
  readonly isReady: () => boolean
  readonly hasCompany: () => boolean
  /** A slot was opened. */
  readonly opened: (slot: SlotToDecide) => void
  /** It is on the chain. `turn`: how many turns after its leader this validator has. */
  readonly certified: (block: CertifiedBlock, turn: number) => void
  /** It was decided, and only its id came here. */
  readonly lacking: (id: Hex) => void
}

const NO_CERTIFICATE = new Uint8Array(0)

/** Takes part in the slots of one network: opens each shortly before it begins, proposes in its turns, and keeps what is decided. */
export class Slots {
  readonly #parts: SlotsParts
  /** Blocks that stand, until their certificate comes. */
  readonly #held = new Map<Hex, Block>()
  #opened: { slot: number; parent: Hex } | null = null
  #timer: Cancel | null = null
  /** What was signed before this slot is no longer kept. */
  #forgotten = 0
  #isOpening = false
  #isClosed = false

  constructor(parts: SlotsParts) {
    this.#parts = parts
  }

  /** Something changed that may matter: the chain, the pool, who is connected, how far the sync is. */
  consider(): void {
    if (this.#isClosed || this.#isOpening) return
    this.#timer?.()
    this.#timer = null
    // What opens a slot changes what is to be done next; two in a row are a slot on another head and the wait after it.
    for (let turns = 0; turns < 4; turns++) {
      const turn = this.#next()
      if (turn.act === 'rest') return
      if (turn.act === 'look-again') {
        this.#timer = this.#parts.clock.after(turn.inMs, () => this.consider())
        return
      }
      this.#open(turn)
    }
  }

  /** Of this network: whoever calls has asked `rounds`. */
  hear(event: AgreementEvent): void {
    if (this.#isClosed) return
    if (event.event === 'decided' && event.outcome.decision === 'block' && event.outcome.payload !== null) {
      this.#hold(event.outcome.id, event.outcome.payload)
    }
    if (event.event !== 'certified') return
    const { log } = this.#parts
    if (event.standing === 'against') log.warn({ slot: event.slot }, 'others decided another block: the model did not hold')
    this.#keep(event.id, event.certificate)
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.()
    this.#timer = null
  }

  #next(): Turn {
    const { running, clock, me, isReady, hasCompany } = this.#parts
    const { chain, pool, genesis } = running
    const nowMs = clock.nowMs()
    return nextTurn({
      nowMs,
      genesis,
      roster: chain.state.roster,
      me,
      head: chain.head,
      waits: whatWaits(pool, chain.state, nextAt(chain, nowMs), genesis.rules),
      hasCompany: hasCompany(),
      isReady: isReady(),
      opened: this.#opened,
    })
  }

  #open(turn: Extract<Turn, { slot: number }>): void {
    const { running, agreement, log, opened } = this.#parts
    this.#opened = { slot: turn.slot, parent: running.chain.head.id }
    // What is dropped and decided meanwhile comes back here.
    this.#isOpening = true
    try {
      const slot = this.#slot(turn.slot)
      const block = turn.act === 'propose' ? this.#proposal(slot, turn.because) : null
      // Nobody else takes part in the slots of one who decides alone: there is nothing to watch.
      if (block === null && slot.roster.validators.length === 1) return
      opened(slot)
      const taking =
        block === null
          ? agreement.observe(slot)
          : agreement.propose(slot, encodeBlock({ ...block, certificate: NO_CERTIFICATE }))
      if (taking.verdict === 'refused') log.info({ slot: slot.slot, why: taking.why }, 'no part in a slot')
      log.debug({ slot: slot.slot, height: running.chain.head.height + 1, act: turn.act }, 'a slot was opened')
      this.#forgetSigned()
    } catch (error) {
      // The next slot is another try; without this there would be none.
      log.error({ error, slot: turn.slot }, 'a slot could not be opened')
    } finally {
      this.#isOpening = false
    }
  }

  #slot(number: number): SlotToDecide {
    const { running } = this.#parts
    const { head, state, context } = running.chain
    const slot = slotOf(running.genesis, running.network, state.roster, number)
    const whyNot = (payload: Uint8Array, id: Hex): string | null => {
      const block = readProposal(payload)
      if (typeof block === 'string') return block
      if (block.header.id !== id) return 'it is another block'
      if (block.header.slot !== number) return 'it is of another slot'
      const pooled = new Set(block.entries.filter((entry) => running.pool.has(entry.id)).map((entry) => entry.id))
      const judged = judgeBlock(block, head, state, trusting(context, pooled))
      if (judged.outcome === 'refused') return judged.why
      this.#put(block)
      return null
    }
    return { ...slot, parent: head, whyNot }
  }

  /** Null where what waited came to nothing, by time alone. */
  #proposal({ slot, startMs }: SlotToDecide, because: 'entries' | 'ripening' | 'heartbeat'): Block | null {
    const { running, clock } = this.#parts
    running.tidy(Math.max(startMs, clock.nowMs()))
    const { chain, pool, genesis } = running
    const waits = whatWaits(pool, chain.state, { height: chain.head.height + 1, timeMs: startMs }, genesis.rules)
    if (waits === 'nothing' && because !== 'heartbeat') return null
    const block = propose(pool, chain, slot, startMs)
    if (block.entries.length === 0 && waits === 'entries' && because !== 'heartbeat') return null
    this.#put(block)
    return block
  }

  #put(block: Block): void {
    this.#held.set(block.header.id, block)
    const [oldest] = this.#held.keys()
    if (this.#held.size > MAX_HELD_BLOCKS && oldest !== undefined) this.#held.delete(oldest)
  }

  #hold(id: Hex, payload: Uint8Array): void {
    if (this.#held.has(id)) return
    const block = readProposal(payload)
    if (typeof block !== 'string' && block.header.id === id) this.#put(block)
  }

  #keep(id: Hex, certificate: Uint8Array): void {
    const { running, log, certified, lacking } = this.#parts
    if (running.store.get(id) !== undefined) return
    const block = this.#held.get(id)
    if (block === undefined) return lacking(id)
    this.#held.delete(id)
    const whole = { ...block, certificate }
    const roster = running.chain.state.roster
    const [verdict] = running.take([whole])
    if (verdict?.outcome === 'added' || verdict?.outcome === 'beside') {
      return certified(whole, this.#turnAfter(whole, roster.validators))
    }
    log.warn({ height: block.header.height, verdict: verdict?.outcome }, 'a block that was decided was not taken')
  }

  /** How far after the leader this validator stands, in the order in which they lead; 0: it led. */
  #turnAfter({ header }: Block, validators: readonly { readonly key: Hex }[]): number {
    const seats = validators.length
    const mine = validators.findIndex(({ key }) => key === this.#parts.me)
    return mine === -1 ? seats : (mine - (header.slot % seats) + seats) % seats
  }

  /** Never above the head, which others have certified: a clock that was set far ahead would else bar every slot until then. */
  #forgetSigned(): void {
    const { running, agreement } = this.#parts
    const before = Math.min(this.#opened?.slot ?? 0, running.chain.head.slot) - SIGNED_SLOTS_KEPT
    if (before < this.#forgotten + SIGNED_SLOTS_KEPT) return
    this.#forgotten = before
    agreement.forget(running.network, before)
  }
}

function readProposal(payload: Uint8Array): Block | string {
  try {
    const { header, entries, certificate } = decodeBlock(payload)
    return certificate.byteLength === 0 ? { header, entries } : 'a proposal has no certificate'
  } catch (error) {
    if (error instanceof DecodeError) return error.message
    throw error
  }
}
