import { ExternalLink, Mail } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { outsideOf } from '../../../shared/outside.ts'
import { Button } from '../../ui/Button.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { Popover } from '../../ui/Popover.tsx'
import css from './Mention.module.css'
import linkCss from './OutsideLink.module.css'

export interface OutsideLinkProps {
  text: ReactNode
  url: string
  /** What a connection would go to, or to whom a letter: whatever was written, other alphabets stand in hosts as `xn--…`. */
  host: string
}

/**
 * An address out of Latch in a message. It is a button and no link: every way of following a link would go there at
 * once, and this asks first.
 */
export function OutsideLink({ text, url, host }: OutsideLinkProps): ReactNode {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const isLetter = url.startsWith('mailto:')
  return (
    <Popover
      title={isLetter ? t('chats.link.letter', { to: host }) : t('chats.link.title', { host })}
      open={open}
      onOpenChange={setOpen}
      inline
      trigger={
        <span className={css.mention} dir="ltr">
          {text}
        </span>
      }
    >
      <Ask url={url} host={host} onClose={() => setOpen(false)} />
    </Popover>
  )
}

function Ask({ url, host, onClose }: { url: string; host: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(url)
  const outside = outsideOf(url)
  const isLetter = outside?.kind === 'mail'
  const isEncoded = /(?:^|[.@])xn--/.test(host)
  return (
    <div className={css.card}>
      <p>{outside === null ? t('chats.link.copied') : isLetter ? t('chats.link.letterLeaves') : t('chats.link.leaves')}</p>
      <p className={linkCss.host} dir="ltr">
        {host}
      </p>
      {isEncoded && <p className={linkCss.soft}>{t('chats.link.encoded')}</p>}
      {outside?.kind === 'web' && !outside.isSecure && <p className={linkCss.soft}>{t('chats.link.plain')}</p>}
      <section aria-label={t('chats.link.whole')}>
        <p className={linkCss.url} dir="ltr">
          {url}
        </p>
      </section>
      <div className={css.actions}>
        {outside !== null && (
          <Button
            size="small"
            tone="strong"
            icon={isLetter ? <Mail /> : <ExternalLink />}
            onClick={() => {
              onClose()
              window.open(outside.url, '_blank', 'noopener,noreferrer')
            }}
          >
            {isLetter ? t('chats.link.letterOpen') : t('chats.link.open')}
          </Button>
        )}
        <Button size="small" onClick={copy}>
          {copied ? t('copied') : t('chats.link.copy')}
        </Button>
      </div>
    </div>
  )
}
