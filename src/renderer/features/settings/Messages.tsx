import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Section } from '../../ui/Section.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { useChoices } from './Choices.tsx'
import css from './Settings.module.css'

/** What others see of reading and writing here, unless a conversation says otherwise. */
export function Messages(): ReactNode {
  const { t } = useTranslation()
  const { settings, choose, failed } = useChoices()
  return (
    <>
      {failed}
      <Section title={t('settings.messages.title')} note={t('settings.messages.note')}>
        <div className={css.choices}>
          <Switch
            label={t('settings.messages.receipts')}
            hint={t('settings.messages.receiptsNote')}
            checked={settings.readReceipts}
            onChange={(readReceipts) => choose({ readReceipts })}
          />
          <Switch
            label={t('settings.messages.typing')}
            hint={t('settings.messages.typingNote')}
            checked={settings.typing}
            onChange={(typing) => choose({ typing })}
          />
        </div>
      </Section>
    </>
  )
}
