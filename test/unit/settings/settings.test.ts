import { expect, test } from 'vitest'
import { createSettings } from '../../../src/main/features/settings/index.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import {
  defaultSettings,
  isQuiet,
  quietUntilMs,
  type DoNotDisturb,
  type Settings,
} from '../../../src/shared/model/settings.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const open = (database = openMemoryDatabase(), clock = new FakeClock()) => ({
  database,
  clock,
  settings: createSettings({ database, log: silentLog, clock }),
})

test('before anybody chose, the defaults hold, and nothing of them is stored', () => {
  const { database, settings } = open()
  expect(settings.get()).toEqual(defaultSettings)
  expect(database.prepare('SELECT * FROM settings').all()).toEqual([])
})

test('what is chosen holds after a restart; what is not named stays', () => {
  const { database, settings } = open()
  expect(settings.set({ appearance: 'dark' })).toEqual({ ...defaultSettings, appearance: 'dark' })
  settings.set({ lan: false, density: undefined })
  expect(open(database).settings.get()).toEqual({ ...defaultSettings, appearance: 'dark', lan: false })
})

test('only the names that were chosen are stored, so that a later default still reaches the others', () => {
  const { database, settings } = open()
  settings.set({ readReceipts: false })
  expect(database.prepare('SELECT name, value FROM settings').all()).toEqual([{ name: 'readReceipts', value: 'false' }])
})

test('who listens hears of a change, and of nothing when nothing changed', () => {
  const { settings } = open()
  const heard: Settings[] = []
  const unsubscribe = settings.subscribe((one) => heard.push(one))
  settings.set({ notifications: false })
  settings.set({ notifications: false })
  settings.set({})
  unsubscribe()
  settings.set({ notifications: true })
  expect(heard).toEqual([{ ...defaultSettings, notifications: false }])
})

test('a value of another version counts as not chosen, and the others hold', () => {
  const { database, settings } = open()
  settings.set({ density: 'compact' })
  const insert = database.prepare<[string, string]>('INSERT INTO settings (name, value) VALUES (?, ?)')
  insert.run('appearance', '"sepia"')
  insert.run('unheardOf', '1')
  expect(open(database).settings.get()).toEqual({ ...defaultSettings, density: 'compact' })
})

test('a value that is none is refused, and nothing of that change is stored', () => {
  const { database, settings } = open()
  expect(() => settings.set({ lan: false, appearance: 'sepia' as 'dark' })).toThrow()
  expect(open(database).settings.get()).toEqual(defaultSettings)
})

const quietUntil = (untilMs: number | null): DoNotDisturb => ({ on: true, untilMs, contacts: false })

test('do-not-disturb ends by itself, and whoever listens hears of it once', async () => {
  const { settings, clock } = open()
  const heard: boolean[] = []
  settings.set({ doNotDisturb: quietUntil(clock.nowMs() + HOUR) })
  settings.subscribe(({ doNotDisturb }) => heard.push(doNotDisturb.on))
  await clock.advance(HOUR - 1)
  expect(settings.get().doNotDisturb.on).toBe(true)
  expect(heard).toEqual([])
  await clock.advance(1)
  expect(settings.get().doNotDisturb).toEqual({ on: false, untilMs: null, contacts: false })
  await clock.advance(HOUR)
  expect(heard).toEqual([false])
})

test('do-not-disturb ends within a minute where somebody sets the clock past its end', async () => {
  const { settings, clock } = open()
  settings.set({ doNotDisturb: quietUntil(clock.nowMs() + HOUR) })
  clock.jump(2 * HOUR)
  expect(isQuiet(settings.get().doNotDisturb, false, clock.nowMs())).toBe(false)
  await clock.advance(MINUTE)
  expect(settings.get().doNotDisturb.on).toBe(false)
})

test('do-not-disturb that was set anew lasts as long as it says now', async () => {
  const { settings, clock } = open()
  settings.set({ doNotDisturb: quietUntil(clock.nowMs() + HOUR) })
  settings.set({ doNotDisturb: quietUntil(clock.nowMs() + 3 * HOUR) })
  await clock.advance(2 * HOUR)
  expect(settings.get().doNotDisturb.on).toBe(true)
  settings.set({ doNotDisturb: quietUntil(null) })
  await clock.advance(48 * HOUR)
  expect(settings.get().doNotDisturb.on).toBe(true)
})

test('do-not-disturb that ended while nothing ran is off at the start, and one without an end is on', () => {
  const { database, settings, clock } = open()
  settings.set({ doNotDisturb: quietUntil(clock.nowMs() + HOUR) })
  const later = new FakeClock(clock.nowMs() + 2 * HOUR)
  expect(open(database, later).settings.get().doNotDisturb.on).toBe(false)
  settings.set({ doNotDisturb: quietUntil(null) })
  expect(open(database, later).settings.get().doNotDisturb.on).toBe(true)
})

test('contacts disturb all the same, where that was chosen', () => {
  const chosen = { ...quietUntil(null), contacts: true }
  expect([isQuiet(chosen, true, 0), isQuiet(chosen, false, 0)]).toEqual([false, true])
  expect(isQuiet(quietUntil(null), true, 0)).toBe(true)
})

test.each([
  ['in the evening', '2026-01-09T22:15', '2026-01-10T07:00'],
  ['after midnight', '2026-01-10T01:15', '2026-01-10T07:00'],
  ['early in the morning', '2026-01-10T04:00', '2026-01-11T07:00'],
  ['in the morning', '2026-01-10T09:00', '2026-01-11T07:00'],
  ['on the last day of a month', '2026-01-31T12:00', '2026-02-01T07:00'],
])('until tomorrow morning, said %s, is seven o’clock', (_when, said, morning) => {
  // Without a zone: this machine's clock.
  const now = Date.parse(said)
  expect(quietUntilMs('morning', now)).toBe(Date.parse(morning))
  expect(quietUntilMs('hour', now)).toBe(now + HOUR)
  expect(quietUntilMs('open', now)).toBeNull()
})
