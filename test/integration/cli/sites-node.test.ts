import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { GatewayState } from '../../../src/shared/model/browse.ts'
import type { Copy } from '../../../src/shared/model/copies.ts'
import type { Site } from '../../../src/shared/model/sites.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHome, type Home } from './two-households.ts'

/** Ada shows sites in a network of her own; Bea follows it, and visits. */
let ada: Home
let bea: Home
let folder: string
beforeAll(async () => {
  ;[ada, bea] = await Promise.all([openHome('Ada', { gossip: true, dht: true }), openHome('Bea', { gossip: true, dht: true })])
  folder = await mkdtemp(join(tmpdir(), 'latch-site-'))
  await mkdir(join(folder, 'notes'))
  await writeFile(join(folder, 'index.html'), '<h1>Ada</h1>\n')
  await writeFile(join(folder, 'notes', 'one.txt'), 'first note\n')
  await writeFile(join(folder, '.secret'), 'nobody sees this')
  const invited = (await ada.run('invite')).out.split(/\s/).find((word) => word.startsWith('latch://'))
  await bea.run('connect', invited ?? '')
  await ada.run('name', 'claim', 'alice')
  await eventually('Bea follows the network of Ada', async () => /alice\.peer/.test((await bea.run('query', 'alice.peer')).out))
})
afterAll(async () => {
  await ada.close()
  await bea.close()
  await rm(folder, { recursive: true, force: true })
})

it('a folder is looked at, published, listed and shown', async () => {
  expect((await ada.run('site')).out).toBe('You show nothing. A folder: latch site publish <folder> --as <name>\n')
  expect((await ada.run('site', 'look', folder)).out).toMatch(/: 2 files, 24 B\nNot shown, 1 file:\n {2}\.secret: /)
  const published = await ada.run('site', 'publish', folder, '--as', 'alice', '--for', 'anyone')
  expect(published).toEqual({ code: 0, out: 'peer://alice.peer/ is open to anyone.\n', err: '' })
  expect((await ada.run('site', 'list')).out).toMatch(new RegExp(`\\nalice\\.peer +${folder} +anyone +0 +0 +0 B\\n`))
  expect((await ada.run('site', 'show', 'alice.peer')).out).toMatch(/^Site +peer:\/\/alice\.peer\/\n[^]*\nName +points here, zone \d+\nCopies +none are offered\nState +open\n/)
})

it('a file is fetched to standard output, to a file, in part, and its headers alone', async () => {
  expect(await bea.run('fetch', 'peer://alice.peer/notes/one.txt')).toEqual({ code: 0, out: 'first note\n', err: '' })
  expect((await bea.run('fetch', 'alice.peer')).out).toBe('<h1>Ada</h1>\n')
  expect((await bea.run('fetch', 'alice.peer/notes/one.txt', '--range', '6-')).out).toBe('note\n')
  const to = join(bea.dataFolder, 'one.txt')
  expect(await bea.run('fetch', 'alice.peer/notes/one.txt', '--out', to)).toEqual({ code: 0, out: '', err: '' })
  expect(await readFile(to, 'utf8')).toBe('first note\n')
  expect(await bea.run('fetch', 'alice.peer/notes/one.txt', '--out', to)).toMatchObject({ code: 1, err: `latch: ${to} is there already; name another file, or remove it first.\n` })
  const head = await bea.run('fetch', 'alice.peer/notes/one.txt', '--head')
  expect(head.out).toMatch(/^200 OK\n[^]*content-length: 11\n[^]*latch-source: live\n/)
})

it('what cannot be fetched says why, with the exit codes of a look-up', async () => {
  expect(await bea.run('fetch', 'alice.peer/nothing')).toEqual({
    code: 1,
    out: '',
    err: 'latch: alice.peer answered /nothing with 404: it is not there.\n',
  })
  expect(await bea.run('fetch', 'alice.peer/.secret')).toMatchObject({ code: 1, out: '' })
  expect(await bea.run('fetch', 'nobody-has-it.peer')).toMatchObject({ code: 5, out: '' })
  expect(await bea.run('fetch', 'https://example.com/')).toMatchObject({ code: 2, out: '' })
  for (const range of ['all', '5-2', '-', '', '0-1,3-4']) {
    expect(await bea.run('fetch', 'alice.peer/notes/one.txt', '--range', range)).toMatchObject({ code: 2, out: '' })
  }
  expect(await bea.run('fetch', 'alice.peer/notes/one.txt', '--range', '100-')).toMatchObject({ code: 1, err: 'latch: alice.peer answered /notes/one.txt with 416: it has no such part.\n' })
  expect(await bea.run('fetch', 'alice.peer/nothing', '--head')).toMatchObject({ code: 1, out: expect.stringMatching(/^404 Not Found\n/) as string, err: '' })
})

it('who visits is shown while they do, and who may is changed', async () => {
  expect((await ada.run('site', 'visitors')).out).toMatch(/\nBea +alice\.peer +\/\S* +local +/)
  expect((await ada.run('site', 'audience', 'alice', 'contacts')).out).toBe('alice.peer is open to your contacts.\nTo open it to all: latch site audience alice.peer anyone\n')
  // They are contacts by the invitation.
  expect((await bea.run('fetch', 'alice.peer')).code).toBe(0)
  expect((await ada.run('site', 'audience', 'alice', 'ask')).out).toBe(
    'alice.peer is open to whoever you let in: visitors knock first, and you are asked about each (latch door).\nTo open it to all: latch site audience alice.peer anyone\n',
  )
  expect(await bea.run('fetch', 'alice.peer')).toMatchObject({ code: 4, out: '', err: expect.stringMatching(/With: latch knock alice\.peer --for visit --name alice\.peer\n$/) as string })
})

it('whoever knocks for a site, as they are told to, and is let in, may fetch from it', async () => {
  const knock = bea.begin(['knock', 'alice.peer', '--for', 'visit', '--name', 'alice.peer'])
  await eventually('the knock is there', async () => (await ada.run('door')).out.includes('Bea asks for visit "alice.peer"'))
  expect(await ada.run('door', 'allow', 'Bea', '--session', '--scope', 'this')).toMatchObject({ code: 0 })
  expect((await knock.done).code).toBe(0)
  expect(await bea.run('fetch', 'alice.peer')).toMatchObject({ code: 0, out: '<h1>Ada</h1>\n' })
})

it('what is not meant to be shown is refused, or said', async () => {
  const bare = join(folder, 'notes')
  expect(await ada.run('site', 'publish', bare, '--as', 'notes.alice.peer')).toEqual({
    code: 0,
    out: [
      'peer://notes.alice.peer/ is open to whoever you let in: visitors knock first, and you are asked about each (latch door).',
      'To open it to all: latch site audience notes.alice.peer anyone',
      'There is no index.html in it: its first page is "not here".',
      '',
    ].join('\n'),
    err: '',
  })
  await ada.run('site', 'unpublish', 'notes.alice.peer')
  for (const kept of [ada.dataFolder, join(ada.dataFolder, '..')]) {
    expect(await ada.run('site', 'publish', kept, '--as', 'keys.alice.peer')).toMatchObject({ code: 2, err: expect.stringMatching(/^latch: Latch keeps its own keys/) as string })
  }
  expect(await ada.run('site', 'publish', folder, '--as', 'alice.peer/notes')).toMatchObject({ code: 2, err: 'latch: "alice.peer/notes" is a page of a site; here the name of the site is meant: alice.peer\n' })
  expect(await ada.run('site', 'publish', folder, '--as', 'bob.peer')).toMatchObject({ code: 1, err: expect.stringMatching(/bob\.peer is not a name of yours/) as string })
  expect(await ada.run('site', 'publish', folder, '--as', 'ab.peer')).toMatchObject({ code: 1, err: expect.stringMatching(/ab\.peer is no name that anybody can own: before \.peer stand 3 to 63 letters/) as string })
})

it('a program behind a port is shown as well', async () => {
  const program = createServer((request, response) => {
    if (request.url === '/old') response.writeHead(302, { Location: '/hot?x=1' })
    if (request.url === '/away') response.writeHead(302, { Location: 'https://example.com/' })
    response.end(`asked for ${request.url}`)
  })
  await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve))
  const { port } = program.address() as AddressInfo
  expect((await ada.run('site', 'serve', String(port), '--as', 'app.alice.peer', '--for', 'anyone')).out).toBe('peer://app.alice.peer/ is open to anyone.\n')
  await eventually('Bea hears of the new zone', async () => (await bea.run('fetch', 'app.alice.peer/hot?x=1', '--again')).out === 'asked for /hot?x=1')
  expect(await bea.run('fetch', 'app.alice.peer/hot', '--range', '3-')).toMatchObject({ code: 1, out: '', err: 'latch: app.alice.peer gives no parts of /hot; without --range all of it comes.\n' })
  expect((await bea.run('fetch', 'app.alice.peer/old')).out).toBe('asked for /hot?x=1')
  expect(await bea.run('fetch', 'app.alice.peer/away')).toMatchObject({ code: 1, out: '', err: 'latch: app.alice.peer leads on to https://example.com/, which is another site.\n' })
  expect((await ada.run('site', 'unpublish', 'app.alice.peer')).out).toBe('app.alice.peer is not shown any more.\n')
  program.close()
})

it('a copy is looked at, kept, compared, and dropped', async () => {
  expect((await ada.run('site', 'publish', folder, '--as', 'alice', '--for', 'anyone', '--copies')).out).toMatch(/^peer:\/\/alice\.peer\/ is open to anyone\.\nIts content is b\w{58}\.\n$/)
  await eventually('Bea hears of the copy', async () => (await bea.run('copies', 'look', 'alice')).code === 0)
  expect((await bea.run('copies', 'look', 'alice')).out).toMatch(/\nTakes +24 B in 2 files; 0 B of it are here\n/)
  const kept = await bea.run('copies', 'keep', 'alice')
  expect(kept.out).toMatch(/^alice\.peer is kept: 24 B, b\w{58}\.\n$/)
  expect((await bea.run('copies')).out).toMatch(/\nalice\.peer +\S+ +24 B +whole +/)
  await writeFile(join(folder, 'notes', 'two.txt'), 'second note\n')
  expect((await ada.run('site', 'refresh', 'alice')).out).toMatch(/^alice\.peer: b\w{58}, 3 files, 36 B\n$/)
  await eventually('Bea hears of the new zone', async () => (await bea.run('copies', 'changes', 'alice')).out.startsWith('+ '))
  expect((await bea.run('copies', 'changes', 'alice')).out).toMatch(/^\+ \/?notes\/two\.txt {2}12 B\n1 added, 0 changed, 0 removed\. Keeping it would fetch /)
  expect((await bea.run('copies', 'serve', 'alice', 'off')).out).toBe('alice.peer is kept for you alone.\n')
  expect((await bea.run('copies', 'drop', 'alice')).out).toMatch(/^alice\.peer is not kept any more; /)
  expect((await bea.json('copies')) as Copy[]).toEqual([])
})

it('a name that was handed on is kept as the site that it leads to', async () => {
  expect((await bea.run('name', 'claim', 'bobby')).code).toBe(0)
  expect((await bea.run('site', 'publish', folder, '--as', 'bobby', '--for', 'anyone', '--copies')).code).toBe(0)
  await eventually('Ada knows whose the name is', async () => (await ada.run('copies', 'look', 'bobby')).code === 0)
  expect((await ada.run('name', 'point', 'handed.alice.peer', 'delegate', 'Bea')).code).toBe(0)
  expect((await ada.run('fetch', 'handed.alice.peer')).out).toBe('<h1>Ada</h1>\n')
  expect((await ada.run('copies', 'keep', 'handed.alice.peer')).out).toMatch(/^bobby\.peer is kept: \d+ B, b\w{58}\.\n$/)
  expect((await ada.json('copies')) as Copy[]).toMatchObject([{ site: 'bobby.peer', state: { kind: 'whole' } }])
  await ada.run('copies', 'drop', 'bobby')
  await bea.run('site', 'unpublish', 'bobby')
})

it('the gateway is switched on and off; bookmarks and history are told', async () => {
  expect((await bea.run('gateway')).out).toBe('The gateway is off (port 5380). To open sites in any browser of this machine: latch gateway on\n')
  expect(await bea.run('open', 'alice')).toEqual({ code: 1, out: '', err: 'latch: This node has no window, and the gateway is off. Switch it on: latch gateway on\n' })
  expect(await bea.run('open', 'https://example.com/')).toMatchObject({ code: 2, out: '', err: 'latch: https://example.com/ is of the outside web: open it in your browser.\n' })
  const { port } = (await bea.json('gateway', 'on', '--port', '15380')) as GatewayState
  expect(port).toBe(15_380)
  expect((await bea.run('open', 'alice.peer/notes/')).out).toBe('http://alice.peer.localhost:15380/notes/\n')
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const at = String((taken.address() as AddressInfo).port)
  expect(await bea.run('gateway', 'on', '--port', at)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^latch: The gateway is switched on and does not run: Port \d+ is taken/) as string })
  expect(await bea.run('open', 'alice')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/and its gateway does not run: Port \d+ is taken/) as string })
  taken.close()
  expect((await bea.run('gateway', 'off', '--port', '15380')).out).toMatch(/^The gateway is off \(port 15380\)\./)
  expect((await bea.run('bookmarks', 'add', 'alice.peer/notes/one.txt', 'One')).out).toBe('peer://alice.peer/notes/one.txt is kept.\n')
  expect((await bea.run('bookmarks')).out).toMatch(/\npeer:\/\/alice\.peer\/notes\/one\.txt +One +/)
  await bea.run('bookmarks', 'add', 'alice.peer', 'Alice')
  expect((await bea.run('bookmarks', 'move', 'alice.peer', '1')).out).toBe('peer://alice.peer/ has another place.\n')
  expect((await bea.run('bookmarks')).out).toMatch(/peer:\/\/alice\.peer\/ +Alice .*\npeer:\/\/alice\.peer\/notes/)
  expect((await bea.run('bookmarks', 'move', 'alice.peer', '0')).code).toBe(2)
  await bea.run('bookmarks', 'remove', 'alice.peer')
  expect((await bea.run('bookmarks', 'remove', 'alice.peer/notes/one.txt')).out).toBe('peer://alice.peer/notes/one.txt is kept no more.\n')
  expect((await bea.run('history')).out).toBe('Nothing was opened.\n')
  expect((await bea.run('history', 'clear')).out).toBe('Forgot 0 pages.\n')
})

it('ways out: contacts are listed, and nobody lets anybody out before a rule says so', async () => {
  await eventually('Bea knows the device of Ada', async () => (await bea.run('exit')).out.includes('Ada'))
  expect(await bea.run('exit', 'check', 'Ada')).toMatchObject({ code: 4, out: expect.stringMatching(/^Ada \(12D3\S+\): /) as string })
  expect((await bea.run('exit', 'uses')).out).toBe('Nothing went out, either way.\n')
})

it('a site goes with its unpublishing, and so says its zone', async () => {
  await ada.run('site', 'unpublish', 'alice')
  expect((await ada.json('site')) as Site[]).toEqual([])
  await eventually('Bea hears of it', async () => (await bea.run('fetch', 'alice.peer', '--again')).code === 6)
})
