import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { Salts } from '../../../src/main/features/door/salts.ts'
import { solve, workBits, type WorkFor } from '../../../src/main/features/door/work.ts'
import { KnockId, PeerId } from '../../../src/shared/ids.ts'
import { MINUTE } from '../../../src/shared/units.ts'

const work: WorkFor = {
  id: KnockId.parse('a'.repeat(26)),
  from: PeerId.parse(`12D3KooW${'A'.repeat(44)}`),
  to: PeerId.parse(`12D3KooW${'B'.repeat(44)}`),
  salt: new Uint8Array(16).fill(7),
}
const forever = new AbortController().signal

test('work that was solved earns its bits, by one hash of the bytes that docs/wire/knock.md names', async () => {
  const nonce = await solve(work, 12, forever)
  expect(workBits(work, nonce)).toBeGreaterThanOrEqual(12)
  const text = `latch-knock-work\n${work.id}\n${work.from}\n${work.to}\n`
  const digest = createHash('sha256').update(text).update(work.salt).update(nonce).digest()
  expect(digest.readUInt16BE() >> 4).toBe(0)
})

test('work for another knock, another door, another sender or another salt earns nothing to speak of', async () => {
  const nonce = await solve(work, 16, forever)
  const others: WorkFor[] = [
    { ...work, id: KnockId.parse('b'.repeat(26)) },
    { ...work, from: work.to },
    { ...work, to: work.from },
    { ...work, salt: new Uint8Array(16).fill(8) },
  ]
  for (const other of others) expect(workBits(other, nonce)).toBeLessThan(16)
})

test('solving leaves the event loop its turns and stops when it is told to', async () => {
  const stop = new AbortController()
  let turns = 0
  const tick = (): void => {
    if (++turns === 20) stop.abort(new Error('enough'))
    else setImmediate(tick)
  }
  setImmediate(tick)
  await expect(solve(work, 64, stop.signal)).rejects.toThrow('enough')
})

test('a salt is fresh for its ten minutes and the next ten, and never after', () => {
  let made = 0
  const salts = new Salts((bytes) => new Uint8Array(bytes).fill(++made))
  const first = salts.current(0)
  expect(salts.isFresh(first, 10 * MINUTE - 1)).toBe(true)
  expect(salts.isFresh(first, 19 * MINUTE)).toBe(true)
  expect(salts.isFresh(first, 20 * MINUTE)).toBe(false)
  expect(new Salts((bytes) => new Uint8Array(bytes).fill(9)).isFresh(first, 0)).toBe(false)
})
