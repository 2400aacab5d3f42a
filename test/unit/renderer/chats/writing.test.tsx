import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { defaultSettings } from '../../../../src/shared/model/settings.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { conversation, messages, peer, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const said = messages('Bea', [['them', 60_000, 'Bring the ladder.']])
const scene: Partial<Scene> = { people: [person('Bea')], peers: [peer('Bea')], conversations: [conversation('Bea', said)], messages: said }

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

function open(changes: Partial<Scene> = {}, path: string = paths.chatWith(accountOf('Bea'))): House {
  house = openHouse({ ...scene, ...changes })
  showWindow(house, path)
  return house
}

const field = (): Promise<HTMLTextAreaElement> => screen.findByRole<HTMLTextAreaElement>('textbox', { name: /^Message to/ })

test('Enter sends, and Shift and Enter makes a new line', async () => {
  const { world } = open()
  const text = await field()
  fireEvent.change(text, { target: { value: 'I have it' } })
  expect(fireEvent.keyDown(text, { key: 'Enter', shiftKey: true })).toBe(true)
  expect(fireEvent.keyDown(text, { key: 'Enter' })).toBe(false)
  await waitFor(() => expect(world.scene.messages.at(-1)?.text).toBe('I have it'))
})

test('where it was chosen Enter makes a new line, and Ctrl and Enter sends', async () => {
  const { world } = open({ settings: { ...defaultSettings, enterSends: false } })
  await screen.findByRole('log')
  const text = await field()
  fireEvent.change(text, { target: { value: 'first' } })
  expect(fireEvent.keyDown(text, { key: 'Enter' })).toBe(true)
  expect(text.value).toBe('first')
  expect(fireEvent.keyDown(text, { key: 'Enter', ctrlKey: true })).toBe(false)
  await waitFor(() => expect(world.scene.messages.at(-1)?.text).toBe('first'))
})

test('what Enter does is chosen in Settings, and the sheet of keys says so', async () => {
  const { world } = open({}, paths.settingsSection('messages'))
  fireEvent.click(await screen.findByRole('radio', { name: /It begins a new line/ }))
  await waitFor(() => expect(world.scene.settings.enterSends).toBe(false))
  fireEvent.keyDown(document.body, { key: '?' })
  const sheet = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })
  expect(await within(sheet).findByText('Ctrl+Enter')).toBeTruthy()
  expect(within(sheet).getByText('In the empty field: change what you said last')).toBeTruthy()
})

test('search and a new group begin in the header of the list, and by their keys', async () => {
  open()
  fireEvent.click(await screen.findByRole('button', { name: 'New group' }))
  expect(await screen.findByRole('dialog', { name: 'New group' })).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Close' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  fireEvent.click(await screen.findByRole('button', { name: 'Search messages' }))
  await waitFor(() => expect(window.location.hash).toBe(`#${paths.search}`))
  fireEvent.keyDown(document.body, { key: 'G', ctrlKey: true, shiftKey: true })
  expect(await screen.findByRole('dialog', { name: 'New group' })).toBeTruthy()
})
