import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { namesStore } from '../../../../src/renderer/features/names/store.ts'
import { useZoneDrafts } from '../../../../src/renderer/features/names/zone-drafts.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { MyName } from '../../../../src/shared/model/names.ts'
import { namesScene, type NamesScene } from '../../../gallery/names.ts'
import { at, myName, nameLabel, published, zoneOf } from '../../../gallery/names-parts.ts'
import { networkIdOf } from '../../../gallery/ids.ts'
import { me, person } from '../../../gallery/people.ts'
import { fullZone } from '../../../gallery/scenes/names.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

const noor = myName('noor', { zone: zoneOf('noor', fullZone) })
const page = paths.yourName(nameLabel('noor'))

async function open(names: Partial<NamesScene> = {}, more: Partial<Scene> = {}): Promise<House> {
  house = openHouse({ people: [person('Bea')], ...more, names: namesScene({ mine: [noor], ...names }) })
  showWindow(house, page)
  await screen.findByRole('heading', { level: 2, name: 'Where it points' })
  // What the window of the test before was still about to draw is no part of this one.
  const { mine } = house.world.scene.names
  await waitFor(() => expect([...namesStore.api.getState().state.mine.values()]).toEqual(mine))
  return house
}

const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>('button', { name })
const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await button(name))
const row = (name: string) => within(screen.getByRole('group', { name }))
const write = (name: string, label: string, value: string): void => {
  fireEvent.change(row(name).getByRole('textbox', { name: label }), { target: { value } })
}
const zoneOfScene = ({ world }: House): MyName['zone'] => world.scene.names.mine[0]?.zone ?? null

test('a zone stands in rows, each with the fields of its kind', async () => {
  await open()
  const groups = screen.getAllByRole('group', { name: /^Record/ })
  expect(groups).toHaveLength(6)
  expect(row('Record 4: Address').getByRole<HTMLInputElement>('textbox', { name: 'IP address' }).value).toBe('198.51.100.7')
  expect(row('Record 6: Delegate').getByRole<HTMLSelectElement>('combobox').selectedOptions[0]?.textContent).toBe('Bea')
  expect(screen.queryByRole('button', { name: 'Sign and publish' })).toBeNull()
})

test('a name that ended with its account says so, and offers nothing that could be done', async () => {
  const attention = 'noor.peer ended with your account on this ledger: nobody can renew it, and anybody may claim it in 29 days.'
  house = openHouse({ people: [person('Bea')], names: namesScene({ mine: [{ ...noor, attention, ended: true }] }) })
  showWindow(house, page)
  expect(await screen.findByText(attention)).toBeTruthy()
  for (const name of ['Renew', 'Tell others now', 'Sign and publish']) expect(screen.queryByRole('button', { name })).toBeNull()
  expect(screen.queryByRole('heading', { level: 2, name: 'Where it points' })).toBeNull()
})

test('what is changed is signed after the number that was edited, and how many hold it is said', async () => {
  const opened = await open()
  write('Record 3: Text', 'Text', 'Noor')
  expect(await screen.findByText('1 change, not signed yet')).toBeTruthy()
  await press('Sign and publish')
  expect(await screen.findByText('Signed, and held by 14 of 16 devices asked.')).toBeTruthy()
  expect(zoneOfScene(opened)?.records[2]).toEqual({ label: '@', kind: 'text', text: 'Noor' })
  expect(zoneOfScene(opened)?.seq).toBe(8)
})

test('what is discarded was never written', async () => {
  const opened = await open()
  write('Record 3: Text', 'Text', 'Noor')
  await press('Discard')
  expect(row('Record 3: Text').getByRole<HTMLInputElement>('textbox', { name: 'Text' }).value).toBe('Noor, at the desk by the window')
  expect(zoneOfScene(opened)?.seq).toBe(7)
})

test('what is written stays when one leaves the page, and comes back to it', async () => {
  await open()
  write('Record 3: Text', 'Text', 'Noor')
  act(() => {
    window.location.hash = `#${paths.lookUp}`
  })
  await screen.findByRole('textbox', { name: 'Name to look up' })
  act(() => {
    window.location.hash = `#${page}`
  })
  await screen.findByText('1 change, not signed yet')
  expect(row('Record 3: Text').getByRole<HTMLInputElement>('textbox', { name: 'Text' }).value).toBe('Noor')
})

test('what no record can be is said at its field, in the model’s own sentence, and nothing is signed', async () => {
  const opened = await open()
  write('Record 4: Address', 'IP address', '198.51.100')
  write('Record 4: Address', 'Label', 'WWW')
  expect(screen.queryByRole('alert')).toBeNull()
  await press('Sign and publish')
  expect(await screen.findByText('1 record cannot be signed as it is')).toBeTruthy()
  expect(row('Record 4: Address').getByText('An address is one of IPv4 or IPv6.')).toBeTruthy()
  expect(row('Record 4: Address').getByText('Labels are written in small letters.')).toBeTruthy()
  expect(zoneOfScene(opened)?.seq).toBe(7)
})

test('what is wrong with a field is said when one leaves it', async () => {
  await open()
  write('Record 5: Service', 'Port', 'http')
  expect(screen.queryByText('A port is a whole number.')).toBeNull()
  fireEvent.blur(row('Record 5: Service').getByRole('textbox', { name: 'Port' }))
  expect(await screen.findByText('A port is a whole number.')).toBeTruthy()
})

test('what the feature refuses is said at its record, and no longer once that is changed', async () => {
  const why = 'Record 2: There is one site at each label.'
  await open({ zoneSet: { outcome: 'refused', why, record: 1 } })
  write('Record 3: Text', 'Text', 'Noor')
  await press('Sign and publish')
  await waitFor(() => expect(row('Record 2: Site').getByText(why)).toBeTruthy())
  expect(screen.getByText('It was not signed. Nothing was changed.')).toBeTruthy()
  write('Record 2: Site', 'Label', 'www')
  await waitFor(() => expect(screen.queryByText(why)).toBeNull())
})

test('a record is added with what its kind has, this device first, and can be put back when it was removed', async () => {
  const opened = await open({ mine: [myName('noor', { zone: null, publication: null })] })
  await press('Point it to this device')
  const device = row('Record 1: Device')
  expect(device.getByRole<HTMLSelectElement>('combobox').selectedOptions[0]?.textContent).toBe('This device (Desk)')
  await press('Remove record 1')
  await waitFor(() => expect(screen.queryByRole('group', { name: 'Record 1: Device' })).toBeNull())
  await press('Point it to this device')
  await press('Sign and publish')
  await screen.findByText(/^Signed, and held/)
  expect(zoneOfScene(opened)?.records[0]).toMatchObject({ kind: 'peer', peerId: me.peerId })
})

test('one that was removed is put back where it was', async () => {
  await open()
  await press('Remove record 2')
  await waitFor(() => expect(screen.getAllByRole('group', { name: /^Record/ })).toHaveLength(5))
  await press('Put it back')
  expect(await screen.findByRole('group', { name: 'Record 2: Site' })).toBeTruthy()
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Sign and publish' })).toBeNull())
})

test('a zone that was changed elsewhere meanwhile is shown beside what was written, and neither is lost', async () => {
  const opened = await open()
  write('Record 3: Text', 'Text', 'Noor')
  const newer = zoneOf('noor', [{ label: at, kind: 'text', text: 'From the other device' }], { seq: 9 })
  opened.world.scene.names.mine = [{ ...noor, zone: newer }]
  act(() => opened.world.names.tell({ event: 'name-changed', name: { ...noor, zone: newer } }))
  expect(await screen.findByText('From the other device')).toBeTruthy()
  expect(screen.getByText('Changed elsewhere meanwhile: say which of the two counts')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Sign and publish' })).toBeNull()
  await press('Show both')
  expect(document.activeElement).toBe(await button('Keep mine'))
  expect(row('Record 3: Text').getByRole<HTMLInputElement>('textbox', { name: 'Text' }).value).toBe('Noor')
  await press('Keep mine')
  await press('Sign and publish')
  await screen.findByText(/^Signed, and held/)
  expect(zoneOfScene(opened)?.seq).toBe(10)
  expect(zoneOfScene(opened)?.records[2]).toEqual({ label: '@', kind: 'text', text: 'Noor' })
})

test('one can begin from the newer one instead', async () => {
  const opened = await open()
  write('Record 3: Text', 'Text', 'Noor')
  const newer = zoneOf('noor', [{ label: at, kind: 'text', text: 'From the other device' }], { seq: 9 })
  act(() => opened.world.names.tell({ event: 'name-changed', name: { ...noor, zone: newer } }))
  await press('Begin from the newer one')
  await waitFor(() => expect(screen.getAllByRole('group', { name: /^Record/ })).toHaveLength(1))
  expect(row('Record 1: Text').getByRole<HTMLInputElement>('textbox', { name: 'Text' }).value).toBe('From the other device')
})

test('a zone that was signed anew with the same records is no conflict', async () => {
  const opened = await open()
  write('Record 3: Text', 'Text', 'Noor')
  const again = { ...noor, zone: zoneOf('noor', fullZone, { seq: 12 }) }
  opened.world.scene.names.mine = [again]
  act(() => opened.world.names.tell({ event: 'name-changed', name: again }))
  await press('Sign and publish')
  await screen.findByText(/^Signed, and held/)
  expect(zoneOfScene(opened)?.seq).toBe(13)
})

test('a call that fails keeps what was written', async () => {
  await open({}, { failing: { 'names.setZone': 'BUSY' } })
  write('Record 3: Text', 'Text', 'Noor')
  await press('Sign and publish')
  expect(await screen.findByText(/What you wrote is kept/)).toBeTruthy()
  expect(row('Record 3: Text').getByRole<HTMLInputElement>('textbox', { name: 'Text' }).value).toBe('Noor')
})

test('what was signed in a network that one has left does not come into the other', async () => {
  const { world } = await open()
  const other = networkIdOf('elsewhere')
  const zone = zoneOf('noor', fullZone, { seq: 8 })
  const isThere = (): void => expect(namesStore.api.getState().state.network).toBe(other)
  // The network is switched while this is signed.
  Object.defineProperty(world.scene.names, 'zoneSet', {
    get: async () => {
      world.names.tell({ event: 'network-changed', snapshot: { ...namesScene(), network: other } })
      await waitFor(isThere)
      return { outcome: 'signed', zone, publication: published({ seq: 8 }) }
    },
  })
  write('Record 3: Text', 'Text', 'Noor')
  expect(useZoneDrafts.getState().drafts.size).toBe(1)
  await press('Sign and publish')
  await waitFor(() => expect(useZoneDrafts.getState().drafts.size).toBe(0))
  isThere()
  expect([...namesStore.api.getState().state.mine.keys()]).toEqual([])
})
