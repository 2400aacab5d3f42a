import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { readPort } from '../../../../src/renderer/features/settings/dns-port.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { DnsState } from '../../../../src/shared/model/names.ts'
import { defaultSettings } from '../../../../src/shared/model/settings.ts'
import { myName } from '../../../gallery/names-parts.ts'
import { namesScene, type NamesScene } from '../../../gallery/names.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

const off: DnsState = { state: 'off', port: 5_350, why: null }

async function open(dns: boolean, names: Partial<NamesScene> = {}, scene: Partial<Scene> = {}): Promise<House> {
  house = openHouse({ settings: { ...defaultSettings, dns }, names: namesScene(names), ...scene })
  showWindow(house, paths.settingsSection('dns'))
  await screen.findByRole('switch', { name: 'Answer DNS on this machine' })
  return house
}

const theSwitch = (): HTMLInputElement => screen.getByRole('switch', { name: 'Answer DNS on this machine' })

test('a port is read, or it is said what is wrong with it', () => {
  expect(readPort(' 5350 ')).toEqual({ outcome: 'port', port: 5_350 })
  for (const text of ['', 'x', '53.5', '-53', '123456']) expect(readPort(text)).toEqual({ outcome: 'wrong', why: 'digits' })
  for (const text of ['53', '1023', '65536', '99999']) expect(readPort(text)).toEqual({ outcome: 'wrong', why: 'range' })
  for (const text of ['1024', '65535']) expect(readPort(text).outcome).toBe('port')
})

test('it is off at first, and no port is open', async () => {
  await open(false)
  expect(theSwitch().checked).toBe(false)
  expect(await screen.findByText('Off. No port is open.')).toBeTruthy()
  expect(screen.getByText('In a terminal on this device, once it is switched on:')).toBeTruthy()
})

test('switched on, it says where it answers as soon as it does', async () => {
  const { world } = await open(false)
  await screen.findByText('Off. No port is open.')
  fireEvent.click(theSwitch())
  expect(await screen.findByText('Being switched on…')).toBeTruthy()
  expect(world.scene.settings.dns).toBe(true)
  act(() => world.names.tell({ event: 'dns-changed', dns: { ...off, state: 'on' } }))
  expect(await screen.findByText('On, at 127.0.0.1:5350, over UDP and TCP.')).toBeTruthy()
})

test('where it does not run, it is said why and what to do', async () => {
  await open(true, { dns: { state: 'failed', port: 5_350, why: 'Another program listens at that port.' } })
  expect(await screen.findByText('Switched on, and does not run.')).toBeTruthy()
  expect(screen.getByText(/^Another program listens at that port\. It is tried again at once/)).toBeTruthy()
})

test('another port is taken, and one that cannot be is refused in a sentence', async () => {
  const { world } = await open(true, { dns: { ...off, state: 'on' } })
  const field = screen.getByRole('textbox', { name: 'Port' })
  const use = screen.getByRole<HTMLButtonElement>('button', { name: 'Use this port' })
  fireEvent.change(field, { target: { value: '53' } })
  expect(screen.getByText('From 1,024 to 65,535: lower ones take more rights than Latch has.')).toBeTruthy()
  expect(use.disabled).toBe(true)
  fireEvent.change(field, { target: { value: '5354' } })
  fireEvent.click(use)
  await waitFor(() => expect(world.scene.settings.dnsPort).toBe(5_354))
})

test('the line to try it with names the port it answers at, and a name of one’s own where there is one', async () => {
  await open(true, { dns: { ...off, state: 'on', port: 5_399 }, mine: [myName('noor')] })
  expect(await screen.findByText('dig @127.0.0.1 -p 5399 noor.peer A')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Copy' }))
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy()
  expect(await navigator.clipboard.readText()).toBe('dig @127.0.0.1 -p 5399 noor.peer A')
})

test('a change that failed says so, and the switch stands as it stood', async () => {
  await open(false, {}, { failing: { 'settings.set': 'INTERNAL' } })
  fireEvent.click(theSwitch())
  expect(await screen.findByText('Something failed inside Latch.')).toBeTruthy()
  expect(theSwitch().checked).toBe(false)
})
