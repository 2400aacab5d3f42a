import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/**
 * A link with a delay, in user space: a TCP proxy on loopback that holds every chunk for `oneWayMs`, each way, and a new
 * connection for the round trip that SYN and SYN-ACK would take. (netem would be truer; not every kernel has it.)
 */
export async function slowLink(targetPort: number, oneWayMs: number): Promise<{ port: number; close: () => Promise<void> }> {
  const open = new Set<Socket>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    const handshakeOverMs = performance.now() + 2 * oneWayMs
    relay(near, far, oneWayMs, handshakeOverMs)
    relay(far, near, oneWayMs, 0)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
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
