import type { PrivateKey } from '@libp2p/interface'
import type { PeerId } from '../../../shared/ids.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { Feed } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence, RemotePeer } from '../../platform/streams.ts'
import {
  MAX_OFFSET_MS,
  MAX_PAYLOAD_BYTES,
  MAX_VALIDATORS,
  type ConsensusProtocol,
  type Message,
  type Said,
} from '../../protocols/consensus/index.ts'
import { hex, same } from './bytes.ts'
import { mayLead, measured, withDelay, type Delay, type Leading } from './delays.ts'
import { Early } from './early.ts'
import { createSign } from './keys.ts'
import { IDLE_MS, MAX_SESSIONS, PING_EVERY_MS } from './limits.ts'
import { Links } from './links.ts'
import { Runner } from './runner.ts'
import { sessionOf, type Session } from './session.ts'
import type { SignedStore } from './signed-store.ts'
import type { Verify } from './signatures.ts'
import type { Judge, ValueOf } from './state.ts'
import type { ConsensusEngine, ConsensusEvent, Slot, Taking } from './types.ts'

export interface ConsensusParts {
  readonly protocol: ConsensusProtocol
  readonly clock: Clock
  readonly log: Log
  readonly store: SignedStore
  readonly offence: Offence
  /** Ed25519. A key outside the roster only watches. */
  readonly key: PrivateKey
  readonly verify: Verify
  /** Pure, and does not throw. */
  readonly valueOf: ValueOf
}

interface Open {
  readonly slot: Slot
  readonly session: Session
  readonly runner: Runner
}

/** Points of a hundred: a validator of another network, or one that was left out. It may not know yet. */
const OUTSIDER_POINTS = 5

/** Dolev–Strong over libp2p. Serves the protocol from now on. Errors: those of `PeerStreams.serve`. */
export async function createConsensus(parts: ConsensusParts): Promise<ConsensusEngine> {
  const engine = new Engine(parts)
  await parts.protocol.serve((peer, frame) => engine.hear(peer, frame))
  return engine
}

class Engine implements ConsensusEngine {
  readonly #parts: ConsensusParts
  readonly #sign: (bytes: Uint8Array) => Uint8Array
  readonly #open = new Map<string, Open>()
  readonly #early = new Early()
  readonly #links: Links
  readonly #events: Feed<ConsensusEvent>
  readonly #sinceMs: number
  /** Of the newest slot: whose messages are kept when they are early, and measured. */
  #peers: readonly PeerId[] = []
  #delays: readonly Delay[] = []
  #pingAtMs = 0
  readonly #pingedMs = new Map<PeerId, number>()
  #cancelIdle: Cancel = () => {}
  #isClosed = false

  constructor(parts: ConsensusParts) {
    const { clock, protocol, log } = parts
    this.#parts = parts
    this.#sign = createSign(parts.key)
    this.#sinceMs = clock.monotonicMs()
    this.#events = new Feed((error) => log.error({ error }, 'a listener to consensus failed'))
    this.#links = new Links({ protocol, clock, log, heard: (from, lateMs) => this.#measure(from, 'out', lateMs) })
  }

  observe(slot: Slot): Taking {
    const opened = this.#openSession(slot)
    if ('verdict' in opened) return opened
    return { verdict: 'taken', why: opened.runner.isVoter ? 'a voter in this slot' : 'a witness of this slot' }
  }

  propose(slot: Slot, payload: Uint8Array): Taking {
    const size = payload.byteLength
    if (size === 0 || size > MAX_PAYLOAD_BYTES) return { verdict: 'refused', why: `a block of ${size} bytes` }
    if (this.#parts.valueOf(payload) === null) return { verdict: 'refused', why: 'this is no block' }
    const opened = this.#openSession(slot)
    if ('verdict' in opened) return opened
    if (!opened.runner.isVoter) return { verdict: 'refused', why: 'a witness of this slot' }
    opened.runner.propose(payload, (lateMs) => {
      const leading = this.#leading(slot, lateMs)
      return leading.verdict === 'lead' ? null : leading.why
    })
    return { verdict: 'taken', why: 'proposed when the slot begins' }
  }

  subscribe(listener: (event: ConsensusEvent) => void): () => void {
    return this.#events.subscribe(listener)
  }

  timing(slot: Pick<Slot, 'roundMs' | 'faults' | 'peers'>): ReturnType<ConsensusEngine['timing']> {
    const figures = measured(this.#delays, this.#parts.clock.monotonicMs())
    return { figures: figures.filter(({ by }) => slot.peers.includes(by)), leading: this.#leading(slot, 0) }
  }

  forget(network: string, beforeSlot: number): void {
    this.#parts.store.forget(network, beforeSlot)
  }

  connected(peer: PeerId): void {
    this.#links.reachable(peer)
  }

  close(): void {
    this.#isClosed = true
    this.#cancelIdle()
    for (const { runner } of this.#open.values()) runner.close()
    this.#open.clear()
    this.#links.close()
  }

  /** How late a value or a ping came, or null: a slot needs no more figures than that, and each costs a frame back. */
  hear(peer: RemotePeer, said: Said): number | null {
    if (this.#isClosed) return null
    if ('kind' in said) return this.#pinged(peer.peerId, said.atMs)
    const { sentMs, message } = said
    const name = hex(message.session)
    const open = this.#open.get(name)
    if (open === undefined) {
      if (this.#peers.includes(peer.peerId)) this.#early.hold(peer.peerId, name, { sentMs, message }, this.#nowMs())
      return null
    }
    const lateMs = bounded(open.runner.offsetMs - sentMs)
    if (!this.#receive(open, peer.peerId, message)) return null
    this.#measure(peer.peerId, 'in', lateMs)
    return message.kind === 'value' ? lateMs : null
  }

  #pinged(from: PeerId, atMs: number): number | null {
    const nowMs = this.#nowMs()
    // More of them would be one validator's word on all that is measured of it, and work for nothing.
    if (!this.#peers.includes(from) || nowMs < (this.#pingedMs.get(from) ?? -Infinity) + PING_EVERY_MS / 2) return null
    if (this.#pingedMs.size > MAX_VALIDATORS) this.#pingedMs.clear()
    this.#pingedMs.set(from, nowMs)
    const lateMs = bounded(this.#parts.clock.nowMs() - atMs)
    this.#measure(from, 'in', lateMs)
    return lateMs
  }

  #ping(peers: readonly PeerId[]): void {
    const { clock } = this.#parts
    if (clock.monotonicMs() < this.#pingAtMs) return
    this.#pingAtMs = clock.monotonicMs() + PING_EVERY_MS
    for (const peer of peers) this.#links.ping(peer, clock.nowMs())
  }

  /** Whether it came from a validator of that slot. */
  #receive({ slot, runner }: Open, from: PeerId, message: Message): boolean {
    const { offence, log } = this.#parts
    if (!slot.peers.includes(from)) {
      offence(from, 'consensus: no validator of this slot', OUTSIDER_POINTS)
      return false
    }
    const verdict = runner.receive(message)
    if (verdict.verdict === 'refused') {
      log.debug({ peerId: from, kind: message.kind, why: verdict.why }, 'a message of consensus was refused')
      if (verdict.points > 0) offence(from, `consensus: ${verdict.why}`, verdict.points)
    }
    return true
  }

  #openSession(slot: Slot): Open | Taking {
    const { clock, store, verify, key, valueOf } = this.#parts
    const session = sessionOf(slot.facts, slot.faults)
    const before = this.#open.get(session.name)
    if (before !== undefined) return before
    if (this.#isClosed) return { verdict: 'refused', why: 'closed' }
    if (slot.peers.length !== slot.facts.validators.length) throw new RangeError('a device for each validator')
    const [oldest] = this.#open.keys()
    if (this.#open.size >= MAX_SESSIONS && oldest !== undefined) this.#done(oldest)
    const me = slot.facts.validators.findIndex((one) => same(one, key.publicKey.raw))
    // Whoever was not there for a whole round before may have missed what came early.
    const startMs = clock.monotonicMs() + slot.startMs - clock.nowMs()
    const bar = this.#sinceMs > startMs - slot.roundMs ? 'this node was not up a round before the slot began' : null
    const runner = new Runner({
      seat: { session, me: me === -1 ? null : me, verify, sign: this.#sign, judge: this.#careful(slot.judge), valueOf },
      slot,
      clock,
      store,
      bar: slot.facts.validators.length === 1 ? null : bar,
      send: (to, message) => this.#send(slot, runner.offsetMs, to, message),
      tell: (event) => this.#events.publish(event),
      done: () => this.#done(session.name),
    })
    const open: Open = { slot, session, runner }
    this.#open.set(session.name, open)
    this.#cancelIdle()
    this.#peers = slot.peers
    const others = slot.peers.filter((_peer, index) => index !== me)
    this.#links.keep(others)
    this.#ping(others)
    for (const { from, message } of this.#early.take(session.name)) this.#receive(open, from, message)
    return open
  }

  /** A block that makes the ledger throw does not stand; and whoever passed it on is not cut off for that. */
  #careful(judge: Judge): Judge {
    return (payload, value) => {
      try {
        return judge(payload, value)
      } catch (error) {
        this.#parts.log.error({ error }, 'a block could not be judged')
        return { verdict: 'invalid', why: 'it could not be judged' }
      }
    }
  }

  #send(slot: Slot, offsetMs: number, to: number, message: Message): void {
    const peer = slot.peers[to]
    if (peer !== undefined) this.#links.send(peer, { sentMs: bounded(offsetMs), message })
  }

  #done(name: string): void {
    this.#open.get(name)?.runner.close()
    this.#open.delete(name)
    this.#cancelIdle()
    if (this.#open.size === 0) this.#cancelIdle = this.#parts.clock.after(IDLE_MS, () => this.#rest())
  }

  /** No slot came any more: another network is followed, or the validators are others. */
  #rest(): void {
    this.#peers = []
    this.#links.keep([])
  }

  #leading(slot: Pick<Slot, 'roundMs' | 'faults' | 'peers'>, lateMs: number): Leading {
    const figures = measured(this.#delays, this.#nowMs()).filter(({ by }) => slot.peers.includes(by))
    return mayLead(figures, { roundMs: slot.roundMs, faults: slot.faults, lateMs })
  }

  #measure(by: PeerId, way: Delay['way'], lateMs: number): void {
    if (this.#peers.includes(by)) this.#delays = withDelay(this.#delays, { by, way, lateMs, atMs: this.#nowMs() })
  }

  #nowMs(): number {
    return this.#parts.clock.monotonicMs()
  }
}

/** As figures go over the wire: whole, and within a day. */
function bounded(offsetMs: number): number {
  return Math.round(Math.max(-MAX_OFFSET_MS, Math.min(MAX_OFFSET_MS, offsetMs)))
}
