import { LatchError } from '../../../../shared/errors.ts'
import type { NameLabel } from '../../../../shared/model/ledger.ts'
import type { Lines } from '../lines.ts'
import type { NamesEvent, NamesParts } from '../types.ts'
import type { ZoneStore } from '../zone-store.ts'
import type { Around } from './around.ts'
import { NetworkRoom } from './network-room.ts'
import type { Running } from './running.ts'

export interface PresentParts {
  readonly names: NamesParts
  readonly store: ZoneStore
  readonly lines: Lines
  readonly around: Around
  readonly running: Running
  readonly kept: () => Iterable<NameLabel>
  readonly tell: (event: NamesEvent) => void
  readonly heldChanged: () => void
  /** Another network is followed: its room is there. */
  readonly switched: () => void
}

/** The room of the network that is followed now: one at a time, and none while one is left for another. */
export class Present {
  readonly #parts: PresentParts
  #room: NetworkRoom | null = null
  #isStopped = false
  /** Opening and closing, one after another. */
  #turn: Promise<void> = Promise.resolve()
  #unlisten: () => void = () => {}

  constructor(parts: PresentParts) {
    this.#parts = parts
  }

  /** Null: none yet, none any more, or another one is being opened. */
  get room(): NetworkRoom | null {
    return this.#room
  }

  /** *Errors*: LatchError BUSY. */
  mustBe(): NetworkRoom {
    if (this.#room === null) throw new LatchError('BUSY', 'Names are being opened or closed; try again shortly.')
    return this.#room
  }

  /** Resolves when the network's room is there. *Errors*: those of the database. */
  async start(): Promise<void> {
    const { ledger, log } = this.#parts.names
    this.#unlisten = ledger.onChanged((what) => {
      // A word of another network's may come before the one that says that it is another.
      if (what === 'network' || (this.#room !== null && this.#room.id !== ledger.active().id)) {
        this.#follow().catch((error: unknown) => log.error({ error }, 'names of another network could not be opened'))
      } else this.#room?.ledgerChanged(what)
    })
    await this.#inTurn(() => this.#open())
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#unlisten()
    await this.#leave(new Error('Latch is stopping'))
  }

  async #follow(): Promise<void> {
    const { names, switched } = this.#parts
    if (this.#room?.id === names.ledger.active().id) return
    await this.#leave(new Error('another network is followed'))
    const opened = await this.#inTurn(() => this.#open())
    if (opened !== null && opened === this.#room) switched()
  }

  /** At once for everybody who asks; then resolves when nothing of it runs. */
  #leave(why: Error): Promise<void> {
    const leaving = this.#room
    this.#room = null
    leaving?.leave(why)
    return this.#inTurn(async () => {
      await leaving?.close()
    })
  }

  /** Null: it is there already, or none is wanted any more. */
  async #open(): Promise<NetworkRoom | null> {
    const network = this.#parts.names.ledger.active()
    if (this.#isStopped || this.#room !== null) return null
    const room = new NetworkRoom({ ...this.#parts, network })
    this.#room = room
    await room.begin()
    return room
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(run)
    this.#turn = done.then(
      () => {},
      () => {},
    )
    return done
  }
}
