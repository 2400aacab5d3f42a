import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { LatchError } from '../../../../shared/errors.ts'
import { DNS_ADDRESS, IDLE_MS, MAX_CONNECTIONS, MAX_PIPELINED, MAX_QUERY_BYTES, MAX_TCP_BYTES } from './limits.ts'
import { createResponder, type Responder, type ResponderParts } from './responder.ts'

export interface DnsServer {
  readonly port: number
  /** Resolves when the port is free again. */
  close(): Promise<void>
}

/** With port 0, tests take what is free for TCP; then it may not be for UDP. */
const TRIES = 8

/**
 * Answers DNS on loopback, over UDP and TCP, for programs that know nothing of Latch. Runs only where somebody switched it
 * on. *Errors*: LatchError CONFLICT where another program has the port, NOT_ALLOWED where this user may not have it.
 */
export async function serveDns(parts: ResponderParts & { readonly port: number }): Promise<DnsServer> {
  const { tcp, udp, port } = await listen(parts.port)
  const responder = createResponder(parts)
  const { log } = parts
  const connections = new Set<Socket>()
  let isClosed = false

  udp.on('message', (message, from) => {
    void responder.answer(message, 'udp').then((bytes) => {
      // The socket is closed, or the program is gone: there is nobody to tell.
      if (bytes !== null && !isClosed) udp.send(bytes, from.port, from.address, () => {})
    })
  })
  udp.on('error', (error) => log.warn({ error }, 'the DNS responder could not read'))
  tcp.on('error', (error) => log.warn({ error }, 'the DNS responder could not accept'))
  tcp.maxConnections = MAX_CONNECTIONS
  tcp.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    serveConnection(socket, responder)
  })

  return {
    port,
    async close() {
      if (isClosed) return
      isClosed = true
      responder.close()
      for (const socket of connections) socket.destroy()
      await Promise.all([
        new Promise<void>((resolve) => tcp.close(() => resolve())),
        new Promise<void>((resolve) => udp.close(() => resolve())),
      ])
    },
  }
}

/** Messages with their length before them (RFC 1035, 4.2.2), several on their way at once, answered as they come. */
function serveConnection(socket: Socket, responder: Responder): void {
  let waiting = Buffer.alloc(0)
  let running = 0
  let isAsked = false
  const drop = (): void => void socket.destroy()
  socket.on('error', drop)
  socket.setTimeout(IDLE_MS, drop)

  async function answer(message: Buffer): Promise<void> {
    running += 1
    const bytes = await responder.answer(message, 'tcp')
    running -= 1
    if (bytes === null || bytes.byteLength > MAX_TCP_BYTES) return drop()
    const head = Buffer.alloc(2)
    head.writeUInt16BE(bytes.byteLength)
    // Whoever takes no answers gets no further ones: 16 of them wait at most.
    if (socket.writable) socket.write(Buffer.concat([head, bytes]), next)
    if (isAsked && running === 0) socket.end()
  }

  function next(): void {
    while (waiting.byteLength >= 2) {
      const size = waiting.readUInt16BE(0)
      if (size > MAX_QUERY_BYTES) return drop()
      if (waiting.byteLength < 2 + size) break
      if (running >= MAX_PIPELINED || socket.writableNeedDrain) return void socket.pause()
      const message = Buffer.from(waiting.subarray(2, 2 + size))
      waiting = waiting.subarray(2 + size)
      void answer(message)
    }
    socket.resume()
  }

  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk])
    next()
  })
  // A program that asked all it wanted still waits for the answers.
  socket.on('end', () => {
    isAsked = true
    if (running === 0) socket.end()
  })
}

async function listen(wanted: number): Promise<{ tcp: Server; udp: UdpSocket; port: number }> {
  for (let left = wanted === 0 ? TRIES : 1; ; left--) {
    const tcp = createServer({ allowHalfOpen: true })
    const udp = createSocket('udp4')
    try {
      tcp.listen({ host: DNS_ADDRESS, port: wanted, exclusive: true })
      await once(tcp, 'listening')
      const { port } = tcp.address() as AddressInfo
      udp.bind({ address: DNS_ADDRESS, port, exclusive: true })
      await once(udp, 'listening')
      return { tcp, udp, port }
    } catch (error) {
      tcp.close()
      udp.close()
      if (left <= 1) throw inWords(error, wanted)
    }
  }
}

function inWords(cause: unknown, port: number): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return new LatchError('CONFLICT', `Another program has port ${port} of ${DNS_ADDRESS}; choose another one for DNS.`, { cause })
  if (code === 'EACCES') return new LatchError('NOT_ALLOWED', `This user may not answer DNS on port ${port}; choose one from 1024 on.`, { cause })
  return cause
}
