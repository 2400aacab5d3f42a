import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import { placeOf } from '../../../../src/renderer/features/network/measured.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { NatKind } from '../../../../src/shared/model/reach.ts'
import { REACH_PLACES } from '../../../../src/shared/reach-table.ts'
import { measuredPairs } from '../../../gallery/measured.ts'
import { connectivity } from '../../../gallery/network.ts'
import type { Scene } from '../../../gallery/world.ts'
import { KINDS } from '../../../lab/kinds.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  house = null
  forgetEverything()
})

function open(scene: Partial<Scene>, path: string = paths.measured): void {
  house = openHouse({ measured: measuredPairs, ...scene })
  showWindow(house, path)
}

const behind = (kind: NatKind, upnp: 'none' | 'mapped' = 'none') => {
  const { nat } = connectivity()
  return connectivity({ nat: { ...nat, kind }, upnp: { state: upnp, address: null } })
}

test('the places of the table are those of the lab', () => {
  expect(REACH_PLACES).toEqual(KINDS)
})

test('a device stands where its NAT says, unless its router gave it a port', () => {
  expect(placeOf(behind('open'))).toBe('public')
  expect(placeOf(behind('symmetric'))).toBe('symmetric')
  expect(placeOf(behind('symmetric', 'mapped'))).toBe('upnp')
  expect(placeOf(behind('open', 'mapped'))).toBe('public')
  expect(placeOf(behind('unknown', 'mapped'))).toBeNull()
})

test('the page is found at this device', async () => {
  open({ connectivity: behind('symmetric') }, paths.thisDevice)
  fireEvent.click(await screen.findByRole('link', { name: 'Which networks reach which, measured' }))
  expect(await screen.findByRole('heading', { name: 'Which networks reach which', level: 1 })).toBeTruthy()
  expect(screen.getByRole('link', { name: 'This device' }).getAttribute('aria-current')).toBe('page')
})

test('without a table it says so, and names nothing it does not know', async () => {
  open({ measured: [] })
  expect(await screen.findByRole('heading', { name: 'Not measured yet' })).toBeTruthy()
  expect(screen.queryByRole('table')).toBeNull()
})

describe('the matrix', () => {
  const cell = (name: RegExp): HTMLElement => screen.getByRole('button', { name })

  test('says for each pair over which way and how fast, in words', async () => {
    open({ connectivity: behind('symmetric') })
    await screen.findByText('This device stands here: Symmetric.')
    expect(cell(/^Symmetric and Only port 443: Through a relay\. Connected after \d+ ms/).textContent).toBe('R')
    expect(cell(/^Full cone and Symmetric: Direct, over WebRTC\..*direct after 1\.\d s/).textContent).toBe('W')
    expect(cell(/^Public address and No UDP: Direct, over TCP\./).textContent).toBe('T')
  })

  test('is one stop of the Tab key, where this device stands, and the arrow keys go on from there', async () => {
    open({ connectivity: behind('symmetric') })
    await screen.findByText('This device stands here: Symmetric.')
    const stops = (): Element[] => [...screen.getByRole('table').querySelectorAll('button[tabindex="0"]')]
    const [stop] = stops()
    expect(stops()).toHaveLength(1)
    expect(stop).toBe(cell(/^Symmetric and Public address/))
    cell(/^Symmetric and Public address/).focus()
    fireEvent.keyDown(cell(/^Symmetric and Public address/), { key: 'ArrowRight' })
    await waitFor(() => expect(document.activeElement).toBe(cell(/^Symmetric and Port from the router/)))
    fireEvent.keyDown(cell(/^Symmetric and Port from the router/), { key: 'ArrowDown' })
    await waitFor(() => expect(stops()).toEqual([cell(/^No UDP and Port from the router/)]))
    expect(screen.getByText(/^No UDP and Port from the router: Direct, over TCP/)).toBeTruthy()
  })

  test('has a sign for what was not measured', async () => {
    open({ measured: measuredPairs.slice(0, 1) })
    const unmeasured = await screen.findByRole('button', { name: 'Long way and Long way: Not measured' })
    expect(unmeasured.textContent).toBe('–')
  })
})

test('where there is no room for the matrix, it is a list for one place, which can be changed', async () => {
  open({ connectivity: behind('symmetric') })
  await screen.findByText('This device stands here: Symmetric.')
  const from = screen.getByRole<HTMLSelectElement>('combobox', { name: 'From' })
  expect(from.value).toBe('symmetric')
  const row = (place: string): HTMLElement => {
    const item = screen.getAllByText(place, { selector: 'li span' }).map((found) => found.closest('li')).find((found) => found !== null)
    if (item == null) throw new Error(`${place} stands in no list`)
    return item
  }
  expect(within(row('Port-restricted')).getByText('Through a relay')).toBeTruthy()
  fireEvent.change(from, { target: { value: 'public' } })
  expect(within(row('Port-restricted')).getByText('Direct, over TCP')).toBeTruthy()
})
