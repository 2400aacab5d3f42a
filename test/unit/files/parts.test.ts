import { expect, test } from 'vitest'
import { MAX_PARTED, MAX_SHOWN_BYTES, PARTS_MS } from '../../../src/main/features/files/limits.ts'
import { Parts } from '../../../src/main/features/files/parts.ts'
import { TransferId } from '../../../src/shared/ids.ts'
import { MiB } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

function partsOf() {
  const clock = new FakeClock()
  let made = 0
  return { clock, parts: new Parts(clock, () => TransferId.parse(String.fromCodePoint(97 + made++).repeat(26))) }
}
const nobodys = TransferId.parse('z'.repeat(26))

test('what comes in parts is given as one, in their order, and once', () => {
  const { parts } = partsOf()
  const first = parts.put(null, Buffer.from('one '))
  const other = parts.put(null, Buffer.from('another '))
  expect(parts.put(first, Buffer.from('two '))).toBe(first)
  expect(Buffer.from(parts.take(first, Buffer.from('three'))).toString()).toBe('one two three')
  expect(Buffer.from(parts.take(other, Buffer.from('one'))).toString()).toBe('another one')
  expect(() => parts.take(first, Buffer.alloc(0))).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  expect(() => parts.put(nobodys, Buffer.alloc(1))).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})

test('parts of more than 48 MiB are refused, and nothing of them is held', () => {
  const { parts } = partsOf()
  const part = Buffer.alloc(MiB)
  const id = parts.put(null, part)
  for (let held = MiB; held < MAX_SHOWN_BYTES; held += MiB) parts.put(id, part)
  expect(() => parts.put(id, Buffer.alloc(1))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  expect(() => parts.take(id, part)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})

test('only so many come at once, and those that nobody goes on with make room', async () => {
  const { clock, parts } = partsOf()
  const ids = Array.from({ length: MAX_PARTED }, () => parts.put(null, Buffer.from('a')))
  expect(() => parts.put(null, Buffer.from('b'))).toThrow(expect.objectContaining({ code: 'BUSY' }))
  await clock.advance(PARTS_MS)
  const [kept, left] = ids
  if (kept === undefined || left === undefined) throw new Error('there are none')
  parts.put(kept, Buffer.from('c'))
  await clock.advance(1)
  parts.put(null, Buffer.from('b'))
  expect(Buffer.from(parts.take(kept, Buffer.alloc(0))).toString()).toBe('ac')
  expect(() => parts.take(left, Buffer.alloc(0))).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})
