import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

const TICK_MS = 20

/** A way to a port of this machine that is no faster than a household's line, so that things can be seen while they are on it. */
export interface SlowWay {
  readonly port: number
  close(): Promise<void>
}

/** Carries so many bytes a second, each way; what does not fit waits where it came from. */
export async function slowWay(targetPort: number, bytesPerSecond: number): Promise<SlowWay> {
  const open = new Set<Socket>()
  const share = Math.ceil((bytesPerSecond * TICK_MS) / 1_000)
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    carry(near, far, share)
    carry(far, near, share)
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
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
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
