import { ExternalLink } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { Popover } from '../../ui/Popover.tsx'
import css from './Mention.module.css'
import linkCss from './OutsideLink.module.css'

export interface OutsideLinkProps {
  text: ReactNode
  url: string
  /** What a connection would go to: whatever was written, other alphabets stand in it as `xn--…`. */
  host: string
  /** Whether it is one that is opened from here; others are copied. */
  opens?: boolean
}

/**
 * An address of the outside web in a message. It is a button and no link: every way of following a link would go there
 * at once, and this asks first.
 */
export function OutsideLink({ text, url, host, opens = true }: OutsideLinkProps): ReactNode {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <Popover
      title={t('chats.link.title', { host })}
      open={open}
      onOpenChange={setOpen}
      inline
      trigger={
        <span className={css.mention} dir="ltr">
          {text}
        </span>
      }
    >
      <Ask url={url} host={host} opens={opens} onClose={() => setOpen(false)} />
    </Popover>
  )
}

function Ask({ url, host, opens, onClose }: { url: string; host: string; opens: boolean; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(url)
  const isEncoded = /(?:^|\.)xn--/.test(host)
  return (
    <div className={css.card}>
      <p>{opens ? t('chats.link.leaves') : t('chats.link.copied')}</p>
      <p className={linkCss.host} dir="ltr">
        {host}
      </p>
      {isEncoded && <p className={linkCss.soft}>{t('chats.link.encoded')}</p>}
      <Disclosure title={t('chats.link.whole')}>
        <p className={linkCss.url} dir="ltr">
          {url}
        </p>
      </Disclosure>
      <div className={css.actions}>
        {opens && (
          <Button
            size="small"
            tone="strong"
            icon={<ExternalLink />}
            onClick={() => {
              onClose()
              window.open(url, '_blank', 'noopener,noreferrer')
            }}
          >
            {t('chats.link.open')}
          </Button>
        )}
        <Button size="small" onClick={copy}>
          {copied ? t('copied') : t('chats.link.copy')}
        </Button>
      </div>
    </div>
  )
}
