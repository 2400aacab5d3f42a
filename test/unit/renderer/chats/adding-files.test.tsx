import { fireEvent, screen, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { conversation, messages, peer, person } from '../../../gallery/people.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const said = messages('Bea', [['them', 60_000, 'Send me the plans']])
let house: House | null = null

afterEach(() => {
  vi.unstubAllGlobals()
  house?.close()
  forgetEverything()
})

async function open(): Promise<void> {
  house = openHouse({ people: [person('Bea')], peers: [peer('Bea')], conversations: [conversation('Bea', said)], messages: said })
  showWindow(house, paths.chatWith(accountOf('Bea')))
  await screen.findByRole('log')
}

interface Thing {
  name: string
  isFolder?: boolean
}

function drop(things: readonly Thing[]): void {
  const items = things.map(({ name, isFolder = false }) => ({
    kind: 'file',
    getAsFile: () => new File(isFolder ? [] : ['x'], name),
    webkitGetAsEntry: () => ({ isDirectory: isFolder }),
  }))
  fireEvent.drop(screen.getByRole('log'), { dataTransfer: { types: ['Files'], items } })
}

const chipOf = async (name: string): Promise<HTMLElement> => {
  const list = await screen.findByRole('list', { name: 'Files that go with this message' })
  const chips = await within(list).findAllByRole('listitem')
  return chips.find((chip) => chip.textContent.includes(name)) ?? expect.fail(`no chip of ${name}`)
}

test('in the app a folder is dropped, and offered from where it lies', async () => {
  const pathOf = (file: File): Promise<string> => Promise.resolve(`/home/ada/${file.name}`)
  vi.stubGlobal('latch', { platform: 'linux', pathOf })
  await open()
  drop([{ name: 'plans', isFolder: true }, { name: 'notes.txt' }])
  expect(await within(await chipOf('plans')).findByText(/KiB|MiB|B$/)).toBeTruthy()
  expect(await within(await chipOf('notes.txt')).findByText(/ B$/)).toBeTruthy()
})

test('in a browser a folder cannot be read, and the chip says what can be done', async () => {
  await open()
  drop([{ name: 'plans', isFolder: true }])
  expect(await within(await chipOf('plans')).findByText(/^A browser gives no folders/)).toBeTruthy()
})

test('what a message has no place for is said, and nothing is left out in silence', async () => {
  await open()
  drop(Array.from({ length: 23 }, (_, number) => ({ name: `plan ${number}.txt` })))
  expect(await screen.findByText('A message takes 20 files. Send more as a folder.')).toBeTruthy()
  expect(within(screen.getByRole('list', { name: 'Files that go with this message' })).getAllByRole('listitem')).toHaveLength(21)
})
