import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { defaultSettings, type DoNotDisturb } from '../../../../src/shared/model/settings.ts'
import { HOUR, MINUTE } from '../../../../src/shared/units.ts'
import { knock } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

const quiet = (changes: Partial<DoNotDisturb>): Partial<Scene> => ({
  settings: { ...defaultSettings, doNotDisturb: { ...defaultSettings.doNotDisturb, ...changes } },
})

async function open(changes: Partial<Scene> = {}): Promise<House> {
  house = openHouse(changes)
  showWindow(house, paths.settingsSection('notifications'))
  // Before what was chosen is known, nothing can be changed of it.
  await waitFor(() => expect(screen.getByRole('switch', { name: 'Do not disturb me' }).hasAttribute('disabled')).toBe(false))
  return house
}
const theSwitch = (): HTMLElement => screen.getByRole('switch', { name: 'Do not disturb me' })
const chosen = (of: House): DoNotDisturb => of.world.scene.settings.doNotDisturb
const moon = (): HTMLElement | null => screen.queryByRole('button', { name: /^Do not disturb:/ })

test('before it is known what was chosen, nothing can be changed', async () => {
  house = openHouse({ failing: { 'settings.watch': 'never' } })
  showWindow(house, paths.settingsSection('notifications'))
  expect((await screen.findByRole('switch', { name: 'Do not disturb me' })).hasAttribute('disabled')).toBe(true)
  expect(screen.getByRole('switch', { name: 'Contacts may disturb' }).hasAttribute('disabled')).toBe(true)
})

test('nobody is to disturb for as long as was chosen, and the frame says so', async () => {
  const opened = await open()
  expect(moon()).toBeNull()
  fireEvent.change(screen.getByRole('combobox', { name: 'How long' }), { target: { value: 'hour' } })
  expect(chosen(opened).on).toBe(false)
  fireEvent.click(theSwitch())
  await waitFor(() => expect(chosen(opened)).toMatchObject({ on: true, contacts: true }))
  expect(Math.abs((chosen(opened).untilMs ?? 0) - Date.now() - HOUR)).toBeLessThan(MINUTE)
  expect(await screen.findByRole('button', { name: /^Do not disturb: Until .*\d:\d\d/ })).toBeTruthy()
  expect(screen.getByText(/^On until .* It ends by itself\.$/)).toBeTruthy()
})

test('how long can be changed while it lasts', async () => {
  const opened = await open(quiet({ on: true, untilMs: Date.now() + HOUR }))
  await screen.findByText(/^On until/)
  fireEvent.change(screen.getByRole('combobox', { name: 'How long' }), { target: { value: 'open' } })
  await waitFor(() => expect(chosen(opened)).toMatchObject({ on: true, untilMs: null }))
  expect(await screen.findByText('On, until you switch it off.')).toBeTruthy()
})

test('the moon in the frame says what it means and switches it off', async () => {
  const opened = await open(quiet({ on: true }))
  fireEvent.click(await screen.findByRole('button', { name: 'Do not disturb: On' }))
  const popover = await screen.findByRole('dialog')
  expect(popover.textContent).toContain('Knocks wait at the door without a card or a notification.')
  expect(popover.textContent).toContain('Contacts may disturb.')
  fireEvent.click(within(popover).getByRole('button', { name: 'Switch it off' }))
  await waitFor(() => expect(chosen(opened).on).toBe(false))
  await waitFor(() => expect(moon()).toBeNull())
})

test('the moon tells how many wait quietly, and leads to them', async () => {
  await open({
    ...quiet({ on: true }),
    knocks: [knock('Bea', { quiet: true }), knock('Jo', { quiet: true, state: 'missed' }), knock('Al')],
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Do not disturb: On' }))
  fireEvent.click(await screen.findByRole('link', { name: '1 knock waits quietly' }))
  expect(window.location.hash).toBe('#/door')
})

test('what is over is off, before the node says so', async () => {
  await open(quiet({ on: true, untilMs: Date.now() - 2_000 }))
  expect(theSwitch().getAttribute('aria-checked')).toBe('false')
  expect(moon()).toBeNull()
})

test('contacts may disturb, or not, by a switch of its own', async () => {
  const opened = await open(quiet({ on: true }))
  fireEvent.click(screen.getByRole('switch', { name: 'Contacts may disturb' }))
  await waitFor(() => expect(chosen(opened)).toEqual({ on: true, untilMs: null, contacts: false }))
})

test('the palette switches it on for how long, and off', async () => {
  const opened = await open()
  const pick = async (part: string): Promise<void> => {
    fireEvent.keyDown(window, { key: 'k', ctrlKey: true })
    const field = await screen.findByRole('combobox', { name: 'Command palette' })
    fireEvent.change(field, { target: { value: part } })
    // What is typed can be looked for in messages as well; that stands last.
    fireEvent.click(await screen.findByRole('option', { name: new RegExp(`${part}$`) }))
  }
  await pick('until tomorrow morning')
  await waitFor(() => expect(chosen(opened).on).toBe(true))
  expect(chosen(opened).untilMs).toBeGreaterThan(Date.now())
  await screen.findByRole('button', { name: /^Do not disturb: Until/ })
  await pick('Switch do-not-disturb off')
  await waitFor(() => expect(chosen(opened)).toMatchObject({ on: false, untilMs: null }))
})

test('what whoever knocks is told is chosen with what they will see of it', async () => {
  const opened = await open()
  const yes = screen.getByRole('radio', { name: /^Only a yes/ })
  expect(screen.getByRole<HTMLInputElement>('radio', { name: /^Everything/ }).checked).toBe(true)
  expect(screen.getByText(/A no looks to them as if nobody had answered/)).toBeTruthy()
  fireEvent.click(yes)
  await waitFor(() => expect(opened.world.scene.settings.tellKnockers).toBe('yes'))
})

test('a change that was not kept is said, and shows as what holds', async () => {
  const opened = await open({ failing: { 'settings.set': 'INTERNAL' } })
  fireEvent.click(theSwitch())
  expect((await screen.findByRole('alert')).textContent).toContain('Something failed inside Latch.')
  expect(chosen(opened).on).toBe(false)
  expect(theSwitch().getAttribute('aria-checked')).toBe('false')
})
