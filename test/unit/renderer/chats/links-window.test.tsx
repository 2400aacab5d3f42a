import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { browseScene } from '../../../gallery/browse.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { conversation, messages, peer, person } from '../../../gallery/people.ts'
import { posts, room, roomName } from '../../../gallery/square.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  Reflect.deleteProperty(window, 'latch')
  forgetEverything()
})

const opened = (): string[] => {
  const urls: string[] = []
  vi.spyOn(window, 'open').mockImplementation((url) => {
    urls.push(String(url))
    return null
  })
  return urls
}

function chat(text: string, scene: Partial<Scene> = {}): House {
  const said = messages('Bea', [['them', 60_000, text]])
  house = openHouse({
    people: [person('Bea')],
    peers: [peer('Bea')],
    conversations: [conversation('Bea', said)],
    messages: said,
    browse: browseScene(),
    ...scene,
  })
  showWindow(house, paths.chatWith(accountOf('Bea')))
  return house
}

const inDesktop = (): void => void Object.assign(window, { latch: { platform: 'linux' } })

test('an address of a site in a message opens in Browse', async () => {
  inDesktop()
  const { world } = chat('Look at bea.peer/minutes.')
  fireEvent.click(await screen.findByRole('link', { name: 'bea.peer/minutes' }))
  await waitFor(() => expect(window.location.hash).toBe(`#${paths.browse}`))
  await waitFor(() => expect(world.scene.browse.tabs.map(({ url }) => url)).toEqual(['peer://bea.peer/minutes']))
})

test.each([
  ['http://bea.peer/minutes', 'http://bea.peer/minutes', 'peer://bea.peer/minutes'],
  ['See HTTP://App.Bea.Peer?x=1.', 'HTTP://App.Bea.Peer?x=1', 'peer://app.bea.peer/?x=1'],
  ['www.bea.peer', 'www.bea.peer', 'peer://www.bea.peer/'],
  ['[the minutes](http://bea.peer/minutes)', 'the minutes', 'peer://bea.peer/minutes'],
])('a site that somebody wrote as one of the web opens in Browse: %s', async (text, said, url) => {
  inDesktop()
  const { world } = chat(text)
  fireEvent.click(await screen.findByRole('link', { name: said }))
  await waitFor(() => expect(world.scene.browse.tabs.map((tab) => tab.url)).toEqual([url]))
})

test.each(['http://bea.other/minutes', 'http://bea.peer:8080/', 'http://x@bea.peer/', 'http://bea.peer.example/', 'https://bea.peer/'])(
  'what is no site of this network by its name does not: %s',
  async (text) => {
    inDesktop()
    chat(`Here ${text} is it`)
    await screen.findByText(/is it$/)
    expect(screen.queryByRole('link', { name: text })).toBeNull()
  },
)

test('with Ctrl it opens behind, and the window stays where it is', async () => {
  inDesktop()
  const { world } = chat('peer://bea.peer/minutes')
  fireEvent.click(await screen.findByRole('link', { name: 'peer://bea.peer/minutes' }), { ctrlKey: true })
  await waitFor(() => expect(world.scene.browse.tabs).toHaveLength(1))
  expect(window.location.hash).toBe(`#${paths.chatWith(accountOf('Bea'))}`)
})

test('in a browser it opens at the gateway, in a tab of its own', async () => {
  const urls = opened()
  chat('bea.peer/minutes', { browse: browseScene({ shows: 'gateway', gateway: { state: 'on', port: 5_380, why: null, requests: 0 } }) })
  fireEvent.click(await screen.findByRole('link', { name: 'bea.peer/minutes' }))
  await waitFor(() => expect(urls).toEqual(['http://bea.peer.localhost:5380/minutes']))
})

test('an address of the outside web asks first, with the host that would be asked', async () => {
  const urls = opened()
  chat('https://bücherei.example/anmeldung?x=1')
  const found = await screen.findByRole('button', { name: 'https://bücherei.example/anmeldung?x=1' })
  fireEvent.click(found)
  const card = await screen.findByRole('dialog', { name: 'A link to xn--bcherei-n2a.example' })
  expect(within(card).getByText('xn--bcherei-n2a.example')).toBeTruthy()
  expect(within(card).getByText(/letters of other alphabets/)).toBeTruthy()
  expect(urls).toEqual([])
  fireEvent.click(within(card).getByRole('button', { name: 'Open in your browser' }))
  expect(urls).toEqual(['https://xn--bcherei-n2a.example/anmeldung?x=1'])
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('an address without encryption says so, shows the whole of itself, and opens after being asked', async () => {
  const urls = opened()
  chat('[the bank](http://evil.example/a/long/way?to=it)')
  fireEvent.click(await screen.findByRole('button', { name: 'the bank' }))
  const card = await screen.findByRole('dialog', { name: 'A link to evil.example' })
  expect(within(card).getByText('http://evil.example/a/long/way?to=it')).toBeTruthy()
  expect(within(card).getByText(/not encrypted/)).toBeTruthy()
  expect(urls).toEqual([])
  fireEvent.click(within(card).getByRole('button', { name: 'Open in your browser' }))
  expect(urls).toEqual(['http://evil.example/a/long/way?to=it'])
})

test('an address for letters begins one in the mail program after being asked', async () => {
  const urls = opened()
  chat('[write](mailto:harbour@example.org?subject=Slip)')
  fireEvent.click(await screen.findByRole('button', { name: 'write' }))
  const card = await screen.findByRole('dialog', { name: 'A letter to harbour@example.org' })
  expect(within(card).getByText('mailto:harbour@example.org?subject=Slip')).toBeTruthy()
  fireEvent.click(within(card).getByRole('button', { name: 'Open your mail program' }))
  expect(urls).toEqual(['mailto:harbour@example.org?subject=Slip'])
})

test('an address of this machine is not opened from here', async () => {
  const urls = opened()
  chat('https://localhost:8443/delete')
  fireEvent.click(await screen.findByRole('button', { name: 'https://localhost:8443/delete' }))
  const card = await screen.findByRole('dialog', { name: 'A link to localhost:8443' })
  expect(within(card).queryByRole('button', { name: /Open/ })).toBeNull()
  expect(within(card).getByRole('button', { name: 'Copy the address' })).toBeTruthy()
  expect(urls).toEqual([])
})

test('an address of the outside web is no link that could be followed without being asked', async () => {
  chat('https://example.org/ and http://example.org/ and https://bank.example@evil.example/')
  expect(await screen.findByRole('button', { name: 'https://example.org/' })).toBeTruthy()
  expect(within(screen.getByRole('log')).queryAllByRole('link')).toEqual([])
  expect(within(screen.getByRole('log')).queryByRole('button', { name: /evil/ })).toBeNull()
})

test('what is said in a room has its links too', async () => {
  const said = posts('lobby', [['Bea', 60_000, 'The tender is on bea.peer/slipway, see https://example.org/.']])
  house = openHouse({ people: [person('Bea')], peers: [peer('Bea')], rooms: [room('lobby', said)], posts: said, browse: browseScene() })
  showWindow(house, paths.room(roomName('lobby')))
  expect(await screen.findByRole('link', { name: 'bea.peer/slipway' })).toBeTruthy()
  expect(screen.getByRole('button', { name: 'https://example.org/' })).toBeTruthy()
})
