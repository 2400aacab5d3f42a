import type { Rule } from '../../../shared/model/door.ts'

/** What the switch adds and takes away. */
export const CONTACTS_MAY_RELAY = {
  who: { kind: 'contact' },
  capability: 'relay',
  verdict: 'allow',
  until: { kind: 'forever' },
} as const satisfies Partial<Rule>

/** Rules about relaying: those of the switch, and the others, which it leaves alone. Pure. */
export function relayRules(rules: Iterable<Rule>): { own: Rule[]; others: Rule[] } {
  const relay = [...rules].filter(({ capability }) => capability === CONTACTS_MAY_RELAY.capability)
  return { own: relay.filter(isOwn), others: relay.filter((rule) => !isOwn(rule)) }
}

function isOwn({ who, verdict, until }: Rule): boolean {
  const { who: contacts, verdict: allow, until: forever } = CONTACTS_MAY_RELAY
  return who.kind === contacts.kind && verdict === allow && until.kind === forever.kind
}
