import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { GUARD_HEADER_MS, MAX_GUARD_HEADER_BYTES, MAX_GUARD_SOCKETS } from './limits.ts'

/*
 * The proxy of one session, on 127.0.0.1, for the little that Chromium cannot hand over otherwise: it answers CONNECT for
 * what `open` lets through, and refuses everything else. Nobody but the session knows the password, so that no other
 * program of this machine comes through it.
 */

export interface Guard {
  readonly port: number
  readonly username: string
  readonly password: string
  /** Ends every connection too. */
  close(): void
}

export interface GuardParts {
  readonly random: (bytes: number) => Uint8Array
  /** Whether CONNECT to there may be; what is said through it then is `carry`'s. Says `200` or refuses by itself. */
  readonly carry: (to: { readonly host: string; readonly port: number }, socket: Duplex, head: Buffer) => void
}

export async function openGuard({ random, carry }: GuardParts): Promise<Guard> {
  const username = 'latch'
  const password = Buffer.from(random(16)).toString('hex')
  const expected = Buffer.from(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)
  const sockets = new Set<Duplex>()
  const server = createServer(
    { headersTimeout: GUARD_HEADER_MS, requestTimeout: GUARD_HEADER_MS, maxHeaderSize: MAX_GUARD_HEADER_BYTES, insecureHTTPParser: false },
    (_request, response) => response.writeHead(403, { connection: 'close' }).end(),
  )
  server.maxConnections = MAX_GUARD_SOCKETS
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  server.on('upgrade', (_request, socket) => socket.destroy())
  server.on('connect', (request, socket, head) => {
    if (!isTheirs(request, expected)) {
      return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="Latch"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    }
    const to = targetOf(request.url ?? '')
    if (to === null) return refuse(socket)
    carry(to, socket, head)
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      server.off('error', failed)
      listening()
    })
  })
  server.unref()
  return {
    port: (server.address() as AddressInfo).port,
    username,
    password,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Says no to a CONNECT. Chromium tells the page that the connection failed, and nothing of this. */
export function refuse(socket: Duplex): void {
  socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
}

function isTheirs(request: IncomingMessage, expected: Buffer): boolean {
  const given = Buffer.from(request.headers['proxy-authorization'] ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function targetOf(authority: string): { host: string; port: number } | null {
  const [, host, port] = /^([a-z0-9.-]{1,253}):(\d{1,5})$/.exec(authority) ?? []
  return host === undefined ? null : { host, port: Number(port) }
}
