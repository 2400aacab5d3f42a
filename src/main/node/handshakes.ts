import type { MultiaddrConnection } from '@libp2p/interface'

/** Connections in their handshake at once. Below what libp2p counts to (64), so that it never has to refuse one. */
const MAX_HANDSHAKES = 48
/** Of one subnet: a household that reconnects together, each for a tenth of a second. */
const MAX_HANDSHAKES_OF_ONE = 16

type Arrival = Pick<MultiaddrConnection, 'remoteAddr' | 'abort' | 'addEventListener'>

/**
 * Whoever connects and says nothing holds one of libp2p's places for ten seconds, and thirty of them would keep
 * everybody out. Here the oldest in its handshake makes room: who is honest has long finished by then.
 */
export class Handshakes {
  readonly #subnetOf: (address: string) => string | null
  /** Oldest first. */
  readonly #open = new Map<Arrival, string>()

  constructor(subnetOf: (address: string) => string | null) {
    this.#subnetOf = subnetOf
  }

  get size(): number {
    return this.#open.size
  }

  began(arrival: Arrival): void {
    const subnet = this.#subnetOf(arrival.remoteAddr.toString()) ?? 'this machine'
    this.#open.set(arrival, subnet)
    arrival.addEventListener('close', () => this.ended(arrival), { once: true })
    const ofSubnet = [...this.#open].filter(([, other]) => other === subnet)
    if (ofSubnet.length > MAX_HANDSHAKES_OF_ONE) this.#drop(ofSubnet[0]?.[0])
    else if (this.#open.size > MAX_HANDSHAKES) this.#drop([...this.#open.keys()][0])
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
