import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../ui/IconButton.tsx'
import { SafetyWords } from '../../../ui/SafetyWords.tsx'
import { usePerson } from '../../contacts/store.ts'
import { titleOf } from '../acts/AskActs.tsx'
import { Face } from '../list/Face.tsx'
import { personOf, useTalk } from '../talk.ts'
import trace from '../TracePanel.module.css'
import type { Jump } from '../use-jump.ts'
import { Choices } from './Choices.tsx'
import css from './Details.module.css'
import { Endings } from './Endings.tsx'
import { Members } from './Members.tsx'
import { Pins } from './Pins.tsx'
import { SharedFiles } from './SharedFiles.tsx'
import { ToDate } from './ToDate.tsx'

/** Beside a conversation: whom it is with, and what holds for it. */
export function Details({ jump, onClose }: { jump: Jump; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const { conversation, names } = useTalk()
  const account = personOf(conversation)
  const person = usePerson(account)
  const title = titleOf(conversation, names.of, t('chats.notes.title'))
  return (
    <aside className={trace.panel} aria-label={t('chats.details.title')}>
      <header className={trace.header}>
        <h2 className={trace.title}>{t('chats.details.title')}</h2>
        <IconButton label={t('chats.details.close')} icon={<X />} onClick={onClose} />
      </header>
      <div className={css.body}>
        <div className={css.who}>
          <Face conversation={conversation} size={56} />
          <bdi className={css.name}>{title}</bdi>
          {conversation.group !== null && (
            <span className={css.soft}>{t('chats.group.members', { count: conversation.group.members.filter(({ state }) => state === 'joined').length })}</span>
          )}
        </div>
        {person !== null && person.safetyWords.length > 0 && (
          <section className={css.part}>
            <h3 className={css.heading}>{t('contacts.safety.title', { name: title })}</h3>
            <SafetyWords words={person.safetyWords} label={t('contacts.safety.title', { name: title })} />
          </section>
        )}
        {conversation.group !== null && <Members group={conversation.group} />}
        <Pins conversation={conversation} />
        <SharedFiles conversation={conversation} />
        <ToDate jump={jump} />
        <Choices conversation={conversation} />
        <Endings conversation={conversation} title={title} />
      </div>
    </aside>
  )
}
