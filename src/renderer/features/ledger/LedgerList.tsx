import { ArrowUp, Globe } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import { Link, useLocation } from 'wouter'
import type { BlockLine } from '../../../shared/model/blocks.ts'
import type { BlockId } from '../../../shared/model/ledger.ts'
import { paths, type LedgerView } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import { LedgerNav } from './LedgerNav.tsx'
import css from './LedgerList.module.css'
import { ledgerStore } from './store.ts'
import { useHeld, type HeldList } from './use-held.ts'
import { useOlder, type Older } from './use-older.ts'
import { useLedgerNames, type LedgerNames } from './use-names.ts'

export interface LedgerListProps {
  /** The part that is shown, where it is not a block. */
  view: LedgerView | null
  block: BlockId | number | null
}

interface Context extends LedgerListProps {
  held: HeldList<BlockLine>
  older: Older
  names: LedgerNames
}

/** How the ledger stands, its parts, and its blocks. */
export function LedgerList(props: LedgerListProps): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const blocks = ledgerStore.use(({ state }) => state.blocks)
  const held = useHeld(blocks, keyOf)
  const older = useOlder()
  const names = useLedgerNames()
  const context: Context = { ...props, held, older, names }

  return (
    <>
      <PaneHeader
        title={t('ledger.title')}
        actions={<IconButton label={t('ledger.networks')} icon={<Globe />} onClick={() => go(paths.networks)} />}
      />
      <div
        className={css.list}
        onPointerEnter={() => held.hold('pointer', true)}
        onPointerLeave={() => held.hold('pointer', false)}
      >
        <Virtuoso
          data={held.shown}
          context={context}
          computeItemKey={(_, block) => block.id}
          increaseViewportBy={200}
          atTopStateChange={(atTop) => held.hold('scroll', !atTop)}
          endReached={older.more}
          components={parts}
          itemContent={renderBlock}
        />
      </div>
    </>
  )
}

function keyOf({ id }: BlockLine): string {
  return id
}

function Head({ context: { view, held } }: { context: Context }): ReactNode {
  const { t } = useTranslation()
  const isLoading = ledgerStore.use(({ freshness }) => freshness === 'loading')
  return (
    <>
      <LedgerNav view={view} />
      <header className={css.head}>
        <h2 className={css.title}>{t('ledger.blocks.title')}</h2>
        {held.newer > 0 && (
          <Button size="small" tone="quiet" icon={<ArrowUp />} className={css.newer} onClick={held.showNewer}>
            {t('ledger.blocks.newer', { count: held.newer })}
          </Button>
        )}
      </header>
      {held.shown.length === 0 &&
        (isLoading ? <Skeleton label={t('ledger.loading')} /> : <p className={css.none}>{t('ledger.blocks.none')}</p>)}
    </>
  )
}

function renderBlock(_: number, block: BlockLine, { names, block: chosen }: Context): ReactNode {
  return <BlockRow block={block} leader={names.validator(block.leader)} isChosen={chosen === block.id || chosen === block.height} />
}

function BlockRow({ block, leader, isChosen }: { block: BlockLine; leader: string; isChosen: boolean }): ReactNode {
  const { t } = useTranslation()
  const { id, height, timestampMs, entries, signers, validators } = block
  return (
    <div className={css.block}>
      <Link href={paths.block(id)} className={rowAction} aria-current={isChosen ? 'page' : undefined}>
        <Row
          title={t('ledger.blocks.line', { height })}
          meta={<Time atMs={timestampMs} />}
          detail={t('ledger.blocks.detail', { entries: t('ledger.blocks.entries', { count: entries }), leader })}
          trailing={
            validators === 1 ? null : (
              <span className={css.signed}>
                <span aria-hidden="true">{t('ledger.blocks.signed', { signers, validators })}</span>
                <span className="visually-hidden">{t('ledger.blocks.signedLabel', { signers, validators })}</span>
              </span>
            )
          }
        />
      </Link>
    </div>
  )
}

function Foot({ context: { older, held } }: { context: Context }): ReactNode {
  const { t } = useTranslation()
  if (older.failure !== null) {
    return (
      <div className={css.failed}>
        <FailureNote failure={older.failure} onRetry={older.again} />
      </div>
    )
  }
  if (held.shown.length === 0) return null
  const text = { first: t('ledger.blocks.end'), base: t('ledger.blocks.base'), more: t('ledger.blocks.older') }
  return <p className={css.end}>{text[older.end ?? 'more']}</p>
}

const parts = { Header: Head, Footer: Foot }
