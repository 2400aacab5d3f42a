import type { PeerId } from '../../../../shared/ids.ts'
import { deadline } from '../../../platform/clock.ts'
import type { BrowseParts, BrowsePeers, FoundSite, OpenOptions } from '../types.ts'
import { type Device, type DeviceMemory, inOrder } from './devices.ts'
import { judge, type Judged, mostTelling, whyUnreachable } from './judged.ts'
import { CONNECT_MS, DIAL_MS, NEXT_ANSWER_MS, NEXT_DEVICE_MS } from './limits.ts'
import { OpenError } from './open-error.ts'
import { Shared } from './shared.ts'
import { firstOf } from './staggered.ts'

type LiveLaneParts = Pick<BrowseParts, 'clock' | 'log' | 'peers' | 'sites'> & { readonly memory: DeviceMemory }

export interface LiveAsked<Value> extends OpenOptions {
  readonly path: string
  /** Nothing changes where it is asked twice: another device may be asked where one gave no answer. */
  readonly isReading: boolean
  readonly ask: (peerId: PeerId, signal: AbortSignal) => Promise<Value>
  /** An answer that came when another one was taken already. */
  readonly drop: (value: Value) => void
}

export interface LiveAnswer<Value> {
  readonly peerId: PeerId
  readonly value: Value
}

/** No device of the owner answered. `isAway`: none could be reached, or has it, so a copy may take their place. */
export class LiveError extends Error {
  override readonly name = 'LiveError'
  readonly isAway: boolean
  readonly error: OpenError
  constructor(isAway: boolean, error: OpenError) {
    super(error.message, { cause: error })
    this.isAway = isAway
    this.error = error
  }
}

/** Asking the owner's devices: the best first, another where one does not answer, each dialled once for all who wait. */
export class LiveLane {
  readonly #parts: LiveLaneParts
  readonly #dials = new Shared<string, void>()
  readonly #stopped = new AbortController()

  constructor(parts: LiveLaneParts) {
    this.#parts = parts
  }

  /** *Errors*: LiveError; the signal's reason. */
  async ask<Value>(found: FoundSite, asked: LiveAsked<Value>): Promise<LiveAnswer<Value>> {
    const { clock, peers } = this.#parts
    const { signal, isReading } = asked
    const devices = found.devices.filter(({ peerId }) => peerId !== peers.me)
    if (devices.length === 0) throw new LiveError(true, new OpenError({ step: 'device', code: 'device-unreachable', why: whyNobody(found) }))
    const asking = new Asking(this.#parts, found, devices, asked, (left, over) => this.#reach(found, left, over, asked))
    const turns = devices.slice(0, isReading ? devices.length : 1).map(() => (own: AbortSignal) => asking.turn(own))
    try {
      const isFinal = (error: unknown): boolean => error instanceof LiveError
      return await firstOf(turns, { clock, afterMs: NEXT_ANSWER_MS, signal, isFinal, drop: ({ value }) => asked.drop(value) })
    } catch (error) {
      signal?.throwIfAborted()
      throw error instanceof LiveError ? error : asking.whyNobody()
    }
  }

  /**
   * Dials the device that will be asked first, while it is still found out whether there is a newer zone. Nothing is asked of it, and
   * who is asked in the end the newest zone says.
   */
  ahead({ site, devices }: FoundSite): void {
    const { memory, peers } = this.#parts
    const others = devices.filter(({ peerId }) => peerId !== peers.me)
    if (others.some(({ peerId }) => peers.connection(peerId) !== null)) return
    const usable = others.filter(({ peerId }) => memory.failureOf(peerId, null) === null)
    const [first] = inOrder(usable, (peerId) => ({ ...memory.facts(site, peerId), isConnected: false }))
    // Why it cannot be reached, whoever asks it hears.
    if (first !== undefined) void this.#dial(first, this.#stopped.signal).catch(() => {})
  }

  stop(why: Error): void {
    this.#stopped.abort(why)
    this.#dials.clear(why)
  }

  /** One that is connected, or the first that gets so. *Errors*: any, where none does in time. */
  async #reach(found: FoundSite, devices: readonly Device[], signal: AbortSignal, { onStep }: OpenOptions): Promise<PeerId> {
    const { clock, memory, peers } = this.#parts
    const connected = devices.find(({ peerId }) => peers.connection(peerId) !== null)
    if (connected !== undefined) return connected.peerId
    onStep?.('connect')
    const limit = deadline(clock, CONNECT_MS, 'connecting', signal)
    try {
      const dials = devices.map((device) => async (own: AbortSignal) => {
        try {
          await this.#dial(device, own)
        } catch (error) {
          if (!own.aborted) memory.failed(found.site, device.peerId, null, error)
          throw error
        }
        return device.peerId
      })
      return await firstOf(dials, { clock, afterMs: NEXT_DEVICE_MS, signal: limit.signal })
    } catch (error) {
      if (limit.signal.aborted && !signal.aborted) for (const { peerId } of devices) memory.failed(found.site, peerId, null, error)
      throw error
    } finally {
      limit.release()
    }
  }

  #dial({ peerId, addresses }: Device, signal: AbortSignal): Promise<void> {
    const { clock, peers } = this.#parts
    const dial = async (over: AbortSignal): Promise<void> => {
      const limit = deadline(clock, DIAL_MS, 'a dial', over)
      try {
        await peers.connect(peerId, addresses, limit.signal)
      } finally {
        limit.release()
      }
    }
    // A newer zone may know better addresses of the same device.
    return this.#dials.run([peerId, ...addresses].join(' '), dial, { signal })
  }
}

/** One page that is asked for: whom it was asked of, and what they said. */
class Asking<Value> {
  readonly #parts: LiveLaneParts
  readonly #found: FoundSite
  readonly #devices: readonly Device[]
  readonly #asked: LiveAsked<Value>
  readonly #reach: (left: readonly Device[], signal: AbortSignal) => Promise<PeerId>
  readonly #tried = new Set<PeerId>()
  readonly #unreached = new Set<PeerId>()
  readonly #said: Judged[] = []

  constructor(
    parts: LiveLaneParts,
    found: FoundSite,
    devices: readonly Device[],
    asked: LiveAsked<Value>,
    reach: (left: readonly Device[], signal: AbortSignal) => Promise<PeerId>,
  ) {
    this.#parts = parts
    this.#found = found
    this.#devices = devices
    this.#asked = asked
    this.#reach = reach
  }

  /** Until somebody answers or nobody is left. *Errors*: LiveError, where that is the end of it; any other: ask the next. */
  async turn(own: AbortSignal): Promise<LiveAnswer<Value>> {
    const { signal, onStep } = this.#asked
    const both = signal === undefined ? own : AbortSignal.any([own, signal])
    for (;;) {
      onStep?.('device')
      const left = this.#left()
      if (left.length === 0) throw new Error('nobody is left to ask')
      const peerId = await this.#reach(left, both).catch((error: unknown) => {
        for (const device of left) this.#unreached.add(device.peerId)
        throw error
      })
      // Another turn may have waited for the same one.
      if (this.#tried.has(peerId)) continue
      this.#tried.add(peerId)
      const value = await this.#one(peerId, both)
      if (value !== null) return { peerId, value: value.is }
    }
  }

  whyNobody(): LiveError {
    const said = this.#said.map(({ error }) => error)
    const failed = this.#devices.map(({ peerId }) => this.#failureOf(peerId)?.error).find((error) => error !== undefined)
    const unreachable = new OpenError({ step: 'connect', code: 'device-unreachable', why: whyUnreachable(this.#found.site) }, { cause: failed })
    // One that said no more than that it does not have the site says nothing of those that could not be reached.
    const isHeard = said.length > 0 && (this.#tried.size === this.#devices.length || said.some(({ facts }) => facts.code !== 'no-site'))
    return new LiveError(this.#said.every(({ means }) => means === 'away'), (isHeard ? mostTelling(said) : null) ?? unreachable)
  }

  #left(): Device[] {
    const { memory, peers } = this.#parts
    const { site } = this.#found
    const left = this.#devices.filter(({ peerId }) => !this.#tried.has(peerId) && !this.#unreached.has(peerId) && this.#failureOf(peerId) === null)
    return inOrder(left, (peerId) => ({ ...memory.facts(site, peerId), isConnected: peers.connection(peerId) !== null }))
  }

  #failureOf(peerId: PeerId): { readonly error: unknown } | null {
    return this.#parts.memory.failureOf(peerId, connectionOf(this.#parts.peers, peerId))
  }

  /** Null: it did not answer, and another one may. */
  async #one(peerId: PeerId, both: AbortSignal): Promise<{ is: Value } | null> {
    const { memory, log, peers, sites } = this.#parts
    const { path, isReading, onStep } = this.#asked
    const { site } = this.#found
    const step = memory.facts(site, peerId).isGood ? 'answer' : 'door'
    onStep?.(step)
    try {
      const value = await this.#asked.ask(peerId, both)
      memory.answered(site, peerId)
      onStep?.('answer')
      return { is: value }
    } catch (error) {
      both.throwIfAborted()
      const isAtDoor = step === 'door' && peers.connection(peerId) !== null
      const judged = judge(error, { found: this.#found, peerId, path, isAtDoor, refusalOf: (one) => sites.refusalOf(one) })
      const { code } = judged.error.facts
      log.info({ peer: peerId, code, error }, 'a device of a site gave no answer')
      if (code === 'no-site') memory.without(site, peerId)
      else if (judged.means === 'away' && code !== 'busy') memory.failed(site, peerId, connectionOf(peers, peerId), error)
      this.#said.push(judged)
      if (judged.means === 'final' || !isReading) throw new LiveError(judged.means === 'away', judged.error)
      return null
    }
  }
}

export function connectionOf(peers: Pick<BrowsePeers, 'connection'>, peerId: PeerId): string | null {
  return peers.connection(peerId)?.peer.connection ?? null
}

function whyNobody({ site }: FoundSite): string {
  return `Its zone names no other device for ${site}, and none of its owner is known here: ask them to publish their site again.`
}
