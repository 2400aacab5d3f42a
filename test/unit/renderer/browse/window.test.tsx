import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Tab } from '../../../../src/shared/model/browse.ts'
import { bookmark, download, failed, offered, shield, siteName, tab, visited } from '../../../gallery/browse-parts.ts'
import { browseScene, type BrowseScene } from '../../../gallery/browse.ts'
import { accountOf, knockIdOf, peerIdOf } from '../../../gallery/ids.ts'
import { myName } from '../../../gallery/names-parts.ts'
import { namesScene } from '../../../gallery/names.ts'
import { ownNetwork } from '../../../gallery/networks.ts'
import { knock, peer, person, sentKnock } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A whole window starts in each test, on a machine that may have other work.
configure({ asyncUtilTimeout: 5_000 })

const box = { left: 56, top: 92, right: 1_200, bottom: 760 }
const seen = { x: 56, y: 92, width: 1_144, height: 668 }
const bea = tab('bea', { shield: shield('bea.peer', 'Bea'), title: 'Slipway notes', canBack: true })
const tomasz = tab('tomasz', { shield: shield('tomasz.peer', 'Tomasz'), title: 'Rowing' })

let house: House | null = null

beforeEach(() => {
  Object.assign(window, { latch: { platform: 'linux' } })
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  // Without a layout everything is nowhere; a page has a place.
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue({ ...box, x: box.left, y: box.top, width: 1_144, height: 668, toJSON: () => box })
})

afterEach(() => {
  house?.close()
  forgetEverything()
  Reflect.deleteProperty(window, 'latch')
})

async function open(browse: Partial<BrowseScene>, world: Partial<Scene> = {}, path: string = paths.browse): Promise<House> {
  house = openHouse({ people: [person('Bea', { trust: 'verified' })], browse: browseScene(browse), ...world })
  showWindow(house, path)
  await screen.findByRole('navigation', { name: 'Places' })
  await screen.findByRole('toolbar', { name: 'Address and page' })
  return house
}

const address = () => screen.findByRole<HTMLInputElement>('combobox', { name: 'Address' })
const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await screen.findByRole('button', { name }))
const placeIs = (of: House, place: typeof seen | null) => waitFor(() => expect(of.world.place).toEqual(place))
const goTo = (path: string): void => {
  act(() => {
    window.location.hash = `#${path}`
  })
}
const put = (of: House, changes: Partial<Tab>): void => {
  const changed = { ...bea, ...changes }
  of.world.scene.browse.tabs = of.world.scene.browse.tabs.map((held) => (held.id === changed.id ? changed : held))
  act(() => of.world.browse.tell({ event: 'tab-changed', tab: changed, index: 0 }))
}

test('main is told where the page is seen, and that it is not while anything floats over the window', async () => {
  const of = await open({ tabs: [bea] })
  await placeIs(of, seen)
  await press('More of Browse')
  await screen.findByRole('menu')
  await placeIs(of, null)
  expect(screen.getByText('The page comes back when what lies over it is closed.')).toBeTruthy()
  fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' })
  await placeIs(of, seen)
  fireEvent.keyDown(window, { key: 'k', ctrlKey: true })
  await screen.findByRole('dialog', { name: 'Command palette' })
  await placeIs(of, null)
})

test('a picture of the page stands in its place under what lies over it, and the page goes when that is there', async () => {
  vi.spyOn(HTMLImageElement.prototype, 'decode').mockResolvedValue()
  const of = await open({ tabs: [bea], still: 'data:image/jpeg;base64,AAAA' })
  await placeIs(of, seen)
  let wasPictured: boolean | null = null
  of.world.onPlace = (place) => {
    if (place === null) wasPictured ??= document.querySelector('section > img') !== null
  }
  await press('More of Browse')
  const picture = await screen.findByRole('img', { name: 'The page comes back when what lies over it is closed.' })
  expect(picture.getAttribute('src')).toBe('data:image/jpeg;base64,AAAA')
  await placeIs(of, null)
  expect(wasPictured).toBe(true)
  fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' })
  await placeIs(of, seen)
  await waitFor(() => expect(document.querySelector('section > img')).toBeNull())
})

test('how large a page is shown is said at the address while it is not as it says, and undone there', async () => {
  const of = await open({ tabs: [bea] })
  await placeIs(of, seen)
  expect(screen.queryByRole('button', { name: /^Shown at/ })).toBeNull()
  put(of, { zoom: 1.25 })
  const pill = await screen.findByRole('button', { name: 'Shown at 125 %. Back to the actual size' })
  expect(pill.textContent).toBe('125 %')
  fireEvent.click(pill)
  await waitFor(() => expect(screen.queryByRole('button', { name: /^Shown at/ })).toBeNull())
})

test('why a page does not open in the browser of the machine is said at its address', async () => {
  await open({ tabs: [bea] }, { failing: { 'browse.inBrowser': 'CONFLICT' } })
  await press('More of Browse')
  fireEvent.click(await screen.findByRole('menuitem', { name: /^Open in your browser/ }))
  expect(await screen.findByRole('alert')).toBeTruthy()
})

test('a new tab gives the keyboard to its own address, and not to that of the tab before', async () => {
  const of = await open({ tabs: [bea] })
  await placeIs(of, seen)
  const field = await address()
  await press('New tab')
  await waitFor(() => expect(document.activeElement).toBe(field))
  expect(field.value).toBe('')
})

test('from one tab to the next a page is seen all the while', async () => {
  const of = await open({ tabs: [bea, tomasz] })
  await placeIs(of, seen)
  const told: unknown[] = []
  of.world.onPlace = (place) => told.push(place)
  await press(/^tomasz\.peer/)
  await screen.findByRole('region', { name: 'Page of tomasz.peer' })
  await press(/^bea\.peer/)
  await screen.findByRole('region', { name: 'Page of bea.peer' })
  goTo(paths.door)
  await placeIs(of, null)
  expect(told).toEqual([null])
})

test('the keyboard goes back to the page from what was called over it, and stays with whoever took it since', async () => {
  const of = await open({ tabs: [bea] })
  await placeIs(of, seen)
  act(() => of.world.browse.tell({ event: 'key-pressed', key: 'palette' }))
  const palette = await screen.findByRole('dialog', { name: 'Command palette' })
  await placeIs(of, null)
  fireEvent.keyDown(palette, { key: 'Escape' })
  await placeIs(of, seen)
  await waitFor(() => expect(of.world.isPageFocused).toBe(true))
  act(() => screen.getByRole('button', { name: 'More of Browse' }).focus())
  await waitFor(() => expect(of.world.isPageFocused).toBe(false))
})

test('in another place, on a page of the window and on an error page no page is seen', async () => {
  const of = await open({ tabs: [bea] })
  await placeIs(of, seen)
  goTo(paths.door)
  await placeIs(of, null)
  goTo(paths.browse)
  await placeIs(of, seen)
  goTo(paths.browseView('history'))
  await placeIs(of, null)
  goTo(paths.browse)
  await placeIs(of, seen)
  put(of, { state: 'failed', failure: { step: 'answer', code: 'cut', why: '', url: bea.url, knock: null, atMs: 1 } })
  await screen.findByRole('heading', { name: 'The connection to bea.peer broke off' })
  await placeIs(of, null)
})

test('somebody who knocks is told of above the page, and no card lies under it', async () => {
  await open({ tabs: [bea] }, { knocks: [knock('northwind')] })
  await screen.findByText('Somebody knocks at your door.')
  expect(screen.queryByRole('region', { name: 'Knocks' })).toBeNull()
  await press('Look at the door')
  await screen.findByRole('heading', { name: 'northwind' })
})

test('a tab says the name first, and a title never in its place', async () => {
  await open({ tabs: [{ ...bea, title: 'bank.example – sign in' }, tomasz] })
  const tabs = within(await screen.findByRole('list', { name: 'Tabs' }))
  const [first] = tabs.getAllByRole('button')
  expect(first?.textContent).toBe('bea.peer, bank.example – sign in')
  expect(first?.getAttribute('aria-current')).toBe('page')
})

test('keys choose, close and move tabs, in this window and over a page alike', async () => {
  const of = await open({ tabs: [bea, tomasz] })
  const current = () => screen.getAllByRole('button', { current: 'page' }).map(({ textContent }) => textContent)
  await waitFor(() => expect(current()).toEqual(['bea.peer, Slipway notes']))
  fireEvent.keyDown(window, { key: 'Tab', ctrlKey: true })
  await waitFor(() => expect(current()).toEqual(['tomasz.peer, Rowing']))
  act(() => of.world.browse.tell({ event: 'key-pressed', key: 'previous-tab' }))
  await waitFor(() => expect(current()).toEqual(['bea.peer, Slipway notes']))
  fireEvent.keyDown(window, { key: 'PageDown', ctrlKey: true, shiftKey: true })
  await waitFor(() => expect(of.world.scene.browse.tabs.map(({ id }) => id)).toEqual([tomasz.id, bea.id]))
  act(() => of.world.browse.tell({ event: 'key-pressed', key: 'close-tab' }))
  await waitFor(() => expect(of.world.scene.browse.tabs).toEqual([tomasz]))
  act(() => of.world.browse.tell({ event: 'key-pressed', key: 'address' }))
  await waitFor(async () => expect(document.activeElement).toBe(await address()))
})

test('what is typed is completed, chosen by the arrow keys, and opened in the tab that is shown', async () => {
  const completions = [
    { url: 'peer://bea.peer/', kind: 'contact' as const, text: 'Bea', tab: null },
    { url: 'peer://beach.peer/', kind: 'history' as const, text: 'Where we swim', tab: null },
  ]
  const of = await open({ tabs: [tomasz], completions })
  const field = await address()
  fireEvent.focus(field)
  fireEvent.change(field, { target: { value: 'be' } })
  const list = await screen.findByRole('listbox', { name: 'What you may mean' })
  await waitFor(() => expect(within(list).getAllByRole('option')).toHaveLength(2))
  await placeIs(of, null)
  fireEvent.keyDown(field, { key: 'ArrowDown' })
  fireEvent.keyDown(field, { key: 'ArrowDown' })
  await waitFor(() => expect(within(list).getAllByRole('option')[1]?.hasAttribute('data-highlighted')).toBe(true))
  fireEvent.keyDown(field, { key: 'Enter' })
  await waitFor(() => expect(of.world.scene.browse.tabs).toMatchObject([{ id: tomasz.id, site: 'beach.peer', state: 'opening' }]))
})

test('Enter opens what was typed, and what is wrong with it is said at the address', async () => {
  const of = await open({ tabs: [tomasz] })
  const field = await address()
  fireEvent.focus(field)
  fireEvent.change(field, { target: { value: 'no name at all' } })
  fireEvent.keyDown(field, { key: 'Enter' })
  await screen.findByText('That input cannot be used.')
  expect((await address()).value).toBe('no name at all')
  expect(of.world.scene.browse.tabs).toEqual([tomasz])
})

test('Esc puts back what stood in the address', async () => {
  await open({ tabs: [bea] })
  const field = await address()
  fireEvent.focus(field)
  fireEvent.change(field, { target: { value: 'something else' } })
  fireEvent.keyDown(field, { key: 'Escape' })
  await waitFor(async () => expect((await address()).value).toBe('peer://bea.peer/'))
})

test('the address takes the keyboard once for each time that it shall, and not with every tab', async () => {
  const of = await open({ tabs: [bea, tomasz] })
  act(() => of.world.browse.tell({ event: 'key-pressed', key: 'address' }))
  const field = await address()
  await waitFor(() => expect(document.activeElement).toBe(field))
  act(() => field.blur())
  await press(/^tomasz\.peer/)
  await waitFor(async () => expect((await address()).value).toBe('peer://tomasz.peer/'))
  goTo(paths.door)
  await placeIs(of, null)
  goTo(paths.browse)
  await placeIs(of, seen)
  expect(document.activeElement).not.toBe(await address())
})

test('what is being written in the address is there still when one comes back to the window', async () => {
  await open({ tabs: [bea] })
  const field = await address()
  act(() => field.focus())
  fireEvent.change(field, { target: { value: 'something else' } })
  // The window itself is left: the field stays the active one in it.
  fireEvent.blur(field)
  expect((await address()).value).toBe('something else')
  act(() => field.blur())
  expect((await address()).value).toBe('peer://bea.peer/')
})

test('a link to the outside web waits for a word, and is not opened by a click that was meant for the page', async () => {
  const of = await open({ tabs: [{ ...bea, outside: { url: 'https://example.com/', host: 'example.com' } }] })
  const button = await screen.findByRole('button', { name: 'Open' })
  expect(button.getAttribute('aria-disabled')).toBe('true')
  fireEvent.click(button)
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBeNull())
  expect(of.world.scene.browse.tabs[0]?.outside).not.toBeNull()
  fireEvent.click(button)
  await waitFor(() => expect(of.world.scene.browse.tabs[0]?.outside).toBeNull())
})

test('a page that wants something of another name is answered where it asks, for this once or longer', async () => {
  const load = knock('Bea', { id: knockIdOf('load'), capability: 'load', about: { name: 'pictures.peer', bytes: null, path: null } })
  const asked = { kind: 'site', what: 'pictures.peer', outcome: 'waiting', count: 1, lastMs: 1, knock: load.id } as const
  const of = await open({ tabs: [{ ...bea, shield: shield('bea.peer', 'Bea', { asked: [asked] }) }] }, { knocks: [load] })
  await screen.findByText('bea.peer wants to load from pictures.peer.')
  // It is asked about once.
  expect(screen.queryByText('Somebody knocks at your door.')).toBeNull()
  await press('Don’t load')
  await waitFor(() => expect(of.world.scene.knocks[0]?.state).toBe('denied'))
})

test('a file that a page offers is saved when somebody says so, and said to come in under the page', async () => {
  const of = await open({ tabs: [bea], downloads: [download('plan.pdf', 'bea.peer', { state: 'asking' })] })
  await screen.findByText('bea.peer offers a file.')
  const save = screen.getByRole('button', { name: 'Save' })
  await waitFor(() => expect(save.getAttribute('aria-disabled')).toBeNull())
  fireEvent.click(save)
  const bar = await screen.findByRole('region', { name: 'Downloads under way and done' })
  expect(within(bar).getByText('plan.pdf')).toBeTruthy()
  expect(of.world.scene.browse.downloads[0]?.state).toBe('running')
})

const atBea = { account: accountOf('Bea'), peerId: peerIdOf('Bea'), site: siteName('bea.peer'), path: '/' }

test('at a door that wants a knock one knocks, waits, and the page opens by itself with the yes', async () => {
  const of = await open({ tabs: [failed('bea', 'bea.peer', { step: 'door', code: 'knock-first', knock: atBea })] })
  await press('Knock')
  await waitFor(() => expect(of.world.scene.sent).toMatchObject([{ capability: 'visit', about: { name: 'bea.peer', path: '/' } }]))
  await screen.findByText('A person is being asked.')
  const [sent] = of.world.scene.sent
  act(() => void of.world.putSent({ ...(sent ?? sentKnock('Bea')), state: 'allowed', untilMs: null }))
  await waitFor(() => expect(of.world.scene.browse.tabs[0]?.state).toBe('opening'))
})

test('a yes of before does not load a page again and again that does not open all the same', async () => {
  const before = sentKnock('Bea', { capability: 'visit', about: { name: 'bea.peer', bytes: null, path: '/' }, state: 'allowed', sentMs: Date.now() - 60_000 })
  const of = await open({ tabs: [failed('bea', 'bea.peer', { step: 'door', code: 'knock-first', knock: atBea })] }, { sent: [before] })
  await screen.findByRole('button', { name: 'Knock' })
  expect(of.world.scene.browse.tabs[0]?.state).toBe('failed')
})

test('the site of the demonstration is offered once it has a name', async () => {
  const demo = { ...person('Latch demonstration'), demo: true, names: [] }
  const of = await open({}, { people: [demo], networks: [ownNetwork()] })
  const button = await screen.findByRole('button', { name: 'Open hello.peer' })
  expect(button.getAttribute('aria-busy')).toBe('true')
  act(() => void of.world.putPerson({ ...demo, names: ['hello.peer'] }))
  await waitFor(() => expect(button.getAttribute('aria-busy')).toBeNull())
  fireEvent.click(button)
  await waitFor(() => expect(of.world.scene.browse.tabs).toMatchObject([{ site: 'hello.peer', state: 'opening' }]))
})

test('a name that nobody has can be claimed, and any page tried again', async () => {
  const of = await open({ tabs: [failed('bea', 'nobodys.peer', { step: 'ledger', code: 'nobody' })] })
  await screen.findByRole('heading', { name: 'Nobody owns nobodys.peer' })
  const steps = within(screen.getByRole('list', { name: 'Steps of opening the page' }))
  expect(steps.getByText(/Ledger/).textContent).toBe('Ledger: failed')
  await press('Claim this name')
  await waitFor(() => expect(window.location.hash).toBe('#/names/yours'))
  goTo(paths.browse)
  await press('Try again')
  await waitFor(() => expect(of.world.scene.browse.tabs[0]?.state).toBe('opening'))
})

test('a page that waits for its owner opens by itself when a device of theirs connects', async () => {
  const away = failed('bea', 'bea.peer', { step: 'device', code: 'device-unreachable' })
  const of = await open({ tabs: [away] }, { people: [person('Bea', { names: ['bea.peer'] })] })
  await screen.findByText('It opens by itself when a device of theirs connects.')
  const connected = peer('Bea', { state: 'connected', connectedMs: 7 })
  act(() => of.world.peers.tell({ event: 'peer-changed', peer: connected }))
  await waitFor(() => expect(of.world.scene.browse.tabs[0]?.state).toBe('opening'))
  put(of, away)
  await screen.findByText('It opens by itself when a device of theirs connects.')
  act(() => of.world.peers.tell({ event: 'peer-changed', peer: { ...connected, connectedMs: 8 } }))
  await waitFor(() => expect(of.world.scene.browse.tabs[0]?.state).toBe('opening'))
})

test('where a name of one’s own shows no site, one is led to publishing one', async () => {
  const names = namesScene({ mine: [myName('noor')] })
  await open({ tabs: [failed('noor', 'noor.peer', { step: 'zone', code: 'no-site' })] }, { names })
  await press('Publish a site')
  await waitFor(() => expect(window.location.hash).toBe(`#${paths.yourSites}`))
})

test('the start page leads from names of one’s own to publishing', async () => {
  await open({ sites: [offered('noor.peer', 'Noor', true)] }, { names: namesScene({ mine: [myName('noor')] }) })
  const yours = await screen.findByRole('region', { name: 'Yours' })
  fireEvent.click(within(yours).getByRole('button', { name: 'Publish a site' }))
  await waitFor(() => expect(window.location.hash).toBe(`#${paths.yourSites}`))
})

test('the shield says whose page it is, from where, and what it asked for, and clears what the site stored', async () => {
  const asked = { kind: 'local', what: '192.168.1.1', outcome: 'denied', count: 2, lastMs: Date.now(), knock: null } as const
  const of = await open({ tabs: [{ ...bea, shield: shield('bea.peer', 'Bea', { asked: [asked], deniedCount: 2 }) }] })
  await press('Whose page this is: Bea, live, 2 refused')
  const panel = within(await screen.findByRole('complementary', { name: 'Whose page this is' }))
  expect(panel.getByText('Verified')).toBeTruthy()
  expect(panel.getByText('Direct · 24 ms')).toBeTruthy()
  expect(panel.getByText('192.168.1.1')).toBeTruthy()
  fireEvent.click(panel.getByRole('button', { name: 'Clear what this site stored' }))
  fireEvent.click(panel.getByRole('button', { name: 'Clear it now' }))
  await panel.findByText('What this site stored is gone.')
  // The panel pushes the page, and does not cover it.
  expect(of.world.place).toEqual(seen)
})

test('a page of the outside web says all the while through whom it comes', async () => {
  const exit = { peerId: peerIdOf('Bea'), account: accountOf('Bea'), called: 'Bea', bytes: 0 }
  await open({ tabs: [tab('exit', { kind: 'exit', url: 'https://example.com/', state: 'shown', exit })] })
  const band = await screen.findByRole('region', { name: 'Through Bea' })
  expect(band.textContent).toContain('example.com sees Bea’s address, not yours. Bea sees which hosts you visit.')
})

test('where one was is searched, and forgotten page by page', async () => {
  const recent = [visited('bea.peer', 'Slipway notes'), visited('tomasz.peer', 'Rowing')]
  const of = await open({ tabs: [bea], recent }, {}, paths.browseView('history'))
  await press('More about tomasz.peer')
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Forget this page' }))
  await waitFor(() => expect(of.world.scene.browse.recent).toMatchObject([{ site: 'bea.peer' }]))
  fireEvent.change(await screen.findByRole('searchbox', { name: 'Search where you were' }), { target: { value: 'nothing like it' } })
  await screen.findByText('Nothing matches “nothing like it”')
})

test('a bookmark is moved up and down, as far as there is somewhere to go', async () => {
  const of = await open({ bookmarks: [bookmark('bea.peer', 'One'), bookmark('tomasz.peer', 'Two')] }, {}, paths.browseView('bookmarks'))
  await press('More about tomasz.peer')
  expect((await screen.findByRole('menuitem', { name: 'Move down' })).getAttribute('aria-disabled')).toBe('true')
  fireEvent.click(screen.getByRole('menuitem', { name: 'Move up' }))
  await waitFor(() => expect(of.world.scene.browse.bookmarks.map(({ title }) => title)).toEqual(['Two', 'One']))
})

test('a bookmark is called otherwise, and removed', async () => {
  const of = await open({ tabs: [bea], bookmarks: [bookmark('bea.peer', 'Slipway notes')] }, {}, paths.browseView('bookmarks'))
  await press('More about bea.peer')
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Call it otherwise' }))
  const name = await screen.findByRole('textbox', { name: 'What it is called' })
  fireEvent.change(name, { target: { value: 'Boats' } })
  fireEvent.submit(name)
  await screen.findByText('Boats')
  await press('More about bea.peer')
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Remove' }))
  await waitFor(() => expect(of.world.scene.browse.bookmarks).toEqual([]))
})

test('in an ordinary browser sites are links of its own, once the gateway is on', async () => {
  Reflect.deleteProperty(window, 'latch')
  const of = await open({ shows: 'gateway', sites: [offered('bea.peer', 'Bea')] })
  await screen.findByRole('button', { name: /bea\.peer/ })
  await press('Switch the gateway on')
  const link = await screen.findByRole('link', { name: /bea\.peer/ })
  expect(link.getAttribute('href')).toBe('http://bea.peer.localhost:5380/')
  expect(link.getAttribute('rel')).toContain('noopener')
  expect(screen.queryByRole('list', { name: 'Tabs' })).toBeNull()
  expect(of.world.place).toBeNull()
})

test('what was typed before the gateway was on opens when it is', async () => {
  Reflect.deleteProperty(window, 'latch')
  const opened = vi.spyOn(window, 'open').mockReturnValue(null)
  await open({ shows: 'gateway' })
  const field = await address()
  fireEvent.focus(field)
  fireEvent.change(field, { target: { value: 'bea.peer/notes' } })
  fireEvent.keyDown(field, { key: 'Enter' })
  await screen.findByText('peer://bea.peer/notes opens when the gateway is on.')
  expect(opened).not.toHaveBeenCalled()
  await press('Switch the gateway on')
  await waitFor(() => expect(opened).toHaveBeenCalledWith('http://bea.peer.localhost:5380/notes', '_blank', 'noopener'))
})
