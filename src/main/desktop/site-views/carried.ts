import { createServer, STATUS_CODES, type IncomingMessage } from 'node:http'
import { pipeline, type Duplex } from 'node:stream'
import type { ViewTerms } from '../../features/browse/types.ts'
import type { HeaderList, HttpAnswer, HttpConnection } from '../../platform/http-message.ts'
import { isLocalHost } from './addresses.ts'
import { refuse } from './guard.ts'
import { GUARD_HEADER_MS, MAX_GUARD_HEADER_BYTES } from './limits.ts'

/*
 * What goes through a guard: of a site its own WebSockets, which Chromium carries over no scheme of ours; of an exit TCP
 * to port 443 of a host, which the exit's device judges once more.
 */

const HTTPS_PORT = 443
/** `ws:` without a port. */
const WS_PORT = 80

type Target = { readonly host: string; readonly port: number }
type Terms = Pick<ViewTerms, 'connect' | 'tunnel'>

/** Marks which request a header belongs to, from the request filter to where it is served; no site sees it. */
export const TAG = 'latch-request'

/** `termsOf`: by the tag of the upgrade. Null: no view is open. */
export function carryWebSockets(site: () => string | null, termsOf: (tag: string | null) => Terms | null): (to: Target, socket: Duplex, head: Buffer) => void {
  const upgrades = createServer(
    { headersTimeout: GUARD_HEADER_MS, requestTimeout: GUARD_HEADER_MS, maxHeaderSize: MAX_GUARD_HEADER_BYTES },
    (_request, response) => response.writeHead(403, { connection: 'close' }).end(),
  )
  upgrades.on('upgrade', (request, socket, head) => {
    const tag = request.headers[TAG]
    const terms = termsOf(typeof tag === 'string' ? tag : null)
    if (terms === null || request.headers.host !== site() || request.headers.upgrade?.toLowerCase() !== 'websocket') return refuse(socket)
    if (head.length > 0) return refuse(socket)
    void carryOne(request, socket, terms)
  })
  return (to, socket, head) => {
    if (to.host !== site() || to.port !== WS_PORT) return refuse(socket)
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    upgrades.emit('connection', socket)
  }
}

async function carryOne(request: IncomingMessage, socket: Duplex, terms: Terms): Promise<void> {
  const { signal, release } = awaited(socket)
  const path = request.url ?? '/'
  const headers = pairs(request.rawHeaders).filter(([name]) => name.toLowerCase() !== TAG)
  try {
    const answer = await terms.connect(`ws://${request.headers.host}${path}`, { path, headers }, signal)
    if (answer === null) return refuse(socket)
    if (signal.aborted) return discard(answer)
    if (!('stream' in answer)) return sayAnswer(answer, socket)
    release()
    socket.write(headOf(101, withUpgrade(answer.headers)))
    join(socket, answer.stream)
  } catch {
    refuse(socket)
  }
}

/**
 * Whether Chromium still waits on the socket. It says nothing before it is answered; what closes is noticed by reading only.
 */
function awaited(socket: Duplex): { signal: AbortSignal; release: () => void } {
  const gone = new AbortController()
  const end = (): void => {
    gone.abort()
    socket.destroy()
  }
  const look = (): void => {
    if (socket.readableLength > 0 || socket.read() !== null) end()
  }
  socket.on('error', end)
  socket.once('close', end)
  socket.once('end', end)
  socket.on('readable', look)
  return {
    signal: gone.signal,
    release() {
      socket.off('end', end)
      socket.off('readable', look)
    },
  }
}

/** Both ways, until either ends: nothing that Chromium speaks closes one way only. */
function join(socket: Duplex, far: Duplex): void {
  const end = (): void => {
    socket.destroy()
    far.destroy()
  }
  socket.once('end', end)
  pipeline(socket, far, socket, end)
}

/** A page sees that its socket was refused, and not what was said. */
function sayAnswer(answer: HttpAnswer, socket: Duplex): void {
  answer.body.on('error', () => {})
  answer.body.destroy()
  socket.end(headOf(answer.status === 101 ? 502 : answer.status, [['Content-Length', '0'], ['Connection', 'close']]))
}

export function carryTunnels(terms: () => Terms | null): (to: Target, socket: Duplex, head: Buffer) => void {
  return (to, socket, head) => {
    const open = terms()
    if (open === null || to.port !== HTTPS_PORT || isLocalHost(to.host)) return refuse(socket)
    // It speaks first only once it is told that the tunnel stands.
    if (head.length > 0) return refuse(socket)
    const { signal, release } = awaited(socket)
    open.tunnel(to.host, to.port, signal).then(
      (tunnel) => {
        tunnel.on('error', () => {})
        if (signal.aborted) return tunnel.destroy()
        release()
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        return join(socket, tunnel)
      },
      () => refuse(socket),
    )
  }
}

function discard(answer: HttpAnswer | HttpConnection): void {
  const held = 'stream' in answer ? answer.stream : answer.body
  held.on('error', () => {})
  held.destroy()
}

function withUpgrade(headers: HeaderList): HeaderList {
  const rest = headers.filter(([name]) => !/^(?:connection|upgrade)$/i.test(name))
  return [['Upgrade', 'websocket'], ['Connection', 'Upgrade'], ...rest]
}

function headOf(status: number, headers: HeaderList): string {
  const lines = headers.filter(([name, value]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[\r\n\0]/.test(value))
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as [string, string]] : []))
}
