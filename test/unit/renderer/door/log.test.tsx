import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { useAims } from '../../../../src/renderer/features/door/aims.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { Decision } from '../../../../src/shared/model/door.ts'
import { accountOf, peerIdOf } from '../../../gallery/ids.ts'
import { person } from '../../../gallery/people.ts'
import { decision, rule } from '../../../gallery/door-parts.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
  useAims.setState({ aim: {} })
})

function open(scene: Partial<Scene>, path: string = paths.doorSection('log')): House {
  house = openHouse({ people: [person('Bea'), person('Eve')], ...scene })
  showWindow(house, path)
  return house
}

const button = (name: string | RegExp) => screen.findByRole('button', { name })
const list = (name: string) => screen.findByRole('combobox', { name })
const reasons = (): string[] => screen.getAllByText(/reason \d/).map((line) => line.textContent?.slice(0, 8) ?? '')

const bea = rule('Bea')
const decisions = [
  decision(3, { why: 'reason 3', account: accountOf('Bea'), rule: bea.id }),
  decision(2, { why: 'reason 2', account: accountOf('Eve'), verdict: 'deny', by: 'person' }),
  decision(1, { why: 'reason 1', account: accountOf('Bea'), verdict: 'deny', by: 'timeout' }),
]

test('the log is narrowed down by who, verdict and what decided, and shown whole again', async () => {
  open({ decisions })
  await screen.findByText(/reason 3/)
  fireEvent.change(await list('Who'), { target: { value: accountOf('Bea') } })
  await waitFor(() => expect(reasons()).toEqual(['reason 3', 'reason 1']))
  fireEvent.change(await list('Verdict'), { target: { value: 'deny' } })
  await waitFor(() => expect(reasons()).toEqual(['reason 1']))
  fireEvent.change(await list('Decided by'), { target: { value: 'person' } })
  expect(await screen.findByText('No decision is like that')).toBeTruthy()
  const [whole] = await screen.findAllByRole('button', { name: 'Show the whole log' })
  fireEvent.click(whole ?? expect.fail())
  await waitFor(() => expect(reasons()).toEqual(['reason 3', 'reason 2', 'reason 1']))
})

test('what is decided meanwhile shows only where it belongs to what is asked for', async () => {
  const { world } = open({ decisions })
  await screen.findByText(/reason 3/)
  fireEvent.change(await list('Who'), { target: { value: accountOf('Bea') } })
  await waitFor(() => expect(reasons()).toEqual(['reason 3', 'reason 1']))
  act(() => {
    world.door.tell({ event: 'decided', decision: decision(4, { why: 'reason 4', account: accountOf('Eve') }) })
    world.door.tell({ event: 'decided', decision: decision(5, { why: 'reason 5', account: accountOf('Bea') }) })
  })
  await waitFor(() => expect(reasons()).toEqual(['reason 5', 'reason 3', 'reason 1']))
})

test('a line opens all that the decision depended on, and leads to the rule that made it', async () => {
  const about = { name: 'choir.flac', bytes: 2_097_152, path: null }
  const facts = { contact: true, groups: ['Choir'], names: ['bea.peer'], route: 'relayed' as const, through: peerIdOf('r'), about }
  open({ decisions: [{ ...decisions[0], ...decision(3), account: accountOf('Bea'), rule: bea.id, facts }], rules: [bea] })
  const line = await button(/^Allowed Bea/)
  expect(line.getAttribute('aria-expanded')).toBe('false')
  fireEvent.click(line)
  expect(line.getAttribute('aria-expanded')).toBe('true')
  const inside = within(document.getElementById(line.getAttribute('aria-controls') ?? '') ?? expect.fail())
  for (const words of ['One of your contacts then', 'Choir', 'bea.peer', '“choir.flac”', '2 MiB']) {
    expect(inside.getByText(words)).toBeTruthy()
  }
  expect(inside.getByText(/^Relayed through 12D3KooW…/)).toBeTruthy()
  fireEvent.click(inside.getByRole('link', { name: 'Allow Bea: Chat' }))
  await screen.findByRole('heading', { name: 'Rules', level: 1 })
  await waitFor(() => expect(document.activeElement?.getAttribute('data-rule')).toBe(bea.id))
})

test('a rule leads to what it decided', async () => {
  open({ decisions, rules: [bea] }, paths.doorSection('rules'))
  fireEvent.click(await screen.findByRole('link', { name: /What it decided, in the log: Allow Bea: Chat/ }))
  expect(await screen.findByText('Only what this rule decided: Allow Bea: Chat')).toBeTruthy()
  await waitFor(() => expect(reasons()).toEqual(['reason 3']))
})

test('all that is asked for is exported, page by page, the oldest first, with its hashes', async () => {
  const files: Blob[] = []
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    files.push(blob as Blob)
    return 'blob:log'
  })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
  const many = Array.from({ length: 2_345 }, (_, index) => decision(2_345 - index, { account: accountOf('Bea') }))
  open({ decisions: [decision(9_999, { account: accountOf('Eve') }), ...many] })
  await screen.findByRole('option', { name: 'Bea' })
  fireEvent.change(await list('Who'), { target: { value: accountOf('Bea') } })
  fireEvent.click(await button('Export what is shown as JSON lines'))
  expect(await screen.findByText('Exported 2345 lines.')).toBeTruthy()
  const text = await files[0]?.text()
  const seqs = (text ?? '').trim().split('\n').map((line) => Decision.parse(JSON.parse(line)).seq)
  expect(seqs).toEqual(Array.from({ length: 2_345 }, (_, index) => index + 1))
})

test('an export that fails says so, and writes nothing', async () => {
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
  const { world } = open({ decisions })
  await screen.findByText(/reason 3/)
  world.scene.failing = { 'door.log': 'INTERNAL' }
  fireEvent.click(await button('Export what is shown as JSON lines'))
  expect((await screen.findByRole('alert')).textContent).toContain('Nothing was written.')
  expect(clicked).not.toHaveBeenCalled()
})

test('a command checks the log from wherever it is given', async () => {
  open({ decisions }, paths.chats)
  await screen.findByRole('heading', { name: 'Chats', level: 1 })
  fireEvent.keyDown(window, { key: 'k', ctrlKey: true })
  fireEvent.change(await screen.findByRole('combobox', { name: 'Command palette' }), { target: { value: 'check the log' } })
  fireEvent.click(await screen.findByRole('option', { name: 'Check the log of the door' }))
  expect(await screen.findByText(/^The log is whole: 3 decisions/)).toBeTruthy()
})

test('why somebody was blocked stands beside their name, as far as it was noted', async () => {
  const noted = decision(1, {
    account: accountOf('Eve'),
    verdict: 'ignore',
    by: 'person',
    why: 'answered: block the account: third time',
  })
  open({ decisions: [noted], blocked: [accountOf('Eve'), accountOf('Bea')] }, paths.doorSection('blocked'))
  expect(await screen.findByText('Your note: third time')).toBeTruthy()
  fireEvent.click(screen.getByRole('link', { name: 'Eve in the log' }))
  expect(await screen.findByRole('heading', { name: 'Log', level: 1 })).toBeTruthy()
})
