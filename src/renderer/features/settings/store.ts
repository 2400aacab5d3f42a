import type { SettingsEvent } from '../../../shared/contract/settings.ts'
import { defaultSettings, type Settings } from '../../../shared/model/settings.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

/** What the person chose; what they would start with until the first snapshot. */
export const settingsStore = createFedStore<Settings, Settings, SettingsEvent>({
  initial: defaultSettings,
  reset: (_, settings) => settings,
  apply: (_, { settings }) => settings,
})
