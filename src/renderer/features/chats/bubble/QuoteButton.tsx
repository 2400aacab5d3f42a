import { File, Mic } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Quote } from '../../../../shared/model/chat.ts'
import { cx } from '../../../ui/cx.ts'
import { plainLine } from '../markdown/readable.ts'
import { useTalk } from '../talk.ts'
import css from './Quote.module.css'

/** The message that this one answers; chosen, it is gone to. */
export function QuoteButton({ quote, onJump }: { quote: Quote; onJump: () => void }): ReactNode {
  const { t } = useTranslation()
  const { names } = useTalk()
  if (quote.kind === 'gone' || quote.from === null) {
    return <p className={cx(css.quote, css.gone)}>{t('chats.quote.gone')}</p>
  }
  return (
    <button type="button" className={css.quote} onClick={onJump}>
      <span className="visually-hidden">{t('chats.quote.jump')}</span>
      <QuoteWords quote={quote} name={names.of(quote.from)} />
    </button>
  )
}

/** Whose words they are, and their beginning. */
export function QuoteWords({ quote, name }: { quote: Pick<Quote, 'kind' | 'text'>; name: string }): ReactNode {
  const { t } = useTranslation()
  const text = plainLine(quote.text)
  return (
    <>
      <bdi className={css.name}>{name}</bdi>
      <span className={css.text} dir="auto">
        {quote.kind === 'voice' && <Mic />}
        {quote.kind === 'files' && <File />}
        {text === '' ? t(`chats.quote.${quote.kind === 'voice' ? 'voice' : 'files'}`) : text}
      </span>
    </>
  )
}
