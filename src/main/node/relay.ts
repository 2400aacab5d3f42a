import type { Connection, PeerId as Libp2pPeerId, Startable } from '@libp2p/interface'
import type { IntroductionLimits, RelayService, ReservationVerdict } from '../features/introduction/types.ts'
import { PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import type { Cancel, Clock } from '../platform/clock.ts'
import { describeConnection } from '../platform/describe-connection.ts'
import type { Log } from '../platform/log.ts'
import type { Annex, Components } from './annex.ts'
import { Places } from './relay-places.ts'
import { MAX_CIRCUITS, roomFor, type Ends } from './relay-room.ts'
import { relayServer, type Joint, type RelaySeams, type WayTo } from './relay-server.ts'
import { splice, type Spliced } from './splice.ts'
import { weed } from './weed.ts'

/** How long a place outlives the last connection of its peer: a change of network, a restart. */
const GRACE_MS = 30 * SECOND
/** A connection that does not answer for so long, once there is a newer one, is of a network that its peer has left. */
const HALF_OPEN_MS = 3 * SECOND

export interface RelayParts {
  readonly annex: Pick<Annex, 'add' | 'remove' | 'components'>
  readonly clock: Clock
  readonly log: Log
  readonly limits: Pick<IntroductionLimits, 'reservationTtlMs'>
  /** Who gets a place; and, with nothing held, whether a device may be connected to others through here. */
  readonly judge: (
    peerId: PeerId,
    address: string,
    held: readonly { peerId: PeerId; address: string }[],
  ) => ReservationVerdict
  /** A circuit was refused for a bound of the relay's own; what `judge` refuses it knows itself. */
  readonly onRefused: (code: 'too-many', why: string, peerId: PeerId) => void
  /** Which addresses count as one; null, without it all of them: not counted, as on loopback. */
  readonly subnetOf?: (address: string) => string | null
  /** In all; for a test. */
  readonly maxCircuits?: number
}

interface Circuit extends Spliced, Ends {}

interface Way extends WayTo, Ends {}

const SERVICE = 'relayServer'

/** Circuits for others, by libp2p's relay in the hands of `judge`. Starts and stops as often as it is told to. */
export function createRelay(parts: RelayParts): RelayService {
  const { annex, clock, log, judge, onRefused, subnetOf = () => null, maxCircuits = MAX_CIRCUITS } = parts
  const places = new Places(parts.limits.reservationTtlMs)
  const circuits = new Set<Circuit>()
  /** Circuits whose other end is being asked: they count, or a bound would hold for whoever asks one by one only. */
  const begun = new Set<Way>()
  const leaving = new Map<PeerId, Cancel>()
  let relayedBytes = 0
  let isRunning = false

  const connectionsOf = (peer: Libp2pPeerId): Connection[] =>
    annex.components.connectionManager
      .getConnections(peer)
      .filter(({ status, limits }) => status === 'open' && limits === undefined)
      .toSorted((a, b) => b.timeline.open - a.timeline.open)

  const seams: RelaySeams = {
    reserve(peer, address) {
      const nowMs = clock.monotonicMs()
      const peerId = idOf(peer)
      const verdict = judge(peerId, address.toString(), places.held(nowMs))
      if (verdict.verdict === 'refuse') return null
      places.take(peerId, address.toString(), verdict.limit, nowMs)
      return clock.nowMs() + parts.limits.reservationTtlMs
    },
    limitOf: (peer) => places.of(idOf(peer), clock.monotonicMs())?.limit ?? null,
    free: (peer) => places.free(idOf(peer)),
    clear: () => places.clear(),
    admitsDial(connection) {
      const { peerId, address } = describeConnection(connection)
      return judge(peerId, address, []).verdict
    },
    wayTo(from, to) {
      // The newest: an older one may be of a network that the peer has left.
      const [connection] = connectionsOf(to)
      if (connection === undefined) return null
      const ends = endsOf(from, connection)
      const room = roomFor(ends, [...circuits, ...begun], maxCircuits)
      if (room.room === 'none') return refuse(from, room.why)
      const way: Way = { ...ends, connection, leave: () => void begun.delete(way) }
      begun.add(way)
      return way
    },
    join(joint) {
      const circuit = { ...spliceOf(joint), ...endsOf(joint.from, joint.to) }
      circuits.add(circuit)
      void circuit.over.then(() => circuits.delete(circuit))
      // Its other end answered when the relay had stopped, and libp2p would cut it no more.
      if (!isRunning) circuit.cut(new Error('this relay stops'))
      return circuit
    },
  }

  function spliceOf({ source, destination, dataBytes }: Joint): Spliced {
    return splice(source, destination, { clock, dataBytes, passed: (bytes) => (relayedBytes += bytes) })
  }

  function endsOf(from: Connection, to: Connection): Ends {
    const subnets = [from, to].map(({ remoteAddr }) => subnetOf(remoteAddr.toString())).filter((one) => one !== null)
    return { pair: `${from.remotePeer.toString()} ${to.remotePeer.toString()}`, subnets }
  }

  function refuse(from: Connection, why: string): null {
    onRefused('too-many', why, idOf(from.remotePeer))
    return null
  }

  function release(peerId: PeerId): void {
    if (places.of(peerId, clock.monotonicMs()) === null || leaving.has(peerId)) return
    const isGone = (): boolean => !annex.components.connectionManager.getConnections().some(isOf(peerId))
    leaving.set(
      peerId,
      clock.after(GRACE_MS, () => {
        leaving.delete(peerId)
        if (isGone()) places.free(peerId)
      }),
    )
  }

  function opened({ detail: connection }: CustomEvent<Connection>): void {
    const peerId = idOf(connection.remotePeer)
    if (connection.limits !== undefined || places.of(peerId, clock.monotonicMs()) === null) return
    const older = connectionsOf(connection.remotePeer).filter((other) => other.id !== connection.id)
    weed(older, HALF_OPEN_MS, clock, log).catch((error: unknown) => log.error({ error }, 'could not look for the dead'))
  }

  function closed({ detail: connection }: CustomEvent<Connection>): void {
    const peerId = idOf(connection.remotePeer)
    if (!annex.components.connectionManager.getConnections().some(isOf(peerId))) release(peerId)
  }

  return {
    async start() {
      if (isRunning) return
      isRunning = true
      try {
        await annex.add<Startable>(SERVICE, (components: Components) => relayServer(components, seams))
      } catch (error) {
        // Half of it may have started, and is in the way of the next try.
        await annex.remove(SERVICE).catch((why: unknown) => log.warn({ error: why }, 'half a relay could not be stopped'))
        isRunning = false
        throw error
      }
      annex.components.events.addEventListener('connection:open', opened)
      annex.components.events.addEventListener('connection:close', closed)
    },

    async stop() {
      if (!isRunning) return
      isRunning = false
      annex.components.events.removeEventListener('connection:open', opened)
      annex.components.events.removeEventListener('connection:close', closed)
      for (const cancel of leaving.values()) cancel()
      leaving.clear()
      for (const circuit of circuits) circuit.cut(new Error('this relay stops'))
      await annex.remove(SERVICE)
    },

    reservations: () => places.held(clock.monotonicMs()).length,
    circuits: () => circuits.size,
    relayedBytes: () => relayedBytes,
    review() {
      for (const { peerId, address } of places.held(clock.monotonicMs())) {
        if (judge(peerId, address, []).verdict === 'refuse') places.free(peerId)
      }
    },
    release,
  }
}

const isOf = (peerId: PeerId) => (connection: Connection): boolean => connection.remotePeer.toString() === peerId

function idOf(peer: Libp2pPeerId): PeerId {
  return PeerId.parse(peer.toString())
}
