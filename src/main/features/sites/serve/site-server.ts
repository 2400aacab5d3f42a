import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { RefusedError, StreamCutError, type Admission } from '../../../platform/streams.ts'
import type { SiteStream } from '../../../protocols/site/index.ts'
import { framingOf } from '../headers.ts'
import {
  BODY_STALL_MS,
  FIRST_REQUEST_MS,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  MAX_PIPELINED,
  NEXT_REQUEST_MS,
  READER_STALL_MS,
} from '../limits.ts'
import type { Asked, Guest, SiteHandler } from './handler.ts'
import { failedHere, notAPath, sendPage, type PlainPage } from './pages.ts'
import { readTarget, toldPath } from '../../../platform/http-target.ts'

/** Says by which word the door refused a request, to a Latch that can knock. */
const REFUSAL_HEADER = 'Latch-Refusal'

export interface SiteServerParts {
  readonly clock: Clock
  readonly log: Log
  readonly handler: SiteHandler
  /** Asked for each path that is another than the one before on the same stream. */
  readonly admits: (guest: Guest, stream: SiteStream, path: string | null) => Promise<Admission>
  /** A request was let in. `isPage`: for what somebody looks at, as far as can be told, and not for a part of it. */
  readonly onRequest: (guest: Guest, path: string, isPage: boolean) => void
}

/** A stream that is served, and what is under way on it. */
interface Seat {
  readonly stream: SiteStream
  readonly guest: Guest
  /** What the door let in last. */
  told: string | null
  underWay: number
  cancel: Cancel
}

const refusedPage: PlainPage = { status: 403, title: 'Not let in', text: 'The owner of this site does not let you in here.' }

/**
 * Node's own HTTP server over the streams of visitors. It listens nowhere; without that Node's own timeouts for slow
 * requests do not run, so they are here: the next request is whole within a time, a body moves, a reader reads.
 */
export class SiteServer {
  readonly #parts: SiteServerParts
  readonly #http: Server
  readonly #seats = new Map<unknown, Seat>()

  constructor(parts: SiteServerParts) {
    this.#parts = parts
    this.#http = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      insecureHTTPParser: false,
      keepAliveTimeout: 0,
      // Anything but a WebSocket (HTTP/2 among it) would go on speaking behind the back of what reads requests here.
      shouldUpgradeCallback: (request) => parts.handler.upgrade !== undefined && request.headers.upgrade?.toLowerCase() === 'websocket',
    })
    this.#http.maxHeadersCount = MAX_HEADERS
    this.#http.timeout = 0
    this.#http.on('request', (request, response) => void this.#request(request, response))
    this.#http.on('upgrade', (request, stream, head) => void this.#upgrade(request, stream as SiteStream, head))
  }

  /** Serves whoever was let in for `told`. */
  take(stream: SiteStream, guest: Guest, told: string | null): void {
    const seat: Seat = { stream, guest, told, underWay: 0, cancel: () => {} }
    this.#seats.set(stream, seat)
    // What went wrong is in what was being sent or read; after an upgrade nobody else listens.
    stream.on('error', () => {})
    stream.once('close', () => {
      seat.cancel()
      this.#seats.delete(stream)
    })
    this.#expect(seat, FIRST_REQUEST_MS)
    this.#http.emit('connection', stream)
  }

  /** Everybody leaves; whoever may may come again. */
  leave(): void {
    for (const { stream } of this.#seats.values()) stream.destroy(new StreamCutError('the site was closed'))
  }

  close(): void {
    this.leave()
    this.#parts.handler.close()
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seat = this.#seats.get(request.socket)
    if (seat === undefined) return void request.socket.destroy()
    this.#begin(seat, request, response)
    if (seat.stream.destroyed) return
    const { log, handler } = this.#parts
    try {
      const asked = await this.#ask(seat, request)
      if (typeof asked === 'string') {
        if (asked === 'malformed') return sendPage(response, closing(notAPath))
        if (asked === 'silent') return void seat.stream.destroy(new RefusedError('silent'))
        return sendPage(response, closing({ ...refusedPage, headers: { [REFUSAL_HEADER]: asked } }))
      }
      await handler.request(request, response, asked)
    } catch (error) {
      if (isOver(request, response)) return log.debug({ error }, 'a visitor left in the middle of an answer')
      log.error({ site: seat.guest.site, error }, 'a request to a site failed')
      sendPage(response, closing(failedHere))
    }
  }

  async #upgrade(request: IncomingMessage, stream: SiteStream, head: Buffer): Promise<void> {
    const seat = this.#seats.get(stream)
    const { upgrade } = this.#parts.handler
    if (seat === undefined || upgrade === undefined) return void stream.destroy()
    seat.cancel()
    stream.setTimeout(0)
    const asked = await this.#ask(seat, request).catch(() => 'failed' as const)
    if (stream.destroyed) return
    if (typeof asked === 'string') {
      if (asked === 'silent') return void stream.destroy(new RefusedError('silent'))
      const status = asked === 'malformed' ? '400 Bad Request' : asked === 'failed' ? '500 Internal Server Error' : '403 Forbidden'
      const refusal = asked === 'malformed' || asked === 'failed' ? '' : `${REFUSAL_HEADER}: ${asked}\r\n`
      return void stream.end(`HTTP/1.1 ${status}\r\n${refusal}Connection: close\r\nContent-Length: 0\r\n\r\n`)
    }
    upgrade(request, stream, head, asked)
  }

  /** Whether it may be answered; otherwise why not, in the door's word. */
  async #ask(seat: Seat, request: IncomingMessage): Promise<Asked | 'malformed' | Extract<Admission, { verdict: 'refuse' }>['code']> {
    const read = readTarget(request.url ?? '')
    if (read.outcome === 'refused') {
      this.#parts.log.info({ peer: seat.guest.peerId, why: read.why }, 'a visitor asked for what is no path')
      return 'malformed'
    }
    const path = toldPath(read.target)
    if (path === null || path !== seat.told) {
      const admission = await this.#parts.admits(seat.guest, seat.stream, path)
      if (admission.verdict === 'refuse') return admission.code
      seat.told = path
    }
    // Browsers ask for pages by this word, and for parts of them by others; programs say nothing of it.
    const { accept = 'text/html' } = request.headers
    this.#parts.onRequest(seat.guest, path ?? '', accept.includes('text/html'))
    return { guest: seat.guest, target: read.target }
  }

  #begin(seat: Seat, request: IncomingMessage, response: ServerResponse): void {
    const { stream } = seat
    seat.cancel()
    seat.underWay += 1
    if (seat.underWay > MAX_PIPELINED) return void stream.destroy(new StreamCutError('too many requests before an answer'))
    stream.setTimeout(BODY_STALL_MS)
    request.once('end', () => stream.setTimeout(READER_STALL_MS))
    response.once('close', () => {
      seat.underWay -= 1
      if (seat.underWay > 0 || stream.destroyed || stream.writableEnded) return
      stream.setTimeout(0)
      this.#expect(seat, NEXT_REQUEST_MS)
    })
    // Nobody reads what has no body, and so nobody would see its end.
    if (framingOf(request.headers).kind === 'none') request.resume()
  }

  /** A request whose headers come one letter at a time is no request. */
  #expect(seat: Seat, withinMs: number): void {
    seat.cancel = this.#parts.clock.after(withinMs, () => seat.stream.end())
  }
}

function closing(page: PlainPage): PlainPage {
  return { ...page, headers: { ...page.headers, Connection: 'close' } }
}

function isOver(request: IncomingMessage, response: ServerResponse): boolean {
  return request.destroyed || response.destroyed
}
