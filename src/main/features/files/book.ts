import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, MessageId, TransferId } from '../../../shared/ids.ts'
import type { Transfer } from '../../../shared/model/files.ts'
import type { Route } from '../../../shared/model/peers.ts'
import { SECOND } from '../../../shared/units.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Feed } from '../../platform/feed.ts'
import { MAX_OPEN_OF_ACCOUNT, MAX_TRANSFERS, PROGRESS_MS, SPEED_WINDOW_MS } from './limits.ts'
import type { TransferRow, TransferRows } from './transfer-rows.ts'
import type { FilesEvent } from './types.ts'

interface Live {
  routes: readonly Route[]
  /** How much was there when, over the last seconds. */
  samples: { atMs: number; bytes: number }[]
  isDue: boolean
}

const OVER: readonly Transfer['state'][] = ['refused', 'done', 'failed', 'cancelled', 'gone']
const OPEN: readonly Transfer['state'][] = ['offered', 'asked']

/** All transfers, in memory and in the database, and what windows are told of them. */
export class Book {
  readonly #clock: Clock
  readonly #rows: TransferRows
  readonly #feed: Feed<FilesEvent>
  readonly #all = new Map<TransferId, TransferRow>()
  readonly #live = new Map<TransferId, Live>()

  constructor(parts: { clock: Clock; rows: TransferRows; feed: Feed<FilesEvent> }) {
    this.#clock = parts.clock
    this.#rows = parts.rows
    this.#feed = parts.feed
    for (const row of parts.rows.all()) this.#all.set(row.id, row)
  }

  rows(): TransferRow[] {
    return [...this.#all.values()]
  }

  list(): Transfer[] {
    return this.rows().map((row) => this.shown(row))
  }

  find(id: TransferId): TransferRow | null {
    return this.#all.get(id) ?? null
  }

  /** *Errors*: LatchError NOT_FOUND. */
  get(id: TransferId): TransferRow {
    const row = this.#all.get(id)
    if (row === undefined) throw new LatchError('NOT_FOUND', 'There is no such file on its way.')
    return row
  }

  ofMessage(message: MessageId, number: number): TransferRow | null {
    return this.rows().find((row) => row.message === message && row.number === number) ?? null
  }

  /** What was offered long ago makes room. */
  add(row: TransferRow): TransferRow[] {
    const forgotten = this.#crowded(row.from)
    for (const { id } of forgotten) this.remove(id)
    this.#all.set(row.id, row)
    this.#rows.put(row)
    this.#publish(row)
    return forgotten
  }

  change(id: TransferId, change: Partial<Pick<TransferRow, 'state' | 'why' | 'doneBytes' | 'takenBy' | 'folder' | 'path' | 'endedMs'>>): Transfer {
    const row = { ...this.get(id), ...change }
    this.#all.set(id, row)
    this.#rows.put(row)
    if (change.state !== undefined && change.state !== 'running') this.#live.delete(id)
    return this.#publish(row)
  }

  remove(id: TransferId): void {
    this.#all.delete(id)
    this.#live.delete(id)
    this.#rows.remove(id)
    this.#feed.publish({ event: 'transfer-gone', id })
  }

  /** It was never written down. */
  forget(id: TransferId): void {
    if (this.#all.delete(id)) this.#feed.publish({ event: 'transfer-gone', id })
  }

  /** Written down elsewhere, from time to time. */
  progress(id: TransferId, doneBytes: number): void {
    const row = this.#all.get(id)
    if (row === undefined) return
    this.#all.set(id, { ...row, doneBytes: Math.min(doneBytes, row.offer.bytes) })
    const nowMs = this.#clock.monotonicMs()
    const live = this.#liveOf(id)
    const last = live.samples.at(-1)
    if (last === undefined || nowMs - last.atMs >= PROGRESS_MS) {
      live.samples = [...live.samples.filter(({ atMs }) => nowMs - atMs <= SPEED_WINDOW_MS), { atMs: nowMs, bytes: doneBytes }]
    }
    this.#soon(id, live)
  }

  routes(id: TransferId, routes: readonly Route[]): void {
    if (!this.#all.has(id)) return
    const live = this.#liveOf(id)
    live.routes = routes
    this.#soon(id, live)
  }

  taken(row: TransferRow, account: AccountId): void {
    if (!row.takenBy.includes(account)) this.change(row.id, { takenBy: [...row.takenBy, account] })
  }

  shown(row: TransferRow): Transfer {
    const { number: _number, folder: _folder, ...rest } = row
    const live = this.#live.get(row.id)
    const first = live?.samples[0]
    const spanMs = first === undefined ? 0 : this.#clock.monotonicMs() - first.atMs
    const bytesPerSecond = first === undefined || spanMs < PROGRESS_MS ? 0 : Math.max(0, Math.round(((row.doneBytes - first.bytes) * SECOND) / spanMs))
    return { ...rest, bytesPerSecond, routes: [...(live?.routes ?? [])] }
  }

  #liveOf(id: TransferId): Live {
    const live = this.#live.get(id) ?? { routes: [], samples: [], isDue: false }
    this.#live.set(id, live)
    return live
  }

  #soon(id: TransferId, live: Live): void {
    if (live.isDue) return
    live.isDue = true
    this.#clock.after(PROGRESS_MS, () => {
      live.isDue = false
      const row = this.#all.get(id)
      if (row !== undefined && this.#live.get(id) === live) this.#publish(row)
    })
  }

  #publish(row: TransferRow): Transfer {
    const transfer = this.shown(row)
    this.#feed.publish({ event: 'transfer-changed', transfer })
    return transfer
  }

  #crowded(account: AccountId): TransferRow[] {
    const rows = this.rows()
    const open = rows.filter(({ direction, from, state }) => direction === 'in' && from === account && OPEN.includes(state))
    const forgotten = open.slice(0, Math.max(0, open.length + 1 - MAX_OPEN_OF_ACCOUNT))
    const over = rows.filter(({ state }) => OVER.includes(state) || OPEN.includes(state))
    return [...forgotten, ...over.slice(0, Math.max(0, rows.length + 1 - forgotten.length - MAX_TRANSFERS))]
  }
}
