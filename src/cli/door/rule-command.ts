import type { Person } from '../../shared/model/contacts.ts'
import type { RuleDraft } from '../../shared/model/door.ts'
import { quoted } from '../shell.ts'
import { whoArgument } from './texts.ts'

/** The command that adds this rule, to be copied. */
export function addCommand(draft: RuleDraft, people: readonly Person[]): string {
  const { name, minBytes, maxBytes, path, perHour } = draft.match
  const options = [
    ['--name', name],
    ['--min-size', minBytes],
    ['--max-size', maxBytes],
    ['--path', path],
    ['--per-hour', perHour],
    ['--until', untilArgument(draft.until)],
    ['--priority', draft.priority === 0 ? null : draft.priority],
    ['--note', draft.note === '' ? null : draft.note],
  ] as const
  const given = options.flatMap(([option, value]) => (value === null ? [] : [option, quoted(String(value))]))
  return ['latch door rule add', draft.verdict, whoArgument(draft.who, people), draft.capability, ...given].join(' ')
}

function untilArgument(until: RuleDraft['until']): string | null {
  if (until.kind === 'time') return new Date(until.untilMs).toISOString()
  return until.kind === 'forever' ? null : until.kind
}
