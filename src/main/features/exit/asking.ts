import { domainToASCII } from 'node:url'
import { isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'
import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Exit, ExitChecked } from '../../../shared/model/exit.ts'
import type { ByteStream } from '../../platform/byte-stream.ts'
import type { Clock } from '../../platform/clock.ts'
import { EXIT_PORT, ExitRefusedError, type ExitProtocol } from '../../protocols/exit/index.ts'
import { refusedIn } from './refusal.ts'
import type { Exits } from './exits.ts'
import { readHost } from './hosts.ts'
import { Turns } from './turns.ts'
import type { ExitParts } from './types.ts'
import type { UseOf, Uses } from './uses.ts'

interface Parts {
  readonly protocol: ExitProtocol
  readonly clock: Clock
  readonly exits: Exits
  readonly uses: Uses
  readonly connect: ExitParts['connect']
  readonly ownTlds: ExitParts['ownTlds']
}

interface Said {
  /** The host that it was asked about. */
  readonly name: string | undefined
  readonly state: 'open' | 'knock-first' | 'off'
  readonly exceptions: boolean
}

/** What this device asks of exits. */
export class Asking {
  readonly #parts: Parts
  readonly #turns: Turns
  readonly #open = new Set<ByteStream>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#turns = new Turns(parts.clock)
  }

  async check(peerId: PeerId, signal?: AbortSignal, text?: string): Promise<ExitChecked> {
    this.#known(peerId)
    const giveBack = await this.#turns.take(peerId, signal)
    try {
      const { name, state, exceptions } = await this.#said(peerId, text, signal)
      if (name === undefined) this.#parts.exits.said(peerId, state, exceptions)
      const exit = this.#known(peerId)
      return name === undefined ? exit : { ...exit, host: { name, state } }
    } finally {
      giveBack()
    }
  }

  async #said(peerId: PeerId, text: string | undefined, signal?: AbortSignal): Promise<Said> {
    let name: string | undefined
    try {
      name = text === undefined ? undefined : this.#hostOf(text)
      await this.#connected(peerId, signal)
      return { name, state: 'open', ...(await this.#parts.protocol.check(peerId, signal, name)) }
    } catch (error) {
      if (!(error instanceof ExitRefusedError)) throw refusedIn(error, signal)
      if (error.code === 'private-address') throw new LatchError('BAD_INPUT', error.message, { cause: error })
      const state = stateOf(error)
      // Neither says whether it would let this device out.
      if (state === null) throw new LatchError('UNREACHABLE', error.message, { cause: error })
      return { name, state, exceptions: error.exceptions }
    }
  }

  #hostOf(text: string): string {
    const host = readHost(plainHost(text), this.#parts.ownTlds?.() ?? [])
    if (host === 'none') throw new LatchError('BAD_INPUT', 'That is no host of the web.')
    // What no exit opens is not asked for.
    if (host === 'private') throw new ExitRefusedError('private-address')
    return host.text
  }

  async open(peerId: PeerId, text: string, port: number, signal?: AbortSignal): Promise<Duplex> {
    const host = this.#hostOf(text)
    if (port !== EXIT_PORT) throw new ExitRefusedError('port')
    const { account, called } = this.#known(peerId)
    const giveBack = await this.#turns.take(peerId, signal)
    try {
      return await this.#opened({ whose: 'ours', account, peerId, called, host, port }, giveBack, signal)
    } catch (error) {
      giveBack()
      throw error
    }
  }

  stop(): void {
    for (const stream of this.#open) stream.destroy(new Error('the node stops'))
  }

  async #opened(of: UseOf, giveBack: () => void, signal?: AbortSignal): Promise<Duplex> {
    const { protocol, exits, uses } = this.#parts
    const { peerId, host, port } = of
    try {
      await this.#connected(peerId, signal)
      const stream = await protocol.open(peerId, host, port, signal)
      const closed = uses.opened(of, () => ({ sentBytes: stream.bytesWritten, receivedBytes: stream.bytesRead }))
      this.#open.add(stream)
      // It may break off before whoever asked listens: that ends the stream, and nothing else.
      stream.on('error', () => {})
      stream.once('close', () => {
        this.#open.delete(stream)
        closed()
        giveBack()
      })
      if (exits.find(peerId)?.state !== 'open') exits.said(peerId, 'open')
      return stream
    } catch (error) {
      if (!(error instanceof ExitRefusedError)) throw refusedIn(error, signal)
      uses.refused(of)
      const state = stateOf(error)
      // A no to one host says nothing of the others, where it is known that there are such.
      if (state !== null && (state === 'open' || exits.find(peerId)?.state !== 'open')) exits.said(peerId, state)
      throw error
    }
  }

  async #connected(peerId: PeerId, signal: AbortSignal = new AbortController().signal): Promise<void> {
    await this.#parts.connect(peerId, signal)
  }

  #known(peerId: PeerId): Exit {
    const exit = this.#parts.exits.find(peerId)
    if (exit !== null) return exit
    throw new LatchError('NOT_FOUND', 'That is no device of a contact.')
  }
}

/** As it is sent: `[2606:2800::1]` of a URL without its brackets, letters beyond ASCII in their ASCII form. */
function plainHost(text: string): string {
  const inside = /^\[(.+)\]$/.exec(text)?.[1]
  if (inside !== undefined) return isIPv6(inside) ? inside : ''
  // Only of names: the function would also read 0x7f000001 as an address.
  return /[^\0-\x7f]/.test(text) ? domainToASCII(text) : text
}

/** What a refusal says of the exit; null where it says nothing of it. */
function stateOf({ code }: ExitRefusedError): 'open' | 'knock-first' | 'off' | null {
  switch (code) {
    case 'knock-first':
      return 'knock-first'
    case 'denied':
    case 'silent':
    case 'version':
      return 'off'
    case 'private-address':
    case 'no-address':
    case 'unreachable':
    case 'port':
      return 'open'
    case 'busy':
    case 'unproven':
    case 'malformed':
      return null
  }
}
