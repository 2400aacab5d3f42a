import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { paths } from '../../nav/paths.ts'
import { Banner } from '../../ui/Banner.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { dismissReminder } from './state.ts'
import { namesStore } from './store.ts'
import css from './YoursPage.module.css'

/** Across the top, when a term comes near its end: the most urgent one, until it is put away. */
export function Reminders(): ReactNode {
  const { t } = useTranslation()
  const reminders = namesStore.use(({ state }) => state.reminders)
  const [first] = [...reminders.values()].toSorted((a, b) => a.daysLeft - b.daysLeft)
  if (first === undefined) return null
  const { name, fullName, sentence } = first
  const more = reminders.size - 1
  const dismiss = (): void => namesStore.change((state) => dismissReminder(state, name))
  return (
    <Banner
      look="bar"
      tone="warning"
      title={sentence}
      text={
        <>
          <Link href={paths.yourName(name)} className={css.link} onClick={dismiss}>
            {t('names.reminder.open', { name: fullName })}
          </Link>
          {more > 0 && ` ${t('names.reminder.more', { count: more })}`}
        </>
      }
      action={<IconButton label={t('dismiss')} icon={<X />} onClick={dismiss} />}
    />
  )
}
