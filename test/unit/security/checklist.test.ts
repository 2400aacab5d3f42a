import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import packaged from '../../../electron-builder.config.mjs'

/* Pages on security rot as tests and files are renamed. What they point to is there, or this fails. */

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Of Electron's documentation, in its order. https://www.electronjs.org/docs/latest/tutorial/security */
const ITEMS = [
  'Only load secure content',
  'Disable the Node.js integration in all renderers that display remote content',
  'Enable context isolation in all renderers',
  'Enable process sandboxing',
  'Use ses.setPermissionRequestHandler() in all sessions that load remote content',
  'Do not disable webSecurity',
  "Define a Content-Security-Policy and use restrictive rules (i.e. script-src 'self')",
  'Do not enable allowRunningInsecureContent',
  'Do not enable experimental features',
  'Do not use enableBlinkFeatures',
  '<webview>: Do not use allowpopups',
  '<webview>: Verify options and params',
  'Disable or limit navigation',
  'Disable or limit creation of new windows',
  'Do not use shell.openExternal with untrusted content',
  'Use a current version of Electron',
  'Validate the sender of all IPC messages',
  'Avoid usage of the file:// protocol and prefer usage of custom protocols',
  'Check which fuses you can change',
  'Do not expose Electron APIs to untrusted web content',
]

/** `path` “sentence”, as both pages name a test. */
const citedIn = (text: string): { path: string; sentence: string }[] =>
  [...text.matchAll(/`(test\/[^`]+)` “([^”]+)”/g)].map(([, path = '', sentence = '']) => ({ path, sentence }))

/** A test says its sentence in one kind of quotation mark or another, whatever is in it. */
const says = (code: string, sentence: string): boolean => ["'", '"', '`'].some((mark) => code.includes(`(${mark}${sentence}${mark}`))

const checklist = read('docs/security-checklist.md')
const sections = new Map([...checklist.matchAll(/^### (\d+)\. (.+)\n([\s\S]*?)(?=^### |$(?![\s\S]))/gm)].map(([, number, title, body = '']) => [`${number} ${title}`, body]))

test('the checklist has every item of Electron’s, in its order and its words', () => {
  expect([...sections.keys()]).toEqual(ITEMS.map((title, index) => `${index + 1} ${title}`))
})

test.each([...sections])('item %s is kept by a test, and each that it names is there', (_item, body) => {
  const cited = citedIn(body)
  expect(cited).not.toEqual([])
  const missing = cited.filter(({ path, sentence }) => !existsSync(join(ROOT, path)) || !says(read(path), sentence))
  expect(missing).toEqual([])
})

test('the package sets each fuse as the checklist says', () => {
  expect(packaged.electronFuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  })
})

describe.each(['SECURITY.md', 'docs/security-checklist.md'])('what %s points to', (page) => {
  const text = read(page)

  test('are files and folders that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#]+)/g)].map(([, path = '']) => resolve(ROOT, dirname(page), path))
    const named = [...text.matchAll(/`((?:src|test|docs|scripts|packaging)\/[^`*]+)`/g)].map(([, path = '']) => join(ROOT, path))
    expect(links.length + named.length).toBeGreaterThan(10)
    expect([...links, ...named].filter((path) => !existsSync(path))).toEqual([])
  })

  test('are tests that say so', () => {
    expect(citedIn(text).filter(({ path, sentence }) => !says(read(path), sentence))).toEqual([])
  })
})
