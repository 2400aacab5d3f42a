import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/main/platform/database.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'latch-crash-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const key = new Uint8Array(32).fill(7)
const steps = ['notes', 'twins'].map((table) => `CREATE TABLE ${table} (id INTEGER PRIMARY KEY) STRICT`)

/** Writes rows and says each one's number once its transaction returned, until it is killed. Gives what it said. */
async function writeUntilKilled(path: string, afterRows: number): Promise<number> {
  const module = JSON.stringify(join(import.meta.dirname, '../../../src/main/platform/database.ts'))
  const code = `
    const { openDatabase } = await import(${module})
    const { writeSync } = await import('node:fs')
    const database = openDatabase(${JSON.stringify(path)}, new Uint8Array(32).fill(7))
    database.migrate('notes', ${JSON.stringify(steps)})
    const note = database.prepare('INSERT INTO notes (id) VALUES (?)')
    const twin = database.prepare('INSERT INTO twins (id) VALUES (?)')
    const last = database.prepare('SELECT coalesce(max(id), 0) AS id FROM notes').get().id
    for (let id = last + 1; ; id++) {
      database.transaction(() => { note.run(id); twin.run(id) })
      writeSync(1, id + '\\n')
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  let rows = 0
  for await (const chunk of child.stdout) {
    said += String(chunk)
    rows += String(chunk).split('\n').length - 1
    if (rows >= afterRows) child.kill('SIGKILL')
  }
  return Number(said.trimEnd().split('\n').at(-1))
}

describe('a database whose process is killed in the middle of writing', () => {
  it('has every row that was acknowledged, and whole transactions only, each time', async () => {
    const path = join(folder, 'latch.db')
    for (const afterRows of [1, 100, 1_000]) {
      const acknowledged = await writeUntilKilled(path, afterRows)
      const database = openDatabase(path, key, { mustExist: true })
      const ids = (table: string): number[] => {
        const rows = database.prepare<[], { id: number }>(`SELECT id FROM ${table} ORDER BY id`).all()
        return rows.map((row) => row.id)
      }
      const notes = ids('notes')
      expect(notes.length).toBeGreaterThanOrEqual(acknowledged)
      expect(notes).toEqual(Array.from({ length: notes.length }, (_, index) => index + 1))
      expect(ids('twins')).toEqual(notes)
      expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
      database.close()
    }
  }, 30_000)
})
