import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { keys as messageKeys } from '../features/chats/acts/MessageMenu.tsx'
import { settingsStore } from '../features/settings/store.ts'
import { modifier } from '../nav/modifier.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Disclosure } from '../ui/Disclosure.tsx'
import { places } from './places.tsx'
import css from './ShortcutsSheet.module.css'

export function ShortcutsSheet({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const enterSends = settingsStore.use(({ state }) => state.enterSends)
  const held = modifier()
  const groups = [
    {
      title: t('frame.shortcuts.anywhere'),
      keys: [
        [`${held}K`, t('frame.shortcuts.palette')],
        ['?', t('frame.shortcuts.sheet')],
        [`${held}L`, t('frame.shortcuts.address')],
        [`${held}N`, t('frame.shortcuts.newChat')],
        [`${held}⇧G`, t('frame.shortcuts.newGroup')],
        [`${held}⇧F`, t('frame.shortcuts.search')],
        [`${held}1–${places.length}`, t('frame.shortcuts.places')],
        ['Esc', t('frame.shortcuts.leave')],
      ],
    },
    {
      title: t('frame.shortcuts.inChat'),
      keys: [
        [enterSends ? 'Enter' : `${held}Enter`, t('frame.shortcuts.send')],
        [enterSends ? '⇧Enter' : 'Enter', t('frame.shortcuts.newline')],
        ['↑', t('frame.shortcuts.editLast')],
        ['@ :', t('frame.shortcuts.offers')],
        ['Alt+↑ ↓', t('frame.shortcuts.conversations')],
      ],
    },
    {
      title: t('frame.shortcuts.onMessage'),
      keys: [
        ['Tab ↑ ↓', t('frame.shortcuts.toMessage')],
        ['Enter', t('frame.shortcuts.menu')],
        [messageKeys.reply, t('frame.shortcuts.reply')],
        [messageKeys.react, t('frame.shortcuts.react')],
        [messageKeys.forward, t('frame.shortcuts.forward')],
        [messageKeys.copy, t('frame.shortcuts.copy')],
        [messageKeys.pin, t('frame.shortcuts.pin')],
        [messageKeys.remove, t('frame.shortcuts.remove')],
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
