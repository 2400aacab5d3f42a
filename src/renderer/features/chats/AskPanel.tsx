import { DoorOpen } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import type { WhoIsIt } from '../contacts/use-who.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextArea } from '../../ui/Field.tsx'
import type { Admission } from './admission.ts'
import css from './AskPanel.module.css'
import { Asking, Outcome } from './AskState.tsx'
import { useDrafts } from './drafts.ts'

const GREETING_MAX = 280
/** Nobody needs to see the limit of a greeting that is further from it. */
const SHOW_LIMIT = 60

export interface AskPanelProps {
  who: WhoIsIt
  admission: Exclude<Admission, { state: 'in' }>
  /** The middle of an empty conversation, or the foot of one that has messages. */
  place: 'middle' | 'foot'
  /** Messages of yours that wait for this door. */
  waiting?: number
}

/** Where the composer would be, while you have not been let in. */
export function AskPanel({ who, admission, place, waiting = 0 }: AskPanelProps): ReactNode {
  const { t } = useTranslation()
  const title = useId()
  const { name, account } = who
  return (
    <div className={place === 'middle' ? css.middle : css.foot}>
      <section className={css.panel} aria-labelledby={title}>
        {place === 'middle' && <Avatar of={account} size={56} />}
        <div className={css.head}>
          <h2 id={title} className={css.title}>
            {place === 'middle' ? t('chats.ask.title', { name }) : t('chats.ask.titleAgain', { name })}
          </h2>
          {waiting > 0 ? (
            <p className={css.text}>{t('chats.waiting.door', { name, count: waiting })}</p>
          ) : (
            admission.state === 'unasked' && <p className={css.text}>{t('chats.ask.text')}</p>
          )}
        </div>
        {admission.state === 'asking' ? (
          <Asking sent={admission.sent} name={name} />
        ) : (
          <>
            {admission.state === 'refused' && <Outcome sent={admission.sent} name={name} />}
            <AskForm who={who} again={admission.state === 'refused'} />
          </>
        )}
      </section>
    </div>
  )
}

function AskForm({ who, again }: { who: WhoIsIt; again: boolean }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { account } = who
  const greeting = useDrafts((drafts) => drafts.greetings.get(account) ?? '')
  const greet = useDrafts((drafts) => drafts.greet)
  const ask = useCall(() => client.door.knock({ to: { account }, capability: 'contact', greeting: greeting.trim() }))
  const left = GREETING_MAX - greeting.length
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        void ask.run()
      }}
    >
      <TextArea
        label={t('chats.ask.greeting')}
        hint={left <= SHOW_LIMIT ? t('chats.ask.greetingLeft', { count: left }) : t('chats.ask.greetingHint')}
        value={greeting}
        maxLength={GREETING_MAX}
        rows={2}
        dir="auto"
        onChange={(event) => greet(account, event.target.value)}
      />
      {ask.failure !== null && (
        <FailureNote failure={ask.failure} kept={t('chats.compose.kept')} onDismiss={ask.dismiss} />
      )}
      <Button type="submit" tone="primary" icon={<DoorOpen />} busy={ask.busy}>
        {again ? t('chats.ask.again') : t('chats.ask.send')}
      </Button>
    </form>
  )
}
