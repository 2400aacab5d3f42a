import { pipeline, type Duplex } from 'node:stream'
import type { PeerId } from '../../../shared/ids.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { orAborted } from '../../platform/or-aborted.ts'
import { Places } from '../../platform/places.ts'
import { StreamCutError, type RemotePeer } from '../../platform/streams.ts'
import { EXIT_PORT, type AskedOut, type RefusedStatus } from '../../protocols/exit/index.ts'
import { readHost, type Host } from './hosts.ts'
import { eachByItself, isOn, isPublicAddress } from './judge.ts'
import {
  CONNECT_TIMEOUT_MS,
  DIAL_TIMEOUT_MS,
  IDLE_MS,
  MAX_ADDRESSES,
  MAX_DIALLED,
  MAX_NAMED_HOSTS,
  MAX_STREAMS,
  MAX_STREAMS_OF_PEER,
  MAX_UNPROVEN,
  MAX_UNPROVEN_OF_PEER,
  UNPROVEN_MS,
} from './limits.ts'
import { LookUps } from './look-ups.ts'
import type { ExitParts } from './types.ts'
import type { UseOf, Uses } from './uses.ts'

type Parts = Pick<ExitParts, 'admits' | 'stays' | 'who' | 'resolve' | 'dial' | 'networks' | 'seenAs' | 'named' | 'ownTlds' | 'log'> & {
  readonly clock: Clock
  readonly uses: Uses
}

/** No host is called so: what is said of it is said of all that no rule names. */
const ANY_HOST = '*'

interface Flow {
  readonly peer: RemotePeer
  readonly host: string
  readonly stream: Duplex
}

/** The way out for contacts through this device: to hosts of the outside web, and to nothing nearer. */
export class Outlet {
  readonly #parts: Parts
  readonly #lookUps: LookUps
  readonly #places = new Places<PeerId>({ all: MAX_STREAMS, each: MAX_STREAMS_OF_PEER })
  readonly #waiting = new Places<PeerId>({ all: MAX_UNPROVEN, each: MAX_UNPROVEN_OF_PEER })
  readonly #flows = new Set<Flow>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#lookUps = new LookUps(parts.clock, parts.resolve)
  }

  /** A place is a contact's: whoever is not known to be one waits, and is refused, beside them. */
  async serve(asked: AskedOut): Promise<void> {
    const { peer, opening, gone } = asked
    const isKnown = this.#isContact(peer)
    const taken = (isKnown ? this.#places : this.#waiting).take(peer.peerId)
    if (taken === null) return asked.refuse('busy')
    let giveBack = taken
    let isOpen = false
    try {
      const host = opening.host === undefined ? null : readHost(opening.host, this.#parts.ownTlds?.() ?? [])
      const name = typeof host === 'object' && host !== null ? host.text : ANY_HOST
      // Whoever only asks whether uses no allowance for once up.
      const isYes = 'check' in opening && isKnown && this.#parts.stays?.(peer, name).verdict === 'allow'
      const status = isYes ? 'open' : await this.#doorFor(peer, name, gone)
      if (gone.aborted) return
      if (status === 'silent') return asked.drop(new Error('the door gives no answer'))
      if ('check' in opening) return await this.#checked(asked, host, status)
      if (status !== 'open') return await asked.refuse(status)
      if (!isKnown) {
        giveBack()
        const place = this.#places.take(peer.peerId)
        if (place === null) return await asked.refuse('busy')
        giveBack = place
      }
      isOpen = await this.#out(asked, host ?? 'none', opening.port, giveBack)
    } finally {
      if (!isOpen) giveBack()
    }
  }

  /** Nothing is looked up or dialled for it. */
  async #checked({ peer, ...asked }: AskedOut, host: Host | 'private' | 'none' | null, status: 'open' | RefusedStatus): Promise<void> {
    const isLetOut = status === 'open'
    if (isLetOut && host === 'private') return asked.refuse('private-address')
    if (isLetOut && host === 'none') return asked.refuse('no-address')
    const exceptions = host === null && this.#isContact(peer) && this.#hasExceptions(peer, isLetOut)
    return isLetOut ? asked.wouldOpen(exceptions) : asked.refuse(status, exceptions)
  }

  /** Whether of a host that a rule names they would hear another answer. Which, they hear when they ask about it. */
  #hasExceptions(peer: RemotePeer, isLetOut: boolean): boolean {
    const { named, stays } = this.#parts
    const hosts = [...new Set(named?.() ?? [])].slice(0, MAX_NAMED_HOSTS)
    return hosts.some((host) => stays !== undefined && (stays(peer, host).verdict === 'allow') !== isLetOut)
  }

  /** Rules or contacts changed: whoever would not be let out any more is cut off. */
  reconsider(): void {
    for (const { peer, host, stream } of this.#flows) {
      if (!this.#mayStay(peer, host)) stream.destroy(new StreamCutError('not let out any more'))
    }
  }

  #mayStay(peer: RemotePeer, host: string): boolean {
    return this.#isContact(peer) && this.#parts.stays?.(peer, host).verdict !== 'refuse'
  }

  #isContact({ peerId }: RemotePeer): boolean {
    return this.#parts.who(peerId)?.isContact === true
  }

  stop(): void {
    for (const { stream } of this.#flows) stream.destroy(new StreamCutError('the node stops'))
  }

  async #doorFor(peer: RemotePeer, host: string, gone: AbortSignal): Promise<'open' | 'silent' | RefusedStatus> {
    const { signal, release } = deadline(this.#parts.clock, UNPROVEN_MS, 'a proof', gone)
    try {
      const admission = await orAborted(this.#parts.admits(peer, host, signal), signal)
      if (admission.verdict === 'refuse') return admission.code === 'version' ? 'denied' : admission.code
      // The door says so too. Whoever wires another one does not open this by it.
      return this.#isContact(peer) ? 'open' : 'denied'
    } catch (error) {
      if (gone.aborted) return 'silent'
      if (error instanceof DeadlineError) return 'unproven'
      throw error
    } finally {
      release()
    }
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
    const outcome = await this.#reach(host, port, person?.account ?? peer.peerId, gone)
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

  async #reach(
    host: Host | 'private' | 'none',
    port: number,
    whose: string,
    gone: AbortSignal,
  ): Promise<Duplex | RefusedStatus> {
    if (host === 'private') return 'private-address'
    if (host === 'none') return 'no-address'
    if (port !== EXIT_PORT) return 'port'
    const addresses = host.kind === 'ip' ? [host.text] : await this.#resolved(host.text, whose, gone)
    if (addresses.length === 0 || addresses.length > MAX_ADDRESSES) return 'no-address'
    // One that leads home among others that do not is no accident: none of them is dialled.
    const { networks, seenAs } = this.#parts
    const isNear = isOn([...(networks?.() ?? []), ...eachByItself(seenAs?.() ?? [])])
    if (addresses.some((ip) => !isPublicAddress(ip) || isNear(ip))) return 'private-address'
    return (await this.#dialled(addresses.slice(0, MAX_DIALLED), port, gone)) ?? 'unreachable'
  }

  async #resolved(host: string, whose: string, gone: AbortSignal): Promise<readonly string[]> {
    try {
      return await this.#lookUps.addressesOf(host, whose, gone)
    } catch (error) {
      this.#parts.log.debug({ error }, 'a host was not resolved')
      return []
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
      return await orAborted(dialling, signal)
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
}
