import type { TFunction } from 'i18next'
import { Check, CircleSlash, Hammer, Hourglass, Moon, MoonStar, Unplug, UsersRound } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SentKnock } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Countdown, useSecondsLeft } from '../../ui/Countdown.tsx'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useNow } from '../../ui/use-now.ts'
import { clock } from '../../ui/when.ts'
import css from './AskState.module.css'
import { lookOf, workChance, workSpan, type AskLook } from './ask-view.ts'

export const icons = {
  sending: Hourglass,
  asked: Hourglass,
  quiet: Moon,
  working: Hammer,
  allowed: Check,
  denied: CircleSlash,
  unanswered: MoonStar,
  busy: UsersRound,
  unreachable: Unplug,
  silent: MoonStar,
  cancelled: CircleSlash,
} as const satisfies Record<AskLook, unknown>

/** Somebody is being asked, or is about to be. */
export function Asking({ sent, name }: { sent: SentKnock; name: string }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const cancel = useCall(() => client.door.cancel({ id: sent.id }))
  const look = lookOf(sent)
  const Icon = icons[look]
  const { untilMs } = sent
  return (
    <div className={css.asking}>
      <p className={css.state}>
        <Icon />
        <span>
          <output>{t(`chats.ask.state.${look}`, { name })}</output>
          {look === 'asked' && untilMs !== null && <SecondsLeft untilMs={untilMs} />}
        </span>
      </p>
      {look === 'asked' && untilMs !== null && <Countdown fromMs={sent.sentMs} untilMs={untilMs} />}
      {sent.state === 'working' && sent.workBits !== null && <Working key={sent.id} bits={sent.workBits} />}
      <p className={css.text}>{wordsOf(t, sent, name)}</p>
      {sent.greeting !== '' && (
        <p className={css.text}>
          <bdi>{t('chats.ask.said', { greeting: sent.greeting })}</bdi>
        </p>
      )}
      {cancel.failure !== null && <FailureNote failure={cancel.failure} onDismiss={cancel.dismiss} />}
      <Button className={css.cancel} busy={cancel.busy} onClick={() => void cancel.run()}>
        {t('chats.ask.cancel')}
      </Button>
    </div>
  )
}

/** Beside the words, and not part of what is announced each second. */
export function SecondsLeft({ untilMs }: { untilMs: number }): ReactNode {
  const { t } = useTranslation()
  return <span aria-hidden="true"> — {t('time.secondsLeft', { count: useSecondsLeft(untilMs) })}</span>
}

/** How likely it is to be done: the line never arrives before the work does. */
function Working({ bits }: { bits: number }): ReactNode {
  const [sinceMs] = useState(() => Date.now())
  const done = workChance(bits, useNow(1_000) - sinceMs)
  return (
    <div className={css.track} aria-hidden="true">
      <div className={css.line} style={{ scale: `${done} 1` }} />
    </div>
  )
}

/** How the last knock ended, and what can be done now. */
export function Outcome({ sent, name }: { sent: SentKnock; name: string }): ReactNode {
  const { t } = useTranslation()
  const Icon = icons[sent.state]
  return (
    <div className={cx(css.outcome, sent.state === 'denied' && css.denied)}>
      <Icon />
      <output className={css.words}>
        <strong className={css.what}>{t(`chats.ask.state.${sent.state}`, { name })}</strong>
        <span className={css.text}>{wordsOf(t, sent, name)}</span>
      </output>
    </div>
  )
}

/** What else is known of it, what it costs, and what comes next. */
export function wordsOf(t: TFunction, sent: SentKnock, name: string): string {
  const look = lookOf(sent)
  const kept = look === 'quiet' && sent.untilMs !== null ? t('chats.ask.keptUntil', { time: clock(sent.untilMs) }) : ''
  const priced = look === 'working' || look === 'busy' ? look : null
  const costs =
    priced === null || sent.workBits === null ? '' : t(`chats.ask.price.${priced}`, { work: workText(t, sent.workBits) })
  // Their own words say why it is quiet, and what a place costs says why it is busy.
  const why = look === 'quiet' || (look === 'busy' && costs !== '') ? '' : sent.why
  return [why, costs, kept, t(`chats.ask.next.${look}`, { name })].filter(Boolean).join(' ')
}

function workText(t: TFunction, bits: number): string {
  const { unit, count } = workSpan(bits)
  return t(`chats.ask.work.${unit}`, { count })
}
