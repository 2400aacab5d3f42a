import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Download } from '../../../src/shared/model/browse.ts'
import type { MadeFile } from '../../../src/main/features/browse/types.ts'
import { whyNotSaved } from '../../../src/main/features/browse/downloads/fetching.ts'
import { MAX_ASKING_OF_SITE, MAX_DOWNLOADING, MAX_MADE_BYTES } from '../../../src/main/features/browse/limits.ts'
import { eventually } from '../../helpers/eventually.ts'
import { bob, browseHouse, device, alice, type House, type Says, type TestView } from './browse-house.ts'

let house: House
let view: TestView
let files: Record<string, Says>
beforeEach(async () => {
  house = await browseHouse()
  files = { '/': 'Alice' }
  house.site('alice.peer', ({ path }) => files[path] ?? { status: 404, body: 'not there' })
  await house.open('alice.peer')
  const [first] = house.host.views
  if (first === undefined) throw new Error('no view was opened')
  view = first
})
afterEach(() => house.close())

const offer = (path: string, more: { name?: string; byPerson?: boolean } = {}): Download => {
  view.terms.events.offered({ url: `peer://alice.peer${path}`, name: path.slice(path.lastIndexOf('/') + 1), byPerson: true, ...more })
  const [latest] = house.browse.downloads()
  if (latest === undefined) throw new Error('nothing was offered')
  return latest
}
const rule = (said: 'allow' | 'ask' | 'deny'): void => void (house.door = { ...house.door, file: () => said })
const now = (id: Download['id']): Download => house.browse.downloads().find((each) => each.id === id) ?? (() => { throw new Error('it is gone') })()
const over = (id: Download['id']) => eventually('the download is over', () => (['running', 'asking'].includes(now(id).state) ? null : now(id)))
const inFolder = (): Promise<string[]> => readdir(house.downloads)
const asked = (): string[] => (house.browse.tabs()[0]?.shield?.asked ?? []).map(({ kind, what, outcome, count }) => `${kind} ${what} ${outcome} ${count}`)

/** As the view holds it; counts what becomes of it. */
function madeFile(text: string): MadeFile & { readonly opened: number; readonly dropped: number } {
  const is = { opened: 0, dropped: 0 }
  return {
    bytes: text.length,
    get opened() {
      return is.opened
    },
    get dropped() {
      return is.dropped
    },
    open() {
      is.opened += 1
      return Promise.resolve({ body: Readable.from([Buffer.from(text)]), bytes: text.length })
    },
    drop: () => void (is.dropped += 1),
  }
}

describe('a file that a page offers', () => {
  test('waits for the person where no rule speaks, and is then written whole, to be read and not run', async () => {
    const bytes = randomBytes(3_000_000)
    files['/data.bin'] = { headers: [['Content-Length', String(bytes.length)]], body: Readable.from(cut(bytes)) }
    const { id, state, name } = offer('/data.bin')
    expect([state, name, await inFolder()]).toEqual(['asking', 'data.bin', []])
    expect(house.browse.answerDownload(id, true)).toMatchObject({ state: 'running' })
    const done = await over(id)
    expect(done).toMatchObject({ state: 'done', bytes: bytes.length, doneBytes: bytes.length, path: join(house.downloads, 'data.bin') })
    expect(sha(await readFile(done.path ?? ''))).toBe(sha(bytes))
    expect((await stat(done.path ?? '')).mode & 0o777).toBe(0o644)
    expect(await inFolder()).toEqual(['data.bin'])
    house.browse.showDownload(id)
    expect(house.host.shownFiles).toEqual([done.path])
    house.browse.forgetDownload(id)
    expect([house.browse.downloads(), await inFolder()]).toEqual([[], ['data.bin']])
  })

  test('is not wanted, and nothing is fetched', async () => {
    files['/x'] = 'x'
    const { id } = offer('/x')
    expect(house.browse.answerDownload(id, false)).toMatchObject({ state: 'denied', why: 'You did not want it.' })
    expect(() => house.browse.answerDownload(id, true)).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
    expect(house.asked.map(({ request }) => request.path)).toEqual(['/'])
  })

  test('comes at once where a rule of the door allows it and the person clicked, and asks where the page did it by itself', async () => {
    rule('allow')
    files['/a.txt'] = 'a'
    expect(await over(offer('/a.txt').id)).toMatchObject({ state: 'done' })
    expect(offer('/a.txt', { byPerson: false })).toMatchObject({ state: 'asking' })
  })

  test('is refused where the door says so, and the shield tells', () => {
    rule('deny')
    view.terms.events.offered({ url: 'peer://alice.peer/x.exe', name: 'x.exe', byPerson: true })
    expect([house.browse.downloads(), asked()]).toEqual([[], ['download x.exe denied 1']])
  })

  test('of which there are twenty that wait is refused from then on', () => {
    for (let i = 0; i < 1_000; i++) view.terms.events.offered({ url: `peer://alice.peer/${i}.zip`, name: 'pop-under.zip', byPerson: false })
    expect(house.browse.downloads()).toHaveLength(MAX_ASKING_OF_SITE)
    expect(asked()).toEqual([`download pop-under.zip denied ${1_000 - MAX_ASKING_OF_SITE}`])
  })

  test('of another name, of the outside web, or that is said to be made by the page and is not there, is refused', () => {
    for (const url of ['peer://bob.peer/x.zip', 'https://example.com/x.zip', 'data:text/plain,x', 'blob:peer://alice.peer/1', 'file:///etc/passwd']) {
      view.terms.events.offered({ url, name: 'x.zip', byPerson: true })
    }
    expect([house.browse.downloads(), asked()]).toEqual([[], ['download x.zip denied 5']])
  })

  test('made by the page itself waits for the person as any other, and is a file of that page', async () => {
    const made = madeFile('drawn')
    view.terms.events.offered({ url: 'blob:peer://alice.peer/1', name: '../../a\u202egpj.desktop', byPerson: true, made })
    const [first] = house.browse.downloads()
    expect(first).toMatchObject({ state: 'asking', name: 'agpj.desktop', url: 'peer://alice.peer/', bytes: 5 })
    expect([await inFolder(), made.opened]).toEqual([[], 0])
    house.browse.answerDownload(first?.id ?? expect.fail('nothing was offered'), true)
    const done = await over(first?.id ?? expect.fail('nothing was offered'))
    expect([done.state, await readFile(done.path ?? '', 'utf8'), (await stat(done.path ?? '')).mode & 0o111]).toEqual(['done', 'drawn', 0])
    expect([made.opened, made.dropped]).toEqual([1, 1])
    expect(house.asked.map(({ request }) => request.path)).toEqual(['/'])
  })

  test('made by the page itself is let go where it is not wanted, the door refuses it, its tab is gone, or there are too many', () => {
    const byPage = (made: MadeFile): void => view.terms.events.offered({ url: 'data:text/plain,x', name: 'x.txt', byPerson: true, made })
    const [unwanted, refused, late] = [madeFile('x'), madeFile('x'), madeFile('x')]
    byPage(unwanted)
    house.browse.answerDownload(house.browse.downloads()[0]?.id ?? expect.fail('nothing was offered'), false)
    rule('deny')
    byPage(refused)
    rule('ask')
    const many = Array.from({ length: MAX_ASKING_OF_SITE + 3 }, () => madeFile('x'))
    for (const made of many) byPage(made)
    for (const { id } of house.browse.tabs()) house.browse.close(id)
    byPage(late)
    expect([unwanted, refused, late].map(({ dropped }) => dropped)).toEqual([1, 1, 1])
    expect(many.filter(({ dropped }) => dropped > 0)).toHaveLength(3)
  })

  test('made by the page itself is of a bounded size, said or not', async () => {
    rule('allow')
    view.terms.events.offered({ url: 'blob:peer://alice.peer/1', name: 'x.bin', byPerson: true, made: { ...madeFile('x'), bytes: MAX_MADE_BYTES + 1 } })
    expect(house.browse.downloads()[0]).toMatchObject({ state: 'denied', why: expect.stringContaining('256 MiB') as string })
    const piece = Buffer.alloc(64 * 1_024 * 1_024)
    const body = (): Readable => Readable.from(Array.from({ length: 5 }, () => piece))
    view.terms.events.offered({ url: 'blob:peer://alice.peer/2', name: 'y.bin', byPerson: true, made: { bytes: null, open: () => Promise.resolve({ body: body(), bytes: 1 }), drop: () => {} } })
    expect(await over(house.browse.downloads()[0]?.id ?? expect.fail('nothing was offered'))).toMatchObject({ state: 'failed', why: expect.stringContaining('256 MiB') as string })
    view.terms.events.offered({ url: 'blob:peer://alice.peer/3', name: 'z.bin', byPerson: true, made: { ...madeFile('larger'), bytes: 5 } })
    expect(await over(house.browse.downloads()[0]?.id ?? expect.fail('nothing was offered'))).toMatchObject({ state: 'failed', why: 'The file is larger than the page said.' })
    expect(await inFolder()).toEqual([])
  })

  test('is asked for by the page’s own name, with nothing of the page', async () => {
    rule('allow')
    files['/a?b=1'] = 'a'
    await over(offer('/a?b=1', { name: '../../.bashrc' }).id)
    expect(house.asked.at(-1)?.request).toEqual({ method: 'GET', path: '/a?b=1', headers: [['Accept', '*/*'], ['Accept-Encoding', 'identity']] })
    expect(await inFolder()).toEqual(['bashrc'])
  })

  test('uses up what the door allows when it comes by that, and not when the person is asked or it was too many', async () => {
    const took: unknown[] = []
    house.door = { ...house.door, file: () => 'allow', took: (...what) => took.push(what) }
    files['/a.txt'] = 'a'
    const offered = offer('/a.txt', { byPerson: false })
    expect([offered.state, took]).toEqual(['asking', []])
    house.browse.answerDownload(offered.id, true)
    await over(offered.id)
    expect(took).toEqual([])
    await over(offer('/a.txt').id)
    expect(took).toEqual([[{ owner: alice, peerId: device }, 'a.txt', null]])
  })

  test('is asked about with whose it is', () => {
    const about: unknown[] = []
    house.door = { ...house.door, file: (...question) => (about.push(question), 'ask') }
    offer('/report.pdf')
    expect(about).toEqual([[{ owner: alice, peerId: device }, 'report.pdf', null]])
  })
})

describe('a download', () => {
  beforeEach(() => rule('allow'))

  test('never takes the place of what is there, nor follows a link', async () => {
    const outside = join(house.downloads, 'elsewhere')
    await mkdir(outside)
    await writeFile(join(house.downloads, 'a.txt'), 'mine')
    await symlink(join(outside, 'target'), join(house.downloads, 'a (2).txt'))
    files['/a.txt'] = 'theirs'
    expect(await over(offer('/a.txt').id)).toMatchObject({ state: 'done', name: 'a (3).txt' })
    expect(await readFile(join(house.downloads, 'a.txt'), 'utf8')).toBe('mine')
    expect(await readFile(join(house.downloads, 'a (3).txt'), 'utf8')).toBe('theirs')
    expect(await readdir(outside)).toEqual([])
  })

  test('of many at once runs a few at a time, and each gets a name of its own', async () => {
    const open: Readable[] = []
    house.site('alice.peer', () => {
      const body = new Readable({ read() {} })
      open.push(body)
      return { body }
    })
    const ids = Array.from({ length: 10 }, () => offer('/same.txt').id)
    await eventually('some run', () => open.length >= MAX_DOWNLOADING)
    expect(open).toHaveLength(MAX_DOWNLOADING)
    for (let i = 0; i < ids.length; i++) {
      await eventually('the next one runs', () => open.length > i)
      open[i]?.push(String(i))
      open[i]?.push(null)
    }
    for (const id of ids) expect(await over(id)).toMatchObject({ state: 'done' })
    expect(new Set(await inFolder()).size).toBe(10)
    const contents = await Promise.all((await inFolder()).map((name) => readFile(join(house.downloads, name), 'utf8')))
    expect(contents.toSorted()).toEqual(Array.from({ length: 10 }, (_, i) => String(i)))
  })

  test('that is cancelled leaves nothing behind', async () => {
    const body = new Readable({ read() {} })
    files['/big'] = { body }
    const { id } = offer('/big')
    body.push(Buffer.alloc(100_000))
    await eventually('a part is there', async () => (await inFolder()).some((name) => name.endsWith('.part')))
    expect(house.browse.cancelDownload(id)).toMatchObject({ state: 'cancelled' })
    await eventually('nothing is there', async () => (await inFolder()).length === 0)
    expect(body.destroyed).toBe(true)
    expect(() => house.browse.cancelDownload(id)).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
    expect(() => house.browse.showDownload(id)).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
  })

  test('that breaks off says so, and leaves nothing behind', async () => {
    const body = new Readable({ read() {} })
    files['/cut'] = { body }
    const { id } = offer('/cut')
    body.push('half')
    await eventually('a part is there', async () => (await inFolder()).length === 1)
    body.destroy(new Error('cut'))
    expect(await over(id)).toMatchObject({ state: 'failed', path: null, doneBytes: 0 })
    expect(await inFolder()).toEqual([])
  })

  test.each([
    ['/404', 'The site answered 404 instead of the file.'],
    ['/out', 'The site sends elsewhere for that file.'],
    ['/other', 'The site sends elsewhere for that file.'],
    ['/loop', 'The site sends from one address to the next without end.'],
    ['/packed', 'The site packed the file in a way that Latch does not know.'],
  ])('of %s fails in one sentence', async (path, why) => {
    const to = (location: string): Says => ({ status: 302, headers: [['Location', location]] })
    Object.assign(files, { '/out': to('https://example.com/x'), '/other': to('peer://bob.peer/x'), '/loop': to('/loop'), '/packed': { headers: [['Content-Encoding', 'x-odd']], body: 'x' } })
    expect(await over(offer(path).id)).toMatchObject({ state: 'failed', why })
    expect(await inFolder()).toEqual([])
  })

  test('follows the site within itself, and unpacks what it packed all the same', async () => {
    files['/to'] = { status: 301, headers: [['Location', 'there.txt']] }
    files['/there.txt'] = { headers: [['Content-Encoding', 'gzip'], ['Content-Length', '9']], body: Readable.from([gzipSync('hello')]) }
    const done = await over(offer('/to', { name: 'there.txt' }).id)
    expect(done).toMatchObject({ state: 'done', bytes: 5 })
    expect(await readFile(done.path ?? '', 'utf8')).toBe('hello')
  })

  test('of a name that is another account’s by now is not saved', async () => {
    rule('ask')
    const { id } = offer('/x.txt')
    house.site('alice.peer', () => 'from somebody else', bob)
    house.browse.answerDownload(id, true)
    expect(await over(id)).toMatchObject({ state: 'failed', why: 'alice.peer belongs to another account now.' })
  })

  test('makes its folder, and says where it cannot write', async () => {
    await rm(house.downloads, { recursive: true })
    files['/a.txt'] = 'a'
    expect(await over(offer('/a.txt').id)).toMatchObject({ state: 'done' })
    await rm(house.downloads, { recursive: true })
    await writeFile(house.downloads, 'a file in its place')
    expect(await over(offer('/a.txt').id)).toMatchObject({ state: 'failed' })
  })

  test('says when the disk is full', () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    expect(whyNotSaved(full)).toBe('There is no more room on the disk. What was written is removed; make room, and download it again.')
  })

  test('tells how far it is at most four times a second', async () => {
    const body = new Readable({ read() {} })
    files['/slow'] = { body }
    const over = new AbortController()
    const told: number[] = []
    const watching = (async () => {
      for await (const item of house.browse.watch(over.signal)) if (item.kind === 'event' && item.event.event === 'download-changed') told.push(item.event.download.doneBytes)
    })()
    const { id } = offer('/slow')
    for (let i = 0; i < 20; i++) {
      await house.clock.advance(50)
      body.push('x'.repeat(10))
      await eventually('it is written', () => now(id).doneBytes === (i + 1) * 10)
    }
    over.abort()
    await watching
    expect(told.filter((bytes) => bytes > 0)).toEqual([10, 50, 100, 150])
  })

  test('that ran when Latch ended is over at the next start, and its part is gone', async () => {
    const body = new Readable({ read() {} })
    files['/big'] = { body }
    files['/done'] = 'done'
    const { id: done } = offer('/done')
    await over(done)
    const { id } = offer('/big')
    body.push('x')
    await eventually('a part is there', async () => (await inFolder()).some((name) => name.endsWith('.part')))
    const [part] = (await inFolder()).filter((name) => name.endsWith('.part'))
    const next = await house.again()
    house = next
    expect(existsSync(join(house.downloads, part ?? ''))).toBe(false)
    expect([now(id), now(done)]).toMatchObject([{ state: 'cancelled', why: 'Latch was closed before it was whole.' }, { state: 'done' }])
  })
})

function cut(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) => bytes.subarray(i * 65_536, (i + 1) * 65_536))
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
