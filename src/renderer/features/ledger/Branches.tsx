import { CircleCheck, CircleMinus } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { BlockLine } from '../../../shared/model/blocks.ts'
import type { Fork } from '../../../shared/model/consensus.ts'
import { paths } from '../../nav/paths.ts'
import { cx } from '../../ui/cx.ts'
import css from './Branches.module.css'
import { useLedgerNames } from './use-names.ts'

/** As many at each end of a branch as tell what it is. */
const ENDS = 3

/** Both branches of a fork side by side, drawn from the block that both have down to their heads. */
export function Branches({ fork: { parent, parentHeight, chain, other } }: { fork: Fork }): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={css.fork}>
      <p className={css.parent}>
        {parentHeight === 0 ? (
          t('ledger.forks.genesis')
        ) : (
          <>
            <Link href={`${paths.ledger}/block/${parent}`} className={css.link}>
              {t('ledger.blocks.line', { height: parentHeight })}
            </Link>
            <span className={css.small}>{t('ledger.forks.parent')}</span>
          </>
        )}
      </p>
      <div className={css.branches}>
        <Branch branch={chain} above={parentHeight} counts />
        <Branch branch={other} above={parentHeight} counts={false} />
      </div>
    </div>
  )
}

interface BranchProps {
  branch: Fork['chain']
  /** The height of the block of both. */
  above: number
  counts: boolean
}

function Branch({ branch, above, counts }: BranchProps): ReactNode {
  const { t } = useTranslation()
  const title = useId()
  const Icon = counts ? CircleCheck : CircleMinus
  const blocks = branch.blocks.toSorted((a, b) => a.height - b.height)
  // Of a long branch only the end is told.
  const count = Math.max(blocks.length, (blocks.at(-1)?.height ?? above) - above)
  const first = blocks.filter(({ height }) => height <= above + ENDS)
  const isLong = count > 2 * ENDS + 1
  return (
    <section className={cx(css.branch, counts && css.counts)} aria-labelledby={title}>
      <header className={css.head}>
        <h2 id={title} className={css.title}>
          <Icon aria-hidden="true" />
          {t(counts ? 'ledger.forks.counts' : 'ledger.forks.lost')}
        </h2>
        <p className={css.small}>
          {t('ledger.forks.weight', { count: branch.weight })} · {t('ledger.forks.blocks', { count })}
        </p>
      </header>
      <ol className={css.blocks}>
        {(isLong ? first : blocks).map((block) => (
          <Block key={block.id} block={block} />
        ))}
        {isLong && (
          <>
            <li className={css.between}>{t('ledger.forks.between', { count: count - first.length - ENDS })}</li>
            {blocks.slice(-ENDS).map((block) => (
              <Block key={block.id} block={block} />
            ))}
          </>
        )}
      </ol>
    </section>
  )
}

function Block({ block: { id, height, leader, signers, validators, entries } }: { block: BlockLine }): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  return (
    <li className={css.block}>
      <Link href={paths.block(id)} className={css.link}>
        {t('ledger.blocks.line', { height })}
      </Link>
      <span className={css.small}>
        {t('ledger.blocks.signedLabel', { signers, validators })}
        <span className={css.more}>
          {' · '}
          {t('ledger.blocks.entries', { count: entries })}
          {' · '}
          <bdi>{names.validator(leader)}</bdi>
        </span>
      </span>
    </li>
  )
}
