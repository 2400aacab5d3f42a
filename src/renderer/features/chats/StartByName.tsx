import { ArrowLeft, MessageCircle } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePerson } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import { useLookup } from '../names/lookup.ts'
import { useTld } from '../names/store.ts'
import { meantInstead } from '../names/typed-name.ts'
import { Button } from '../../ui/Button.tsx'
import { foundIn, isWorthAgain } from './by-name.ts'
import { NameFound } from './NameFound.tsx'
import { NotOpened } from './NotOpened.tsx'
import css from './StartChat.module.css'
import { useChatByName } from './use-chat-by-name.ts'

export interface StartByNameProps {
  name: string
  /** Another name, or somebody else: back to where one types. */
  onBack: (query: string) => void
  onOpened: () => void
}

/** A name is looked up; whoever has it is shown before one writes to them. */
export function StartByName({ name, onBack, onOpened }: StartByNameProps): ReactNode {
  const { t } = useTranslation()
  const me = useMe()?.account ?? null
  const tld = useTld()
  const { state, run, cancel } = useLookup()
  const chat = useChatByName(onOpened)
  const go = useRef<HTMLButtonElement>(null)
  const stop = useRef<HTMLButtonElement>(null)
  const begin = useEffectEvent(() => void run(name))
  useEffect(() => begin(), [])

  const { lookup, phase } = state
  const found = lookup === null ? null : foundIn(lookup, tld)
  const person = usePerson(found?.owner ?? null)
  const isMine = found !== null && found.owner === me
  const canChat = found !== null && !isMine
  const running = phase === 'running' && found === null
  // Whoever typed the name and pressed Enter can go on with Enter.
  useEffect(() => {
    if (canChat) go.current?.focus()
    else if (running) stop.current?.focus()
  }, [canChat, running])
  const instead = lookup?.outcome.outcome === 'refused' ? meantInstead(lookup.outcome.why) : null

  return (
    <div className={css.byName}>
      <NameFound name={name} state={state} onAgain={() => void run(name, { again: true })} />
      {isMine && <p className={css.soft}>{t('chats.byName.mine')}</p>}
      {found !== null && canChat && (
        <ul className={css.notes}>
          {person?.petname == null && <li>{t('chats.byName.askedFirst')}</li>}
          <li>{t('chats.byName.pinned', { name: found.pinned })}</li>
        </ul>
      )}
      <NotOpened chat={chat} />
      <div className={css.actions}>
        <Button tone="quiet" icon={<ArrowLeft />} onClick={() => onBack(name)}>
          {t('chats.byName.back')}
        </Button>
        {running && (
          <Button ref={stop} onClick={cancel}>
            {t('chats.byName.stop')}
          </Button>
        )}
        {isWorthAgain(state) && <Button onClick={() => void run(name, { again: true })}>{t('chats.byName.again')}</Button>}
        {instead !== null && (
          <Button onClick={() => onBack(instead)}>{t('chats.startDialog.lookUp', { name: instead })}</Button>
        )}
        {canChat && lookup !== null && (
          <Button
            ref={go}
            tone="primary"
            icon={<MessageCircle />}
            busy={chat.busy !== null}
            onClick={() => void chat.open(lookup)}
          >
            {chat.busy === 'connecting' ? t('chats.byName.connecting') : t('chats.byName.chat')}
          </Button>
        )}
      </div>
    </div>
  )
}
