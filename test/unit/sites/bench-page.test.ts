import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { loadPage, requestsASecond } from '../../bench/sites/browser.ts'
import { contentOf, manyFiles, PAGE_PATH, type PageFile, pageFiles } from '../../bench/sites/page.ts'

/* The pure parts of the benchmark of sites: what its figures of pages rest on. */

const bodyOf = (file: PageFile): Readable => Readable.from([contentOf(file)])

/** Answers each request a turn later, and says what was asked and how many waited at once. */
function answering(files: readonly PageFile[]) {
  const asked: string[] = []
  let waiting = 0
  let most = 0
  const get = async (path: string): Promise<Readable> => {
    asked.push(path)
    most = Math.max(most, ++waiting)
    await new Promise((resolve) => setImmediate(resolve))
    waiting -= 1
    const file = files.find((one) => one.path === path)
    if (file === undefined) throw new Error(`${path} is not there`)
    return bodyOf(file)
  }
  return { asked, get, most: () => most }
}

test('the page has 49 parts of as many paths, one and a half megabytes in all', () => {
  expect(new Set(pageFiles.map(({ path }) => path)).size).toBe(50)
  expect(pageFiles[0]?.path).toBe(PAGE_PATH)
  expect(pageFiles.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toBeCloseTo(1.6, 1)
})

test('a file has the bytes that it is to have, the same each time, and pictures do not shrink when they are packed', () => {
  for (const file of pageFiles) expect(contentOf(file).byteLength).toBe(file.bytes)
  const [page] = pageFiles
  expect(page && contentOf(page).equals(contentOf(page))).toBe(true)
  const shareOf = (path: string): number => gzipSync(contentOf({ path, bytes: 50_000 })).byteLength / 50_000
  expect(shareOf('/a.webp')).toBeGreaterThan(0.99)
  expect(shareOf('/a.html')).toBeLessThan(0.8)
})

test('a site of many files has as many paths, spread over folders', () => {
  const files = manyFiles(2_000)
  expect(new Set(files.map(({ path }) => path)).size).toBe(2_000)
  expect(new Set(files.map(({ path }) => path.split('/')[2])).size).toBe(40)
})

test('the page is asked for first and by itself, then its parts, six at a time, each once', async () => {
  const { asked, get, most } = answering(pageFiles)
  const { firstByteMs, ms } = await loadPage(get, pageFiles)
  expect(asked[0]).toBe(PAGE_PATH)
  expect(asked.toSorted()).toEqual(pageFiles.map(({ path }) => path).toSorted())
  expect(most()).toBe(6)
  expect(firstByteMs).toBeGreaterThan(0)
  expect(ms).toBeGreaterThanOrEqual(firstByteMs)
})

test('a part that is shorter than it is to be, or not there, is an error and no figure', async () => {
  const shorter = pageFiles.map((file, at) => (at === 20 ? { ...file, bytes: file.bytes - 1 } : file))
  await expect(loadPage(answering(shorter).get, pageFiles)).rejects.toThrow(/has \d+ bytes, and not/)
  await expect(loadPage(answering(pageFiles.slice(1)).get, pageFiles)).rejects.toThrow('is not there')
})

test('so many requests are under way at any time, and are counted by the second', async () => {
  const small = { path: '/small.txt', bytes: 64 }
  const { get, most, asked } = answering([small])
  const rate = await requestsASecond(get, small, { atOnce: 4, forMs: 20 })
  expect(most()).toBe(4)
  expect(rate).toBeGreaterThan(0)
  expect(asked.length).toBeGreaterThanOrEqual(4)
})
