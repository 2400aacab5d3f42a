import type { Connection, StreamHandler, StreamHandlerOptions } from '@libp2p/interface'
import type { Clock } from '../platform/clock.ts'
import { Rate } from './rate.ts'

/** Streams of libp2p's own protocols on one connection: a lookup in the DHT is a burst, a quiet hour is four a minute. */
const BURST = 100
const PER_SECOND = 10

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
 * disk. From here on a connection has a rate for all of them together; a stream above it is reset.
 */
export function limitStreamRates(registrar: Registrar, { clock, isUnguarded, overran }: StreamRates): void {
  const rates = new WeakMap<Connection, Rate>()
  const isWithin = (connection: Connection): boolean => {
    const nowMs = clock.monotonicMs()
    const rate = rates.get(connection) ?? new Rate(BURST, PER_SECOND, nowMs)
    rates.set(connection, rate)
    return rate.take(nowMs) === 'taken'
  }
  const handle = registrar.handle.bind(registrar)
  registrar.handle = (protocol, handler, options) => {
    if (!isUnguarded(protocol)) return handle(protocol, handler, options)
    const limited: StreamHandler = (stream, connection) => {
      if (isWithin(connection)) return handler(stream, connection)
      overran(connection)
      stream.abort(new Error('more streams than its rate'))
    }
    return handle(protocol, limited, options)
  }
}
