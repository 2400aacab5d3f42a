import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Readable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { deadline, delay, DeadlineError, type Clock } from '../../../platform/clock.ts'
import { StreamCutError } from '../../../platform/streams.ts'
import { SiteRefusedError, type SiteProtocol, type SiteRefusal, SiteStream } from '../../../protocols/site/index.ts'
import { checkedBody } from '../bodies.ts'
import { asObject, inPairs, type HeaderList } from '../headers.ts'
import { ANSWER_HEADER_MS, MAX_ANSWER_HEADER_BYTES, MAX_STREAMS_TO_PEER, MAX_UPGRADES, MAX_WAITING } from '../limits.ts'
import { Places } from '../room.ts'
import { readTarget, toldPath } from '../serve/target.ts'
import type { SiteAnswer, SiteConnection, SiteRequest } from '../types.ts'
import { askedHeaders, readableHeaders } from './answer-headers.ts'
import { Gate } from './gate.ts'
import type { StreamPace } from './pace.ts'
import { SiteAgent, type SiteRequestArgs } from './site-agent.ts'

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
  readonly #upgrades = new Places<string>(MAX_UPGRADES)

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
      const request = this.#start(agent, site, { ...asked, method: 'GET' }, true)
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
    const request = this.#start(agent, site, asked, false)
    if (asked.body instanceof Readable) pipeline(asked.body, request).catch(() => {})
    else request.end(asked.body ?? undefined)
    const { message, connection } = await this.#answer(request, signal)
    connection?.destroy()
    return this.#read(message)
  }

  #start(agent: SiteAgent, site: SiteName, asked: SiteRequest, isUpgrade: boolean): ClientRequest {
    if (readTarget(asked.path).outcome === 'refused') throw new LatchError('BAD_INPUT', 'This is no address of a page.')
    const headers = [...askedHeaders(asked.headers), ['Host', site] as const]
    if (isUpgrade) headers.push(...upgradeHeaders(asked.headers))
    const args: SiteRequestArgs = {
      agent,
      wanted: asked.path,
      method: asked.method,
      path: asked.path,
      headers: asObject(asked.lengthBytes == null ? headers : [...headers, ['Content-Length', String(asked.lengthBytes)]]),
      setHost: false,
      maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
      insecureHTTPParser: false,
    }
    const request = httpRequest(args)
    if (isUpgrade) request.end()
    return request
  }

  /** Resolves with the header of the answer; from then on the signal ends its body. */
  #answer(request: ClientRequest, signal?: AbortSignal): Promise<{ message: IncomingMessage; connection: Duplex | null }> {
    const limit = deadline(this.#parts.clock, ANSWER_HEADER_MS, 'an answer', signal)
    return new Promise((resolve, reject) => {
      const given = (): void => void request.destroy(asError(limit.signal.reason))
      const taken = (message: IncomingMessage, connection: Duplex | null): void => {
        limit.release()
        limit.signal.removeEventListener('abort', given)
        const ended = (): void => void (connection ?? message).destroy(asError(signal?.reason))
        signal?.addEventListener('abort', ended)
        ;(connection ?? message).once('close', () => signal?.removeEventListener('abort', ended))
        resolve({ message, connection })
      }
      if (limit.signal.aborted) given()
      else limit.signal.addEventListener('abort', given, { once: true })
      request.once('response', (message) => taken(message, null))
      request.once('upgrade', (message, stream, head) => {
        if (head.byteLength > 0) stream.unshift(head)
        taken(message, stream)
      })
      request.on('error', (error) => {
        limit.release()
        const isSilent = request.reusedSocket && !limit.signal.aborted && !(error instanceof SiteRefusedError)
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
  #tidy(peerId: PeerId, { agents }: Host): void {
    for (const [site, agent] of agents) if (agent.isIdle) agents.delete(site)
    if (agents.size === 0) this.#hosts.delete(peerId)
  }
}

/** A stream that was kept was gone when it was used again. */
class LeftBehindError extends Error {
  override readonly name = 'LeftBehindError'
  constructor(cause: Error) {
    super('the stream was closed meanwhile', { cause: inWords(cause) })
  }
}

function isRepeatable({ method, body }: SiteRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && body == null
}

function upgradeHeaders(list: HeaderList): HeaderList {
  return [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ...list.filter(([name]) => /^sec-websocket-/i.test(name))]
}

/** What Node's client says of a stream that broke, in the words of this house. */
function inWords(error: Error): Error {
  const code = 'code' in error ? String(error.code) : ''
  if (error instanceof DeadlineError) return new LatchError('UNREACHABLE', 'The site did not answer in time.', { cause: error })
  if (code === 'ECONNRESET') return new StreamCutError('broken off before an answer', { cause: error })
  if (code.startsWith('HPE_')) return new LatchError('UNREACHABLE', 'The site answered with what is no HTTP.', { cause: error })
  return error
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new StreamCutError('taken back', { cause: reason })
}
