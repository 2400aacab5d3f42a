import { ArrowUp } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { LedgerEntry } from '../../../shared/model/blocks.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Page, Section } from '../../ui/Section.tsx'
import { SegmentedControl } from '../../ui/SegmentedControl.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useMe } from '../identity/store.ts'
import { EntryLines } from './EntryLine.tsx'
import css from './Ledger.module.css'
import type { ViewProps } from './Ledger.tsx'
import { ledgerStore } from './store.ts'
import { useAsked } from './use-asked.ts'
import { useHeld } from './use-held.ts'

/** Of the newest blocks. */
const MOST = 200
/** While a chain is caught up with, blocks come by the hundred. */
const PAUSE_MS = 400

/** What waits to be in a block, and what came into the newest ones. */
export function Entries({ back }: ViewProps): ReactNode {
  const { t } = useTranslation()
  const [whose, setWhose] = useState<'all' | 'mine'>('all')
  return (
    <>
      <PaneHeader title={t('ledger.view.entries')} back={back} />
      <Page>
        <p className={css.note}>{t('ledger.entries.note')}</p>
        <SegmentedControl
          label={t('ledger.entries.whose')}
          value={whose}
          options={[
            { value: 'all', label: t('ledger.entries.all') },
            { value: 'mine', label: t('ledger.entries.mine') },
          ]}
          onChange={setWhose}
        />
        <Waiting isMine={whose === 'mine'} />
        <InBlocks key={whose} isMine={whose === 'mine'} />
      </Page>
    </>
  )
}

/** In the order they came. One that is taken while the pointer is here stays in its place, and says where it is. */
function Waiting({ isMine }: { isMine: boolean }): ReactNode {
  const { t } = useTranslation()
  const entries = ledgerStore.use(({ state }) => state.entries)
  const [kept, setKept] = useState<ReadonlySet<LedgerEntry['id']> | null>(null)
  const shown = [...entries.values()].filter(
    ({ id, place, mine }) => (place.at === 'pool' || kept?.has(id) === true) && (!isMine || mine),
  )
  return (
    <Section title={t('ledger.entries.waiting')}>
      {shown.length === 0 ? (
        <div>
          <p>{t(isMine ? 'ledger.entries.noneMine' : 'ledger.entries.noneWaiting')}</p>
          {!isMine && <p className={css.soft}>{t('ledger.entries.noneWaitingText')}</p>}
        </div>
      ) : (
        <div
          onPointerMove={() => {
            // What came since the pointer did is kept too.
            if (kept === null || shown.some(({ id }) => !kept.has(id))) setKept(new Set(shown.map(({ id }) => id)))
          }}
          onPointerLeave={() => setKept(null)}
        >
          <EntryLines entries={shown} label={t('ledger.entries.waiting')} placed />
        </div>
      )}
    </Section>
  )
}

function InBlocks({ isMine }: { isMine: boolean }): ReactNode {
  const { t } = useTranslation()
  const me = useMe()
  const client = useClient()
  const head = ledgerStore.use(({ freshness, state }) => (freshness === 'live' ? (state.status?.head?.id ?? 'none') : null))
  const asked = useAsked(
    isMine ? 'mine' : 'all',
    head,
    async () => {
      const account = isMine ? me?.account : undefined
      const found = await client.ledger.entries({ limit: MOST, ...(account === undefined ? {} : { account }) })
      return found.filter(({ place }) => place.at === 'block')
    },
    PAUSE_MS,
  )
  const { answer: entries, failure, again } = asked
  const held = useHeld(entries ?? [], ({ id }) => id)
  return (
    <Section
      title={t('ledger.entries.settled')}
      action={
        held.newer > 0 && (
          <Button size="small" tone="quiet" icon={<ArrowUp />} onClick={held.showNewer}>
            {t('ledger.blocks.newer', { count: held.newer })}
          </Button>
        )
      }
    >
      {failure !== null && <FailureNote failure={failure} onRetry={again} />}
      {entries === null ? (
        failure === null && <Skeleton label={t('ledger.entries.loading')} rows={3} />
      ) : entries.length === 0 ? (
        <p className={css.soft}>{t(isMine ? 'ledger.entries.noneSettledMine' : 'ledger.entries.noneSettled')}</p>
      ) : (
        <div onPointerEnter={() => held.hold('pointer', true)} onPointerLeave={() => held.hold('pointer', false)}>
          <EntryLines entries={held.shown} label={t('ledger.entries.settled')} placed />
        </div>
      )}
    </Section>
  )
}
