import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Disclosure } from '../ui/Disclosure.tsx'
import { places } from './places.tsx'
import css from './ShortcutsSheet.module.css'
import { modifier } from './use-shortcuts.ts'

export function ShortcutsSheet({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const held = modifier()
  const groups = [
    {
      title: t('frame.shortcuts.anywhere'),
      keys: [
        [`${held}K`, t('frame.shortcuts.palette')],
        ['?', t('frame.shortcuts.sheet')],
        [`${held}L`, t('frame.shortcuts.address')],
        [`${held}N`, t('frame.shortcuts.newChat')],
        [`${held}⇧F`, t('frame.shortcuts.search')],
        [`${held}1–${places.length}`, t('frame.shortcuts.places')],
        ['Esc', t('frame.shortcuts.leave')],
      ],
    },
    {
      title: t('frame.shortcuts.inChat'),
      keys: [
        ['Enter', t('frame.shortcuts.send')],
        ['Shift+Enter', t('frame.shortcuts.newline')],
        ['Alt+↑ ↓', t('frame.shortcuts.conversations')],
      ],
    },
    {
      title: t('frame.shortcuts.inBrowse'),
      keys: [
        [`${held}T`, t('frame.shortcuts.newTab')],
        [`${held}W ${held}⇧T`, t('frame.shortcuts.closeTab')],
        ['Ctrl+Tab Ctrl+⇧Tab', t('frame.shortcuts.nextTab')],
        [`${held}⇧PgUp PgDn`, t('frame.shortcuts.moveTab')],
        [held === '⌘' ? '⌘[ ]' : 'Alt+← →', t('frame.shortcuts.backForward')],
        [`${held}R`, t('frame.shortcuts.reload')],
        [`${held}F`, t('frame.shortcuts.find')],
        [`${held}D`, t('frame.shortcuts.bookmark')],
        [`${held}+ − 0`, t('frame.shortcuts.zoom')],
        ['F6', t('frame.shortcuts.leavePage')],
      ],
    },
    { title: t('frame.shortcuts.atDoor'), keys: [['Space', t('frame.shortcuts.answer')]] },
  ]
  return (
    <Dialog open onClose={onClose} title={t('frame.shortcuts.title')} closeLabel={t('close')}>
      {groups.map((group) => (
        <Disclosure key={group.title} title={group.title} startsOpen>
          <dl>
            {group.keys.map(([keys, meaning]) => (
              <div key={keys} className={css.line}>
                <dt>
                  <kbd className={css.keys}>{keys}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </Disclosure>
      ))}
    </Dialog>
  )
}
