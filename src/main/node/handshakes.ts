import type { MultiaddrConnection } from '@libp2p/interface'
import { CROWD_LIMITS, type CrowdLimits } from './crowd.ts'

type Limits = Pick<CrowdLimits, 'maxHandshakes' | 'maxHandshakesOfOne'>
type Arrival = Pick<MultiaddrConnection, 'remoteAddr' | 'abort' | 'addEventListener'>

/**
 * Whoever connects and says nothing holds one of libp2p's places for ten seconds, and thirty of them would keep
 * everybody out. Here the oldest in its handshake makes room: who is honest has long finished by then.
 */
export class Handshakes {
  readonly #subnetOf: (address: string) => string | null
  readonly #limits: Limits
  /** Oldest first. */
  readonly #open = new Map<Arrival, string>()

  constructor(subnetOf: (address: string) => string | null, limits: Limits = CROWD_LIMITS) {
    this.#subnetOf = subnetOf
    this.#limits = limits
  }

  get size(): number {
    return this.#open.size
  }

  began(arrival: Arrival): void {
    const subnet = this.#subnetOf(arrival.remoteAddr.toString()) ?? 'this machine'
    this.#open.set(arrival, subnet)
    arrival.addEventListener('close', () => this.ended(arrival), { once: true })
    const ofSubnet = [...this.#open].filter(([, other]) => other === subnet)
    if (ofSubnet.length > this.#limits.maxHandshakesOfOne) this.#drop(ofSubnet[0]?.[0])
    else if (this.#open.size > this.#limits.maxHandshakes) this.#drop([...this.#open.keys()][0])
  }

  /** It was proven who it is, or it is gone. */
  ended(arrival: Arrival): void {
    this.#open.delete(arrival)
  }

  #drop(arrival: Arrival | undefined): void {
    if (arrival === undefined) return
    this.ended(arrival)
    arrival.abort(new Error('others wait for its place'))
  }
}
