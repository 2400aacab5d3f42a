import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { languages, type Settings } from '../../../shared/model/settings.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Choices } from '../../ui/Choices.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Section } from '../../ui/Section.tsx'
import { SegmentedControl } from '../../ui/SegmentedControl.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { QuietSection } from './Quiet.tsx'
import css from './Settings.module.css'
import { settingsStore } from './store.ts'
import { ToldSection } from './ToldSection.tsx'

/** The settings as they stand, a way to change them, and what became of the last change. */
export function useChoices(): { settings: Settings; choose: (change: Partial<Settings>) => void; failed: ReactNode } {
  const client = useClient()
  const settings = settingsStore.use(({ state }) => state)
  const change = useCall((chosen: Partial<Settings>) => client.settings.set(chosen))
  return {
    settings,
    choose: (chosen) => void change.run(chosen),
    failed: change.failure === null ? null : <FailureNote failure={change.failure} onDismiss={change.dismiss} />,
  }
}

export function Appearance(): ReactNode {
  const { t } = useTranslation()
  const { settings, choose, failed } = useChoices()
  return (
    <>
      {failed}
      <Section title={t('settings.appearance.theme')}>
        <SegmentedControl
          label={t('settings.appearance.theme')}
          value={settings.appearance}
          options={(['system', 'light', 'dark'] as const).map((value) => ({
            value,
            label: t(`settings.appearance.themes.${value}`),
          }))}
          onChange={(appearance) => choose({ appearance })}
        />
      </Section>
      <Section title={t('settings.appearance.density')}>
        <SegmentedControl
          label={t('settings.appearance.density')}
          value={settings.density}
          options={(['comfortable', 'compact'] as const).map((value) => ({
            value,
            label: t(`settings.appearance.densities.${value}`),
          }))}
          onChange={(density) => choose({ density })}
        />
      </Section>
      <Section title={t('settings.appearance.language')}>
        <SegmentedControl
          label={t('settings.appearance.language')}
          value={settings.language}
          options={(['system', ...languages] as const).map((value) => ({
            value,
            label: t(`settings.appearance.languages.${value}`),
          }))}
          onChange={(language) => choose({ language })}
        />
      </Section>
    </>
  )
}

export function Notifications(): ReactNode {
  const { t } = useTranslation()
  const { settings, choose, failed } = useChoices()
  return (
    <>
      {failed}
      <Section title={t('settings.notifications.title')}>
        <Switch
          label={t('settings.notifications.system')}
          hint={t('settings.notifications.systemNote')}
          checked={settings.notifications}
          onChange={(notifications) => choose({ notifications })}
        />
      </Section>
      <Section title={t('settings.notifications.say')} note={t('settings.notifications.sayNote')}>
        <Choices
          legend={t('settings.notifications.say')}
          hideLegend
          value={settings.notificationText}
          options={(['everything', 'who', 'nothing'] as const).map((value) => ({
            value,
            label: t(`settings.notifications.says.${value}`),
            note: t(`settings.notifications.example.${value}`),
          }))}
          onChange={(notificationText) => choose({ notificationText })}
        />
      </Section>
      <QuietSection />
      <ToldSection told={settings.tellKnockers} onChange={(tellKnockers) => choose({ tellKnockers })} />
    </>
  )
}

export function Finding(): ReactNode {
  const { t } = useTranslation()
  const { settings, choose, failed } = useChoices()
  return (
    <>
      {failed}
      <Section title={t('settings.network.title')}>
        <div className={css.choices}>
          <Switch
            label={t('settings.network.lan')}
            hint={t('settings.network.lanNote')}
            checked={settings.lan}
            onChange={(lan) => choose({ lan })}
          />
          <Switch
            label={t('settings.network.upnp')}
            hint={t('settings.network.upnpNote')}
            checked={settings.upnp}
            onChange={(upnp) => choose({ upnp })}
          />
        </div>
      </Section>
      <Section title={t('settings.network.demoTitle')}>
        <Switch
          label={t('settings.network.demo')}
          hint={t('settings.network.demoNote')}
          checked={settings.demo}
          onChange={(demo) => choose({ demo })}
        />
      </Section>
    </>
  )
}
