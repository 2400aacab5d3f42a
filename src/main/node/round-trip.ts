import { randomBytes } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import type { Clock } from '../platform/clock.ts'

/** libp2p's ping: 32 bytes there, the same 32 back. */
const PING_PROTOCOL = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

/**
 * One round trip over a connection, in ms and parts of one. libp2p's own ping counts whole milliseconds.
 */
export async function roundTrip(connection: Connection, clock: Clock, signal: AbortSignal): Promise<number> {
  const stream = await connection.newStream(PING_PROTOCOL, { signal, runOnLimitedConnection: true })
  try {
    const sent = randomBytes(PING_BYTES)
    const heard: Uint8Array[] = []
    const echoed = new Promise<number>((resolve, reject) => {
      stream.addEventListener('message', ({ data }) => {
        heard.push(data.subarray())
        const bytes = Buffer.concat(heard)
        if (bytes.byteLength < PING_BYTES) return
        if (bytes.equals(sent)) resolve(clock.monotonicMs())
        else reject(new Error('a ping came back changed'))
      })
      stream.addEventListener('close', () => reject(new Error('a ping was cut')))
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    // Read below, unless sending fails first.
    echoed.catch(() => {})
    const startedMs = clock.monotonicMs()
    stream.send(sent)
    return (await echoed) - startedMs
  } finally {
    await stream.close({ signal }).catch((error: Error) => stream.abort(error))
  }
}
