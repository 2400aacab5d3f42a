import { FolderDown, Search } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import { useLocation } from 'wouter'
import type { Transfer } from '../../../shared/model/files.ts'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { paths } from '../../nav/paths.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { SegmentedControl } from '../../ui/SegmentedControl.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import css from './Files.module.css'
import { filesStore } from './store.ts'
import { TransferRow } from './TransferRow.tsx'
import { sortedTransfers, transferFilters, type TransferFilter } from './transfers.ts'

/** Files on their way, those that wait, and those that came and went. */
export function FilesPage(): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const isLoading = filesStore.use(({ freshness }) => freshness === 'loading')
  const { transfers, folder } = filesStore.use(({ state }) => state)
  const [filter, setFilter] = useState<TransferFilter>('all')
  const [query, setQuery] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const shown = useMemo(() => sortedTransfers(transfers.values(), filter, query), [transfers, filter, query])
  return (
    <div className={css.screen}>
      <PaneHeader title={t('files.title')} back={{ label: t('files.back'), onBack: () => go(paths.chats) }} />
      {isLoading ? (
        <Skeleton label={t('files.loading')} />
      ) : transfers.size === 0 ? (
        <EmptyState icon={<FolderDown />} title={t('files.emptyTitle')} text={t('files.emptyText')} />
      ) : (
        <>
          <div className={css.top}>
            <SegmentedControl
              label={t('files.filter')}
              value={filter}
              options={transferFilters.map((value) => ({ value, label: t(`files.filters.${value}`) }))}
              onChange={setFilter}
            />
            <TextField
              label={t('files.search')}
              hideLabel
              placeholder={t('files.search')}
              icon={<Search aria-hidden="true" />}
              value={query}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setQuery(event.target.value)}
            />
          </div>
          {failure !== null && (
            <div className={css.note}>
              <FailureNote failure={failure} onDismiss={() => setFailure(null)} />
            </div>
          )}
          {shown.length === 0 ? (
            <p className={css.note}>{query.trim() === '' ? t(`files.none.${filter}`) : t('files.none.all')}</p>
          ) : (
            <section className={css.list} aria-label={t('files.list')}>
              <Virtuoso
                data={shown}
                context={(error: unknown) => setFailure(failureOf(error))}
                computeItemKey={keyOf}
                increaseViewportBy={200}
                itemContent={renderTransfer}
              />
            </section>
          )}
          {folder !== '' && (
            <p className={css.foot}>
              {t('files.lies')} <span className={css.path}>{folder}</span>
            </p>
          )}
        </>
      )}
    </div>
  )
}

function keyOf(_: number, { id }: Transfer): string {
  return id
}

function renderTransfer(_: number, transfer: Transfer, onFailure: (error: unknown) => void): ReactNode {
  return <TransferRow transfer={transfer} onFailure={onFailure} />
}
