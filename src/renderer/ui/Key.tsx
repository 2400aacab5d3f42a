import { Check, Copy } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Key.module.css'
import { Tooltip } from './Tooltip.tsx'

const SAID_MS = 1_600

/** The ends of a key, enough to tell two apart at a glance. */
export function shortKey(value: string): string {
  return value.length <= 16 ? value : `${value.slice(0, 8)}…${value.slice(-6)}`
}

/** A key, hash or address: shown short, copied whole. */
export function Key({ value, label }: { value: string; label: string }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(value)
  return (
    <Tooltip text={value}>
      <button
        type="button"
        className={css.key}
        onClick={copy}
        aria-label={`${t('key.copy', { label })} ${shortKey(value)}`}
      >
        <span className={css.text}>{shortKey(value)}</span>
        {copied ? <Check className={css.icon} /> : <Copy className={css.icon} />}
        <output className="visually-hidden">{copied ? t('key.copied') : ''}</output>
      </button>
    </Tooltip>
  )
}

/** Copies `text`, and says for a moment that it did; says nothing where the system refused. */
export function useCopy(text: string): [copied: boolean, copy: () => void] {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return [copied, copy]
}
