import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Site, SiteVisitor } from '../../../../src/shared/model/sites.ts'
import { KiB } from '../../../../src/shared/units.ts'
import { browseScene } from '../../../gallery/browse.ts'
import { siteName } from '../../../gallery/browse-parts.ts'
import { siteCidOf } from '../../../gallery/copies.ts'
import { accountOf, peerIdOf } from '../../../gallery/ids.ts'
import { myName } from '../../../gallery/names-parts.ts'
import { namesScene } from '../../../gallery/names.ts'
import { now, person } from '../../../gallery/people.ts'
import { noSites, siteOf, type SitesScene } from '../../../gallery/sites.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
  Reflect.deleteProperty(window, 'latch')
})

const site = (changes: Partial<Site> = {}): Site =>
  siteOf({ name: siteName('noor.peer'), source: { kind: 'folder', path: '/srv/river', fallback: false }, audience: 'ask', copies: false }, changes)
const visitor = (changes: Partial<SiteVisitor> = {}): SiteVisitor => ({
  site: siteName('noor.peer'),
  peerId: peerIdOf('Bea'),
  account: accountOf('Bea'),
  called: 'Bea',
  route: 'relayed',
  sinceMs: now() - 150_000,
  lastMs: now(),
  requests: 34,
  sentBytes: 12 * KiB,
  path: '/minutes',
  ...changes,
})

async function open(sites: Partial<SitesScene>, scene: Partial<Scene> = {}): Promise<House> {
  house = openHouse({
    people: [person('Bea')],
    names: namesScene({ mine: [myName('noor')] }),
    browse: browseScene(),
    sites: { ...noSites, ...sites },
    ...scene,
  })
  showWindow(house, paths.yourSites)
  await screen.findByRole('heading', { level: 1, name: 'Your sites' })
  await screen.findByRole('button', { name: 'Publish a site' })
  return house
}

const type = (field: string, value: string): void =>
  void fireEvent.change(screen.getByRole('textbox', { name: field }), { target: { value } })
const press = (name: string | RegExp): void => void fireEvent.click(screen.getByRole('button', { name }))

test('without a site the page says what one is for, and how one is published', async () => {
  await open({})
  expect(await screen.findByText('Nothing is published from this device')).toBeTruthy()
  press('Publish a site')
  expect(await screen.findByRole('dialog', { name: 'Publish a site' })).toBeTruthy()
})

test('a folder is chosen in a dialog of the system where there is one, and looked at', async () => {
  Object.assign(window, { latch: { platform: 'linux' } })
  await open({})
  press('Publish a site')
  const dialog = await screen.findByRole('dialog', { name: 'Publish a site' })
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Choose a folder…' }))
  await waitFor(() => expect(within(dialog).getByRole<HTMLInputElement>('textbox', { name: 'Folder' }).value).toBe('/home/noor/site'))
})

test('in an ordinary browser the path of a folder is typed', async () => {
  await open({}, { browse: browseScene({ shows: 'gateway' }) })
  press('Publish a site')
  const dialog = await screen.findByRole('dialog', { name: 'Publish a site' })
  expect(within(dialog).queryByRole('button', { name: 'Choose a folder…' })).toBeNull()
  expect(within(dialog).getByRole('textbox', { name: 'Folder' })).toBeTruthy()
})

test('a site says what it shows, to whom, and who is there', async () => {
  const { world } = await open({ sites: [site({ audience: 'contacts', visitors: 1, requests: 1_280, sentBytes: 30 * KiB })], visitors: [visitor()] })
  const one = await screen.findByRole('article', { name: 'noor.peer' })
  for (const words of ['Published', '/srv/river', 'Contacts may visit', '1,280 requests, 30 KiB sent since Latch started', '1 visitor now']) {
    expect(within(one).getByText(words)).toBeTruthy()
  }
  const row = within(one).getByRole('link', { name: /Bea/ })
  expect(row.textContent).toContain('Relayed · here for 2 min')
  expect(row.textContent).toContain('/minutes')
  expect(row.textContent).toContain('34 requests · 12 KiB')
  act(() => world.sites.tell({ event: 'visitor-changed', visitor: visitor({ path: '/photos', requests: 35 }) }))
  await waitFor(() => expect(row.textContent).toContain('/photos'))
  act(() => world.sites.tell({ event: 'visitor-left', site: siteName('noor.peer'), peerId: peerIdOf('Bea') }))
  await waitFor(() => expect(within(one).queryByText('1 visitor now')).toBeNull())
})

test('of many visitors a few are shown, and all of them when somebody asks', async () => {
  const many = Array.from({ length: 20 }, (_, index) => visitor({ peerId: peerIdOf(`guest ${index}`), called: `Guest ${index}` }))
  await open({ sites: [site({ visitors: 20 })], visitors: many })
  const list = await screen.findByRole('list', { name: 'Visitors of noor.peer' })
  expect(within(list).getAllByRole('link')).toHaveLength(5)
  press('Show all 20')
  expect(within(list).getAllByRole('link')).toHaveLength(20)
})

test('a site that fails, and one whose name does not lead here, say so in the feature’s sentence', async () => {
  await open({ sites: [site({ state: { kind: 'failing', why: 'The folder is not there any more.' }, pointed: { kind: 'failed', why: 'The keys are locked.' } })] })
  expect(await screen.findByText('Failing')).toBeTruthy()
  expect(screen.getByText('Visitors get an error page. The folder is not there any more.')).toBeTruthy()
  expect(screen.getByText('noor.peer does not point at this device yet. The keys are locked. It is tried again.')).toBeTruthy()
})

test('changes of a folder go to those who keep copies when somebody publishes them', async () => {
  const behind = { kind: 'behind', cid: siteCidOf('x'), files: 3, bytes: 4_096, madeMs: now() } as const
  await open({ sites: [site({ audience: 'anyone', copies: behind })] }, { failing: { 'sites.refresh': 'BUSY' } })
  fireEvent.click(await screen.findByRole('button', { name: 'Publish the changes' }))
  expect(await screen.findByText('Too much at once.')).toBeTruthy()
  if (house !== null) house.world.scene.failing = {}
  press('Try again')
  await waitFor(() => expect(screen.queryByText('Too much at once.')).toBeNull())
})

async function choose(item: string): Promise<void> {
  fireEvent.click(await screen.findByRole('button', { name: 'More about noor.peer' }))
  fireEvent.click(await screen.findByRole('menuitem', { name: item }))
}

test('who may visit is changed, and whoever leaves copies behind is told', async () => {
  const made = { kind: 'made', cid: siteCidOf('x'), files: 3, bytes: 4_096, madeMs: now() } as const
  const { world } = await open({ sites: [site({ audience: 'anyone', copies: made, visitors: 2 })] })
  await choose('Change who may visit')
  const dialog = await screen.findByRole('dialog', { name: 'Who may visit noor.peer' })
  expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true)
  fireEvent.click(within(dialog).getByRole('radio', { name: 'Contacts may visit' }))
  expect(within(dialog).getByText(/Whoever may not come any more leaves at once\. Copies are switched off/)).toBeTruthy()
  fireEvent.click(within(dialog).getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(world.scene.sites.sites[0]?.audience).toBe('contacts'))
  expect(await screen.findByText('Contacts may visit')).toBeTruthy()
})

test('a site is taken down only once it was meant', async () => {
  const { world } = await open({ sites: [site({ visitors: 2 })] })
  await choose('Unpublish')
  const dialog = await screen.findByRole('dialog', { name: 'Unpublish noor.peer?' })
  expect(within(dialog).getByText('2 visitors who are there now are cut off.')).toBeTruthy()
  fireEvent.click(within(dialog).getByRole('button', { name: 'Keep it published' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(world.scene.sites.sites).toHaveLength(1)
  await choose('Unpublish')
  fireEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Unpublish' }))
  expect(await screen.findByText('Nothing is published from this device')).toBeTruthy()
})

test('its addresses are copied, the one for other browsers only while the gateway is on', async () => {
  const { world } = await open({ sites: [site()] })
  await choose('Copy the address')
  expect(await navigator.clipboard.readText()).toBe('peer://noor.peer/')
  fireEvent.click(await screen.findByRole('button', { name: 'More about noor.peer' }))
  const other = await screen.findByRole('menuitem', { name: /other browsers/ })
  expect(other.getAttribute('aria-disabled')).toBe('true')
  act(() => world.browse.tell({ event: 'gateway-changed', gateway: { state: 'on', port: 5_391, why: null, requests: 0 } }))
  await waitFor(() => expect(other.getAttribute('aria-disabled')).not.toBe('true'))
  fireEvent.click(other)
  await waitFor(async () => expect(await navigator.clipboard.readText()).toBe('http://noor.peer.localhost:5391/'))
})

test('a folder is published: looked at first, then for whom, then there is an address to send', async () => {
  const { world } = await open({ look: { files: 48, bytes: 2 * KiB } })
  press('Publish a site')
  await screen.findByRole('dialog', { name: 'Publish a site' })
  type('Folder', '/srv/river')
  expect(await screen.findByText(/48 files, 2 KiB\. Its first page is index\.html\./)).toBeTruthy()
  type('Label', 'app')
  expect(screen.getByText('Opens as peer://app.noor.peer/')).toBeTruthy()
  press('Next')
  expect(await screen.findByText('Step 2 of 2: Who may visit')).toBeTruthy()
  const copies = screen.getByRole<HTMLInputElement>('switch', { name: 'Let others keep copies' })
  expect(copies.disabled).toBe(true)
  fireEvent.click(screen.getByRole('radio', { name: 'Anyone may visit' }))
  expect(copies.disabled).toBe(false)
  fireEvent.click(copies)
  press('Publish')
  const done = await screen.findByRole('dialog', { name: 'app.noor.peer is published' })
  expect(within(done).getByText('peer://app.noor.peer/')).toBeTruthy()
  expect(within(done).getByText(/Whoever is in this network can open it/)).toBeTruthy()
  expect(world.scene.sites.sites).toMatchObject([{ name: 'app.noor.peer', audience: 'anyone', source: { kind: 'folder', path: '/srv/river' } }])
  fireEvent.click(within(done).getByRole('button', { name: 'Open it' }))
  await waitFor(() => expect(window.location.hash).toBe(`#${paths.browse}`))
})

test('a local port is published as one', async () => {
  const { world } = await open({})
  press('Publish a site')
  fireEvent.click(await screen.findByRole('radio', { name: 'A local port' }))
  type('Port', '3000')
  press('Next')
  expect(await screen.findByText('Only for folders: what a program answers is not the same each time.')).toBeTruthy()
  press('Publish')
  await screen.findByRole('dialog', { name: 'noor.peer is published' })
  expect(world.scene.sites.sites).toMatchObject([{ name: 'noor.peer', audience: 'ask', source: { kind: 'port', port: 3_000 } }])
})

test('a folder that cannot be seen goes no further, and what is wrong stands at its field', async () => {
  await open({}, { failing: { 'sites.look': 'INTERNAL' } })
  press('Publish a site')
  await screen.findByRole('dialog', { name: 'Publish a site' })
  type('Folder', '/srv/nowhere')
  await waitFor(() => expect(screen.queryByText('Looking at what is in it…')).toBeNull())
  press('Next')
  expect(await screen.findByText('Something failed inside Latch.')).toBeTruthy()
  expect(screen.getByText('Step 1 of 2: What is shown')).toBeTruthy()
})

test('a folder that looks like a home is warned of, at both steps', async () => {
  await open({ look: { hasIndex: false } })
  press('Publish a site')
  await screen.findByRole('dialog', { name: 'Publish a site' })
  type('Folder', '/home/noor')
  expect(await screen.findByText('This looks like your home folder')).toBeTruthy()
  press('Next')
  expect(await screen.findByText('Step 2 of 2: Who may visit')).toBeTruthy()
  expect(screen.getByText('This looks like your home folder')).toBeTruthy()
})

test('what the node refuses is said where it was asked, and what was entered stays', async () => {
  await open({}, { failing: { 'sites.publish': 'BUSY' } })
  press('Publish a site')
  await screen.findByRole('dialog', { name: 'Publish a site' })
  type('Folder', '/srv/river')
  await screen.findByText(/48 files/)
  press('Next')
  press('Publish')
  expect(await screen.findByText('Too much at once.')).toBeTruthy()
  press('Back')
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Folder' }).value).toBe('/srv/river')
})

test('whoever owns no name is led to where one is claimed', async () => {
  await open({}, { names: namesScene() })
  press('Publish a site')
  expect(await screen.findByText('You own no name yet')).toBeTruthy()
  press('Claim a name')
  await waitFor(() => expect(window.location.hash).toBe(`#${paths.yourNames}`))
})

test('what a site shows is changed under the name it has', async () => {
  const { world } = await open({ sites: [site({ audience: 'contacts' })] })
  await choose('Change what is shown')
  const dialog = await screen.findByRole('dialog', { name: 'What noor.peer shows' })
  expect(within(dialog).queryByRole('combobox', { name: 'Name' })).toBeNull()
  type('Folder', '/srv/other')
  await screen.findByText(/48 files/)
  press('Next')
  press('Publish it so')
  await screen.findByRole('dialog', { name: 'noor.peer is published' })
  expect(world.scene.sites.sites).toMatchObject([{ name: 'noor.peer', audience: 'contacts', source: { path: '/srv/other' } }])
})
