import { duplexPair, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { KnockId } from '../../../src/shared/ids.ts'
import type { Asked } from '../../../src/shared/model/browse.ts'
import { MAX_RUNNING, MAX_WAITING } from '../../../src/main/features/browse/limits.ts'
import type { BrowseDoor } from '../../../src/main/features/browse/types.ts'
import { headerOf, pageCsp } from '../../../src/main/features/browse/views/page-policy.ts'
import { alice, bob, browseHouse, device, siteName, type House, type TestView } from './browse-house.ts'

let house: House
let view: TestView
let id: Awaited<ReturnType<House['open']>>['id']
beforeEach(async () => {
  house = await browseHouse()
  house.site('alice.peer', ({ path }) => `Alice ${path}`)
  house.site('bob.peer', ({ path }) => ({ body: `Bob ${path}`, headers: [['Content-Type', 'image/png'], ['Access-Control-Allow-Origin', '*'], ['Set-Cookie', 'spy']] }), bob)
  ;({ id } = await house.open('alice.peer'))
  const [first] = house.host.views
  if (first === undefined) throw new Error('no view was opened')
  view = first
})
afterEach(() => house.close())

const askedNow = (): Asked[] => house.tab(id).shield?.asked ?? []
const lines = (): string[] => askedNow().map(({ kind, what, outcome, count }) => `${kind} ${what} ${outcome} ${count}`)

describe('what a page asks for', () => {
  test('of its own name comes with our policies, and goes without what is not the site’s to know', async () => {
    const headers = [['Cookie', 'a=b'], ['Latch-Account', 'k51'], ['Referer', 'peer://alice.peer/'], ['Accept', '*/*']] as const
    const answer = await view.ask('peer://alice.peer/a.js?v=1', { headers, method: 'POST', body: Buffer.from('x') })
    expect(headerOf(answer?.headers ?? [], 'content-security-policy')).toBe(pageCsp(siteName('alice.peer')))
    expect(await text(answer?.body ?? Readable.from([]))).toBe('Alice /a.js?v=1')
    expect(house.asked.at(-1)?.request).toMatchObject({ method: 'POST', path: '/a.js?v=1', headers: [['Referer', 'peer://alice.peer/'], ['Accept', '*/*']] })
    expect(lines()).toEqual([])
  })

  test('of the outside web, of this machine and of its network is refused, counted, and told', async () => {
    for (const url of ['https://example.com/a', 'https://example.com/b', 'http://127.0.0.1:9/', 'file:///etc/passwd', 'http://192.168.1.1/']) expect(await view.ask(url)).toBe(null)
    expect(lines()).toEqual(['local 192.168.1.1 denied 1', 'local file denied 1', 'local 127.0.0.1 denied 1', 'outside example.com denied 2'])
    expect(house.tab(id).shield).toMatchObject({ deniedCount: 5, allowedCount: 0 })
    expect(house.asked).toHaveLength(1)
  })

  test('of another name is asked of the door, waits for the person, and can be shown and not read', async () => {
    const knock = KnockId.parse('k'.repeat(26))
    let answer: (isAllowed: boolean) => void = () => {}
    const questions: Parameters<BrowseDoor['load']>[] = []
    house.door = {
      ...house.door,
      load(...question) {
        questions.push(question)
        question[3](knock)
        return new Promise((resolve) => (answer = (isAllowed) => resolve(isAllowed ? { verdict: 'allow', why: '' } : { verdict: 'refuse', code: 'denied', why: '' })))
      },
    }
    const parts = ['/a.png', '/b.png'].map((path) => view.ask(`peer://bob.peer${path}`, { headers: [['Accept', 'image/*'], ['Referer', 'peer://alice.peer/secret'], ['Authorization', 'x']] }))
    await house.settled()
    expect(questions.map(([page, target]) => [page, target])).toEqual([[{ owner: alice, peerId: device, site: 'alice.peer' }, { site: 'bob.peer', path: null }]])
    expect(askedNow()).toMatchObject([{ kind: 'site', what: 'bob.peer', outcome: 'waiting', knock }])
    answer(true)
    const [first] = await Promise.all(parts)
    expect(first?.headers.map(([name]) => name)).toEqual(['Content-Type', 'Cross-Origin-Resource-Policy', 'X-Content-Type-Options', 'Content-Security-Policy', 'Referrer-Policy'])
    expect(house.asked.at(-1)?.request).toEqual({ method: 'GET', path: '/b.png', headers: [['Accept', 'image/*']] })
    expect(askedNow()).toMatchObject([{ outcome: 'allowed', knock: null }])
  })

  test('of another name that the door refuses gets nothing, and is not asked about again by itself', async () => {
    expect(await view.ask('peer://bob.peer/a.png')).toBe(null)
    view.reload()
    await house.settled()
    expect(await view.ask('peer://bob.peer/a.png')).toBe(null)
    expect(house.asked.every(({ site }) => site === 'alice.peer')).toBe(true)
    expect(lines()).toEqual(['site bob.peer denied 1'])
  })

  test('by a redirect to the outside web is refused', async () => {
    house.site('alice.peer', ({ path }) => (path === '/r' ? { status: 302, headers: [['Location', 'https://spy.example/?secret']] } : 'x'))
    expect(await view.ask('peer://alice.peer/r')).toBe(null)
    expect(lines()).toEqual(['outside spy.example denied 1'])
  })

  test('a hundred thousand times at once runs in part, waits in part, and fails for the rest', async () => {
    const answers: (() => void)[] = []
    house.site('alice.peer', () => new Promise((resolve) => answers.push(() => resolve('x'))))
    let refused = 0
    const gone = new AbortController()
    const asking = Array.from({ length: 100_000 }, async () => ((await view.ask('peer://alice.peer/x', { signal: gone.signal })) === null ? (refused += 1) : 0))
    await house.settled()
    expect([answers.length, refused]).toEqual([MAX_RUNNING, 100_000 - MAX_RUNNING - MAX_WAITING])
    gone.abort()
    for (const answer of answers) answer()
    await Promise.all(asking)
    house.site('alice.peer', () => 'again')
    expect((await view.ask('peer://alice.peer/x'))?.status).toBe(200)
  })

  test('keeps its place until its body is read, or nobody wants it', async () => {
    house.site('alice.peer', () => ({ body: new Readable({ read() {} }) }))
    const bodies = await Promise.all(Array.from({ length: MAX_RUNNING }, () => view.ask('peer://alice.peer/endless')))
    let isAnswered = false
    const next = view.ask('peer://alice.peer/next').then((answer) => ((isAnswered = true), answer))
    await house.settled()
    expect(isAnswered).toBe(false)
    bodies[0]?.body.destroy()
    expect((await next)?.status).toBe(200)
  })

  test('ends with its view', async () => {
    house.browse.close(id)
    expect(await view.ask('peer://alice.peer/x')).toBe(null)
    expect(await view.terms.connect('ws://alice.peer/', { path: '/', headers: [] }, new AbortController().signal)).toBe(null)
  })

  test('as a socket goes to its own name only', async () => {
    const connect = (url: string) => view.terms.connect(url, { path: '/live', headers: [['Sec-WebSocket-Key', 'x'], ['Cookie', 'y']] }, new AbortController().signal)
    expect(await connect('ws://alice.peer/live')).toMatchObject({ status: 200 })
    expect(house.asked.at(-1)?.request.headers).toEqual([['Sec-WebSocket-Key', 'x']])
    expect(await connect('ws://bob.peer/live')).toBe(null)
    expect(await connect('ws://127.0.0.1:9229/')).toBe(null)
    house.site('alice.peer', () => 'Bob has it', bob)
    expect(await connect('ws://alice.peer/live')).toBe(null)
  })

  test('and what it did, is the page’s: the next page begins anew', async () => {
    await view.ask('https://example.com/')
    view.terms.events.refused('permission', 'geolocation')
    expect(lines()).toEqual(['permission geolocation denied 1', 'outside example.com denied 1'])
    await house.open('alice.peer/next', { tab: id })
    expect(lines()).toEqual([])
  })
})

describe('where a page goes', () => {
  const wish = async (url: string, how: 'link' | 'window' | 'background' = 'link', byPerson = true): Promise<void> => {
    view.terms.events.wantsToGo(url, how, byPerson)
    await house.settled()
  }

  test('by a click is another name, in this tab, in another, or behind it', async () => {
    await wish('peer://bob.peer/x')
    expect(house.tab(id)).toMatchObject({ url: 'peer://bob.peer/x', state: 'shown', canBack: true, shield: { owner: bob } })
    house.browse.back(id)
    await wish('peer://bob.peer/behind', 'background')
    await wish('peer://bob.peer/window', 'window')
    expect(house.browse.tabs().map(({ url }) => url)).toEqual(['peer://alice.peer/', 'peer://bob.peer/window', 'peer://bob.peer/behind'])
    expect(house.host.seen?.url).toBe('peer://bob.peer/window')
  })

  test('opens one tab for one click, however often the page says so', async () => {
    for (let i = 0; i < 100; i++) await wish(`peer://bob.peer/${i}`, 'window')
    expect(house.browse.tabs()).toHaveLength(2)
    await house.clock.advance(1_000)
    await wish('peer://bob.peer/later', 'window')
    expect(house.browse.tabs()).toHaveLength(3)
  })

  test('opens none by itself', async () => {
    await wish('peer://bob.peer/', 'window', false)
    await wish('https://example.com/', 'window', false)
    expect(house.browse.tabs()).toHaveLength(1)
    expect(lines()).toEqual(['window example.com denied 1', 'window bob.peer denied 1'])
  })

  test('by itself is one other name, and from there no further', async () => {
    await wish('peer://bob.peer/', 'link', false)
    expect(house.tab(id).url).toBe('peer://bob.peer/')
    house.host.seen?.terms.events.wantsToGo('peer://alice.peer/', 'link', false)
    await house.settled()
    expect(house.tab(id).url).toBe('peer://bob.peer/')
    expect(lines()).toEqual(['navigation alice.peer denied 1'])
  })

  test('by a redirect of the site is another name, once', async () => {
    house.site('r1.peer', () => ({ status: 302, headers: [['Location', 'peer://r2.peer/']] }))
    house.site('r2.peer', () => ({ status: 302, headers: [['Location', '//alice.peer/']] }))
    const tab = await house.open('r1.peer')
    expect(tab).toMatchObject({ state: 'start', url: '' })
    expect(house.asked.map(({ site }) => site)).toEqual(['alice.peer', 'r1.peer', 'r2.peer'])
    house.site('r2.peer', ({ path }) => (path === '/' ? { status: 302, headers: [['Location', '/there']] } : 'there'))
    expect(await house.open('r1.peer')).toMatchObject({ state: 'shown', url: 'peer://r2.peer/there' })
  })

  test('is never the outside web by itself: the person is asked', async () => {
    await wish('https://example.com/x')
    expect(house.tab(id)).toMatchObject({ url: 'peer://alice.peer/', outside: { url: 'https://example.com/x', host: 'example.com' } })
    expect(house.host.outside).toEqual([])
    await wish('https://router/')
    await wish('mailto:a@b.example')
    await wish('http://example.com/')
    await wish('javascript:alert(1)')
    expect(lines()).toEqual(['navigation javascript: denied 1', 'navigation http: denied 1', 'navigation mailto: denied 1', 'local router denied 1'])
  })

  test('is nowhere while something else is being opened over it', async () => {
    await house.open('nobody.peer', { tab: id })
    await wish('peer://bob.peer/', 'link', true)
    expect(house.tab(id)).toMatchObject({ state: 'failed', url: 'peer://nobody.peer/' })
  })

  test('is said by the view, and believed of its own site only', async () => {
    const navigated = (url: string): void => view.terms.events.navigated({ url, canBack: false, canForward: false, isSamePage: true })
    for (const url of ['peer://bob.peer/', 'https://alice.peer/', 'about:blank', 'chrome-error://chromewebdata/', 'peer://alice.peer@bob.peer/']) navigated(url)
    expect(house.tab(id).url).toBe('peer://alice.peer/')
    navigated('peer://alice.peer/app/route')
    expect(house.tab(id).url).toBe('peer://alice.peer/app/route')
  })

  test.each([['crashed', 'crashed', 'its own process ended'], ['too-much', 'blocked', 'so much at once']] as const)('by a page whose process ended (%s) is where it was, when the person loads it again', async (why, code, said) => {
    view.terms.events.failed(why, 'killed')
    expect(house.tab(id)).toMatchObject({ state: 'failed', url: 'peer://alice.peer/', failure: { code, why: expect.stringContaining(said) } })
    expect(view.isClosed).toBe(true)
    house.browse.reload(id)
    await house.settled()
    expect(house.tab(id)).toMatchObject({ state: 'shown', url: 'peer://alice.peer/' })
  })

  test('by one that answers nothing is said to be; whoever stops it ends it, and may load it again', async () => {
    view.terms.events.hung(true)
    expect(house.tab(id)).toMatchObject({ state: 'shown', isHung: true })
    view.terms.events.hung(false)
    expect(house.tab(id).isHung).toBe(false)
    view.terms.events.hung(true)
    house.browse.halt(id)
    expect(house.tab(id)).toMatchObject({ state: 'failed', url: 'peer://alice.peer/', isHung: false, failure: { code: 'crashed', why: expect.stringContaining('you ended it') } })
    expect(view.isClosed).toBe(true)
    house.browse.reload(id)
    await house.settled()
    expect(house.tab(id)).toMatchObject({ state: 'shown', url: 'peer://alice.peer/', isHung: false })
  })

  test.each([
    ['loaded again', 'peer://alice.peer/', async () => house.browse.reload(id)],
    ['led elsewhere', 'peer://alice.peer/other', () => house.open('alice.peer/other', { tab: id })],
  ])('by one that answers nothing, %s, is another view’s', async (_how, url, act) => {
    view.terms.events.hung(true)
    await act()
    await house.settled()
    expect(house.tab(id)).toMatchObject({ state: 'shown', url, isHung: false })
    expect(view.isClosed).toBe(true)
  })

  test('is told of keys that are the window’s, from the page that is looked at only', async () => {
    const over = new AbortController()
    const keys: string[] = []
    const watching = (async () => {
      for await (const item of house.browse.watch(over.signal)) if (item.kind === 'event' && item.event.event === 'key-pressed') keys.push(item.event.key)
    })()
    await house.settled()
    view.terms.events.pressed('address')
    await house.open('bob.peer')
    view.terms.events.pressed('new-tab')
    await house.settled()
    over.abort()
    await watching
    expect(keys).toEqual(['address'])
  })
})

describe('the outside web through a contact', () => {
  beforeEach(() => {
    house.exits = { find: (peerId) => (peerId === device ? { account: alice, called: 'Alice' } : null) }
  })

  test('opens in a tab of its own kind, and says whose way out it is and how much went through', async () => {
    const [near, far] = duplexPair()
    const opened: unknown[] = []
    house.exits = { ...house.exits, open: (...about) => (opened.push(about.slice(0, 3)), Promise.resolve(far)) }
    const tab = await house.open('https://example.com/x', { exit: device })
    expect(tab).toMatchObject({ kind: 'exit', state: 'shown', url: 'https://example.com/x', site: null, shield: null, exit: { peerId: device, account: alice, called: 'Alice', bytes: 0 } })
    const terms = house.host.seen?.terms
    expect([terms?.kind, await terms?.fetch({ url: 'peer://alice.peer/', path: '/', method: 'GET', headers: [], isPage: false, signal: new AbortController().signal })]).toEqual(['exit', null])
    const tunnel = await terms?.tunnel('example.com', 443, new AbortController().signal)
    expect(opened).toEqual([[device, 'example.com', 443]])
    tunnel?.end('hello')
    expect(await text(near)).toBe('hello')
    near.end(Buffer.alloc(100_000))
    expect((await text(tunnel ?? Readable.from([]))).length).toBe(100_000)
    await house.clock.advance(1_000)
    expect(house.tab(tab.id).exit?.bytes).toBe(100_005)
  })

  test('goes on in the tab that is there, and never to this machine or to another port', async () => {
    const tab = await house.open('https://example.com/', { exit: device })
    expect(await house.open('https://other.example/', { tab: tab.id })).toMatchObject({ kind: 'exit', url: 'https://other.example/', canBack: true })
    for (const address of ['https://127.0.0.1/', 'https://nas.local/', 'https://example.com:8443/', 'peer://alice.peer/']) {
      await expect(house.open(address, { exit: device })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    }
    house.exits = {}
    await expect(house.open('https://example.com/', { exit: device })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('says what is wrong with a certificate, and at the page: the way out was open', async () => {
    const tab = await house.open('https://example.com/', { exit: device })
    for (const [detail, why] of [['ERR_CERT_COMMON_NAME_INVALID', /another host/], ['ERR_CERT_DATE_INVALID', /run out/], ['ERR_CERT_AUTHORITY_INVALID', /vouches/], ['ERR_CERT_REVOKED', /relied on/]] as const) {
      house.host.seen?.terms.events.failed('certificate', detail)
      expect(house.tab(tab.id)).toMatchObject({ state: 'failed', failure: { step: 'answer', code: 'certificate', why: expect.stringMatching(why) as string } })
      house.browse.reload(tab.id)
      await house.settled()
    }
  })

  test('says that the device of the way out is away', async () => {
    house.exits = { ...house.exits, open: () => Promise.reject(new Error('no')), refusalOf: () => ({ code: 'exit-unreachable', why: 'Alice’s device is away.' }) }
    const tab = await house.open('https://example.com/', { exit: device })
    const terms = house.host.seen?.terms
    await expect(terms?.tunnel('example.com', 443, new AbortController().signal)).rejects.toThrow('no')
    terms?.events.failed('network', 'ERR_TUNNEL_CONNECTION_FAILED')
    expect(house.tab(tab.id)).toMatchObject({ state: 'failed', failure: { step: 'exit', code: 'exit-unreachable', why: 'Alice’s device is away.' } })
  })

  test('says why the way out did not go there', async () => {
    house.exits = { ...house.exits, open: () => Promise.reject(new Error('no')), refusalOf: () => ({ code: 'exit-refused', why: 'Alice’s device does not go there.' }) }
    const tab = await house.open('https://example.com/', { exit: device })
    const terms = house.host.seen?.terms
    await expect(terms?.tunnel('example.com', 443, new AbortController().signal)).rejects.toThrow('no')
    terms?.events.failed('network', 'ERR_TUNNEL_CONNECTION_FAILED')
    expect(house.tab(tab.id)).toMatchObject({ state: 'failed', kind: 'exit', failure: { step: 'exit', code: 'exit-refused', why: 'Alice’s device does not go there.' } })
    house.browse.reload(tab.id)
    await house.settled()
    expect(house.tab(tab.id)).toMatchObject({ state: 'shown' })
  })

  test('saves no files, and says so', async () => {
    await house.open('https://example.com/', { exit: device })
    for (let i = 0; i < 50; i++) house.host.seen?.terms.events.offered({ url: 'https://example.com/a.zip', name: 'a.zip', byPerson: false })
    expect(house.browse.downloads()).toMatchObject([{ state: 'denied', name: 'a.zip', site: 'example.com', why: expect.stringContaining('exit') }])
  })

  test('is not remembered, neither where they were nor what was open', async () => {
    await house.open('https://example.com/', { exit: device })
    await house.clock.advance(60_000)
    expect(house.browse.history('example', 10)).toEqual([])
    const next = await house.again()
    expect(next.browse.tabs().map(({ url }) => url)).toEqual(['peer://alice.peer/'])
    house = next
  })
})
