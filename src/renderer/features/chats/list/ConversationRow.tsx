import { AtSign, BellOff, Clock3, Hourglass, Pin, ShieldAlert, Snowflake } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../../shared/ids.ts'
import type { Conversation } from '../../../../shared/model/chat.ts'
import { Avatar } from '../../../ui/Avatar.tsx'
import { Badge } from '../../../ui/Badge.tsx'
import { Row } from '../../../ui/Row.tsx'
import { Sign } from '../../../ui/Sign.tsx'
import { Time } from '../../../ui/Time.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { usePerson } from '../../contacts/store.ts'
import { useWho } from '../../contacts/use-who.ts'
import { lastSentTo } from '../../door/state.ts'
import { doorStore } from '../../door/store.ts'
import { BesideLedgerName } from '../../names/LedgerName.tsx'
import { titleOf } from '../acts/AskActs.tsx'
import { isUnderWay } from '../ask-view.ts'
import css from '../ConversationList.module.css'
import { useDrafts } from '../drafts.ts'
import { plainLine } from '../markdown/readable.ts'
import { isMuted } from '../state.ts'
import { useTyping } from '../TypingRow.tsx'
import { useNames } from '../use-names.ts'
import { Face } from './Face.tsx'
import own from './List.module.css'
import { lastWords } from './last-words.ts'
import { Presence } from './Presence.tsx'

/** A conversation in the list: whose it is, what was said last, and what waits to be read. */
export function ConversationRow({ conversation, isHere }: { conversation: Conversation; isHere: boolean }): ReactNode {
  const { t } = useTranslation()
  const names = useNames()
  const nowMs = useNow(60_000)
  const { last, unread, unreadMentions, waiting, choices, kind } = conversation
  const account = kind === 'direct' ? conversation.with : null
  const title = titleOf(conversation, names.of, t('chats.notes.title'))
  const muted = isMuted(choices, nowMs)
  return (
    <Row
      className={unread > 0 && !muted ? css.unread : undefined}
      leading={<Face conversation={conversation} />}
      title={account === null ? <bdi>{title}</bdi> : <BesideLedgerName account={account}>{title}</BesideLedgerName>}
      meta={
        <span className={own.meta}>
          {choices.kept && <Sign icon={<Pin />} label={t('chats.kept')} />}
          {muted && <Sign icon={<BellOff />} label={t('chats.muted')} />}
          {last !== null && <Time atMs={last.sentMs} />}
        </span>
      }
      detail={<Detail conversation={conversation} isHere={isHere} />}
      trailing={
        unread > 0 ? (
          <span className={own.badges}>
            {unreadMentions > 0 && <Sign icon={<AtSign className={own.mention} />} label={t('chats.mentioned', { count: unreadMentions })} />}
            <Badge count={unread} tone={muted ? 'soft' : 'accent'} label={t('frame.unread', { count: unread })} />
          </span>
        ) : (
          waiting > 0 && (
            <span className={css.waiting}>
              <Clock3 />
              <span className="visually-hidden">{t('chats.waitingShort')}</span>
            </span>
          )
        )
      }
    />
  )
}

/** The second line: what matters most of what there is. */
function Detail({ conversation, isHere }: { conversation: Conversation; isHere: boolean }): ReactNode {
  const { t } = useTranslation()
  const names = useNames()
  const account = conversation.kind === 'direct' ? conversation.with : null
  const person = usePerson(account)
  const isAsked = useIsAsked(account)
  const typing = useTyping(conversation)
  const draftKey = account ?? conversation.id
  const typed = useDrafts((drafts) => drafts.texts.get(draftKey))
  const draft = (typed ?? conversation.choices.draft).trim()
  const { pin, group } = conversation
  if (person?.trust === 'changed' || person?.trust === 'revoked') {
    return (
      <span className={css.changed}>
        <ShieldAlert />
        {t(`contacts.trust.${person.trust}`)}
      </span>
    )
  }
  if (pin !== null && pin.moved !== null) {
    return (
      <span className={css.frozen}>
        <Snowflake />
        {t('chats.frozen.short', { pinned: pin.fullName })}
      </span>
    )
  }
  if (isAsked) return <Waiting />
  if (group?.state === 'invited') return <span className={own.draft}>{t('chats.group.invited', { name: names.of(group.by) })}</span>
  if (typing !== null) return <span className={own.draft}>{typing}</span>
  if (draft !== '' && !isHere) {
    return (
      <>
        <span className={own.draft}>{t('chats.draft')}</span> <bdi>{plainLine(draft)}</bdi>
      </>
    )
  }
  return <bdi>{lastWords(conversation, names, t)}</bdi>
}

/** Somebody with whom there is no conversation yet. */
export function PersonRow({ account }: { account: AccountId }): ReactNode {
  const { name } = useWho(account)
  const isAsked = useIsAsked(account)
  return (
    <Row
      leading={<Avatar of={account} />}
      title={<BesideLedgerName account={account}>{name}</BesideLedgerName>}
      detail={isAsked ? <Waiting /> : <Presence account={account} />}
    />
  )
}

/** Whether they were asked to let you in, and have not answered. */
function useIsAsked(account: AccountId | null): boolean {
  return doorStore.use(({ state }) => {
    const sent = account === null ? null : lastSentTo(state, account)
    return sent !== null && isUnderWay(sent)
  })
}

function Waiting(): ReactNode {
  const { t } = useTranslation()
  return (
    <span className={css.asked}>
      <Hourglass />
      {t('chats.ask.short')}
    </span>
  )
}
