import { AtSign, Check, Copy, Search, TriangleAlert } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { NameLabel } from '../../../shared/model/ledger.ts'
import type { MyName } from '../../../shared/model/names.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Page, Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { GiveOn } from './GiveOn.tsx'
import { needsOwner } from './my-names.ts'
import type { Back } from './Names.tsx'
import css from './NamePage.module.css'
import { Published } from './Published.tsx'
import { ReleaseDialog } from './ReleaseDialog.tsx'
import { namesStore, useMyName, useTld } from './store.ts'
import { SaveBar } from './SaveBar.tsx'
import { Term } from './Term.tsx'
import { useMyNames } from './use-my-names.ts'
import { useZoneEdit } from './use-zone-edit.ts'
import { ZoneEditor } from './ZoneEditor.tsx'

export interface NamePageProps {
  /** Null: what stands in the address is no name. */
  name: NameLabel | null
  typed: string
  back: Back
}

/** One name of this account: its term, where it points, who holds that, and how it is given on or back. */
export function NamePage({ name, typed, back }: NamePageProps): ReactNode {
  const { t } = useTranslation()
  const isLoading = namesStore.use(({ freshness }) => freshness === 'loading')
  const mine = useMyName(name)
  const { owned } = useMyNames()
  const fullName = `${typed}.${useTld()}`
  if (isLoading) {
    return (
      <>
        <PaneHeader title={fullName} back={back} />
        <Skeleton label={t('names.loading')} rows={6} />
      </>
    )
  }
  if (mine === null || !owned.includes(mine)) return <NotYours name={fullName} back={back} />
  return <Yours name={mine} back={back} />
}

function NotYours({ name, back }: { name: string; back: Back }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  return (
    <>
      <PaneHeader title={<bdi>{name}</bdi>} back={back} />
      <EmptyState
        icon={<AtSign />}
        title={t('names.name.gone', { name })}
        text={t('names.name.goneText')}
        action={<Button onClick={() => go(paths.lookUpOf(name))}>{t('names.name.lookUp')}</Button>}
      />
    </>
  )
}

function Yours({ name, back }: { name: MyName; back: Back }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const [copied, copy] = useCopy(name.fullName)
  const edit = useZoneEdit(name)
  const nowMs = useNow(60_000)
  const [isReleasing, setIsReleasing] = useState(false)
  const { fullName, onLedger, attention, ended, publication, zone } = name
  return (
    <>
      <PaneHeader
        title={<bdi title={fullName}>{fullName}</bdi>}
        back={back}
        actions={
          <>
            <IconButton
              label={copied ? t('copied') : t('names.name.copy')}
              icon={copied ? <Check /> : <Copy />}
              onClick={copy}
            />
            <IconButton label={t('names.name.lookUp')} icon={<Search />} onClick={() => go(paths.lookUpOf(fullName))} />
          </>
        }
      />
      <div className={css.body}>
        <Page>
          {needsOwner(name, nowMs) && (
            <p className={css.attention}>
              <TriangleAlert aria-hidden="true" />
              <span>{attention}</span>
            </p>
          )}
          {!ended && (
            <>
              <div className={css.standing}>
                {onLedger !== null && <Term name={name.name} onLedger={onLedger} />}
                <Published name={name.name} zone={zone} publication={publication} />
              </div>
              <ZoneEditor edit={edit} />
              {onLedger !== null && <GiveOn name={name.name} fullName={fullName} onLedger={onLedger} />}
              <Section
                title={t('names.name.danger')}
                note={t('names.name.dangerText')}
                action={
                  <Button tone="danger" onClick={() => setIsReleasing(true)}>
                    {t('names.name.dangerGo')}
                  </Button>
                }
              >
                {null}
              </Section>
            </>
          )}
        </Page>
        {!ended && <SaveBar edit={edit} />}
      </div>
      {isReleasing && <ReleaseDialog name={name} onClose={() => setIsReleasing(false)} />}
    </>
  )
}
