import { ArrowUpRight, ChevronDown, DoorClosed, Download as Arrow, Hourglass, Waypoints } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { KnockId } from '../../../shared/ids.ts'
import type { Asked, Download, Tab } from '../../../shared/model/browse.ts'
import type { AnswerUntil } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { calling } from '../door/state.ts'
import { doorStore } from '../door/store.ts'
import { useArmed, useDeliberate } from '../door/use-deliberate.ts'
import { exitStore } from '../exit/store.ts'
import { AskBar } from './AskBar.tsx'
import { offers } from './state.ts'
import { browseStore } from './store.ts'
import { useOpenSite } from './use-open.ts'
import { useTabs } from './use-tabs.ts'

/** Everything that waits for a word about the page that is seen, and who knocks meanwhile. */
export function AskBars({ tab }: { tab: Tab }): ReactNode {
  const [load, ...others] = waitingLoads(tab)
  const [offer] = offers(browseStore.use(({ state }) => state))
  return (
    <>
      {tab.isHung && <Hung key={tab.id} tab={tab} />}
      {tab.outside !== null && <Outside key={tab.outside.url} tab={tab} outside={tab.outside} />}
      {load !== undefined && <Load key={load.knock} tab={tab} load={load} others={others.length} />}
      {offer !== undefined && <Offer key={offer.id} offer={offer} />}
      <Knocking tab={tab} />
    </>
  )
}

type WaitingLoad = Asked & { knock: KnockId }

/** Those that wait for an answer, the one that asked first in front. */
export function waitingLoads({ shield }: Pick<Tab, 'shield'>): WaitingLoad[] {
  const asked = shield?.asked ?? []
  return asked.filter((one): one is WaitingLoad => one.outcome === 'waiting' && one.knock !== null).toReversed()
}

/**
 * A page can have its bar come up where somebody is about to click: what lets something through answers only after it
 * has been in sight for a moment, as at the door.
 */
function LetThrough({ armed, busy, onDo, children }: { armed: boolean; busy: boolean; onDo: () => void; children: ReactNode }): ReactNode {
  const deliberate = useDeliberate(armed && !busy, onDo)
  return (
    <Button size="small" busy={busy} {...deliberate}>
      {children}
    </Button>
  )
}

/** As long as whoever waits is willing to, before they are asked again. */
const WAIT_MS = 30_000

function Hung({ tab }: { tab: Tab }): ReactNode {
  const { t } = useTranslation()
  const tabs = useTabs()
  const [isWaiting, setWaiting] = useState(false)
  useEffect(() => {
    if (!isWaiting) return undefined
    const timer = setTimeout(() => setWaiting(false), WAIT_MS)
    return () => clearTimeout(timer)
  }, [isWaiting])
  if (isWaiting) return null
  return (
    <AskBar icon={<Hourglass />} says={t('browse.hung.says')} text={t('browse.hung.text')}>
      <Button size="small" tone="strong" onClick={() => setWaiting(true)}>
        {t('browse.hung.wait')}
      </Button>
      <Button size="small" onClick={() => tabs.stop(tab.id)}>
        {t('browse.hung.end')}
      </Button>
    </AskBar>
  )
}

function Outside({ tab, outside }: { tab: Tab; outside: NonNullable<Tab['outside']> }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const openSite = useOpenSite()
  const answer = useCall((open: boolean) => client.browse.outside({ tab: tab.id, open }))
  const armed = useArmed(outside.url)
  const exits = exitStore.use(({ state }) => state.exits)
  const ways = [...exits.values()].filter(({ state }) => state === 'open')
  const through = outside.url.startsWith('https:') ? ways : []
  return (
    <AskBar icon={<ArrowUpRight />} says={t('browse.outside.says')} text={<bdi>{t('browse.outside.text', { host: outside.host })}</bdi>}>
      {answer.failure !== null && <FailureNote failure={answer.failure} onDismiss={answer.dismiss} />}
      <Button size="small" tone="strong" onClick={() => void answer.run(false)}>
        {t('browse.outside.stay')}
      </Button>
      <LetThrough armed={armed} busy={answer.busy} onDo={() => void answer.run(true)}>
        {t('browse.outside.open')}
      </LetThrough>
      {through.length > 0 && (
        <Menu
          trigger={
            <Button size="small" tone="quiet" icon={<Waypoints />} aria-label={t('browse.outside.ways')} disabled={!armed}>
              {t('browse.outside.otherWays')}
            </Button>
          }
          groups={[
            through.map(({ peerId, called }) => ({
              id: peerId,
              label: t('browse.outside.through', { name: called }),
              note: t('browse.outside.throughNote', { name: called }),
              onChoose: () => {
                void answer.run(false)
                void openSite(outside.url, { exit: peerId })
              },
            })),
          ]}
        />
      )}
    </AskBar>
  )
}

function Load({ tab, load, others }: { tab: Tab; load: WaitingLoad; others: number }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const armed = useArmed(load.knock)
  const allow = useCall((until: AnswerUntil) =>
    client.door.answer({ id: load.knock, answer: { verdict: 'allow', until, scope: 'this' } }),
  )
  const deny = useCall(() => client.door.answer({ id: load.knock, answer: { verdict: 'deny', until: 'once' } }))
  const failure = allow.failure ?? deny.failure
  const site = tab.shield?.site ?? tab.site ?? ''
  return (
    <AskBar
      icon={<DoorClosed />}
      says={<bdi>{t('browse.loads.says', { site, what: load.what })}</bdi>}
      text={
        <bdi>
          {t('browse.loads.text', { what: load.what })} {others > 0 && `(${t('browse.loads.more', { count: others })})`}
        </bdi>
      }
    >
      {failure !== null && <FailureNote failure={failure} />}
      <Button size="small" tone="strong" busy={deny.busy} onClick={() => void deny.run()}>
        {t('browse.loads.deny')}
      </Button>
      <LetThrough armed={armed} busy={allow.busy} onDo={() => void allow.run('once')}>
        {t('browse.loads.once')}
      </LetThrough>
      <Menu
        trigger={<Button size="small" tone="quiet" icon={<ChevronDown />} aria-label={t('browse.loads.other')} disabled={!armed} />}
        groups={[
          (['quit', 'forever'] as const).map((until) => ({
            id: until,
            label: t(`browse.loads.${until}`),
            onChoose: () => void allow.run(until),
          })),
        ]}
      />
    </AskBar>
  )
}

function Offer({ offer }: { offer: Download }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const armed = useArmed(offer.id)
  const answer = useCall((save: boolean) => client.browse.answerDownload({ id: offer.id, save }))
  const size = offer.bytes === null ? t('browsePages.downloads.untold') : sizeText(offer.bytes)
  return (
    <AskBar
      icon={<Arrow />}
      says={<bdi>{t('browsePages.downloads.offers', { site: offer.site })}</bdi>}
      text={
        <>
          <bdi>{offer.name}</bdi> · {size}
        </>
      }
    >
      {answer.failure !== null && <FailureNote failure={answer.failure} onDismiss={answer.dismiss} />}
      <Button size="small" tone="strong" onClick={() => void answer.run(false)}>
        {t('browsePages.downloads.refuse')}
      </Button>
      <LetThrough armed={armed} busy={answer.busy} onDo={() => void answer.run(true)}>
        {t('browsePages.downloads.save')}
      </LetThrough>
    </AskBar>
  )
}

/** In place of the cards, which would lie under the page. What asks for the page itself has its own bar. */
function Knocking({ tab }: { tab: Tab }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const own = new Set(waitingLoads(tab).map(({ knock }) => knock))
  const count = doorStore.use(({ state }) => calling(state).filter(({ id }) => !own.has(id)).length)
  if (count === 0) return null
  return (
    <AskBar icon={<DoorClosed />} says={t('browse.knocks.says', { count })}>
      <Button size="small" onClick={() => go(paths.doorSection('knocks'))}>
        {t('browse.knocks.look')}
      </Button>
    </AskBar>
  )
}
