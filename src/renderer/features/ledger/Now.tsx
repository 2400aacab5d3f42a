import type { TFunction } from 'i18next'
import { Link2, Server, UserPlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { LedgerStatus } from '../../../shared/model/consensus.ts'
import { SECOND } from '../../../shared/units.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Key } from '../../ui/Key.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Facts, Page, Section } from '../../ui/Section.tsx'
import { countText } from '../../ui/amounts.ts'
import { useNow } from '../../ui/use-now.ts'
import { fullDate } from '../../ui/when.ts'
import { useMe } from '../identity/store.ts'
import { CheckChain } from './CheckChain.tsx'
import css from './Now.module.css'
import { LostNames } from './LostNames.tsx'
import { NewestBlock } from './NewestBlock.tsx'
import type { ViewProps } from './Ledger.tsx'
import { QuorumLamp } from './QuorumLamp.tsx'
import { ledgerStore } from './store.ts'
import { SyncBar } from './SyncBar.tsx'

/** How the ledger of the active network stands: whether blocks are decided, the last of them, figures, and checks. */
export function Now({ back }: ViewProps): ReactNode {
  const { t } = useTranslation()
  const status = ledgerStore.use(({ state }) => state.status)
  if (status === null) return null
  const { label, quorum, sync, leading, head } = status
  // Said by the lamp's own words, or by the banner below.
  const isSaid = quorum.lamp === 'alone' || (leading?.verdict === 'stay-silent' && leading.why === quorum.why)
  const words = (
    <Disclosure title={t('ledger.now.words')} startsOpen={head === null}>
      <Words />
    </Disclosure>
  )
  return (
    <>
      <PaneHeader title={<bdi>{label}</bdi>} back={back} />
      <Page>
        <section className={css.standing}>
          <p className={css.lamp}>
            <QuorumLamp lamp={quorum.lamp} size={24} />
            {t(`ledger.lamp.${quorum.lamp}`)}
          </p>
          {!isSaid && <p className={css.why}>{quorum.why}</p>}
          {sync.state === 'catching-up' && (
            <div className={css.sync}>
              <SyncBar sync={sync} />
              <p className={css.small}>{t('ledger.sync.text')}</p>
            </div>
          )}
        </section>
        <LostNames />
        {sync.state === 'looking' && <Looking />}
        {leading?.verdict === 'stay-silent' && (
          <Banner tone="warning" title={t('ledger.now.silent')} text={leading.why} />
        )}
        {head === null && sync.state === 'ready' ? <Fresh status={status} /> : head !== null && <NewestBlock block={head} />}
        {head === null && words}
        <Section title={t('ledger.now.figures')}>
          <Facts facts={figures(status, t)} />
        </Section>
        <CheckChain isEmpty={head === null} />
        {head !== null && words}
      </Page>
    </>
  )
}

function figures(status: LedgerStatus, t: TFunction): { name: string; value: ReactNode }[] {
  const { height, base, names, tld, role, peers, roundMs, startMs, network, stateRoot, pool } = status
  return [
    { name: t('ledger.now.height'), value: countText(height) },
    ...(base === 0 ? [] : [{ name: t('ledger.now.base'), value: t('ledger.now.baseText', { base }) }]),
    { name: t('ledger.now.names'), value: t('ledger.now.namesText', { count: names, tld }) },
    { name: t('ledger.now.waiting'), value: countText(pool.entries) },
    { name: t('ledger.now.role'), value: t(`ledger.now.roles.${role}`) },
    { name: t('ledger.now.peers'), value: t('ledger.now.peersText', { count: peers }) },
    { name: t('ledger.now.slots'), value: <Slots status={status} /> },
    { name: t('ledger.now.delta'), value: t('ledger.now.deltaText', { ms: countText(roundMs) }) },
    { name: t('ledger.now.began'), value: fullDate(startMs) },
    { name: t('ledger.now.network'), value: <Key value={network} label={t('ledger.key.network')} /> },
    { name: t('ledger.now.root'), value: <Key value={stateRoot} label={t('ledger.key.root')} /> },
  ]
}

/** Slots pass without an event. */
function Slots({ status: { startMs, slotMs } }: { status: LedgerStatus }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(SECOND)
  const slot = Math.max(0, Math.floor((nowMs - startMs) / slotMs))
  return t('ledger.now.slotsText', { seconds: slotMs / SECOND, slot })
}

/** Nobody of the network was heard yet: what to do about it. */
function Looking(): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const show = useDialogs((dialogs) => dialogs.show)
  return (
    <Banner
      title={t('ledger.sync.looking')}
      text={
        <>
          <p>{t('ledger.sync.lookingText')}</p>
          <div className={css.buttons}>
            <Button size="small" icon={<Link2 />} onClick={() => show('connect')}>
              {t('ledger.sync.connect')}
            </Button>
            <Button size="small" icon={<Server />} onClick={() => go(paths.settingsSection('introducers'))}>
              {t('ledger.sync.introducers')}
            </Button>
          </div>
        </>
      }
    />
  )
}

/** A chain without a block: what this is, and what begins it. */
function Fresh({ status: { role, quorum } }: { status: LedgerStatus }): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  const me = useMe()
  const isOwn = role === 'validator' && quorum.validators === 1
  const name = /^[a-z0-9][a-z0-9-]+[a-z0-9]$/.exec((me?.name ?? '').toLowerCase())?.[0] ?? 'alice'
  return (
    <Section title={t('ledger.fresh.title')}>
      <p className={css.why}>{t(isOwn ? 'ledger.fresh.own' : 'ledger.fresh.several')}</p>
      <p className={css.why}>{t('ledger.fresh.todo')}</p>
      <div className={css.todo}>
        <code className={css.command}>{t('ledger.fresh.command', { name })}</code>
        <Button icon={<UserPlus />} onClick={() => show('invite')}>
          {t('ledger.fresh.invite')}
        </Button>
      </div>
    </Section>
  )
}

const words = ['ledger', 'entry', 'block', 'validator', 'certificate', 'delta'] as const

function Words(): ReactNode {
  const { t } = useTranslation()
  return <Facts facts={words.map((word) => ({ name: t(`ledger.word.${word}`), value: t(`ledger.word.${word}Text`) }))} />
}
