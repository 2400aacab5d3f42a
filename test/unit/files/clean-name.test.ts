import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FileName } from '../../../src/shared/model/files.ts'
import { cleanFileName, numbered } from '../../../src/main/features/files/clean-name.ts'
import { cleanEntries, decodeManifest, encodeManifest, Layout } from '../../../src/main/features/files/manifest.ts'
import { CHUNK_BYTES } from '../../../src/main/platform/hash-tree.ts'

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

test.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\windows\\system.ini', 'system.ini'],
  ['/', 'file'],
  ['..', 'file'],
  ['', 'file'],
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['COM1.log', '_COM1.log'],
  ['lpt²', '_lpt²'],
  ['.bashrc', 'bashrc'],
  ['...hidden', 'hidden'],
  ['-rf', 'rf'],
  ['trailing. . .', 'trailing'],
  ['a:b|c?.txt', 'a_b_c_.txt'],
  ['photo\u202egpj.exe', 'photogpj.exe'],
  ['in\u200bvis\u2060ible\ufeff.txt', 'invisible.txt'],
  ['\u200b.\u200b.', 'file'],
  ['tab\tand\nline.txt', 'tab and line.txt'],
  ['half \ud800 letter', 'half _ letter'],
  ['Ünïcödé 文件.txt', 'Ünïcödé 文件.txt'],
])('%j becomes %j', (said, clean) => {
  expect(cleanFileName(said)).toBe(clean)
})

test('an over-long name keeps its ending and fits on any disk', () => {
  const name = cleanFileName(`${'ä'.repeat(400)}.tar.gz`)
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
  expect(name.endsWith('.gz')).toBe(true)
})

test('whatever is said, the name is one, can be shown, and cleaning it again changes nothing', () => {
  const any = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 40 }), fc.stringMatching(/^[./\\ \u200b\u202ea-c]{0,12}$/))
  const property = fc.property(any, (said) => {
    const name = cleanFileName(said)
    expect(FileName.safeParse(name).success).toBe(true)
    expect(name.startsWith('.')).toBe(false)
    expect(cleanFileName(name)).toBe(name)
  })
  fc.assert(property, { seed: SEED, numRuns: 2_000 })
})

test('a second of the same name gets a number before its ending', () => {
  expect([1, 2, 3].map((n) => numbered('a.tar', n))).toEqual(['a.tar', 'a (2).tar', 'a (3).tar'])
})

test('paths of a folder lie under it and never over each other, whatever they say', () => {
  const part = fc.constantFrom('a', 'A', 'b', '..', '.', '', 'con', 'a\u200b', '.a', 'a ', 'ä', 'a\u0308')
  const paths = fc.array(fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')), { maxLength: 30 })
  const property = fc.property(paths, (said) => {
    const clean = cleanEntries(said.map((path) => ({ path, bytes: 1 }))) ?? []
    expect(clean.length).toBe(said.length)
    const files = clean.map(({ path }) => path.normalize('NFC').toLowerCase())
    expect(new Set(files).size).toBe(files.length)
    for (const { path } of clean) for (const piece of path.split('/')) expect(cleanFileName(piece)).toBe(piece)
    // No file is in the place of a folder.
    for (const file of files) expect(files.some((other) => other.startsWith(`${file}/`))).toBe(false)
  })
  fc.assert(property, { seed: SEED, numRuns: 500 })
})

test('twenty thousand files that are called alike are numbered in no time', () => {
  const many = Array.from({ length: 20_000 }, (_, at) => ({ path: `${'\u200b'.repeat(at % 900)}x/${'.'.repeat(at % 7)}same`, bytes: 0 }))
  const paths = new Set(cleanEntries(many)?.map(({ path }) => path))
  expect(paths.size).toBe(many.length)
})

test('a folder that is too deep, or of too many folders, is none', () => {
  expect(cleanEntries([{ path: 'a/'.repeat(40), bytes: 0 }])).toBeNull()
  expect(cleanEntries(Array.from({ length: 700 }, (_, at) => ({ path: `${at}/${'x/'.repeat(30)}f`, bytes: 0 })))).toBeNull()
})

test('a list of files is what it was when it comes out again, and too many are refused', () => {
  const entries = [{ path: 'a/b', bytes: 1 }, { path: 'c', bytes: 0 }]
  expect(decodeManifest(encodeManifest(entries))).toEqual(entries)
  expect(() => decodeManifest(encodeManifest(Array.from({ length: 20_001 }, () => ({ path: 'a', bytes: 0 }))))).toThrow()
  expect(() => decodeManifest(encodeManifest([{ path: 'a', bytes: -1 }]))).toThrow()
})

test('every byte of a folder lies in one place', () => {
  const property = fc.property(fc.array(fc.nat(2 * CHUNK_BYTES), { maxLength: 8 }), (sizes) => {
    const entries = sizes.map((bytes, at) => ({ path: String(at), bytes }))
    const layout = new Layout('/x', entries, encodeManifest(entries))
    const found = new Map<string, number>()
    for (let chunk = 0; chunk * CHUNK_BYTES < layout.bytes; chunk++) {
      let length = 0
      for (const { path, at, bytes } of layout.placesOf(chunk)) {
        if (path !== '') expect(at).toBe(found.get(path) ?? 0)
        found.set(path, (found.get(path) ?? 0) + bytes)
        length += bytes
      }
      expect(length).toBe(Math.min(CHUNK_BYTES, layout.bytes - chunk * CHUNK_BYTES))
    }
    for (const { path, bytes } of entries) expect(found.get(`/x/${path}`) ?? 0).toBe(bytes)
    expect(found.get('')).toBe(layout.manifest.byteLength)
  })
  fc.assert(property, { seed: SEED, numRuns: 60 })
})
