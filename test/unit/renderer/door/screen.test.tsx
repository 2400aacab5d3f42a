import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { anyMatch, type Decision, type Rule } from '../../../../src/shared/model/door.ts'
import { accountOf, peerIdOf, ruleIdOf } from '../../../gallery/ids.ts'
import { introducer, nothingReached } from '../../../gallery/network.ts'
import { knock, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const rule: Rule = {
  id: ruleIdOf('Bea'),
  enabled: true,
  priority: 0,
  who: { kind: 'account', account: accountOf('Bea') },
  capability: 'contact',
  verdict: 'allow',
  until: { kind: 'forever' },
  note: '',
  origin: 'prompt',
  createdMs: 1,
  lastHitMs: null,
  hits: 0,
  match: anyMatch,
  suspended: null,
}

const decision = (seq: number): Decision => ({
  seq,
  atMs: seq,
  account: accountOf('Bea'),
  peerId: peerIdOf('Bea'),
  capability: 'contact',
  verdict: 'deny',
  why: `reason ${seq}`,
  rule: null,
  facts: null,
  by: 'person',
  hash: 'h',
})

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

function open(path: string, scene: Partial<Scene>): House {
  house = openHouse({ people: [person('Bea'), person('Eve')], ...scene })
  showWindow(house, path)
  return house
}

const heading = (name: string) => screen.findByRole('heading', { name, level: 1 })

test('a card says who, what, from where and until when, in that order', async () => {
  const bea = knock('Bea', { before: 2, requests: 41, greeting: 'May I?' })
  open(paths.doorSection('knocks'), { knocks: [bea] })
  const card = await screen.findByRole('region', { name: 'Knock of Bea' })
  const text = card.textContent ?? ''
  const who = ['Bea', 'Knocked 2 times before', '41 requests, one question']
  const parts = [...who, 'wants to chat with you', '“May I?”', 'Direct', 's left']
  const places = parts.map((part) => text.indexOf(part))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places).not.toContain(-1)
})

test('what exactly is asked for is quoted and dead, with the end of a file’s name in sight', async () => {
  const name = 'https://example.org/holiday-pictures-of-the-summer-2026.jpg      .exe'
  const about = { name, bytes: 2_097_152, path: null }
  open(paths.doorSection('knocks'), { knocks: [knock('Bea', { capability: 'file', about, greeting: '' })] })
  const card = within(await screen.findByRole('region', { name: 'Knock of Bea' }))
  const quoted = card.getByTitle('File name, as they give it')
  expect(quoted.textContent).toBe('https://example.org/holiday-pictures-of-the-summer-2026.jpg .exe')
  expect(quoted.lastElementChild?.textContent).toBe('2026.jpg .exe'.slice(1))
  expect(card.getByText('2 MiB')).toBeTruthy()
  expect(card.queryByRole('link')).toBeNull()
})

test('verified, unverified and changed are told apart in words, and changed comes before everything else', async () => {
  const people = [person('Bea', { trust: 'verified' }), person('Eve'), person('Jo', { trust: 'changed' })]
  open(paths.doorSection('knocks'), { people, knocks: ['Bea', 'Eve', 'Jo', 'Ines'].map((name) => knock(name)) })
  const textOf = async (name: string): Promise<string> =>
    (await screen.findByRole('region', { name: `Knock of ${name}` })).textContent ?? ''
  expect(await textOf('Bea')).toContain('BeaVerified')
  expect(await textOf('Eve')).toContain('EveNot verified')
  expect(await textOf('Ines')).toContain('InesNot a contact')
  expect(await textOf('Jo')).toMatch(/^This may not be Jo/)
})

test('where a knock comes from names the introducer that carries it, as far as it is known', async () => {
  const [harbour, unknown] = [introducer('Harbour'), peerIdOf('somewhere')]
  const relayed = (name: string, through: typeof unknown) => knock(name, { route: 'relayed', through })
  open(paths.doorSection('knocks'), {
    connectivity: { ...nothingReached, introducers: [harbour] },
    knocks: [relayed('Bea', harbour.peerId), relayed('Eve', unknown)],
  })
  const bea = await screen.findByRole('region', { name: 'Knock of Bea' })
  await within(bea).findByText(/^Relayed through Harbour ·/)
  const eve = within(screen.getByRole('region', { name: 'Knock of Eve' }))
  expect(eve.getByText(/^Relayed through 12D3KooW…/)).toBeTruthy()
})

test('the whole card is there in one sentence', async () => {
  const ledgerName = { name: 'bea.peer', sinceMs: Date.now() - 400 * 24 * 3_600_000 }
  open(paths.doorSection('knocks'), { knocks: [knock('Bea', { ledgerName, route: 'lan' })] })
  const card = await screen.findByRole('region', { name: 'Knock of Bea' })
  expect(card.getAttribute('aria-description')).toMatch(
    /^Bea, a contact you have not verified, knocks and wants to chat with you, from your local network\. Unanswered, /,
  )
  expect(within(card).getByText('Owns bea.peer on the ledger')).toBeTruthy()
  expect(within(card).getByText('theirs for 1 year')).toBeTruthy()
})

test('what came quietly stands under a line of its own', async () => {
  open(paths.doorSection('knocks'), { knocks: [knock('Bea'), knock('Eve', { quiet: true })] })
  const quiet = await screen.findByRole('region', { name: 'Not to be disturbed: these came quietly' })
  expect(within(quiet).getByRole('region', { name: 'Knock of Eve' })).toBeTruthy()
  expect(within(quiet).queryByRole('region', { name: 'Knock of Bea' })).toBeNull()
})

test('answers are given and taken back through the node, and Undo stands where the card stood', async () => {
  const { world } = open(paths.doorSection('knocks'), { knocks: [knock('Bea')] })
  const deny = await screen.findByRole('button', { name: 'Deny' })
  await waitFor(() => expect(deny.getAttribute('aria-disabled')).toBeNull(), { timeout: 3_000 })
  fireEvent.click(deny)
  fireEvent.click(await screen.findByRole('button', { name: 'Undo: You denied Bea.' }))
  await screen.findByRole('button', { name: 'Deny' })
  expect(world.scene.knocks[0]).toMatchObject({ state: 'pending', undoUntilMs: null })
})

test('an answer that came too late is said to be, and the card stays', async () => {
  open(paths.doorSection('knocks'), { knocks: [knock('Bea')], failing: { 'door.answer': 'CONFLICT' } })
  const allow = await screen.findByRole('button', { name: 'Allow once' })
  await waitFor(() => expect(allow.getAttribute('aria-disabled')).toBeNull(), { timeout: 3_000 })
  fireEvent.click(allow)
  expect((await screen.findByRole('alert')).textContent).toContain('already been answered')
  expect(screen.getByRole('region', { name: 'Knock of Bea' })).toBeTruthy()
})

test('on the Door’s own screen no card floats over the cards', async () => {
  open(paths.doorSection('knocks'), { knocks: [knock('Bea')] })
  await screen.findByRole('region', { name: 'Knock of Bea' })
  expect(screen.getAllByRole('button', { name: 'Deny' })).toHaveLength(1)
})

test('over another screen a card floats, with a way to the Door', async () => {
  open(paths.chats, { knocks: [knock('Bea')] })
  const card = await screen.findByRole('region', { name: 'Knock of Bea' })
  expect(within(card).getByRole('link', { name: 'Open Door' })).toBeTruthy()
})

test('a rule is switched off and removed by the node’s word', async () => {
  const { world } = open(paths.doorSection('rules'), { rules: [rule] })
  fireEvent.click(await screen.findByRole('switch', { name: 'Rule in force: Allow Bea: Chat' }))
  expect(await screen.findByText(/switched off/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Remove the rule: Allow Bea: Chat' }))
  expect(await screen.findByText('No rules yet')).toBeTruthy()
  expect(world.scene.rules).toEqual([])
})

test('a rule is added from words alone', async () => {
  const { world } = open(paths.doorSection('rules'), {})
  await heading('Rules')
  fireEvent.click(await screen.findByRole('button', { name: 'Add a rule' }))
  fireEvent.change(await screen.findByRole('combobox', { name: 'Who' }), { target: { value: accountOf('Eve') } })
  fireEvent.change(screen.getByRole('combobox', { name: 'Your door says' }), { target: { value: 'ignore' } })
  fireEvent.click(screen.getByRole('button', { name: 'Add the rule' }))
  await waitFor(() => expect(world.scene.rules).toHaveLength(1))
  expect(world.scene.rules[0]).toMatchObject({
    who: { kind: 'account', account: accountOf('Eve') },
    verdict: 'ignore',
    capability: 'contact',
    until: { kind: 'forever' },
  })
})

test('what is decided while the log is open comes on top, and the log is checked on demand', async () => {
  const { world } = open(paths.doorSection('log'), { decisions: [decision(1)] })
  await screen.findByText(/reason 1/)
  act(() => world.door.tell({ event: 'decided', decision: decision(2) }))
  await screen.findByText(/reason 2/)
  const lines = screen.getAllByText(/reason \d/).map((line) => line.textContent?.slice(0, 8))
  expect(lines).toEqual(['reason 2', 'reason 1'])
  fireEvent.click(screen.getByRole('button', { name: 'Check the log' }))
  expect(await screen.findByText(/^The log is whole: 1 decision/)).toBeTruthy()
})

test('a log that was changed is called broken, with the place and what to do', async () => {
  open(paths.doorSection('log'), { decisions: [decision(1)], log: 'broken' })
  fireEvent.click(await screen.findByRole('button', { name: 'Check the log' }))
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('broken at decision 7')
  expect(alert.textContent).toContain('keep a copy')
})

test('a blocked person is let go again', async () => {
  const { world } = open(paths.doorSection('blocked'), { blocked: [accountOf('Eve')] })
  fireEvent.click(await screen.findByRole('button', { name: 'Unblock Eve' }))
  expect(await screen.findByText('Nobody is blocked')).toBeTruthy()
  expect(world.scene.blocked).toEqual([])
})
