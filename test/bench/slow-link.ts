import type { Socket } from 'node:net'
import { tcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts'

/**
 * A link with a delay, in user space: a TCP proxy on loopback that holds every chunk for `oneWayMs`, each way, and a new
 * connection for the round trip that SYN and SYN-ACK would take. (netem would be truer; not every kernel has it.)
 */
export function slowLink(targetPort: number, oneWayMs: number): Promise<TcpProxy> {
  return tcpProxy(targetPort, (near, far) => {
    const handshakeOverMs = performance.now() + 2 * oneWayMs
    relay(near, far, oneWayMs, handshakeOverMs)
    relay(far, near, oneWayMs, 0)
  })
}

/** In order, whatever the timers do: each chunk waits for the one before it. */
function relay(from: Socket, to: Socket, delayMs: number, notBeforeMs: number): void {
  const held: { dueMs: number; bytes: Buffer }[] = []
  const pass = (): void => {
    for (let next = held[0]; next !== undefined; next = held[0]) {
      const leftMs = next.dueMs - performance.now()
      if (leftMs > 0) {
        setTimeout(pass, leftMs)
        return
      }
      held.shift()
      if (to.writable) to.write(next.bytes)
    }
  }
  from.on('data', (bytes: Buffer) => {
    held.push({ dueMs: Math.max(performance.now(), notBeforeMs) + delayMs, bytes })
    if (held.length === 1) pass()
  })
}
