import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { paths } from '../../../src/renderer/nav/paths.ts'
import { countText, shortMs, sizeText, withTenth } from '../../../src/renderer/ui/amounts.ts'
import { languageOf, localeOf, speak, spokenLocale } from '../../../src/renderer/ui/locale.ts'
import { fullDate, secondClock } from '../../../src/renderer/ui/when.ts'
import { defaultSettings, languages } from '../../../src/shared/model/settings.ts'
import { GiB, MiB } from '../../../src/shared/units.ts'
import { forgetEverything, openHouse, showWindow, type House } from './helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  house = null
  forgetEverything()
  speak('en-US')
})

function open(system: string[], changes: Parameters<typeof openHouse>[0] = {}): House {
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(system)
  house = openHouse(changes)
  showWindow(house, paths.settingsSection('appearance'))
  return house
}

test('the window speaks the first language of the system that it knows, and says so to what reads it aloud', async () => {
  open(['fr-CH', 'de-CH', 'en'])
  expect(await screen.findByRole('heading', { name: 'Sprache' })).toBeTruthy()
  expect(document.documentElement.lang).toBe('de')
  expect(spokenLocale()).toBe('de-CH')
})

test('where it knows none of the languages of the system, it speaks English', async () => {
  open(['fr-CH', 'it'])
  expect(await screen.findByRole('heading', { name: 'Language' })).toBeTruthy()
  expect(document.documentElement.lang).toBe('en')
})

test('a language is chosen in its own words, is kept, and the window speaks it at once', async () => {
  const opened = open(['en-GB'])
  const choice = await screen.findByRole('group', { name: 'Language' })
  await waitFor(() => expect(within(choice).getByRole<HTMLInputElement>('radio', { name: 'As the system' }).checked).toBe(true))
  fireEvent.click(within(choice).getByRole('radio', { name: 'Deutsch' }))
  expect(await screen.findByRole('heading', { name: 'Sprache' })).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Tür' })).toBeTruthy()
  expect(opened.world.scene.settings.language).toBe('de')
  expect(document.documentElement.lang).toBe('de')
  fireEvent.click(screen.getByRole('radio', { name: 'English' }))
  expect(await screen.findByRole('heading', { name: 'Language' })).toBeTruthy()
  expect(document.documentElement.lang).toBe('en')
})

test('what was chosen before is spoken whatever the system speaks', async () => {
  open(['en-GB'], { settings: { ...defaultSettings, language: 'de' } })
  expect(await screen.findByRole('heading', { name: 'Sprache' })).toBeTruthy()
})

describe('dates and numbers', () => {
  test.each([
    ['de', ['de-AT', 'en'], 'de-AT'],
    ['de', ['en-GB', 'de-CH'], 'de-CH'],
    ['en', ['de-DE'], 'en-DE'],
    ['de', ['en'], 'de'],
    ['de', [], 'de'],
  ] as const)('in %s on a system of %j are those of %s', (language, system, locale) => {
    expect(localeOf(language, system)).toBe(locale)
  })

  test('the language is found whatever the region', () => {
    expect(languageOf(['de-LI'], languages, 'en')).toBe('de')
    expect(languageOf([], languages, 'en')).toBe('en')
  })

  test('follow the language that is spoken, and change with it', () => {
    const atMs = new Date(2026, 2, 4, 15, 6, 7).getTime()
    speak('de-DE')
    expect([sizeText(1.5 * MiB), sizeText(12 * GiB), countText(18_204), shortMs(0.34), withTenth(3)]).toEqual([
      '1,5 MiB', '12 GiB', '18.204', '0,3', '3,0',
    ])
    expect(fullDate(atMs)).toBe('4. März 2026, 15:06')
    expect(secondClock(atMs)).toBe('15:06:07')
    speak('en-US')
    expect([sizeText(1.5 * MiB), countText(18_204), shortMs(0.34)]).toEqual(['1.5 MiB', '18,204', '0.3'])
  })
})
