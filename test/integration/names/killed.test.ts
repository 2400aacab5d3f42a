import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { device } from '../../unit/names/zone-parts.ts'
import { DATABASE_KEY, zoneOf } from './killed-zones.ts'

/** Zones after which it is killed, each time. */
const KILLS = [1, 40, 300]

async function runUntilKilled(path: string, from: number, count: number): Promise<number> {
  const child = fork(join(import.meta.dirname, 'killed-child.ts'), [path, String(from)])
  let told = from - 1
  child.on('message', (number: number) => {
    told = number
    if (number >= from + count) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.once('exit', resolve))
  return told
}

test('kill -9 takes no zone that was held or published, and what is counted is what is there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latch-names-killed-'))
  const path = join(folder, 'latch.db')
  let told = -1
  for (const count of KILLS) {
    told = await runUntilKilled(path, told + 1, count)
    const database = openDatabase(path, DATABASE_KEY, { mustExist: true })
    const store = new ZoneStore(database, device(1))
    for (let number = 0; number <= told; number++) {
      const { key, bytes } = zoneOf(number)
      expect(store.own(key)?.bytes).toEqual(bytes)
      expect(store.own(key)?.publication).toMatchObject({ held: number })
    }
    const { zones, bytes } = store.size()
    expect(zones).toBeGreaterThan(told)
    expect(bytes).toBe(zones * 1_000)
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    database.close()
  }
  expect(told).toBeGreaterThanOrEqual(KILLS.reduce((sum, count) => sum + count))
  await rm(folder, { recursive: true })
})
