import { defaultSettings, lasts, Settings } from '../../../shared/model/settings.ts'
import { MINUTE } from '../../../shared/units.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { SettingsFeature } from './types.ts'

const migrations = ['CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT']

type SettingsEvent = { event: 'settings-changed'; settings: Settings }

/** The wall clock can be set, and a machine can sleep: an end is looked for at least this often. */
const LOOK_EVERY_MS = MINUTE

/** What a person chose is in the database, name by name; what nobody chose is the default of this version. */
export class SettingsOfAccount implements SettingsFeature {
  readonly #database: Database
  readonly #save: Statement<[string, string]>
  readonly #feed: Feed<SettingsEvent>
  readonly #clock: Clock
  #settings: Settings
  #cancelEnd: Cancel = () => {}

  constructor({ database, log, clock }: { database: Database; log: Log; clock: Clock }) {
    this.#database = database
    this.#clock = clock
    this.#feed = new Feed((error) => log.error({ error }, 'a listener of settings failed'))
    database.migrate('settings', migrations)
    this.#save = database.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)')
    this.#settings = readAll(database, log)
    this.#endInTime()
  }

  get(): Settings {
    return { ...this.#settings }
  }

  set(change: { [Key in keyof Settings]?: Settings[Key] | undefined }): Settings {
    const chosen = Object.entries(change).filter(([, value]) => value !== undefined)
    const settings = Settings.parse({ ...this.#settings, ...Object.fromEntries(chosen) })
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return this.get()
    this.#database.transaction(() => {
      for (const [name, value] of chosen) this.#save.run(name, JSON.stringify(value))
    })
    this.#settings = settings
    this.#endInTime()
    this.#feed.publish({ event: 'settings-changed', settings: this.get() })
    return this.get()
  }

  subscribe(listener: (settings: Settings) => void): () => void {
    return this.#feed.subscribe(({ settings }) => listener(settings))
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Settings, SettingsEvent>> {
    return this.#feed.watch(() => this.get(), signal)
  }

  /** Do-not-disturb that is over is off, here and for whoever listens. What is stored says when, and stays. */
  #endInTime(): void {
    this.#cancelEnd()
    const { doNotDisturb } = this.#settings
    if (!doNotDisturb.on || doNotDisturb.untilMs === null) return
    const nowMs = this.#clock.nowMs()
    if (!lasts(doNotDisturb, nowMs)) {
      this.#settings = { ...this.#settings, doNotDisturb: { ...doNotDisturb, on: false, untilMs: null } }
      return
    }
    this.#cancelEnd = this.#clock.after(Math.min(doNotDisturb.untilMs - nowMs, LOOK_EVERY_MS), () => {
      this.#endInTime()
      if (!this.#settings.doNotDisturb.on) this.#feed.publish({ event: 'settings-changed', settings: this.get() })
    })
  }
}

/** A value that this version does not know, left by another one, counts as not chosen. */
function readAll(database: Database, log: Log): Settings {
  const settings: Record<string, unknown> = { ...defaultSettings }
  const chosen = database.prepare<[], { name: string; value: string }>('SELECT name, value FROM settings').all()
  for (const { name, value } of chosen) {
    const parsed = Settings.partial().safeParse({ [name]: JSON.parse(value) })
    if (parsed.success) Object.assign(settings, parsed.data)
    else log.warn({ name }, 'a setting has a value this version does not know; the default is used')
  }
  return Settings.parse(settings)
}
