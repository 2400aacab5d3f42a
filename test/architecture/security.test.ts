import { expect, test } from 'vitest'
import { readSources } from './sources.ts'

/* What a search of the code can keep of docs/security-checklist.md. What a running window has to say, test/e2e/desktop/security.spec.ts asks. */

const sources = readSources()
/** Code without its comments, so that a reason may name what it warns of. */
const code = new Map([...sources].map(([path, text]) => [path, text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '')]))
const filesWith = (pattern: RegExp): string[] => [...code].filter(([, text]) => pattern.test(text)).map(([path]) => path)
const WINDOW = 'main/desktop/window.ts'
const VIEW = 'main/desktop/site-views/view.ts'

test('pages are made in two places, and each says there that it is in the sandbox, isolated and without Node', () => {
  expect(filesWith(/new (?:BrowserWindow|BaseWindow|WebContentsView|BrowserView)\b/).toSorted((a, b) => a.localeCompare(b))).toEqual([VIEW, WINDOW])
  for (const path of [WINDOW, VIEW]) {
    const [, preferences = ''] = /webPreferences: \{([^}]*)\}/.exec(code.get(path) ?? '') ?? []
    expect(preferences, path).toContain('sandbox: true')
    expect(preferences, path).toContain('contextIsolation: true')
    expect(preferences, path).toContain('nodeIntegration: false')
    expect(preferences, path).toContain('webviewTag: false')
  }
  expect(code.get(VIEW)).not.toContain('preload')
  expect(code.get(VIEW)).toContain('devTools: false')
  expect(code.get('main/index.ts')).toContain('app.enableSandbox()')
})

test('nothing switches off what Chromium keeps, nor on what it does not have for everybody', () => {
  const never = [
    /\b(?:sandbox|contextIsolation|webSecurity): false/,
    /\b(?:nodeIntegration\w*|allowRunningInsecureContent|experimentalFeatures|webviewTag|plugins): true/,
    /\b(?:enableBlinkFeatures|allowpopups|bypassCSP|allowServiceWorkers|corsEnabled|allowExtensions)\b/,
    /setCertificateVerifyProc|certificate-error|ignore-certificate-errors|rejectUnauthorized: false|disable-web-security|no-sandbox/,
    /<webview\b/,
  ]
  expect(never.map((pattern) => [String(pattern), filesWith(pattern)])).toEqual(never.map((pattern) => [String(pattern), []]))
  // Names are not looked up: that takes away, and gives nothing.
  const switches = [...code.values()].flatMap((text) => [...text.matchAll(/commandLine\.append(?:Switch|Argument)\('([^']+)'/g)].map(([, name]) => name))
  expect(switches).toEqual(['host-resolver-rules'])
})

test('a page is loaded from our own scheme, or as what a guarded view was asked for, and never from a file', () => {
  expect(filesWith(/\.loadFile\(|['"`]file:\/\//)).toEqual([])
  expect(filesWith(/\.loadURL\(/).toSorted((a, b) => a.localeCompare(b))).toEqual([VIEW, WINDOW])
  expect(code.get(WINDOW)).toMatch(/\.loadURL\(`\$\{APP_ORIGIN\}\//)
})

test('main listens to pages in one place, and asks each time who speaks before anything else', () => {
  expect(filesWith(/\bipcMain\b/)).toEqual(['main/desktop/bridge.ts'])
  const bridge = code.get('main/desktop/bridge.ts') ?? ''
  const handlers = bridge.match(/ipcMain\.(?:on|handle|once|handleOnce)\(/g) ?? []
  const asking = bridge.match(/ipcMain\.(?:on|handle)\('[\w:]+', \((?:event|event, [^)]*)\) => \{\s*if \(!isOurPage\(event\)/g) ?? []
  expect(handlers).toHaveLength(3)
  expect(asking).toHaveLength(handlers.length)
  expect(filesWith(/\.ipc\.(?:on|handle)\(/)).toEqual([])
})

test('of Electron a page of ours is given one object with two things, and no other page is given any', () => {
  expect(filesWith(/\bexposeInMainWorld\b|\bexposeInIsolatedWorld\b/)).toEqual(['preload/index.ts'])
  expect(code.get('preload/index.ts')).toContain("exposeInMainWorld('latch', { platform: process.platform, pathOf })")
  expect(filesWith(/\bpreload:/)).toEqual([WINDOW, 'main/index.ts'].toSorted((a, b) => a.localeCompare(b)))
  expect(filesWith(/setPreloads|registerPreloadScript/)).toEqual([])
})

test('what is handed to the system goes through one function that looks at it, or is checked beside the call', () => {
  expect(filesWith(/openExternal\(/).toSorted((a, b) => a.localeCompare(b))).toEqual(['main/desktop/guards.ts', 'main/desktop/site-views/host.ts'])
  expect(code.get('main/desktop/guards.ts')).toMatch(/outsideOf\(url\)[\s\S]{0,200}openExternal\(outside\.url\)/)
  const host = code.get('main/desktop/site-views/host.ts') ?? ''
  expect(host).toMatch(/protocol !== 'https:'\) return[\s\S]{0,120}openExternal\(url\)/)
  expect(host).toMatch(/protocol !== 'http:' \|\| !to\.hostname\.endsWith\('\.localhost'\)\) return[\s\S]{0,160}openExternal\(url\)/)
  // A file that came from others is shown in its folder, and never opened by this program.
  expect(filesWith(/\bopenPath\(/)).toEqual(['main/index.ts'])
  expect(code.get('main/index.ts')).toContain('shell.openPath(dataFolder)')
})

test('the window makes no markup of text, and runs no text as code', () => {
  expect(filesWith(/dangerouslySetInnerHTML|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write\(|\brehype-raw\b|\bsrcDoc\b/)).toEqual([])
  expect(filesWith(/\beval\(|new Function\(|setTimeout\(\s*['"`]/)).toEqual([])
  // Leaving full screen, said by us and the same each time.
  expect(filesWith(/executeJavaScript/)).toEqual([VIEW])
  expect(code.get(VIEW)).toContain("executeJavaScript('document.exitFullscreen()')")
})

test('other programs are started in three places, none of which takes a word of a stranger for a command', () => {
  const started = filesWith(/node:child_process/)
  expect(started.toSorted((a, b) => a.localeCompare(b))).toEqual(['cli/index.ts', 'main/headless/doctor.ts', 'main/platform/quarantine.ts'])
  expect(filesWith(/shell: true|\bexecSync\(|[^.\w]exec\(/)).toEqual([])
})
