import { systemClock, type Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import { SettingsOfAccount } from './settings.ts'
import type { SettingsFeature } from './types.ts'

export type { SettingsFeature } from './types.ts'

/** Settings of this account on this device, kept in its database. */
export function createSettings(parts: { database: Database; log: Log; clock?: Clock }): SettingsFeature {
  return new SettingsOfAccount({ clock: systemClock, ...parts })
}
