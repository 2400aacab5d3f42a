import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { modifier } from '../../nav/modifier.ts'
import { Choices } from '../../ui/Choices.tsx'
import { Section } from '../../ui/Section.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { useChoices } from './Choices.tsx'
import css from './Settings.module.css'

/** What the keys do where one writes, and what others see of reading and writing here, unless a conversation says otherwise. */
export function Messages(): ReactNode {
  const { t } = useTranslation()
  const { settings, choose, failed } = useChoices()
  const key = modifier()
  return (
    <>
      {failed}
      <Section title={t('settings.messages.enter')} note={t('settings.messages.enterNote')}>
        <Choices
          legend={t('settings.messages.enter')}
          hideLegend
          value={settings.enterSends ? 'sends' : 'line'}
          options={(['sends', 'line'] as const).map((value) => ({
            value,
            label: t(`settings.messages.enters.${value}`),
            note: t(`settings.messages.other.${value}`, { key }),
          }))}
          onChange={(value) => choose({ enterSends: value === 'sends' })}
        />
      </Section>
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
