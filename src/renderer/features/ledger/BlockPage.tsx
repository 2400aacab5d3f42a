import { Box, ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { BlockFacts } from '../../../shared/model/blocks.ts'
import type { BlockId } from '../../../shared/model/ledger.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Banner } from '../../ui/Banner.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Key } from '../../ui/Key.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Facts, Page, Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { fullWhen } from '../../ui/when.ts'
import css from './BlockPage.module.css'
import { EntryLines } from './EntryLine.tsx'
import { ledgerStore } from './store.ts'
import { useAsked } from './use-asked.ts'
import { useLedgerNames } from './use-names.ts'

interface Back {
  back: NonNullable<PaneHeaderProps['back']>
}

/** One block: when, by whom, who signed, and what is in it. */
export function BlockPage({ block, back }: Back & { block: BlockId | number }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  // Asked again when more of it is known, such as another signature.
  const known = ledgerStore.use(({ freshness, state }) => {
    const line = state.blocks.find(({ id, height }) => id === block || height === block)
    return `${freshness === 'live'} ${line?.id} ${line?.signers}`
  })
  const { answer: facts, failure, again } = useAsked(String(block), known, () => client.ledger.block({ block }))
  if (facts !== null) return <Known facts={facts} back={back} />
  return (
    <>
      <PaneHeader title={t('ledger.title')} back={back} />
      {failure === null ? (
        <Skeleton label={t('ledger.block.loading')} />
      ) : failure.code === 'NOT_FOUND' || failure.code === 'BAD_INPUT' ? (
        <EmptyState icon={<Box />} title={t('ledger.block.goneTitle')} text={t('ledger.block.goneText')} />
      ) : (
        <Page>
          <FailureNote failure={failure} onRetry={again} />
        </Page>
      )}
    </>
  )
}

function Known({ facts, back }: Back & { facts: BlockFacts }): ReactNode {
  const { t } = useTranslation()
  const { line, parent, network, entriesRoot, stateRoot } = facts
  const isFirst = line.height === 1
  return (
    <>
      <PaneHeader title={t('ledger.blocks.line', { height: line.height })} back={back} actions={<Neighbours facts={facts} />} />
      <Page>
        {line.place === 'beside' && (
          <Banner
            tone="warning"
            title={t('ledger.block.beside')}
            text={t('ledger.block.besideText')}
            action={
              <Link href={paths.ledgerView('forks')} className={css.link}>
                {t('ledger.block.forks')}
              </Link>
            }
          />
        )}
        <Decided facts={facts} />
        <Section title={t('ledger.block.entries')}>
          <Entries facts={facts} />
        </Section>
        <Section title={t('ledger.block.ids')} note={t('ledger.block.idsNote')}>
          <Facts
            facts={[
              { name: t('ledger.block.id'), value: <Key value={line.id} label={t('ledger.key.block')} /> },
              {
                name: t('ledger.block.parent'),
                value: isFirst ? (
                  <span className={css.inLine}>
                    {t('ledger.block.genesis')}
                    <Key value={network} label={t('ledger.key.network')} />
                  </span>
                ) : (
                  <Key value={parent} label={t('ledger.key.block')} />
                ),
              },
              { name: t('ledger.block.entriesRoot'), value: <Key value={entriesRoot} label={t('ledger.key.root')} /> },
              { name: t('ledger.block.stateRoot'), value: <Key value={stateRoot} label={t('ledger.key.root')} /> },
            ]}
          />
        </Section>
      </Page>
    </>
  )
}

/** Up to the next block, down to the one before: as they lie in the list. */
function Neighbours({ facts: { line, parent } }: { facts: BlockFacts }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const height = ledgerStore.use(({ state }) => state.status?.height ?? 0)
  const isTop = line.place === 'beside' || line.height >= height
  return (
    <>
      <IconButton
        label={t('ledger.block.newer')}
        icon={<ChevronUp />}
        disabled={isTop}
        onClick={() => go(paths.block(line.height + 1))}
      />
      <IconButton
        label={t('ledger.block.older')}
        icon={<ChevronDown />}
        disabled={line.height === 1}
        onClick={() => go(line.place === 'beside' ? `${paths.ledger}/block/${parent}` : paths.block(line.height - 1))}
      />
    </>
  )
}

function Decided({ facts: { line, signedBy, entries } }: { facts: BlockFacts }): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const hasRounds = ledgerStore.use(({ state }) => state.rounds.some(({ slot }) => slot === line.slot))
  return (
    <Facts
      facts={[
        { name: t('ledger.block.time'), value: fullWhen(line.timestampMs) },
        {
          name: t('ledger.block.slot'),
          value: (
            <span className={css.inLine}>
              {t('ledger.block.slotText', { slot: line.slot })}
              {hasRounds && (
                <Link href={paths.slot(line.slot)} className={css.link}>
                  {t('ledger.block.rounds')}
                </Link>
              )}
            </span>
          ),
        },
        { name: t('ledger.block.leader'), value: <bdi>{names.validator(line.leader)}</bdi> },
        {
          name: t('ledger.block.signed'),
          value: (
            <>
              <span>{t('ledger.blocks.signed', { signers: line.signers, validators: line.validators })}</span>
              <ul className={css.signers}>
                {signedBy.map((signer) => (
                  <li key={signer.peerId} className={css.signer}>
                    <bdi>{names.validator(signer)}</bdi>
                  </li>
                ))}
              </ul>
            </>
          ),
        },
        {
          name: t('ledger.block.size'),
          value: entries === null ? t('ledger.block.sizeUnknown') : t('ledger.block.sizeText', { size: sizeText(line.bytes) }),
        },
      ]}
    />
  )
}

function Entries({ facts: { entries } }: { facts: BlockFacts }): ReactNode {
  const { t } = useTranslation()
  if (entries === null) return <p className={css.soft}>{t('ledger.block.unknown')}</p>
  if (entries.length > 0) return <EntryLines entries={entries} label={t('ledger.block.entries')} placed={false} />
  return (
    <div className={css.empty}>
      <p>{t('ledger.block.empty')}</p>
      <p className={css.soft}>{t('ledger.block.emptyText')}</p>
    </div>
  )
}
