import { createSocket, type RemoteInfo, type Socket, type SocketType } from 'node:dgram'
import { once } from 'node:events'
import type { Clock } from '../../platform/clock.ts'
import { FULL_ANSWER_BYTES, TRANSACTION_BYTES } from './constants.ts'
import { decode, encodeRequest, type Change } from './message.ts'
import { textOf } from './nat.ts'
import type { StunSocket } from './types.ts'

/** UDP loses some: with 5 % loss each way, one request in a thousand stays without an answer. */
const SENDS = 3

export type Reply =
  | { outcome: 'answered'; from: StunSocket; mapped: StunSocket; other: StunSocket | null }
  | { outcome: 'refused'; code: number }
  | { outcome: 'silent' | 'given-up' }

interface Waiting {
  readonly server: StunSocket
  readonly settle: (reply: Reply) => void
}

export interface ExchangeParts {
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  /** Between one sending of a request and the next. */
  readonly everyMs: number
  /** Not bound yet; the system's, if not said otherwise. */
  readonly socketOf?: (family: SocketType) => Socket
}

/** STUN requests from one UDP socket, each with its answer. */
export class Exchanges {
  readonly #socket: Socket
  readonly #parts: ExchangeParts
  readonly #waiting = new Map<string, Waiting>()
  readonly #spokenTo = new Set<string>()

  private constructor(socket: Socket, parts: ExchangeParts) {
    this.#socket = socket
    this.#parts = parts
    socket.on('message', (bytes, from) => this.#heard(bytes, from))
    // An unreachable network is a request without an answer.
    socket.on('error', () => {})
  }

  /** Errors: what the system says, where there is no socket to be had. */
  static async open(family: 'udp4' | 'udp6', parts: ExchangeParts): Promise<Exchanges> {
    const socket = (parts.socketOf ?? createSocket)(family)
    try {
      socket.bind()
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      throw error
    }
    return new Exchanges(socket, parts)
  }

  /** Whether anything was sent to this address, or to this port of it: a NAT lets its answers in. */
  hasSpokenTo({ address, port }: StunSocket, what: 'address' | 'port'): boolean {
    return this.#spokenTo.has(what === 'address' ? address : textOf({ address, port }))
  }

  /** Never rejects. `given-up` when `signal` aborts first. */
  async ask(server: StunSocket, change: Change, signal: AbortSignal): Promise<Reply> {
    const { clock, everyMs, random } = this.#parts
    if (signal.aborted) return { outcome: 'given-up' }
    const transaction = random(TRANSACTION_BYTES)
    const key = keyOf(transaction)
    // As long as the longest answer: a server gives no more than it got.
    const request = encodeRequest({ transaction, change }, FULL_ANSWER_BYTES)
    const { promise, resolve: settle } = Promise.withResolvers<Reply>()
    this.#waiting.set(key, { server, settle })
    this.#spokenTo.add(server.address).add(textOf(server))

    let sent = 0
    let cancel = (): void => {}
    const send = (): void => {
      if (sent === SENDS) return settle({ outcome: 'silent' })
      sent += 1
      this.#socket.send(request, server.port, server.address, () => {})
      cancel = clock.after(everyMs, send)
    }
    const giveUp = (): void => settle({ outcome: 'given-up' })
    signal.addEventListener('abort', giveUp, { once: true })
    send()
    try {
      return await promise
    } finally {
      cancel()
      signal.removeEventListener('abort', giveUp)
      this.#waiting.delete(key)
    }
  }

  close(): void {
    this.#socket.close()
  }

  #heard(bytes: Uint8Array, { address, port }: RemoteInfo): void {
    const decoded = decode(bytes)
    if (decoded.read !== 'message' || decoded.message.kind === 'request') return
    const { message } = decoded
    const waiting = this.#waiting.get(keyOf(message.transaction))
    if (waiting === undefined) return
    const from = { address, port }
    // Only who was asked can refuse.
    if (message.kind === 'success') {
      waiting.settle({ outcome: 'answered', from, mapped: message.mapped, other: message.other })
    } else if (textOf(from) === textOf(waiting.server)) waiting.settle({ outcome: 'refused', code: message.code })
  }
}

function keyOf(transaction: Uint8Array): string {
  return Buffer.from(transaction).toString('hex')
}
