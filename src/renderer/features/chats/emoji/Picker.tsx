import { EmojiPicker, type EmojiPickerListComponents } from 'frimousse'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { emojiData } from './data.ts'
import css from './Picker.module.css'

/** Every emoji there is, to be searched and chosen from. */
export default function Picker({ onPick }: { onPick: (emoji: string) => void }): ReactNode {
  const { t } = useTranslation()
  return (
    <EmojiPicker.Root className={css.root} columns={8} resolveEmojiData={emojiData} onEmojiSelect={({ emoji }) => onPick(emoji)}>
      <EmojiPicker.Search className={css.search} autoFocus placeholder={t('chats.emoji.search')} aria-label={t('chats.emoji.search')} />
      <EmojiPicker.Viewport className={css.viewport} tabIndex={-1}>
        <EmojiPicker.Loading className={css.note}>{t('chats.emoji.loading')}</EmojiPicker.Loading>
        <EmojiPicker.Empty className={css.note}>{t('chats.emoji.none')}</EmojiPicker.Empty>
        <EmojiPicker.List className={css.list} components={parts} />
      </EmojiPicker.Viewport>
      <div className={css.foot}>
        <EmojiPicker.ActiveEmoji>
          {({ emoji }) => <span className={css.label}>{emoji === undefined ? '' : `${emoji.emoji} ${emoji.label}`}</span>}
        </EmojiPicker.ActiveEmoji>
        <EmojiPicker.SkinToneSelector className={css.tone} aria-label={t('chats.emoji.tone')} />
      </div>
    </EmojiPicker.Root>
  )
}

const parts: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...props }) => (
    <div {...props} className={css.category}>
      {category.label}
    </div>
  ),
  Row: ({ children, ...props }) => (
    // Rows and columns are counted from one.
    <div {...props} aria-rowindex={(props['aria-rowindex'] ?? 0) + 1} className={css.row}>
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...props }) => (
    // It is given the role of a cell.
    // oxlint-disable-next-line jsx-a11y/role-supports-aria-props
    <button {...props} aria-colindex={(props['aria-colindex'] ?? 0) + 1} type="button" className={css.emoji} data-active={emoji.isActive || undefined}>
      {emoji.emoji}
    </button>
  ),
}
