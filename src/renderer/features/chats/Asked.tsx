import { Check, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import type { SentKnock } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { doorStore } from '../door/store.ts'
import { capabilityText } from '../door/wording.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { clock } from '../../ui/when.ts'
import { isUnderWay, lookOf, otherAsks } from './ask-view.ts'
import css from './Asked.module.css'
import { icons, SecondsLeft } from './AskState.tsx'

/** How long they let you in, where it is not for good. */
export function AllowedFor({ sent, name }: { sent: SentKnock | null; name: string }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(15_000)
  if (sent?.state !== 'allowed') return null
  const { untilMs, why } = sent
  const isLimited = untilMs !== null && untilMs > nowMs
  const text = isLimited ? t('chats.ask.allowedUntil', { name, time: clock(untilMs) }) : why
  if (text === '') return null
  return (
    <p className={css.line}>
      <Check className={css.allowed} />
      {text}
    </p>
  )
}

/** What else is asked of them: a program's wish, a file; each with how it stands. */
export function OtherAsks({ account, name }: { account: AccountId; name: string }): ReactNode {
  const { t } = useTranslation()
  const sent = doorStore.use(({ state }) => state.sent)
  const asks = otherAsks(sent.values(), account, useNow(15_000))
  if (asks.length === 0) return null
  return (
    <ul className={css.asks} aria-label={t('chats.ask.others', { name })}>
      {asks.map((knock) => (
        <OtherAsk key={knock.id} sent={knock} name={name} />
      ))}
    </ul>
  )
}

function OtherAsk({ sent, name }: { sent: SentKnock; name: string }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const cancel = useCall(() => client.door.cancel({ id: sent.id }))
  const look = lookOf(sent)
  const Icon = icons[look]
  const what = [capabilityText(t, sent.capability), sent.about.name].filter(Boolean).join(' ')
  return (
    <li className={css.ask}>
      <p className={css.line}>
        <Icon />
        <span className={css.words}>
          <output>
            <bdi>{t('chats.ask.other', { what, state: t(`chats.ask.state.${look}`, { name }) })}</bdi>
          </output>
          {look === 'asked' && sent.untilMs !== null && <SecondsLeft untilMs={sent.untilMs} />}
        </span>
        {isUnderWay(sent) && (
          <IconButton
            label={t('chats.ask.stop', { what })}
            icon={<X />}
            disabled={cancel.busy}
            onClick={() => void cancel.run()}
          />
        )}
      </p>
      {cancel.failure !== null && <FailureNote failure={cancel.failure} onDismiss={cancel.dismiss} />}
    </li>
  )
}
