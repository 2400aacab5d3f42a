import { createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import { MAX_CLOSED_TABS, MAX_LIVE_VIEWS, MAX_TABS, SAVE_EVERY_MS, VISITED_AFTER_MS } from '../../../src/main/features/browse/limits.ts'
import { alice, bob, browseHouse, device, siteName, type House } from './browse-house.ts'

let house: House
beforeEach(async () => {
  house = await browseHouse()
  house.site('alice.peer', ({ path }) => `<h1>Alice ${path}</h1>`)
  house.site('bob.peer', ({ path }) => `<h1>Bob ${path}</h1>`, bob)
})
afterEach(() => house.close())

describe('opening a page', () => {
  test('shows it in a view of its owner’s, with whose it is and where it came from', async () => {
    const tab = await house.open('Alice.peer/x?y')
    expect(tab).toMatchObject({
      kind: 'site', url: 'peer://alice.peer/x?y', site: 'alice.peer', state: 'shown', failure: null, step: null,
      shield: { site: 'alice.peer', owner: alice, ownerCalled: 'Alice', isContact: true, isMine: false, source: { kind: 'live', peerId: device }, asked: [] },
    })
    expect(house.host.seen?.url).toBe('peer://alice.peer/x?y')
    expect(house.asked.map(({ request }) => request.path)).toEqual(['/x?y'])
  })

  test('gives each network, owner and name a storage of its own, and the same one again', async () => {
    await house.open('alice.peer')
    await house.open('bob.peer')
    await house.open('alice.peer/other')
    const [first, second, third] = house.host.views.map(({ terms }) => terms.partition)
    expect(first).toMatch(/^site-[a-z2-7]{52}$/)
    expect([second === first, third === first]).toEqual([false, true])
  })

  test('that nobody has says so, with the step, and loading again works when somebody has it', async () => {
    const tab = await house.open('carol.peer')
    expect(tab).toMatchObject({ state: 'failed', url: 'peer://carol.peer/', site: 'carol.peer', failure: { step: 'ledger', code: 'nobody', url: 'peer://carol.peer/' } })
    expect(house.host.seen).toBe(null)
    house.site('carol.peer', () => 'Carol')
    house.browse.reload(tab.id)
    await house.settled()
    expect(house.tab(tab.id)).toMatchObject({ state: 'shown', failure: null })
    expect(house.names.lookups.at(-1)).toEqual({ text: 'carol.peer', again: true })
  })

  test('whose owner is away says so in the tab and never in the page, and loading again works when they are back', async () => {
    const tab = await house.open('alice.peer')
    house.site('alice.peer', () => Promise.reject(new Error('away')))
    house.browse.reload(tab.id)
    await house.settled()
    expect(house.tab(tab.id)).toMatchObject({ state: 'failed', url: 'peer://alice.peer/', failure: { url: 'peer://alice.peer/' } })
    expect(house.host.seen).toBe(null)
    house.site('alice.peer', () => 'back')
    house.browse.reload(tab.id)
    await house.settled()
    expect(house.tab(tab.id)).toMatchObject({ state: 'shown', canBack: false })
    expect(house.host.seen?.urls).toEqual(['peer://alice.peer/'])
  })

  test('in a tab goes on in the view that is there, where it is the same site', async () => {
    const tab = await house.open('alice.peer')
    await house.open('alice.peer/b', { tab: tab.id })
    expect(house.host.views).toHaveLength(1)
    expect(house.tab(tab.id)).toMatchObject({ url: 'peer://alice.peer/b', canBack: true })
  })

  test('that is no address is BAD_INPUT, opens no tab, and says why in one sentence', async () => {
    await expect(house.open('not an address')).rejects.toMatchObject({ code: 'BAD_INPUT', message: 'A name has no spaces.' })
    expect(house.browse.tabs()).toEqual([])
  })

  test('without an address is a start page', async () => {
    expect(await house.open(' ')).toMatchObject({ kind: 'start', state: 'start', url: '' })
    expect(house.host.views).toEqual([])
  })

  test('can be stopped, and loaded again', async () => {
    let answered = (): void => {}
    house.site('slow.peer', () => new Promise((resolve) => (answered = () => resolve('slow'))))
    const tab = await house.open('slow.peer')
    expect(tab).toMatchObject({ state: 'opening', url: 'peer://slow.peer/' })
    house.browse.halt(tab.id)
    await house.settled()
    expect(house.tab(tab.id)).toMatchObject({ state: 'failed', failure: { code: 'cut', url: 'peer://slow.peer/' } })
    house.browse.reload(tab.id)
    await house.settled()
    answered()
    await house.settled()
    expect(house.tab(tab.id)).toMatchObject({ state: 'shown' })
  })

  test('of the outside web asks first, and opens in the system’s browser when they say so', async () => {
    const tab = await house.open('https://example.com/x')
    expect(tab).toMatchObject({ kind: 'start', outside: { url: 'https://example.com/x', host: 'example.com' } })
    house.browse.outside(tab.id, false)
    expect([house.tab(tab.id).outside, house.host.outside]).toEqual([null, []])
    await house.open('https://example.com/x', { tab: tab.id })
    house.browse.outside(tab.id, true)
    house.browse.outside(tab.id, true)
    expect(house.host.outside).toEqual(['https://example.com/x'])
  })

  test('is not possible without a window, which says how it is', async () => {
    const headless = await browseHouse({ window: false })
    await expect(headless.open('alice.peer/x')).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('http://alice.peer.localhost:5380/x') })
    expect(headless.browse.tabs()).toEqual([])
    await expect(headless.browse.chooseFolder()).rejects.toMatchObject({ code: 'CONFLICT' })
    await headless.close()
  })

  test('opens in the browser of the machine at the gateway alone, which is switched on for it', async () => {
    const port = await freePort()
    await house.browse.setGateway(false, port)
    const tab = await house.open('alice.peer/notes.html?of=today')
    await house.browse.inBrowser(tab.id)
    expect(house.browse.gateway().state).toBe('on')
    expect(house.host.here).toEqual([`http://alice.peer.localhost:${port}/notes.html?of=today`])
    const start = await house.open('')
    await expect(house.browse.inBrowser(start.id)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(house.host.here).toHaveLength(1)
  })

  test('is pictured while it is seen', async () => {
    house.host.picture = 'data:image/jpeg;base64,AAAA'
    await house.open('alice.peer')
    house.browse.place({ x: 0, y: 0, width: 100, height: 100 }, false)
    expect(await house.browse.still()).toBe(house.host.picture)
    house.browse.place(null, false)
    expect(await house.browse.still()).toBeNull()
  })

  test('has dialogs of the system where there is a window', async () => {
    expect(await house.browse.chooseFolder()).toBeNull()
    house.host.chosen = '/srv/site'
    expect(await house.browse.chooseFolder()).toBe('/srv/site')
  })
})

describe('a row of views', () => {
  test('goes back within a site, then to the site before, as it was left', async () => {
    const { id } = await house.open('alice.peer')
    await house.open('bob.peer', { tab: id })
    await house.open('bob.peer/b', { tab: id })
    expect(house.host.alive).toHaveLength(2)
    const urls: string[] = []
    for (const step of ['back', 'back', 'forward', 'forward'] as const) {
      house.browse[step](id)
      await house.settled()
      urls.push(house.tab(id).url)
      expect(house.host.seen?.url).toBe(house.tab(id).url)
    }
    expect(urls).toEqual(['peer://bob.peer/', 'peer://alice.peer/', 'peer://bob.peer/', 'peer://bob.peer/b'])
    expect(house.tab(id)).toMatchObject({ canBack: true, canForward: false })
    expect(house.host.views).toHaveLength(2)
  })

  test('ends where a new page is opened', async () => {
    const { id } = await house.open('alice.peer')
    await house.open('bob.peer', { tab: id })
    house.browse.back(id)
    await house.open('alice.peer/new', { tab: id })
    expect(house.tab(id)).toMatchObject({ canForward: false, canBack: true })
    expect(house.host.alive).toHaveLength(1)
  })

  test('has only so many views that are there, and loads what was closed again', async () => {
    const names = Array.from({ length: MAX_LIVE_VIEWS + 3 }, (_, i) => `name-${i}.peer`)
    for (const name of names) house.site(name, () => name)
    const [first, ...rest] = names
    const { id } = await house.open(first ?? '')
    for (const name of rest) await house.open(name, { tab: id })
    expect(house.host.alive).toHaveLength(MAX_LIVE_VIEWS)
    for (const name of names.slice(0, -1).toReversed()) {
      house.browse.back(id)
      await house.settled()
      expect(house.tab(id)).toMatchObject({ state: 'shown', url: `peer://${name}/` })
      expect(house.host.seen?.url).toBe(`peer://${name}/`)
      expect(house.host.alive.length).toBeLessThanOrEqual(MAX_LIVE_VIEWS)
    }
    expect(house.tab(id)).toMatchObject({ canBack: false, canForward: true })
  })

  test('opens a name that is another account’s by now apart from what it was, and tells the person first', async () => {
    const { id } = await house.open('alice.peer')
    house.site('alice.peer', () => 'Bob has it', bob)
    house.browse.reload(id)
    await house.settled()
    expect(house.tab(id)).toMatchObject({ state: 'failed', failure: { code: 'blocked', why: expect.stringContaining('another account') }, shield: null })
    house.browse.reload(id)
    await house.settled()
    expect(house.tab(id)).toMatchObject({ state: 'shown', shield: { owner: bob } })
    const [before, now] = house.host.views
    expect(now?.terms.partition).not.toBe(before?.terms.partition)
    expect([before?.isClosed, house.host.seen]).toEqual([true, now])
  })

  test('gives a page that is open nothing of the next owner of its name', async () => {
    const { id } = await house.open('alice.peer')
    const [view] = house.host.views
    house.site('alice.peer', () => 'Bob’s words', bob)
    expect(await view?.ask('peer://alice.peer/data.json')).toBe(null)
    expect(house.tab(id)).toMatchObject({ state: 'failed', failure: { code: 'blocked' } })
  })
})

describe('tabs', () => {
  test('are at most so many', async () => {
    for (let i = 0; i < MAX_TABS; i++) await house.browse.open({ address: '', background: true })
    await expect(house.open('')).rejects.toMatchObject({ code: 'BUSY' })
    await expect(house.open('alice.peer', { tab: house.browse.tabs()[3]?.id ?? ('' as never) })).resolves.toMatchObject({ state: 'shown' })
  })

  test('show one page at a time, and load behind it', async () => {
    const one = await house.open('alice.peer')
    const other = await house.open('bob.peer', { background: true })
    expect(house.host.seen?.url).toBe('peer://alice.peer/')
    expect(other.state).toBe('shown')
    house.browse.select(other.id)
    expect(house.host.seen?.url).toBe('peer://bob.peer/')
    house.browse.close(other.id)
    expect(house.host.seen?.url).toBe('peer://alice.peer/')
    house.browse.close(one.id)
    expect([house.host.seen, house.host.alive, house.browse.tabs()]).toEqual([null, [], []])
    expect(() => house.browse.select(one.id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  test('are moved, and opened again in the order in which they were closed', async () => {
    for (let i = 0; i < MAX_CLOSED_TABS + 2; i++) await house.open(`alice.peer/${i}`)
    const ids = house.browse.tabs().map(({ id }) => id)
    house.browse.move(ids[0] ?? ('' as never), 2)
    expect(house.browse.tabs().map(({ url }) => url).slice(0, 3)).toEqual(['peer://alice.peer/1', 'peer://alice.peer/2', 'peer://alice.peer/0'])
    for (const id of ids) house.browse.close(id)
    const again = []
    for (;;) {
      const tab = await house.browse.reopen()
      if (tab === null) break
      again.push(tab.url)
    }
    expect(again).toEqual(Array.from({ length: MAX_CLOSED_TABS }, (_, i) => `peer://alice.peer/${MAX_CLOSED_TABS + 1 - i}`))
  })

  test('survive a restart by their addresses, and load when they are looked at', async () => {
    await house.open('alice.peer/a')
    const { id } = await house.open('bob.peer/b')
    await house.open('')
    house.browse.select(id)
    await house.clock.advance(SAVE_EVERY_MS)
    const next = await house.again()
    await next.settled()
    expect(next.browse.tabs().map(({ url, state }) => [url, state])).toEqual([['peer://alice.peer/a', 'shown'], ['peer://bob.peer/b', 'shown']])
    expect(next.host.views.map(({ url }) => url)).toEqual(['peer://bob.peer/b'])
    next.browse.select(next.browse.tabs()[0]?.id ?? id)
    await next.settled()
    expect(next.host.seen?.url).toBe('peer://alice.peer/a')
    house = next
  })

  test('of a window that closes are there for the next one', async () => {
    const { id } = await house.open('alice.peer')
    const detach = house.browse.attach(house.host)
    await house.settled()
    detach()
    expect(house.host.alive).toEqual([])
    await expect(house.open('bob.peer')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(() => house.browse.reload(id)).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
    house.browse.attach(house.host)
    house.browse.place({ x: 0, y: 0, width: 1, height: 1 }, false)
    await house.settled()
    expect(house.host.seen?.url).toBe('peer://alice.peer/')
  })

  test('load again in another network, where the names are other people’s', async () => {
    const { id } = await house.open('alice.peer')
    const [before] = house.host.views
    house.networkId = NetworkId.parse(`bafyrei${'e'.repeat(52)}`)
    house.names.change(null)
    await house.settled()
    expect(before?.isClosed).toBe(true)
    expect(house.host.seen?.terms.partition).not.toBe(before?.terms.partition)
    expect(house.tab(id)).toMatchObject({ state: 'shown', canBack: false })
  })

  test('tell what changes at most ten times a second, and then what it is', async () => {
    const { id } = await house.open('alice.peer')
    const [view] = house.host.views
    await house.clock.advance(1_000)
    const over = new AbortController()
    const titles: string[] = []
    const watching = (async () => {
      for await (const item of house.browse.watch(over.signal)) if (item.kind === 'event' && item.event.event === 'tab-changed') titles.push(item.event.tab.title)
    })()
    await house.settled()
    for (let i = 0; i < 1_000; i++) view?.terms.events.titled(`title ${i}`)
    await house.clock.advance(1_000)
    await house.settled()
    expect(titles).toEqual(['title 0', 'title 999'])
    expect(house.tab(id).title).toBe('title 999')
    over.abort()
    await watching
  })

  test('find on their page, and forget what was found on the next one', async () => {
    const { id } = await house.open('alice.peer')
    house.browse.find(id, 'word', true)
    house.host.views[0]?.terms.events.found(3, 2)
    expect(house.tab(id).find).toEqual({ text: 'word', matches: 3, current: 2 })
    await house.open('alice.peer/b', { tab: id })
    expect(house.tab(id).find).toBe(null)
    house.browse.find(id, '', true)
    expect(house.host.views[0]?.searched).toEqual(['word', ''])
  })

  test('show a site as large as it was shown before, wherever it is', async () => {
    const one = await house.open('alice.peer')
    const other = await house.open('alice.peer/b')
    house.browse.zoom(one.id, 1.5)
    expect([house.tab(one.id).zoom, house.tab(other.id).zoom]).toEqual([1.5, 1.5])
    expect(house.host.views.map(({ zoomed }) => zoomed)).toEqual([1.5, 1.5])
    await house.open('bob.peer', { tab: one.id })
    expect(house.tab(one.id).zoom).toBe(1)
    house.browse.back(one.id)
    expect(house.tab(one.id).zoom).toBe(1.5)
  })
})

describe('what is remembered', () => {
  test('is where the person was, once a page stood for a moment, and what did not open is not', async () => {
    const { id } = await house.open('alice.peer')
    house.host.views[0]?.terms.events.titled('Alice’s site')
    await house.clock.advance(VISITED_AFTER_MS)
    await house.open('alice.peer/passing', { tab: id })
    await house.open('bob.peer', { tab: id })
    await house.clock.advance(VISITED_AFTER_MS)
    await house.open('nobody.peer', { tab: id })
    await house.clock.advance(VISITED_AFTER_MS)
    house.site('alice.peer', () => ({ status: 404, body: 'no such page' }))
    expect(await house.open('alice.peer/missing', { tab: id })).toMatchObject({ state: 'shown', url: 'peer://alice.peer/missing' })
    await house.clock.advance(VISITED_AFTER_MS)
    expect(house.browse.history('', 10).map(({ url, title, count }) => [url, title, count])).toEqual([['peer://bob.peer/', '', 1], ['peer://alice.peer/', 'Alice’s site', 1]])
    expect(house.browse.history('ALICE', 10)).toHaveLength(1)
  })

  test('counts visits, follows titles, and writes a page that changes them a thousand times down once', async () => {
    const { id } = await house.open('alice.peer')
    const [view] = house.host.views
    await house.clock.advance(VISITED_AFTER_MS)
    for (let i = 0; i < 1_000; i++) view?.terms.events.titled(`${i} unread`)
    for (let i = 0; i < 1_000; i++) view?.push(`peer://alice.peer/#${i}`)
    await house.clock.advance(VISITED_AFTER_MS)
    expect(house.browse.history('', 10).map(({ url, title }) => [url, title])).toEqual([['peer://alice.peer/#999', '999 unread'], ['peer://alice.peer/', '']])
    house.browse.reload(id)
    await house.settled()
    await house.clock.advance(VISITED_AFTER_MS)
    expect(house.browse.history('#999', 1)[0]?.count).toBe(2)
  })

  test('is forgotten page by page, site by site, or all', async () => {
    for (const address of ['alice.peer', 'alice.peer/b', 'bob.peer']) {
      await house.open(address)
      await house.clock.advance(VISITED_AFTER_MS)
    }
    expect(house.browse.clearHistory({ url: 'peer://alice.peer/b' })).toBe(1)
    expect(house.browse.clearHistory({ site: siteName('alice.peer') })).toBe(1)
    expect(house.browse.clearHistory({})).toBe(1)
    expect(house.browse.history('', 10)).toEqual([])
  })

  test('are bookmarks, in their order, under the names they were given', async () => {
    house.browse.bookmark('peer://alice.peer', '  Alice\n')
    await house.clock.advance(5)
    house.browse.bookmark('bob.peer/x', 'Bob')
    house.browse.bookmark('peer://alice.peer/', 'Alice’s \u202esite')
    const bookmarks = async () => {
      for await (const item of house.browse.watch()) if (item.kind === 'snapshot') return item.snapshot.bookmarks
      return []
    }
    expect((await bookmarks()).map(({ url, title }) => [url, title])).toEqual([['peer://alice.peer/', 'Alice’s site'], ['peer://bob.peer/x', 'Bob']])
    expect(() => house.browse.bookmark('https://example.com/', 'x')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
    house.browse.removeBookmark('peer://alice.peer/')
    expect(() => house.browse.removeBookmark('peer://alice.peer/')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  test('is offered while they type, and on the start page', async () => {
    await house.open('bob.peer/cats')
    await house.clock.advance(VISITED_AFTER_MS)
    expect(house.browse.complete('al')[0]).toEqual({ url: 'peer://alice.peer/', kind: 'contact', text: 'Alice', tab: null })
    expect(house.browse.complete('cats')[0]).toMatchObject({ url: 'peer://bob.peer/cats', kind: 'tab' })
    house.browse.bookmark('peer://bob.peer/dogs', 'Dogs')
    expect(house.browse.complete('dogs')[0]).toMatchObject({ url: 'peer://bob.peer/dogs', kind: 'bookmark' })
    house.browse.removeBookmark('peer://bob.peer/dogs')
    expect(house.browse.complete('dogs')).toMatchObject([{ kind: 'address' }])
    expect(house.browse.startPage()).toMatchObject({
      sites: [{ site: 'alice.peer', called: 'Alice', isMine: false }, { site: 'mine.peer', isMine: true }],
      recent: [{ url: 'peer://bob.peer/cats' }],
    })
  })

  test('is what a site stored, until it is cleared: for all who had the name', async () => {
    const { id } = await house.open('alice.peer')
    house.site('alice.peer', () => 'Bob has it', bob)
    house.browse.reload(id)
    await house.settled()
    house.browse.reload(id)
    await house.settled()
    const partitions = house.host.views.map(({ terms }) => terms.partition)
    await house.browse.clearSite(siteName('alice.peer'))
    await house.settled()
    expect(house.host.cleared.toSorted()).toEqual(partitions.toSorted())
    expect(house.host.seen?.url).toBe('peer://alice.peer/')
    expect(house.host.views).toHaveLength(3)
  })
})

test('bookmarks stand as somebody put them, and a new one is the last', async () => {
  const titles = async (): Promise<string[]> => {
    for await (const item of house.browse.watch()) if (item.kind === 'snapshot') return item.snapshot.bookmarks.map(({ title }) => title)
    return []
  }
  for (const path of ['a', 'b', 'c']) house.browse.bookmark(`peer://alice.peer/${path}`, path)
  house.browse.moveBookmark('peer://alice.peer/c', 0)
  expect(await titles()).toEqual(['c', 'a', 'b'])
  house.browse.moveBookmark('peer://alice.peer/c', 99)
  house.browse.bookmark('peer://alice.peer/a', 'a, called otherwise')
  house.browse.bookmark('peer://alice.peer/d', 'd')
  expect(await titles()).toEqual(['a, called otherwise', 'b', 'c', 'd'])
  expect(() => house.browse.moveBookmark('peer://alice.peer/none', 0)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}
