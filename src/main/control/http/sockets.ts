import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import { errorCodes, type ErrorCode } from '../../../shared/errors.ts'
import type { Log } from '../../platform/log.ts'
import { person, program, type CallContext } from '../callers.ts'
import type { Router } from '../router.ts'
import { whyNotRpc } from '../rpc-message.ts'
import type { HttpLimits } from '../types.ts'
import type { Brake } from './brake.ts'
import { admit } from './guard.ts'
import type { Tokens } from './tokens.ts'

/** What the server answers with, so that the token among the offers is never sent back. */
const PROTOCOL = 'latch'
const TOKEN_PREFIX = 'latch.token.'

/** RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008

type Listener = ((event: never) => void) | { handleEvent(event: never): void }

interface SocketParts {
  readonly router: Router
  readonly port: number
  readonly tokens: Tokens
  readonly brake: Brake
  readonly limits: HttpLimits
  readonly log: Log
}

/** The contract over WebSocket at `/rpc`, for the window in a browser and for other programs. */
export class Sockets {
  readonly #parts: SocketParts
  readonly #handler: RPCHandler<CallContext>
  readonly #server: WebSocketServer
  /** All that asked to be a WebSocket, whether they became one or not: HTTP's server has let go of them. */
  readonly #connections = new Set<Duplex>()
  #ofPrograms = 0

  constructor(parts: SocketParts) {
    this.#parts = parts
    this.#handler = new RPCHandler(parts.router)
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: parts.limits.maxBodyBytes,
      perMessageDeflate: false,
      handleProtocols: () => PROTOCOL,
    })
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { port, tokens, brake, limits, log } = this.#parts
    this.#connections.add(socket)
    socket.on('close', () => this.#connections.delete(socket))
    socket.on('error', () => socket.destroy())
    const refuse = (code: ErrorCode, why: string): void => {
      log.warn({ why }, 'a WebSocket was refused')
      refuseUpgrade(socket, code, why)
    }
    const admission = admit(request.headers, port, 'call')
    if (admission.verdict === 'refuse') return refuse(admission.code, admission.why)
    if (request.url !== '/rpc') return refuse('NOT_FOUND', 'The WebSocket of this server is at /rpc.')
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
    if (!offered.includes(PROTOCOL)) return refuse('BAD_INPUT', `Offer the subprotocol "${PROTOCOL}".`)
    const token = offered.find((protocol) => protocol.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length) ?? ''
    const opened = tokens.opens(token)
    if (opened === 'nothing') {
      if ((await brake.failed()) === 'cut') return void socket.destroy()
      return refuse('UNAUTHORIZED', errorCodes.UNAUTHORIZED.message)
    }
    const { clients } = this.#server
    // A program that takes all there are would keep its person out of their own window.
    const isProgramTooMany = typeof opened !== 'string' && this.#ofPrograms >= Math.floor(limits.maxSockets / 2)
    if (clients.size >= limits.maxSockets || isProgramTooMany) return refuse('BUSY', 'Too many windows are open.')
    const context = typeof opened === 'string' ? person : program(opened.program)
    this.#server.handleUpgrade(request, socket, head, (accepted) => this.#serve(accepted, context))
  }

  /** Says goodbye to every window, and resolves when all have gone. */
  async close(): Promise<void> {
    this.#server.close()
    const gone = [...this.#server.clients].map((client) => {
      client.close(GOING_AWAY, 'the node stops')
      return new Promise((resolve) => client.on('close', resolve))
    })
    await Promise.all(gone)
  }

  /** Cuts those that did not answer, and those that were not let in yet. */
  terminate(): void {
    for (const socket of this.#connections) socket.destroy()
  }

  #serve(socket: WebSocket, context: CallContext): void {
    const { limits, log } = this.#parts
    if (context.caller.kind === 'program') {
      this.#ofPrograms++
      socket.on('close', () => this.#ofPrograms--)
    }
    closeWhenRevoked(socket, context)
    socket.on('error', (error) => log.warn({ error }, 'a WebSocket broke'))
    // oRPC waits for what this returns: until the operating system took the message, so that a stream waits for its
    // reader. A socket that is gone says so by its close, which ends every stream on it.
    const send = (message: string | Buffer): unknown => {
      if (socket.bufferedAmount > limits.maxUnsentBytes) socket.terminate()
      return new Promise<void>((resolve) => socket.send(message, () => resolve()))
    }
    const channel = {
      addEventListener: (type: string, listener: Listener) => {
        const tell = (event: unknown): void => {
          if (typeof listener === 'function') listener(event as never)
          else listener.handleEvent(event as never)
        }
        if (type === 'close') socket.on('close', () => tell({}))
        if (type !== 'message') return
        socket.on('message', (bytes, isBinary) => {
          const data = Buffer.isBuffer(bytes) && !isBinary ? bytes.toString() : null
          const why = whyNotRpc(data)
          if (why === null) return tell({ data })
          log.warn({ why }, 'a WebSocket sent something that is not a call; closed')
          socket.close(POLICY_VIOLATION, why)
        })
      },
      send,
    }
    void this.#handler.upgrade(channel, { context })
  }
}

/** A program's socket goes with its token. */
function closeWhenRevoked(socket: WebSocket, { caller }: CallContext): void {
  if (caller.kind === 'person') return
  const revoked = (): void => socket.close(POLICY_VIOLATION, 'the token opens nothing any more')
  caller.revoked.addEventListener('abort', revoked, { once: true })
  socket.on('close', () => caller.revoked.removeEventListener('abort', revoked))
}

/** Node keeps a connection of which this side alone said its end; whoever was refused could hold it for good. */
function refuseUpgrade(socket: Duplex, code: ErrorCode, message: string): void {
  const { status } = errorCodes[code]
  const body = JSON.stringify({ defined: true, code, status, message })
  socket.end(
    `HTTP/1.1 ${status} ${code}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}
