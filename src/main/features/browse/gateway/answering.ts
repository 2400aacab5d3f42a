import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AccountId } from '../../../../shared/ids.ts'
import { SECOND } from '../../../../shared/units.ts'
import type { Log } from '../../../platform/log.ts'
import type { HttpAnswer, HttpConnection, HttpRequest } from '../../../platform/http-message.ts'
import { OpenError } from '../opening/index.ts'
import type { OpenErrorFacts, Opening, OpenOptions, PageAnswer } from '../types.ts'
import { admit, type Admission } from './admit.ts'
import { endsForAll, type SealOf } from './cookies.ts'
import { askedHeaders, toldHeaders } from './headers.ts'
import { knownBy, newOwnerHeaders, type OwnerMarks, strangers } from './owner-marks.ts'
import { AGAIN_AFTER_MS, BODY_STALL_MS } from './limits.ts'
import { aboutPage, errorPage, type OurPage, refusedPage } from './pages.ts'
import { statusOf } from './status.ts'

export interface AnsweringParts {
  readonly opening: Opening
  readonly log: Log
  readonly tld: () => string
  readonly port: number
  readonly marks: OwnerMarks
  /** A request for a site came. */
  readonly onRequest: () => void
}

type ForSite = Extract<Admission, { verdict: 'site' }>

/** A request for a site, once it is known whose that is. */
interface Owned extends ForSite {
  readonly owner: AccountId
  readonly mark: string
  /** The first page that this browser asks of this owner. */
  readonly isFirst: boolean
  readonly sealOf: SealOf | undefined
}

/** What the gateway says to each request, and to each that wants to be a WebSocket. */
export class Answering {
  readonly #parts: AnsweringParts

  constructor(parts: AnsweringParts) {
    this.#parts = parts
  }

  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { port, tld } = this.#parts
    const admission = this.#admit(request, false)
    if (admission.verdict === 'refuse') return this.#refuse(request, response, admission.status, admission.why)
    if (admission.verdict === 'about') {
      if (request.method === 'GET' || request.method === 'HEAD') {
        if (request.url === '/') return send(request, response, 200, aboutPage(tld(), port))
        return this.#refuse(request, response, 404, 'Sites are at a name below localhost, and not here.')
      }
      return this.#refuse(request, response, 405, 'There is only something to read here.')
    }
    await this.#site(request, response, admission)
  }

  /** `socket` is this handler's; what came behind the header is `head`. */
  async upgrade(request: IncomingMessage, response: ServerResponse, socket: Duplex, head: Buffer): Promise<void> {
    const admission = this.#admit(request, true)
    if (admission.verdict === 'refuse') return this.#refuse(request, response, admission.status, admission.why)
    if (admission.verdict === 'about' || request.method !== 'GET') {
      return this.#refuse(request, response, 400, 'There is no such connection here.')
    }
    this.#parts.onRequest()
    const signal = untilClosed(socket)
    try {
      const owned = await this.#owned(request, admission, { signal })
      if (owned === null) return this.#refuse(request, response, 403, otherOwner)
      const asked = { path: request.url ?? '/', headers: askedHeaders(request.rawHeaders, owned) }
      const answer = await this.#parts.opening.connect(admission.site, asked, { signal, owner: owned.owner })
      if ('stream' in answer) {
        response.detachSocket(request.socket)
        return join(answer, socket, head)
      }
      await this.#tell(request, response, answer, owned)
    } catch (error) {
      this.#failed(request, response, admission, error)
    }
  }

  async #site(request: IncomingMessage, response: ServerResponse, admission: ForSite): Promise<void> {
    this.#parts.onRequest()
    const signal = untilClosed(response)
    try {
      const again = isReload(request)
      const owned = await this.#owned(request, admission, { signal, again })
      if (owned === null) return this.#refuse(request, response, 403, otherOwner)
      const asked = requestOf(request, owned)
      if (asked.body != null) {
        // A body moves, or its sender is gone; an answer may take its time.
        request.socket.setTimeout(BODY_STALL_MS)
        request.once('end', () => request.socket.setTimeout(0))
      }
      const answer = await this.#parts.opening.fetch(admission.site, asked, { signal, again, owner: owned.owner })
      await this.#tell(request, response, answer, owned)
    } catch (error) {
      this.#failed(request, response, admission, error)
    }
  }

  /** Whose the site is. Null: what a page wants that came from another owner of the name. */
  async #owned(request: IncomingMessage, admission: ForSite, options: OpenOptions): Promise<Owned | null> {
    const { marks, opening } = this.#parts
    const { owner } = await opening.find(admission.site, options)
    const mark = marks.of(admission.site, owner)
    const known = knownBy(request.headers.cookie, mark)
    const isFirst = known !== 'this' && isPage(request)
    const sealOf = known === 'this' || isFirst || isBrowser(request) ? marks.sealsOf(admission.site, owner) : undefined
    return known === 'another' && !isFirst ? null : { ...admission, owner, mark, isFirst, sealOf }
  }

  async #tell(request: IncomingMessage, response: ServerResponse, answer: PageAnswer, owned: Owned): Promise<void> {
    try {
      await this.#write(request, response, answer, owned)
    } finally {
      answer.body.destroy()
    }
  }

  async #write(request: IncomingMessage, response: ServerResponse, answer: PageAnswer, { host, mark, isFirst, sealOf }: Owned): Promise<void> {
    if (response.destroyed) return
    const { status, statusText, body } = answer
    const said = isFirst ? newOwnerHeaders(request.headers.cookie, mark) : []
    const ends = sealOf !== undefined && isPage(request) ? endsForAll(strangers(request.headers.cookie, mark, sealOf), host, request.url ?? '/') : []
    for (const end of ends) said.push(['Set-Cookie', end])
    for (const [name, value] of [...said, ...toldHeaders(answer, { host, port: this.#parts.port, mark, sealOf })]) response.appendHeader(name, value)
    response.writeHead(status, /^[\t\x20-\x7e]*$/.test(statusText) ? statusText : undefined)
    // What is said now is read now: events come one by one.
    response.flushHeaders()
    if (hasBody(request, answer)) await pipeline(body, response)
    else response.end()
  }

  #failed(request: IncomingMessage, response: ServerResponse, { site }: ForSite, error: unknown): void {
    if (response.destroyed || request.socket.destroyed) return
    // The browser hears that it broke off, and never an end.
    if (response.headersSent) return void request.socket.destroy()
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    if (!(error instanceof OpenError)) this.#parts.log.error({ error }, 'a page could not be passed on')
    const facts = error instanceof OpenError ? error.facts : unknown
    const status = statusOf(facts.code)
    if (status === 503) response.setHeader('Retry-After', AGAIN_AFTER_MS / SECOND)
    send(request, response, status, errorPage(site, facts), facts.why)
  }

  #refuse(request: IncomingMessage, response: ServerResponse, status: number, why: string): void {
    if (status !== 404) this.#parts.log.info({ status, why }, 'the gateway refused a request')
    // Whoever is refused holds no place for half a minute.
    response.setHeader('Connection', 'close')
    send(request, response, status, refusedPage(why), why)
  }

  #admit(request: IncomingMessage, isUpgrade: boolean): Admission {
    const hosts = request.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host').length
    return admit({ method: request.method ?? '', headers: request.headers, hosts, isUpgrade }, this.#parts.port)
  }
}

const otherOwner = 'This name has another owner now than the page had that asked for this. Load the page again.'
const unknown: OpenErrorFacts = { step: 'answer', code: 'internal', why: 'This site could not be passed on; the log has the cause.', knock: null }

function requestOf(request: IncomingMessage, owned: Owned): HttpRequest {
  const { method = 'GET', url = '/', headers } = request
  const length = headers['content-length']
  const isEmpty = headers['transfer-encoding'] === undefined && (length === undefined || Number(length) === 0)
  const lengthBytes = length === undefined ? null : Number(length)
  const asked = { method, path: url, headers: askedHeaders(request.rawHeaders, owned) }
  if (!isEmpty) return { ...asked, body: request, lengthBytes }
  request.resume()
  return { ...asked, body: null, lengthBytes: method === 'GET' || method === 'HEAD' ? null : 0 }
}

/** A person who loads a page again wants it as it is now, its name's zone included. A page's own requests cannot say so. */
function isReload({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers['sec-fetch-dest'] === 'document' && /\b(?:no-cache|max-age=0)\b/.test(headers['cache-control'] ?? '')
}

/** A page in a tab, and no part of one; a browser that does not say asks for HTML. */
function isPage({ method, headers }: IncomingMessage): boolean {
  const { 'sec-fetch-dest': dest, accept } = headers
  return (method === 'GET' || method === 'HEAD') && (dest === undefined ? /text\/html/.test(accept ?? '') : dest === 'document')
}

/** Programs that ask by themselves say nothing of this; a WebSocket of a page says its origin alone. */
function isBrowser({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-site'] !== undefined || headers.origin !== undefined
}

/** Aborts when whoever asked is gone. */
function untilClosed(asker: ServerResponse | Duplex): AbortSignal {
  const gone = new AbortController()
  asker.once('close', () => gone.abort(new Error('whoever asked is gone')))
  return gone.signal
}

function hasBody({ method }: IncomingMessage, { status }: HttpAnswer): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304
}

/** Both ways, until both have ended; where one breaks off, so does the other. */
function join({ status, headers, stream }: HttpConnection, socket: Duplex, head: Buffer): void {
  const kept = headers.filter(([name]) => /^sec-websocket-/i.test(name)).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`HTTP/1.1 ${status} Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${kept.join('')}\r\n`)
  if (head.byteLength > 0) stream.write(head)
  const broken = (): void => {
    stream.destroy()
    socket.destroy()
  }
  pipeline(stream, socket).catch(broken)
  pipeline(socket, stream).catch(broken)
}

function send(request: IncomingMessage, response: ServerResponse, status: number, page: OurPage, plain?: string): void {
  const isText = plain !== undefined && !/text\/html/.test(request.headers.accept ?? '')
  const bytes = isText ? Buffer.from(`${plain}\n`) : page.body
  for (const [name, value] of page.headers) response.setHeader(name, value)
  if (isText) response.setHeader('Content-Type', 'text/plain; charset=utf-8').setHeader('Content-Length', bytes.byteLength)
  // What is left of the request is not read: the connection ends with the answer.
  if (!request.complete) response.setHeader('Connection', 'close')
  response.writeHead(status)
  response.end(request.method === 'HEAD' ? undefined : bytes)
  request.resume()
}
