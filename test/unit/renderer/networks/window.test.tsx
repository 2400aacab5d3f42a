import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { useDialogs } from '../../../../src/renderer/nav/dialogs.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { networkIdOf } from '../../../gallery/ids.ts'
import { cardLink, network, ownNetwork, validators } from '../../../gallery/networks.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const club = network('Rowing club', { validators: validators('me', 'Bea', 'Tomasz'), height: 91 })
const scene: Partial<Scene> = { networks: [ownNetwork(), club] }
const link = 'latch://network/pWRuYW1lZkhhcmJvdXI'

// A whole window starts in each test, on a machine that may have other work.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function open(changes: Partial<Scene> = {}, path: string = paths.networks): Promise<House> {
  house = openHouse({ ...scene, ...changes })
  showWindow(house, path)
  await screen.findByRole('navigation', { name: 'Places' })
  return house
}

const field = (name: string) => screen.findByRole<HTMLInputElement>('textbox', { name })
const write = async (name: string, value: string): Promise<void> =>
  void fireEvent.change(await field(name), { target: { value } })
const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await screen.findByRole('button', { name }))
const paste = async (text: string): Promise<void> =>
  void fireEvent.paste(await field('Paste a card'), { clipboardData: { getData: () => text } })

test('each network says who decides, how many may fail, and how far its chain is here', async () => {
  await open()
  const rows = within(await screen.findByRole('list', { name: 'Networks' })).getAllByRole('listitem')
  expect(rows[0]?.textContent).toMatch(/Noor’s network.*Active.*You alone decide · rounds of 500 ms.*38 blocks/)
  expect(rows[1]?.textContent).toMatch(/Rowing club.*3 validators, you among them · 1 may fail · rounds of 500 ms.*91 blocks/)
})

test('another one is used with one press, and the first is not active any more', async () => {
  const { world } = await open()
  await press('Use Rowing club')
  await waitFor(() => expect(world.scene.networks.map(({ active }) => active)).toEqual([false, true]))
  expect(await screen.findByRole('button', { name: 'Use Noor’s network' })).toBeTruthy()
})

test('what is active cannot be forgotten; another is, after what that means', async () => {
  const { world } = await open()
  await press('More about Noor’s network')
  const item = await screen.findByRole('menuitem', { name: /Forget this network/ })
  expect(item.getAttribute('aria-disabled')).toBe('true')
  fireEvent.keyDown(item, { key: 'Escape' })
  await press('More about Rowing club')
  fireEvent.click(await screen.findByRole('menuitem', { name: /With its chain on this device/ }))
  expect(await screen.findByText(/You are a validator of it/)).toBeTruthy()
  await press('Forget it')
  await waitFor(() => expect(world.scene.networks).toHaveLength(1))
})

test('a network is called otherwise, here', async () => {
  const { world } = await open()
  await press('More about Rowing club')
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Rename' }))
  await write('What you call it', 'Rowers')
  await press('Save name')
  await waitFor(() => expect(world.scene.networks[1]?.label).toBe('Rowers'))
})

test('a link is read before anything changes, and joined only then', async () => {
  const { world } = await open({ preview: { id: networkIdOf('new'), label: 'Allotments' } })
  await press('Join a network')
  await write('Link to a network', link)
  expect(await screen.findByText('Allotments')).toBeTruthy()
  expect(world.scene.networks).toHaveLength(2)
  await press('Join')
  await waitFor(() => expect(world.scene.networks.at(-1)).toMatchObject({ label: 'Allotments', active: true }))
})

test('it can be kept without being used', async () => {
  const { world } = await open({ preview: { id: networkIdOf('new'), label: 'Allotments' } })
  await press('Join a network')
  await write('Link to a network', link)
  fireEvent.click(await screen.findByRole('switch', { name: 'Make it the active network' }))
  await press('Join')
  await waitFor(() => expect(world.scene.networks.at(-1)).toMatchObject({ label: 'Allotments', active: false }))
})

test('what is wrong with a link is said in main’s words', async () => {
  await open({ preview: null })
  await press('Join a network')
  await write('Link to a network', link)
  expect(await screen.findByText(/This link is not whole/)).toBeTruthy()
  await write('Link to a network', 'https://example.org')
  expect(await screen.findByText(/This is no link to a network/)).toBeTruthy()
})

test('links of every kind lead to their dialog, wherever they are pasted', async () => {
  await open()
  act(() => useDialogs.getState().show('connect'))
  await write('Link or address', link)
  expect(await screen.findByRole('dialog', { name: 'Join a network' })).toBeTruthy()
  expect((await field('Link to a network')).value).toBe(link)
  await write('Link to a network', cardLink('Bea'))
  const making = await screen.findByRole('dialog', { name: 'Make a network' })
  expect(await within(making).findByText('Bea')).toBeTruthy()
})

test('a link pasted into the palette is looked at', async () => {
  await open()
  fireEvent.keyDown(window, { key: 'k', ctrlKey: true })
  fireEvent.change(await screen.findByRole('combobox', { name: 'Command palette' }), { target: { value: link } })
  fireEvent.click(await screen.findByRole('option', { name: /Look at this link/ }))
  expect(await screen.findByRole('dialog', { name: 'Join a network' })).toBeTruthy()
})

test('a link that the system opened leads to the same dialog', async () => {
  await open()
  await screen.findByRole('list', { name: 'Networks' })
  act(() => {
    window.dispatchEvent(new MessageEvent('message', { data: { type: 'latch:link', link }, source: window }))
  })
  expect(await screen.findByRole('dialog', { name: 'Join a network' })).toBeTruthy()
})

test('a network for oneself needs a name; its link is there at once', async () => {
  const { world } = await open()
  await press('Make a network')
  expect((await screen.findByRole<HTMLButtonElement>('button', { name: 'Make the network' })).disabled).toBe(true)
  await write('Name of the network', 'Harbour street')
  await press('Make the network')
  expect(await screen.findByRole('dialog', { name: 'Harbour street is ready' })).toBeTruthy()
  expect((await field('Link to the network')).value).toMatch(/^latch:\/\/network\//)
  expect(await screen.findByRole('img', { name: 'The link to the network as a QR code' })).toBeTruthy()
  expect(world.scene.networks.at(-1)).toMatchObject({ label: 'Harbour street', origin: 'made', active: true })
})

test('one of several is made of cards, with as many that may fail as an honest majority leaves', async () => {
  const { world } = await open()
  await press('Make a network')
  await write('Name of the network', 'Harbour street')
  fireEvent.click(await screen.findByRole('radio', { name: 'Several validators' }))
  await paste(`${cardLink('Bea')} ${cardLink('Tomasz')}`)
  expect(await screen.findByText('Tomasz')).toBeTruthy()
  expect(await screen.findByText(/1 of 3 may be off, hacked or lying/)).toBeTruthy()
  await press('Make the network')
  await waitFor(() => expect(world.scene.networks.at(-1)).toMatchObject({ faults: 1, roundMs: 500 }))
  expect(world.scene.networks.at(-1)?.validators).toHaveLength(3)
})

test('a card that is one’s own, known already or broken is not taken, and it is said why', async () => {
  await open()
  await press('Make a network')
  fireEvent.click(await screen.findByRole('radio', { name: 'Several validators' }))
  await paste(cardLink('me'))
  expect(await screen.findByText(/This is your own card/)).toBeTruthy()
  await paste(cardLink('Bea'))
  await paste(cardLink('Bea'))
  expect(await screen.findByText('Bea is in the list already.')).toBeTruthy()
  await paste('latch://validator/A')
  expect(await screen.findByText(/The signature of this card does not hold/)).toBeTruthy()
  await paste('a word')
  expect(await screen.findByText(/This is no card/)).toBeTruthy()
})

test('Esc loses neither the name nor the cards of a network that is being made', async () => {
  await open()
  await press('Make a network')
  await write('Name of the network', 'Harbour street')
  fireEvent.click(await screen.findByRole('radio', { name: 'Several validators' }))
  await paste(cardLink('Bea'))
  const making = await screen.findByRole('dialog')
  expect(await within(making).findByText('Bea')).toBeTruthy()
  fireEvent.keyDown(making, { key: 'Escape' })
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  await press('Make a network')
  expect((await field('Name of the network')).value).toBe('Harbour street')
  expect(await within(await screen.findByRole('dialog')).findByText('Bea')).toBeTruthy()
})

test('that another network is active is told wherever one is, once', async () => {
  const { world } = await open({}, paths.chats)
  await waitFor(() => expect(screen.queryByText(/Your active network is now/)).toBeNull())
  const used = { ...club, active: true }
  await screen.findByRole('heading', { name: 'Chats' })
  act(() => world.networks.tell({ event: 'network-changed', network: used }))
  expect(await screen.findByText('Your active network is now Rowing club')).toBeTruthy()
  await press('Dismiss')
  await waitFor(() => expect(screen.queryByText(/Your active network is now/)).toBeNull())
})
