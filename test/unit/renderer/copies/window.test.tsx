import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { GiB, KiB, MiB } from '../../../../src/shared/units.ts'
import { browseScene } from '../../../gallery/browse.ts'
import { shield, siteName, tab } from '../../../gallery/browse-parts.ts'
import { copyOf, noCopies, siteCidOf, type CopiesScene } from '../../../gallery/copies.ts'
import { person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  Reflect.deleteProperty(window, 'latch')
  forgetEverything()
})

const bea = siteName('bea.peer')
const newer = copyOf(bea, { latest: siteCidOf('newer') })

async function open(copies: Partial<CopiesScene>, scene: Partial<Scene> = {}): Promise<House> {
  house = openHouse({ people: [person('Bea')], copies: { ...noCopies, ...copies }, ...scene })
  showWindow(house, paths.copies)
  await screen.findByRole('heading', { level: 1, name: 'Kept copies' })
  return house
}

const press = async (name: string | RegExp): Promise<void> =>
  void fireEvent.click(await screen.findByRole('button', { name }))

test('without a copy the page says how one is kept', async () => {
  await open({})
  expect(await screen.findByText('No copies are kept here')).toBeTruthy()
})

test('a copy says whose it is, what it takes, how it stands, and what was given of it', async () => {
  await open({ copies: [copyOf(bea, { servedBytes: 3 * KiB })], diskBytes: 6 * MiB })
  const one = await screen.findByRole('article', { name: 'bea.peer' })
  for (const words of ['From Bea', 'The same as the owner’s', '3 KiB given since it was kept']) {
    expect(within(one).getByText(words)).toBeTruthy()
  }
  expect(one.textContent).toContain('52 files, 6 MiB · kept')
  expect(screen.getByText('1 copy takes 6 MiB on this disk.')).toBeTruthy()
  expect(within(one).queryByRole('button', { name: 'Update bea.peer' })).toBeNull()
})

test('one that is not given to others any more says that it stays here', async () => {
  const { world } = await open({ copies: [copyOf(bea)] })
  fireEvent.click(await screen.findByRole('switch', { name: 'Give it to others' }))
  expect(await screen.findByText('It stays with you')).toBeTruthy()
  expect(world.scene.copies.copies[0]?.isServed).toBe(false)
})

test('what its owner changed is shown by kind, and fetched when somebody says so', async () => {
  const changes = {
    changes: [
      { path: 'a.html', kind: 'added', bytes: 2 * KiB },
      { path: 'index.html', kind: 'changed', bytes: KiB },
    ] as const,
    added: 1,
    changed: 1,
    removed: 4,
    fetchBytes: 3 * KiB,
  }
  const { world } = await open({ copies: [newer], changes: { ...changes, changes: [...changes.changes] } })
  await press('What changed on bea.peer')
  const dialog = await screen.findByRole('dialog', { name: 'What changed on bea.peer' })
  expect(await within(dialog).findByText('Updating fetches 3 KiB.')).toBeTruthy()
  for (const kind of ['1 new file', '1 changed file', '4 removed files']) expect(within(dialog).getByText(kind)).toBeTruthy()
  expect(within(dialog).getByText('4 more are not named here.')).toBeTruthy()
  fireEvent.click(within(dialog).getByRole('button', { name: 'Update' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(world.scene.copies.copies[0]?.state.kind).toBe('fetching')
})

test('one on its way says how far it is, and is stopped and gone on with', async () => {
  const state = { kind: 'fetching', doneFiles: 3, doneBytes: 2 * MiB, bytesPerSecond: MiB, sources: 3 } as const
  await open({ copies: [copyOf(bea, { state })] })
  const bar = await screen.findByRole('progressbar', { name: 'Keeping bea.peer' })
  expect(bar.getAttribute('aria-valuetext')).toBe('2 MiB of 6 MiB · from 3 devices · 1 MiB a second · under a minute left')
  await press('Stop keeping bea.peer')
  expect(await screen.findByText('Stopped at 2 MiB of 6 MiB. You stopped it.')).toBeTruthy()
  await press('Go on keeping bea.peer')
  expect(await screen.findByRole('progressbar', { name: 'Keeping bea.peer' })).toBeTruthy()
})

test('where nobody has the rest, that is said in the words of copies', async () => {
  const state = { kind: 'stopped', why: 'The connection broke.', doneBytes: MiB } as const
  await open({ copies: [copyOf(bea, { state })] }, { failing: { 'copies.keep': 'UNREACHABLE' } })
  await press('Go on keeping bea.peer')
  expect(await screen.findByText('Nobody who has it can be reached now')).toBeTruthy()
})

test('it is removed only once that was meant', async () => {
  const { world } = await open({ copies: [copyOf(bea)] })
  await press('More about bea.peer')
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Remove this copy' }))
  const dialog = await screen.findByRole('dialog', { name: 'Remove the copy of bea.peer?' })
  expect(within(dialog).getByText('Up to 6 MiB become free.')).toBeTruthy()
  fireEvent.click(within(dialog).getByRole('button', { name: 'Remove' }))
  expect(await screen.findByText('No copies are kept here')).toBeTruthy()
  expect(world.scene.copies.copies).toEqual([])
})

/** From the page of a site, as the desktop's window shows it. */
async function keep(copies: Partial<CopiesScene>, scene: Partial<Scene> = {}): Promise<House> {
  Object.assign(window, { latch: { platform: 'linux' } })
  house = openHouse({
    people: [person('Bea')],
    browse: browseScene({ tabs: [tab('one', { shield: shield('bea.peer', 'Bea') })] }),
    copies: { ...noCopies, ...copies },
    ...scene,
  })
  showWindow(house, paths.browse)
  await press(/^Whose page this is/)
  await press(/^Keep a copy/)
  await screen.findByRole('dialog', { name: 'Keep a copy of bea.peer' })
  return house
}

test('before a site is kept it is said what that takes; then it comes, and goes on without the dialog', async () => {
  const { world } = await keep({ look: { bytes: 9 * MiB, hereBytes: 4 * MiB, holders: 3, freeBytes: 2 * GiB } })
  for (const words of ['52 files, 9 MiB', '4 MiB', '3 devices', '2 GiB']) expect(await screen.findByText(words)).toBeTruthy()
  await press('Keep 5 MiB')
  expect(await screen.findByText('You can close this; it goes on by itself.')).toBeTruthy()
  expect(world.scene.copies.copies[0]?.state.kind).toBe('fetching')
  act(() => world.copies.tell({ event: 'copy-changed', copy: copyOf(bea) }))
  expect(await screen.findByText('The copy is here, whole and checked.')).toBeTruthy()
})

test('a disk with too little room is not filled', async () => {
  await keep({ look: { bytes: 90 * GiB, freeBytes: 12 * GiB } })
  expect(await screen.findByText('This disk has too little room for it')).toBeTruthy()
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Keep 90 GiB' }).disabled).toBe(true)
})

test.each([
  ['CONFLICT', 'Its owner only shows it live'],
  ['UNREACHABLE', 'Nobody who has it can be reached now'],
] as const)('a site that cannot be kept says why: %s', async (code, words) => {
  await keep({}, { failing: { 'copies.look': code } })
  expect(await screen.findByText(words)).toBeTruthy()
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Keep it' }).disabled).toBe(true)
  expect(screen.queryByRole('button', { name: 'Try again' }) !== null).toBe(code === 'UNREACHABLE')
})
