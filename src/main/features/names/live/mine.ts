import type { NameLabel, NameOnLedger } from '../../../../shared/model/ledger.ts'
import type { ClaimStep, MyName, Publication, Zone } from '../../../../shared/model/names.ts'
import { attentionOf, type NameAtHand, type NameOwner } from '../reminders.ts'
import type { NamesNetwork } from '../types.ts'

/** What is known of the names that concern this account. */
export interface MineView {
  readonly me: NameOwner
  readonly network: Pick<NamesNetwork, 'tld' | 'rules'>
  readonly nowMs: number
  readonly owned: readonly NameOnLedger[]
  readonly offers: readonly NameOnLedger[]
  readonly claims: readonly { readonly name: NameLabel; readonly step: ClaimStep | null }[]
  readonly zoneOf: (name: NameLabel) => Zone | null
  readonly publicationOf: (name: NameLabel) => Publication | null
}

export interface Mine {
  readonly name: MyName
  /** Where it is this account's: what a reminder goes by. */
  readonly atHand: NameAtHand | null
  /** When what is said of it changes by the clock alone; null: only when something happens. */
  readonly nextMs: number | null
}

/** Names of this account, those on their way to it and those offered to it, by name. Pure. */
export function mineOf(view: MineView): Mine[] {
  const { owned, offers, claims } = view
  const onLedger = new Map([...offers, ...owned].map((one) => [one.name, one]))
  const steps = new Map(claims.map(({ name, step }) => [name, step ?? begun(view)]))
  const names = [...new Set([...onLedger.keys(), ...steps.keys()])].toSorted()
  return names.map((name) => {
    const claim = steps.get(name) ?? null
    const held = onLedger.get(name)
    return held === undefined ? claimed(name, claim, view) : shown(held, claim, view)
  })
}

function claimed(name: NameLabel, claim: ClaimStep | null, { network }: MineView): Mine {
  const nothing = { onLedger: null, zone: null, publication: null, attention: null, ended: false }
  return { name: { name, fullName: `${name}.${network.tld}`, claim, ...nothing }, atHand: null, nextMs: null }
}

function shown(onLedger: NameOnLedger, claim: ClaimStep | null, view: MineView): Mine {
  const { name } = onLedger
  const { me, network, nowMs } = view
  const isMine = onLedger.owner === me.account
  const zone = isMine ? view.zoneOf(name) : null
  const publication = isMine ? view.publicationOf(name) : null
  const atHand = { fullName: `${name}.${network.tld}`, onLedger, zone, publication }
  const { sentence, nextMs } = attentionOf(atHand, me, network.rules, nowMs)
  return { name: { name, claim, attention: sentence, ended: isMine && me.isEnded, ...atHand }, atHand: isMine ? atHand : null, nextMs }
}

/** It was asked for, and did nothing yet: the first thing is work for its commitment. */
function begun({ network: { rules } }: MineView): ClaimStep {
  return { step: 'working', what: 'commitment', bits: rules.entryBits }
}
