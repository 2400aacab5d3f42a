import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LINE_BYTES, MAX_NOTHING, MAX_WATCHED } from '../../../src/main/features/names/cache-limits.ts'
import { ResourceMap } from '../../../src/main/features/names/cache.ts'
import { zoneKey } from '../../../src/main/features/names/near.ts'
import type { SignedZone } from '../../../src/main/features/names/zone.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { CacheLine } from '../../../src/shared/model/names.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { alice, bob, label, NETWORK, OTHER_NETWORK, signed, START_MS, zoneOf } from './resolver-world.ts'

function cacheOf(bounds?: { zones: number; bytes: number }, database: Database = openMemoryDatabase(), clock = new FakeClock(START_MS)) {
  const cache = new ResourceMap({ database, clock, network: NETWORK, tld: 'peer' }, bounds)
  return { cache, clock, database }
}

/** As it would be after its signature held: the map reads no signatures. */
function unsigned(name: string, seq: number, sizeBytes = 100, change: Parameters<typeof zoneOf>[3] = {}): SignedZone {
  const zone = zoneOf(alice, name, seq, change)
  return { zone, key: zoneKey(zone.network, zone.name), bytes: new Uint8Array(sizeBytes).fill(seq), unknownRecords: 0 }
}

const keyOf = (name: string) => zoneKey(NETWORK, label(name))

describe('how long an answer counts', () => {
  test('fresh for as long as its owner says, stale until it expires, and then not at all', async () => {
    const { cache, clock } = cacheOf()
    const zone = unsigned('alice', 1, 100, { ttlMs: MINUTE, expiresAtMs: START_MS + HOUR })
    expect(cache.put(zone)).toBe('kept')
    expect(cache.get(zone.key)).toEqual({ state: 'fresh', signed: zone, freshUntilMs: START_MS + MINUTE })
    await clock.advance(MINUTE)
    expect(cache.get(zone.key)).toMatchObject({ state: 'stale' })
    await clock.advance(HOUR)
    expect(cache.get(zone.key)).toBeNull()
    expect(cache.put(zone)).toBe('expired')
    expect(cache.lines()).toEqual([])
  })

  test('never fresh beyond its expiry', () => {
    const { cache } = cacheOf()
    const zone = unsigned('alice', 1, 100, { ttlMs: DAY, expiresAtMs: START_MS + MINUTE })
    cache.put(zone)
    expect(cache.get(zone.key)).toMatchObject({ freshUntilMs: START_MS + MINUTE })
  })

  test('heard again it is fresh again; a newer one replaces it, and an older one does not', async () => {
    const { cache, clock } = cacheOf()
    cache.put(unsigned('alice', 2))
    await clock.advance(4 * MINUTE)
    expect(cache.put(unsigned('alice', 2))).toBe('same')
    expect(cache.get(keyOf('alice'))).toMatchObject({ freshUntilMs: START_MS + 9 * MINUTE })
    expect(cache.put(unsigned('alice', 1))).toBe('older')
    expect(cache.put(unsigned('alice', 3))).toBe('newer')
    expect(cache.get(keyOf('alice'))).toMatchObject({ signed: { zone: { seq: 3 } } })
  })

  test('a new owner’s lower number replaces the former one’s', async () => {
    const { cache } = cacheOf()
    cache.put(unsigned('alice', 9))
    expect(cache.put(await signed(bob, 'alice', 1))).toBe('kept')
    expect(cache.get(keyOf('alice'))).toMatchObject({ signed: { zone: { owner: bob.account, seq: 1 } } })
  })

  test('where the clock was set back, what was kept is asked for again', () => {
    const { cache, clock } = cacheOf()
    cache.put(unsigned('alice', 1))
    clock.jump(-HOUR)
    expect(cache.get(keyOf('alice'))).toMatchObject({ state: 'stale' })
  })

  test('that nobody has a zone counts for 30 seconds, and not once there is one', async () => {
    const { cache, clock } = cacheOf()
    cache.putNothing(label('alice'))
    expect(cache.get(keyOf('alice'))).toEqual({ state: 'nothing', freshUntilMs: START_MS + 30 * SECOND })
    await clock.advance(30 * SECOND)
    expect(cache.get(keyOf('alice'))).toBeNull()
    cache.putNothing(label('alice'))
    cache.put(unsigned('alice', 1))
    expect(cache.get(keyOf('alice'))).toMatchObject({ state: 'fresh' })
  })
})

describe('how much is kept', () => {
  test('what was used longest ago makes room, by number and by bytes', () => {
    const { cache } = cacheOf({ zones: 3, bytes: 10_000 })
    for (const name of ['one', 'two', 'three']) cache.put(unsigned(name, 1))
    cache.get(keyOf('one'))
    cache.put(unsigned('four', 1))
    expect(cache.lines().map(({ fullName }) => fullName)).toEqual(['four.peer', 'one.peer', 'three.peer'])
    cache.put(unsigned('large', 1, 9_300))
    expect(cache.lines().map(({ fullName }) => fullName)).toEqual(['large.peer', 'four.peer'])
  })

  test('watched names are the last to make room', () => {
    const { cache } = cacheOf({ zones: 2, bytes: 10_000 })
    cache.watch([label('one')])
    for (const name of ['one', 'two', 'three']) cache.put(unsigned(name, 1))
    expect(cache.lines().map(({ fullName, watched }) => [fullName, watched])).toEqual([
      ['three.peer', false],
      ['one.peer', true],
    ])
  })

  test('questions for what is not there push out nothing that is', () => {
    const { cache } = cacheOf({ zones: 2, bytes: 10_000 })
    cache.put(unsigned('alice', 1))
    for (let index = 0; index < 2 * MAX_NOTHING; index++) cache.putNothing(label(`name-${index}`))
    expect(cache.lines()).toHaveLength(1 + MAX_NOTHING)
    expect(cache.get(keyOf('alice'))).toMatchObject({ state: 'fresh' })
    expect(cache.get(keyOf('name-0'))).toBeNull()
  })

  test('whatever is put in and taken out, the bounds hold, the sums are right and the newest stays', () => {
    const step = fc.record({
      what: fc.constantFrom('put', 'get', 'nothing', 'drop', 'watch'),
      name: fc.constantFrom('ant', 'bee', 'cat', 'dog', 'elk', 'fox'),
      seq: fc.integer({ min: 1, max: 5 }),
      sizeBytes: fc.integer({ min: 50, max: 900 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bounds = { zones: 4, bytes: 3_000 }
        const { cache, database } = cacheOf(bounds)
        const newest = new Map<string, number>()
        for (const { what, name, seq, sizeBytes } of steps) {
          if (what === 'put') {
            const outcome = cache.put({ ...unsigned(name, seq), bytes: new Uint8Array(sizeBytes) })
            if (outcome !== 'older') newest.set(name, seq)
          } else if (what === 'get') cache.get(keyOf(name))
          else if (what === 'nothing') cache.putNothing(label(name))
          else if (what === 'drop') cache.drop(label(name))
          else cache.watch([label(name)])
          const zones = cache.lines().filter(({ state }) => state !== 'nothing')
          expect(zones.length).toBeLessThanOrEqual(bounds.zones)
          expect(zones.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(bounds.bytes)
          for (const line of zones) expect(line.seq).toBe(newest.get(line.fullName.slice(0, -'.peer'.length)))
        }
        cache.flush()
        const shown = (lines: CacheLine[]): string[] =>
          lines.flatMap(({ state, fullName, seq, hits }) => (state === 'nothing' ? [] : [`${fullName} ${seq} ${hits}`])).toSorted()
        expect(shown(cacheOf(bounds, database).cache.lines())).toEqual(shown(cache.lines()))
      }),
      { numRuns: 200 },
    )
  })
})

describe('what is seen of it', () => {
  test('each line says what it is, how old, how large, how often used', async () => {
    const { cache, clock } = cacheOf()
    cache.put(unsigned('alice', 7))
    cache.get(keyOf('alice'))
    cache.get(keyOf('alice'))
    cache.putNothing(label('carol'))
    await clock.advance(SECOND)
    expect(cache.lines().map((line) => CacheLine.parse(line))).toEqual([
      {
        fullName: 'alice.peer',
        state: 'fresh',
        seq: 7,
        owner: alice.account,
        bytes: 100 + LINE_BYTES,
        keptMs: START_MS,
        freshUntilMs: START_MS + 5 * MINUTE,
        hits: 2,
        watched: false,
      },
      expect.objectContaining({ fullName: 'carol.peer', state: 'nothing', seq: null, owner: null }),
    ])
  })

  test('cleared, it is empty, and stays so after a restart', () => {
    const { cache, database } = cacheOf()
    cache.put(unsigned('alice', 1))
    cache.flush()
    cache.clear()
    expect(cache.lines()).toEqual([])
    expect(cacheOf(undefined, database).cache.lines()).toEqual([])
  })
})

describe('contacts’ names', () => {
  test('are asked for before their time is over, once, and again after a minute where nothing came of it', async () => {
    const { cache, clock } = cacheOf()
    cache.watch([label('alice'), label('carol')])
    cache.put(unsigned('alice', 1))
    expect(cache.due()).toEqual(['carol'])
    expect(cache.due()).toEqual([])
    await clock.advance(MINUTE)
    expect(cache.due()).toEqual(['carol'])
    await clock.advance(3.4 * MINUTE)
    expect(cache.due()).toEqual(['carol'])
    await clock.advance(0.2 * MINUTE)
    expect(cache.due()).toEqual(['alice'])
    cache.put(unsigned('alice', 2))
    expect(cache.due()).toEqual([])
    await clock.advance(4.6 * MINUTE)
    expect(cache.due().toSorted()).toEqual(['alice', 'carol'])
  })

  test('those whose time is shorter than a moment are not asked for all the time', async () => {
    const { cache, clock } = cacheOf()
    cache.watch([label('alice')])
    cache.put(unsigned('alice', 1, 100, { ttlMs: SECOND }))
    expect(cache.due()).toEqual(['alice'])
    await clock.advance(10 * SECOND)
    expect(cache.due()).toEqual([])
  })

  test('are bounded', () => {
    const { cache } = cacheOf()
    cache.watch(Array.from({ length: MAX_WATCHED + 10 }, (_, index) => label(`name-${index}`)))
    expect(cache.due()).toHaveLength(MAX_WATCHED)
  })
})

describe('after a restart', () => {
  test('what was kept is there, with its times, hits and signature, in the order of use', async () => {
    const { cache, clock, database } = cacheOf()
    const real = await signed(alice, 'alice', 3)
    cache.put(real)
    cache.put(unsigned('other', 1))
    await clock.advance(2 * SECOND)
    cache.get(real.key)
    cache.flush()
    const again = cacheOf(undefined, database, new FakeClock(START_MS + 10 * SECOND)).cache
    expect(again.lines().map(({ fullName, hits }) => [fullName, hits])).toEqual([['alice.peer', 1], ['other.peer', 0]])
    expect(again.get(real.key)).toEqual({ state: 'fresh', signed: real, freshUntilMs: START_MS + 5 * MINUTE })
  })

  test('what came is written within a second, and what expired or is of another network is not loaded', async () => {
    const { cache, clock, database } = cacheOf()
    cache.put(unsigned('alice', 1, 100, { expiresAtMs: START_MS + HOUR }))
    await clock.advance(SECOND)
    const other = new ResourceMap({ database, clock, network: OTHER_NETWORK, tld: 'peer' })
    expect(other.lines()).toEqual([])
    expect(cacheOf(undefined, database).cache.lines()).toHaveLength(1)
    expect(cacheOf(undefined, database, new FakeClock(START_MS + DAY)).cache.lines()).toEqual([])
  })

  test('a row that is not what it should be is passed over and goes', async () => {
    const { cache, database } = cacheOf()
    cache.put(unsigned('alice', 1))
    cache.put(unsigned('other', 1))
    cache.put(unsigned('third', 1))
    cache.flush()
    database.prepare("UPDATE names_cache SET zone = 'garbage' WHERE key = ?").run(keyOf('alice'))
    database.prepare("UPDATE names_cache SET key = 'ff' WHERE key = ?").run(keyOf('third'))
    expect(cacheOf(undefined, database).cache.lines().map(({ fullName }) => fullName)).toEqual(['other.peer'])
    expect(database.prepare<[], { n: number }>('SELECT count(*) AS n FROM names_cache').get()?.n).toBe(1)
  })
})
