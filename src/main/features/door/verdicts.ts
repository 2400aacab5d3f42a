import type { PrivateKey } from '@libp2p/interface'
import type { KnockId, PeerId } from '../../../shared/ids.ts'
import type { Capability } from '../../../shared/model/door.ts'
import type { Log } from '../../platform/log.ts'
import { MAX_FOR_MS, sealVerdict, type KnockProtocol, type Opening, type Verdict } from '../../protocols/knock/index.ts'
import { disclosedVerdict, type Disclosure } from './disclosure.ts'
import { UNDELIVERED_FOR_MS } from './limits.ts'
import type { DoorStore, Undelivered } from './store.ts'
import type { DoorTime } from './time.ts'

export type Told =
  | ({ outcome: 'allowed' } & Opening)
  | { outcome: 'denied' | 'unanswered' }
  | { outcome: 'pending'; remainingMs: number; shown: boolean; quiet: boolean }

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
  readonly #disclosure: () => Disclosure
  readonly #mayHear: (peerId: PeerId) => boolean
  readonly #stop = new AbortController()
  /** The end of what is being sent to each peer: one verdict at a time, in order. */
  readonly #underWay = new Map<PeerId, Promise<void>>()

  constructor(parts: {
    protocol: KnockProtocol
    store: DoorStore
    time: DoorTime
    log: Log
    deviceKey: PrivateKey
    disclosure: () => Disclosure
    /** Who is banned or blocked is told nothing, nor called for it. */
    mayHear: (peerId: PeerId) => boolean
  }) {
    this.#protocol = parts.protocol
    this.#store = parts.store
    this.#time = parts.time
    this.#log = parts.log
    this.#deviceKey = parts.deviceKey
    this.#disclosure = parts.disclosure
    this.#mayHear = parts.mayHear
  }

  /** `seq` is above that of all earlier verdicts on this knock. */
  tell({ id, peerId, capability }: KnockRef, seq: number, verdict: Told): void {
    const told = disclosedVerdict(verdict, this.#disclosure())
    const about = { id, to: peerId, capability, seq }
    if (told === null || told.outcome === 'pending') {
      this.#store.removeUndelivered(id, seq)
    } else {
      const atMs = this.#time.wallMs()
      const opening = told.outcome === 'allowed' ? told : null
      this.#store.putUndelivered({
        id,
        peerId,
        capability,
        seq,
        outcome: told.outcome,
        until: opening?.until ?? null,
        endsMs: opening?.forMs === undefined ? null : atMs + opening.forMs,
        atMs,
      })
    }
    if (told === null) return
    let isUndone = false
    this.#store.database.onRollback(() => (isUndone = true))
    this.#enqueue(peerId, async () => {
      if (!isUndone) await this.#send(peerId, onWire(about, told))
    })
  }

  /** Resolves, never rejects, when what is being sent to this peer arrived or failed. */
  settled(peerId: PeerId): Promise<void> {
    return this.#underWay.get(peerId) ?? Promise.resolve()
  }

  connected(peerId: PeerId): void {
    const nowMs = this.#time.wallMs()
    for (const kept of this.#store.undelivered(peerId, nowMs - UNDELIVERED_FOR_MS)) {
      const { id, capability, seq } = kept
      const told = stillTrue(kept, nowMs, this.#disclosure())
      if (told === null) this.#store.removeUndelivered(id, seq)
      else this.#enqueue(peerId, () => this.#send(peerId, onWire({ id, to: peerId, capability, seq }, told)))
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
    // What is kept for later they hear when they are let connect again.
    if (!this.#mayHear(peerId)) return
    const envelope = await sealVerdict(verdict, this.#deviceKey)
    const receipt = await this.#protocol.tell(peerId, envelope, this.#stop.signal)
    // Refused is delivered too: they no longer wait, and will not take it tomorrow either.
    if (receipt.status !== 'taken') this.#log.info({ peer: peerId, receipt }, 'a verdict was not taken')
    if (!this.#stop.signal.aborted) this.#store.removeUndelivered(verdict.id, verdict.seq)
  }
}

/** What was said while they were away, as far as it still holds, and may be told: null where it may not. */
function stillTrue({ outcome, until, endsMs }: Undelivered, nowMs: number, disclosure: Disclosure): Told | null {
  if (outcome !== 'allowed') return disclosedVerdict({ outcome }, disclosure)
  if (endsMs === null) return { outcome, until: until ?? 'quit' }
  return endsMs > nowMs ? { outcome, until: until ?? 'quit', forMs: Math.min(MAX_FOR_MS, endsMs - nowMs) } : null
}

/** What goes without saying is left out: older Latches expect nothing there. */
function onWire(about: Pick<Verdict, 'id' | 'to' | 'capability' | 'seq'>, told: Told): Verdict {
  if (told.outcome !== 'pending') return { ...about, ...told }
  const { shown, quiet, ...rest } = told
  return { ...about, ...rest, ...(shown ? {} : { shown }), ...(quiet ? { quiet } : {}) }
}
