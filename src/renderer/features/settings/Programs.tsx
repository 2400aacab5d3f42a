import { Blocks, Ellipsis, KeyRound, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { App } from '../../../shared/model/apps.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import { appsStore } from './apps-store.ts'
import { AddProgram, RemoveProgram, RenewProgram } from './ProgramDialogs.tsx'
import css from './Programs.module.css'

type Open = { what: 'add' } | { what: 'renew' | 'remove'; app: App }

/** Programs of this person that speak with the same program of others, each with a token that opens nothing else. */
export function Programs(): ReactNode {
  const { t } = useTranslation()
  const isLoading = appsStore.use(({ freshness }) => freshness === 'loading')
  const apps = appsStore.use(({ state }) => state)
  const [open, setOpen] = useState<Open | null>(null)
  const close = (): void => setOpen(null)
  const byTitle = [...apps.values()].toSorted((a, b) => a.title.localeCompare(b.title) || (a.id < b.id ? -1 : 1))
  const add = <Button onClick={() => setOpen({ what: 'add' })}>{t('settings.programs.add')}</Button>

  return (
    <>
      <Section
        title={t('settings.programs.title')}
        note={t('settings.programs.note')}
        action={apps.size > 0 && add}
      >
        <p className={css.soft}>
          {t('settings.programs.door')}{' '}
          <Link href={paths.doorSection('rules')} className={css.link}>
            {t('settings.programs.rules')}
          </Link>
        </p>
        {isLoading ? (
          <Skeleton label={t('settings.programs.loading')} rows={3} />
        ) : byTitle.length === 0 ? (
          <EmptyState
            icon={<Blocks />}
            title={t('settings.programs.emptyTitle')}
            text={t('settings.programs.emptyText')}
            action={add}
          />
        ) : (
          <ul className={css.list} aria-label={t('settings.programs.title')}>
            {byTitle.map((app) => (
              <li key={app.id} className={css.item}>
                <Program
                  app={app}
                  onRenew={() => setOpen({ what: 'renew', app })}
                  onRemove={() => setOpen({ what: 'remove', app })}
                />
              </li>
            ))}
          </ul>
        )}
      </Section>
      {open?.what === 'add' && <AddProgram onClose={close} />}
      {open?.what === 'renew' && <RenewProgram app={open.app} onClose={close} />}
      {open?.what === 'remove' && <RemoveProgram app={open.app} onClose={close} />}
    </>
  )
}

function Program({ app, onRenew, onRemove }: { app: App; onRenew: () => void; onRemove: () => void }): ReactNode {
  const { t } = useTranslation()
  const { id, title, isConnected } = app
  return (
    <>
      <div className={css.words}>
        <h3 className={css.name}>
          <bdi>{title}</bdi>
        </h3>
        <p className={css.id}>app:{id}</p>
        <p className={css.soft}>
          <span className={cx(css.dot, isConnected && css.connected)} aria-hidden="true" />
          <Seen app={app} />
        </p>
      </div>
      <Menu
        trigger={<IconButton label={t('settings.programs.more', { title })} icon={<Ellipsis />} />}
        groups={[
          [
            {
              id: 'renew',
              label: t('settings.programs.renew'),
              note: t('settings.programs.renewNote'),
              icon: <KeyRound />,
              onChoose: onRenew,
            },
            {
              id: 'remove',
              label: t('settings.programs.remove'),
              icon: <Trash2 />,
              tone: 'danger',
              onChoose: onRemove,
            },
          ],
        ]}
      />
    </>
  )
}

function Seen({ app: { isConnected, lastSeenMs } }: { app: App }): ReactNode {
  const { t } = useTranslation()
  if (isConnected) return t('settings.programs.connected')
  if (lastSeenMs === null) return t('settings.programs.never')
  return (
    <>
      {t('settings.programs.away')} · {t('settings.programs.seen')} <Time form="ago" atMs={lastSeenMs} />
    </>
  )
}
