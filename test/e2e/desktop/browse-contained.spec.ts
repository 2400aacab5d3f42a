import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { eventually } from '../../helpers/eventually.ts'
import { type Canary, openCanary, ownAddress } from '../../helpers/canary.ts'
import { openViewHost, type ViewHostWindow } from '../../helpers/view-host.ts'

/*
 * A hostile page (test/fixtures/hostile-site) tries everything in a real window: every channel that reaches a network,
 * towards canaries on this machine, and everything else that a page may try. A run without the layers shows that the
 * canaries see what comes.
 */

test.setTimeout(180_000)

const PORTS = { tcp: ['webrtc-turn-tcp', 'webrtc-turns-tcp'], udp: ['webrtc-stun', 'webrtc-turn-udp', 'webtransport'] } as const

/** What comes through to 127.0.0.1 from a view without layers: others of the list are refused by Chromium itself by now. */
const COMES_THROUGH = [
  'audio', 'audio-worklet', 'beacon', 'credentials', 'csp-report', 'css-background', 'css-content', 'css-cursor', 'css-import', 'css-mask',
  'dynamic-import', 'embed', 'eventsource', 'fetch', 'fetch-keepalive', 'fetch-later', 'fetch-local', 'fetch-no-cors', 'font', 'font-api',
  'form-get', 'form-post', 'frame', 'frame-blob', 'frame-data', 'frame-location', 'frame-refresh', 'frame-script', 'frame-srcdoc',
  'header-link', 'header-refresh', 'image', 'image-input', 'image-set', 'modulepreload', 'object', 'paint-worklet', 'picture', 'ping',
  'prefetch', 'preload', 'redirect-fetch', 'redirect-frame', 'redirect-image', 'redirect-script', 'script', 'script-in-svg', 'script-module',
  'shared-worker-fetch', 'speculation-prefetch', 'speculation-prerender', 'stylesheet', 'svg-filter', 'video', 'video-poster',
  'webrtc-stun', 'webrtc-turn-tcp', 'webrtc-turn-udp', 'webrtc-turns-tcp', 'websocket', 'websocket-stream', 'webtransport', 'window-open',
  'window-open-blank', 'worker-fetch', 'worker-import', 'worker-of-blob', 'worker-xhr', 'xhr', 'xhr-sync',
]
const LEAVING = [
  'location-href', 'location-replace', 'link-click', 'link-download', 'link-of-frame', 'form-self', 'meta-refresh', 'redirect-page',
  'header-refresh-page', 'navigation-api',
]

let window: ViewHostWindow
const canaries: Canary[] = []

test.afterEach(async () => {
  await window.close()
  await Promise.all(canaries.splice(0).map((canary) => canary.close()))
})

async function canaryAt(host: string): Promise<Canary> {
  const canary = await openCanary(host, PORTS)
  canaries.push(canary)
  return canary
}

async function tryEverything(canary: Canary): Promise<void> {
  const view = await window.open('peer://alice.peer/')
  await window.run(view, `tryChannels('${canary.url}')`, true)
  await window.run(view, `tryPorts('${canary.host}', ${JSON.stringify({ ...canary.tcp, ...canary.udp })})`)
}

/** `isOver`: whether it came through, or was refused. */
async function tryToLeave(canary: Canary, view: number, isOver: (name: string) => Promise<boolean>): Promise<void> {
  for (const name of LEAVING) {
    // Where the last one came through, its page may still be on its way and come instead.
    await eventually('a fresh page', async () => {
      await window.load(view, 'peer://alice.peer/')
      return window.run(view, `typeof LEAVING === 'object'`)
    })
    await window.run(view, `setTimeout(() => LEAVING['${name}']('${canary.url}')); 0`, true)
    await eventually(name, () => isOver(name))
  }
}

test('without the layers the canary sees every channel, and every way to leave', async () => {
  const canary = await canaryAt('127.0.0.1')
  window = await openViewHost(test.info().outputPath('data'), { bare: true })
  await tryEverything(canary)
  expect(canary.seen()).toEqual(expect.arrayContaining(COMES_THROUGH))
  await tryToLeave(canary, await window.open('peer://alice.peer/'), async (name) => canary.seen().includes(name))
})

test('no channel of a page reaches this machine, another of its network, or the DNS', async () => {
  const here = await canaryAt('127.0.0.1')
  const own = ownAddress()
  const near = own === null ? null : await canaryAt(own)
  window = await openViewHost(test.info().outputPath('data'))
  const netLog = test.info().outputPath('net.json')
  const quiet = await window.open('peer://alice.peer/plain.html')
  await window.within(({ contents }, [view, path]) => contents(view).session.netLog.startLogging(path, { captureMode: 'everything' }), [quiet, netLog] as const)

  await tryEverything(here)
  if (near !== null) await tryEverything(near)
  const view = await window.open('peer://alice.peer/')
  await window.run(view, `tryChannels('http://192.168.0.1')`, true)
  await window.run(view, `tryChannels('http://localhost:${new URL(here.url).port}')`, true)
  // Only here: without the layers, a resolver of this machine would be asked for it.
  await window.run(view, `tryChannels('https://canary.invalid')`, true)
  // What the sandbox of the page refuses, Chromium says on the console.
  const noes = async (): Promise<number> =>
    (await window.told(view, 'refused')).length + (await window.told(view, 'console')).filter(([said]) => /Unsafe attempt to initiate navigation/.test(String(said))).length
  let before = await noes()
  await tryToLeave(here, view, async () => {
    const now = await noes()
    const isMore = now > before
    before = now
    return isMore
  })
  expect(here.seen()).toEqual([])
  expect(near?.seen() ?? []).toEqual([])

  await window.within(({ contents }, id) => contents(id).session.netLog.stopLogging(), quiet)
  expect(await reached(netLog)).toEqual(['TCP 127.0.0.1:9'])
  const { kinds, what } = await refusals(view)
  expect(kinds).toEqual(['local', 'outside', 'window'])
  expect(what).toEqual(expect.arrayContaining(['127.0.0.1', '192.168.0.1', 'localhost', 'canary.invalid']))
})

async function refusals(view: number): Promise<{ kinds: string[]; what: string[] }> {
  const all = await window.told(view, 'refused')
  return { kinds: [...new Set(all.map(([kind]) => String(kind)))].toSorted(), what: [...new Set(all.map(([, what]) => String(what)))] }
}

/** Where Chromium's own log says that something was sent or connected to. Connecting UDP only asks for the way there. */
async function reached(path: string): Promise<string[]> {
  const log = JSON.parse(await readFile(path, 'utf8')) as {
    constants: { logEventTypes: Record<string, number> }
    events: { type: number; params?: { address?: string; host?: string } }[]
  }
  const { TCP_CONNECT_ATTEMPT: tcp, UDP_BYTES_SENT: udp, HOST_RESOLVER_MANAGER_JOB: lookup } = log.constants.logEventTypes
  expect([tcp, udp, lookup].every((type) => type !== undefined)).toBe(true)
  const all = log.events.flatMap(({ type, params }) => {
    if (type === tcp && params?.address !== undefined) return [`TCP ${params.address}`]
    if (type === udp) return [`UDP ${params?.address ?? ''}`]
    return type === lookup && params?.host !== undefined ? [`lookup ${params.host}`] : []
  })
  return [...new Set(all)]
}

test('a page gets no permission, no device, no dialog, no window and nothing of this program', async () => {
  window = await openViewHost(test.info().outputPath('data'))
  const view = await window.open('peer://alice.peer/')
  const said = await window.run<Record<string, string>>(view, 'tryTricks()', true)
  expect(said).toEqual({
    notifications: 'got: denied',
    geolocation: 'refused: code 1',
    camera: expect.stringMatching(/^refused/),
    microphone: expect.stringMatching(/^refused/),
    screen: 'refused: NotAllowedError',
    clipboardRead: 'refused: NotAllowedError',
    clipboardWrite: 'refused: NotAllowedError',
    midi: 'refused: NotAllowedError',
    usb: 'refused: NotFoundError',
    hid: 'got: 0',
    serial: 'refused: NotFoundError',
    bluetooth: expect.stringMatching(/^refused/),
    idle: 'got: denied',
    fonts: 'got: 0',
    screens: 'refused: NotAllowedError',
    wakeLock: 'refused: NotAllowedError',
    persist: 'got: false',
    fullscreen: expect.stringMatching(/^(?:nothing came|refused)/),
    pointerLock: 'refused: SecurityError',
    keyboardLock: expect.stringMatching(/^refused/),
    serviceWorker: 'refused: TypeError',
    serviceWorkerElsewhere: 'refused: TypeError',
    protocolHandler: 'refused: SecurityError',
    open: 'got: null',
    openBlank: 'got: null',
    openOutside: 'got: null',
    print: 'got: undefined',
    alert: 'got: undefined',
    confirm: 'got: false',
    prompt: expect.stringMatching(/^(?:got: null|refused)/),
    node: 'got: undefined undefined undefined undefined',
    otherRead: 'refused: TypeError',
    otherReadBlind: 'refused: TypeError',
    otherFrame: 'got: no document',
    appRead: 'refused: TypeError',
    appFrame: expect.stringMatching(/^(?:nothing came|got: no document)/),
    fileRead: 'refused: TypeError',
    fileFrame: expect.stringMatching(/^(?:nothing came|got: no document)/),
    fileWorker: 'refused: SecurityError',
  })
  const permissions = (await window.told(view, 'refused')).flatMap(([kind, what]) => (kind === 'permission' ? [what] : []))
  expect(permissions).toEqual(expect.arrayContaining(['notifications', 'geolocation', 'media', 'clipboard-read', 'midiSysex', 'fullscreen']))
  expect(await window.told(view, 'wantsToGo')).toEqual([
    ['peer://bob.peer/opened', 'window', false],
    ['https://example.com/opened', 'window', false],
  ])
  const shown = await window.within(({ contents }, id) => {
    const { session } = contents(id)
    return { isPersistent: session.isPersistent(), agent: session.getUserAgent() }
  }, view)
  expect(shown.isPersistent).toBe(true)
  expect(shown.agent).not.toMatch(/Electron|latch|view-host/i)
  const isFull = await window.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isFullScreen()))
  expect(isFull).toEqual([false])
  expect(await window.run(view, 'document.fullscreenElement')).toBeNull()
})

test('what one name stored, another does not read, whoever frames whom', async () => {
  window = await openViewHost(test.info().outputPath('data'))
  const carol = await window.open('peer://carol.peer/', { partition: 'carol' })
  await window.run(carol, `store('hers')`)
  expect(await window.run(carol, 'stored()')).toEqual({ local: 'hers', indexed: 'hers', file: 'hers' })

  const alice = await window.open('peer://alice.peer/')
  expect(await window.run(alice, 'stored()')).toEqual({ local: null, indexed: null, file: null })
  // Let in by the person, a frame of hers is in the storage of the page around it.
  await window.run(alice, `new Promise((done) => { const frame = document.createElement('iframe'); frame.src = 'peer://carol.peer/'; frame.onload = done; document.body.append(frame) })`)
  const framed = await window.within(
    ({ contents }, id) => contents(id).mainFrame.framesInSubtree.find(({ url }) => url.startsWith('peer://carol'))?.executeJavaScript('stored()'),
    alice,
  )
  expect(framed).toEqual({ local: null, indexed: null, file: null })

  // The same name of another owner, or in another network, is another partition.
  const other = await window.open('peer://carol.peer/', { partition: 'carol-of-another-network' })
  expect(await window.run(other, 'stored()')).toEqual({ local: null, indexed: null, file: null })
  const again = await window.open('peer://carol.peer/', { partition: 'carol' })
  expect(await window.run(again, 'stored()')).toEqual({ local: 'hers', indexed: 'hers', file: 'hers' })
  await window.within(({ host }) => host.clearData('carol'))
  await window.load(again, 'peer://carol.peer/')
  expect(await window.run(again, 'stored()')).toEqual({ local: null, indexed: null, file: null })
})
