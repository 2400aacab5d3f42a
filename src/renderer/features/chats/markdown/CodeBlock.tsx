import { Check, Copy } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCopy } from '../../../ui/Key.tsx'
import css from './CodeBlock.module.css'
import type { Token } from './highlight.ts'

/** What is shown as a program in a message: as it stands at once, in its colours when what knows them is there. */
export function CodeBlock({ language, code }: { language: string | null; code: string }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(code)
  const tokens = useTokens(language, code)
  return (
    <figure className={css.block}>
      <figcaption className={css.head}>
        <span className={css.language}>{language ?? t('chats.code.plain')}</span>
        <button type="button" className={css.copy} onClick={copy}>
          {copied ? <Check /> : <Copy />}
          {copied ? t('copied') : t('chats.code.copy')}
        </button>
      </figcaption>
      <pre className={css.code} dir="ltr">
        <code>{tokens === null ? code : tokens.map(render)}</code>
      </pre>
    </figure>
  )
}

function render(token: Token, index: number): ReactNode {
  if (typeof token === 'string') return token
  return (
    <span key={index} className={token.className}>
      {token.children.map(render)}
    </span>
  )
}

/** Languages are many and few messages need them: they come when the first one does. */
function useTokens(language: string | null, code: string): Token[] | null {
  const [tokens, setTokens] = useState<{ of: string; tokens: Token[] | null } | null>(null)
  const of = `${language ?? ''} ${code}`
  useEffect(() => {
    if (language === null) return undefined
    let gone = false
    void import('./highlight.ts').then(({ highlight }) => {
      if (!gone) setTokens({ of, tokens: highlight(language, code) })
    })
    return () => {
      gone = true
    }
  }, [language, code, of])
  return tokens?.of === of ? tokens.tokens : null
}
