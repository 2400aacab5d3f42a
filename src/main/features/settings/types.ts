import type { Settings } from '../../../shared/model/settings.ts'
import type { Watched } from '../../platform/feed.ts'

export interface SettingsFeature {
  get(): Settings
  set(change: { [Key in keyof Settings]?: Settings[Key] | undefined }): Settings
  subscribe(listener: (settings: Settings) => void): () => void
  watch(signal?: AbortSignal): AsyncIterable<Watched<Settings, { event: 'settings-changed'; settings: Settings }>>
}
