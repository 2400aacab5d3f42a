import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http'
import type { Duplex } from 'node:stream'
import type { SiteStream } from '../../../protocols/site/index.ts'
import { IDLE_STREAM_MS, POOL_STREAMS } from '../limits.ts'

/** What a request of ours gives its agent beside what Node knows. */
export interface SiteRequestArgs extends ClientRequestArgs {
  /** The path: Node's agents take `path` for that of a socket. */
  readonly wanted?: string
}

export interface SiteAgentParts {
  /** Opens one more stream to the site, for a request of `path`. */
  readonly open: (path: string) => SiteStream
  /** Others wait for a stream to the same device: none is kept that is not used. */
  readonly isCrowded: () => boolean
}

/**
 * The streams to one site of one device: a few, kept for the next request, and requests in line where all are used. Node's
 * own pool, over streams in place of sockets. `open` gives a stream at once, on its way perhaps: one that came later would
 * not be counted meanwhile, and a hundred requests would open a hundred.
 */
export class SiteAgent extends Agent {
  readonly #parts: SiteAgentParts

  constructor(parts: SiteAgentParts, options: Pick<AgentOptions, 'keepAlive' | 'maxSockets'> = {}) {
    super({ keepAlive: true, maxSockets: POOL_STREAMS, maxFreeSockets: POOL_STREAMS, timeout: IDLE_STREAM_MS, ...options })
    this.#parts = parts
  }

  override createConnection(options: SiteRequestArgs): SiteStream {
    // Where a stream closed while requests wait, Node opens one for the first of them with the options of the closed one.
    return this.#parts.open(this.requests['site']?.[0]?.path ?? options.wanted ?? '/')
  }

  override keepSocketAlive(stream: Duplex): boolean {
    if (this.#parts.isCrowded()) return false
    // It says whether, whatever its types say.
    const isKept: unknown = super.keepSocketAlive(stream)
    return isKept !== false
  }

  /** All streams are to one place. */
  override getName(): string {
    return 'site'
  }

  /** Requests that wait for a stream. */
  get waiting(): number {
    return this.requests['site']?.length ?? 0
  }

  /** Nothing is open and nothing waits. */
  get isIdle(): boolean {
    return [this.requests, this.sockets, this.freeSockets].every((sets) => (sets['site']?.length ?? 0) === 0)
  }

  /** Streams that nobody uses make room for others. Gives how many there were. */
  closeIdle(): number {
    const idle = this.freeSockets['site'] ?? []
    const count = idle.length
    for (const stream of idle) stream.destroy()
    return count
  }
}
