import type { Socket } from 'node:net'
import { tcpProxy, type TcpProxy } from './tcp-proxy.ts'

const TICK_MS = 20

/**
 * A way to a port of this machine that is no faster than a household's line, so that things can be seen while they are on it:
 * it carries so many bytes a second, each way, and what does not fit waits where it came from.
 */
export function slowWay(targetPort: number, bytesPerSecond: number): Promise<TcpProxy> {
  const share = Math.ceil((bytesPerSecond * TICK_MS) / 1_000)
  return tcpProxy(targetPort, (near, far) => {
    carry(near, far, share)
    carry(far, near, share)
  })
}

/** `share` bytes with each tick, from a socket that nobody else reads. */
function carry(from: Socket, to: Socket, share: number): void {
  // Without a listener nothing is read ahead of the first call of read.
  from.on('readable', () => undefined)
  const timer = setInterval(() => {
    const bytes: unknown = from.read(Math.min(share, from.readableLength))
    if (bytes instanceof Uint8Array && to.writable) to.write(bytes)
  }, TICK_MS)
  from.on('close', () => clearInterval(timer))
}
