import type { Readable } from 'node:stream'
import type { PageFile } from './page.ts'

/*
 * What a browser does, over whatever way: the page first, and when it is there its parts, six at a time.
 */

/** Connections of a browser to one host. */
export const BROWSER_AT_ONCE = 6

/** Asks for a path, and gives the body of the answer. Errors: any status but 200. */
export type Get = (path: string) => Promise<Readable>

export interface Loaded {
  /** To the first byte of the page's body, in ms. */
  readonly firstByteMs: number
  /** To the last byte of the last part, in ms. */
  readonly ms: number
}

/** Errors: a file that is not as long as it is to be. */
export async function loadPage(get: Get, files: readonly PageFile[], atOnce = BROWSER_AT_ONCE): Promise<Loaded> {
  const startMs = performance.now()
  let firstByteMs = NaN
  const [page, ...parts] = files
  if (page === undefined) throw new Error('a page has a file')
  await whole(get, page, () => (firstByteMs = performance.now() - startMs))
  await each(parts, atOnce, (part) => whole(get, part))
  return { firstByteMs, ms: performance.now() - startMs }
}

/** Requests a second, `atOnce` at any time, for so long. */
export async function requestsASecond(get: Get, file: PageFile, { atOnce, forMs }: { atOnce: number; forMs: number }): Promise<number> {
  const startMs = performance.now()
  let count = 0
  const one = async (): Promise<void> => {
    for (; performance.now() - startMs < forMs; count++) await whole(get, file)
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return (count / (performance.now() - startMs)) * 1_000
}

async function whole(get: Get, { path, bytes }: PageFile, onFirst: () => void = () => {}): Promise<void> {
  const came = await bytesOf(await get(path), onFirst)
  if (came !== bytes) throw new Error(`${path} has ${came} bytes, and not ${bytes}`)
}

/** Reads it to its end. */
export function bytesOf(body: Readable, onFirst: () => void = () => {}): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0
    body.once('data', onFirst)
    body.on('data', (chunk: Buffer) => void (bytes += chunk.byteLength))
    body.once('end', () => resolve(bytes))
    body.once('error', reject)
  })
}

async function each<Item>(items: readonly Item[], atOnce: number, run: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values()
  const one = async (): Promise<void> => {
    for (const item of left) await run(item)
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}
