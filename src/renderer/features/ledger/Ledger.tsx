import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useRoute } from 'wouter'
import { BlockId } from '../../../shared/model/ledger.ts'
import { LIST_MAX_PX, LIST_MIN_PX, usePaneWidth } from '../../nav/pane-width.ts'
import { ledgerViews, paths, type LedgerView } from '../../nav/paths.ts'
import { PaneHeader, Panes, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { BlockPage } from './BlockPage.tsx'
import { Entries } from './Entries.tsx'
import { EvidenceView } from './Evidence.tsx'
import { Forks } from './Forks.tsx'
import { LedgerList } from './LedgerList.tsx'
import css from './Ledger.module.css'
import { NotYet } from './NotYet.tsx'
import { Now } from './Now.tsx'
import { Rounds } from './Rounds.tsx'
import { ledgerStore } from './store.ts'
import { Validators } from './Validators.tsx'

export interface ViewProps {
  back: NonNullable<PaneHeaderProps['back']>
  /** What is chosen in this part: a block, a slot, a fork, a proof. */
  chosen: string | null
}

const views: Readonly<Record<LedgerView, (props: ViewProps) => ReactNode>> = {
  now: Now,
  entries: Entries,
  validators: Validators,
  rounds: Rounds,
  forks: Forks,
  evidence: EvidenceView,
}

/** Who owns which name, block by block; who decides that, and how. */
export function Ledger(): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const [, route] = useRoute<{ view?: string; chosen?: string }>(`${paths.ledger}/:view?/:chosen?`)
  const { px, set } = usePaneWidth()
  const isKnown = ledgerStore.use(({ state }) => state.status !== null)
  const named = route?.view ?? null
  const view = ledgerViews.find((one) => one === named) ?? 'now'
  const block = named === 'block' ? blockOf(route?.chosen) : null
  const View = views[view]
  const back = { label: t('back'), onBack: () => go(paths.ledger) }

  return (
    <Panes
      showing={named === null ? 'list' : 'content'}
      width={{ px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }}
      list={<LedgerList view={block === null ? view : null} block={block} />}
    >
      {!isKnown ? (
        <>
          <PaneHeader title={t('ledger.title')} back={back} />
          <div className={css.notYet}>
            <NotYet />
          </div>
        </>
      ) : block === null ? (
        <View back={back} chosen={route?.chosen ?? null} />
      ) : (
        <BlockPage key={block} block={block} back={back} />
      )}
    </Panes>
  )
}

function blockOf(chosen: string | undefined): BlockId | number {
  const id = BlockId.safeParse(chosen)
  // A height that is none leads to a block that nobody has.
  return id.success ? id.data : Number.isSafeInteger(Number(chosen)) && Number(chosen) > 0 ? Number(chosen) : 0
}
