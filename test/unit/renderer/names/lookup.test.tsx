import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { namesStore } from '../../../../src/renderer/features/names/store.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Lookup } from '../../../../src/shared/model/names.ts'
import { accountOf, networkIdOf, peerIdOf } from '../../../gallery/ids.ts'
import { namesScene, type NamesScene } from '../../../gallery/names.ts'
import { at, cacheLine, found, myName, onLedger, step, told, zoneOf } from '../../../gallery/names-parts.ts'
import { peer, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

const zone = zoneOf('bea', [{ label: at, kind: 'text', text: 'At the harbour office' }], {}, 'Bea')
const steps = [
  step(0, 0.1, 'read', 'found', 'bea.peer, the name itself.'),
  step(0.4, 2.1, 'ask', 'found', 'It has number 7.', 'Bea'),
]
const whole = found(zone, zone.records, { steps, tookMs: 2.6 })

async function open(names: Partial<NamesScene>, path: string, more: Partial<Scene> = {}): Promise<House> {
  const scene = { others: [onLedger('bea', 'Bea', 211)], ...names }
  house = openHouse({ people: [person('Bea')], peers: [peer('Bea')], ...more, names: namesScene(scene) })
  showWindow(house, path)
  await screen.findByRole('navigation', { name: 'Places' })
  return house
}

const ask = paths.lookUpOf('bea.peer')
const over = (lookup: Partial<Lookup>): Partial<NamesScene> => ({ lookups: { '*': told({ ...whole, ...lookup }) } })
const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>('button', { name })
const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await button(name))

test('what is typed is looked up, and both clocks, the records and each step are shown', async () => {
  await open({ lookups: { 'bea.peer': told(whole) } }, paths.lookUp)
  const field = await screen.findByRole('textbox', { name: 'Name to look up' })
  fireEvent.change(field, { target: { value: 'bea.peer' } })
  fireEvent.submit(field)
  expect(await screen.findByRole('heading', { name: 'bea.peer' })).toBeTruthy()
  expect(window.location.hash).toBe(`#${ask}`)
  const clocks = within(screen.getByRole('region', { name: 'Two clocks' }))
  expect(clocks.getByText('Bea')).toBeTruthy()
  expect(clocks.getByRole('link', { name: 'block 1,204' })).toBeTruthy()
  expect(await clocks.findByText('Term ends')).toBeTruthy()
  expect(clocks.getByText('another device')).toBeTruthy()
  expect(screen.getByText('At the harbour office')).toBeTruthy()
  const trace = within(screen.getByRole('table'))
  expect(trace.getAllByRole('row')).toHaveLength(3)
  expect(trace.getByRole('rowheader', { name: /^Ask\s*Bea/ })).toBeTruthy()
})

test('the first answer is shown while others are still asked, and can be stopped there', async () => {
  const first = { ...whole, steps: [] }
  await open({ lookups: { '*': [...told(whole).slice(0, 2), { kind: 'answer', lookup: first }] }, lookupHangs: true }, ask)
  expect(await screen.findByText('First answer. A newer one takes its place if one comes.')).toBeTruthy()
  expect((await button('Connect')).disabled).toBe(true)
  await press('Stop')
  expect(await screen.findByText('You stopped it. What was found until then is below.')).toBeTruthy()
  expect((await button('Ask again')).disabled).toBe(false)
})

test('in another network it is asked anew, as the name may be somebody else’s there', async () => {
  const { world } = await open(over({}), ask)
  await screen.findByText('At the harbour office')
  Object.assign(world.scene.names, over({ outcome: { outcome: 'nobody', why: 'The ledger has no such name.' }, zone: null }))
  act(() => world.names.tell({ event: 'network-changed', snapshot: { ...namesScene(), network: networkIdOf('elsewhere') } }))
  expect(await screen.findByText('Nobody has bea.peer')).toBeTruthy()
  expect(screen.queryByText('At the harbour office')).toBeNull()
})

test.each([
  [{ outcome: 'nobody', why: 'The ledger has no such name.' }, 'Nobody has bea.peer', 'The ledger has no such name.'],
  [{ outcome: 'no-zone', owner: accountOf('Bea') }, 'bea.peer points nowhere', 'It belongs to Bea, and nobody has a zone of it.'],
  [{ outcome: 'catching-up', blocksLeft: 3 }, 'The ledger here is catching up', /^3 blocks left\./],
  [{ outcome: 'catching-up', blocksLeft: null }, 'The ledger here waits for others', /^No device of this network is connected/],
  [{ outcome: 'refused', why: 'Names are written in small letters.' }, 'That is no name that can be looked up', 'Names are written in small letters.'],
  [{ outcome: 'unreachable', owner: accountOf('Bea'), why: 'Nobody answered.' }, 'bea.peer could not be had', 'It belongs to Bea. Nobody answered.'],
] as const)('an outcome is said in words: %o', async (outcome, title, text) => {
  await open(over({ outcome, zone: null }), ask)
  expect(await screen.findByText(title)).toBeTruthy()
  expect(screen.getByText(text)).toBeTruthy()
})

test('a name that is nobody’s can be claimed from there', async () => {
  await open(over({ fullName: 'lighthouse.peer', outcome: { outcome: 'nobody', why: 'No.' }, zone: null }), paths.lookUpOf('lighthouse.peer'))
  await press('Claim it')
  expect((await screen.findByRole<HTMLInputElement>('textbox', { name: 'Name' })).value).toBe('lighthouse')
})

test('what was meant instead is one press away', async () => {
  await open(
    {
      lookups: {
        'Bea.peer': told({ ...whole, fullName: 'Bea.peer', outcome: { outcome: 'refused', why: 'Small letters: did you mean bea.peer?' }, zone: null }),
        'bea.peer': told(whole),
      },
    },
    paths.lookUpOf('Bea.peer'),
  )
  await press('Look up bea.peer')
  expect(await screen.findByText('At the harbour office')).toBeTruthy()
})

test('a connection ends with its route and its round trip', async () => {
  const connection = { peerId: peerIdOf('Bea'), route: 'direct' as const, address: '/ip4/198.51.100.7/tcp/4001', rttMs: 12.1 }
  const { world } = await open(over({}), ask)
  await screen.findByText('At the harbour office')
  world.scene.names.lookups = { '*': told({ ...whole, connection }) }
  await press('Connect')
  const region = within(await screen.findByRole('region', { name: 'Connected' }))
  expect(region.getByText('Direct')).toBeTruthy()
  expect(region.getByText('round trip 12 ms')).toBeTruthy()
})

test('a chat is opened with the account, by the name that is owned', async () => {
  const { world } = await open(over({ fullName: 'www.bea.peer' }), paths.lookUpOf('www.bea.peer'))
  await press('Chat')
  await waitFor(() => expect(window.location.hash).toBe(`#${paths.chatWith(accountOf('Bea'))}`))
  expect(world.scene.conversations.map(({ with: account }) => account)).toEqual([accountOf('Bea')])
})

test('one’s own name is not connected to or chatted with', async () => {
  const own = zoneOf('noor', zone.records)
  await open({ mine: [myName('noor')], lookups: { '*': told(found(own, own.records, { steps, tookMs: 1 })) } }, paths.lookUpOf('noor.peer'))
  await screen.findByText('At the harbour office')
  expect(within(screen.getByRole('region', { name: 'Two clocks' })).getByText('You')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Connect' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Chat' })).toBeNull()
})

test('a newer zone that is heard later is offered, and moves nothing by itself', async () => {
  const { world } = await open(over({}), ask)
  await screen.findByText('At the harbour office')
  await waitFor(() => expect(namesStore.api.getState().freshness).toBe('live'))
  const newer = zoneOf('bea', [{ label: at, kind: 'text', text: 'At home' }], { seq: 8 }, 'Bea')
  world.scene.names.lookups = { '*': told(found(newer, newer.records)) }
  act(() => world.names.tell({ event: 'zone-heard', fullName: 'bea.peer', owner: accountOf('Bea'), seq: 8 }))
  expect(await screen.findByText('A newer zone of it was just heard.')).toBeTruthy()
  expect(screen.getByText('At the harbour office')).toBeTruthy()
  await press('Show it')
  expect(await screen.findByText('At home')).toBeTruthy()
})

test('a look-up that fails says so, and can be tried again', async () => {
  const { world } = await open(over({}), ask, { failing: { 'names.lookup': 'INTERNAL' } })
  expect(await screen.findByText('Something failed inside Latch.')).toBeTruthy()
  world.scene.failing = {}
  await press('Try again')
  expect(await screen.findByText('At the harbour office')).toBeTruthy()
})

test('the address field opens over any place, and leads to the look-up', async () => {
  await open(over({}), paths.chats)
  fireEvent.keyDown(window, { key: 'l', ctrlKey: true })
  const field = await screen.findByRole('combobox', { name: 'Go to a name' })
  fireEvent.change(field, { target: { value: '@bea.peer' } })
  fireEvent.click(await screen.findByRole('option', { name: 'Look up @bea.peer' }))
  await waitFor(() => expect(window.location.hash).toBe(`#${paths.lookUpOf('@bea.peer')}`))
  expect(await screen.findByText('At the harbour office')).toBeTruthy()
})

test('the palette offers to look up what reads as a name, and nothing else', async () => {
  await open(over({}), paths.chats)
  fireEvent.keyDown(window, { key: 'k', ctrlKey: true })
  const field = await screen.findByRole('combobox', { name: 'Command palette' })
  fireEvent.change(field, { target: { value: 'bea' } })
  expect(screen.queryByRole('option', { name: /^Look up bea/ })).toBeNull()
  fireEvent.change(field, { target: { value: 'www.bea.peer' } })
  expect(await screen.findByRole('option', { name: 'Look up www.bea.peer' })).toBeTruthy()
})

test('what is kept is listed with how long it counts, and can be forgotten one by one or whole', async () => {
  const cache = [
    cacheLine('bea.peer', 'Bea', { watched: true, hits: 2 }),
    cacheLine('bae.peer', null, { hits: 0 }),
    cacheLine('tide.peer', 'Tomasz', { state: 'stale' }),
  ]
  const { world } = await open({ cache }, paths.keptNames)
  const list = within(await screen.findByRole('list', { name: 'What is kept' }))
  expect(list.getAllByRole('listitem')).toHaveLength(3)
  expect(list.getByText(/Nobody had it; asked again in/)).toBeTruthy()
  expect(list.getByText('kept fresh')).toBeTruthy()
  await press('Forget bae.peer')
  await waitFor(() => expect(screen.queryByText('bae.peer')).toBeNull())
  await press('Forget all')
  fireEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Forget all' }))
  expect(await screen.findByRole('heading', { name: 'Nothing is kept' })).toBeTruthy()
  expect(world.scene.names.cache).toEqual([])
})
