import { LatchError } from '../../../shared/errors.ts'
import type { AnswerUntil, Rule, Until } from '../../../shared/model/door.ts'
import { MAX_FOR_MS, type Opening } from '../../protocols/knock/index.ts'

/**
 * How long a rule lasts that an answer makes. `connection`: the one on which they knocked, as long as it is there; the
 * answer is for once where it is not. *Errors*: LatchError BAD_INPUT for a time that is over.
 */
export function untilOf(until: AnswerUntil, connection: string, nowMs: number): Until {
  if (typeof until === 'object') {
    if (until.untilMs <= nowMs) throw new LatchError('BAD_INPUT', 'That time is over already.')
    return { kind: 'time', untilMs: until.untilMs }
  }
  if (until !== 'connection') return { kind: until }
  return connection === '' ? { kind: 'once' } : { kind: 'connection', connection }
}

/** Whether it is there after the node has stopped. */
export function isLasting({ until }: Pick<Rule, 'until'>): boolean {
  return until.kind === 'forever' || until.kind === 'time'
}

/** Whether what lasts until `longer` is there as long as what lasts until `shorter`, whatever happens. */
export function outlasts(longer: Until, shorter: Until): boolean {
  switch (longer.kind) {
    case 'forever':
      return true
    case 'quit':
      return shorter.kind === 'quit' || shorter.kind === 'once' || shorter.kind === 'connection'
    case 'time':
      return shorter.kind === 'time' && longer.untilMs >= shorter.untilMs
    case 'connection':
      return shorter.kind === 'connection' && longer.connection === shorter.connection
    case 'once':
      return shorter.kind === 'once'
  }
}

/**
 * How long an allowance lasts, in the words that the other side is told: the time that is left, never a time of day. A
 * default lasts, but nobody promised it.
 */
export function openingOf(rule: Pick<Rule, 'until'> | undefined, nowMs: number): Opening {
  switch (rule?.until.kind) {
    case 'forever':
      return { until: 'forever' }
    case 'once':
    case 'connection':
      return { until: 'once' }
    case 'time':
      return { until: 'quit', forMs: Math.min(MAX_FOR_MS, Math.max(1, Math.floor(rule.until.untilMs - nowMs))) }
    default:
      return { until: 'quit' }
  }
}

/** How long our door is open for those who opened theirs: as long as it, as far as they say. */
export function untilTheirs({ until, forMs }: Opening, nowMs: number): Until {
  if (forMs !== undefined) return { kind: 'time', untilMs: Math.floor(nowMs + forMs) }
  return { kind: until === 'forever' ? 'forever' : 'quit' }
}
