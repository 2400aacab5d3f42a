import { Ban, Eraser, FileJson, FileText } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../../../shared/model/chat.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { useCall } from '../../../bridge/use-call.ts'
import { cx } from '../../../ui/cx.ts'
import { FailureNote } from '../../../ui/FailureNote.tsx'
import { usePerson } from '../../contacts/store.ts'
import { SureDialog } from '../acts/AskActs.tsx'
import { cleanName } from '../files/picture.ts'
import { personOf } from '../talk.ts'
import css from './Details.module.css'

/** Taking a conversation along, and getting rid of it. */
export function Endings({ conversation, title }: { conversation: Conversation; title: string }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const account = personOf(conversation)
  const person = usePerson(account)
  const [asking, setAsking] = useState<'clear' | 'block' | null>(null)
  const [written, setWritten] = useState<{ path: string; messages: number } | null>(null)
  const save = useCall(async (format: 'html' | 'json') => {
    setWritten(null)
    const { path } = await client.node.choosePath({ kind: 'save-file', suggested: cleanName(`${title}.${format}`) })
    if (path === null) return
    setWritten(await client.chat.export({ conversation: conversation.id, format, path }))
  })
  const unblock = useCall(async () => {
    if (account !== null) await client.door.block({ account, blocked: false })
  })
  return (
    <section className={css.part}>
      <h3 className={css.heading}>{t('chats.endings.title')}</h3>
      <div className={css.rows}>
        {window.latch !== undefined && (
          <>
            <button type="button" className={css.row} disabled={save.busy} onClick={() => void save.run('html')}>
              <FileText />
              {t('chats.endings.html')}
            </button>
            <button type="button" className={css.row} disabled={save.busy} onClick={() => void save.run('json')}>
              <FileJson />
              {t('chats.endings.json')}
            </button>
          </>
        )}
        <button type="button" className={cx(css.row, css.danger)} onClick={() => setAsking('clear')}>
          <Eraser />
          {t('chats.clear.menu')}
        </button>
        {person !== null && (
          <button type="button" className={cx(css.row, !person.blocked && css.danger)} onClick={() => (person.blocked ? void unblock.run() : setAsking('block'))}>
            <Ban />
            {person.blocked ? t('contacts.menu.unblock') : t('chats.block.menu')}
          </button>
        )}
      </div>
      {written !== null && (
        <output className={css.note}>
          {t('chats.endings.written', { count: written.messages, path: written.path })}
        </output>
      )}
      {save.failure !== null && <FailureNote failure={save.failure} onDismiss={save.dismiss} />}
      {unblock.failure !== null && <FailureNote failure={unblock.failure} onDismiss={unblock.dismiss} />}
      {asking === 'clear' && (
        <SureDialog
          title={t('chats.clear.title', { name: title })}
          text={t('chats.clear.text')}
          doLabel={t('chats.clear.do')}
          onDo={() => client.chat.clear({ conversation: conversation.id })}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'block' && account !== null && (
        <SureDialog
          title={t('chats.block.title', { name: title })}
          text={t('chats.block.text', { name: title })}
          doLabel={t('chats.block.do')}
          onDo={() => client.door.block({ account, blocked: true })}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  )
}
