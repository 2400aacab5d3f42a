import { BookOpenText } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { cx } from '../../ui/cx.ts'
import { Tooltip } from '../../ui/Tooltip.tsx'
import css from './LedgerName.module.css'
import { useOwnedNames } from './use-owned.ts'

export interface LedgerNameProps {
  account: AccountId | null
  /** Each of them; otherwise the one held longest, and how many there are beside it. */
  all?: boolean
  className?: string | undefined
}

/**
 * The name that the ledger says is an account's. It looks like nothing that somebody can call themselves: framed, with
 * the sign of the ledger, in the letters of keys. Nothing where there is none.
 */
export function LedgerName({ account, all = false, className }: LedgerNameProps): ReactNode {
  const names = useOwnedNames(account)
  const [first, ...others] = names
  if (first === undefined) return null
  if (!all) return <FramedName name={first} others={others} className={className} />
  return (
    <span className={cx(css.all, className)}>
      {names.map((name) => (
        <FramedName key={name} name={name} />
      ))}
    </span>
  )
}

export interface FramedNameProps {
  /** Whole, and by the ledger theirs beside whom it stands. */
  name: string
  others?: readonly string[]
  className?: string | undefined
}

/** The same for a name that is known to be somebody's, such as that of whoever knocks. */
export function FramedName({ name, others = [], className }: FramedNameProps): ReactNode {
  const { t } = useTranslation()
  const owns = t('person.owns', { names: [name, ...others].join(', ') })
  return (
    <Tooltip text={owns}>
      <span className={cx(css.framed, className)}>
        <BookOpenText aria-hidden="true" />
        <span className={css.name} aria-hidden="true">
          {name}
        </span>
        {others.length > 0 && (
          <span className={css.others} aria-hidden="true">
            +{others.length}
          </span>
        )}
        <span className="visually-hidden">{owns}</span>
      </span>
    </Tooltip>
  )
}

export interface BesideLedgerNameProps {
  account: AccountId | null
  /** Where there is no room on one line, the ledger's stands below; otherwise it is cut short. */
  wraps?: boolean
  children: ReactNode
}

/** What somebody is called here, and the name of the ledger beside it. */
export function BesideLedgerName({ account, wraps = false, children }: BesideLedgerNameProps): ReactNode {
  return (
    <span className={cx(css.line, wraps && css.wraps)}>
      <bdi className={css.called}>{children}</bdi>
      <LedgerName account={account} />
    </span>
  )
}
