import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { BrowsePeers, FoundSite } from '../types.ts'
import { LOOK_FOR_OWNER_MS, MAX_REMEMBERED } from './limits.ts'

interface Gone {
  /** Whose the name was then. */
  readonly owner: FoundSite['owner']
  /** Connections that were there then, and of no use. */
  readonly connections: ReadonlySet<string>
  lookedMs: number
}

/** Sites whose owner was away when they were asked for last: their copy is shown at once, and they are looked for beside. */
export class AwaySites {
  readonly #clock: Clock
  readonly #peers: Pick<BrowsePeers, 'connection'>
  readonly #gone = new Map<SiteName, Gone>()

  constructor(clock: Clock, peers: Pick<BrowsePeers, 'connection'>) {
    this.#clock = clock
    this.#peers = peers
  }

  /** A connection that was not there when they went says that they are back. */
  has({ site, owner, devices }: FoundSite): boolean {
    const gone = this.#gone.get(site)
    if (gone === undefined) return false
    if (gone.owner === owner && this.#connections(devices).every((connection) => gone.connections.has(connection))) return true
    this.#gone.delete(site)
    return false
  }

  went({ site, owner, devices }: FoundSite): void {
    if (this.#gone.get(site)?.owner === owner) return
    this.#gone.set(site, { owner, connections: new Set(this.#connections(devices)), lookedMs: this.#clock.monotonicMs() })
    const [oldest] = this.#gone.keys()
    if (this.#gone.size > MAX_REMEMBERED && oldest !== undefined) this.#gone.delete(oldest)
  }

  cameBack(site: SiteName): void {
    this.#gone.delete(site)
  }

  /** Whether it is time to look for the owner again; then it counts as done. */
  isToLook(site: SiteName): boolean {
    const gone = this.#gone.get(site)
    const nowMs = this.#clock.monotonicMs()
    if (gone === undefined || nowMs - gone.lookedMs < LOOK_FOR_OWNER_MS) return false
    gone.lookedMs = nowMs
    return true
  }

  #connections(devices: FoundSite['devices']): string[] {
    return devices.flatMap(({ peerId }) => this.#peers.connection(peerId)?.peer.connection ?? [])
  }
}
