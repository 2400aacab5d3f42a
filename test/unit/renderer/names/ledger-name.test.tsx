import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { namesOf } from '../../../../src/renderer/features/names/use-owned.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { accountOf, peerIdOf } from '../../../gallery/ids.ts'
import { ledgerScene } from '../../../gallery/ledger.ts'
import { chain, entry, status } from '../../../gallery/ledger-parts.ts'
import { myName, nameLabel, onLedger } from '../../../gallery/names-parts.ts'
import { namesScene } from '../../../gallery/names.ts'
import { me, peer, person } from '../../../gallery/people.ts'
import { posts, room, roomName } from '../../../gallery/square.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

function open(path: string, scene: Partial<Scene> = {}): House {
  house = openHouse({ people: [person('Bea', { names: ['bea.peer', 'alto.peer'] })], peers: [peer('Bea')], ...scene })
  showWindow(house, path)
  return house
}

const owns = (names: string): string => `Owns ${names} on the ledger`
const said = posts('lobby', [
  ['northwind', 60_000, 'Hello.'],
  ['me', 30_000, 'Hello.'],
])
const square: Partial<Scene> = { rooms: [room('lobby', said)], posts: said }

test('of an account only what it owns counts, the one held longest first', () => {
  const bea = accountOf('Bea')
  const all = [
    onLedger('new', 'Bea', 360),
    onLedger('old', 'Bea', 10),
    onLedger('free', 'Bea', 1, { phase: 'free' }),
    onLedger('over', 'Bea', -3),
    onLedger('offered', 'Anders', 100, { offeredTo: bea }),
  ]
  expect(namesOf(bea, all, 'peer')).toEqual(['old.peer', 'new.peer'])
  expect(namesOf(null, all, 'peer')).toEqual([])
})

test('in a list the first name stands beside a peer, and how many more there are', async () => {
  open(paths.thisDevice)
  const row = await screen.findByRole('link', { name: /^Bea/ })
  await waitFor(() => expect(row.textContent).toContain('bea.peer+1'))
  expect(within(row).getByText(owns('bea.peer, alto.peer'))).toBeTruthy()
})

test('on a peer’s page stand all of them', async () => {
  open(paths.peer(peerIdOf('Bea')))
  expect(await screen.findByText('Names on the ledger')).toBeTruthy()
  for (const name of ['bea.peer', 'alto.peer']) expect(screen.getByText(owns(name))).toBeTruthy()
})

test('a name that somebody calls themselves never looks like one they own', async () => {
  open(paths.peer(peerIdOf('Mallory')), {
    people: [person('Mallory', { petname: null, claimedName: 'bea.peer' })],
    peers: [peer('Mallory')],
  })
  expect(await screen.findByRole('heading', { name: 'bea.peer' })).toBeTruthy()
  expect(screen.queryByText(/^Owns/)).toBeNull()
})

test('one’s own stand in the settings and at what one said, and go with the name', async () => {
  const { world } = open(paths.settingsSection('account'), { names: namesScene({ mine: [myName('noor')] }) })
  expect(await screen.findByText(owns('noor.peer'))).toBeTruthy()
  act(() => world.names.tell({ event: 'name-gone', name: nameLabel('noor') }))
  await waitFor(() => expect(screen.queryByText(owns('noor.peer'))).toBeNull())
})

test('a name that is offered to one is not one’s own', async () => {
  const offered = myName('alto', { onLedger: onLedger('alto', 'Bea', 100, { offeredTo: me.account }) })
  open(paths.room(roomName('lobby')), { ...square, names: namesScene({ mine: [myName('noor'), offered] }) })
  expect(await screen.findByText(owns('noor.peer'))).toBeTruthy()
  expect(screen.queryByText(/alto\.peer/)).toBeNull()
})

test('the ledger is asked about strangers, and again when a name of theirs moved', async () => {
  const { world } = open(paths.room(roomName('lobby')), {
    ...square,
    names: namesScene({ others: [onLedger('northwind', 'northwind')] }),
  })
  expect(await screen.findByText(owns('northwind.peer'))).toBeTruthy()
  world.scene.names.others = []
  const change = { name: nameLabel('northwind'), before: accountOf('northwind'), owner: null }
  act(() => world.ledger.tell({ event: 'names-changed', names: [change] }))
  await waitFor(() => expect(screen.queryByText(owns('northwind.peer'))).toBeNull())
})

test('where the ledger cannot be asked nothing is said of a stranger', async () => {
  open(paths.room(roomName('lobby')), {
    ...square,
    names: namesScene({ others: [onLedger('northwind', 'northwind')] }),
    failing: { 'ledger.names': 'INTERNAL' },
  })
  expect(await screen.findByRole('button', { name: /northwind/ })).toBeTruthy()
  expect(screen.queryByText(/^Owns/)).toBeNull()
})

test('an entry names whose it is in its line, and beside the keys in its facts', async () => {
  const blocks = chain(4)
  open(paths.ledgerView('entries'), {
    ledger: ledgerScene({ status: status(blocks), blocks, waiting: [entry('renew', 'Bea', { name: 'bea' })] }),
  })
  const line = await screen.findByRole('button', { name: /^Bea renews bea\.peer/ })
  expect(within(line).getByText(owns('bea.peer, alto.peer'))).toBeTruthy()
  fireEvent.click(line)
  expect(await screen.findByText(owns('alto.peer'))).toBeTruthy()
})
