import type { PeerId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { FoundSite } from '../types.ts'
import { FAILED_MS, MAX_REMEMBERED, NO_SITE_MS } from './limits.ts'

export type Device = FoundSite['devices'][number]

/** What is known of a device, as far as it decides when it is asked. */
export interface DeviceFacts {
  readonly isConnected: boolean
  /** It answered for this site last. */
  readonly isGood: boolean
  /** It said shortly before that it has no such site. */
  readonly isWithout: boolean
}

/** Connected ones first, then the one that was good, then as the zone has them; last, those that do not have the site. Pure. */
export function inOrder(devices: readonly Device[], factsOf: (peerId: PeerId) => DeviceFacts): Device[] {
  const rank = ({ peerId }: Device): number => {
    const { isConnected, isGood, isWithout } = factsOf(peerId)
    return (isWithout ? 4 : 0) + (isConnected ? 0 : 2) + (isGood ? 0 : 1)
  }
  return devices.toSorted((a, b) => rank(a) - rank(b))
}

interface Failed {
  readonly error: unknown
  /** The one that it had then, and that was of no use. */
  readonly connection: string | null
  readonly untilMs: number
}

/** What became of devices that were asked: which was good, which failed, which has nothing of the site. */
export class DeviceMemory {
  readonly #clock: Clock
  /** The device that answered last, by site. */
  readonly #good = new Map<SiteName, PeerId>()
  readonly #failed = new Map<PeerId, Failed>()
  readonly #without = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  facts(site: SiteName, peerId: PeerId): Omit<DeviceFacts, 'isConnected'> {
    return {
      isGood: this.#good.get(site) === peerId,
      isWithout: (this.#without.get(keyOf(site, peerId)) ?? -Infinity) > this.#clock.monotonicMs(),
    }
  }

  /** Why it gave no answer a moment ago; null: nothing is known against it, or it has another connection since. */
  failureOf(peerId: PeerId, connection: string | null): { readonly error: unknown } | null {
    const failed = this.#failed.get(peerId)
    if (failed === undefined || failed.untilMs <= this.#clock.monotonicMs()) return null
    return connection === null || connection === failed.connection ? failed : null
  }

  answered(site: SiteName, peerId: PeerId): void {
    put(this.#good, site, peerId)
    this.#failed.delete(peerId)
    this.#without.delete(keyOf(site, peerId))
  }

  failed(site: SiteName, peerId: PeerId, connection: string | null, error: unknown): void {
    if (this.#good.get(site) === peerId) this.#good.delete(site)
    put(this.#failed, peerId, { error, connection, untilMs: this.#clock.monotonicMs() + FAILED_MS })
  }

  without(site: SiteName, peerId: PeerId): void {
    if (this.#good.get(site) === peerId) this.#good.delete(site)
    put(this.#without, keyOf(site, peerId), this.#clock.monotonicMs() + NO_SITE_MS)
  }

  /** Somebody asks for it again: nothing is held against anybody. */
  forgive(site: SiteName, peerId: PeerId): void {
    this.#failed.delete(peerId)
    this.#without.delete(keyOf(site, peerId))
  }
}

function keyOf(site: SiteName, peerId: PeerId): string {
  return `${peerId} ${site}`
}

function put<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > MAX_REMEMBERED && oldest !== undefined) map.delete(oldest)
}
