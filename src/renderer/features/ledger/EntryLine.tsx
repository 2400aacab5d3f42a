import {
  ArrowRightLeft,
  ChevronRight,
  DoorOpen,
  KeyRound,
  LockKeyhole,
  RefreshCw,
  Scale,
  Tag,
  Users,
  type LucideIcon,
} from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { AccountId } from '../../../shared/ids.ts'
import type { LedgerEntry } from '../../../shared/model/blocks.ts'
import type { OpKind } from '../../../shared/model/ledger.ts'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { cx } from '../../ui/cx.ts'
import { Key } from '../../ui/Key.tsx'
import { Facts } from '../../ui/Section.tsx'
import { fullDate } from '../../ui/when.ts'
import { LedgerName } from '../names/LedgerName.tsx'
import css from './EntryLine.module.css'
import { entryText, placeText } from './entry-words.ts'
import { useLedgerNames } from './use-names.ts'

const icons: Readonly<Record<OpKind, LucideIcon>> = {
  claim: LockKeyhole,
  register: Tag,
  renew: RefreshCw,
  transfer: ArrowRightLeft,
  release: DoorOpen,
  revoke: KeyRound,
  evidence: Scale,
  validators: Users,
}

/** Entries, one line each; a line opens to all that is known of it. `placed`: says where each is. */
export function EntryLines({ entries, label, placed }: { entries: readonly LedgerEntry[]; label: string; placed: boolean }): ReactNode {
  return (
    <ul className={css.lines} aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.id} className={css.entry}>
          <EntryLine entry={entry} placed={placed} />
        </li>
      ))}
    </ul>
  )
}

function EntryLine({ entry, placed }: { entry: LedgerEntry; placed: boolean }): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const facts = useId()
  const [isOpen, setIsOpen] = useState(false)
  const Icon = icons[entry.kind]
  return (
    <>
      <button
        type="button"
        className={css.line}
        aria-expanded={isOpen}
        aria-controls={isOpen ? facts : undefined}
        onClick={() => setIsOpen(!isOpen)}
      >
        <ChevronRight className={cx(css.chevron, isOpen && css.turned)} aria-hidden="true" />
        <Icon className={css.icon} aria-hidden="true" />
        <span className={css.words}>
          <span className={css.text}>
            <bdi>{entryText(t, entry, names)}</bdi>
            {!entry.mine && <LedgerName className={css.owns} account={entry.account} />}
          </span>
          {placed && <span className={cx(css.place, entry.place.at === 'gone' && css.gone)}>{placeText(t, entry)}</span>}
        </span>
      </button>
      {isOpen && (
        <div id={facts} className={css.facts}>
          <p className={css.meaning}>{t(`ledger.entry.meaning.${entry.kind}`)}</p>
          <EntryFacts entry={entry} placed={placed} />
        </div>
      )}
    </>
  )
}

function EntryFacts({ entry, placed }: { entry: LedgerEntry; placed: boolean }): ReactNode {
  const { t } = useTranslation()
  const { id, account, to, nonce, untilMs, bytes, workBits } = entry
  return (
    <Facts
      facts={[
        ...(placed ? [{ name: t('ledger.entry.place'), value: <Where entry={entry} /> }] : []),
        { name: t('ledger.entry.account'), value: <Account of={account} /> },
        ...(to === null ? [] : [{ name: t('ledger.entry.to'), value: <Account of={to} /> }]),
        { name: t('ledger.entry.id'), value: <Key value={id} label={t('ledger.key.entry')} /> },
        { name: t('ledger.entry.nonce'), value: t('ledger.entry.nonceText', { count: nonce }) },
        {
          name: t('ledger.entry.until'),
          value: untilMs === null ? t('ledger.entry.untilNever') : fullDate(untilMs),
        },
        { name: t('ledger.entry.work'), value: t('ledger.entry.workText', { bits: workBits }) },
        { name: t('ledger.entry.size'), value: sizeText(bytes) },
      ]}
    />
  )
}

/** A key, and the names that are its owner's. */
function Account({ of }: { of: AccountId }): ReactNode {
  const { t } = useTranslation()
  return (
    <span className={css.account}>
      <Key value={of} label={t('key.account')} />
      <LedgerName account={of} all />
    </span>
  )
}

function Where({ entry }: { entry: LedgerEntry }): ReactNode {
  const { t } = useTranslation()
  const { place } = entry
  if (place.at !== 'block') return placeText(t, entry)
  return (
    <Link href={paths.block(place.block)} className={css.link}>
      {t('ledger.entry.show', { height: place.height })}
    </Link>
  )
}
