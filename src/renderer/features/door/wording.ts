import type { TFunction } from 'i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import type { Capability, Rule, Who } from '../../../shared/model/door.ts'
import { fullWhen } from '../../ui/when.ts'
import type { People } from '../contacts/store.ts'

const isApp = (capability: Capability): capability is `app:${string}` => capability.startsWith('app:')

/** "wants to chat with you": the text of a prompt comes from here, never from who knocks. */
export function wantsText(t: TFunction, capability: Capability): string {
  if (isApp(capability)) return t('door.wants.app', { app: capability.slice('app:'.length) })
  return t(`door.wants.${capability}`)
}

export function capabilityText(t: TFunction, capability: Capability): string {
  if (isApp(capability)) return t('door.capability.app', { app: capability.slice('app:'.length) })
  return t(`door.capability.${capability}`)
}

export function whoText(t: TFunction, who: Who, people: People): string {
  if (who.kind === 'account') return nameFor(t, who.account, people)
  return t(`door.rules.who.${who.kind}`)
}

export function nameFor(t: TFunction, account: AccountId, people: People): string {
  const person = people.get(account)
  return (person === undefined ? '' : nameOf(person)) || t('person.unknown')
}

export function untilText(t: TFunction, until: Rule['until']): string {
  if (until.kind === 'time') return t('door.rules.until.time', { time: fullWhen(until.untilMs) })
  return t(`door.rules.until.${until.kind}`)
}

/** A rule in one sentence: "Allow Bea: Chat". */
export function ruleText(t: TFunction, rule: Rule, people: People): string {
  return t('door.rules.sentence', {
    verdict: t(`door.rules.verdict.${rule.verdict}`),
    who: whoText(t, rule.who, people),
    what: capabilityText(t, rule.capability),
  })
}

/** The part of a multiaddr that a person may recognise: host, port and transport. */
export function placeText(address: string): string {
  const [, family, host, transport, port, ...rest] = address.split('/')
  if (host === undefined || transport === undefined || port === undefined) return address
  const secure = rest.find((part) => part === 'ws' || part === 'webrtc-direct' || part === 'p2p-circuit')
  const where = family === 'ip6' ? `[${host}]` : host
  return `${where}:${port} ${secure ?? transport}`
}
