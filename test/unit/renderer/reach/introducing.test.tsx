import { fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../../src/main/features/introduction/index.ts'
import { CONTACT_CIRCUIT } from '../../../../src/renderer/features/settings/Introducing.tsx'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { MiB } from '../../../../src/shared/units.ts'
import { ownLink } from '../../../gallery/network.ts'
import { rule } from '../../../gallery/scenes/door.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const contacts = rule('contacts', { who: { kind: 'contact' }, capability: 'relay' })
const strangers = rule('strangers', { who: { kind: 'unknown' }, capability: 'relay', verdict: 'deny' })

let house: House

afterEach(() => {
  house.close()
  forgetEverything()
})

async function open(scene: Partial<Scene>): Promise<HTMLElement> {
  house = openHouse(scene)
  showWindow(house, paths.settingsSection('introducers'))
  const found = await screen.findByRole('switch', { name: 'Introduce my contacts' })
  await waitFor(() => expect(found.hasAttribute('disabled')).toBe(false))
  return found
}

const isOn = (found: HTMLElement): boolean => found.getAttribute('aria-checked') === 'true'

test('contacts may use this device as an introducer by a switch, which is a rule of the door', async () => {
  const found = await open({ introduction: { registrations: 3, relayedBytes: 12 * MiB } })
  expect(isOn(found)).toBe(false)
  fireEvent.click(found)
  await waitFor(() => expect(house.world.scene.rules).toHaveLength(1))
  expect(house.world.scene.rules[0]).toMatchObject({
    who: { kind: 'contact' }, capability: 'relay', verdict: 'allow', until: { kind: 'forever' },
  })
  expect(await screen.findByText('3 devices that others find through this one')).toBeTruthy()
  expect(screen.getByText('12 MiB since Latch was started')).toBeTruthy()
  expect(isOn(found)).toBe(true)
  await waitFor(() => expect(found.hasAttribute('disabled')).toBe(false))
  fireEvent.click(found)
  await waitFor(() => expect(house.world.scene.rules).toEqual([]))
  await waitFor(() => expect(screen.queryByText(/since Latch was started/)).toBeNull())
})

test('its link is copied whole', async () => {
  await open({ rules: [contacts] })
  fireEvent.click(await screen.findByRole('button', { name: 'Copy the link' }))
  await waitFor(async () => expect(await navigator.clipboard.readText()).toBe(ownLink))
})

test('while it has no address to tell, it says so instead of showing a link', async () => {
  await open({ rules: [contacts], introduction: { link: null } })
  expect(await screen.findByText('There is no link yet: this device has no address to tell')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Copy the link' })).toBeNull()
})

test('a rule of it that was switched off is switched on again, and no second one made', async () => {
  const found = await open({ rules: [{ ...contacts, enabled: false }] })
  expect(isOn(found)).toBe(false)
  fireEvent.click(found)
  await waitFor(() => expect(house.world.scene.rules).toEqual([contacts]))
})

test('other rules about relaying are named, and left alone', async () => {
  const found = await open({ rules: [contacts, strangers] })
  expect(await screen.findByText(/1 other rule of your door/)).toBeTruthy()
  fireEvent.click(found)
  await waitFor(() => expect(house.world.scene.rules).toEqual([strangers]))
  fireEvent.click(screen.getByRole('link', { name: 'Show the rules' }))
  expect(await screen.findByRole('heading', { name: 'Door', level: 1 })).toBeTruthy()
})

test('what it is said to cost is what a contact’s circuit may carry', () => {
  expect(CONTACT_CIRCUIT).toEqual(DEFAULT_LIMITS.known)
})
