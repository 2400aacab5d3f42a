import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { exampleOf } from '../../../../src/renderer/features/settings/TokenDialog.tsx'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { app } from '../../../gallery/apps.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null
let copied: string[]

beforeEach(() => {
  copied = []
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void copied.push(text))
})

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function open(changes: Partial<Scene> = {}): Promise<House> {
  house = openHouse(changes)
  showWindow(house, paths.settingsSection('programs'))
  await screen.findByRole('heading', { name: 'Your programs', level: 2 })
  return house
}
const todo = app('todo', { title: 'Shared list', isConnected: true, lastSeenMs: Date.now() })
const chess = app('chess.example', { lastSeenMs: Date.now() - 10 * 60_000 })
const type = (dialog: HTMLElement, name: string, value: string): void =>
  void fireEvent.change(within(dialog).getByRole('textbox', { name }), { target: { value } })
const press = (inside: HTMLElement, name: string): void =>
  void fireEvent.click(within(inside).getByRole('button', { name }))
const choose = async (of: string, item: RegExp): Promise<void> => {
  fireEvent.click(await screen.findByRole('button', { name: `More about ${of}` }))
  fireEvent.click(await screen.findByRole('menuitem', { name: item }))
}

test('programs are listed with their id, and whether they are there', async () => {
  const { world } = await open({ apps: [todo, chess, app('new')] })
  const rows = (await within(await screen.findByRole('list', { name: 'Your programs' })).findAllByRole('listitem')).map(
    (row) => row.textContent,
  )
  expect(rows).toEqual([
    expect.stringMatching(/^chess\.exampleapp:chess\.exampleNot connected · seen \d+ min ago/),
    expect.stringMatching(/^newapp:newNever connected/),
    expect.stringMatching(/^Shared listapp:todoConnected/),
  ])
  act(() => world.apps.tell({ event: 'app-changed', app: { ...todo, isConnected: false } }))
  await waitFor(() => expect(screen.getAllByText(/^Not connected/)).toHaveLength(2))
})

test('a program is added by its id, and its token is told once, to be copied', async () => {
  const { world } = await open()
  expect(await screen.findByText('No programs yet')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Add a program' }))
  const dialog = await screen.findByRole('dialog', { name: 'Add a program' })
  expect(within(dialog).getByRole('button', { name: 'Add and tell the token' }).hasAttribute('disabled')).toBe(true)
  type(dialog, 'Id', 'Todo!')
  expect(within(dialog).getByRole('alert').textContent).toContain('1 to 63 of a–z')
  type(dialog, 'Id', 'todo')
  type(dialog, 'What you call it', 'Shared list')
  press(dialog, 'Add and tell the token')

  const told = await screen.findByRole('dialog', { name: 'The token of Shared list' })
  expect(world.scene.apps).toMatchObject([{ id: 'todo', title: 'Shared list' }])
  const token = within(told).getByRole('status').textContent ?? ''
  expect(token).toMatch(/^\w{32}$/)
  expect(told.textContent).toContain(`TOKEN=${token}`)
  expect(told.textContent).toContain('http://127.0.0.1:41337/api/app/requests')
  press(told, 'Copy the token')
  await waitFor(() => expect(copied).toEqual([token]))
  press(told, 'Done')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(await screen.findByText('app:todo')).toBeTruthy()
  expect(document.body.textContent).not.toContain(token)
})

test('a token that was not copied is not lost by one key', async () => {
  await open({ apps: [todo] })
  await choose('Shared list', /^Make a new token/)
  const asked = await screen.findByRole('dialog', { name: 'A new token for Shared list' })
  expect(asked.textContent).toContain('cut off')
  press(asked, 'Make a new token')
  const told = await screen.findByRole('dialog', { name: 'The token of Shared list' })
  fireEvent.keyDown(told, { key: 'Escape' })
  expect(await within(told).findByText('The token was not copied')).toBeTruthy()
  press(told, 'Close all the same')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('a program is removed after what ends with it was said', async () => {
  const { world } = await open({ apps: [todo, chess] })
  await choose('Shared list', /^Remove this program/)
  const dialog = await screen.findByRole('dialog', { name: 'Remove Shared list' })
  expect(dialog.textContent).toContain('Whoever asks for app:todo hears that no such program runs here.')
  press(dialog, 'Remove this program')
  await waitFor(() => expect(world.scene.apps.map(({ id }) => id)).toEqual(['chess.example']))
  await waitFor(() => expect(screen.queryByText('app:todo')).toBeNull())
})

test('an id that is taken is said, and what was typed stays', async () => {
  await open({ apps: [todo] })
  fireEvent.click(await screen.findByRole('button', { name: 'Add a program' }))
  const dialog = await screen.findByRole('dialog', { name: 'Add a program' })
  type(dialog, 'Id', 'todo')
  press(dialog, 'Add and tell the token')
  expect((await within(dialog).findByRole('alert')).textContent).toContain('There is a program of that id already.')
  expect(within(dialog).getByRole<HTMLInputElement>('textbox', { name: 'Id' }).value).toBe('todo')
  type(dialog, 'Id', 'todo2')
  expect(within(dialog).queryByRole('alert')).toBeNull()
})

test('the example does without an address where the node serves none', () => {
  expect(exampleOf('t0ken', null)).toBe(
    'TOKEN=t0ken\ncurl -N -H "Authorization: Bearer $TOKEN" http://127.0.0.1:PORT/api/app/requests',
  )
})
