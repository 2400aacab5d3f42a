import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { DAY, MINUTE } from '../../../../src/shared/units.ts'
import { conversation, messages, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
  window.location.hash = ''
})

const bea = messages('Bea', [['them', 9 * DAY, 'The boat house is locked.'], ['me', 2 * MINUTE, 'Which boat?']])
const tomasz = messages('Tomasz', [['them', DAY, 'Nothing about what floats.']])
const talks: Partial<Scene> = {
  people: [person('Bea'), person('Tomasz')],
  messages: [...bea, ...tomasz],
  conversations: [conversation('Bea', bea), conversation('Tomasz', tomasz)],
}

async function open(path: string = paths.search, scene: Partial<Scene> = {}): Promise<HTMLElement> {
  house = openHouse({ ...talks, ...scene })
  showWindow(house, path)
  return screen.findByRole('combobox', { name: 'Search messages' })
}

/** The first of what was found. */
const hit = async (): Promise<HTMLElement> => {
  const list = await screen.findByRole('listbox', { name: 'What was found' })
  const [first] = await within(list).findAllByRole('option')
  if (first === undefined) throw new Error('nothing was found')
  return first
}
const type = (field: HTMLElement, value: string): boolean => fireEvent.change(field, { target: { value } })

test('before anything is typed it says what it looks through, and one letter is too short', async () => {
  const field = await open()
  await screen.findByText('Find anything that was said')
  type(field, 'b')
  await screen.findByText('Go on typing')
})

test('what is found stands by day with its words marked, and Enter goes to the message that the arrow keys chose', async () => {
  const field = await open()
  type(field, 'boat')
  const hits = within(await screen.findByRole('listbox', { name: 'What was found' }))
  await waitFor(() => expect(hits.getAllByRole('option')).toHaveLength(2))
  expect(hits.getAllByText('boat').every(({ tagName }) => tagName === 'MARK')).toBe(true)
  fireEvent.keyDown(field, { key: 'ArrowDown' })
  const chosen = hits.getByRole('option', { selected: true })
  expect(chosen.textContent).toContain('The boat house is locked.')
  expect(field.getAttribute('aria-activedescendant')).toBe(chosen.id)
  fireEvent.keyDown(field, { key: 'Enter' })
  await waitFor(() => expect(window.location.hash).toContain(bea[0]?.id))
})

test('what led somewhere is offered again, until it is forgotten', async () => {
  const field = await open()
  type(field, 'floats')
  await hit()
  fireEvent.keyDown(field, { key: 'Enter' })
  window.location.hash = paths.search
  const last = within(await screen.findByRole('region', { name: 'Looked for last' }))
  fireEvent.click(last.getByRole('button', { name: 'floats' }))
  await hit()
  type(await screen.findByRole('combobox', { name: 'Search messages' }), '')
  fireEvent.click(await screen.findByRole('button', { name: 'Forget them' }))
  await screen.findByText('Find anything that was said')
})

test('what is narrowed down to nothing offers the way back', async () => {
  const field = await open(paths.searchOf('boat'))
  expect(field).toHaveProperty('value', 'boat')
  const from = screen.getByRole('combobox', { name: 'From' })
  await within(from).findByRole('option', { name: 'Tomasz' })
  fireEvent.change(from, { target: { value: person('Tomasz').account } })
  await screen.findByText('Nothing found')
  fireEvent.click(screen.getAllByRole('button', { name: 'Without filters' })[0] as HTMLElement)
  await waitFor(() => expect(screen.queryByText('Nothing found')).toBeNull())
  expect((await hit()).textContent).toContain('boat')
})

test('a search that failed can be tried again', async () => {
  const field = await open(paths.search, { failing: { 'search.find': 'INTERNAL' } })
  type(field, 'boat')
  const again = await screen.findByRole('button', { name: 'Try again' })
  if (house !== null) house.world.scene.failing = {}
  fireEvent.click(again)
  await waitFor(() => expect(within(screen.getByRole('listbox', { name: 'What was found' })).getAllByRole('option')).toHaveLength(2))
})
