import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LatchError } from '../../../shared/errors.ts'
import { SECOND } from '../../../shared/units.ts'
import type { AppPass } from '../../features/apps/types.ts'
import type { Household, PeerNode } from '../../node/types.ts'
import { delay } from '../../platform/clock.ts'
import { dataFiles } from '../../platform/data-folder.ts'
import { createRouter } from '../router.ts'
import type { HttpDoor, HttpParts } from '../types.ts'
import { createAnswerer } from './answer.ts'
import { Brake } from './brake.ts'
import { removeControlFile, writeControlFile } from './control-file.ts'
import { defaultLimits } from './limits.ts'
import { Sockets } from './sockets.ts'
import { Tokens } from './tokens.ts'

// `import` from node:http reads every export of it, one of which loads 25 ms of undici that nothing here uses.
const { createServer } = process.getBuiltinModule('node:http')

/** Never another address: whoever wants this from elsewhere brings a tunnel that knows who they are. */
const LOOPBACK = '127.0.0.1'
/** What is being answered when the node stops is done well within this; then connections are cut. */
const GRACE_MS = SECOND / 2

/**
 * Serves the contract and the window on this machine's loopback, and writes `control.json` for the command line.
 * Errors: LatchError CONFLICT when the port is taken, INTERNAL when `control.json` cannot be written.
 */
export async function serveHttp(parts: HttpParts): Promise<HttpDoor> {
  const { node, log, clock, random } = parts
  const limits = { ...defaultLimits, ...parts.limits }
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.sweepMs,
  })
  server.maxConnections = limits.maxConnections
  const port = await listen(server, parts.port)
  node.ownPorts.add(port)

  const url = `http://${LOOPBACK}:${port}`
  const tokens = new Tokens({ clock, random, programs: (token) => programOf(node, token), access: parts.token })
  const access = { url, token: tokens.access, openapi: `${url}/api/openapi.json` }
  const brake = new Brake(clock)
  const router = createRouter(node, log, () => access)
  const windowUrl = (): string => `${url}/#token=${tokens.makeWindowToken()}`
  const sockets = new Sockets({ router, port, tokens, brake, limits, log })
  const answer = createAnswerer({ ...parts, limits, router, url, port, tokens, brake, windowUrl })
  const answering = new Set<ServerResponse>()

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answering.add(response)
    response.on('close', () => answering.delete(response))
    answer(request, response).catch((error: unknown) => {
      log.error({ error }, 'a request failed')
      response.destroy()
    })
  })
  server.on('upgrade', (request, socket, head) => {
    sockets.upgrade(request, socket, head).catch((error: unknown) => {
      log.error({ error }, 'a WebSocket failed')
      socket.destroy()
    })
  })

  const controlFile = dataFiles(node.status().dataFolder).control
  await writeControlFile(controlFile, { url, token: tokens.access, pid: process.pid }).catch((cause: unknown) => {
    server.close()
    throw new LatchError('INTERNAL', `${controlFile}, by which programs find this node, could not be written.`, { cause })
  })
  log.info({ url }, 'the contract is served over HTTP')

  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    await removeControlFile(controlFile, tokens.access)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const response of answering) if (isStream(response)) response.destroy()
    const answered = [...answering].map((response) => new Promise((resolve) => response.on('close', resolve)))
    await Promise.race([Promise.all([...answered, sockets.close()]), delay(clock, GRACE_MS)])
    sockets.terminate()
    server.closeAllConnections()
    await closed
  }
  return { ...access, port, windowUrl, close: () => (closing ??= close()) }
}

/** Whose token it is; nobody's, before there is an account. */
function programOf(node: PeerNode, token: string): AppPass | null {
  let household: Household
  try {
    household = node.household()
  } catch (error) {
    if (error instanceof LatchError) return null
    throw error
  }
  return household.apps.opens(token)
}

function isStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream')
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new LatchError('CONFLICT', `Port ${port} is taken by another program; choose another.`)
          : error,
      )
    })
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port))
  })
}
