import { describe, expect, test } from 'vitest'
import {
  advisories, deprecations, electronMajor, installScripts, isAllowed, licences, packagesImported, pins, shipped, sources,
} from '../../../scripts/audit-rules.mjs'
import { offline, readTree } from '../../../scripts/audit.mjs'

describe('the packages that Latch is made of', () => {
  const tree = readTree()

  test.each(Object.entries(offline(tree)))('%s: nothing is wrong', (_name, wrong) => {
    expect(wrong).toEqual([])
  })

  test('are those of the app, of its window and of what these need, and Electron; no tool', () => {
    expect(tree.paths).toEqual(expect.arrayContaining(['node_modules/libp2p', 'node_modules/react', 'node_modules/scheduler', 'node_modules/electron']))
    for (const tool of ['vitest', 'electron-builder', '@playwright/test', 'typescript', '@electron/get']) expect(tree.paths).not.toContain(`node_modules/${tool}`)
  })
})

const SHA512 = `sha512-${'A'.repeat(86)}==`
type Entry = Record<string, unknown>
const locked = (packages: Record<string, Entry>, root: Entry = {}): { lockfileVersion: number; packages: Record<string, Entry> } => ({
  lockfileVersion: 3,
  packages: { '': root, ...Object.fromEntries(Object.entries(packages).map(([path, entry]) => [path, { version: '1.0.0', integrity: SHA512, license: 'MIT', ...entry }])) },
})

describe('what is shipped', () => {
  test('is found as Node finds it: the nearest one counts, and a loop ends', () => {
    const lock = locked({
      'node_modules/a': { dependencies: { b: '^1.0.0' } },
      'node_modules/a/node_modules/b': { dependencies: { '@s/c': '^1.0.0' } },
      'node_modules/b': {},
      'node_modules/@s/c': { dependencies: { a: '^1.0.0' }, optionalDependencies: { absent: '1.0.0' } },
      'node_modules/tool': {},
    })
    expect(shipped(lock, ['a']).toSorted((x, y) => x.localeCompare(y))).toEqual(['node_modules/@s/c', 'node_modules/a', 'node_modules/a/node_modules/b'])
  })

  test('is also what others expect beside them, but where they can do without', () => {
    const lock = locked({
      'node_modules/a': { peerDependencies: { b: '*', c: '*' }, peerDependenciesMeta: { c: { optional: true } } },
      'node_modules/b': {},
      'node_modules/c': {},
    })
    expect(shipped(lock, ['a']).toSorted((x, y) => x.localeCompare(y))).toEqual(['node_modules/a', 'node_modules/b'])
  })

  test('is read from imports of every kind, and from nothing that only looks like one', () => {
    const text = `import a from 'a'
      import type { B } from "@s/b/deep"
      export * from 'c/x.js'
      import './own.css'
      import 'd/style.css'
      const e = await import('e')
      import { f } from 'node:fs'
      Buffer.from('g')
      @import 'h/index.css';
      const text = 'taken from ', other = "from '<i>'"`
    expect(packagesImported(text)).toEqual(['a', '@s/b', 'c', 'd', 'e', 'h'])
  })
})

describe('a licence', () => {
  test.each(['MIT', '(MIT OR GPL-3.0-only)', 'Apache-2.0 OR MIT', 'MIT AND BSD-3-Clause', '0BSD'])('%s may be shipped', (licence) => {
    expect(isAllowed('x', licence)).toBe(true)
  })

  test.each(['GPL-3.0-only', 'AGPL-3.0', 'MIT AND GPL-2.0', 'MPL-2.0', 'OFL-1.1', 'UNLICENSED', 'SEE LICENSE IN LICENSE', ''])('%s may not', (licence) => {
    expect(isAllowed('x', licence)).toBe(false)
  })

  test('of its own kind is for those alone for whom there is a reason', () => {
    expect(isAllowed('node-datachannel', 'MPL 2.0')).toBe(true)
    expect(isAllowed('node-datachannel-of-another', 'MPL-2.0')).toBe(false)
    expect(isAllowed('@fontsource/jetbrains-mono', 'OFL-1.1')).toBe(true)
  })

  test('that is missing is told, and one that binds also of a tool', () => {
    const lock = locked({ 'node_modules/a': { license: undefined }, 'node_modules/tool': { license: 'GPL-2.0' }, 'node_modules/either': { license: 'MIT OR GPL-2.0' } })
    expect(licences(lock, ['node_modules/a'])).toEqual(['node_modules/a says no licence', 'node_modules/tool is under GPL-2.0, also as a tool'])
  })
})

describe('versions', () => {
  test('are exact ones, and those that are locked', () => {
    const lock = locked({ 'node_modules/a': {}, 'node_modules/b': { version: '2.0.1' }, 'node_modules/c': {} }, { dependencies: { gone: '1.0.0' } })
    const manifest = { dependencies: { a: '1.0.0', b: '2.0.0' }, devDependencies: { c: '^1.0.0', d: '1.0.0' } }
    expect(pins(manifest, lock)).toEqual([
      'gone is locked as one of dependencies, and package.json does not name it',
      'b is 2.0.0 in package.json and 2.0.1 in package-lock.json',
      'c is "^1.0.0" and no exact version',
      'd is 1.0.0 in package.json and nowhere in package-lock.json',
    ])
  })

  test.each(['git+https://example.org/x.git', 'github:a/b', 'a/b', 'https://example.org/x.tgz', 'file:../x', 'link:../x'])('from %s are none', (spec) => {
    expect(pins({ dependencies: { a: spec } }, locked({ 'node_modules/a': {} }))).toHaveLength(1)
    expect(sources(locked({ 'node_modules/a': { dependencies: { b: spec } } }))).toEqual(['node_modules/a takes b from elsewhere than a registry'])
  })

  test.each(['^1.2.3', '1 || 2', '>=1 <2', '*', '', 'npm:empty@1.0.0', 'latest'])('of what others need may be %j', (spec) => {
    expect(sources(locked({ 'node_modules/a': { dependencies: { b: spec } } }))).toEqual([])
  })

  test('have a hash that is still good, and are no links and from no other place', () => {
    const broken: Entry[] = [{ integrity: undefined }, { integrity: 'sha1-AAAA' }, { integrity: `sha1-x ${SHA512}` }, { link: true }, { resolved: 'http://example.org/a.tgz' }, { resolved: 'git+ssh://x' }]
    for (const entry of broken) expect(sources(locked({ 'node_modules/a': entry })), JSON.stringify(entry)).toHaveLength(1)
    expect(sources(locked({ 'node_modules/a': { resolved: 'https://registry.example/a/-/a-1.0.0.tgz' } }))).toEqual([])
    expect(sources({ lockfileVersion: 1, packages: {} })).toHaveLength(1)
  })
})

test('what would run a script at its installation is listed, and runs it only for a reason', () => {
  const lock = locked({ 'node_modules/a': { hasInstallScript: true }, 'node_modules/x/node_modules/b': { hasInstallScript: true }, 'node_modules/c': {} })
  expect(installScripts({ allowScripts: { a: false } }, lock, [])).toEqual(['node_modules/x/node_modules/b would run a script at its installation, and is not listed'])
  expect(installScripts({ allowScripts: { a: true, b: true } }, lock, ['a'])).toEqual(['b may run a script at its installation, for which nobody gave a reason'])
})

test('Electron is of one of the three newest majors', () => {
  expect(electronMajor('43.8.10', '45.4.1')).toEqual([])
  expect(electronMajor('42.9.9', '45.4.1')).toEqual(['Electron 42.9.9 is no longer mended: the newest is 45.4.1, and 3 majors are'])
  expect(electronMajor('43.0.0', 'nightly')).toEqual(['the newest Electron, "nightly", is no version'])
})

test('a version that its own people gave up is told with what they say, and others of it are not', () => {
  const lock = locked({ 'node_modules/a': {}, 'node_modules/b': {} })
  const old = { versions: { '1.0.0': { deprecated: 'use c' }, '2.0.0': {} } }
  expect(deprecations(lock, { 'node_modules/a': old, 'node_modules/b': { versions: { '1.0.0': {}, '0.9.0': { deprecated: 'x' } } } })).toEqual(['a 1.0.0 is deprecated: use c'])
})

test('advisories count for what is shipped; an answer without them is no answer', () => {
  const report = { vulnerabilities: { a: { name: 'a', severity: 'high', range: '<2' }, tool: { name: 'tool', severity: 'critical', range: '*' } } }
  expect(advisories(report, new Set(['a']))).toEqual(['a <2: high'])
  expect(advisories({ vulnerabilities: {} }, new Set(['a']))).toEqual([])
  for (const none of [undefined, {}, { message: '405 Method Not Allowed' }, { vulnerabilities: null }]) expect(advisories(none, new Set(['a']))).toBeNull()
})
