import type { PeersFeature } from '../../src/main/features/peers/types.ts'
import { follow } from '../../src/main/platform/feed.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import type { Peer } from '../../src/shared/model/peers.ts'

/** How a peer was connected, in ms since `begin`. */
export interface Paths {
  readonly connectedMs: number | null
  readonly directMs: number | null
  readonly state: Peer['state'] | null
  readonly route: Peer['route']
  readonly transport: Peer['transport']
  /** Each route that was seen, in order. */
  readonly was: readonly string[]
}

const unknown: Paths = { connectedMs: null, directMs: null, state: null, route: null, transport: null, was: [] }

/** What the window would show of each peer, with the times. */
export class Routes {
  readonly #paths = new Map<PeerId, Paths & { startMs: number }>()

  constructor(peers: PeersFeature) {
    void follow(
      () => peers.watch(),
      (item) => {
        if (item.kind === 'snapshot') for (const peer of item.snapshot.peers) this.#changed(peer)
        else if (item.event.event === 'peer-changed') this.#changed(item.event.peer)
      },
    )
  }

  begin(peerId: PeerId): void {
    this.#paths.set(peerId, { ...unknown, startMs: performance.now() })
  }

  of(peerId: PeerId): Paths {
    return this.#paths.get(peerId) ?? unknown
  }

  #changed({ peerId, state, route, transport }: Peer): void {
    const before = this.#paths.get(peerId) ?? { ...unknown, startMs: performance.now() }
    const nowMs = performance.now() - before.startMs
    const isDirect = state === 'connected' && route !== null && route !== 'relayed'
    const way = state === 'connected' ? `${route} ${transport}` : state
    this.#paths.set(peerId, {
      ...before,
      state,
      route,
      transport,
      connectedMs: before.connectedMs ?? (state === 'connected' ? nowMs : null),
      directMs: before.directMs ?? (isDirect ? nowMs : null),
      was: before.was.at(-1) === way ? before.was : [...before.was, way],
    })
  }
}
