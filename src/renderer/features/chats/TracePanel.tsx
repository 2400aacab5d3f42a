import { X } from 'lucide-react'
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message, TraceStep } from '../../../shared/model/chat.ts'
import { SECOND } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { withTenth } from '../../ui/amounts.ts'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Key } from '../../ui/Key.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { StateTick } from '../../ui/StateTick.tsx'
import { exactClock, fullWhen } from '../../ui/when.ts'
import { plainLine } from './markdown/readable.ts'
import css from './TracePanel.module.css'
import { useNames } from './use-names.ts'

/** What happened to a message of yours, step by step, with the time between the steps; as of when it was opened. */
export function TracePanel({ message, onClose }: { message: Message; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [steps, setSteps] = useState<TraceStep[] | null>(null)
  const trace = useCall(async () => {
    const { steps } = await client.chat.trace({ id: message.id })
    setSteps(steps)
  })

  const load = useEffectEvent(() => void trace.run())
  useEffect(() => load(), [])

  return (
    <aside className={css.panel} aria-label={t('chats.trace.title')}>
      <header className={css.header}>
        <h2 className={css.title}>{t('chats.trace.title')}</h2>
        <IconButton label={t('chats.trace.close')} icon={<X />} onClick={onClose} />
      </header>
      <div className={css.body}>
        <blockquote className={css.quote} dir="auto">
          {plainLine(message.text) || t(`chats.quote.${message.kind === 'voice' ? 'voice' : 'files'}`)}
        </blockquote>
        <p className={css.state}>
          <StateTick state={message.state} />
          {message.reach.of > 1
            ? t('chats.tick.reach', { state: t(`chats.tick.${message.state}`), ...message.reach })
            : t(`chats.tick.${message.state}`)}
        </p>
        {trace.failure !== null && <FailureNote failure={trace.failure} />}
        {steps === null ? (
          trace.failure === null && <Skeleton rows={3} label={t('chats.trace.loading')} />
        ) : steps.length === 0 ? (
          <p className={css.empty}>{t('chats.trace.empty')}</p>
        ) : (
          <Steps steps={steps} />
        )}
        <Key value={message.id} label={t('chats.trace.id')} />
      </div>
    </aside>
  )
}

function Steps({ steps }: { steps: readonly TraceStep[] }): ReactNode {
  const { t } = useTranslation()
  const names = useNames()
  return (
    <ol className={css.steps}>
      {steps.map((step, index) => {
        const before = steps[index - 1]
        return (
          <li key={`${step.atMs} ${step.step} ${index}`} className={cx(css.step, css[step.step])}>
            <span className={css.line}>
              <span className={css.word}>{t(`chats.trace.step.${step.step}`)}</span>
              {step.account !== null && <bdi className={css.account}>{names.of(step.account)}</bdi>}
              {step.route !== null && <span className={css.route}>{t(`route.${step.route}`)}</span>}
              <time className={css.time} dateTime={new Date(step.atMs).toISOString()} title={fullWhen(step.atMs)}>
                {exactClock(step.atMs)}
              </time>
            </span>
            <span className={css.line}>
              <span className={css.detail}>{step.detail}</span>
              {before !== undefined && (
                <span className={css.after}>
                  {t('chats.trace.after', { duration: duration(step.atMs - before.atMs) })}
                </span>
              )}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

/** In the unit in which it has at most four digits. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${ms} ms`
  if (ms < 100 * SECOND) return `${withTenth(ms / SECOND)} s`
  const minutes = Math.round(ms / 60_000)
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
