import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { codeOf } from '../../../../src/renderer/features/devices/JoinDevice.tsx'
import { sortedDevices } from '../../../../src/renderer/features/devices/sorted.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { linkCode, linkingOf, noDevices, notJoining, ownDevice, thisDevice, type DevicesScene } from '../../../gallery/devices.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

const phone = ownDevice('Phone')

async function open(devices: Partial<DevicesScene>): Promise<House> {
  house = openHouse({ devices: { ...noDevices, devices: [thisDevice, phone], ...devices } })
  showWindow(house, paths.settingsSection('devices'))
  await screen.findByRole('list', { name: 'Your devices' })
  return house
}

function start(scene: Partial<Scene>): House {
  house = openHouse({ identity: { state: 'none' }, ...scene })
  showWindow(house, '/')
  return house
}

const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await screen.findByRole('button', { name }))

test('a device is taken away only after its name was typed', async () => {
  const { world } = await open({})
  await press('More about Phone')
  fireEvent.click(await screen.findByRole('menuitem', { name: /Take it away/ }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Take Phone away' }))
  const sure = dialog.getByRole<HTMLButtonElement>('button', { name: 'Take it away' })
  expect(sure.disabled).toBe(true)
  fireEvent.change(dialog.getByRole('textbox'), { target: { value: 'phone' } })
  fireEvent.click(sure)
  await waitFor(() => expect(world.scene.devices.devices.find(({ label }) => label === 'Phone')?.revoked).toBe(true))
})

test('a device is linked when the words are the same: until then nothing is handed over', async () => {
  const { world } = await open({})
  await press('Link a device')
  await screen.findByRole('img', { name: 'Code that links a device to your account' })
  const asking = linkingOf({ state: 'asking', label: 'Tablet', words: ['harbor', 'violin', 'maple'] })
  world.scene.devices.linking = asking
  world.devices.tell({ event: 'linking-changed', linking: asking })
  const words = await screen.findByRole('list', { name: 'Words to compare' })
  expect(words.textContent).toBe('harborviolinmaple')
  await press('They are the same: link it')
  await screen.findByText('Handing your account to Tablet')
})

test('a code that nobody looks at any more counts no more', async () => {
  const { world } = await open({})
  await press('Link a device')
  await screen.findByRole('img', { name: 'Code that links a device to your account' })
  await press('Cancel')
  await waitFor(() => expect(world.scene.devices.linking).toBeNull())
})

test('a fresh device shows the words of the other one, and goes on showing them after it is loaded again', async () => {
  start({})
  await press(/I have Latch on another device/)
  fireEvent.change(await screen.findByRole('textbox', { name: 'Code' }), { target: { value: `${linkCode.slice(0, 40)}\n ${linkCode.slice(40)}` } })
  fireEvent.change(screen.getByRole('textbox', { name: 'What you call this device' }), { target: { value: 'Laptop' } })
  await press('Link this device')
  await screen.findByRole('list', { name: 'Compare these words' })
})

test('why a device was not linked is said, and another code can be tried', async () => {
  start({ devices: { ...noDevices, joining: { ...notJoining, state: 'failed', why: 'The code had ended.' } } })
  await press(/I have Latch on another device/)
  await screen.findByText(/The code had ended\. Nothing was kept here/)
  expect(screen.getByRole('textbox', { name: 'Code' })).toBeTruthy()
})

test('what is pasted has line breaks where it was broken, and nothing else is a code', () => {
  expect(codeOf(` ${linkCode.slice(0, 30)}\r\n${linkCode.slice(30)} `)).toBe(linkCode)
  expect(codeOf('latch://invite/abc')).toBeNull()
  expect(codeOf('')).toBeNull()
})

test('this device comes first, then those that are there, and those taken away apart', () => {
  const gone = ownDevice('Gone', { revoked: true })
  const away = ownDevice('Away', { connected: false })
  const { used, revoked } = sortedDevices([gone, away, phone, thisDevice])
  expect(used.map(({ label }) => label)).toEqual(['Desk', 'Phone', 'Away'])
  expect(revoked).toEqual([gone])
})
