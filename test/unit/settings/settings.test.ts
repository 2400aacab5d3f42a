import { expect, test } from 'vitest'
import { createSettings } from '../../../src/main/features/settings/index.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { defaultSettings, type Settings } from '../../../src/shared/model/settings.ts'

const open = (database = openMemoryDatabase()) => ({ database, settings: createSettings({ database, log: silentLog }) })

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
