import type { Connection } from '@libp2p/interface'
import { SECOND } from '../../shared/units.ts'
import type { Clock } from '../platform/clock.ts'
import type { Standings } from '../platform/standings.ts'
import { KAD_PROTOCOL } from './services.ts'

/** How long nothing of ours may have been on a connection that was replaced before it is closed. */
const IDLE_MS = 5 * SECOND
const LOOK_EVERY_MS = SECOND

const SIGNALLING = '/webrtc-signaling/'

/** Closes connections that another took the place of, once nothing of ours is on them any more. */
export class Replaced {
  readonly #clock: Clock
  readonly #standings: Standings
  readonly #close: (connection: Connection) => void
  readonly #watched = new Set<Connection>()

  constructor(clock: Clock, standings: Standings, close: (connection: Connection) => void) {
    this.#clock = clock
    this.#standings = standings
    this.#close = close
  }

  watch(connection: Connection): void {
    if (this.#watched.has(connection)) return
    this.#watched.add(connection)
    this.#look(connection, this.#clock.monotonicMs())
  }

  #look(connection: Connection, busyMs: number): void {
    this.#clock.after(LOOK_EVERY_MS, () => {
      const nowMs = this.#clock.monotonicMs()
      if (connection.status !== 'open' || this.#standings.of(connection) !== 'retiring') {
        this.#watched.delete(connection)
      } else if (isBusy(connection)) {
        this.#look(connection, nowMs)
      } else if (nowMs - busyMs < IDLE_MS) {
        this.#look(connection, busyMs)
      } else {
        this.#watched.delete(connection)
        this.#close(connection)
      }
    })
  }
}

/** A stream of ours, one that two use to meet directly, or one that has not said what it is for. */
function isBusy({ streams }: Connection): boolean {
  return streams.some(({ protocol }) => {
    const isOurs = protocol.startsWith('/latch/') && protocol !== KAD_PROTOCOL
    return isOurs || protocol === '' || protocol.startsWith(SIGNALLING)
  })
}
