import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { BlockLine } from '../../../shared/model/blocks.ts'
import { paths } from '../../nav/paths.ts'
import { Row, rowAction } from '../../ui/Row.tsx'
import { Section } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './NewestBlock.module.css'
import { useLedgerNames } from './use-names.ts'

/** The head of the chain in a line that leads to it. */
export function NewestBlock({ block }: { block: BlockLine }): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const { id, height, timestampMs, entries, leader, signers, validators } = block
  const words = [
    t('ledger.blocks.entries', { count: entries }),
    `${t('ledger.block.leader')} ${names.leader(leader)}`,
    ...(validators === 1 ? [] : [t('ledger.blocks.signedLabel', { signers, validators })]),
  ]
  return (
    <Section title={t('ledger.now.newest')}>
      <Link href={paths.block(id)} className={`${rowAction} ${css.row}`}>
        <Row
          title={t('ledger.blocks.line', { height })}
          meta={<Time atMs={timestampMs} />}
          detail={words.join(' · ')}
          trailing={<ChevronRight className={css.chevron} aria-hidden="true" />}
        />
      </Link>
    </Section>
  )
}
