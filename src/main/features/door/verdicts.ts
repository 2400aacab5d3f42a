import type { PrivateKey } from '@libp2p/interface'
import type { KnockId, PeerId } from '../../../shared/ids.ts'
import type { Capability } from '../../../shared/model/door.ts'
import type { Log } from '../../platform/log.ts'
import { sealVerdict, type KnockProtocol, type OpenFor, type Verdict } from '../../protocols/knock/index.ts'
import { UNDELIVERED_FOR_MS } from './limits.ts'
import type { DoorStore, Undelivered } from './store.ts'
import type { DoorTime } from './time.ts'

export type Told =
  | { outcome: 'allowed'; until: OpenFor }
  | { outcome: 'denied' | 'unanswered' }
  | { outcome: 'pending'; remainingMs: number }

export interface KnockRef {
  readonly id: KnockId
  readonly peerId: PeerId
  readonly capability: Capability
}

/**
 * Tells knockers what became of their knocks: at once where they can be reached, else when they connect again. Only the
 * newest verdict on a knock is kept for later, and `pending` never is: what it says is over by then.
 */
export class Verdicts {
  readonly #protocol: KnockProtocol
  readonly #store: DoorStore
  readonly #time: DoorTime
  readonly #log: Log
  readonly #deviceKey: PrivateKey
  readonly #stop = new AbortController()
  /** The end of what is being sent to each peer: one verdict at a time, in order. */
  readonly #underWay = new Map<PeerId, Promise<void>>()

  constructor(parts: { protocol: KnockProtocol; store: DoorStore; time: DoorTime; log: Log; deviceKey: PrivateKey }) {
    this.#protocol = parts.protocol
    this.#store = parts.store
    this.#time = parts.time
    this.#log = parts.log
    this.#deviceKey = parts.deviceKey
  }

  /** `seq` is above that of all earlier verdicts on this knock. */
  tell({ id, peerId, capability }: KnockRef, seq: number, told: Told): void {
    if (told.outcome === 'pending') {
      this.#store.removeUndelivered(id, seq)
    } else {
      const until = told.outcome === 'allowed' ? told.until : null
      this.#store.putUndelivered({
        id,
        peerId,
        capability,
        seq,
        outcome: told.outcome,
        until,
        atMs: this.#time.wallMs(),
      })
    }
    this.#enqueue(peerId, () => this.#send(peerId, { id, to: peerId, capability, seq, ...told }))
  }

  /** Resolves, never rejects, when what is being sent to this peer arrived or failed. */
  settled(peerId: PeerId): Promise<void> {
    return this.#underWay.get(peerId) ?? Promise.resolve()
  }

  connected(peerId: PeerId): void {
    for (const kept of this.#store.undelivered(peerId, this.#time.wallMs() - UNDELIVERED_FOR_MS)) {
      this.#enqueue(peerId, () => this.#send(peerId, asVerdict(kept)))
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the node stops'))
    await Promise.all(this.#underWay.values())
  }

  #enqueue(peerId: PeerId, send: () => Promise<void>): void {
    const sent: Promise<void> = this.settled(peerId)
      .then(send)
      .catch((error: unknown) => this.#log.debug({ peer: peerId, error }, 'a verdict was not delivered'))
      .finally(() => {
        if (this.#underWay.get(peerId) === sent) this.#underWay.delete(peerId)
      })
    this.#underWay.set(peerId, sent)
  }

  async #send(peerId: PeerId, verdict: Verdict): Promise<void> {
    this.#stop.signal.throwIfAborted()
    const envelope = await sealVerdict(verdict, this.#deviceKey)
    const receipt = await this.#protocol.tell(peerId, envelope, this.#stop.signal)
    // Refused is delivered too: they no longer wait, and will not take it tomorrow either.
    if (receipt.status !== 'taken') this.#log.info({ peer: peerId, receipt }, 'a verdict was not taken')
    if (!this.#stop.signal.aborted) this.#store.removeUndelivered(verdict.id, verdict.seq)
  }
}

function asVerdict({ id, peerId, capability, seq, outcome, until }: Undelivered): Verdict {
  const about = { id, to: peerId, capability, seq }
  return outcome === 'allowed' ? { ...about, outcome, until: until ?? 'quit' } : { ...about, outcome }
}
