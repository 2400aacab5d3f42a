import type { Transfer } from '../../../shared/model/files.ts'

export const transferFilters = ['all', 'running', 'waiting', 'done'] as const
export type TransferFilter = (typeof transferFilters)[number]

/** Under way: it moves, or is about to. Waiting: for somebody. Done: whatever its end was. */
export function groupOf({ state, direction }: Pick<Transfer, 'state' | 'direction'>): Exclude<TransferFilter, 'all'> {
  switch (state) {
    case 'running':
    case 'queued':
    case 'checking':
      return 'running'
    case 'offered':
      // One's own offer waits for nobody in particular.
      return direction === 'out' ? 'done' : 'waiting'
    case 'asked':
    case 'waiting':
    case 'paused':
      return 'waiting'
    case 'refused':
    case 'done':
    case 'failed':
    case 'cancelled':
    case 'gone':
      return 'done'
  }
}

const order = { running: 0, waiting: 1, done: 2 } as const

/** Those under way first, then those that wait, then the newest end. */
export function sortedTransfers(transfers: Iterable<Transfer>, filter: TransferFilter, query: string): Transfer[] {
  const wanted = query.trim().toLowerCase()
  return [...transfers]
    .filter((transfer) => filter === 'all' || groupOf(transfer) === filter)
    .filter(({ offer }) => offer.name.toLowerCase().includes(wanted))
    .toSorted((a, b) => order[groupOf(a)] - order[groupOf(b)] || (b.endedMs ?? b.startedMs) - (a.endedMs ?? a.startedMs))
}

export type TransferAct = 'accept' | 'refuse' | 'pause' | 'resume' | 'again' | 'open' | 'cancel' | 'withdraw'

/** What can be done with it now; the first is the one with a button. */
export function actsOf({ direction, state, path }: Pick<Transfer, 'direction' | 'state' | 'path'>): TransferAct[] {
  if (direction === 'out') return state === 'cancelled' || state === 'gone' ? [] : ['withdraw']
  switch (state) {
    case 'offered':
    case 'asked':
      return ['accept', 'refuse']
    case 'queued':
    case 'running':
    case 'waiting':
      return ['pause', 'cancel']
    case 'paused':
      return ['resume', 'cancel']
    case 'failed':
      return ['again', 'cancel']
    case 'checking':
      return ['cancel']
    case 'refused':
    case 'cancelled':
      return ['accept']
    case 'done':
      return path === null ? ['again'] : ['open']
    case 'gone':
      return []
  }
}

/** What is left at this speed; null while it stands still, or where nobody could wait for it. */
export function leftMs({ offer, doneBytes, bytesPerSecond }: Pick<Transfer, 'offer' | 'doneBytes' | 'bytesPerSecond'>): number | null {
  if (bytesPerSecond <= 0) return null
  return ((offer.bytes - doneBytes) / bytesPerSecond) * 1_000
}
