import { act, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FloatingKnocks } from '../../../../src/renderer/features/door/FloatingKnocks.tsx'
import { closedDoor } from '../../../../src/renderer/features/door/state.ts'
import { doorStore } from '../../../../src/renderer/features/door/store.ts'
import { INERT_MS } from '../../../../src/renderer/features/door/use-deliberate.ts'
import { settingsStore } from '../../../../src/renderer/features/settings/store.ts'
import type { Decision, Knock } from '../../../../src/shared/model/door.ts'
import { defaultSettings } from '../../../../src/shared/model/settings.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { knock } from '../../../gallery/people.ts'
import { decision } from '../../../gallery/door-parts.ts'
import { forgetEverything, openHouse, show, type House } from '../helpers/window.tsx'

let house: House
let answers: unknown[]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  window.location.hash = '#/chats'
  answers = []
  house = openHouse()
  const { client } = house.bridge
  const answer = async (input: unknown) => {
    answers.push(input)
    return marisol()
  }
  house = { ...house, bridge: { ...house.bridge, client: { ...client, door: { ...client.door, answer } } } }
})

afterEach(() => {
  house.close()
  forgetEverything()
  vi.useRealTimers()
})

const marisol = (changes: Partial<Knock> = {}): Knock =>
  knock('Marisol', { receivedMs: Date.now() - 1_000, untilMs: Date.now() + 59_000, ...changes })
const pass = (ms: number): Promise<void> => act(() => vi.advanceTimersByTimeAsync(ms).then(() => {}))
const button = (name: string): HTMLElement => screen.getByRole('button', { name })

function stand(knocks: readonly Knock[], decisions: readonly Decision[] = []): void {
  const state = { ...closedDoor, knocks: new Map(knocks.map((one) => [one.id, one])), decisions }
  act(() => doorStore.api.setState({ freshness: 'live', state }))
}

/** The card is armed, the chooser open, and not yet long enough. */
async function choose(): Promise<HTMLElement> {
  show(house, <FloatingKnocks />)
  stand([marisol()])
  await pass(INERT_MS)
  fireEvent.click(button('Other answers'))
  await pass(0)
  return screen.getByRole('dialog', { name: 'Other answers to Marisol' })
}

test('the chooser does not open before the card may be answered', async () => {
  show(house, <FloatingKnocks />)
  stand([marisol()])
  await pass(INERT_MS - 1)
  fireEvent.click(button('Other answers'))
  await pass(0)
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('its button does nothing for the first 700 ms, nor for 700 ms after the verdict changed', async () => {
  const chooser = within(await choose())
  await pass(INERT_MS - 1)
  fireEvent.click(button('Allow for 1 hour'))
  expect(answers).toEqual([])
  fireEvent.click(chooser.getByRole('radio', { name: 'Deny' }))
  await pass(INERT_MS - 1)
  fireEvent.click(button('Deny once'))
  expect(answers).toEqual([])
  await pass(1)
  fireEvent.click(button('Deny once'))
  await pass(0)
  expect(answers).toEqual([{ id: marisol().id, answer: { verdict: 'deny', until: 'once' } }])
})

test('Enter gives no answer, neither on its button nor in its fields', async () => {
  const chooser = within(await choose())
  fireEvent.click(chooser.getByRole('radio', { name: 'Block' }))
  await pass(5_000)
  for (const target of [button('Block them'), chooser.getByRole('textbox', { name: 'Note for your own log' })]) {
    target.focus()
    await pass(INERT_MS)
    const goesOn = fireEvent.keyDown(target, { key: 'Enter' })
    if (goesOn && target.tagName === 'BUTTON') fireEvent.click(target, { detail: 0 })
  }
  expect(answers).toEqual([])
})

test('what is chosen is what is said, and what is answered', async () => {
  const chooser = within(await choose())
  expect(chooser.getByText(/^Marisol may chat with you until /)).toBeTruthy()
  fireEvent.click(chooser.getByRole('radio', { name: 'Always' }))
  fireEvent.click(chooser.getByRole('radio', { name: 'Everything from them' }))
  fireEvent.click(chooser.getByRole('switch', { name: 'And tell me' }))
  expect(
    chooser.getByText('Marisol may come in for anything until you change the rule; you will be told each time.'),
  ).toBeTruthy()
  await pass(INERT_MS)
  fireEvent.click(button('Allow always'))
  await pass(0)
  const answer = { verdict: 'allow', until: 'forever', scope: 'everything', tell: true }
  expect(answers).toEqual([{ id: marisol().id, answer }])
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('a knock that comes or goes makes its button inert again', async () => {
  await choose()
  await pass(INERT_MS)
  stand([marisol(), knock('Jo', { receivedMs: Date.now(), untilMs: Date.now() + 60_000 })])
  fireEvent.click(button('Allow for 1 hour'))
  expect(answers).toEqual([])
  await pass(INERT_MS)
  fireEvent.click(button('Allow for 1 hour'))
  await pass(0)
  expect(answers).toHaveLength(1)
})

test('a note that was begun is there again when the chooser is closed and opened', async () => {
  const chooser = within(await choose())
  fireEvent.click(chooser.getByRole('radio', { name: 'Block' }))
  fireEvent.change(chooser.getByRole('textbox', { name: 'Note for your own log' }), { target: { value: 'Third time' } })
  fireEvent.click(button('Other answers'))
  await pass(500)
  expect(screen.queryByRole('dialog')).toBeNull()
  fireEvent.click(button('Other answers'))
  await pass(INERT_MS)
  fireEvent.click(button('Block them'))
  await pass(0)
  expect(answers).toEqual([{ id: marisol().id, answer: { verdict: 'block', note: 'Third time' } }])
})

test('who is denied is said to hear of it only where this door tells refusals', async () => {
  show(house, <FloatingKnocks />)
  stand([marisol()])
  expect(screen.getByText('Once. They are told.')).toBeTruthy()
  act(() => settingsStore.api.setState({ freshness: 'live', state: { ...defaultSettings, tellKnockers: 'yes' } }))
  expect(screen.getByText('Once. They are not told.')).toBeTruthy()
})

test('a quiet knock is neither shown over other screens nor announced', () => {
  show(house, <FloatingKnocks />)
  stand([marisol({ quiet: true })])
  expect(screen.queryByRole('region', { name: 'Knock of Marisol' })).toBeNull()
  expect(screen.queryByText(/knocks and wants/)).toBeNull()
})

test('who comes in by a rule that tells is a quiet line that goes by itself', async () => {
  show(house, <FloatingKnocks />)
  const came = decision(9, { account: accountOf('Bea'), capability: 'file', verdict: 'allow-and-tell', atMs: Date.now() })
  stand([], [came])
  const line = screen.getByText('Unknown person came in: a file, by your rule.')
  expect(line.closest('output')).toBeTruthy()
  expect(screen.queryByRole('button')).toBeNull()
  await pass(9_000)
  expect(screen.queryByText(/came in/)).toBeNull()
})
