import { z } from 'zod'
import { Settings } from '../model/settings.ts'
import { base, watched } from './base.ts'

export const SettingsEvent = z.object({ event: z.literal('settings-changed'), settings: Settings })
export type SettingsEvent = z.infer<typeof SettingsEvent>

const tags = ['settings']

export const settings = {
  get: base.route({ method: 'GET', path: '/settings', tags, summary: 'Settings of this account' }).output(Settings),
  set: base
    .route({ method: 'PATCH', path: '/settings', tags, summary: 'Change settings; what is not named stays' })
    .input(Settings.partial())
    .output(Settings),
  watch: base
    .route({ method: 'GET', path: '/settings/events', tags, summary: 'Settings as they change' })
    .output(watched(Settings, SettingsEvent)),
}
