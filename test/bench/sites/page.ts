import { createHash } from 'node:crypto'
import { mkdir, open, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KiB } from '../../../src/shared/units.ts'
import { seeded } from '../names/random.ts'

/*
 * What is visited: a page of fifty files as many sites have it, a small file, a large one, and a site of many files. The
 * same bytes each time.
 */

export interface PageFile {
  readonly path: string
  readonly bytes: number
}

/** The page itself comes first, and names the others. */
export const PAGE_PATH = '/index.html'

/** In KiB: styles, scripts, fonts, pictures; chosen here: few that are large, and many that are small, 1.6 MB in all. */
const PARTS: Readonly<Record<string, readonly number[]>> = {
  css: [46, 21, 9, 4],
  js: [180, 96, 64, 41, 33, 24, 18, 12, 9, 6, 5, 3, 2],
  woff2: [38, 31, 24],
  webp: [162, 121, 97, 74, 62, 55, 48, 37, 31, 26, 22, 19, 16, 14, 12, 11, 10, 8, 7, 6, 5],
  svg: [6, 4, 3, 2, 2, 1, 1, 1],
}
const PAGE_KIB = 28

/** One page and 49 parts of it. */
export const pageFiles: readonly PageFile[] = [
  { path: PAGE_PATH, bytes: PAGE_KIB * KiB },
  ...Object.entries(PARTS).flatMap(([kind, sizes]) => sizes.map((size, at) => ({ path: `/${kind}/part-${at}.${kind}`, bytes: size * KiB }))),
]

export const SMALL: PageFile = { path: '/small.txt', bytes: 1 * KiB }
export const LARGE_PATH = '/large.bin'

/** Words for what is text, and noise for what is packed already; the same for the same path. */
export function contentOf({ path, bytes }: PageFile): Buffer {
  const random = seeded(createHash('sha256').update(path).digest().readUInt32BE())
  if (/\.(?:webp|woff2)$/.test(path)) return Buffer.from(Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256)))
  const words: string[] = []
  for (let length = 0; length < bytes; length += 8) words.push(Math.floor(random() * 4_096).toString(36).padStart(7, 'e'))
  return Buffer.from(words.join(' ').slice(0, bytes).padEnd(bytes))
}

/** A site of many files: as a generator of documentation leaves them, 2 to 62 KiB each. */
export function manyFiles(count: number): PageFile[] {
  return Array.from({ length: count }, (_, at) => ({ path: `/docs/part-${at % 40}/page-${at}.html`, bytes: (2 + ((at * 37) % 61)) * KiB }))
}

export async function writeFiles(folder: string, files: readonly PageFile[]): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.path)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, contentOf(file))
  }
}

/** The page, the small file, and `largeBytes` of which the disk holds nothing: they are read as zeros, from memory. */
export async function writeSite(folder: string, largeBytes: number): Promise<void> {
  await writeFiles(folder, [...pageFiles, SMALL])
  const path = join(folder, LARGE_PATH)
  await (await open(path, 'w')).close()
  await truncate(path, largeBytes)
}
