import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { ExitUse } from '../../../../src/shared/model/exit.ts'
import { KiB } from '../../../../src/shared/units.ts'
import { rule } from '../../../gallery/door-parts.ts'
import { exitOf, noExits, type ExitScene } from '../../../gallery/exit.ts'
import { accountOf, peerIdOf } from '../../../gallery/ids.ts'
import { now, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function open(exit: Partial<ExitScene>, scene: Partial<Scene> = {}): Promise<House> {
  house = openHouse({ people: [person('Bea')], exit: { ...noExits, ...exit }, ...scene })
  showWindow(house, paths.settingsSection('exits'))
  await screen.findByRole('heading', { name: 'Ways out for you' })
  return house
}

const use = (host: string, changes: Partial<ExitUse> = {}): ExitUse => ({
  whose: 'ours',
  account: accountOf('Bea'),
  peerId: peerIdOf('Bea'),
  called: 'Bea',
  host,
  port: 443,
  connections: 3,
  open: 1,
  sentBytes: KiB,
  receivedBytes: 5 * KiB,
  refused: 2,
  lastMs: now(),
  ...changes,
})

test('at first nobody lets this device out, and it lets out nobody', async () => {
  await open({})
  expect(screen.getByText('No contact has a device here')).toBeTruthy()
  expect(screen.getByText('Nobody is let out through this device.')).toBeTruthy()
  expect(screen.getAllByText('Nothing yet today.')).toHaveLength(2)
  expect(screen.queryByRole('button', { name: 'Forget what was counted' })).toBeNull()
})

test('a contact is asked whether they let this device out, and what they say is shown', async () => {
  const { world } = await open({ exits: [exitOf('Bea', { state: 'unknown', checkedMs: null }), exitOf('Jo', { state: 'away', checkedMs: null })] })
  const list = screen.getByRole('list', { name: 'Contacts who might let you out' })
  expect(within(list).getByText('Not asked yet')).toBeTruthy()
  expect(within(list).getByRole<HTMLButtonElement>('button', { name: 'Ask whether Jo lets you out' }).disabled).toBe(true)
  fireEvent.click(within(list).getByRole('button', { name: 'Ask whether Bea lets you out' }))
  act(() => world.exit.tell({ event: 'exit-changed', exit: exitOf('Bea') }))
  expect(await within(list).findByText('Lets you out')).toBeTruthy()
})

test('one that cannot be asked says so', async () => {
  await open({ exits: [exitOf('Bea')] }, { failing: { 'exit.check': 'UNREACHABLE' } })
  fireEvent.click(screen.getByRole('button', { name: 'Ask whether Bea lets you out' }))
  expect(await screen.findByText('That peer cannot be reached now.')).toBeTruthy()
})

test('whom this device lets out stands there as the rules of the door, and no other rule', async () => {
  const bea = { kind: 'account', account: accountOf('Bea') } as const
  await open({ offered: true }, { rules: [rule('out', { who: bea, capability: 'exit' }), rule('files', { who: bea, capability: 'file' })] })
  expect(await screen.findByText(/^A rule lets contacts out through this device\./)).toBeTruthy()
  const rules = screen.getByRole('list', { name: 'Rules about ways out' })
  expect(within(rules).getAllByRole('listitem')).toHaveLength(1)
  expect(screen.getByRole('link', { name: 'Rules of the door' }).getAttribute('href')).toBe(`#${paths.doorSection('rules')}`)
})

test('hosts and bytes of both sides are counted apart, and forgotten together', async () => {
  const { world } = await open({ uses: [use('a.example'), use('b.example:8443', { whose: 'theirs' })] })
  const ours = screen.getByRole('list', { name: 'Through Bea' })
  expect(within(ours).getByRole('listitem').textContent).toMatch(/^a\.example3 connections · 1 open now · 2 refused · 6 KiB · /)
  expect(screen.getByRole('list', { name: 'Bea' })).toBeTruthy()
  expect(screen.getAllByText('1 KiB sent, 5 KiB received')).toHaveLength(2)
  fireEvent.click(screen.getByRole('button', { name: 'Forget what was counted' }))
  await waitFor(() => expect(screen.getAllByText('Nothing yet today.')).toHaveLength(2))
  expect(world.scene.exit.uses).toEqual([])
})
