import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { inLots } from '../../../src/main/node/gossip-ids.ts'
import { SeenIds } from '../../../src/main/node/gossip-seen.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

test('an id is known as soon as it is kept, on the disk before it may be broadcast, and after a restart', async () => {
  const database = openMemoryDatabase()
  const seen = new SeenIds(database, new FakeClock())
  const id = randomBytes(32)
  expect(seen.has(id)).toBe(false)
  const kept = seen.keep(id)
  expect(seen.has(id)).toBe(true)
  await kept
  expect(new SeenIds(database, new FakeClock()).has(id)).toBe(true)
})

test('many ids at once are one commit, the next 10 ms later', async () => {
  const clock = new FakeClock()
  const seen = new SeenIds(openMemoryDatabase(), clock)
  await Promise.all([seen.keep(randomBytes(32)), seen.keep(randomBytes(32))])
  let done = false
  const late = seen.keep(randomBytes(32)).then(() => (done = true))
  await clock.advance(9)
  expect(done).toBe(false)
  await clock.advance(1)
  await late
  expect(done).toBe(true)
})

test('the oldest ids go when there are too many, and only those', async () => {
  const clock = new FakeClock()
  const seen = new SeenIds(openMemoryDatabase(), clock, 5)
  const ids = Array.from({ length: 10 }, () => randomBytes(32))
  for (const id of ids) {
    void seen.keep(id)
    seen.flush()
  }
  expect(ids.map((id) => seen.has(id))).toEqual([...Array<boolean>(5).fill(false), ...Array<boolean>(5).fill(true)])
})

test('an id that cannot be written is told to whoever waits for it, and not kept', async () => {
  const database = openMemoryDatabase()
  const seen = new SeenIds(database, new FakeClock())
  database.prepare('DROP TABLE gossip_seen').run()
  await expect(seen.keep(randomBytes(32))).rejects.toThrow('gossip_seen')
})

test('messages that are asked for are answered in lots that a peer takes', () => {
  const sizes = [4, 4, 4, 9, 1, 12, 1]
  const ids = sizes.map((size) => Uint8Array.of(size))
  const lots = inLots(ids, (id) => id[0] ?? 0, 10)
  expect(lots.map((lot) => lot.map((id) => id[0]))).toEqual([[4, 4], [4], [9, 1], [12], [1]])
  expect(inLots([], () => 1, 10)).toEqual([])
})
