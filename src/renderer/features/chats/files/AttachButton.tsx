import { File, Folder, Image, Paperclip } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '../../../ui/Menu.tsx'
import css from '../composer/Composer.module.css'
import type { Staging } from './use-staging.ts'

/** Adds files to what is being written. */
export function AttachButton({ stage }: { stage: Staging }): ReactNode {
  const { t } = useTranslation()
  const id = useId()
  const isDesktop = window.latch !== undefined
  return (
    <>
      <Menu
        side="top"
        align="start"
        trigger={
          <button type="button" className={css.tool} aria-label={t('chats.files.attach')} title={t('chats.files.attach')}>
            <Paperclip />
          </button>
        }
        groups={[
          [
            {
              id: 'files',
              label: t('chats.files.choose'),
              note: t('chats.files.chooseNote'),
              icon: <Image />,
              onChoose: () => document.getElementById(id)?.click(),
            },
          ],
          isDesktop
            ? [
                { id: 'path', label: t('chats.files.large'), note: t('chats.files.largeNote'), icon: <File />, onChoose: () => stage.path('open-file') },
                { id: 'folder', label: t('chats.files.folder'), note: t('chats.files.folderNote'), icon: <Folder />, onChoose: () => stage.path('open-folder') },
              ]
            : [],
        ].filter((group) => group.length > 0)}
      />
      <input
        id={id}
        type="file"
        multiple
        hidden
        aria-hidden="true"
        tabIndex={-1}
        onChange={(event) => {
          stage.files([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </>
  )
}
