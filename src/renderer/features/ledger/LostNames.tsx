import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { MINUTE } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { paths } from '../../nav/paths.ts'
import { Banner } from '../../ui/Banner.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useMe } from '../identity/store.ts'
import { lostNames } from './lost-names.ts'
import css from './Now.module.css'
import { ledgerStore } from './store.ts'
import { useAsked } from './use-asked.ts'
import { useLedgerNames } from './use-names.ts'

/** A fork took names of this account: who looks at the ledger hears of it here, and not only in the list of forks. */
export function LostNames(): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const forks = ledgerStore.use(({ state }) => state.forks)
  const client = useClient()
  const lost = lostNames(forks, useMe()?.account ?? null, useNow(MINUTE))
  const head = ledgerStore.use(({ state }) => state.status?.head?.id ?? 'none')
  // What was claimed again since is no news either.
  const { answer: owned } = useAsked('mine', lost === null ? null : head, () => client.ledger.names({}))
  const gone = lost?.names.filter((name) => owned?.every((one) => one.name !== name)) ?? []
  if (lost === null || gone.length === 0) return null
  return (
    <Banner
      tone="warning"
      title={t('ledger.forks.yours', { count: gone.length, names: gone.map(names.full).join(', ') })}
      text={t('ledger.forks.yoursText')}
      action={
        <Link href={paths.fork(lost.fork)} className={css.link}>
          {t('ledger.forks.showOne')}
        </Link>
      }
    />
  )
}
