import type { Person } from '../shared/model/contacts.ts'
import type { Transfer } from '../shared/model/files.ts'
import { bytes, duration, table, time } from './layout.ts'
import { oneLine } from './plain.ts'
import { nameOfAccount } from './resolve.ts'
import { short } from './short-id.ts'

/** How a transfer stands, in a few words. */
export function stateOf({ state, doneBytes, offer, takenBy, direction, why }: Transfer): string {
  if (direction === 'out' && (state === 'offered' || state === 'running') && takenBy.length > 0) return `taken by ${takenBy.length}`
  const part = state === 'running' || state === 'paused' || state === 'waiting' ? ` ${percentOf(doneBytes, offer.bytes)}` : ''
  return `${state}${part}${why === null ? '' : `: ${oneLine(why)}`}`
}

/** `photo.jpg  42 %  1.2 of 3.0 MiB  4.5 MiB/s  8 s left  direct` */
export function progressOf({ offer, state, doneBytes, bytesPerSecond, routes, why }: Transfer): string {
  const leftMs = bytesPerSecond > 0 ? ((offer.bytes - doneBytes) / bytesPerSecond) * 1_000 : null
  const running = state !== 'running' ? [] : [`${bytes(bytesPerSecond)}/s`, ...(leftMs === null ? [] : [`${duration(leftMs)} left`]), routes.join(', ')]
  const parts = [oneLine(offer.name), state === 'running' ? percentOf(doneBytes, offer.bytes) : state, `${bytes(doneBytes)} of ${bytes(offer.bytes)}`, ...running]
  return [...parts, ...(why === null ? [] : [oneLine(why)])].filter((part) => part !== '').join('  ')
}

export function transferTable(transfers: readonly Transfer[], people: readonly Person[], nowMs: number): string[] {
  return table(
    ['ID', 'WHEN', 'WHO', 'FILE', 'SIZE', 'STATE', 'WHERE'],
    transfers.map((transfer) => [
      short(transfer.id),
      time(transfer.startedMs, nowMs),
      transfer.direction === 'out' ? 'you' : nameOfAccount(people, transfer.from),
      transfer.offer.name,
      bytes(transfer.offer.bytes),
      stateOf(transfer),
      transfer.path ?? '-',
    ]),
  )
}

/** Nothing more happens by itself. */
export function isOver({ state, direction }: Transfer): boolean {
  return direction === 'out' || ['refused', 'done', 'failed', 'cancelled', 'gone', 'paused'].includes(state)
}

function percentOf(done: number, of: number): string {
  return `${of === 0 ? 100 : Math.floor((done / of) * 100)} %`
}
