import { Check, Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Address.module.css'
import { shortKey, useCopy } from './Key.tsx'
import { Tooltip } from './Tooltip.tsx'

const KEYS = /(12D3KooW|16Uiu2HA|Qm)[1-9A-HJ-NP-Za-km-z]{40,50}/g
const CERTIFICATES = /(?<=\/certhash\/)[\w-]{20,}/g

/** A multiaddr with the keys and certificates in it cut short: what tells two apart is the rest. */
export function shortAddress(address: string): string {
  return address.replaceAll(KEYS, shortKey).replaceAll(CERTIFICATES, shortKey)
}

/** An address: one line, shown short, copied whole. */
export function Address({ value }: { value: string }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(value)
  const shown = shortAddress(value)
  return (
    <Tooltip text={value}>
      <button
        type="button"
        className={css.address}
        onClick={copy}
        aria-label={`${t('key.copy', { label: t('key.address') })} ${shown}`}
      >
        <span className={css.text}>{shown}</span>
        {copied ? <Check className={css.icon} /> : <Copy className={css.icon} />}
        <output className="visually-hidden">{copied ? t('key.copied') : ''}</output>
      </button>
    </Tooltip>
  )
}

/** Addresses, one under another. */
export function Addresses({ values }: { values: readonly string[] }): ReactNode {
  return (
    <ul className={css.list}>
      {values.map((value) => (
        <li key={value}>
          <Address value={value} />
        </li>
      ))}
    </ul>
  )
}
