import type { RegisterAnswer } from '../../../protocols/mailbox/index.ts'
import type { Holding } from './holder-store.ts'

/*
 * What becomes of a holder by what it answers. Pure. Every `why` is a sentence for the person.
 */

/** Their door wants to be knocked at. */
export const WAITING = 'Their door has to be asked first.'

type News = Pick<Holding, 'state' | 'why'> & Partial<Pick<Holding, 'quotaBytes' | 'usedBytes'>>

export function afterRegistering({ kind, state }: Pick<Holding, 'kind' | 'state'>, answer: RegisterAnswer): News {
  switch (answer.status) {
    case 'registered':
      return { state: 'held', why: null, quotaBytes: answer.quotaBytes, usedBytes: answer.usedBytes }
    case 'knock-first':
      // At an introducer nobody sits who would open.
      return kind === 'contact' ? { state: 'asking', why: WAITING } : { state: 'refused', why: 'It does not hold mail for you.' }
    case 'denied':
      return { state: 'refused', why: kind === 'contact' ? 'They do not hold mail for you.' : 'It does not hold mail for you.' }
    case 'full':
      return { state: 'refused', why: 'They hold mail for as many as they can.' }
    case 'unproven':
      return { state: state === 'held' ? 'unreachable' : 'asking', why: 'They do not know yet who you are.' }
    case 'busy':
      return { state: state === 'held' ? 'unreachable' : 'asking', why: 'They are busy now.' }
  }
}

export function afterFailure({ state, why }: Pick<Holding, 'state' | 'why'>): News {
  if (state === 'held' || state === 'unreachable') return { state: 'unreachable', why: 'They do not answer now.' }
  if (state === 'asking') return { state, why: why ?? 'They do not answer now.' }
  return { state, why }
}
