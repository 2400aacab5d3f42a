import { Libp2pRecord } from '@libp2p/record'
import fc from 'fast-check'
import { Key } from 'interface-datastore'
import { base32 } from 'multiformats/bases/base32'
import { expect, test } from 'vitest'
import { dhtKeyOf } from '../../../src/main/features/names/index.ts'
import { keyOf, readKey, recordsIn } from '../../../src/main/node/dht-records.ts'
import type { RecordKeeper, RecordKind } from '../../../src/main/platform/dht.ts'
import { PeerId } from '../../../src/shared/ids.ts'

const ZONE = 'ab'.repeat(32)
const ACCOUNT = `k51${'q'.repeat(59)}`
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const FROM = PeerId.parse('12D3KooWGjMCbfM9dVm6HfWY2eBDHGWUjPBcDUDsYLhBxWVpqoKB')

test('keys of zones and device lists are read, as names write them', () => {
  expect(readKey(dhtKeyOf(ZONE))).toEqual({ kind: 'latch-zone', id: ZONE })
  expect(readKey(keyOf('latch-devices', ACCOUNT))).toEqual({ kind: 'latch-devices', id: ACCOUNT })
  // Golden: with other keys, nobody finds what others hold.
  expect(new TextDecoder().decode(keyOf('latch-zone', ZONE))).toBe(`/latch-zone/${ZONE}`)
})

test.each([
  ['nothing', ''],
  ['another kind', `/pk/${ZONE}`],
  ['a property of every object', `/constructor/${ZONE}`],
  ['no kind', `//${ZONE}`],
  ['more than an id', `/latch-zone/${ZONE}/more`],
  ['upper case', `/latch-zone/${ZONE.toUpperCase()}`],
  ['an id of the other kind', `/latch-zone/${ACCOUNT}`],
  ['a path', `/latch-devices/../latch-zone/${ZONE}`],
  ['too long', `/latch-zone/${ZONE}${'a'.repeat(200)}`],
])('%s is no key', (_, key) => {
  expect(readKey(text(key))).toBeNull()
})

test('whatever bytes come as a key, it is one of ours or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string().map((one) => text(`/latch-zone/${one}`))), (key) => {
      const read = readKey(key)
      if (read !== null) expect(Buffer.compare(keyOf(read.kind, read.id), key)).toBe(0)
    }),
  )
})

const at = (key: Uint8Array): Key => new Key(`/dht/record/${base32.baseEncode(key)}`, false)

function store(keeper: Partial<RecordKeeper> | null) {
  const told = { changes: 0 }
  const kept = keeper as RecordKeeper | null
  const records = recordsIn({
    library: { Libp2pRecord },
    keeper: (kind: RecordKind) => (kind === 'latch-zone' ? kept : null),
    from: () => FROM,
    changed: () => (told.changes += 1),
  })
  const put = async (key: Uint8Array, value: Uint8Array) => records.put?.(at(key), new Libp2pRecord(key, value, new Date()).serialize())
  return { records, put, told }
}

test('a record goes to its keeper with whoever handed it over, and comes from there', async () => {
  const seen: unknown[] = []
  const { records, put, told } = store({
    get: (id) => (id === ZONE ? new Uint8Array([7]) : null),
    put: async (...given) => {
      seen.push(given)
      return { outcome: 'held', why: 'a test' }
    },
  })
  await put(keyOf('latch-zone', ZONE), new Uint8Array([1, 2]))
  expect(seen).toEqual([[ZONE, new Uint8Array([1, 2]), FROM]])
  expect(told.changes).toBe(1)
  const found = await records.get?.(at(keyOf('latch-zone', ZONE)))
  expect(Libp2pRecord.deserialize(found ?? new Uint8Array()).value).toEqual(new Uint8Array([7]))
  await expect(records.get?.(at(keyOf('latch-zone', 'cd'.repeat(32))))).rejects.toMatchObject({ name: 'NotFoundError' })
})

test('what the keeper refuses, and what has no keeper, is refused to the sender', async () => {
  const { put, told } = store({ put: async () => ({ outcome: 'refused', why: 'older than what is here' }) })
  await expect(put(keyOf('latch-zone', ZONE), new Uint8Array(1))).rejects.toThrow('older than what is here')
  await expect(put(keyOf('latch-devices', ACCOUNT), new Uint8Array(1))).rejects.toThrow('keeps no such records')
  await expect(store(null).put(keyOf('latch-zone', ZONE), new Uint8Array(1))).rejects.toThrow('keeps no such records')
  await expect(store(null).records.get?.(at(keyOf('latch-zone', ZONE)))).rejects.toMatchObject({ name: 'NotFoundError' })
  expect(told.changes).toBe(0)
})

test('nothing else is stored: no provider record, no key of another kind', async () => {
  const { records, put } = store({ put: async () => ({ outcome: 'held', why: 'a test' }) })
  await expect(records.put?.(new Key('/dht/provider/abc/def'), new Uint8Array(8))).rejects.toThrow('of that kind')
  await expect(put(text('/pk/abc'), new Uint8Array(1))).rejects.toThrow('of that kind')
})
