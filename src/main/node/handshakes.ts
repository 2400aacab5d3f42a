import type { MultiaddrConnection } from '@libp2p/interface'
import { CROWD_LIMITS, type CrowdLimits } from './crowd.ts'

type Limits = Pick<CrowdLimits, 'maxHandshakes' | 'maxHandshakesOfOne'>
/** Why somebody who connected is not: they never proved who they are, others waited, or the door does not let them. */
export type ArrivalRefused = 'unfinished' | 'crowded' | 'denied'

type Arrival = Pick<MultiaddrConnection, 'remoteAddr' | 'abort' | 'addEventListener'>

/**
 * Whoever connects and says nothing holds one of libp2p's places for ten seconds, and thirty of them would keep
 * everybody out. Here the oldest in its handshake makes room: who is honest has long finished by then.
 */
export class Handshakes {
  readonly #subnetOf: (address: string) => string | null
  readonly #limits: Limits
  readonly #refused: (why: ArrivalRefused) => void
  /** Oldest first. */
  readonly #open = new Map<Arrival, string>()

  constructor(
    subnetOf: (address: string) => string | null,
    limits: Limits = CROWD_LIMITS,
    refused: (why: ArrivalRefused) => void = () => {},
  ) {
    this.#subnetOf = subnetOf
    this.#limits = limits
    this.#refused = refused
  }

  get size(): number {
    return this.#open.size
  }

  began(arrival: Arrival): void {
    const subnet = this.#subnetOf(arrival.remoteAddr.toString()) ?? 'this machine'
    this.#open.set(arrival, subnet)
    const closed = (): void => {
      if (this.#open.delete(arrival)) this.#refused('unfinished')
    }
    arrival.addEventListener('close', closed, { once: true })
    const ofSubnet = [...this.#open].filter(([, other]) => other === subnet)
    if (ofSubnet.length > this.#limits.maxHandshakesOfOne) this.#drop(ofSubnet[0]?.[0])
    else if (this.#open.size > this.#limits.maxHandshakes) this.#drop([...this.#open.keys()][0])
  }

  /** It was proven who it is. */
  proved(arrival: Arrival, verdict: 'let-in' | 'refused'): void {
    this.#open.delete(arrival)
    if (verdict === 'refused') this.#refused('denied')
  }

  #drop(arrival: Arrival | undefined): void {
    if (arrival === undefined) return
    this.#open.delete(arrival)
    this.#refused('crowded')
    arrival.abort(new Error('others wait for its place'))
  }
}
