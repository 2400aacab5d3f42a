import type { TFunction } from 'i18next'
import type { About, Answer, AnswerUntil, Capability, Knock } from '../../../shared/model/door.ts'
import { clock, daysBetween, fullDate, shortDate } from '../../ui/when.ts'
import { answerOf, appOf, widthOf, type Choice } from './choice.ts'

/** When something ends: the hour if that is today, else the day too, and the year if it is another. */
export function endText(untilMs: number, nowMs: number, locale?: string): string {
  if (daysBetween(nowMs, untilMs) === 0) return clock(untilMs, locale)
  const sameYear = new Date(untilMs).getFullYear() === new Date(nowMs).getFullYear()
  return sameYear ? shortDate(untilMs, locale) : fullDate(untilMs, locale)
}

function lastsText(t: TFunction, until: AnswerUntil, nowMs: number): string {
  if (typeof until === 'string') return t(`door.choose.lasts.${until}`)
  return t('door.choose.lasts.time', { time: endText(until.untilMs, nowMs) })
}

export interface Asker {
  name: string
  capability: Capability
  about?: About
  /** Not null: a page asks, whom nobody tells anything. */
  page?: Knock['page']
  /** Whether this door tells anybody of a refusal. */
  tellsRefusals: boolean
}

/** What a choice will do, in one line; null while it means nothing yet. */
export function choiceText(t: TFunction, choice: Choice, { name, capability, about, page, tellsRefusals }: Asker, nowMs: number): string | null {
  const answer = answerOf(choice, nowMs)
  if (answer === null) return null
  switch (answer.verdict) {
    case 'ignore':
      return t('door.choose.ignored', { name })
    case 'block':
      return t('door.choose.blocked', { name })
    default: {
      const width = widthOf(choice.scope, capability, about)
      const can = t(`door.choose.can.${width}`, { app: appOf(capability) })
      const until = lastsText(t, answer.until, nowMs)
      if (answer.verdict === 'allow') {
        return t(answer.tell === true ? 'door.choose.mayTell' : 'door.choose.may', { name, can, until })
      }
      const refused =
        answer.until === 'once' ? t('door.choose.mayNotOnce', { name }) : t('door.choose.mayNot', { name, can, until })
      if (page) return refused
      const isTold = answer.silently !== true && tellsRefusals
      return `${refused} ${t(isTold ? 'door.choose.told' : 'door.choose.untold')}`
    }
  }
}

/** The verb of the chooser's one button. */
export function doText(t: TFunction, { verdict, howLong }: Choice): string {
  if (verdict === 'ignore' || verdict === 'block') return t(`door.choose.do.${verdict}`)
  return verdict === 'allow' ? t(`door.choose.do.allow.${howLong.allow}`) : t(`door.choose.do.deny.${howLong.deny}`)
}

/** What was answered, in one line. `given`: the answer, where it was given in this window. */
export function answeredText(t: TFunction, knock: Answered, given: Answer | null, name: string, nowMs: number): string {
  if (given?.verdict === 'block') return t('door.answered.blocked', { name })
  if (knock.state === 'ignored') return t('door.answered.ignored', { name })
  if (knock.page) return ofPage(t, knock.page.offered === undefined ? 'page' : 'offer', knock.state, given, name, nowMs)
  if (knock.state === 'allowed') {
    if (given?.verdict !== 'allow') return t('door.answered.allow.plain', { name })
    const { until } = given
    if (typeof until === 'string') return t(`door.answered.allow.${until}`, { name })
    return t('door.answered.allow.time', { name, time: endText(until.untilMs, nowMs) })
  }
  if (given?.verdict !== 'deny') return t('door.answered.deny.once', { name })
  const { until } = given
  if (typeof until === 'string') return t(`door.answered.deny.${until}`, { name })
  return t('door.answered.deny.time', { name, time: endText(until.untilMs, nowMs) })
}

type Answered = Pick<Knock, 'state'> & Partial<Pick<Knock, 'page'>>

/** Neither a page nor a message comes in: something was allowed to it, or was not. */
function ofPage(t: TFunction, asker: 'page' | 'offer', state: Knock['state'], given: Answer | null, name: string, nowMs: number): string {
  const verdict = state === 'allowed' ? 'allow' : 'deny'
  const isOnce = verdict === 'deny' || asker === 'offer'
  const isPlain = given === null || !('until' in given) || (given.until === 'once' && isOnce)
  if (isPlain) return t(`door.${asker}.answered.${verdict}Plain`, { name })
  return t(`door.${asker}.answered.${verdict}`, { name, until: lastsText(t, given.until, nowMs) })
}
