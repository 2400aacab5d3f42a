import type { Connection, Topology } from '@libp2p/interface'
import type { Components } from './annex.ts'

/** WebRTC connections in their handshake at once: each is a native object with threads and sockets behind it. */
const MAX_WEBRTC_HANDSHAKES = 32

type Upgrader = Components['upgrader']

/**
 * What WebRTC is handed, with a bound on handshakes: it makes a native connection for every datagram with a new name in
 * it, before anybody proved anything, and keeps it for ten seconds. Beyond the bound it is told that the time is up.
 */
export function boundedHandshakes(components: Components): Components {
  let underWay = 0
  const upgrader: Partial<Upgrader> = {
    createInboundAbortSignal(parent) {
      const isFull = underWay >= MAX_WEBRTC_HANDSHAKES
      const signal = components.upgrader.createInboundAbortSignal(isFull ? AbortSignal.abort() : parent)
      if (isFull) return signal
      underWay += 1
      let isOver = false
      const clear = signal.clear.bind(signal)
      signal.clear = () => {
        if (!isOver) underWay -= 1
        isOver = true
        clear()
      }
      return signal
    },
  }
  return replacing(components, { upgrader: replacing(components.upgrader, upgrader) })
}

/**
 * What AutoNAT is handed, with a random walk that finds nobody: it asks those who are connected, and dials no strangers.
 * While the DHT is empty, libp2p's walk asks it again and again in ten seconds of every minute, and nothing else gets a
 * turn. And each dial back is a new connection: it closes what it was given, which would be the one that is in use.
 */
export function staying(components: Components): Components {
  const { connectionManager, randomWalk } = components
  const walk = async function* (): AsyncGenerator<never> {
    yield* []
  }
  const openConnection: typeof connectionManager.openConnection = (to, options) =>
    connectionManager.openConnection(to, { ...options, force: true })
  return replacing(components, {
    connectionManager: replacing(connectionManager, { openConnection }),
    randomWalk: replacing(randomWalk, { walk }),
  })
}

/**
 * What DCUtR is handed, with connections that it cannot close: it would end a circuit the moment a direct connection is
 * there, and with it a knock that is half said. Ours closes what was replaced once nothing runs on it (replaced.ts).
 */
export function closingNothing(components: Components): Components {
  const { registrar } = components
  const stayingOpen = (connection: Connection): Connection => replacing(connection, { close: async () => {} })
  return replacing(components, {
    registrar: replacing(registrar, {
      register: (protocol, topology) => {
        const onConnect: Topology['onConnect'] = (peer, connection) => topology.onConnect?.(peer, stayingOpen(connection))
        return registrar.register(protocol, { ...topology, onConnect })
      },
      handle: (protocol, handler, options) =>
        registrar.handle(protocol, (stream, connection) => handler(stream, stayingOpen(connection)), options),
    }),
  })
}

/** `target`, but for the properties of `others`. */
export function replacing<Target extends object>(target: Target, others: Partial<Target>): Target {
  return new Proxy(target, {
    get(_, name) {
      if (name in others) return others[name as keyof Target]
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
