import type { PeerId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { BlockId } from '../dag/block-id.ts'
import { MAX_SWARMS } from '../limits.ts'
import { Swarm, type SwarmParts } from './swarm.ts'

/** One for each site and root that is read from others, so that all who read it share its sources. */
export class Swarms {
  readonly #parts: SwarmParts
  /** The least recently used first. */
  readonly #swarms = new Map<string, Swarm>()

  constructor(parts: SwarmParts) {
    this.#parts = parts
  }

  of(site: SiteName, root: BlockId, devices: readonly PeerId[]): Swarm {
    const key = `${site} ${root}`
    const swarm = this.#swarms.get(key) ?? new Swarm(site, root, devices, this.#parts)
    if (devices.length > 0) swarm.devices = devices
    this.#swarms.delete(key)
    this.#swarms.set(key, swarm)
    for (const [oldest, idle] of this.#swarms) {
      if (this.#swarms.size <= MAX_SWARMS) break
      if (idle === swarm || !idle.isIdle) continue
      this.#swarms.delete(oldest)
      idle.close(new Error('too many sites are read'))
    }
    return swarm
  }

  disconnected(peerId: PeerId): void {
    for (const swarm of this.#swarms.values()) swarm.disconnected(peerId)
  }

  close(why: Error): void {
    for (const swarm of this.#swarms.values()) swarm.close(why)
    this.#swarms.clear()
  }
}
