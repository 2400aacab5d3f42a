import type { RoutedPeer, Routing } from '../../src/shared/model/routing.ts'
import { accountOf, hexOf, peerIdOf } from './ids.ts'
import type { implementWith, World } from './world.ts'

/** A device of the routing table, that many bits from the front as this one. */
export function routed(name: string, depth: number, changes: Partial<RoutedPeer> = {}): RoutedPeer {
  return {
    peerId: peerIdOf(name),
    account: accountOf(name),
    place: hexOf(`place ${name}`, 32),
    depth,
    connected: true,
    rttMs: 24,
    ...changes,
  }
}

/** The routing table of a scene; alone, before anybody was met. */
export function routingScene(changes: Partial<Routing> = {}): Routing {
  return {
    mode: 'server',
    why: 'Others can dial this device, so they may ask it too.',
    place: hexOf('place me', 32),
    peers: [],
    held: { zones: 0, deviceLists: 0 },
    last: null,
    ...changes,
  }
}

/** The routing table over one scene. */
export function createRouting(os: ReturnType<typeof implementWith>, world: World) {
  return {
    table: os.routing.table.handler(() => world.scene.routing),
    watch: os.routing.watch.handler(({ signal }) => world.routing.watch(() => world.scene.routing, signal)),
  }
}
