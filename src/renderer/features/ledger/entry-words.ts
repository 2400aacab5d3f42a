import type { TFunction } from 'i18next'
import type { LedgerEntry } from '../../../shared/model/blocks.ts'
import type { LedgerNames } from './use-names.ts'

/** An entry as a sentence: who did what to which name. */
export function entryText(t: TFunction, entry: LedgerEntry, names: LedgerNames): string {
  const { account, mine, name, to, validator } = entry
  const words = {
    who: names.account(account),
    name: name === null ? '' : names.full(name),
    to: to === null ? '' : names.account(to),
    validator: validator === null ? '' : names.device(validator),
  }
  return t(`ledger.entry.${mine ? 'mine' : 'other'}.${phraseOf(entry, names)}`, words)
}

function phraseOf({ kind, account, name, to }: LedgerEntry, names: LedgerNames) {
  if (kind === 'claim') return name === null ? 'claim' : 'claimNamed'
  if (kind !== 'transfer') return kind
  // To oneself: taken, or taken back.
  if (to === account) return 'take'
  return to !== null && names.isMine(to) ? 'offerYou' : 'offer'
}

/** What the node gives as a reason, as a sentence of its own. */
export function sentence(why: string): string {
  const text = `${why.charAt(0).toLocaleUpperCase()}${why.slice(1)}`
  return /[.!?]$/.test(text) || text === '' ? text : `${text}.`
}

/** Where it is, as the end of a line. */
export function placeText(t: TFunction, { place }: LedgerEntry): string {
  switch (place.at) {
    case 'pool':
      return place.why ?? t(place.early ? 'ledger.entry.early' : 'ledger.entry.pool')
    case 'block':
      return t('ledger.entry.inBlock', { height: place.height })
    case 'gone':
      return `${t('ledger.entry.gone')}: ${place.why}`
  }
}
