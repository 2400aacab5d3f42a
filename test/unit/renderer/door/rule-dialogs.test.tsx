import { configure, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { useRuleForms } from '../../../../src/renderer/features/door/rule-forms.ts'
import { anyMatch, type RulesRead } from '../../../../src/shared/model/door.ts'
import { accountOf, peerIdOf } from '../../../gallery/ids.ts'
import { person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
  useRuleForms.setState({ kept: new Map() })
})

function open(scene: Partial<Scene>): void {
  house = openHouse({ people: [person('Bea')], ...scene })
  showWindow(house, paths.doorSection('rules'))
}

const button = (name: string) => screen.findByRole('button', { name })
const labels = (): string[] => ['Called', 'At least', 'At most', 'Path', 'Times an hour'].filter((label) => screen.queryByRole('textbox', { name: label }))

test('a rule offers the conditions that what it is about can meet, and hides none that is said', async () => {
  open({})
  fireEvent.click(await button('Add a rule'))
  fireEvent.click(await screen.findByText('More conditions'))
  const about = (value: string): void => {
    fireEvent.change(screen.getByRole('combobox', { name: 'What' }), { target: { value } })
  }
  expect(labels()).toEqual(['Times an hour'])
  about('visit')
  expect(labels()).toEqual(['Called', 'Path', 'Times an hour'])
  about('file')
  expect(labels()).toEqual(['Called', 'At least', 'At most', 'Times an hour'])
  fireEvent.change(screen.getByRole('textbox', { name: 'Called' }), { target: { value: 'holiday.jpg' } })
  about('contact')
  expect(labels()).toEqual(['Called', 'Times an hour'])
  about('anything')
  expect(labels()).toEqual(['Called', 'At least', 'At most', 'Path', 'Times an hour'])
})

test('a rule for anything says that it lets nobody out to the web', async () => {
  open({})
  fireEvent.click(await button('Add a rule'))
  const what = await screen.findByRole('combobox', { name: 'What' })
  fireEvent.change(what, { target: { value: 'anything' } })
  const said = screen.getByText(/^Out to the web .* nobody is let by it/)
  expect(what.getAttribute('aria-describedby')).toContain(said.id)
  fireEvent.change(what, { target: { value: 'exit' } })
  expect(screen.queryByText(/^Out to the web/)).toBeNull()
})

test('a file that is too large takes the place of the one that was read before it', async () => {
  const rulesRead: RulesRead = {
    signedBy: { peerId: peerIdOf('Bea'), account: accountOf('Bea'), who: 'contact' },
    madeMs: 1,
    rules: [
      {
        draft: { who: { kind: 'contact' }, capability: 'file', match: anyMatch, verdict: 'allow', until: { kind: 'forever' }, priority: 0, note: '' },
        state: 'new',
      },
    ],
  }
  open({ rulesRead })
  fireEvent.click(await button('Export and import'))
  fireEvent.click(await screen.findByRole('menuitem', { name: /^Import rules/ }))
  const paste = await screen.findByRole('textbox', { name: 'Or paste it here' })
  fireEvent.change(paste, { target: { value: '{}' } })
  expect((await button('Take 1 rule')).hasAttribute('disabled')).toBe(false)
  const huge = new File(['x'.repeat(1_048_577)], 'huge.json')
  const input = document.querySelector('input[type=file]')
  if (input === null) throw new Error('there is nothing to choose a file with')
  fireEvent.change(input, { target: { files: [huge] } })
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('larger than 1 MiB'))
  expect(screen.queryByRole('button', { name: 'Take 1 rule' })).toBeNull()
  expect((await button('Take the rules')).hasAttribute('disabled')).toBe(true)
})
