import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LatchError } from '../../shared/errors.ts'
import { KiB, SECOND } from '../../shared/units.ts'
import type { Log } from '../platform/log.ts'
import { type HostPort, showHostPort } from './introduce-kinds.ts'
import { type IntroducerFacts, readinessOf } from './introducer-facts.ts'
import type { Metrics } from './metrics.ts'

const { createServer } = process.getBuiltinModule('node:http')

/** One Prometheus, a load balancer or two, and a person: a tenth of this. */
const MAX_CONNECTIONS = 64
/** The requests of those have some 500 bytes. */
const MAX_HEADER_BYTES = 4 * KiB
const REQUEST_TIMEOUT_MS = 5 * SECOND
/** Prometheus asks every 15 s: a connection kept for longer than that would be one that is always open. */
const KEEP_ALIVE_MS = 5 * SECOND
/** For a reader that takes its answer by drops. */
const IDLE_TIMEOUT_MS = 10 * SECOND
const SWEEP_MS = SECOND

export interface StatusParts {
  readonly listen: HostPort
  readonly facts: () => IntroducerFacts
  readonly metrics: Metrics
  readonly nowMs: () => number
  readonly log: Log
}

export interface StatusDoor {
  readonly url: string
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * /healthz, /readyz, /status and /metrics, for whoever keeps this introducer; nothing there is secret, and nothing can
 * be changed. Only GET and HEAD, only these paths, and no body. Errors: LatchError CONFLICT when the port is taken.
 */
export async function serveStatus(parts: StatusParts): Promise<StatusDoor> {
  const { listen, log } = parts
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: SWEEP_MS,
  })
  server.maxConnections = MAX_CONNECTIONS
  server.setTimeout(IDLE_TIMEOUT_MS)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answerTo(request, parts).then(
      (answer) => write(request, response, answer),
      (error: unknown) => {
        log.error({ error }, 'a question about the introducer was not answered')
        response.destroy()
      },
    )
  })
  const port = await listenAt(server, listen)
  return {
    url: `http://${showHostPort({ ...listen, port })}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function answerTo({ method, url, headers }: IncomingMessage, parts: StatusParts): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') {
    return plain(405, 'Only GET and HEAD.', { allow: 'GET, HEAD', connection: 'close' })
  }
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
  if (hasBody) return plain(400, 'A question has no body.', { connection: 'close' })
  switch (url) {
    case '/healthz':
      return plain(200, 'alive')
    case '/readyz': {
      const readiness = readinessOf(parts.facts())
      return readiness.ready === 'yes' ? plain(200, 'ready') : plain(503, readiness.why)
    }
    case '/status':
      return { status: 200, type: 'application/json', body: `${JSON.stringify(statusOf(parts), null, 2)}\n` }
    case '/metrics':
      return { status: 200, type: parts.metrics.contentType, body: await parts.metrics.text() }
    default:
      return plain(404, 'There are /healthz, /readyz, /status and /metrics.')
  }
}

function statusOf({ facts, nowMs }: StatusParts): object {
  const { node, introduction, stun } = facts()
  const { version, phase, startedMs, peerId, listening, connections, rssBytes, loopDelayP99Ms, warnings } = node
  return {
    version,
    phase,
    uptimeMs: Math.max(0, nowMs() - startedMs),
    peerId,
    listening,
    introduction,
    stun,
    connections,
    rssBytes,
    loopDelayP99Ms,
    warnings,
  }
}

function plain(status: number, line: string, headers: Record<string, string> = {}): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n`, headers }
}

function write({ method }: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(method === 'HEAD' ? undefined : body)
}

function listenAt(server: Server, { address, port }: HostPort): Promise<number> {
  const where = showHostPort({ address, port })
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = `${where}, for /status and /metrics, is taken; choose another with --http-listen.`
      const other = `${where}, for /status and /metrics, cannot be used (${cause.code ?? cause.message}).`
      reject(new LatchError('CONFLICT', cause.code === 'EADDRINUSE' ? taken : other, { cause }))
    })
    server.listen({ host: address, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port))
  })
}
