import type { Cancel, Clock } from '../platform/clock.ts'
import type { RemotePeer } from '../platform/streams.ts'
import { leading, type Leading } from './dht-addresses.ts'
import { SECOND } from '../../shared/units.ts'

/** A decision that differs from what holds must hold so long itself: connections drop, and laptops change networks. */
export const MODE_HOLD_MS = 30 * SECOND

export interface Mode {
  readonly mode: 'server' | 'client'
  /** One sentence for the person. */
  readonly why: string
}

export interface Surroundings {
  /** Where this device tells others that it can be reached. */
  readonly announced: readonly string[]
  /** Of the addresses at which others see it, those where somebody reached it, or that are its own machine's. */
  readonly confirmed: readonly string[]
  readonly connections: readonly Pick<RemotePeer, 'route' | 'address'>[]
}

/**
 * Whether others may ask this device, or it only asks. libp2p's own rule waits for a public address, which leaves a network
 * at home, or in one room, without anybody to ask. Only connections say that a network is a public one: they were
 * proven, where an address that is told is anybody's word, with which all of a house could be silenced.
 */
export function modeOf({ announced, confirmed, connections }: Surroundings): Mode {
  if (confirmed.some((address) => reachOf(address) === 'public')) {
    return { mode: 'server', why: 'Others reach this device at a public address, so they may ask it.' }
  }
  const reaches = announced.map(reachOf)
  const isPublicNetwork = connections.some(({ route, address }) => route === 'direct' && reachOf(address) === 'public')
  if (isPublicNetwork) {
    return {
      mode: 'client',
      why: 'Others of this network are on the internet, and nobody is known to reach this device from there, so it only asks.',
    }
  }
  if (reaches.includes('private')) {
    return { mode: 'server', why: 'This is a private network, in which others reach this device, so they may ask it.' }
  }
  if (reaches.includes('loopback')) {
    return { mode: 'server', why: 'Only programs on this machine reach this device, and they may ask it.' }
  }
  if (reaches.includes('relayed')) {
    return { mode: 'client', why: 'Others reach this device through a relay only, which carries no questions of the DHT, so it only asks.' }
  }
  return { mode: 'client', why: 'Others cannot reach this device, so it only asks.' }
}

function reachOf(address: string): Leading['to'] | 'relayed' {
  if (/\/p2p-circuit(\/|$)/.test(address)) return 'relayed'
  const { to } = leading(address)
  return to === 'memory' ? 'loopback' : to
}

/** The first decision counts at once, each other one when it has held for a while. */
export class SteadyMode {
  readonly #clock: Clock
  readonly #changed: (mode: Mode) => void
  #mode: Mode | null = null
  #wanted: Mode | null = null
  #cancel: Cancel = () => {}

  constructor(clock: Clock, changed: (mode: Mode) => void) {
    this.#clock = clock
    this.#changed = changed
  }

  get mode(): Mode | null {
    return this.#mode
  }

  decided(mode: Mode): void {
    if (this.#mode === null) return this.#apply(mode)
    if (mode.mode === this.#mode.mode) {
      this.#wanted = null
      this.#cancel()
      // The same for another reason.
      if (mode.why !== this.#mode.why) this.#apply(mode)
      return
    }
    const isWaiting = this.#wanted !== null
    this.#wanted = mode
    if (isWaiting) return
    this.#cancel = this.#clock.after(MODE_HOLD_MS, () => {
      if (this.#wanted !== null) this.#apply(this.#wanted)
    })
  }

  stop(): void {
    this.#cancel()
    this.#wanted = null
  }

  #apply(mode: Mode): void {
    this.#mode = mode
    this.#wanted = null
    this.#changed(mode)
  }
}
