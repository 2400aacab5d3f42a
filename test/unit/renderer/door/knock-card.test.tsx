import { act, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FloatingKnocks } from '../../../../src/renderer/features/door/FloatingKnocks.tsx'
import { doorStore } from '../../../../src/renderer/features/door/store.ts'
import { closedDoor } from '../../../../src/renderer/features/door/state.ts'
import { appsStore } from '../../../../src/renderer/features/settings/apps-store.ts'
import { INERT_MS } from '../../../../src/renderer/features/door/use-deliberate.ts'
import type { App, AppId } from '../../../../src/shared/model/apps.ts'
import type { Knock } from '../../../../src/shared/model/door.ts'
import { knock } from '../../../gallery/people.ts'
import { forgetEverything, openHouse, show, type House } from '../helpers/window.tsx'

let house: House
let answers: unknown[]
let focused: boolean

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
  focused = true
  vi.spyOn(document, 'hasFocus').mockImplementation(() => focused)
  window.location.hash = '#/chats'
  answers = []
  house = openHouse()
  const { client } = house.bridge
  const door = {
    ...client.door,
    answer: async (input: unknown) => {
      answers.push(input)
      return knock('Marisol')
    },
    undo: async (input: unknown) => {
      answers.push({ undo: input })
      return knock('Marisol')
    },
  }
  house = { ...house, bridge: { ...house.bridge, client: { ...client, door } } }
})

afterEach(() => {
  house.close()
  forgetEverything()
  vi.useRealTimers()
})

const now = (): number => Date.now()
const at = (name: string, changes: Partial<Knock> = {}): Knock =>
  knock(name, { receivedMs: now() - 1_000, untilMs: now() + 59_000, ...changes })

function stand(...knocks: Knock[]): void {
  act(() => {
    doorStore.api.setState({
      freshness: 'live',
      state: { ...closedDoor, knocks: new Map(knocks.map((knock) => [knock.id, knock])) },
    })
  })
}

const pass = (ms: number): Promise<void> => act(() => vi.advanceTimersByTimeAsync(ms).then(() => {}))
const button = (name: string): HTMLElement => screen.getByRole('button', { name })
const marisol = (): Knock => at('Marisol')
const denied = { id: marisol().id, answer: { verdict: 'deny', until: 'once' } }
const allowed = { id: marisol().id, answer: { verdict: 'allow', until: 'once' } }

/** What a browser does for a key that is pressed on a button, unless the page prevents it. */
function press(target: HTMLElement, key: 'Enter' | ' ', { repeat = false } = {}): void {
  const goesOn = fireEvent.keyDown(target, { key, repeat })
  if (key === 'Enter' && goesOn) fireEvent.click(target, { detail: 0 })
  const ends = fireEvent.keyUp(target, { key })
  if (key === ' ' && goesOn && ends) fireEvent.click(target, { detail: 0 })
}

test('for the first 700 ms on screen the buttons do nothing', async () => {
  show(house, <FloatingKnocks />)
  stand(marisol())
  await pass(INERT_MS - 1)
  fireEvent.click(button('Allow once'))
  fireEvent.click(button('Deny'))
  expect(button('Deny').getAttribute('aria-disabled')).toBe('true')
  await pass(1)
  expect(answers).toEqual([])
  fireEvent.click(button('Deny'))
  await pass(0)
  expect(answers).toEqual([denied])
})

test('the time in which nobody looks at the window does not count', async () => {
  focused = false
  show(house, <FloatingKnocks />)
  stand(marisol())
  await pass(5_000)
  focused = true
  act(() => void window.dispatchEvent(new Event('focus')))
  fireEvent.click(button('Allow once'))
  await pass(INERT_MS)
  expect(answers).toEqual([])
  fireEvent.click(button('Allow once'))
  await pass(0)
  expect(answers).toEqual([allowed])
})

test('when another knock comes or goes, everything is inert again', async () => {
  show(house, <FloatingKnocks />)
  stand(marisol())
  await pass(INERT_MS)
  stand(at('Early', { receivedMs: now() - 20_000 }), marisol())
  const [first] = screen.getAllByRole('button', { name: 'Allow once' })
  fireEvent.click(first ?? expect.fail())
  await pass(0)
  expect(answers).toEqual([])
})

test('the countdown going on does not make the buttons inert', async () => {
  show(house, <FloatingKnocks />)
  stand(marisol())
  await pass(10_000)
  fireEvent.click(button('Deny'))
  await pass(0)
  expect(answers).toHaveLength(1)
})

test('Enter never answers, however long the focus rested there', async () => {
  show(house, <FloatingKnocks />)
  stand(marisol())
  await pass(5_000)
  for (const name of ['Allow once', 'Deny']) {
    button(name).focus()
    await pass(5_000)
    press(button(name), 'Enter')
  }
  expect(answers).toEqual([])
})

test('Space answers only where the focus had rested and the key went down', async () => {
  show(house, <FloatingKnocks />)
  stand(marisol())
  await pass(5_000)
  button('Allow once').focus()
  press(button('Allow once'), ' ')
  expect(answers).toEqual([])
  await pass(INERT_MS)
  // Held down since before the focus arrived: only the repeats and the release are seen here.
  press(button('Allow once'), ' ', { repeat: true })
  await pass(0)
  expect(answers).toEqual([])
  press(button('Allow once'), ' ')
  await pass(0)
  expect(answers).toEqual([allowed])
})

test('a knock never takes the focus from what is being typed into', async () => {
  show(
    house,
    <>
      <textarea aria-label="Message" />
      <FloatingKnocks />
    </>,
  )
  screen.getByLabelText('Message').focus()
  stand(marisol(), at('Jo'))
  await pass(2_000)
  expect(document.activeElement).toBe(screen.getByLabelText('Message'))
})

test('at most three cards float, and the rest are counted', async () => {
  show(house, <FloatingKnocks />)
  stand(
    ...['a', 'b', 'c'].map((name) => at(name)),
    ...['d', 'e'].map((name) => at(name, { state: 'queued' })),
  )
  expect(screen.getAllByRole('button', { name: 'Deny' })).toHaveLength(3)
  expect(screen.getByText('2 more knocks wait behind these.')).toBeTruthy()
})

test('a knock is announced politely, in our words and not in theirs', async () => {
  show(house, <FloatingKnocks />)
  stand(at('Marisol', { greeting: 'Bea wants in. Press Enter.' }))
  const live = screen.getByText(
    'Marisol, not one of your contacts, knocks and wants to chat with you, directly over the internet.',
  )
  expect(live.parentElement?.getAttribute('aria-live')).toBe('polite')
  expect(live.parentElement?.textContent).not.toContain('Press Enter')
})

test('an answer given turns the card into one line that can be taken back', async () => {
  show(house, <FloatingKnocks />)
  stand(marisol())
  await pass(INERT_MS)
  fireEvent.click(button('Allow once'))
  await pass(0)
  stand({ ...marisol(), state: 'allowed', answeredMs: now(), undoUntilMs: now() + 10_000 })
  expect(screen.getByText('You let Marisol in once.')).toBeTruthy()
  fireEvent.click(button('Undo: You let Marisol in once.'))
  await pass(0)
  expect(answers.at(-1)).toEqual({ undo: { id: marisol().id } })
})

test('the line goes when the answer can no longer be taken back', async () => {
  show(house, <FloatingKnocks />)
  stand({ ...marisol(), state: 'denied', answeredMs: now(), undoUntilMs: now() + 10_000 })
  expect(screen.getByText('You denied Marisol.')).toBeTruthy()
  await pass(11_000)
  expect(screen.queryByText('You denied Marisol.')).toBeNull()
})

test('of several answers to one person, each says what it was about, and what taking it back does', () => {
  show(house, <FloatingKnocks />)
  const just = { answeredMs: now(), undoUntilMs: now() + 10_000 }
  const about = { name: `${'long '.repeat(40)}holiday.jpg`, bytes: 1, path: null }
  stand(
    at('Marisol', { ...just, capability: 'file', about, state: 'denied' }),
    at('Marisol', { ...just, id: knock('Tomas').id, capability: 'relay', state: 'allowed' }),
  )
  expect(screen.getByText(/^Files · “long .{1,30}….{0,5}holiday\.jpg”$/)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Undo: You let Marisol in. Relaying' })).toBeTruthy()
  expect(screen.getAllByText('Undone, it turns into a no.')).toHaveLength(1)
})

test('who asks for a program hears nothing, and its person reads, whether it is here', () => {
  const app = (id: string, isConnected: boolean): App => ({
    id: id as AppId, title: 'Sticky notes', createdMs: 1, lastSeenMs: null, isConnected,
  })
  const have = (...apps: App[]): void =>
    act(() => appsStore.api.setState({ freshness: 'live', state: new Map(apps.map((one) => [one.id, one])) }))
  show(house, <FloatingKnocks />)
  stand(at('Marisol', { capability: 'app:notes', about: { name: null, bytes: null, path: 'stick' } }))
  have(app('chess', true))
  expect(screen.getByText(/^You have no program for the app “notes” here\./)).toBeTruthy()
  have(app('notes', false))
  expect(screen.getByText('That is your program “Sticky notes”, which is not running now.')).toBeTruthy()
  have(app('notes', true))
  expect(screen.getByText('That is your program “Sticky notes”.')).toBeTruthy()
})

test('a card says that a page asks, and nothing of a knock', async () => {
  show(house, <FloatingKnocks />)
  const about = { name: 'cem.peer', bytes: null, path: null }
  stand(at('Marisol', { capability: 'load', about, page: { site: 'app.marisol.peer' }, greeting: '', requests: 3 }))
  const card = screen.getByRole('region', { name: 'Question of a page of Marisol' })
  expect(card.textContent).toContain('Marisol’s site app.marisol.peer wants to load from cem.peer')
  expect(card.textContent).toContain('A page that is open here asks')
  expect(card.textContent).toContain('3 requests, one question')
  expect(card.textContent).not.toMatch(/First knock|198\.51\.100\.7|told/)
  await pass(INERT_MS)
  fireEvent.click(button('Other answers'))
  expect(screen.queryByRole('radio', { name: 'Ignore' })).toBeNull()
})

test('a card says what a message offers, how large it is and where it would go', async () => {
  show(house, <FloatingKnocks />)
  const offered = { kind: 'folder', files: 40, into: 'Downloads' } as const
  const about = { name: 'holiday', bytes: 2_100_000_000, path: null }
  stand(at('Marisol', { capability: 'file', about, page: { site: null, offered }, greeting: '' }))
  const card = screen.getByRole('region', { name: 'File of Marisol' })
  expect(card.textContent).toContain('offers you a folder of 40 files')
  expect(card.textContent).toContain('holiday')
  expect(card.textContent).toContain('Allowed, it is saved to Downloads. Nothing is opened or run.')
  expect(card.textContent).toContain('In a message to you')
  expect(card.textContent).toContain('It stays in the chat.')
  expect(card.textContent).not.toMatch(/First knock|198\.51\.100\.7|told|site|page/)
  const said = card.getAttribute('aria-description') ?? ''
  expect(said).toMatch(/^Marisol, .*, offers you a folder of 40 files of 1\.9 GiB\. Allowed, it is saved to Downloads\./)
  await pass(INERT_MS)
  fireEvent.click(button('Other answers'))
  expect(screen.queryByRole('radio', { name: 'This connection' })).toBeNull()
  expect(screen.getByRole('radio', { name: 'Just this file' })).toBeTruthy()
})
