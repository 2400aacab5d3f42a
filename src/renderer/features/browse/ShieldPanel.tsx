import { X } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Shield } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { SafetyWords } from '../../ui/SafetyWords.tsx'
import { useWho } from '../contacts/use-who.ts'
import { useCopyOf } from '../copies/store.ts'
import { KeepDialog } from '../copies/KeepDialog.tsx'
import { lookOf } from '../door/knock-wording.ts'
import { TrustMark } from '../door/TrustMark.tsx'
import { AskedList } from './AskedList.tsx'
import { ShieldFacts } from './ShieldFacts.tsx'
import css from './ShieldPanel.module.css'
import { SiteLabel } from './SiteLabel.tsx'

/** Beside the page: whose it is, from where it came, as of when, and what it asked for. All of it is Latch's own word. */
export function ShieldPanel({ shield, onClose }: { shield: Shield; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [isKeeping, setKeeping] = useState(false)
  const { site } = shield
  const panel = useRef<HTMLElement>(null)
  const onEscape = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) onClose()
  })
  useEffect(() => {
    const element = panel.current
    const listener = (event: KeyboardEvent): void => onEscape(event)
    element?.addEventListener('keydown', listener)
    return () => element?.removeEventListener('keydown', listener)
  }, [])
  return (
    <aside
      className={css.panel}
      ref={panel}
      aria-label={t('browsePages.shield.title')}
    >
      <header className={css.head}>
        <h2 className={css.site}>
          <SiteLabel name={site} />
        </h2>
        <IconButton label={t('browsePages.shield.close')} icon={<X />} onClick={onClose} />
      </header>
      <div className={css.scroll}>
        <Owner shield={shield} />
        <ShieldFacts shield={shield} />
        <AskedList shield={shield} />
        <Doing key={site} shield={shield} onKeep={() => setKeeping(true)} />
      </div>
      {isKeeping && <KeepDialog site={site} onClose={() => setKeeping(false)} />}
    </aside>
  )
}

function Owner({ shield }: { shield: Shield }): ReactNode {
  const { t } = useTranslation()
  const { site, owner, ownerCalled, isMine } = shield
  const who = useWho(owner, ownerCalled ?? '')
  const words = who.person?.safetyWords ?? []
  const isMet = who.person !== null || ownerCalled !== null
  return (
    <section className={css.part}>
      <div className={css.owner}>
        <Avatar of={owner} size={40} />
        <div className={css.who}>
          <p className={css.called}>
            <bdi>{isMine ? t('you') : isMet ? who.name : t('browsePages.shield.unmet')}</bdi>
          </p>
          {!isMine && <TrustMark look={lookOf(who.person)} />}
        </div>
      </div>
      <p className={css.links}>
        {who.person !== null && !isMine && (
          <Link href={paths.chatWith(owner)} className={css.link}>
            {t('browsePages.shield.chat')}
          </Link>
        )}
        <Link href={paths.lookUpOf(site)} className={css.link}>
          {t('browsePages.shield.lookUp')}
        </Link>
      </p>
      {words.length > 0 && !isMine && (
        <Disclosure title={t('browsePages.shield.words')}>
          <SafetyWords words={words} label={t('browsePages.shield.words')} />
        </Disclosure>
      )}
    </section>
  )
}

/** A copy to keep, and what the site keeps here. */
function Doing({ shield, onKeep }: { shield: Shield; onKeep: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { site, owner, isMine } = shield
  const copy = useCopyOf(site)
  const [isAsked, setAsked] = useState(false)
  const clear = useCall(() => client.browse.clearSite({ site, owner }))
  const [isCleared, setCleared] = useState(false)
  return (
    <section className={css.doing}>
      {copy !== null ? (
        <Link href={paths.copies} className={css.link}>
          {t(copy.state.kind === 'fetching' ? 'browsePages.shield.keeping' : 'browsePages.shield.kept')}
        </Link>
      ) : (
        !isMine && <Button onClick={onKeep}>{t('browsePages.shield.keep')}</Button>
      )}
      {clear.failure !== null && <FailureNote failure={clear.failure} onDismiss={clear.dismiss} />}
      {isAsked ? (
        <>
          <p className={css.soft}>{t('browsePages.shield.clearText')}</p>
          <div className={css.sure}>
            <Button
              tone="danger"
              busy={clear.busy}
              onClick={() => void clear.run().then((done) => {
                setAsked(false)
                setCleared(done !== null)
              })}
            >
              {t('browsePages.shield.clearSure')}
            </Button>
            <Button onClick={() => setAsked(false)}>{t('cancel')}</Button>
          </div>
        </>
      ) : (
        <Button onClick={() => setAsked(true)}>{t('browsePages.shield.clear')}</Button>
      )}
      <output className={css.soft}>{isCleared ? t('browsePages.shield.cleared') : ''}</output>
    </section>
  )
}
