import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation, ConversationChoices } from '../../../../shared/model/chat.ts'
import { DAY, HOUR, MINUTE } from '../../../../shared/units.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { useCall } from '../../../bridge/use-call.ts'
import { FailureNote } from '../../../ui/FailureNote.tsx'
import { Select } from '../../../ui/Field.tsx'
import { Switch } from '../../../ui/Switch.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { MUTE_FOR } from '../list/ConversationMenu.tsx'
import { isMuted } from '../state.ts'
import { useTalk } from '../talk.ts'
import { useSpan } from '../use-span.ts'
import { fullDate } from '../../../ui/when.ts'
import css from './Details.module.css'

const AFTER_MS = [5 * MINUTE, HOUR, DAY, 7 * DAY, 28 * DAY] as const

type Told = 'settings' | 'yes' | 'no'
const toldOf = (choice: boolean | null): Told => (choice === null ? 'settings' : choice ? 'yes' : 'no')
const choiceOf = (told: Told): boolean | null => (told === 'settings' ? null : told === 'yes')

/** What holds for one conversation: how long messages stay, what is told, and whether it is heard. */
export function Choices({ conversation }: { conversation: Conversation }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { canWrite } = useTalk()
  const span = useSpan()
  const { id, kind, choices, disappearAfterMs } = conversation
  const choose = useCall((changes: Partial<ConversationChoices>) => client.chat.choose({ conversation: id, ...changes }))
  const disappear = useCall((afterMs: number | null) => client.chat.disappear({ conversation: id, afterMs }))
  const muted = isMuted(choices, useNow(60_000))
  const lengths = [...new Set([...AFTER_MS, ...(disappearAfterMs === null ? [] : [disappearAfterMs])])].toSorted((a, b) => a - b)
  const told = (['settings', 'yes', 'no'] as const).map((value) => ({ value, label: t(`chats.told.${value}`) }))
  return (
    <section className={css.part}>
      <h3 className={css.heading}>{t('chats.choices.title')}</h3>
      <Select
        label={t('chats.disappear.label')}
        hint={kind === 'self' ? t('chats.disappear.hintSelf') : t('chats.disappear.hint')}
        value={String(disappearAfterMs ?? 0)}
        disabled={!canWrite || disappear.busy}
        options={[
          { value: '0', label: t('chats.disappear.never') },
          ...lengths.map((ms) => ({ value: String(ms), label: t('chats.disappear.after', { time: span(ms) }) })),
        ]}
        onChange={(value) => void disappear.run(value === '0' ? null : Number(value))}
      />
      {kind !== 'self' && (
        <>
          <Select label={t('chats.told.receipts')} value={toldOf(choices.readReceipts)} options={told} onChange={(value) => void choose.run({ readReceipts: choiceOf(value) })} />
          <Select label={t('chats.told.typing')} value={toldOf(choices.typing)} options={told} onChange={(value) => void choose.run({ typing: choiceOf(value) })} />
          <Select
            label={t('chats.mute.label')}
            hint={t('chats.mute.hint')}
            value={muted ? 'now' : 'off'}
            options={[
              { value: 'off', label: t('chats.mute.off') },
              ...(muted
                ? [{ value: 'now', label: choices.muted?.untilMs == null ? t('chats.mute.always') : t('chats.mute.until', { time: fullDate(choices.muted.untilMs) }) }]
                : MUTE_FOR.map(({ id }) => ({ value: id as string, label: t(`chats.mute.${id}`) }))),
            ]}
            onChange={(value) => {
              const wanted = MUTE_FOR.find(({ id }) => id === value)
              if (value === 'off') void choose.run({ muted: null })
              else if (wanted !== undefined) void choose.run({ muted: { untilMs: wanted.ms === null ? null : Date.now() + wanted.ms } })
            }}
          />
        </>
      )}
      <Switch label={t('chats.list.keep')} checked={choices.kept} onChange={(kept) => void choose.run({ kept })} />
      <Switch label={t('chats.list.archive')} checked={choices.archived} onChange={(archived) => void choose.run({ archived })} />
      {choose.failure !== null && <FailureNote failure={choose.failure} onDismiss={choose.dismiss} />}
      {disappear.failure !== null && <FailureNote failure={disappear.failure} onDismiss={disappear.dismiss} />}
    </section>
  )
}
