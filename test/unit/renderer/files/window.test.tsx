import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Transfer } from '../../../../src/shared/model/files.ts'
import { KiB, MiB } from '../../../../src/shared/units.ts'
import { noFiles, offerOf, transferOf } from '../../../gallery/files.ts'
import { person } from '../../../gallery/people.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function open(transfers: Transfer[]): Promise<House> {
  house = openHouse({ people: [person('Bea')], files: { ...noFiles, transfers } })
  showWindow(house, paths.transfers)
  await screen.findByRole('heading', { level: 1, name: 'Files' })
  return house
}

const running = transferOf('Bea', offerOf('film.mkv', { bytes: 8 * MiB }), {
  state: 'running',
  doneBytes: 2 * MiB,
  bytesPerSecond: 512 * KiB,
  routes: ['direct'],
  path: null,
  endedMs: null,
})

test('without a file the page says how one comes', async () => {
  await open([])
  await screen.findByText('No files yet')
})

test('a file under way says how far it is and how long it takes, and can be paused and go on', async () => {
  const { world } = await open([running])
  const one = await screen.findByRole('article', { name: 'film.mkv' })
  expect(one.textContent).toContain('2 MiB of 8 MiB')
  expect(one.textContent).toContain('512 KiB a second')
  expect(within(one).getByRole('progressbar')).toHaveProperty('value', 0.25)
  fireEvent.click(within(one).getByRole('button', { name: 'Pause: film.mkv' }))
  await waitFor(() => expect(world.scene.files.transfers[0]?.state).toBe('paused'))
  fireEvent.click(await screen.findByRole('button', { name: 'Go on: film.mkv' }))
  await waitFor(() => expect(world.scene.files.transfers[0]?.state).toBe('running'))
})

test('the filters tell apart what moves, what waits and what is over', async () => {
  await open([running, transferOf('Bea', offerOf('old.zip'))])
  await screen.findByRole('article', { name: 'old.zip' })
  fireEvent.click(screen.getByRole('radio', { name: 'Under way' }))
  await waitFor(() => expect(screen.queryByRole('article', { name: 'old.zip' })).toBeNull())
  fireEvent.click(screen.getByRole('radio', { name: 'Waiting' }))
  await screen.findByText(/Nothing waits/)
})

test('in a browser no file is shown in its folder, and where it lies can be copied', async () => {
  await open([transferOf('Bea', offerOf('rota.ods'))])
  const one = within(await screen.findByRole('article', { name: 'rota.ods' }))
  expect(one.queryByRole('button', { name: /Show in folder/ })).toBeNull()
  fireEvent.click(one.getByRole('button', { name: 'More about rota.ods' }))
  await screen.findByRole('menuitem', { name: 'Copy where it lies' })
})
