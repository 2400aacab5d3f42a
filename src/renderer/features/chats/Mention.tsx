import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Popover } from '../../ui/Popover.tsx'
import css from './Mention.module.css'
import { MentionCard } from './MentionCard.tsx'

/** `@alice.peer` in a message: whose it is, and where it points, is asked when somebody wants to know. */
export function Mention({ text, fullName }: { text: ReactNode; fullName: string }): ReactNode {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <Popover
      title={t('chats.mention.title', { name: fullName })}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className={css.mention} dir="ltr">
          {text}
        </button>
      }
    >
      <MentionCard fullName={fullName} onClose={() => setOpen(false)} />
    </Popover>
  )
}
