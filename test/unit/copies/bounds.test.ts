import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { nearest } from '../../../src/main/features/copies/fetch/nearest.ts'
import { Speed } from '../../../src/main/features/copies/keep/speed.ts'
import { Turns } from '../../../src/main/features/copies/keep/turns.ts'
import {
  MAX_PROVIDED,
  MAX_PROVIDED_OF_PEER,
  MAX_PROVIDERS_OF_ROOT,
  PROVIDED_MS,
  QUESTIONS_BURST,
  RESERVE_BYTES,
} from '../../../src/main/features/copies/limits.ts'
import { Providers } from '../../../src/main/features/copies/serve/providers.ts'
import { BlockCache } from '../../../src/main/features/copies/store/block-cache.ts'
import { BlockFiles } from '../../../src/main/features/copies/store/block-files.ts'
import { Room } from '../../../src/main/features/copies/store/room.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { idOf } from '../../helpers/bad-trees.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const peer = (at: number): PeerId => PeerId.parse(`12D3KooW${'A'.repeat(40)}${letters[Math.floor(at / 3_364) % 58]}${letters[Math.floor(at / 58) % 58]}${letters[at % 58]}1`)
const root = (at: number): string => `01701220${at.toString(16).padStart(64, '0')}`

describe('who has what', () => {
  test('is told the latest first, never to oneself, and forgotten after a day', async () => {
    const clock = new FakeClock()
    const providers = new Providers(clock)
    for (const at of [1, 2, 3]) expect(providers.told(peer(at), root(1))).toBe('told')
    expect(providers.told(peer(1), root(1))).toBe('told')
    expect(providers.who(peer(2), root(1))).toEqual([peer(1), peer(3)])
    expect(providers.who(peer(9), root(2))).toEqual([])
    await clock.advance(PROVIDED_MS / 2)
    providers.told(peer(3), root(1))
    await clock.advance(PROVIDED_MS / 2)
    expect(providers.who(peer(9), root(1))).toEqual([peer(3)])
    expect(providers.count).toBe(1)
  })

  test('is bounded for a device, for a root and in all', async () => {
    const clock = new FakeClock()
    const providers = new Providers(clock)
    for (let at = 0; at < MAX_PROVIDED_OF_PEER + 10; at++) {
      await clock.advance(SECOND)
      // Whoever publishes anew time and again is remembered with the latest.
      expect(providers.told(peer(0), root(at))).toBe('told')
    }
    expect(providers.count).toBe(MAX_PROVIDED_OF_PEER)
    expect(providers.who(peer(1), root(9))).toEqual([])
    expect(providers.who(peer(1), root(MAX_PROVIDED_OF_PEER + 9))).toEqual([peer(0)])
    for (let at = 1; at <= MAX_PROVIDERS_OF_ROOT + 20; at++) providers.told(peer(at), root(999_999))
    expect(providers.count).toBe(MAX_PROVIDED_OF_PEER + MAX_PROVIDERS_OF_ROOT)
    expect(providers.who(peer(9_000), root(999_999))).toHaveLength(20)
    expect(providers.who(peer(9_000), root(999_999))[0]).toBe(peer(MAX_PROVIDERS_OF_ROOT + 20))
    for (let at = 0; at < MAX_PROVIDED + 500; at++) providers.told(peer(100 + Math.floor(at / 50)), root(1_000 + at))
    expect(providers.count).toBeLessThanOrEqual(MAX_PROVIDED)
    // The latest are there still.
    expect(providers.who(peer(9_001), root(1_000 + MAX_PROVIDED + 499))).toHaveLength(1)
  })

  test('is not pushed out by a few who say to have everything', () => {
    const providers = new Providers(new FakeClock())
    providers.told(peer(1), root(1))
    for (let at = 0; at < MAX_PROVIDED + 1_000; at++) providers.told(peer(1_000 + Math.floor(at / 60)), root(100 + at))
    expect(providers.count).toBe(MAX_PROVIDED)
    expect(providers.who(peer(2), root(1))).toEqual([peer(1)])
  })

  test('is not asked for without end', async () => {
    const clock = new FakeClock()
    const providers = new Providers(clock)
    const answers = Array.from({ length: QUESTIONS_BURST + 5 }, () => providers.who(peer(1), root(1)))
    expect(answers.filter((answer) => answer === 'busy')).toHaveLength(5)
    await clock.advance(3 * SECOND)
    expect(providers.who(peer(1), root(1))).toEqual([])
    expect(providers.who(peer(2), root(1))).toEqual([])
  })
})

describe('those nearest to a CID', () => {
  test('are the same eight in whatever order they are met', () => {
    const met = ['12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp', '12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo'].map((text) => PeerId.parse(text))
    const key = Buffer.from('1220'.padEnd(68, '7'), 'hex')
    expect(nearest(key, met)).toEqual(nearest(key, met.toReversed()))
  })
})

describe('the cache of what was opened', () => {
  const folder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'latch-cache-'))
    onTestFinished(() => rm(path, { recursive: true, force: true }))
    return path
  }
  const endless = new Room(() => Promise.resolve(null))
  const block = (at: number): Uint8Array => new Uint8Array(1_000).fill(at)
  const id = (at: number): string => idOf('raw', block(at))

  test('holds no more than it may, and lets go of what was not read for longest', async () => {
    const cache = new BlockCache(await folder(), endless, 3_000)
    for (const at of [1, 2, 3]) await cache.put(id(at), block(at))
    expect(await cache.get(id(1))).toEqual(Buffer.from(block(1)))
    await cache.put(id(4), block(4))
    expect(await cache.get(id(2))).toBeNull()
    expect((await cache.get(id(1)))?.byteLength).toBe(1_000)
    expect(cache.bytes).toBe(3_000)
  })

  test('is there after a restart, within its bound', async () => {
    const path = await folder()
    const before = new BlockCache(path, endless, 5_000)
    for (const at of [1, 2, 3, 4]) await before.put(id(at), block(at))
    const after = new BlockCache(path, endless, 2_000)
    await after.load()
    expect(after.bytes).toBe(2_000)
    const left = await Promise.all([1, 2, 3, 4].map((at) => after.get(id(at))))
    expect(left.filter((one) => one !== null)).toHaveLength(2)
  })

  test('takes nothing where the disk has little left', async () => {
    const frees = [RESERVE_BYTES - 1, RESERVE_BYTES + 1_500, RESERVE_BYTES + 100]
    const cache = new BlockCache(await folder(), new Room(() => Promise.resolve(frees.shift() ?? 0)))
    for (const at of [1, 2, 3, 4]) await cache.put(id(at), block(at))
    expect([1, 2, 3, 4].map((at) => cache.has(id(at)))).toEqual([false, true, false, false])
  })

  test('does not give what the disk changed', async () => {
    const path = await folder()
    const cache = new BlockCache(path, endless)
    await cache.put(id(1), block(1))
    await writeFile(join(path, id(1).slice(-2), id(1)), 'something else')
    expect(await cache.get(id(1))).toBeNull()
    expect(cache.bytes).toBe(0)
  })

  test('a block that was written in part is written anew', async () => {
    const path = await folder()
    const files = new BlockFiles(path)
    await files.write(id(1), block(1))
    await writeFile(join(path, id(1).slice(-2), id(1)), 'half')
    await files.write(id(1), block(1))
    expect(await files.read(id(1))).toEqual(Buffer.from(block(1)))
    await files.sync([id(1), id(2)])
  })
})

describe('speed', () => {
  test('is of the last five seconds', () => {
    const speed = new Speed()
    expect(speed.perSecond(0)).toBe(0)
    for (let ms = 0; ms < 10 * SECOND; ms += 50) speed.add(1_000, ms)
    expect(speed.perSecond(10 * SECOND)).toBeGreaterThan(19_000)
    expect(speed.perSecond(10 * SECOND)).toBeLessThan(21_000)
    expect(speed.perSecond(1 * MINUTE)).toBe(0)
  })
})

describe('turns', () => {
  test('are given in order, and not to who gave up', async () => {
    const turns = new Turns(1)
    const never = new AbortController().signal
    const first = await turns.take(never)
    const order: string[] = []
    const gone = new AbortController()
    const given = turns.take(gone.signal).catch(() => order.push('gone'))
    const second = turns.take(never).then((giveBack) => {
      order.push('second')
      return giveBack
    })
    gone.abort(new Error('gone'))
    await given
    first()
    first()
    const giveBack = await second
    const third = turns.take(never).then(() => order.push('third'))
    giveBack()
    await third
    expect(order).toEqual(['gone', 'second', 'third'])
  })
})
