import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Clock } from '../../../platform/clock.ts'
import { StreamCutError, type RemotePeer } from '../../../platform/streams.ts'
import { SITE_PROTOCOL, SiteStream } from '../../../protocols/site/index.ts'
import { Asking } from '../ask/asking.ts'
import type { SiteServer } from '../serve/site-server.ts'
import type { SiteAnswer, SiteConnection, SiteRequest } from '../types.ts'
import { memoryStreams } from './memory-streams.ts'

export interface OwnPagesParts {
  readonly clock: Clock
  readonly me: { readonly peerId: PeerId; readonly account: AccountId }
  /** Null: no site of this device has that name. */
  readonly serverOf: (site: SiteName) => Pick<SiteServer, 'take'> | null
}

/**
 * Pages of this device's own sites, for its own person: the same server and the same client as between two devices, with a
 * stream within this process between them. No door, as nobody comes in; no network; nobody is counted as a visitor.
 */
export class OwnPages {
  readonly #parts: OwnPagesParts
  readonly #asking: Asking

  constructor(parts: OwnPagesParts) {
    this.#parts = parts
    this.#asking = new Asking({ clock: parts.clock, protocol: { ask: (_peerId, { site, path }, turn) => this.#open(site, path, turn) }, pace: null })
  }

  /** Errors: LatchError NOT_FOUND, and as of `fetchFrom`. */
  async fetch(site: SiteName, request: SiteRequest, signal?: AbortSignal): Promise<SiteAnswer> {
    this.#serverOf(site)
    const answer = await this.#asking.fetchFrom(this.#parts.me.peerId, site, request, signal)
    return { ...answer, peer: null }
  }

  /** Errors: as of `fetch`. */
  async connect(site: SiteName, request: Omit<SiteRequest, 'method' | 'body'>, signal?: AbortSignal): Promise<SiteConnection | SiteAnswer> {
    this.#serverOf(site)
    const answer = await this.#asking.connectTo(this.#parts.me.peerId, site, request, signal)
    return 'stream' in answer ? answer : { ...answer, peer: null }
  }

  close(): void {
    this.#asking.close()
  }

  #serverOf(site: SiteName): Pick<SiteServer, 'take'> {
    const server = this.#parts.serverOf(site)
    if (server === null) throw new LatchError('NOT_FOUND', 'No site of this device is published under that name.')
    return server
  }

  #open(site: SiteName, path: string | null, turn?: (signal: AbortSignal) => Promise<void>): SiteStream {
    const { clock, me } = this.#parts
    const given = new AbortController()
    const opened = async () => {
      await turn?.(given.signal)
      const server = this.#serverOf(site)
      const [mine, theirs] = memoryStreams(oneself(me.peerId), SITE_PROTOCOL)
      server.take(new SiteStream({ stream: theirs, clock, side: 'asked' }), { site, ...me, isOwner: true }, path)
      return mine
    }
    return new SiteStream({ stream: opened(), clock, side: 'asking', onDestroyed: () => given.abort(new StreamCutError('given up')) })
  }
}

function oneself(peerId: PeerId): RemotePeer {
  return { peerId, connection: 'within this device', route: 'local', transport: 'memory', address: '', direction: 'inbound', circuit: null }
}
