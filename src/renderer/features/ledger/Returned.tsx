import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { EntryId } from '../../../shared/model/ledger.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { Key } from '../../ui/Key.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { EntryLines } from './EntryLine.tsx'
import css from './ForkPage.module.css'
import { ledgerStore } from './store.ts'
import { useAsked } from './use-asked.ts'

/** More than these are a number. */
const SHOWN = 20

/** Entries by their ids, in words, and where each is now. */
export function Returned({ ids }: { ids: readonly EntryId[] }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const head = ledgerStore.use(({ state }) => state.status?.head?.id ?? 'none')
  const wanted = ids.slice(0, SHOWN)
  const { answer: read } = useAsked(wanted.join(' '), head, async () => {
    const asked = await Promise.allSettled(wanted.map((id) => client.ledger.entry({ id })))
    const found = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    return new Map(found.map((entry) => [entry.id, entry]))
  })

  if (read === null) return <Skeleton label={t('ledger.entries.loading')} rows={Math.min(3, wanted.length)} />
  const lost = wanted.filter((id) => !read.has(id))
  return (
    <>
      <EntryLines
        entries={wanted.flatMap((id) => read.get(id) ?? [])}
        label={t('ledger.forks.returned')}
        placed
      />
      {lost.map((id) => (
        <p key={id} className={css.soft}>
          <Key value={id} label={t('ledger.key.entry')} /> {t('ledger.entry.lostText')}
        </p>
      ))}
      {ids.length > SHOWN && (
        <p className={css.soft}>{t('ledger.forks.returnedMore', { count: ids.length - SHOWN })}</p>
      )}
    </>
  )
}
