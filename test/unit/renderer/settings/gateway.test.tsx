import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { GatewayState } from '../../../../src/shared/model/browse.ts'
import { defaultSettings } from '../../../../src/shared/model/settings.ts'
import { browseScene } from '../../../gallery/browse.ts'
import { siteName } from '../../../gallery/browse-parts.ts'
import { noSites, siteOf } from '../../../gallery/sites.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

const off: GatewayState = { state: 'off', port: 5_380, why: null, requests: 0 }

async function open(gateway: boolean, state: Partial<GatewayState> = {}, scene: Partial<Scene> = {}): Promise<House> {
  house = openHouse({
    settings: { ...defaultSettings, gateway },
    browse: browseScene({ gateway: { ...off, ...state } }),
    ...scene,
  })
  showWindow(house, paths.settingsSection('gateway'))
  await screen.findByRole('switch', { name: 'Show sites to browsers on this machine' })
  return house
}

const theSwitch = (): HTMLInputElement => screen.getByRole('switch', { name: 'Show sites to browsers on this machine' })

test('it is off at first, and no port is open', async () => {
  await open(false)
  expect(theSwitch().checked).toBe(false)
  expect(await screen.findByText('Off. No port is open.')).toBeTruthy()
  expect(screen.getByText('http://alice.peer.localhost:5380/')).toBeTruthy()
})

test('switched on, it says where, and how much it was asked', async () => {
  const { world } = await open(false)
  await screen.findByText('Off. No port is open.')
  fireEvent.click(theSwitch())
  await waitFor(() => expect(world.scene.browse.gateway.state).toBe('on'))
  act(() => world.settings.tell({ event: 'settings-changed', settings: { ...defaultSettings, gateway: true } }))
  expect(await screen.findByText('On, at port 5380 of this machine. Nothing was asked for yet.')).toBeTruthy()
  act(() => world.browse.tell({ event: 'gateway-changed', gateway: { ...off, state: 'on', requests: 1_204 } }))
  expect(await screen.findByText('On, at port 5380 of this machine. 1,204 requests so far.')).toBeTruthy()
})

test('where it does not run, it is said why and what to do', async () => {
  await open(true, { state: 'failed', why: 'Another program listens at that port.' })
  expect(await screen.findByText('Switched on, and does not run.')).toBeTruthy()
  expect(screen.getByText('Another program listens at that port. Choose another port, or switch it off and on.')).toBeTruthy()
})

test('another port is taken, and it stays switched as it was', async () => {
  const { world } = await open(true, { state: 'on' })
  await waitFor(() => expect(theSwitch().checked).toBe(true))
  const field = screen.getByRole('textbox', { name: 'Port' })
  fireEvent.change(field, { target: { value: '5399' } })
  fireEvent.click(screen.getByRole('button', { name: 'Use this port' }))
  await waitFor(() => expect(world.scene.browse.gateway).toMatchObject({ state: 'on', port: 5_399 }))
})

test('the address to try it with is of a site of this device, where there is one', async () => {
  const site = siteOf({ name: siteName('app.noor.peer'), source: { kind: 'port', port: 3_000 }, audience: 'ask', copies: false })
  await open(true, { state: 'on', port: 5_399 }, { sites: { ...noSites, sites: [site] } })
  expect(await screen.findByText('http://app.noor.peer.localhost:5399/')).toBeTruthy()
})

test('a change that failed says so, and the switch stands as it stood', async () => {
  await open(false, {}, { failing: { 'browse.setGateway': 'INTERNAL' } })
  fireEvent.click(theSwitch())
  expect(await screen.findByText('Something failed inside Latch.')).toBeTruthy()
  expect(theSwitch().checked).toBe(false)
})
