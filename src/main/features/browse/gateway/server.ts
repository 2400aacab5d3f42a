import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { LatchError } from '../../../../shared/errors.ts'
import { type Clock, delay } from '../../../platform/clock.ts'
import { Answering, type AnsweringParts } from './answering.ts'
import { GRACE_MS, HEADERS_MS, IDLE_MS, MAX_CONNECTIONS, MAX_HEADER_BYTES, MAX_HEADERS, MAX_SOCKETS, SWEEP_MS } from './limits.ts'

// `import` from node:http reads every export of it, one of which loads 25 ms of undici that nothing here uses.
const http = process.getBuiltinModule('node:http')

const LOOPBACK = '127.0.0.1'
/** What `localhost` may be to a browser too. */
const LOOPBACK_6 = '::1'

export interface GatewayServer {
  readonly port: number
  /** Resolves when the port is free again. */
  close(): Promise<void>
}

/**
 * Listens on loopback, and on nothing else. *Errors*: LatchError CONFLICT where another program has the port, NOT_ALLOWED
 * where this user may not have it.
 */
export async function serveGateway(parts: Omit<AnsweringParts, 'port'> & { readonly clock: Clock; readonly wanted: number }): Promise<GatewayServer> {
  const { clock, log, wanted } = parts
  const first = createServer()
  const port = await listen(first, LOOPBACK, wanted)
  const second = createServer()
  // Where there is no IPv6, or somebody has that port there, 127.0.0.1 alone is it.
  const has6 = await listen(second, LOOPBACK_6, port).then(() => true, () => false)
  const servers = has6 ? [first, second] : [first]
  const answering = new Answering({ ...parts, port })
  const sockets = new Set<Duplex>()

  for (const server of servers) {
    server.on('request', (request, response) => {
      answering.request(request, response).catch((error: unknown) => broke(request.socket, error))
    })
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      if (sockets.size >= MAX_SOCKETS) return void socket.destroy()
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      const response = responseOver(request, socket as Socket)
      answering.upgrade(request, response, socket, head).catch((error: unknown) => broke(socket, error))
    })
    // Places that are held and not used are given up for whoever comes.
    server.on('drop', () => server.closeIdleConnections())
    server.on('error', (error) => log.warn({ error }, 'the gateway could not accept'))
  }

  function broke(socket: Duplex, error: unknown): void {
    if (!socket.destroyed) log.debug({ error }, 'an answer of the gateway broke off')
    socket.destroy()
  }

  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    const closed = Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))))
    for (const server of servers) server.closeIdleConnections()
    await Promise.race([closed, delay(clock, GRACE_MS)])
    for (const socket of sockets) socket.destroy()
    for (const server of servers) server.closeAllConnections()
    await closed
  }
  return { port, close: () => (closing ??= close()) }
}

function createServer(): Server {
  const server = http.createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_MS,
    // A film that somebody sends takes as long as it takes; that it moves is looked at where it is read.
    requestTimeout: 0,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: SWEEP_MS,
    insecureHTTPParser: false,
    // What asks for another connection (HTTP/2 among it) is answered as any request is.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  })
  server.maxConnections = MAX_CONNECTIONS
  server.maxHeadersCount = MAX_HEADERS
  return server
}

/** For an answer that is no connection: Node lets go of a socket that asks for one. */
function responseOver(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new http.ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => socket.end(() => socket.destroy()))
  return response
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(inWords(error, port))
    server.once('error', failed)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function inWords(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') return new LatchError('CONFLICT', `Port ${port} is taken by another program: choose another, or end that program.`, { cause: error })
  if (error.code === 'EACCES') return new LatchError('NOT_ALLOWED', `This user may not listen at port ${port}: choose one above 1,024.`, { cause: error })
  return error
}
