import type { TFunction } from 'i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import type { Match, Rule, RuleDraft, Scope, Who } from '../../../shared/model/door.ts'
import { sizeText } from '../../ui/amounts.ts'
import type { People } from '../contacts/store.ts'
import { endText } from './answer-wording.ts'
import { appOf, kindOf } from './choice.ts'

export function capabilityText(t: TFunction, capability: Scope): string {
  return t(`door.capability.${kindOf(capability)}`, { app: appOf(capability) })
}

export function whoText(t: TFunction, who: Who, people: People): string {
  switch (who.kind) {
    case 'account':
      return nameFor(t, who.account, people)
    case 'group':
      return t('door.rules.who.group', { group: who.group })
    case 'name':
      return t('door.rules.who.name', { name: who.name })
    default:
      return t(`door.rules.who.${who.kind}`)
  }
}

export function nameFor(t: TFunction, account: AccountId, people: People): string {
  const person = people.get(account)
  return (person === undefined ? '' : nameOf(person)) || t('person.unknown')
}

export function untilText(t: TFunction, until: Rule['until'], nowMs: number): string {
  if (until.kind !== 'time') return t(`door.rules.until.${until.kind}`)
  const time = endText(until.untilMs, nowMs)
  return until.untilMs > nowMs ? t('door.rules.until.time', { time }) : t('door.rules.until.over', { time })
}

/** What else must hold: "up to 16 MiB", "under /notes". */
export function matchTexts(t: TFunction, { name, minBytes, maxBytes, path, perHour }: Match): string[] {
  return [
    name === null ? '' : t('door.rules.match.name', { name }),
    minBytes === null ? '' : t('door.rules.match.minBytes', { size: sizeText(minBytes) }),
    maxBytes === null ? '' : t('door.rules.match.maxBytes', { size: sizeText(maxBytes) }),
    path === null ? '' : t('door.rules.match.path', { path }),
    perHour === null ? '' : t('door.rules.match.perHour', { count: perHour }),
  ].filter(Boolean)
}

/** A rule in one sentence: "Allow Bea: Files up to 16 MiB". */
export function ruleText(t: TFunction, rule: Pick<RuleDraft, 'verdict' | 'who' | 'capability' | 'match'>, people: People): string {
  const conditions = matchTexts(t, rule.match)
  const what = capabilityText(t, rule.capability)
  return t('door.rules.sentence', {
    verdict: t(`door.rules.verdict.${rule.verdict}`),
    who: whoText(t, rule.who, people),
    what: conditions.length === 0 ? what : `${what} ${conditions.join(', ')}`,
  })
}

/**
 * All that can be read of a rule, in small letters; made once for each, as long as nobody gets another name. The same few
 * words come again in thousands of rules, and looking them up is what takes the time.
 */
export function ruleWords(t: TFunction, people: People): (rule: Rule) => string {
  const made = new WeakMap<Rule, string>()
  const said = new Map<string, string>()
  const once = (key: string, say: () => string): string => {
    const words = said.get(key) ?? say()
    said.set(key, words)
    return words
  }
  return (rule) => {
    const held = made.get(rule)
    if (held !== undefined) return held
    const { verdict, who, capability, match, note, origin } = rule
    const words = [
      once(verdict, () => t(`door.rules.verdict.${verdict}`)),
      once(`who ${JSON.stringify(who)}`, () => whoText(t, who, people)),
      once(`for ${capability}`, () => capabilityText(t, capability)),
      once(`if ${JSON.stringify(match)}`, () => matchTexts(t, match).join(' ')),
      once(`by ${origin}`, () => t(`door.rules.origin.${origin}`)),
      note,
    ]
    const text = words.join(' ').toLowerCase()
    made.set(rule, text)
    return text
  }
}
