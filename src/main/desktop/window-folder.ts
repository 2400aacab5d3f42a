import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Where Chromium keeps its own files (caches, the window's storage): in the data folder, apart from the account's. Where
 * it cannot write, Chromium takes itself for a second instance and ends without a word; so a data folder that cannot be
 * used gives a passing place, and the window can say what is wrong.
 */
export function windowFolder(dataFolder: string): string {
  const folder = join(dataFolder, 'window')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    rmdirSync(mkdtempSync(join(folder, 'probe-')))
    return folder
  } catch {
    return mkdtempSync(join(tmpdir(), 'latch-window-'))
  }
}
