import type { TFunction } from 'i18next'
import type { Conversation } from '../../../../shared/model/chat.ts'
import { plainLine } from '../markdown/readable.ts'
import type { Names } from '../use-names.ts'

/** What was said last, as one line; whose words they are, where that is not clear. */
export function lastWords({ last, kind }: Conversation, names: Names, t: TFunction): string {
  if (last === null) return t('chats.said.nothing')
  if (last.kind === 'notice') return t('chats.said.notice')
  const text = wordsOf()
  if (last.mine) return kind === 'self' ? text : t('chats.said.me', { text })
  return kind === 'group' ? t('chats.said.by', { name: names.of(last.from), text }) : text

  function wordsOf(): string {
    if (last === null) return ''
    if (last.kind === 'deleted') return t('chats.said.deleted')
    if (last.kind === 'missing') return t('chats.said.missing')
    const line = plainLine(last.text)
    if (line !== '') return line
    if (last.kind === 'voice') return t('chats.quote.voice')
    const [first, ...others] = last.files
    if (first === undefined) return t('chats.quote.files')
    return others.length === 0 ? first.name : t('chats.said.files', { name: first.name, count: others.length })
  }
}
