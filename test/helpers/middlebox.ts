import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What stands between two that connect over TCP, and passes on what they say, or not. */
export class Middlebox {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Nothing passes any more, and nobody is told: a cable that was pulled, a laptop that sleeps. */
  stalled = false
  /** How long what comes waits before it passes. */
  delayMs = 0

  private constructor(server: Server) {
    this.#server = server
  }

  /** In front of a port of this machine; gives its own. */
  static async before(port: number): Promise<{ box: Middlebox; port: number }> {
    const server = createServer({ allowHalfOpen: true })
    const box = new Middlebox(server)
    server.on('connection', (from) => box.#join(from, connect({ port, host: '127.0.0.1', allowHalfOpen: true })))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { box, port: (server.address() as AddressInfo).port }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(one: Socket, other: Socket): void {
    for (const [from, to] of [[one, other], [other, one]] as const) {
      this.#sockets.add(from)
      const pass = (run: () => void): void => {
        if (this.stalled) return
        if (this.delayMs === 0) run()
        else setTimeout(() => !this.stalled && run(), this.delayMs)
      }
      from.on('data', (bytes) => pass(() => to.writable && to.write(bytes)))
      from.on('end', () => pass(() => to.end()))
      from.on('error', () => {})
      from.on('close', () => {
        this.#sockets.delete(from)
        pass(() => to.destroy())
      })
    }
  }
}
