import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useRoute } from 'wouter'
import { NameLabel } from '../../../shared/model/ledger.ts'
import { LIST_MAX_PX, LIST_MIN_PX, usePaneWidth } from '../../nav/pane-width.ts'
import { paths } from '../../nav/paths.ts'
import { Panes, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Kept } from './Kept.tsx'
import { LookUp } from './LookUp.tsx'
import { NamePage } from './NamePage.tsx'
import { NamesList } from './NamesList.tsx'
import { RevokePage } from './RevokePage.tsx'
import { YoursPage } from './YoursPage.tsx'

export type Back = NonNullable<PaneHeaderProps['back']>

export type NamesPart = 'yours' | 'lookup' | 'kept'

/** Names of this account, how another one is had, and whose any name is and where it points. */
export function Names(): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const [, route] = useRoute<{ 'view'?: string; '*'?: string }>(`${paths.names}/:view?/*?`)
  const { px, set } = usePaneWidth()
  const view = route?.view ?? null
  const chosen = route?.['*'] ?? ''
  const back: Back = { label: t('back'), onBack: () => go(paths.names) }
  const name = view === 'of' ? (NameLabel.safeParse(chosen).data ?? null) : null

  return (
    <Panes
      showing={view === null ? 'list' : 'content'}
      width={{ px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }}
      list={<NamesList part={partOf(view)} name={name} />}
    >
      {view === 'of' ? (
        <NamePage key={chosen} name={name} typed={chosen} back={back} />
      ) : view === 'look-up' ? (
        <LookUp asked={chosen} back={back} />
      ) : view === 'kept' ? (
        <Kept back={back} />
      ) : view === 'revocation' ? (
        <RevokePage back={back} />
      ) : (
        <YoursPage back={back} />
      )}
    </Panes>
  )
}

function partOf(view: string | null): NamesPart | null {
  if (view === 'of') return null
  return view === 'look-up' ? 'lookup' : view === 'kept' ? 'kept' : 'yours'
}
