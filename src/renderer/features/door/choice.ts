import type { About, Answer, AnswerScope, AnswerUntil, Capability } from '../../../shared/model/door.ts'
import { HOUR } from '../../../shared/units.ts'
import { msOfDateField } from '../../ui/date-field.ts'

export const howLongs = ['once', 'connection', 'quit', 'hour', 'date', 'forever'] as const
export type HowLong = (typeof howLongs)[number]

/** What a person put together in the chooser; what does not belong to its verdict waits there, and means nothing. */
export interface Choice {
  verdict: Answer['verdict']
  howLong: { allow: HowLong; deny: HowLong }
  /** As the field of a date holds it. */
  date: string
  scope: AnswerScope
  tell: boolean
  silently: boolean
  note: string
}

/** The narrowest that is not a button of its own already. */
export function firstChoice(about: About, capability?: Capability): Choice {
  return {
    verdict: 'allow',
    howLong: { allow: 'hour', deny: 'once' },
    date: '',
    scope: scopesFor(about, capability)[0] ?? 'capability',
    tell: false,
    silently: false,
    note: '',
  }
}

/**
 * `this` means something only where they said what it is; a name alone would be a file of any size, but is a site. The
 * way out to the web is no part of everything.
 */
export function scopesFor({ name, bytes, path }: About, capability?: Capability): AnswerScope[] {
  const isNamed = name !== null && (capability === 'visit' || capability === 'load' || capability === 'exit')
  const isTold = isNamed || bytes !== null || path !== null
  const wide: AnswerScope[] = capability === 'exit' ? ['capability'] : ['capability', 'everything']
  return isTold ? ['this', ...wide] : wide
}

/** Null where a date is asked for and none is given, or one that is over. */
export function untilOf(howLong: HowLong, date: string, nowMs: number): AnswerUntil | null {
  switch (howLong) {
    case 'hour':
      return { untilMs: nowMs + HOUR }
    case 'date': {
      const untilMs = msOfDateField(date)
      return untilMs === null || untilMs <= nowMs ? null : { untilMs }
    }
    default:
      return howLong
  }
}

/** The answer that a choice means now; null while it means none. */
export function answerOf({ verdict, howLong, date, scope, tell, silently, note }: Choice, nowMs: number): Answer | null {
  switch (verdict) {
    case 'ignore':
      return { verdict }
    case 'block': {
      const said = note.trim()
      return said === '' ? { verdict } : { verdict, note: said }
    }
    case 'allow': {
      const until = untilOf(howLong.allow, date, nowMs)
      return until === null ? null : { verdict, until, scope, ...(tell ? { tell } : {}) }
    }
    case 'deny': {
      const until = untilOf(howLong.deny, date, nowMs)
      if (until === null) return null
      // A refusal of this once makes no rule, so that there is nothing for it to be about.
      const wide = until === 'once' ? {} : { scope }
      return { verdict, until, ...wide, ...(silently ? { silently } : {}) }
    }
  }
}

/** The words of the catalogue for how much an answer opens or closes. */
export type Width =
  | 'thisFile' | 'thisPath' | 'thisSite' | 'thisTarget' | 'thisHost' | 'thisRequest' | 'everything'
  | Exclude<Capability, `app:${string}`>
  | 'app'

export function widthOf(scope: AnswerScope, capability: Capability, about?: About): Width {
  if (scope === 'everything') return 'everything'
  const kind = kindOf(capability)
  if (scope === 'capability') return kind
  switch (kind) {
    case 'app':
      return 'thisRequest'
    case 'file':
      return 'thisFile'
    case 'load':
      return 'thisTarget'
    case 'exit':
      return 'thisHost'
    default:
      return about?.path === null && about.name !== null ? 'thisSite' : 'thisPath'
  }
}

/** The capability without the app that it may name. */
export function kindOf<Named extends string>(capability: Named): Exclude<Named, `app:${string}`> | 'app' {
  return capability.startsWith('app:') ? 'app' : (capability as Exclude<Named, `app:${string}`>)
}

/** The app that a capability names; nothing for the others. */
export function appOf(capability: string): string {
  return capability.startsWith('app:') ? capability.slice('app:'.length) : ''
}
