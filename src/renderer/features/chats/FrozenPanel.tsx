import { Snowflake } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { AccountId } from '../../../shared/ids.ts'
import type { Conversation, Pin } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { usePerson } from '../contacts/store.ts'
import { useWho, type WhoIsIt } from '../contacts/use-who.ts'
import { useArmed, useDeliberate } from '../door/use-deliberate.ts'
import { useMe } from '../identity/store.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key } from '../../ui/Key.tsx'
import { SafetyWords } from '../../ui/SafetyWords.tsx'
import { fullDate } from '../../ui/when.ts'
import { useDrafts } from './drafts.ts'
import css from './FrozenPanel.module.css'
import { Trusted } from './Trusted.tsx'

export type Moved = Pin & { moved: NonNullable<Pin['moved']> }

/** Where the composer would be, when the name of the conversation belongs to another account: whom does one mean? */
export function FrozenPanel({ who, conversation, pin }: { who: WhoIsIt; conversation: Conversation; pin: Moved }): ReactNode {
  const { t } = useTranslation()
  const title = useId()
  const client = useClient()
  const [, go] = useLocation()
  const me = useMe()?.account ?? null
  const next = useWho(pin.moved.to)
  const hasDraft = useDrafts((drafts) => (drafts.texts.get(who.account) ?? '') !== '')
  const decide = useCall(async (choice: 'keep' | 'follow') => {
    const decided = await client.chat.decide({ conversation: conversation.id, choice })
    if (decided.with !== null && decided.with !== who.account) go(paths.chatWith(decided.with))
  })
  const isMine = pin.moved.to === me
  const armed = useArmed(`${conversation.id} ${pin.moved.to} ${pin.lapsed}`) && !decide.busy
  const { fullName } = pin
  return (
    <section className={css.panel} aria-labelledby={title}>
      <div className={css.head}>
        <Snowflake />
        <div>
          <h2 id={title} className={css.title}>
            {t(`chats.frozen.title.${isMine ? 'mine' : pin.lapsed ? 'lapsed' : 'moved'}`, { pinned: fullName })}
          </h2>
          <p className={css.text}>
            {t('chats.frozen.text')} {conversation.waiting > 0 && t('chats.frozen.waiting', { count: conversation.waiting })}{' '}
            {hasDraft && t('chats.frozen.draft')}
          </p>
        </div>
      </div>
      {decide.failure !== null && <FailureNote failure={decide.failure} onDismiss={decide.dismiss} />}
      <div className={css.both}>
        <Side
          label={t('chats.frozen.before')}
          account={who.account}
          name={who.name}
          since={t('chats.frozen.hadIt', { pinned: fullName, time: fullDate(pin.sinceMs) })}
          words={pin.moved.wordsBefore}
        >
          <Choice
            armed={armed}
            act={() => void decide.run('keep')}
            label={t('chats.frozen.keep', { name: who.name })}
            note={t('chats.frozen.keepNote', { pinned: fullName })}
          />
        </Side>
        <Side
          label={t(pin.lapsed ? 'chats.frozen.inBetween' : 'chats.frozen.now')}
          account={pin.moved.to}
          name={isMine ? t('chats.byName.you') : next.person === null ? t('chats.byName.stranger') : next.name}
          since={t(pin.lapsed ? 'chats.frozen.gone' : 'chats.frozen.hasIt', {
            pinned: fullName,
            time: fullDate(pin.moved.noticedMs),
          })}
          words={pin.moved.wordsNow}
        >
          {!isMine && !pin.lapsed && (
            <Choice
              armed={armed}
              act={() => void decide.run('follow')}
              label={t('chats.frozen.follow')}
              note={t('chats.frozen.followNote', { name: who.name })}
            />
          )}
        </Side>
      </div>
    </section>
  )
}

interface SideProps {
  label: string
  account: AccountId
  name: string
  since: string
  words: readonly string[]
  children: ReactNode
}

/** One of the two accounts: all by which one can tell whether it is the person meant. */
function Side({ label, account, name, since, words, children }: SideProps): ReactNode {
  const { t } = useTranslation()
  const title = useId()
  const person = usePerson(account)
  return (
    <section className={css.side} aria-labelledby={title}>
      <h3 id={title} className={css.label}>
        {label}
      </h3>
      <div className={css.who}>
        <Avatar of={account} size={40} />
        <div className={css.names}>
          <span className={css.called}>
            <bdi className={css.name}>{name}</bdi>
            <Trusted person={person} />
          </span>
          <Key value={account} label={t('key.account')} />
        </div>
      </div>
      <p className={css.since}>{since}</p>
      {words.length > 0 && (
        <div className={css.words}>
          <p className={css.wordsTitle}>{t('chats.frozen.words')}</p>
          <SafetyWords words={words} label={t('contacts.safety.title', { name })} />
        </div>
      )}
      {children}
    </section>
  )
}

interface ChoiceProps {
  armed: boolean
  act: () => void
  label: string
  note: string
}

/** Only a person who means it answers: nothing before it was looked at, and Enter does nothing. */
function Choice({ armed, act, label, note }: ChoiceProps): ReactNode {
  const id = useId()
  const deliberate = useDeliberate(armed, act)
  return (
    <div className={css.choice}>
      <Button className={css.button} aria-describedby={id} {...deliberate}>
        {label}
      </Button>
      <p id={id} className={css.note}>
        {note}
      </p>
    </div>
  )
}
