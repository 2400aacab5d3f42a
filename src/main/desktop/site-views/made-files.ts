import { randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync, rmSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { DownloadItem } from 'electron'
import type { MadeFile } from '../../features/browse/types.ts'
import { MAX_MADE_BYTES, MAX_MADE_HELD, MAX_MADE_HELD_BYTES } from './limits.ts'

/*
 * Files that pages make by themselves. Of a `data:` address the bytes are in it. A blob the page may forget at once, and
 * Chromium gives its bytes to a download alone, which it writes also while it is paused: into a folder of our own, as it
 * writes what it caches, where nothing opens it; it goes with the answer of the person, and with the next start.
 */

const NOWHERE = 'the file that a page made is not held any more'

export interface MadeFiles {
  /** Within `will-download`, which it prevents where nothing is to be written. Null: too many wait to be saved. */
  take(event: { preventDefault(): void }, item: DownloadItem): MadeFile | null
}

/** `folder` is emptied: what is in it was left over. */
export function holdMadeFiles(folder: string): MadeFiles {
  let isReady = false
  let heldBytes = 0
  let held = 0

  return {
    take(event, item) {
      const url = item.getURL()
      if (url.startsWith('data:')) {
        event.preventDefault()
        return fromAddress(url)
      }
      const bytes = item.getTotalBytes()
      const isTooLarge = bytes > MAX_MADE_BYTES
      if (isTooLarge || held >= MAX_MADE_HELD || heldBytes + bytes > MAX_MADE_HELD_BYTES) {
        event.preventDefault()
        return isTooLarge ? { bytes, open: () => Promise.reject(new Error(NOWHERE)), drop: () => {} } : null
      }
      if (!isReady) {
        rmSync(folder, { recursive: true, force: true })
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        isReady = true
      }
      held += 1
      heldBytes += bytes
      return fromDownload(item, join(folder, randomUUID()), bytes, () => {
        held -= 1
        heldBytes -= bytes
      })
    },
  }
}

/** Gives `giveBack` a call once it is dropped. */
function fromDownload(item: DownloadItem, path: string, bytes: number, giveBack: () => void): MadeFile {
  let state: 'progressing' | 'completed' | 'cancelled' | 'interrupted' = 'progressing'
  let isDropped = false
  // Without it, and at once, a dialog of the system would ask.
  item.setSavePath(path)
  const over = new Promise<void>((done) => {
    item.once('done', (_event, how) => {
      state = how
      done()
    })
  })
  // What a blob says of its size it cannot take back; if it could, no more than that is written.
  item.on('updated', () => {
    if (item.getReceivedBytes() > bytes) item.cancel()
  })
  const drop = (): void => {
    if (isDropped) return
    isDropped = true
    if (state === 'progressing') item.cancel()
    // Chromium closes it before it says that it is over.
    void over.then(() => rm(path, { force: true })).catch(() => {})
    giveBack()
  }
  return {
    bytes,
    drop,
    async open(signal) {
      const gone = (): void => drop()
      signal.addEventListener('abort', gone, { once: true })
      await over
      signal.throwIfAborted()
      if (state !== 'completed' || isDropped) throw new Error(`the file that a page made is not whole: ${state}`)
      return { body: createReadStream(path), bytes: (await stat(path)).size }
    },
  }
}

function fromAddress(url: string): MadeFile {
  // Each character is a byte at most, and in base64 three quarters of one.
  const isTooLarge = url.length > MAX_MADE_BYTES
  let left: string | null = isTooLarge ? null : url
  return {
    bytes: isTooLarge ? url.length : null,
    drop: () => (left = null),
    async open(signal) {
      if (left === null) throw new Error(NOWHERE)
      // Node reads such addresses by itself, and asks nobody.
      const bytes = Buffer.from(await (await fetch(left, { signal })).arrayBuffer())
      return { body: Readable.from([bytes], { objectMode: false }), bytes: bytes.byteLength }
    },
  }
}
