import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Readable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { deadline, delay, type Clock } from '../../../platform/clock.ts'
import { StreamCutError } from '../../../platform/streams.ts'
import { SiteRefusedError, type SiteProtocol, type SiteRefusal, SiteStream } from '../../../protocols/site/index.ts'
import { checkedBody, exactly } from '../bodies.ts'
import { inPairs } from '../../../platform/http-message.ts'
import { asObject, framingHeader, type Framing, type HeaderList } from '../headers.ts'
import { ANSWER_HEADER_MS, MAX_ANSWER_HEADER_BYTES, MAX_HINTS, MAX_STREAMS_TO_PEER, MAX_UPGRADES, MAX_WAITING } from '../limits.ts'
import { readTarget, toldPath } from '../../../platform/http-target.ts'
import { Places } from '../../../platform/places.ts'
import type { SiteAnswer, SiteConnection, SiteRequest } from '../types.ts'
import { askedHeaders, readableHeaders } from './answer-headers.ts'
import { Gate } from './gate.ts'
import type { StreamPace } from './pace.ts'
import { SiteAgent, type SiteRequestArgs } from './site-agent.ts'
import { asError, inWords, LeftBehindError, noHttp } from './words.ts'

export interface AskingParts {
  readonly protocol: Pick<SiteProtocol, 'ask'>
  readonly clock: Clock
  /** How fast streams are opened; null: as fast as anybody likes, as no other device takes them. */
  readonly pace: StreamPace | null
}

/** One device that is asked: its sites, and how many streams may still be opened to it. */
interface Host {
  readonly gate: Gate
  readonly agents: Map<SiteName, SiteAgent>
}

const KNOWN_REFUSALS: readonly SiteRefusal[] = ['knock-first', 'denied', 'unproven', 'busy']

/** What is asked of the sites of others. */
export class Asking {
  readonly #parts: AskingParts
  readonly #hosts = new Map<PeerId, Host>()
  readonly #upgrades = new Places<string>({ each: MAX_UPGRADES })

  constructor(parts: AskingParts) {
    this.#parts = parts
  }

  /** See `SitesFeature.fetchFrom`. */
  async fetchFrom(peerId: PeerId, site: SiteName, asked: SiteRequest, signal?: AbortSignal): Promise<SiteAnswer> {
    const agent = this.#agent(peerId, site)
    if (agent.waiting >= MAX_WAITING) throw new LatchError('BUSY', 'Too many requests to this site are waiting; try again shortly.')
    const first = await this.#once(agent, site, asked, signal).catch((error: unknown) => {
      if (error instanceof LeftBehindError && isRepeatable(asked)) return null
      throw error instanceof LeftBehindError ? error.cause : error
    })
    // The other side closed a stream that was kept, just as it was used again: nothing was answered, so ask once more.
    return first ?? this.#once(agent, site, asked, signal)
  }

  /** See `SitesFeature.connectTo`. */
  async connectTo(peerId: PeerId, site: SiteName, asked: Omit<SiteRequest, 'body' | 'method'>, signal?: AbortSignal): Promise<SiteConnection | SiteAnswer> {
    const giveBack = this.#upgrades.take(`${peerId} ${site}`)
    if (giveBack === null) throw new LatchError('BUSY', 'This site has too many open connections of this page.')
    const parts = { open: (path: string) => this.#open(peerId, site, path), isCrowded: () => false }
    const agent = new SiteAgent(parts, { keepAlive: false, maxSockets: 1 })
    try {
      const request = this.#start(agent, site, { ...asked, method: 'GET' }, 'upgrade')
      const answer = await this.#answer(request, signal)
      const over = answer.connection ?? answer.message
      over.once('close', giveBack)
      if (answer.connection === null) return this.#read(answer.message)
      const { statusCode = 101, rawHeaders } = answer.message
      return { status: statusCode, headers: readableHeaders(inPairs(rawHeaders), undefined), stream: answer.connection }
    } catch (error) {
      giveBack()
      throw error instanceof LeftBehindError ? error.cause : error
    }
  }

  /** All that is open to it: it went away, or is not to be asked any more. */
  forget(peerId: PeerId): void {
    for (const agent of this.#hosts.get(peerId)?.agents.values() ?? []) agent.destroy()
    this.#hosts.delete(peerId)
  }

  close(): void {
    for (const peerId of this.#hosts.keys()) this.forget(peerId)
  }

  async #once(agent: SiteAgent, site: SiteName, asked: SiteRequest, signal?: AbortSignal): Promise<SiteAnswer> {
    signal?.throwIfAborted()
    const framing = framingOf(asked)
    const request = this.#start(agent, site, asked, framing)
    if (!(asked.body instanceof Readable)) request.end(asked.body ?? undefined)
    // Why a body is not whole is nobody's who waits for an answer: they hear that there is none.
    else if (framing.kind === 'length') pipeline(asked.body, exactly(Number(framing.bytes)), request).catch(() => {})
    else pipeline(asked.body, request).catch(() => {})
    const { message, connection } = await this.#answer(request, signal)
    if (connection === null) return this.#read(message)
    connection.destroy()
    throw noHttp('another connection, which nobody asked for')
  }

  #start(agent: SiteAgent, site: SiteName, asked: SiteRequest, framing: Framing | 'upgrade'): ClientRequest {
    if (readTarget(asked.path).outcome === 'refused') throw new LatchError('BAD_INPUT', 'This is no address of a page.')
    const headers: HeaderList = [
      ...askedHeaders(asked.headers),
      ['Host', site],
      ...(framing === 'upgrade' ? upgradeHeaders(asked.headers) : framingHeader(framing)),
    ]
    const args: SiteRequestArgs = {
      agent,
      wanted: asked.path,
      method: asked.method,
      path: asked.path,
      headers: asObject(headers),
      setHost: false,
      maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
      insecureHTTPParser: false,
    }
    const request = httpRequest(args)
    if (framing === 'upgrade') request.end()
    return request
  }

  /** Resolves with the header of the answer; from then on the signal ends its body. */
  #answer(request: ClientRequest, signal?: AbortSignal): Promise<{ message: IncomingMessage; connection: Duplex | null }> {
    const limit = deadline(this.#parts.clock, ANSWER_HEADER_MS, 'an answer', signal)
    return new Promise((resolve, reject) => {
      const given = (): void => void request.destroy(asError(limit.signal.reason))
      let isAnswered = false
      const taken = (message: IncomingMessage, connection: Duplex | null): void => {
        isAnswered = true
        limit.release()
        limit.signal.removeEventListener('abort', given)
        const ended = (): void => void (connection ?? message).destroy(asError(signal?.reason))
        signal?.addEventListener('abort', ended)
        ;(connection ?? message).once('close', () => signal?.removeEventListener('abort', ended))
        resolve({ message, connection })
      }
      if (limit.signal.aborted) given()
      else limit.signal.addEventListener('abort', given, { once: true })
      let hints = 0
      request.on('information', () => {
        if ((hints += 1) > MAX_HINTS) request.destroy(noHttp('hints, and no answer'))
      })
      request.once('response', (message) => taken(message, null))
      request.once('upgrade', (message, stream, head) => {
        if (head.byteLength > 0) stream.unshift(head)
        taken(message, stream)
      })
      // Node gives no error where it is destroyed (its body broke off) before it has a stream.
      request.once('close', () => {
        limit.release()
        if (!isAnswered) reject(new StreamCutError('broken off before it was sent'))
      })
      request.on('error', (error) => {
        limit.release()
        const isSilent = request.reusedSocket && !limit.signal.aborted && !(error instanceof SiteRefusedError || error instanceof LatchError)
        reject(isSilent ? new LeftBehindError(error) : inWords(error))
      })
    })
  }

  #read(message: IncomingMessage): SiteAnswer {
    const { statusCode = 502, statusMessage = '', rawHeaders, headers } = message
    const refusal = KNOWN_REFUSALS.find((code) => code === headers['latch-refusal'])
    if (statusCode === 403 && refusal !== undefined) {
      message.resume()
      throw new SiteRefusedError(refusal)
    }
    if (statusCode < 200 || statusCode > 599) {
      message.destroy()
      throw noHttp(`the status ${statusCode}`)
    }
    const peer = message.socket instanceof SiteStream ? message.socket.peer : null
    return { status: statusCode, statusText: statusMessage, headers: readableHeaders(inPairs(rawHeaders), headers['content-length']), body: checkedBody(message), peer }
  }

  #agent(peerId: PeerId, site: SiteName): SiteAgent {
    const { agents, gate } = this.#host(peerId)
    const parts = { open: (path: string) => this.#open(peerId, site, path), isCrowded: () => gate.waiting > 0 }
    const agent = agents.get(site) ?? new SiteAgent(parts)
    agents.set(site, agent)
    return agent
  }

  #host(peerId: PeerId): Host {
    const host = this.#hosts.get(peerId) ?? { gate: new Gate(MAX_STREAMS_TO_PEER), agents: new Map() }
    this.#hosts.set(peerId, host)
    return host
  }

  #open(peerId: PeerId, site: SiteName, path: string): SiteStream {
    const host = this.#host(peerId)
    const read = readTarget(path)
    const told = read.outcome === 'read' ? toldPath(read.target) : null
    let leave = (): void => {}
    const stream: SiteStream = this.#parts.protocol.ask(peerId, { site, as: 'http', path: told }, async (signal) => {
      leave = await this.#enter(host, signal)
      if (signal.aborted) leave()
      signal.throwIfAborted()
      const { clock, pace } = this.#parts
      const waitMs = pace === null ? 0 : pace.next(peerId, clock.monotonicMs())
      if (waitMs === null) throw new LatchError('BUSY', 'This site is asked for too much at once; try again shortly.')
      if (waitMs > 0) await delay(clock, waitMs, signal)
    })
    // Who reads hears of it; after an upgrade, and between two requests, nobody may be listening, and that ends a process.
    stream.on('error', () => {})
    stream.once('close', () => {
      leave()
      this.#tidy(peerId, host)
    })
    return stream
  }

  #enter({ gate, agents }: Host, signal: AbortSignal): Promise<() => void> {
    const inside = gate.enter(signal)
    // Streams that are kept for other sites of this device are in the way.
    if (gate.waiting > 0) for (const agent of agents.values()) if (agent.closeIdle() > 0) break
    return inside
  }

  /** A device of which nothing is open any more is forgotten. */
  #tidy(peerId: PeerId, host: Host): void {
    const { agents, gate } = host
    for (const [site, agent] of agents) if (agent.isIdle) agents.delete(site)
    if (agents.size === 0 && gate.isEmpty && this.#hosts.get(peerId) === host) this.#hosts.delete(peerId)
  }
}

function isRepeatable({ method, body }: SiteRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && body == null
}

function upgradeHeaders(list: HeaderList): HeaderList {
  return [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ...list.filter(([name]) => /^sec-websocket-/i.test(name))]
}

/** Node frames the body of a method that seldom has one by nothing at all, and the site would read it as further requests. */
function framingOf({ body, lengthBytes }: SiteRequest): Framing {
  if (body instanceof Uint8Array) return { kind: 'length', bytes: String(body.byteLength) }
  if (lengthBytes != null) return { kind: 'length', bytes: String(lengthBytes) }
  if (body != null) return { kind: 'chunks' }
  return { kind: 'none' }
}
