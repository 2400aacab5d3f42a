import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

const LENGTH_BYTES = 4

/**
 * The least that broadcasts: length and bytes over plain TCP, each message to every neighbour but the one it came from, each
 * once. No encryption, no signatures, no topics, no limits.
 */
export class FloodPeer {
  readonly #heard: (id: string) => void
  readonly #neighbours = new Set<Socket>()
  readonly #seen = new Set<string>()
  readonly #server = createServer({ noDelay: true }, (socket) => this.#join(socket))
  copies = 0

  constructor(heard: (id: string) => void) {
    this.#heard = heard
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  async dial(port: number): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    this.#join(socket)
  }

  publish(data: Uint8Array): void {
    this.#seen.add(createHash('sha256').update(data).digest('hex'))
    this.#send(data, null)
  }

  #join(socket: Socket): void {
    this.#neighbours.add(socket)
    let held: Buffer = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      held = held.byteLength === 0 ? bytes : Buffer.concat([held, bytes])
      while (held.byteLength >= LENGTH_BYTES) {
        const end = LENGTH_BYTES + held.readUInt32BE()
        if (held.byteLength < end) return
        this.#take(held.subarray(LENGTH_BYTES, end), socket)
        held = held.subarray(end)
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#neighbours.delete(socket))
  }

  #take(data: Buffer, from: Socket): void {
    this.copies += 1
    const id = createHash('sha256').update(data).digest('hex')
    if (this.#seen.has(id)) return
    this.#seen.add(id)
    this.#heard(id)
    this.#send(data, from)
  }

  #send(data: Uint8Array, except: Socket | null): void {
    const frame = Buffer.alloc(LENGTH_BYTES + data.byteLength)
    frame.writeUInt32BE(data.byteLength)
    frame.set(data, LENGTH_BYTES)
    for (const socket of this.#neighbours) if (socket !== except) socket.write(frame)
  }
}
