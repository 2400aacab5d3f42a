import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Groups } from '../../../src/main/features/introduction/groups.ts'
import { DEFAULT_LIMITS } from '../../../src/main/features/introduction/limits.ts'
import { type Registered, Registry } from '../../../src/main/features/introduction/registry.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { bytes, idOf } from './devices.ts'

const nowMs = Date.UTC(2026, 10, 20)
const untilMs = nowMs + 30 * MINUTE
const small = { registrations: 6, registrationsPerAddress: 2, registrationsPerSubnet: 3, registrationsPerTopic: 3 }
const everything = { after: 0, limit: 64, maxBytes: 64 * 1024 }
const room = bytes(32, 1)

/** Device `n` at an address of network `net`, in one topic; its envelope says which it is. */
function of(n: number, net: string | null, over: Partial<Registered> = {}): Registered {
  return {
    peerId: idOf(n),
    host: net === null ? null : `${net}.${n}`,
    subnet: net,
    envelope: Buffer.from(`device ${n}`),
    topics: [room],
    issuedMs: nowMs,
    expiresMs: untilMs,
    ...over,
  }
}

const inRoom = (registry: Registry, at = nowMs): string[] =>
  registry.page(room, everything, at).registrations.map((envelope) => Buffer.from(envelope).toString())

describe('a registration', () => {
  test('is found until its time is over, and no longer', () => {
    const registry = new Registry(DEFAULT_LIMITS)
    registry.put(of(1, '8.8.8'), nowMs)
    expect(registry.find(idOf(1), untilMs - 1)).toMatchObject({ peerId: idOf(1) })
    expect(inRoom(registry, untilMs - 1)).toEqual(['device 1'])
    expect(registry.find(idOf(1), untilMs)).toBeNull()
    expect(inRoom(registry, untilMs)).toEqual([])
    expect(registry.count(untilMs)).toBe(0)
  })

  test('takes the place of the last one of its device, with other topics and another address', () => {
    const registry = new Registry(small)
    registry.put(of(1, '8.8.8'), nowMs)
    registry.put(of(1, '9.9.9', { topics: [bytes(32, 2)] }), nowMs)
    expect(registry.count(nowMs)).toBe(1)
    expect(inRoom(registry)).toEqual([])
    expect(registry.find(idOf(1), nowMs)).toMatchObject({ subnet: '9.9.9' })
  })

  test('can be taken back, and leaves nothing behind', () => {
    const registry = new Registry(small)
    registry.put(of(1, '8.8.8'), nowMs)
    registry.remove(idOf(1))
    registry.remove(idOf(2))
    expect(registry.count(nowMs)).toBe(0)
    expect(inRoom(registry)).toEqual([])
  })

  test('of a topic named twice is in it once', () => {
    const registry = new Registry(small)
    registry.put(of(1, '8.8.8', { topics: [room, bytes(32, 1)] }), nowMs)
    expect(inRoom(registry)).toEqual(['device 1'])
  })

  test('goes when the clock was set back by a day, too', () => {
    const registry = new Registry(small)
    registry.put(of(1, '8.8.8'), nowMs)
    const yesterdayMs = nowMs - 24 * 60 * MINUTE
    registry.put(of(2, '8.8.8', { expiresMs: yesterdayMs + MINUTE }), yesterdayMs)
    expect(registry.count(yesterdayMs + MINUTE)).toBe(1)
  })
})

describe('an address and a network', () => {
  test('that used up their places get no more, lose none, and can renew those they have', () => {
    const registry = new Registry(small)
    const host = '8.8.8.8'
    expect(registry.put(of(1, '8.8.8', { host }), nowMs).verdict).toBe('room')
    expect(registry.put(of(2, '8.8.8', { host }), nowMs).verdict).toBe('room')
    expect(registry.put(of(3, '8.8.8', { host }), nowMs)).toEqual({
      verdict: 'full',
      why: 'its address has all its registrations',
    })
    expect(registry.put(of(4, '8.8.8'), nowMs).verdict).toBe('room')
    expect(registry.put(of(5, '8.8.8'), nowMs)).toEqual({
      verdict: 'full',
      why: 'its network has all its registrations',
    })
    expect(registry.put(of(1, '8.8.8', { host }), nowMs).verdict).toBe('room')
    expect([1, 2, 4].map((n) => registry.find(idOf(n), nowMs) !== null)).toEqual([true, true, true])
    expect(registry.put(of(6, '9.9.9'), nowMs).verdict).toBe('room')
  })

  test('have room again when a registration ran out', () => {
    const registry = new Registry(small)
    for (const n of [1, 2, 3]) registry.put(of(n, '8.8.8', { expiresMs: nowMs + MINUTE }), nowMs)
    expect(registry.put(of(4, '8.8.8'), nowMs).verdict).toBe('full')
    expect(registry.put(of(4, '8.8.8'), nowMs + MINUTE).verdict).toBe('room')
  })

  test('keep what they have when a device that moved finds no room', () => {
    const registry = new Registry(small)
    for (const n of [1, 2, 3]) registry.put(of(n, '8.8.8'), nowMs)
    registry.put(of(4, '9.9.9'), nowMs)
    expect(registry.put(of(4, '8.8.8'), nowMs).verdict).toBe('full')
    expect(registry.find(idOf(4), nowMs)).toMatchObject({ subnet: '9.9.9' })
  })

  test('of this machine itself are not counted', () => {
    const registry = new Registry(DEFAULT_LIMITS)
    for (let n = 0; n < 500; n += 1) registry.put(of(n, null, { host: '127.0.0.1' }), nowMs)
    expect(registry.count(nowMs)).toBe(500)
  })
})

describe('where all is full', () => {
  test('the newest is taken, and the largest network loses its oldest', () => {
    const registry = new Registry({ ...small, registrationsPerSubnet: 10 })
    for (const [n, net] of [[1, 'a'], [2, 'b'], [3, 'b'], [4, 'b'], [5, 'c'], [6, 'c'], [7, 'd']] as const) {
      registry.put(of(n, net), nowMs)
    }
    const left = [1, 2, 3, 4, 5, 6, 7].filter((n) => registry.find(idOf(n), nowMs) !== null)
    expect(left).toEqual([1, 3, 4, 5, 6, 7])
  })

  test('a topic loses one of the network that has most in it, which can still be located', () => {
    const registry = new Registry(small)
    for (const [n, net] of [[1, 'a'], [2, 'b'], [3, 'b'], [4, 'c']] as const) registry.put(of(n, net), nowMs)
    expect(inRoom(registry)).toEqual(['device 1', 'device 3', 'device 4'])
    expect(registry.find(idOf(2), nowMs)).not.toBeNull()
  })

  test('a hundred thousand registrations from one network change nothing for the rest', () => {
    const registry = new Registry(DEFAULT_LIMITS)
    for (let n = 0; n < 20; n += 1) registry.put(of(n, `honest ${n}`), nowMs)
    let taken = 0
    for (let n = 1_000; n < 101_000; n += 1) {
      if (registry.put(of(n, 'flood', { host: `flood.${n % 256}` }), nowMs).verdict === 'room') taken += 1
    }
    expect(taken).toBe(DEFAULT_LIMITS.registrationsPerSubnet)
    expect(registry.count(nowMs)).toBe(taken + 20)
    for (let n = 0; n < 20; n += 1) expect(registry.find(idOf(n), nowMs)).not.toBeNull()
    expect(inRoom(registry)).toHaveLength(DEFAULT_LIMITS.registrationsPerTopic)
    for (let n = 0; n < 20; n += 1) expect(inRoom(registry)).toContain(`device ${n}`)
    expect(registry.put(of(200, 'late'), nowMs).verdict).toBe('room')
    expect(inRoom(registry)).toContain('device 200')
  })

  test('a hundred thousand from two hundred networks are bounded, and one from each of the rest stays', () => {
    const registry = new Registry(DEFAULT_LIMITS)
    for (let n = 0; n < 20; n += 1) registry.put(of(n, `honest ${n}`), nowMs)
    for (let n = 1_000; n < 101_000; n += 1) registry.put(of(n, `flood ${n % 200}`, { topics: [bytes(32, n % 251)] }), nowMs)
    expect(registry.count(nowMs)).toBe(DEFAULT_LIMITS.registrations)
    for (let n = 0; n < 20; n += 1) expect(registry.find(idOf(n), nowMs)).not.toBeNull()
    expect(inRoom(registry).length).toBeLessThanOrEqual(DEFAULT_LIMITS.registrationsPerTopic)
  })
})

describe('a page', () => {
  test('goes on where the last one ended, and misses none that were there', () => {
    const registry = new Registry(DEFAULT_LIMITS)
    for (let n = 1; n <= 10; n += 1) registry.put(of(n, `net ${n}`), nowMs)
    const seen: string[] = []
    let pages = 0
    for (let after: number | null = 0; after !== null; pages += 1) {
      const page = registry.page(room, { ...everything, after, limit: 3 }, nowMs)
      seen.push(...page.registrations.map((envelope) => Buffer.from(envelope).toString()))
      after = page.more
      // Somebody registers again between two pages: they come again, at the end.
      if (pages === 0) registry.put(of(5, 'net 5'), nowMs)
    }
    expect(new Set(seen).size).toBe(10)
    expect(pages).toBe(4)
  })

  test('ends before it is larger than asked', () => {
    const registry = new Registry(DEFAULT_LIMITS)
    for (let n = 1; n <= 20; n += 1) registry.put(of(n, `net ${n}`, { envelope: bytes(4_096, n) }), nowMs)
    const page = registry.page(room, everything, nowMs)
    expect(page.registrations).toHaveLength(16)
    expect(registry.page(room, { ...everything, after: page.more ?? 0 }, nowMs)).toMatchObject({ more: null })
  })

  test('of a topic that nobody is in, or after the last, is empty', () => {
    const registry = new Registry(DEFAULT_LIMITS)
    registry.put(of(1, 'a'), nowMs)
    expect(registry.page(bytes(32, 9), everything, nowMs)).toEqual({ registrations: [], more: null })
    expect(registry.page(room, { ...everything, after: 1e12 }, nowMs)).toEqual({ registrations: [], more: null })
  })
})

test('whatever comes, all bounds hold, and what was refused changed nothing', () => {
  const net = fc.constantFrom('a', 'b', 'c', 'd', null)
  const step = fc.record({
    kind: fc.constantFrom('put', 'put', 'put', 'remove', 'wait'),
    n: fc.nat(12),
    net,
    host: fc.nat(3),
    topics: fc.array(fc.nat(2), { maxLength: 3 }),
    lastsMs: fc.integer({ min: 1, max: 10 * MINUTE }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const registry = new Registry(small)
      let atMs = nowMs
      for (const { kind, n, net: subnet, host, topics, lastsMs } of steps) {
        if (kind === 'wait') atMs += lastsMs
        if (kind === 'remove') registry.remove(idOf(n))
        if (kind !== 'put') continue
        const before = registry.count(atMs)
        const had = registry.find(idOf(n), atMs)
        const put = of(n, subnet, {
          host: `${subnet}.${host}`,
          topics: topics.map((topic) => bytes(32, topic)),
          expiresMs: atMs + lastsMs,
        })
        if (registry.put(put, atMs).verdict === 'full') {
          expect(registry.count(atMs)).toBe(before)
          expect(registry.find(idOf(n), atMs)).toEqual(had)
        } else {
          expect(registry.find(idOf(n), atMs)).toMatchObject(put)
        }
      }
      const all = Array.from({ length: 13 }, (_, n) => registry.find(idOf(n), atMs)).filter((one) => one !== null)
      expect(all.length).toBeLessThanOrEqual(small.registrations)
      for (const name of ['a', 'b', 'c', 'd']) {
        const ofNet = all.filter(({ subnet }) => subnet === name)
        expect(ofNet.length).toBeLessThanOrEqual(small.registrationsPerSubnet)
        for (const ofHost of Map.groupBy(ofNet, ({ host }) => host).values()) {
          expect(ofHost.length).toBeLessThanOrEqual(small.registrationsPerAddress)
        }
      }
      for (const topic of [0, 1, 2]) {
        const page = registry.page(bytes(32, topic), everything, atMs)
        expect(page.registrations.length).toBeLessThanOrEqual(small.registrationsPerTopic)
      }
    }),
    { verbose: true, numRuns: 300 },
  )
})

test('groups always know the oldest of the largest', () => {
  const step = fc.record({ group: fc.constantFrom('a', 'b', 'c'), thing: fc.nat(8), isAdd: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const groups = new Groups<number>()
      const plain = new Map<string, Set<number>>([['a', new Set()], ['b', new Set()], ['c', new Set()]])
      for (const { group, thing, isAdd } of steps) {
        if (isAdd) groups.add(group, thing)
        else groups.delete(group, thing)
        if (isAdd) plain.get(group)?.add(thing)
        else plain.get(group)?.delete(thing)
        const sizes = [...plain.values()].map(({ size }) => size)
        const oldest = [...plain.values()].filter(({ size }) => size > 0 && size === Math.max(...sizes)).map(([one]) => one)
        expect(oldest.length === 0 ? [null] : oldest).toContain(groups.oldestOfLargest())
        expect(groups.countOf(group)).toBe(plain.get(group)?.size)
      }
    }),
    { verbose: true },
  )
})
