import type { Connection, StreamHandler, StreamHandlerOptions } from '@libp2p/interface'
import type { Clock } from '../platform/clock.ts'
import { Rate } from './rate.ts'

/** Streams of libp2p's own protocols on one connection: a lookup in the DHT is a burst, a quiet hour is four a minute. */
const BURST = 100
const PER_SECOND = 10

/** Circuits over one connection: all the contacts of somebody who was away come back by way of one introducer. */
const CIRCUIT_PROTOCOLS = '/libp2p/circuit/relay/'
const CIRCUITS_BURST = 256
const CIRCUITS_PER_SECOND = 20

interface Registrar {
  handle(protocol: string, handler: StreamHandler, options?: StreamHandlerOptions): Promise<void>
}

export interface StreamRates {
  readonly clock: Clock
  /** Those without a guard of ours. */
  readonly isUnguarded: (protocol: string) => boolean
  readonly overran: (connection: Connection) => void
}

/**
 * libp2p answers identify, ping and the like as often as it is asked, each a turn of this thread and some a write to the
 * disk. From here on a connection has a rate for all of them together, and one for circuits; a stream above it is reset.
 */
export function limitStreamRates(registrar: Registrar, { clock, isUnguarded, overran }: StreamRates): void {
  const circuits = new RateOfEach(CIRCUITS_BURST, CIRCUITS_PER_SECOND)
  const others = new RateOfEach(BURST, PER_SECOND)
  const handle = registrar.handle.bind(registrar)
  registrar.handle = (protocol, handler, options) => {
    if (!isUnguarded(protocol)) return handle(protocol, handler, options)
    const rates = protocol.startsWith(CIRCUIT_PROTOCOLS) ? circuits : others
    const limited: StreamHandler = (stream, connection) => {
      if (rates.take(connection, clock.monotonicMs()) === 'taken') return handler(stream, connection)
      overran(connection)
      stream.abort(new Error('more streams than its rate'))
    }
    return handle(protocol, limited, options)
  }
}

class RateOfEach {
  readonly #burst: number
  readonly #perSecond: number
  readonly #rates = new WeakMap<Connection, Rate>()

  constructor(burst: number, perSecond: number) {
    this.#burst = burst
    this.#perSecond = perSecond
  }

  take(connection: Connection, nowMs: number): ReturnType<Rate['take']> {
    const rate = this.#rates.get(connection) ?? new Rate(this.#burst, this.#perSecond, nowMs)
    this.#rates.set(connection, rate)
    return rate.take(nowMs)
  }
}
