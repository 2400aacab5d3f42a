import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { OfferedFile } from '../../../src/main/features/browse/types.ts'
import { eventually } from '../../helpers/eventually.ts'
import { serveHttpsHere } from '../../helpers/https-here.ts'
import { openViewHost, type ViewHostWindow } from '../../helpers/view-host.ts'

/* What a view does with pages, keys, answers and ways out, in a real window; see browse-contained for what it keeps in. */

test.setTimeout(90_000)

let window: ViewHostWindow
test.afterEach(() => window.close())

const start = async (args: readonly string[] = []): Promise<void> => {
  window = await openViewHost(test.info().outputPath('data'), { args })
}

/** All that a view told by one of these names, in the order in which it did. */
const toldOf = async (view: number, ...events: string[]): Promise<unknown[][]> =>
  (await window.within(({ told }, id) => told.filter((one) => one.view === id), view)).filter(({ event }) => events.includes(event)).map(({ event, args }) => [event, ...args])

test('answers come as they are sent: parts, statuses, packed ones, and an error for what is cut', async () => {
  await start()
  const view = await window.open('peer://alice.peer/')
  const got = (path: string, options = '{}') =>
    window.run<string>(view, `fetch('${path}', ${options}).then(async (r) => r.status + ' ' + (await r.text())).catch((error) => error.name)`)
  expect(await got('/~packed')).toBe('200 unpacked')
  expect(await got('/~part', `{ headers: { range: 'bytes=1-3' } }`)).toBe('206 bcd')
  expect(await got('/~status?304')).toBe('304 ')
  expect(await got('/~status?204')).toBe('204 ')
  expect(await got('/~status?404')).toBe('404 said')
  expect(await got('/plain.html', `{ method: 'HEAD' }`)).toBe('200 ')
  expect(await got('/~redirect?/~status?404')).toBe('404 said')
  expect(await got('/~redirect?peer://bob.peer/secret')).toBe('TypeError')
  // What no answer can be, and one that ends in the middle.
  expect(await got('/~status?999')).toBe('TypeError')
  expect(await got('/~odd-header')).toBe('TypeError')
  expect(await got('/~cut')).toBe('TypeError')

  const echoed = await got('/~echo', `{ method: 'POST', body: new Blob(['x'.repeat(1_000_000)]), headers: { 'latch-request': '1', 'x-own': 'kept' } }`)
  expect(echoed).toMatch(/^200 POST 1000000 /)
  expect(echoed).toContain('["x-own","kept"]')
  expect(echoed).not.toContain('latch-request')

  const pages = await window.within(({ asked }) => asked.map(({ url, isPage }) => [url, isPage]))
  expect(pages).toContainEqual(['peer://alice.peer/', true])
  expect(pages).toContainEqual(['peer://alice.peer/tricks.js', false])
  // What stands in a tab is ours to say.
  expect(pages.flat()).not.toContain('peer://alice.peer/icon.png')
  await window.load(view, 'peer://alice.peer/~cut-page')
  await expect.poll(() => window.told(view, 'failed')).toEqual([['network', expect.any(String)]])
})

test('an endless answer is read no further than the page reads it, and ends with the page', async () => {
  await start()
  const view = await window.open('peer://alice.peer/')
  const bytes = () => window.within(({ served }) => served.endlessBytes)
  const rss = () => window.within(() => process.memoryUsage.rss())
  const before = await rss()
  await window.run(view, `fetch('/~endless').then((answer) => { window.answer = answer }).then(() => 0)`)
  // It stands still once what is on the way is full: Chromium holds some 60 MB in the page's own process.
  let last = -1
  await eventually('the answer stands still', async () => {
    const now = await bytes()
    const isStill = now === last
    last = now
    return isStill && now > 0
  }, { everyMs: 500 })
  expect(last).toBeLessThan(150_000_000)
  await window.run(view, `(async () => { for await (const piece of window.answer.body) window.seen = (window.seen ?? 0) + piece.length })(); 0`)
  await eventually('300 MB more', async () => (await bytes()) > last + 300_000_000, { withinMs: 60_000, everyMs: 200 })
  expect((await rss()) - before).toBeLessThan(150_000_000)
  await window.load(view, 'peer://alice.peer/plain.html')
  await expect.poll(() => window.within(({ served }) => served.endlessEnded)).toBe(1)
  // So does what was asked for and has no answer yet.
  await window.run(view, `void fetch('/~slow').catch(() => {}); 0`)
  await expect.poll(() => window.within(({ asked }) => asked.at(-1)?.url)).toContain('/~slow')
  await window.load(view, 'peer://alice.peer/')
  await expect.poll(() => window.within(({ served }) => served.slowAborted)).toBe(1)
})

test('a page that asks a hundred thousand times at once ends, and nothing else does', async () => {
  await start()
  const quiet = await window.open('peer://alice.peer/plain.html', { partition: 'quiet' })
  const view = await window.open('peer://alice.peer/')
  await window.run(view, `setTimeout(() => flood(100_000)); 0`)
  await expect.poll(() => window.told(view, 'failed'), { timeout: 30_000 }).toEqual([['too-much', 'killed']])
  expect(await window.within(({ mostAtOnce }) => mostAtOnce)).toBeLessThanOrEqual(1_100)
  expect(await window.run(quiet, 'document.title')).toBe('Plain')
  await window.load(view, 'peer://alice.peer/plain.html')
  expect(await window.run(view, 'document.title')).toBe('Plain')
})

test('a page goes within its own name, and elsewhere only by asking', async () => {
  await start()
  const view = await window.open('peer://alice.peer/')
  for (const selector of ['#link', '#blank', '#file']) {
    await window.within(({ click }, [id, selector]) => click(id, selector, []), [view, selector] as const)
  }
  await window.within(({ click }, id) => click(id, '#link', ['control']), view)
  await expect.poll(() => toldOf(view, 'wantsToGo', 'offered').then((all) => all.length)).toBe(4)
  expect(await window.told(view, 'wantsToGo')).toEqual([
    ['https://example.com/from-a-link', 'link', true],
    ['peer://bob.peer/from-a-link', 'window', true],
    ['https://example.com/from-a-link', 'background', true],
  ])
  expect(await window.told(view, 'offered')).toEqual([[{ url: 'peer://alice.peer/~download', name: 'report.pdf.exe', byPerson: true }]])

  const other = await window.open('peer://alice.peer/')
  const goes = [
    ['peer://bob.peer/x', ['wantsToGo', 'peer://bob.peer/x', 'link', false]],
    ['/~redirect?peer://bob.peer/r', ['wantsToGo', 'peer://bob.peer/r', 'link', false]],
    ['/~redirect?https://example.com/r', ['wantsToGo', 'https://example.com/r', 'link', false]],
    ['http://example.com/', ['refused', 'navigation', 'http:']],
    ['https://10.0.0.1/', ['refused', 'local', '10.0.0.1']],
    ['https://printer.local/', ['refused', 'local', 'printer.local']],
    ['mailto:a@example.com', ['refused', 'navigation', 'mailto:']],
    ['latch://invite/x', ['refused', 'local', 'invite']],
    ['app://latch/index.html', ['refused', 'local', 'latch']],
    ['/~download', ['offered', { url: 'peer://alice.peer/~download', name: 'report.pdf.exe', byPerson: false }]],
  ] as const
  for (const [to, expected] of goes) {
    await window.run(other, `setTimeout(() => { location.href = '${to}' }); 0`)
    await expect.poll(() => toldOf(other, 'wantsToGo', 'refused', 'offered').then((all) => all.at(-1))).toEqual(expected)
  }
  for (const to of ['javascript:void 0', 'data:text/html,x', 'file:///etc/hostname', 'view-source:peer://alice.peer/', 'chrome://settings']) {
    await window.run(other, `setTimeout(() => { location.href = '${to}' }); 0`)
  }
  const made = [`URL.createObjectURL(new Blob(['x'], { type: 'text/html' }))`, `'about:blank'`] as const
  await window.run(other, `setTimeout(() => { location.href = ${made[0]} }); 0`)
  await expect.poll(() => window.told(other, 'refused').then((all) => all.at(-1))).toEqual(['navigation', 'blob:'])
  expect(await window.run(other, 'location.href')).toBe('peer://alice.peer/')
  expect(await window.run(other, `history.pushState(0, '', '/pushed'); location.href`)).toBe('peer://alice.peer/pushed')
  // A file that the page made itself is offered as any other.
  await window.run(other, `(() => { const link = document.createElement('a'); link.href = ${made[0]}; link.download = 'evil.exe'; link.click() })(); 0`)
  await expect.poll(() => toldOf(other, 'offered').then((all) => all.at(-1))).toMatchObject(['offered', { url: expect.stringMatching(/^blob:peer/), name: 'evil.exe', byPerson: false }])
  await window.run(other, `setTimeout(() => { location.href = ${made[1]} }); 0`)
  await expect.poll(() => window.told(other, 'failed')).toEqual([['blocked', 'The page replaced itself with an empty one.']])
})

test('a file that a page made itself comes out of its view once it is opened, and lies nowhere after it', async () => {
  await start()
  const view = await window.open('peer://alice.peer/')
  const offered = async (href: string, name: string): Promise<void> => {
    await window.run(view, `(() => { const link = document.createElement('a'); link.href = ${href}; link.download = '${name}'; link.click(); URL.revokeObjectURL(link.href) })(); 0`)
    await expect.poll(() => window.told(view, 'offered').then((all) => all.at(-1))).toMatchObject([{ name }])
  }
  const opened = (): Promise<string> =>
    window.within(async ({ told }) => {
      const file = told.findLast(({ event }) => event === 'offered')?.args[0] as OfferedFile
      if (file.made === undefined) return 'nothing'
      const { body, bytes } = await file.made.open(new AbortController().signal)
      const text = Buffer.concat(await body.toArray()).toString()
      file.made.drop()
      return `${bytes}/${file.made.bytes} ${text}`
    })
  const inFolder = (): string[] => readdirSync(join(test.info().outputPath('data'), 'window', 'made-by-pages'))
  await offered(`URL.createObjectURL(new Blob(['dra', 'wn'], { type: 'image/svg+xml' }))`, 'drawing.svg')
  expect(await opened()).toBe('5/5 drawn')
  await expect.poll(inFolder).toEqual([])
  await offered(`'data:text/plain;base64,ZHJhd24='`, 'drawing.txt')
  expect(await opened()).toBe('5/null drawn')
  await offered(`URL.createObjectURL(new Blob(Array(10).fill(new Blob([new Uint8Array(30_000_000)]))))`, 'large.bin')
  expect([await window.told(view, 'refused'), inFolder()]).toEqual([[], []])
  await offered(`URL.createObjectURL(new Blob(['x']))`, 'unwanted.txt')
  await window.within(({ told }) => {
    const file = told.findLast(({ event }) => event === 'offered')?.args[0] as OfferedFile
    file.made?.drop()
  })
  await expect.poll(inFolder).toEqual([])
})

test('a WebSocket reaches the page’s own name, and nothing else comes through its guard', async () => {
  await start()
  const view = await window.open('peer://alice.peer/')
  const talk = (url: string) =>
    window.run<string>(view, `new Promise((done) => { const said = []; const socket = new WebSocket('${url}'); socket.onmessage = ({ data }) => { said.push(data); if (said.length === 1) socket.send('ping'); else { socket.close(); done(said.join()) } }; socket.onerror = () => done('refused') })`)
  expect(await talk('ws://alice.peer/socket?x=1')).toBe('hello,ping')
  const asked = await window.within(({ asked }) => asked.find(({ method }) => method === 'CONNECT'))
  expect(asked).toMatchObject({ url: 'ws://alice.peer/socket?x=1', headers: expect.arrayContaining([['Origin', 'peer://alice.peer']]) })
  expect(JSON.stringify(asked)).not.toContain('latch-request')
  for (const url of ['ws://bob.peer/', 'wss://alice.peer/', 'ws://alice.peer:81/', 'ws://127.0.0.1/', 'ws://alice.peer.example.com/']) expect(await talk(url)).toBe('refused')
})

test('keys that are the window’s do not reach the page, and the others do', async () => {
  await start()
  const view = await window.open('peer://alice.peer/')
  await window.run(view, `document.body.innerHTML = '<input>'; document.querySelector('input').focus(); window.keys = []; addEventListener('keydown', ({ key }) => window.keys.push(key)); 0`)
  const press = (key: string, ...modifiers: ('control' | 'shift' | 'alt')[]) => window.within((harness, [id, key, modifiers]) => harness.press(id, key, modifiers), [view, key, modifiers] as const)
  const theirs = [
    ['address', 'l', 'control'], ['find', 'f', 'control'], ['new-tab', 't', 'control'], ['close-tab', 'w', 'control'], ['reopen-tab', 't', 'control', 'shift'],
    ['next-tab', 'Tab', 'control'], ['previous-tab', 'Tab', 'control', 'shift'], ['palette', 'k', 'control'], ['reload', 'r', 'control'], ['reload', 'F5'],
    ['bookmark', 'd', 'control'], ['zoom-in', '=', 'control'], ['zoom-out', '-', 'control'], ['zoom-reset', '0', 'control'], ['back', 'Left', 'alt'],
    ['forward', 'Right', 'alt'], ['leave', 'F6'],
  ] as const
  for (const [, key, ...modifiers] of theirs) await press(key, ...modifiers)
  for (const [key, ...modifiers] of [['p', 'control'], ['i', 'control', 'shift'], ['F12'], ['1', 'control']] as const) await press(key, ...modifiers)
  await press('a')
  await press('Escape')
  await expect.poll(() => window.run(view, 'window.keys')).toEqual(['a', 'Escape'])
  expect(await window.run(view, 'document.querySelector("input").value')).toBe('a')
  expect((await window.told(view, 'pressed')).flat()).toEqual(theirs.map(([name]) => name))
})

test('a view stands where the window gave it room, and nowhere else', async () => {
  await start()
  const view = await window.open('peer://alice.peer/plain.html')
  const shown = () =>
    window.desktop.app.evaluate(({ BrowserWindow }) => {
      const [only] = BrowserWindow.getAllWindows()
      return { size: only?.getContentSize(), views: only?.contentView.children.map((child) => [child.getVisible(), child.getBounds()]) }
    })
  const resize = (width: number, height: number) =>
    window.desktop.app.evaluate(({ BrowserWindow }, [width, height]) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height), [width, height] as const)
  await resize(800, 600)
  await window.within(({ host }) => host.place({ x: 700, y: 500, width: 500, height: 500 }))
  await expect.poll(shown).toEqual({ size: [800, 600], views: [[true, { x: 700, y: 500, width: 100, height: 100 }]] })
  await resize(900, 700)
  await expect.poll(shown).toEqual({ size: [900, 700], views: [[true, { x: 700, y: 500, width: 200, height: 200 }]] })
  await window.within(({ host }) => host.place(null))
  expect((await shown()).views?.[0]?.[0]).toBe(false)
  await window.within(({ host }) => host.place({ x: 0, y: 100, width: 800, height: 500 }))
  await window.act(view, 'find', 'Plain', true)
  await expect.poll(() => window.told(view, 'found')).toContainEqual([1, 1])
  await window.act(view, 'zoom', 2)
  await expect.poll(() => window.run(view, 'innerWidth')).toBe(400)
  const second = await window.open('peer://alice.peer/plain.html')
  expect((await shown()).views?.map(([isShown]) => isShown)).toEqual([false, true])
  await window.act(second, 'close')
  await expect.poll(async () => (await shown()).views?.map(([isShown]) => isShown)).toEqual([false])
  // A page of ours that is loaded anew draws there what it likes, until it gives room again.
  await window.act(view, 'show', true)
  expect((await shown()).views?.[0]?.[0]).toBe(true)
  await window.desktop.window.reload()
  expect((await shown()).views?.[0]?.[0]).toBe(false)
})

test('a page cannot hold its tab: not by asking to stay, not by hanging; one that crashed loads again', async () => {
  await start()
  const view = await window.open('peer://alice.peer/')
  await window.run(view, `addEventListener('beforeunload', (event) => { event.preventDefault(); event.returnValue = 'stay' }); 0`, true)
  await window.within(({ click }, id) => click(id, '#p', []), view)
  await window.load(view, 'peer://alice.peer/plain.html')
  expect(await window.run(view, 'location.pathname')).toBe('/plain.html')
  const pid = await window.within(({ contents }, id) => contents(id).getOSProcessId(), view)
  await window.run(view, 'setTimeout(() => { for (;;); }); 0')
  await window.act(view, 'close')
  await expect.poll(() => isThere(pid)).toBe(false)

  const other = await window.open('peer://alice.peer/')
  await window.within(({ contents }, id) => void setTimeout(() => contents(id).forcefullyCrashRenderer()), other)
  await expect.poll(() => window.told(other, 'failed')).toEqual([['crashed', 'crashed']])
  await window.load(other, 'peer://alice.peer/plain.html')
  expect(await window.run(other, 'document.title')).toBe('Plain')
})

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a way out carries https to where its certificate holds, and nothing else', async () => {
  const host = 'outside.example'
  const web = await serveHttpsHere(host, { '/': '<title>Outside</title><a id="link" href="peer://alice.peer/">in</a>' })
  await start([`--ignore-certificate-errors-spki-list=${web.spki}`])
  await window.within((harness, port) => void (harness.exitPort = port), web.port)
  const view = await window.open(`https://${host}/`, { kind: 'exit', partition: 'exit' })
  expect(await window.run(view, 'document.title')).toBe('Outside')
  expect(await window.within(({ tunnels }) => tunnels)).toContain(`${host}:443`)
  expect(await window.within(({ contents }, id) => contents(id).session.isPersistent(), view)).toBe(false)
  for (const to of ['http://outside.example/', 'https://127.0.0.1/', 'https://192.168.0.1/', 'https://router.lan/']) {
    await window.run(view, `setTimeout(() => { location.href = '${to}' }); 0`)
  }
  await expect.poll(() => window.told(view, 'refused')).toHaveLength(4)
  expect(await window.run(view, `fetch('https://127.0.0.1/', { mode: 'no-cors' }).catch((error) => error.name)`)).toBe('TypeError')
  await window.within(({ click }, id) => click(id, '#link', []), view)
  await expect.poll(() => window.told(view, 'wantsToGo')).toEqual([['peer://alice.peer/', 'link', true]])
  // Another host with the same certificate is another host.
  const wrong = await serveHttpsHere('another.example', {})
  await window.within((harness, port) => void (harness.exitPort = port), wrong.port)
  const second = await window.open('https://third.example/', { kind: 'exit', partition: 'exit-2' })
  await expect.poll(() => window.told(second, 'failed')).toEqual([['certificate', expect.stringContaining('ERR_CERT')]])
  expect(await window.run(view, 'location.href')).toBe(`https://${host}/`)
  // What one stores no other reads, of the same exit and host too; finding and zooming are as everywhere.
  await window.within((harness, port) => void (harness.exitPort = port), web.port)
  await window.run(view, `localStorage.setItem('mark', 'first'); document.cookie = 'mark=first; secure'; 0`)
  const third = await window.open(`https://${host}/`, { kind: 'exit', partition: 'exit-3' })
  expect(await window.run(third, `[localStorage.getItem('mark'), document.cookie]`)).toEqual([null, ''])
  await window.act(third, 'find', 'in', true)
  await expect.poll(() => window.told(third, 'found')).toContainEqual([1, 1])
  await window.act(third, 'zoom', 2)
  await expect.poll(() => window.run(third, 'innerWidth')).toBe(400)
  await Promise.all([web.close(), wrong.close()])
})
