import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Routing } from '../../../../src/shared/model/routing.ts'
import { peerIdOf } from '../../../gallery/ids.ts'
import { peer, person } from '../../../gallery/people.ts'
import { asked, common, device, placeOf, walkTo } from '../../../gallery/routing-parts.ts'
import { routingScene } from '../../../gallery/routing.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

const bea = device('Bea', { rttMs: 8.24 })
const anders = device('Anders', { connected: false, rttMs: null })
const stranger = device('a stranger', { account: null })
const target = placeOf('zone of hello')

async function look(routing: Partial<Routing>, scene: Partial<Scene> = {}): Promise<House> {
  const people = [person('Bea', { names: ['bea.peer'] }), person('Anders')]
  house = openHouse({ people, peers: [peer('Bea')], routing: routingScene(routing), ...scene })
  showWindow(house, paths.routing)
  await screen.findByRole('heading', { name: 'Routing table' })
  return house
}

const dots = async (): Promise<HTMLElement[]> =>
  within(await screen.findByRole('list', { name: 'Devices by distance' })).getAllByRole('button')
const rows = async (): Promise<(string | null)[][]> => {
  const [, ...lines] = within(await screen.findByRole('table', { name: 'Devices in the table' })).getAllByRole('row')
  return lines.map((line) => [...line.children].map(({ textContent }) => textContent))
}
const names = (all: HTMLElement[]): (string | null)[] => all.map((dot) => dot.getAttribute('aria-label'))
const nearestFirst = [bea, anders, stranger].toSorted((a, b) => b.depth - a.depth)

test('each device is a point, said with its name, distance, state and round trip', async () => {
  await look({ peers: [bea, anders] })
  const bits = (count: number): string => `${count} ${count === 1 ? 'bit' : 'bits'} in common`
  expect(names(await dots())).toEqual(
    expect.arrayContaining([`Bea, ${bits(bea.depth)}, Connected, 8.2 ms`, `Anders, ${bits(anders.depth)}, Known`]),
  )
})

test('the rows say the same, the nearest first, with the names of the ledger', async () => {
  await look({ peers: [bea, anders, stranger] })
  const all = await rows()
  expect(all.map(([, bits]) => Number(bits))).toEqual(nearestFirst.map(({ depth }) => depth))
  const [name, , state, rtt] = all.find(([who]) => who?.startsWith('Bea')) ?? []
  expect([name, state, rtt]).toEqual(['Beabea.peerOwns bea.peer on the ledger', 'Connected', '8.2 ms'])
  expect(all.find(([who]) => who === 'Anders')?.slice(2)).toEqual(['Known', '–'])
})

test('one point is reached by Tab, and the arrow keys go from the nearest to the farthest', async () => {
  await look({ peers: [bea, anders, stranger] })
  const all = await dots()
  expect(all.filter(({ tabIndex }) => tabIndex === 0)).toEqual([all[0]])
  act(() => all[0]?.focus())
  fireEvent.keyDown(all[0] ?? document.body, { key: 'ArrowRight' })
  expect(document.activeElement).toBe(all[1])
  fireEvent.keyDown(all[1] ?? document.body, { key: 'End' })
  expect(document.activeElement).toBe(all[2])
  fireEvent.keyDown(all[2] ?? document.body, { key: 'ArrowRight' })
  expect(document.activeElement).toBe(all[2])
  fireEvent.keyDown(all[2] ?? document.body, { key: 'Home' })
  expect(document.activeElement).toBe(all[0])
})

test('whoever has the focus is told below; a press keeps them there, with the key and the way to their page', async () => {
  await look({ peers: [bea, anders] })
  await screen.findByText(/^Point at a device/)
  const dot = await screen.findByRole('button', { name: /^Bea, / })
  act(() => dot.focus())
  expect(screen.queryByText(/^Point at a device/)).toBeNull()
  fireEvent.click(dot)
  expect(dot.getAttribute('aria-pressed')).toBe('true')
  act(() => dot.blur())
  const open = screen.getByRole('link', { name: 'Open this peer' })
  expect(open.getAttribute('href')).toBe(`#${paths.peer(peerIdOf('Bea'))}`)
  fireEvent.click(dot)
  await screen.findByText(/^Point at a device/)
})

test('the last look-up is told step by step, with how near to the name each was, and numbered in the picture', async () => {
  await look({
    peers: [bea, anders],
    last: walkTo('hello.peer', target, [
      asked(bea, 'nothing', 0, 8.2),
      asked(anders, 'failed', 0, null),
      asked(stranger, 'found', 1, 29.4),
    ]),
  })
  expect(await screen.findByText('hello.peer was found.')).toBeTruthy()
  expect(screen.getByText((_, element) => element?.textContent === '3 asked · 1 hop · 12 ms · just now')).toBeTruthy()
  const steps = within(screen.getByRole('list', { name: 'Who was asked' })).getAllByRole('listitem')
  const near = (place: string): string => `${common(target, place)} ${common(target, place) === 1 ? 'bit' : 'bits'}`
  expect(steps.map(({ textContent }) => textContent)).toEqual([
    `1BeaHad nothing, 8.2 ms${near(bea.place)}`,
    `2AndersCould not be asked${near(anders.place)}`,
    expect.stringMatching(/^312D3KooW.*Had the zone, 29 ms · 1 hop away\d bits?$/),
  ])
  const all = names(await dots())
  expect(all.find((name) => name?.startsWith('Bea'))).toMatch(/asked as number 1: Had nothing, 8\.2 ms$/)
  expect(all.find((name) => name?.includes('number 3'))).toMatch(/Met on the way/)
})

test('a look-up that asked nobody says so', async () => {
  await look({ peers: [bea], last: walkTo('bea.peer', target, [], { tookMs: 0.04 }) })
  expect(await screen.findByText('It needed nobody: what was kept on this device was enough.')).toBeTruthy()
})

test('what changes is shown while it is looked at', async () => {
  const { world } = await look({ peers: [bea] })
  await screen.findByRole('button', { name: /^Bea, / })
  const routing = routingScene({ peers: [bea, anders], mode: 'client', why: 'Nobody reached it.', held: { zones: 1, deviceLists: 2 } })
  act(() => world.routing.tell({ event: 'routing-changed', routing }))
  expect(await screen.findByRole('button', { name: /^Anders, / })).toBeTruthy()
  expect(screen.getByText('This device asks for names, and is not asked')).toBeTruthy()
  expect(screen.getByText('Nobody reached it.')).toBeTruthy()
  expect(screen.getByText('It holds 1 zone and 2 lists of devices for others.')).toBeTruthy()
})

test('rows stay where they are under the pointer, and say what became of each', async () => {
  const { world } = await look({ peers: [bea, anders] })
  const table = await screen.findByRole('table', { name: 'Devices in the table' })
  fireEvent.pointerEnter(table)
  act(() => world.routing.tell({ event: 'routing-changed', routing: routingScene({ peers: [anders, stranger] }) }))
  await waitFor(async () => {
    const all = await rows()
    expect(all.find(([who]) => who?.startsWith('Bea'))?.slice(2)).toEqual(['Known', '–'])
    expect(all).toHaveLength(2)
  })
  fireEvent.pointerLeave(table)
  await waitFor(async () => expect((await rows()).some(([who]) => who?.startsWith('Bea'))).toBe(false))
})

test('where the DHT was not joined it is said why, and nothing is drawn', async () => {
  await look({ mode: 'off', why: 'It was switched off at the start.' })
  expect(await screen.findByText('It was switched off at the start.')).toBeTruthy()
  expect(screen.getByRole('heading', { name: 'No routing table' })).toBeTruthy()
  expect(screen.queryByRole('list', { name: 'Devices by distance' })).toBeNull()
})

test('alone, it is said who will appear', async () => {
  await look({})
  expect(await screen.findByRole('heading', { name: 'Nobody to ask yet' })).toBeTruthy()
  expect(within(screen.getByRole('main')).getAllByRole('button', { name: 'Invite someone' }).length).toBeGreaterThan(0)
})

test('three hundred devices are three hundred points, of which one is in the order of Tab', async () => {
  await look({ peers: Array.from({ length: 300 }, (_, at) => device(`Person ${at}`)) })
  const all = await dots()
  expect(all).toHaveLength(300)
  expect(all.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1)
})
