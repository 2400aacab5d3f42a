import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { connect as connectTcp, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { finished } from 'node:stream/promises'
import { connect, type TLSSocket } from 'node:tls'
import type { ExitFeature } from '../../src/main/features/exit/types.ts'
import type { PeerId } from '../../src/shared/ids.ts'

/* The outside web through an exit, as a browser that knows of none would have it: TLS and HTTP within what the exit gave. */

export interface Outing {
  readonly through: PeerId
  readonly host: string
  readonly path: string
  /** Of whom TLS is to be; without it nothing is said. */
  readonly certificate: string
  readonly port?: number
}

export type Came =
  | { readonly came: 'answer'; readonly status: number; readonly bytes: number; readonly hash: string; readonly text: string; readonly tls: string | null }
  | { readonly came: 'refused'; readonly code: string; readonly says: string }

export type Dialled = 'connected' | 'refused' | 'no answer'

/** Of a text that is longer, its beginning. */
const TEXT_LENGTH = 200

export class Outings {
  readonly #exit: ExitFeature
  readonly #held = new Map<string, { readonly tunnel: Duplex; readonly whenOver: Promise<string> }>()

  constructor(exit: ExitFeature) {
    this.#exit = exit
  }

  /** One page, to its end. */
  async page(outing: Outing): Promise<Came> {
    const opened = await this.#open(outing)
    if (!('tunnel' in opened)) return opened
    try {
      const tls = await within(opened.tunnel, outing)
      const version = tls.getProtocol()
      const answer = await asked(tls, outing)
      const parts = (await answer.toArray()) as Buffer[]
      const body = Buffer.concat(parts)
      const hash = createHash('sha256').update(body).digest('hex')
      const text = body.toString('utf8', 0, TEXT_LENGTH)
      return { came: 'answer', status: answer.statusCode ?? 0, bytes: body.byteLength, hash, text, tls: version }
    } finally {
      opened.tunnel.destroy()
    }
  }

  /** A page that has no end. Resolves once some of it came; how it ends is `over`. */
  async hold(label: string, outing: Outing): Promise<Came | { readonly came: 'some' }> {
    const opened = await this.#open(outing)
    if (!('tunnel' in opened)) return opened
    const tls = await within(opened.tunnel, outing)
    const answer = await asked(tls, outing)
    await once(answer, 'data')
    answer.on('error', () => {}).resume()
    const whenOver = finished(opened.tunnel).then(
      () => 'an end',
      (error: Error) => error.message,
    )
    this.#held.set(label, { tunnel: opened.tunnel, whenOver })
    return { came: 'some' }
  }

  isHeld(label: string): boolean {
    return this.#held.get(label)?.tunnel.destroyed === false
  }

  /** How it ended. */
  async over(label: string): Promise<string> {
    const held = this.#held.get(label)
    if (held === undefined) throw new Error(`nothing is held as ${label}`)
    return held.whenOver
  }

  async #open({ through, host, port = 443 }: Outing): Promise<{ tunnel: Duplex } | Came> {
    try {
      return { tunnel: await this.#exit.open(through, host, port) }
    } catch (error) {
      const { code = '', message } = error as { code?: string; message: string }
      return { came: 'refused', code, says: message }
    }
  }
}

/** Plain TCP from here, past everything of ours. */
export async function dial(host: string, port: number, withinMs: number): Promise<Dialled> {
  const socket = connectTcp({ host, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(withinMs) })
    return 'connected'
  } catch (error) {
    return (error as { code?: string }).code === 'ECONNREFUSED' ? 'refused' : 'no answer'
  } finally {
    socket.destroy()
  }
}

async function within(tunnel: Duplex, { host, certificate }: Outing): Promise<TLSSocket> {
  const tls = connect({ socket: tunnel, host, ca: certificate, ...(isIP(host) === 0 ? { servername: host } : {}) })
  await once(tls, 'secureConnect')
  // What breaks off is told by what is read from the tunnel.
  tls.on('error', () => {})
  return tls
}

async function asked(tls: TLSSocket, { host, path }: Outing): Promise<IncomingMessage> {
  const options: RequestOptions = { host, path, createConnection: () => tls }
  const sent = request(options).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  sent.on('error', () => {})
  return answer
}
