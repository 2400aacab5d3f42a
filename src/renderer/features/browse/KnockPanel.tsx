import { DoorOpen } from 'lucide-react'
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OpenFailure, Tab } from '../../../shared/model/browse.ts'
import type { SentKnock } from '../../../shared/model/door.ts'
import { MINUTE } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { Button } from '../../ui/Button.tsx'
import { Countdown, useSecondsLeft } from '../../ui/Countdown.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { isUnderWay, lookOf } from '../chats/ask-view.ts'
import { usePerson } from '../contacts/store.ts'
import { doorStore } from '../door/store.ts'
import { lastVisitKnock } from './knocking.ts'
import css from './KnockPanel.module.css'
import { useTabs } from './use-tabs.ts'

const GREETING_MAX = 280
/** A knock that was sent before the page was tried again still waits, or was answered just now. */
const BEFORE_MS = 10 * MINUTE

export interface KnockPanelProps {
  tab: Tab
  failure: OpenFailure
  knock: NonNullable<OpenFailure['knock']>
}

/** Knocks at the owner's door for this site, shows that a person is being asked, and opens the page when they say yes. */
export function KnockPanel({ tab, failure, knock }: KnockPanelProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const tabs = useTabs()
  const person = usePerson(knock.account)
  const name = (person === null ? '' : nameOf(person)) || t('browse.error.knock.owner')
  const [greeting, setGreeting] = useState('')
  const sent = doorStore.use(({ state }) => lastVisitKnock(state.sent.values(), knock, failure.atMs - BEFORE_MS))
  const { account, peerId, site, path } = knock
  const ask = useCall(() =>
    client.door.knock({ to: { peerId }, capability: 'visit', about: { name: site, path }, greeting: greeting.trim() }),
  )
  const to = account === null ? site : name

  // An answer of before is one that this failure already counted in.
  const isLetIn = sent?.state === 'allowed' && sent.sentMs >= failure.atMs
  const wasLetIn = useLetInHere(sent)
  const open = useEffectEvent(() => tabs.reload(tab.id))
  useEffect(() => {
    if (isLetIn || wasLetIn) open()
  }, [isLetIn, wasLetIn])

  return (
    <section className={css.panel} aria-label={t('browse.error.knock.title', { name: to })}>
      {sent !== null && isUnderWay(sent) ? (
        <Waiting sent={sent} />
      ) : (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault()
            void ask.run()
          }}
        >
          {sent !== null && sent.state !== 'allowed' && (
            <output className={css.outcome}>{t(`browse.error.knock.state.${lookOf(sent)}`)} {sent.why}</output>
          )}
          <TextField
            label={t('browse.error.knock.greeting')}
            hint={t('browse.error.knock.greetingHint')}
            value={greeting}
            maxLength={GREETING_MAX}
            dir="auto"
            onChange={(event) => setGreeting(event.target.value)}
          />
          {ask.failure !== null && <FailureNote failure={ask.failure} onDismiss={ask.dismiss} />}
          <Button type="submit" tone="primary" icon={<DoorOpen />} busy={ask.busy}>
            {t(sent === null || sent.state === 'allowed' ? 'browse.error.knock.send' : 'browse.error.knock.again')}
          </Button>
        </form>
      )}
    </section>
  )
}

/** Whether a knock that was seen waiting here has been answered with yes. */
function useLetInHere(sent: SentKnock | null): boolean {
  const [waited, setWaited] = useState<SentKnock['id'] | null>(null)
  if (sent !== null && isUnderWay(sent) && waited !== sent.id) setWaited(sent.id)
  return sent !== null && sent.state === 'allowed' && waited === sent.id
}

function Waiting({ sent }: { sent: SentKnock }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const cancel = useCall(() => client.door.cancel({ id: sent.id }))
  const look = lookOf(sent)
  const { untilMs } = sent
  const isCounted = look === 'asked' && untilMs !== null
  return (
    <div className={css.waiting}>
      <p className={css.state}>
        <output>{t(`browse.error.knock.state.${look}`)}</output>
        {isCounted && <SecondsLeft untilMs={untilMs} />}
      </p>
      {isCounted && <Countdown fromMs={sent.sentMs} untilMs={untilMs} />}
      {cancel.failure !== null && <FailureNote failure={cancel.failure} onDismiss={cancel.dismiss} />}
      <Button size="small" busy={cancel.busy} onClick={() => void cancel.run()}>
        {t('browse.error.knock.cancel')}
      </Button>
    </div>
  )
}

/** Beside the words, and not part of what is announced each second. */
function SecondsLeft({ untilMs }: { untilMs: number }): ReactNode {
  const { t } = useTranslation()
  return <span aria-hidden="true"> {t('time.secondsLeft', { count: useSecondsLeft(untilMs) })}</span>
}
