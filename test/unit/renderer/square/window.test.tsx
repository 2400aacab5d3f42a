import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { accountOf, networkIdOf } from '../../../gallery/ids.ts'
import { network, ownNetwork } from '../../../gallery/networks.ts'
import { peer, person } from '../../../gallery/people.ts'
import { posts, room, roomName } from '../../../gallery/square.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

const said = posts('lobby', [
  ['Bea', 90_000, 'The slipway is free.', { hops: 1, delayMs: 41 }],
  ['northwind', 60_000, 'Who owns tide.peer?', { delayMs: 1_240 }],
  ['me', 30_000, 'The rowing club.'],
])
const scene: Partial<Scene> = {
  people: [person('Bea', { petname: 'Bea from the harbour', trust: 'verified' })],
  peers: [peer('Bea')],
  networks: [ownNetwork()],
  rooms: [room('lobby', said, { peers: 2 }), room('rowing', [], { peers: 0 })],
  posts: said,
}
const lobby = paths.room(roomName('lobby'))

// A whole window starts in each test, on a machine that may have other work.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function open(changes: Partial<Scene> = {}, path = lobby): Promise<House> {
  house = openHouse({ ...scene, ...changes })
  showWindow(house, path)
  await screen.findByRole('navigation', { name: 'Places' })
  return house
}

const composer = (name = 'lobby') => screen.findByRole<HTMLTextAreaElement>('textbox', { name: `Say something in ${name}` })
const write = (field: HTMLElement, value: string): void => void fireEvent.change(field, { target: { value } })
const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await screen.findByRole('button', { name }))
const log = () => screen.findByRole('log')
const goTo = (path: string): void => {
  act(() => {
    window.location.hash = `#${path}`
  })
}

test('a contact has the name you gave them, and what anybody else calls themselves is marked as not proven', async () => {
  await open()
  const list = within(await log())
  expect(await list.findByRole('button', { name: 'About Bea from the harbour' })).toBeTruthy()
  expect(list.getByText('Verified')).toBeTruthy()
  const stranger = list.getByRole('article', { name: 'northwind' })
  expect(within(stranger).getByText('not proven')).toBeTruthy()
  expect(list.getAllByText('not proven')).toHaveLength(1)
})

test('Enter says it to the room, and Shift and Enter makes a new line', async () => {
  const { world } = await open()
  const field = await composer()
  write(field, 'Thank you.')
  expect(fireEvent.keyDown(field, { key: 'Enter', shiftKey: true })).toBe(true)
  expect(world.scene.posts).toHaveLength(3)
  fireEvent.keyDown(field, { key: 'Enter' })
  await waitFor(() => expect(field.value).toBe(''))
  expect(await within(await log()).findByText('Thank you.')).toBeTruthy()
})

test('that a room is public and signed is said where one writes', async () => {
  await open()
  await composer()
  expect(screen.getByText(/Public, and signed by you/)).toBeTruthy()
})

test('a draft is kept by Esc, in each room, and is not said in a room of the same name in another network', async () => {
  const { world } = await open()
  write(await composer(), 'half a thou')
  fireEvent.keyDown(await composer(), { key: 'Escape' })
  goTo(paths.room(roomName('rowing')))
  expect((await composer('rowing')).value).toBe('')
  goTo(lobby)
  expect((await composer()).value).toBe('half a thou')
  const rooms = [room('lobby', [], { network: networkIdOf('another') })]
  act(() => world.square.tell({ event: 'network-changed', snapshot: { rooms, muted: [] } }))
  await waitFor(async () => expect((await composer()).value).toBe(''))
})

test('whoever says too much at once is told so, and the text stays', async () => {
  await open({ failing: { 'square.post': 'BUSY' } })
  const field = await composer()
  write(field, 'One more thing')
  fireEvent.keyDown(field, { key: 'Enter' })
  expect(await screen.findByText('You said a lot in a short time.')).toBeTruthy()
  expect(screen.getByText(/Your text is kept\. Rooms carry only so much/)).toBeTruthy()
  expect(field.value).toBe('One more thing')
})

test('bytes are counted near the bound, and a text beyond it cannot be said', async () => {
  const { world } = await open()
  const field = await composer()
  write(field, 'x'.repeat(1_700))
  expect(screen.queryByText(/bytes? left/)).toBeNull()
  write(field, 'é'.repeat(1_000))
  expect(screen.getByText('48 bytes left')).toBeTruthy()
  write(field, 'é'.repeat(1_025))
  expect(screen.getByRole('alert').textContent).toContain('2 bytes too long')
  fireEvent.keyDown(field, { key: 'Enter' })
  expect(world.scene.posts).toHaveLength(3)
})

test('hops are asked for when the way of a message is opened, and not before', async () => {
  const { world } = await open({ traced: { hops: 3 } })
  await log()
  expect(world.scene.posts[1]?.path.hops).toBeNull()
  await press(/^1\.2 s .*How it came here$/)
  expect(await screen.findByText('2 devices passed it on')).toBeTruthy()
  expect(screen.getByText('2 times, shown once')).toBeTruthy()
  expect(await screen.findByRole('button', { name: /^3 hops · 1\.2 s/ })).toBeTruthy()
})

test('that those between do not say is said, and one from its author’s device is straight from them', async () => {
  await open({ traced: { hops: null } })
  await press(/^1\.2 s/)
  expect(await screen.findByText('Not known: those between do not say')).toBeTruthy()
  fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' })
  await press(/^straight · 41 ms/)
  expect(await screen.findByText('None between: straight from its author')).toBeTruthy()
})

test('what a muted author said goes at once, can be taken back, and is in the list of the muted', async () => {
  const { world } = await open()
  await press('About northwind')
  await press('Mute')
  await waitFor(() => expect(screen.queryByText(/^Who owns/)).toBeNull())
  expect(world.scene.muted).toEqual([accountOf('northwind')])
  expect(await screen.findByText('northwind is muted')).toBeTruthy()
  await press('Undo')
  expect(await within(await log()).findByText(/^Who owns/)).toBeTruthy()
  expect(world.scene.muted).toEqual([])
})

test('somebody muted is heard again from the list', async () => {
  const { world } = await open({ muted: [accountOf('northwind')] })
  await press('More about lobby')
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Muted: 1 person' }))
  const list = await screen.findByRole('dialog', { name: 'Muted people' })
  fireEvent.click(await within(list).findByRole('button', { name: /^Hear again: / }))
  await waitFor(() => expect(world.scene.muted).toEqual([]))
  expect(await screen.findByText(/^Who owns/)).toBeTruthy()
})

test('a name that is none is said to be none, with what could have been meant', async () => {
  const { world } = await open({}, paths.square)
  await press('Enter a room')
  const field = await screen.findByRole('textbox', { name: 'Name of the room' })
  write(field, 'Harbour Talk')
  expect(screen.getByText(/only small letters/)).toBeTruthy()
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Enter' }).disabled).toBe(true)
  await press('Use “harbour-talk”')
  await press('Enter')
  expect(await screen.findByRole('heading', { name: /harbour-talk/, level: 1 })).toBeTruthy()
  expect(world.scene.rooms.map(({ name }) => name)).toContain('harbour-talk')
})

test('a room is left after a question, and a room that one is not in can be entered', async () => {
  const { world } = await open()
  await press('More about lobby')
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Leave this room' }))
  expect(world.scene.rooms).toHaveLength(2)
  await press('Leave the room')
  expect(await screen.findByText('Choose a room')).toBeTruthy()
  goTo(lobby)
  await press('Enter lobby')
  expect(await composer()).toBeTruthy()
})

test('in no room, the lobby is one press away', async () => {
  const { world } = await open({ rooms: [], posts: [] }, paths.square)
  fireEvent.click((await screen.findAllByRole('button', { name: 'Enter the lobby' }))[0] as HTMLElement)
  await waitFor(() => expect(world.scene.rooms.map(({ name }) => name)).toEqual(['lobby']))
})

test('connected to nobody, it is said that nothing can be heard', async () => {
  await open({ peers: [] }, paths.room(roomName('rowing')))
  expect((await screen.findAllByText('Not connected to anybody')).length).toBeGreaterThan(0)
  expect(await screen.findByText(/nothing can be heard or said here/)).toBeTruthy()
})

test('what was unread when the room was opened begins with a line, and is marked as read', async () => {
  const { world } = await open({ rooms: [room('lobby', said, { unread: 1 })] })
  expect(await screen.findByText('New messages')).toBeTruthy()
  await waitFor(() => expect(world.scene.rooms[0]?.unread).toBe(0))
  expect(screen.getByText('New messages')).toBeTruthy()
})

test('the rooms say of which network they are', async () => {
  await open({ networks: [ownNetwork({ active: false }), network('Harbour street', { active: true })] }, paths.square)
  expect((await screen.findByRole('link', { name: /Rooms of/ })).textContent).toContain('Harbour street')
})
