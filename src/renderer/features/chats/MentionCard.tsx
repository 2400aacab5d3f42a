import { MessageCircle, Search } from 'lucide-react'
import { useEffect, useEffectEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useMe } from '../identity/store.ts'
import { useLookup } from '../names/lookup.ts'
import { useTld } from '../names/store.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { foundIn, isWorthAgain } from './by-name.ts'
import css from './Mention.module.css'
import { NameFound } from './NameFound.tsx'
import { NotOpened } from './NotOpened.tsx'
import { useChatByName } from './use-chat-by-name.ts'

/** What a name in a message comes to, looked up when the card opens. */
export function MentionCard({ fullName, onClose }: { fullName: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const me = useMe()?.account ?? null
  const tld = useTld()
  const lookup = useLookup()
  const chat = useChatByName(onClose)
  const begin = useEffectEvent(() => void lookup.run(fullName))
  useEffect(() => begin(), [])

  const answer = lookup.state.lookup
  const found = answer === null ? null : foundIn(answer, tld)
  return (
    <div className={css.card}>
      <NameFound name={fullName} state={lookup.state} onAgain={() => void lookup.run(fullName, { again: true })} />
      <NotOpened chat={chat} />
      <div className={css.actions}>
        {answer !== null && found !== null && found.owner !== me && (
          <Button
            size="small"
            tone="strong"
            icon={<MessageCircle />}
            busy={chat.busy !== null}
            onClick={() => void chat.open(answer)}
          >
            {chat.busy === 'connecting' ? t('chats.byName.connecting') : t('chats.byName.chat')}
          </Button>
        )}
        {isWorthAgain(lookup.state) && (
          <Button size="small" onClick={() => void lookup.run(fullName, { again: true })}>
            {t('chats.byName.again')}
          </Button>
        )}
        <Button
          size="small"
          icon={<Search />}
          onClick={() => {
            onClose()
            go(paths.lookUpOf(fullName))
          }}
        >
          {t('chats.mention.lookUp')}
        </Button>
      </div>
    </div>
  )
}
