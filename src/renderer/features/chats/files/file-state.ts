import type { Transfer } from '../../../../shared/model/files.ts'

export type FileAction = 'accept' | 'refuse' | 'pause' | 'resume' | 'cancel' | 'open'

/** What can be done about a file, the first thing first. Pure. */
export function actionsOf({ direction, state, path }: Transfer, isDesktop: boolean): FileAction[] {
  const open: FileAction[] = isDesktop && path !== null ? ['open'] : []
  if (direction === 'out') return state === 'gone' || state === 'cancelled' || state === 'failed' ? open : [...open, 'cancel']
  switch (state) {
    case 'offered':
    case 'asked':
      return ['accept', 'refuse']
    case 'refused':
    case 'cancelled':
    case 'failed':
      return ['accept']
    case 'queued':
    case 'running':
    case 'waiting':
      return ['pause', 'cancel']
    case 'paused':
      return ['resume', 'cancel']
    case 'checking':
    case 'gone':
      return []
    case 'done':
      return open
  }
}

/** Which words say what it is at. Pure. */
export function stateOf({ direction, state, takenBy }: Transfer): Transfer['state'] | 'taken' | 'given' {
  if (direction === 'in') return state
  if (state === 'gone' || state === 'cancelled' || state === 'failed') return state
  return takenBy.length > 0 ? 'taken' : 'given'
}

/** A file's name, so that a long one is cut before its ending. Pure. */
export function halves(name: string): [stem: string, ending: string] {
  const dot = name.lastIndexOf('.')
  const at = dot > 0 && name.length - dot <= 8 ? Math.max(0, dot - 4) : name.length
  return [name.slice(0, at), name.slice(at)]
}
