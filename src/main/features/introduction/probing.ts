import type { PeerId } from '../../../shared/ids.ts'
import { deadline, type Clock } from '../../platform/clock.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import type { RefusedCode } from '../../protocols/introduction/index.ts'
import { MAX_PROBED, MAX_PROBES_AT_ONCE, PROBE_EVERY_MS, PROBE_TIMEOUT_MS } from './limits.ts'
import { hostOf } from './policy.ts'

export type Probed =
  | { verdict: 'probed'; results: { port: number; reached: boolean }[] }
  | { verdict: 'refuse'; code: RefusedCode; why: string }

/**
 * Tries from outside whether a device can be reached, at the IP address from which it is connected and at no other: so
 * nobody can have another probed, and private addresses are dialled only for those who are in the same network.
 */
export class Probing {
  readonly #clock: Clock
  readonly #dialBack: (address: string, peerId: PeerId, signal: AbortSignal) => Promise<boolean>
  /** When each device was last probed, on the monotonic clock; the oldest first. */
  readonly #lastMs = new Map<PeerId, number>()
  /** The IP addresses that are being dialled: one device of each at a time. */
  readonly #underWay = new Set<string>()

  constructor(parts: {
    clock: Clock
    dialBack: (address: string, peerId: PeerId, signal: AbortSignal) => Promise<boolean>
  }) {
    this.#clock = parts.clock
    this.#dialBack = parts.dialBack
  }

  async probe(peer: RemotePeer, ports: readonly number[], signal: AbortSignal): Promise<Probed> {
    const base = dialableBase(peer)
    if (base === null) return { verdict: 'refuse', code: 'denied', why: 'not connected over TCP from an IP address' }
    const busy = this.#whyNot(peer.peerId, base)
    if (busy !== null) return { verdict: 'refuse', code: 'busy', why: busy }
    this.#lastMs.set(peer.peerId, this.#clock.monotonicMs())
    this.#underWay.add(base)
    try {
      const each = [...new Set(ports)]
      const reached = await Promise.all(each.map((port) => this.#reaches(`${base}/tcp/${port}`, peer.peerId, signal)))
      return { verdict: 'probed', results: each.map((port, at) => ({ port, reached: reached[at] === true })) }
    } finally {
      this.#underWay.delete(base)
    }
  }

  #whyNot(peerId: PeerId, base: string): string | null {
    const nowMs = this.#clock.monotonicMs()
    for (const [known, lastMs] of this.#lastMs) {
      if (nowMs - lastMs < PROBE_EVERY_MS) break
      this.#lastMs.delete(known)
    }
    if (this.#lastMs.has(peerId)) return 'probed within the last 20 s'
    if (this.#underWay.has(base)) return 'its address is being probed'
    if (this.#underWay.size >= MAX_PROBES_AT_ONCE) return 'too many are being probed'
    return this.#lastMs.size >= MAX_PROBED ? 'too many were probed' : null
  }

  async #reaches(address: string, peerId: PeerId, parent: AbortSignal): Promise<boolean> {
    const { signal, release } = deadline(this.#clock, PROBE_TIMEOUT_MS, 'a probe', parent)
    const late = new Promise<false>((resolve) => {
      if (signal.aborted) resolve(false)
      signal.addEventListener('abort', () => resolve(false), { once: true })
    })
    try {
      return await Promise.race([this.#dialBack(address, peerId, signal), late])
    } catch {
      return false
    } finally {
      release()
    }
  }
}

/** `/ip4/…` or `/ip6/…` of a TCP connection; a zone of this machine's own means nothing at the other end. */
function dialableBase({ address, route }: RemotePeer): string | null {
  const [, family, host, transport] = address.split('/')
  if (route === 'relayed' || transport !== 'tcp' || hostOf(address) === null) return null
  return `/${family}/${host}`
}
