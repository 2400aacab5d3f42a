import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Person } from '../../../shared/model/contacts.ts'
import type { Post } from '../../../shared/model/square.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key } from '../../ui/Key.tsx'
import { Popover } from '../../ui/Popover.tsx'
import { SafetyWords } from '../../ui/SafetyWords.tsx'
import { LedgerName } from '../names/LedgerName.tsx'
import css from './AuthorButton.module.css'
import type { Muted } from './JustMuted.tsx'
import { setMuted } from './state.ts'
import { squareStore } from './store.ts'
import type { Author } from './use-author.ts'

export interface AuthorButtonProps {
  post: Post
  author: Author
  onMuted: (muted: Muted) => void
}

/** Who said it, and how sure that is; on a click what is known of them, and a way not to hear them. */
export function AuthorButton({ post, author, onMuted }: AuthorButtonProps): ReactNode {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  if (post.mine) {
    return (
      <p className={css.mine}>
        {t('you')}
        <LedgerName account={post.author} />
      </p>
    )
  }
  const { name, isContact, person } = author
  return (
    <p className={css.line}>
      <Popover
        title={t('square.person.who', { name })}
        open={isOpen}
        onOpenChange={setIsOpen}
        trigger={
          <button type="button" className={css.name} aria-label={t('square.person.who', { name })}>
            <bdi>{name}</bdi>
          </button>
        }
      >
        <About post={post} author={author} onMuted={onMuted} onClose={() => setIsOpen(false)} />
      </Popover>
      {isContact ? (
        <Trust trust={person?.trust ?? 'unverified'} />
      ) : (
        <span className={css.claimed} title={t('square.person.notProvenOf')}>
          {t('square.person.notProven')}
        </span>
      )}
      <LedgerName account={post.author} />
    </p>
  )
}

/** A contact whose words were never compared shows nothing: the exceptions are what stops the eye. */
function Trust({ trust }: { trust: Person['trust'] }): ReactNode {
  const { t } = useTranslation()
  if (trust === 'unverified') return null
  return (
    <span className={css[trust]} title={t(`person.trust.${trust}`)}>
      {trust === 'verified' ? <ShieldCheck /> : <ShieldAlert />}
      <span className={trust === 'verified' ? 'visually-hidden' : undefined}>{t(`person.trust.${trust}`)}</span>
    </span>
  )
}

function About({ post, author, onMuted, onClose }: AuthorButtonProps & { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, navigate] = useLocation()
  const { name, isContact, person } = author
  const mute = useCall(async () => {
    const { muted } = await client.square.mute({ account: post.author, muted: true })
    onClose()
    onMuted({ account: post.author, name })
    squareStore.change((state) => setMuted(state, muted))
  })
  return (
    <div className={css.about}>
      <div className={css.head}>
        <Avatar of={post.author} size={40} />
        <div className={css.who}>
          <h2 className={css.title}>
            <bdi>{name}</bdi>
          </h2>
          <Key value={post.author} label={t('key.account')} />
        </div>
      </div>
      <LedgerName account={post.author} all />
      <p className={css.soft}>
        {isContact ? t('square.person.contact') : t('square.person.claims', { name: post.claimedName || name })}
      </p>
      {post.safetyWords.length > 0 && (
        <Disclosure title={t('square.person.words')}>
          <div className={css.compare}>
            <SafetyWords words={post.safetyWords} label={t('square.person.words')} />
            <p className={css.soft}>{t('square.person.wordsNote')}</p>
          </div>
        </Disclosure>
      )}
      {mute.failure !== null && <FailureNote failure={mute.failure} onDismiss={mute.dismiss} />}
      <div className={css.foot}>
        <p className={css.faint}>{t('square.person.muteNote')}</p>
        <div className={css.buttons}>
          {person !== null && (
            <Button size="small" onClick={() => navigate(paths.chatWith(post.author))}>
              {t('square.person.chat')}
            </Button>
          )}
          <Button size="small" busy={mute.busy} onClick={() => void mute.run()}>
            {t('square.person.mute')}
          </Button>
        </div>
      </div>
    </div>
  )
}
