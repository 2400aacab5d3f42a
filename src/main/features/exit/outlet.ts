import { pipeline, type Duplex } from 'node:stream'
import type { PeerId } from '../../../shared/ids.ts'
import { deadline, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type RemotePeer } from '../../platform/streams.ts'
import { EXIT_PORT, type AskedOut, type RefusedStatus } from '../../protocols/exit/index.ts'
import { readHost, type Host } from './hosts.ts'
import { isOn, isPublicAddress } from './judge.ts'
import {
  CONNECT_TIMEOUT_MS,
  DIAL_TIMEOUT_MS,
  IDLE_MS,
  MAX_ADDRESSES,
  MAX_DIALLED,
  MAX_STREAMS,
  MAX_STREAMS_OF_PEER,
  RESOLVE_TIMEOUT_MS,
} from './limits.ts'
import type { ExitParts } from './types.ts'
import type { UseOf, Uses } from './uses.ts'

type Parts = Pick<ExitParts, 'admits' | 'stays' | 'who' | 'resolve' | 'dial' | 'networks' | 'ownTlds' | 'log'> & {
  readonly clock: Clock
  readonly uses: Uses
}

interface Flow {
  readonly peer: RemotePeer
  readonly host: string
  readonly stream: Duplex
}

/** The way out for contacts through this device: to hosts of the outside web, and to nothing nearer. */
export class Outlet {
  readonly #parts: Parts
  readonly #taken = new Map<PeerId, number>()
  readonly #flows = new Set<Flow>()
  #all = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async serve(asked: AskedOut): Promise<void> {
    const { peer, opening, gone } = asked
    const giveBack = this.#take(peer.peerId)
    if (giveBack === null) return asked.refuse('busy')
    let isOpen = false
    try {
      const host = 'check' in opening ? null : readHost(opening.host, this.#parts.ownTlds?.() ?? [])
      const status = await this.#doorFor(peer, typeof host === 'object' && host !== null ? host.text : '', gone)
      if (gone.aborted) return
      if (status === 'silent') return asked.drop(new Error('the door gives no answer'))
      if (status !== 'open') return await asked.refuse(status)
      if ('check' in opening || host === null) return await asked.wouldOpen()
      isOpen = await this.#out(asked, host, opening.port, giveBack)
    } finally {
      if (!isOpen) giveBack()
    }
  }

  /** Rules or contacts changed: whoever would not be let out any more is cut off. */
  reconsider(): void {
    for (const { peer, host, stream } of this.#flows) {
      if (!this.#mayStay(peer, host)) stream.destroy(new StreamCutError('not let out any more'))
    }
  }

  #mayStay(peer: RemotePeer, host: string): boolean {
    const { who, stays } = this.#parts
    return who(peer.peerId)?.isContact === true && stays?.(peer, host).verdict !== 'refuse'
  }

  stop(): void {
    for (const { stream } of this.#flows) stream.destroy(new StreamCutError('the node stops'))
  }

  async #doorFor(peer: RemotePeer, host: string, signal: AbortSignal): Promise<'open' | 'silent' | RefusedStatus> {
    const admission = await this.#parts.admits(peer, host, signal)
    if (admission.verdict === 'refuse') return admission.code === 'version' ? 'denied' : admission.code
    // The door says so too. Whoever wires another one does not open this by it.
    return this.#parts.who(peer.peerId)?.isContact === true ? 'open' : 'denied'
  }

  /** Whether a connection is there now; it was answered in any case. */
  async #out(asked: AskedOut, host: Host | 'private' | 'none', port: number, giveBack: () => void): Promise<boolean> {
    const { peer, gone } = asked
    const { who, uses } = this.#parts
    const person = who(peer.peerId)
    const name = typeof host === 'string' ? '' : host.text
    const of: UseOf | null =
      person === null || name === ''
        ? null
        : { whose: 'theirs', account: person.account, peerId: peer.peerId, called: person.called, host: name, port }
    const outcome = await this.#reach(host, port, gone)
    if (gone.aborted) {
      if (typeof outcome !== 'string') outcome.destroy()
      return false
    }
    if (typeof outcome === 'string') {
      if (of !== null) uses.refused(of)
      await asked.refuse(outcome)
      return false
    }
    // Finding the host took a while, in which the person may have thought better of it.
    if (!this.#mayStay(peer, name)) {
      outcome.destroy()
      await asked.refuse('denied')
      return false
    }
    this.#join({ peer, host: name, stream: outcome }, asked, of, giveBack)
    return true
  }

  async #reach(host: Host | 'private' | 'none', port: number, gone: AbortSignal): Promise<Duplex | RefusedStatus> {
    if (host === 'private') return 'private-address'
    if (host === 'none') return 'no-address'
    if (port !== EXIT_PORT) return 'port'
    const addresses = host.kind === 'ip' ? [host.text] : await this.#resolved(host.text, gone)
    if (addresses.length === 0 || addresses.length > MAX_ADDRESSES) return 'no-address'
    // One that leads home among others that do not is no accident: none of them is dialled.
    const isNear = isOn(this.#parts.networks?.() ?? [])
    if (addresses.some((ip) => !isPublicAddress(ip) || isNear(ip))) return 'private-address'
    return (await this.#dialled(addresses.slice(0, MAX_DIALLED), port, gone)) ?? 'unreachable'
  }

  async #resolved(host: string, gone: AbortSignal): Promise<readonly string[]> {
    const { clock, resolve, log } = this.#parts
    const limit = deadline(clock, RESOLVE_TIMEOUT_MS, 'resolving a host', gone)
    try {
      return await orGone(resolve(host, limit.signal), limit.signal)
    } catch (error) {
      log.debug({ error }, 'a host was not resolved')
      return []
    } finally {
      limit.release()
    }
  }

  /** To the addresses that were judged, one after the other. There is no second look at the DNS. */
  async #dialled(addresses: readonly string[], port: number, gone: AbortSignal): Promise<Duplex | null> {
    const { clock } = this.#parts
    const all = deadline(clock, CONNECT_TIMEOUT_MS, 'connecting to a host', gone)
    try {
      for (const ip of addresses) {
        const socket = await this.#dial(ip, port, all.signal)
        if (socket !== null) return socket
        if (all.signal.aborted) return null
      }
      return null
    } finally {
      all.release()
    }
  }

  async #dial(ip: string, port: number, parent: AbortSignal): Promise<Duplex | null> {
    const { clock, dial, log } = this.#parts
    const { signal, release } = deadline(clock, DIAL_TIMEOUT_MS, 'connecting to an address', parent)
    const dialling = dial(ip, port, signal)
    try {
      return await orGone(dialling, signal)
    } catch (error) {
      // What comes all the same is closed again.
      dialling.then((socket) => socket.destroy(), () => {})
      log.debug({ error }, 'a host did not answer')
      return null
    } finally {
      release()
    }
  }

  #join({ peer, host, stream: socket }: Flow, asked: AskedOut, of: UseOf | null, giveBack: () => void): void {
    const stream = asked.open()
    const flow: Flow = { peer, host, stream }
    this.#flows.add(flow)
    const closed =
      of === null
        ? () => {}
        : this.#parts.uses.opened(of, () => ({ sentBytes: stream.bytesRead, receivedBytes: stream.bytesWritten }))
    stream.setTimeout(IDLE_MS, () => stream.destroy(new StreamCutError('nothing moved')))
    stream.once('close', () => {
      this.#flows.delete(flow)
      socket.destroy()
      closed()
      giveBack()
    })
    // How either ends is the other's end; each way may end by itself.
    pipeline(stream, socket, () => {})
    pipeline(socket, stream, () => {})
  }

  /** The way to give a place back, of which only the first call counts; null when all are taken. */
  #take(peerId: PeerId): (() => void) | null {
    const taken = this.#taken.get(peerId) ?? 0
    if (taken >= MAX_STREAMS_OF_PEER || this.#all >= MAX_STREAMS) return null
    this.#taken.set(peerId, taken + 1)
    this.#all++
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#all--
      const left = (this.#taken.get(peerId) ?? 0) - 1
      if (left > 0) this.#taken.set(peerId, left)
      else this.#taken.delete(peerId)
    }
  }
}

/** Also what does not listen to the signal is not waited for longer. */
function orGone<Value>(made: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(signal.reason)
    if (signal.aborted) gone()
    signal.addEventListener('abort', gone, { once: true })
    made.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone))
  })
}
