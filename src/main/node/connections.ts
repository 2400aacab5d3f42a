import type { Connection, Libp2p } from '@libp2p/interface'
import { PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import type { NetworkEvent } from '../features/peers/index.ts'
import { bestOf, candidateOf, replaces, type Candidate } from '../platform/choice.ts'
import { deadline, type Clock } from '../platform/clock.ts'
import { describeConnection } from '../platform/describe-connection.ts'
import type { Log } from '../platform/log.ts'
import { Standings } from '../platform/standings.ts'
import { Replaced } from './replaced.ts'
import { roundTrip } from './round-trip.ts'
import { superfluous, type MaybeTwin } from './twins.ts'

/** A round trip over a new WebRTC connection: one to the other side of the world, and three lost packets. */
const PROOF_TIMEOUT_MS = 3 * SECOND

/**
 * The connections that are open and work, as they come and go. One of WebRTC counts after a round trip: where it found
 * no path, libp2p tells the side that was called that it is open all the same, and it is silent until it times out.
 */
export class Connections {
  readonly standings = new Standings()
  readonly #clock: Clock
  readonly #log: Log
  /** By id, the oldest first. */
  readonly #open = new Map<string, Connection>()
  #replaced: Replaced | null = null
  #me: PeerId | null = null

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  follow(
    libp2p: Pick<Libp2p, 'addEventListener' | 'peerId'>,
    publish: (event: NetworkEvent) => void,
    close: (connection: Connection) => Promise<void>,
  ): void {
    this.#me = PeerId.parse(libp2p.peerId.toString())
    this.#replaced = new Replaced(this.#clock, this.standings, (connection) => {
      this.#log.info({ peer: connection.remotePeer.toString() }, 'closes a connection that another took the place of')
      close(connection).catch((error: unknown) => this.#log.debug({ error }, 'it could not be closed'))
    })
    libp2p.addEventListener('connection:open', ({ detail }) => {
      if (describeConnection(detail).transport !== 'webrtc') this.#opened(detail, publish)
      else void this.#prove(detail, publish)
    })
    libp2p.addEventListener('connection:close', ({ detail }) => this.#closed(detail, publish))
  }

  open(): Connection[] {
    return [...this.#open.values()].filter(({ status }) => status === 'open')
  }

  best(peerId: PeerId): Connection | undefined {
    return bestOf(this.#with(peerId), this.#clock.nowMs())?.connection
  }

  isRetiring(id: string): boolean {
    const connection = this.#open.get(id)
    return connection !== undefined && this.standings.of(connection) === 'retiring'
  }

  /** Work is to leave this connection, where there is another: what carries it is about to go. */
  retire(id: string, publish: (event: NetworkEvent) => void): void {
    const connection = this.#open.get(id)
    if (connection === undefined || this.standings.of(connection) === 'retiring') return
    const { peerId } = describeConnection(connection)
    const others = this.#with(peerId).filter((one) => one.connection !== connection && !one.isRetiring)
    if (others.length === 0) return
    this.standings.retire(connection)
    this.#replaced?.watch(connection)
    publish({ event: 'better', peerId })
  }

  async #prove(connection: Connection, publish: (event: NetworkEvent) => void): Promise<void> {
    const limit = deadline(this.#clock, PROOF_TIMEOUT_MS, 'a first round trip')
    const answered = roundTrip(connection, this.#clock, limit.signal).then(() => {})
    const outcome = await this.standings.suspect(connection, answered)
    limit.release()
    if (outcome === 'proven') return this.#opened(connection, publish)
    this.#log.info({ peer: connection.remotePeer.toString() }, 'cuts a connection over which nothing came back')
    connection.abort(new Error('nothing came back over it'))
  }

  #opened(connection: Connection, publish: (event: NetworkEvent) => void): void {
    // One that is gone by now has told so, or never will.
    if (connection.status !== 'open') return
    const peer = describeConnection(connection)
    const others = this.#with(peer.peerId)
    this.#open.set(connection.id, connection)
    publish({ event: 'connected', peer })
    const nowMs = this.#clock.nowMs()
    const best = bestOf(others, nowMs)
    if (best !== undefined && replaces(peer, best.peer, nowMs)) {
      for (const { connection: other } of others.filter((one) => replaces(peer, one.peer, nowMs))) {
        this.standings.retire(other)
        // Of two circuits that crossed, each side may find the other one newer: whoever dialled one closes it, nobody else.
        if (peer.route !== 'relayed' || other.direction === 'outbound') this.#replaced?.watch(other)
      }
    }
    this.#leaveTwins(peer.peerId)
    if (best !== undefined && this.standings.of(best.connection) === 'retiring') publish({ event: 'better', peerId: peer.peerId })
  }

  /** Both stay while something of ours is on them. Whoever dialled the one that is left closes it, nobody else. */
  #leaveTwins(peerId: PeerId): void {
    if (this.#me === null) return
    for (const { connection } of superfluous(this.#me, this.#with(peerId))) {
      if (this.standings.of(connection) === 'retiring') continue
      this.standings.retire(connection)
      if (connection.direction === 'outbound') this.#replaced?.watch(connection)
    }
  }

  #closed(connection: Connection, publish: (event: NetworkEvent) => void): void {
    if (!this.#open.delete(connection.id)) return
    const peer = describeConnection(connection)
    const left = this.#with(peer.peerId)
    if (left.every(({ isRetiring }) => isRetiring)) for (const one of left) this.standings.restore(one.connection)
    publish({ event: 'disconnected', peer })
  }

  #with(peerId: PeerId): (Candidate & MaybeTwin & { connection: Connection })[] {
    return this.open()
      .filter(({ remotePeer }) => remotePeer.toString() === peerId)
      .map((connection) => candidateOf(connection, this.standings.of(connection) === 'retiring'))
  }
}
