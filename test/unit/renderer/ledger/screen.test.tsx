import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useLedgerAims } from '../../../../src/renderer/features/ledger/aims.ts'
import { lostNames } from '../../../../src/renderer/features/ledger/lost-names.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { DAY } from '../../../../src/shared/units.ts'
import { peerIdOf } from '../../../gallery/ids.ts'
import {
  block,
  blockIdOf,
  chain,
  entry,
  evidence,
  facts,
  fork,
  inBlock,
  ownStatus,
  quick,
  slotRounds,
  status,
} from '../../../gallery/ledger-parts.ts'
import { ledgerScene, type LedgerScene } from '../../../gallery/ledger.ts'
import { peer, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

beforeEach(() => {
  useLedgerAims.setState(useLedgerAims.getInitialState(), true)
})

afterEach(() => {
  house?.close()
  forgetEverything()
})

/** For what takes several calls, one after another. */
const PATIENCE = { timeout: 5_000 }

const blocks = chain(12)
const some: Partial<LedgerScene> = { status: status(blocks), blocks }

function look(path: string, changes: Partial<LedgerScene> = {}, scene: Partial<Scene> = {}): House {
  house = openHouse({
    people: [person('Bea')],
    peers: [peer('Bea')],
    ...scene,
    ledger: ledgerScene({ ...some, ...changes }),
  })
  showWindow(house, path)
  return house
}

test('a network of one’s own without a block says what it is, and what begins it', async () => {
  look(paths.ledger, { status: ownStatus(), blocks: [] })
  expect(await screen.findByRole('heading', { name: 'Noor’s network' })).toBeTruthy()
  expect(screen.getByRole('heading', { name: 'No block yet' })).toBeTruthy()
  expect(screen.getByText('latch ledger submit claim noor')).toBeTruthy()
  expect(screen.getByText('None yet.')).toBeTruthy()
})

test('a block that is decided stands in the list at once', async () => {
  const { world } = look(paths.ledgerView('validators'))
  await screen.findByRole('link', { name: /^Block 12/ })
  world.ledger.tell({ event: 'block-added', block: block(13) })
  expect(await screen.findByRole('link', { name: /^Block 13/ })).toBeTruthy()
})

test('nothing moves under the pointer: newer blocks wait until it goes, or until they are asked for', async () => {
  const { world } = look(paths.ledgerView('validators'))
  const row = await screen.findByRole('link', { name: /^Block 12/ })
  fireEvent.pointerEnter(row.closest('[data-testid="virtuoso-scroller"]')?.parentElement ?? row)
  world.ledger.tell({ event: 'block-added', block: block(13) })
  const more = await screen.findByRole('button', { name: '1 newer' })
  expect(screen.queryByRole('link', { name: /^Block 13/ })).toBeNull()
  fireEvent.click(more)
  expect(await screen.findByRole('link', { name: /^Block 13/ })).toBeTruthy()
  expect(screen.queryByRole('button', { name: /newer$/ })).toBeNull()
})

test('catching up says how far it is', async () => {
  const sync = { state: 'catching-up', step: 'blocks', height: 1_204, target: 10_000, from: [peerIdOf('Bea')] } as const
  look(paths.ledgerView('now'), { status: status(blocks, { sync: { ...sync, from: [...sync.from] } }) })
  expect(await screen.findByText('1,204 of 10,000 blocks')).toBeTruthy()
  expect(screen.getByText('Reading blocks · 1,204 of 10,000 blocks · from 1 peer')).toBeTruthy()
  const [bar] = screen.getAllByRole('progressbar', { name: 'Reading blocks' })
  expect(bar?.getAttribute('value')).toBe('0.1204')
})

test('a block page tells who led, who signed, and its entries in words with petnames', async () => {
  const bea = person('Bea')
  const entries = [
    entry('register', 'Bea', { name: 'alto', place: inBlock(12) }),
    entry('claim', 'me', { name: 'noor', place: inBlock(12) }),
    entry('transfer', 'me', { name: 'noor', to: bea.account, place: inBlock(12) }),
    entry('transfer', 'Bea', { name: 'noor', to: bea.account, nonce: 9, place: inBlock(12) }),
  ]
  look(paths.block(12), { facts: [facts(block(12, { signers: 3 }), entries)] })
  expect(await screen.findByRole('heading', { name: 'Block 12' })).toBeTruthy()
  const list = within(await screen.findByRole('list', { name: 'Entries' }))
  expect(list.getAllByRole('button').map((line) => line.textContent)).toEqual([
    'Bea registers alto.peer',
    'You claim noor.peer, sealed',
    'You offer noor.peer to Bea',
    'Bea takes noor.peer, which was offered',
  ])
  expect(screen.getByText('3 of 4', { selector: 'dd span' })).toBeTruthy()
  fireEvent.click(list.getByRole('button', { name: /Bea registers/ }))
  expect(screen.getByText(/^This opens the claim/)).toBeTruthy()
  expect(screen.getByRole('button', { name: /^Copy entry id/ })).toBeTruthy()
})

test('an empty block says why there is one, and a block that is not here that it is not', async () => {
  look(paths.block(4), { facts: [facts(block(4), [])] })
  expect(await screen.findByText('No entry waited for this block.')).toBeTruthy()
  window.location.hash = `#${paths.block(99)}`
  expect(await screen.findByRole('heading', { name: 'This block is not here' })).toBeTruthy()
})

test('a block whose reading fails can be asked for again', async () => {
  const { world } = look(paths.block(3), {}, { failing: { 'ledger.block': 'INTERNAL' } })
  const again = await screen.findByRole('button', { name: 'Try again' })
  world.scene.failing = {}
  fireEvent.click(again)
  expect(await screen.findByRole('heading', { name: 'Block 3' })).toBeTruthy()
})

test('an entry that waits is shown with why, and goes when a block took it', async () => {
  const waits = entry('register', 'me', {
    name: 'noor',
    place: { at: 'pool', early: true, why: 'Its claim ripens in 2 blocks.' },
  })
  const { world } = look(paths.ledgerView('entries'), { waiting: [waits] })
  const list = within(await screen.findByRole('list', { name: 'Waiting' }))
  expect(list.getByText('Its claim ripens in 2 blocks.')).toBeTruthy()
  world.ledger.tell({ event: 'entry-changed', entry: { ...waits, place: inBlock(13) } })
  expect(await screen.findByText('Nothing waits.')).toBeTruthy()
})

test('an entry under the pointer stays in its place, and says where it went', async () => {
  const waits = entry('renew', 'Bea')
  const { world } = look(paths.ledgerView('entries'), { waiting: [waits] })
  const list = await screen.findByRole('list', { name: 'Waiting' })
  fireEvent.pointerMove(list)
  world.ledger.tell({ event: 'entry-changed', entry: { ...waits, place: inBlock(13) } })
  expect(await within(list).findByText('in block 13')).toBeTruthy()
  fireEvent.pointerLeave(list.parentElement ?? list)
  await waitFor(() => expect(screen.queryByRole('list', { name: 'Waiting' })).toBeNull())
})

test('a validator that is slower than Δ is told apart in words, and this device says that it stays silent', async () => {
  const slow = status(blocks)
  look(paths.ledgerView('validators'), {
    status: {
      ...slow,
      leading: { verdict: 'stay-silent', why: 'Harbor is heard after 812 ms.', worstMs: 812 },
      validators: slow.validators.map((one) => (one.label === 'Harbor' ? { ...one, worstMs: 812 } : one)),
    },
  })
  const list = within(await screen.findByRole('list', { name: 'Validators' }))
  expect(list.getByText('Over Δ: 812 ms, 500 ms are allowed')).toBeTruthy()
  expect(list.getByText('214 of 500 ms')).toBeTruthy()
  expect(screen.getByText('Harbor is heard after 812 ms.')).toBeTruthy()
  expect(screen.getByText(/all of them count on every message arriving within 500 ms/)).toBeTruthy()
})

test('the grid of a slot says of each mark which block it is of, and when it came', async () => {
  look(paths.slot(7), { rounds: [quick(7, 12), quick(6, 11)] })
  const grid = within(await screen.findByRole('table', { name: 'Who signed what, and when' }))
  expect(grid.getAllByRole('row')).toHaveLength(5)
  expect(grid.getByRole('row', { name: /^Noor’s desk this device/ })).toBeTruthy()
  expect(grid.getByText('Block A as the first, after 0.4 ms')).toBeTruthy()
  expect(grid.getAllByText(/^committed to Block A, after/)).toHaveLength(4)
  expect(grid.getByText('Decided 57 ms')).toBeTruthy()
})

test('a leader that proposed two blocks is shown with both, and with the proof', async () => {
  const two = slotRounds(1_467, [
    [3, 'first', 'one', 1, 1],
    [0, 'first', 'one', 1, 48],
    [1, 'first', 'two', 1, 61],
    [0, 'second', 'two', 2, 588],
  ])
  look(paths.slot(1_467), { rounds: [two], evidence: [evidence()] })
  const grid = within(await screen.findByRole('table', { name: 'Who signed what, and when' }))
  expect(grid.getByText('Block B as the second, after 588 ms')).toBeTruthy()
  fireEvent.click(screen.getByRole('link', { name: 'Show the evidence' }))
  expect(await screen.findByRole('heading', { name: 'Tomasz signed two blocks' })).toBeTruthy()
})

test('a fork says which branch counts and why, and whose names are whose now', async () => {
  look(paths.fork(2), { forks: [fork()], waiting: [entry('register', 'me', { name: 'desk-by-the-window' })] })
  expect(await screen.findByText(/It has more signatures of validators: 33 against 8/)).toBeTruthy()
  expect(within(screen.getByRole('region', { name: 'Counts' })).getByText('5 more blocks')).toBeTruthy()
  expect(within(screen.getByRole('region', { name: 'Does not count' })).getAllByRole('link')).toHaveLength(4)
  expect(screen.getByRole('row', { name: /^noor\.peer You nobody/ })).toBeTruthy()
  expect(await screen.findByRole('button', { name: /You register desk-by-the-window\.peer/ })).toBeTruthy()
  expect(screen.getByText('not known here any more')).toBeTruthy()
})

test('whoever lost a name in a fork hears of it where the ledger begins, for a day', async () => {
  look(paths.ledgerView('now'), { forks: [fork()] })
  const said = await screen.findByText('noor.peer is not yours any more')
  expect(within(said.closest('[role="status"]') as HTMLElement).getByRole('link', { name: 'Show the fork' })).toBeTruthy()
})

test('a name that came back by a later fork, or was lost long ago, is no news', () => {
  const lost = fork()
  const noor = lost.names.find(({ name }) => name === 'noor')
  const mine = noor?.before ?? null
  expect(lostNames([lost], mine, lost.atMs)).toEqual({ fork: lost.id, names: ['noor'] })
  expect(lostNames([lost], mine, lost.atMs + 2 * DAY)).toBeNull()
  const back = fork({ id: 3, atMs: lost.atMs + 1, names: lost.names.map((one) => ({ ...one, before: one.owner, owner: one.before })) })
  expect(lostNames([back, lost], mine, lost.atMs + 2)).toBeNull()
  expect(lostNames([lost], null, lost.atMs)).toBeNull()
})

test('both signatures of evidence are checked on demand, each with its result', async () => {
  look(paths.evidence(evidence().id), {
    evidence: [evidence()],
    check: { outcome: 'refused', why: 'The second one is not of this key.', holds: [true, false] },
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Check both signatures' }))
  expect(await screen.findByText('This signature holds')).toBeTruthy()
  expect(screen.getByText('This signature does not hold')).toBeTruthy()
  expect(within(screen.getByRole('alert')).getByText('The second one is not of this key.')).toBeTruthy()
})

test('peers that are asked to check their chain answer in rows, the bad block with its reason', async () => {
  look(paths.ledgerView('now'), {
    reports: [
      { peerId: peerIdOf('Bea'), fromHeight: 1, tookMs: 40, result: { outcome: 'whole', head: blockIdOf(12), height: 12, standing: 'same' } },
      { peerId: peerIdOf('x'), fromHeight: 1, tookMs: 9, result: { outcome: 'broken', firstBadHeight: 5, why: 'no certificate' } },
    ],
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Ask peers to check theirs' }))
  const rows = within(await screen.findByRole('list', { name: 'Results' })).getAllByRole('listitem')
  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringMatching(/^BeaWhole up to block 12 · the same as yours/),
    expect.stringMatching(/Block 5 is wrong: no certificate/),
  ])
})

test('where nobody is connected there is nobody to ask', async () => {
  look(paths.ledgerView('now'))
  fireEvent.click(await screen.findByRole('button', { name: 'Ask peers to check theirs' }))
  expect(await screen.findByText(/there is nobody to ask/)).toBeTruthy()
})

test('the palette leads to each part of the ledger, and checks the chain', async () => {
  const own = { peerId: null, fromHeight: 1, tookMs: 3, result: { outcome: 'whole', head: blockIdOf(12), height: 12, standing: 'same' } } as const
  look(paths.chats, { reports: [own] })
  await screen.findByRole('navigation', { name: 'Places' })
  fireEvent.keyDown(window, { key: 'k', ctrlKey: true })
  fireEvent.change(await screen.findByRole('combobox'), { target: { value: 'check this chain' } })
  fireEvent.click(await screen.findByRole('option', { name: 'Ledger: check this chain' }))
  expect(await screen.findByText('Whole up to block 12')).toBeTruthy()
})

test('another network puts its ledger in the place of the former', async () => {
  const { world } = look(paths.ledgerView('validators'))
  await screen.findByRole('link', { name: /^Block 12/ })
  const { status: own, blocks: none, waiting, rounds, forks, evidence: proofs } = ledgerScene({ status: ownStatus() })
  world.ledger.tell({
    event: 'network-changed',
    snapshot: { status: own, blocks: none, waiting, rounds, forks, evidence: proofs },
  })
  expect(await screen.findByRole('link', { name: /^Noor’s network/ })).toBeTruthy()
  expect(screen.queryByRole('link', { name: /^Block / })).toBeNull()
})

test('older blocks are asked for by page, down to the first', async () => {
  look(paths.ledgerView('validators'), { blocks: blocks.slice(0, 5), older: blocks.slice(5) })
  expect(await screen.findByText('The first block.', {}, PATIENCE)).toBeTruthy()
  expect(screen.getByRole('link', { name: /^Block 1\D/ })).toBeTruthy()
  expect(screen.getAllByRole('link', { name: /^Block / })).toHaveLength(12)
})

test('where older blocks cannot be had now they can be asked for again', async () => {
  const { world } = look(
    paths.ledgerView('validators'),
    { blocks: blocks.slice(0, 5), older: blocks.slice(5) },
    { failing: { 'ledger.blocks': 'INTERNAL' } },
  )
  const again = await screen.findByRole('button', { name: 'Try again' }, PATIENCE)
  world.scene.failing = {}
  fireEvent.click(again)
  expect(await screen.findByText('The first block.', {}, PATIENCE)).toBeTruthy()
})

test('what lies below the snapshot by which a chain began is said to be elsewhere', async () => {
  look(paths.ledgerView('validators'), { blocks: blocks.slice(0, 5) })
  expect(await screen.findByText('Older blocks are not on this device.', {}, PATIENCE)).toBeTruthy()
})
