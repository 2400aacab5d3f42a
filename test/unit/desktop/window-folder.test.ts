import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { windowFolder } from '../../../src/main/desktop/window-folder.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'latch-window-folder-'))))
afterEach(() => rmSync(folder, { recursive: true }))

describe('the folder of Chromium’s own files', () => {
  it('lies in the data folder, which is made', () => {
    const dataFolder = join(folder, 'a', 'b')
    expect(windowFolder(dataFolder)).toBe(join(dataFolder, 'window'))
    expect(readdirSync(join(dataFolder, 'window'))).toEqual([])
    expect(windowFolder(dataFolder)).toBe(join(dataFolder, 'window'))
  })

  it('lies elsewhere when the data folder cannot be written, so that a window opens and says so', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const elsewhere = windowFolder(file)
    expect(existsSync(elsewhere)).toBe(true)
    expect(elsewhere.startsWith(file)).toBe(false)
    rmSync(elsewhere, { recursive: true })
  })
})
