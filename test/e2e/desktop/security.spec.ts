import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openViewHost } from '../../helpers/view-host.ts'
import { expect, test, type Desk } from './desks.ts'

/* Electron's own checklist, asked of a Latch that runs: docs/security-checklist.md. What a page of a site tries, browse-contained has. */

type Preferences = Record<string, unknown>

/** What every page has, ours and those of others. */
const OF_EVERY_PAGE: Preferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  enableBlinkFeatures: '',
}

/** What would take a guard away from every page at once. `allow-file-access-from-files` Electron sets by itself: a fuse takes it away. */
const SWITCHES = [
  'no-sandbox', 'disable-web-security', 'allow-running-insecure-content', 'ignore-certificate-errors', 'enable-blink-features',
  'enable-experimental-web-platform-features', 'disable-site-isolation-trials', 'load-extension', 'unsafely-treat-insecure-origin-as-secure',
]

/** Those of the list; of Node in workers Electron says nothing where it was not asked for. */
const kept = (given: Preferences): Preferences => Object.fromEntries(Object.keys(OF_EVERY_PAGE).map((name) => [name, given[name] ?? false]))

/** How often the log says that a page that is none of ours asked for what is. The log begins with its first line. */
async function refusals({ dataFolder }: Desk): Promise<number> {
  const log = await readFile(join(dataFolder, 'logs', 'latch.log'), 'utf8').catch(() => '')
  return log.split('something that is not our page asked for the contract; refused').length - 1
}

test('the window comes with its policy, from its own scheme and nowhere else, and no switch takes a guard away', async ({ openDesk }) => {
  const ada = await openDesk('Ada', { named: false })
  ada.complaints.expect(/content security policy|status of 404|Not allowed to load local resource/i)
  const answered = await ada.page.evaluate(async () => {
    const said = (url: string): Promise<number | string> =>
      fetch(url).then(
        ({ status }) => status,
        (error: Error) => error.name,
      )
    const { headers } = await fetch('/index.html')
    return {
      policy: headers.get('content-security-policy') ?? '',
      others: ['x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy'].map((name) => headers.get(name)),
      nothing: [await said('/..%2f..%2f..%2fpackage.json'), await said('/%2e%2e/main/index.js'), await said('/%'), await said('/assets/')],
      elsewhere: [await said('app://latch.other/index.html'), await said('file:///etc/passwd'), await said('http://127.0.0.1:9/')],
    }
  })
  const policy = Object.fromEntries(
    answered.policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
  )
  expect(policy).toMatchObject({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  })
  expect(answered.policy).not.toMatch(/unsafe|https?:|\*/)
  expect(answered.others).toEqual(['nosniff', 'no-referrer', 'same-origin'])
  expect(answered.nothing).toEqual([404, 404, 404, 404])
  expect(answered.elsewhere).toEqual(['TypeError', 'TypeError', 'TypeError'])

  const { preferences, isDefault, switches } = await ada.desktop.app.evaluate(({ app, session, webContents }, names) => {
    const [contents] = webContents.getAllWebContents()
    if (contents === undefined) throw new Error('there is no page')
    return {
      // Electron's types leave it out.
      preferences: (contents as unknown as { getLastWebPreferences(): Preferences }).getLastWebPreferences(),
      isDefault: contents.session === session.defaultSession,
      switches: names.filter((name) => app.commandLine.hasSwitch(name)),
    }
  }, SWITCHES)
  expect(kept(preferences)).toEqual(OF_EVERY_PAGE)
  expect({ isDefault, switches }).toEqual({ isDefault: true, switches: [] })
})

test('a page of a site is in the sandbox, without Node or anything through which it could speak to main', async () => {
  const host = await openViewHost(test.info().outputPath('data'))
  try {
    const view = await host.open('peer://alice.peer/')
    const { preferences, preloads } = await host.within(
      ({ contents }, id) => ({
        preferences: (contents(id) as unknown as { getLastWebPreferences(): Preferences }).getLastWebPreferences(),
        preloads: contents(id).session.getPreloadScripts().length,
      }),
      view,
    )
    expect(kept(preferences)).toEqual(OF_EVERY_PAGE)
    expect(preloads).toBe(0)
    expect(await host.run(view, 'typeof latch')).toBe('undefined')
  } finally {
    await host.close()
  }
})

test('a page that only looks like the window gets no port, and the window does not go there', async ({ openDesk }) => {
  const ada = await openDesk('Ada', { named: false })
  ada.complaints.expect(/content security policy|Not allowed to (?:load local resource|navigate top frame)/i)
  const { app } = ada.desktop
  // They have the window's preload, which no page of others is ever given: what is left is whether main asks who speaks.
  const pages = await app.evaluate(async ({ app, BrowserWindow, session }) => {
    const preload = `${app.getAppPath()}/out/preload/index.cjs`
    const answer = (page: string) => () => new Response(page, { headers: { 'content-type': 'text/html' } })
    const counts = '<!doctype html><script>window.ports = 0; addEventListener("message", ({ ports }) => { window.ports += ports.length })</script>'
    const opened = async (partition: string, url: string): Promise<Electron.WebFrameMain> => {
      const foreign = session.fromPartition(partition)
      foreign.protocol.handle('peer', answer(`${counts}<iframe src="app://latch/index.html"></iframe>`))
      foreign.protocol.handle('app', answer(counts))
      const webPreferences = { preload, session: foreign, sandbox: true, contextIsolation: true, nodeIntegrationInSubFrames: true }
      const window = new BrowserWindow({ show: false, webPreferences })
      await window.loadURL(url)
      return window.webContents.mainFrame
    }
    const foreign = await opened('foreign-1', 'peer://mallory.peer/')
    const [framed] = foreign.frames
    if (framed === undefined) throw new Error('there is no frame')
    // Somebody else's page; the window's origin within it; the window's origin as the beginning of another.
    const frames = [foreign, framed, await opened('foreign-2', 'app://latch.mallory/index.html')]
    for (const frame of frames) {
      if ((await frame.executeJavaScript('typeof latch')) !== 'object') throw new Error(`${frame.url} has no preload`)
      await frame.executeJavaScript('for (const type of ["latch:hello", "latch:listening"]) postMessage({ type }, "*")')
    }
    Reflect.set(globalThis, 'frames', frames)
    return frames.map(({ url }) => url)
  })
  expect(pages).toEqual(['peer://mallory.peer/', 'app://latch/index.html', 'app://latch.mallory/index.html'])
  // Each said two things, and main is heard to refuse both.
  await expect.poll(() => refusals(ada)).toBe(2 * pages.length)
  const ports = await app.evaluate(() => {
    const frames = Reflect.get(globalThis, 'frames') as unknown as Electron.WebFrameMain[]
    return Promise.all(frames.map((frame) => frame.executeJavaScript('window.ports') as Promise<number>))
  })
  expect(ports).toEqual([0, 0, 0])

  const url = ada.page.url()
  for (const place of ['app://latch.mallory/', 'peer://mallory.peer/', 'data:text/html,x', 'blob:app://latch/x']) {
    await ada.page.evaluate((to) => window.location.assign(to), place)
    expect(await ada.page.evaluate((to) => window.open(to), place)).toBeNull()
  }
  expect(ada.page.url()).toBe(url)
  await ada.page.evaluate(() => {
    const tag = document.createElement('webview')
    tag.setAttribute('src', 'app://latch/index.html')
    tag.setAttribute('allowpopups', '')
    document.body.append(tag)
  })
  // The window, and the two above.
  const kinds = await app.evaluate(({ webContents }) => webContents.getAllWebContents().map((contents) => contents.getType()))
  expect(kinds).toEqual(['window', 'window', 'window'])
})
