import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { Holder, type HolderParts } from '../../../src/main/features/names/holder.ts'
import { distanceOf, placeOfPeer, placeOfZone, zoneKey } from '../../../src/main/features/names/near.ts'
import { judgeNews } from '../../../src/main/features/names/zone-gossip.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import type { SignedZone } from '../../../src/main/features/names/zone.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import type { NameOnLedger, NamePhase } from '../../../src/shared/model/ledger.ts'
import { DAY, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { ada, bob, device, NAME, NETWORK, NOW, sealed, signed } from './zone-parts.ts'

const [me, asker] = [device(1), device(2)]
const KEY = zoneKey(NETWORK, NAME)
const peer = { peerId: asker } as RemotePeer

let clock: FakeClock
let store: ZoneStore
let heard: SignedZone[]
let offences: number[]
let behind: boolean
let owned: { owner: AccountId; phase: NamePhase } | null
let neighbours: PeerId[]
let watched: boolean
let holder: Holder

const make = (over: Partial<HolderParts> = {}): Holder =>
  new Holder({
    network: NETWORK,
    me,
    store,
    ledger: {
      behind: () => (behind ? { blocksLeft: 3 } : null),
      name: (name) => (owned === null || name !== NAME ? null : ({ ...owned, name } as NameOnLedger)),
    },
    clock,
    log: silentLog,
    offence: (_, __, points) => void offences.push(points),
    neighbours: () => neighbours.map((peerId) => ({ peerId, addresses: ['/ip4/127.0.0.1/tcp/1'] })),
    isWatched: () => watched,
    heard: (zone) => void heard.push(zone),
    ...over,
  })

beforeEach(() => {
  clock = new FakeClock(NOW)
  store = new ZoneStore(openMemoryDatabase(), me)
  heard = []
  offences = []
  behind = false
  owned = { owner: ada.account, phase: 'living' }
  neighbours = []
  watched = false
  holder = make()
})

const put = (zone: Uint8Array) => holder.put(peer, { network: holder.id, zone })
const get = () => holder.get(peer, { network: holder.id, key: KEY })

describe('what is handed over', () => {
  test('is held once it is backed by the ledger, given to who asks, and told once', async () => {
    const zone = await signed()
    expect(get()).toEqual({ status: 'none', closer: [] })
    expect(await put(zone.bytes)).toEqual({ status: 'held' })
    expect(await put(zone.bytes)).toEqual({ status: 'held' })
    expect(get()).toEqual({ status: 'zone', key: KEY, zone: zone.bytes })
    expect(heard.map(({ zone: { seq } }) => seq)).toEqual([3])
  })

  test('once more means that somebody passes it on, so this device need not', async () => {
    const zone = await signed()
    await put(zone.bytes)
    await clock.advance(30 * MINUTE)
    await put(zone.bytes)
    expect(store.due(NETWORK, NOW + 29 * MINUTE, 10)).toEqual([])
    expect(store.held(KEY)?.storedMs).toBe(NOW)
  })

  test('is refused by one word where the ledger does not back it, and costs what an honest one would not do', async () => {
    const why = async (zone: Uint8Array): Promise<unknown> => put(zone)
    expect(await why((await signed({}, bob)).bytes)).toEqual({ status: 'refused', why: 'not-owner' })
    expect(await why((await signed({ issuedAtMs: NOW + DAY, expiresAtMs: NOW + 2 * DAY })).bytes)).toEqual({ status: 'refused', why: 'clock' })
    expect(await why((await signed({ issuedAtMs: NOW - 2 * DAY, expiresAtMs: NOW })).bytes)).toEqual({ status: 'refused', why: 'expired' })
    expect(offences).toEqual([])
    const { zone } = await signed()
    expect(await why(await sealed({ v: 1, ...zone }, bob))).toEqual({ status: 'refused', why: 'forged' })
    expect(await why(Uint8Array.of(1))).toEqual({ status: 'refused', why: 'malformed' })
    expect(offences).toEqual([25, 20])
    owned = null
    expect(await why((await signed()).bytes)).toEqual({ status: 'refused', why: 'nobody' })
    expect([store.size().zones, heard]).toEqual([0, []])
  })

  test('is not held while the ledger is behind, and what was held before is still given', async () => {
    const [first, second] = [await signed(), await signed({ seq: 4 })]
    await put(first.bytes)
    behind = true
    expect(await put(second.bytes)).toEqual({ status: 'unknown' })
    expect(get()).toMatchObject({ status: 'zone', zone: first.bytes })
  })

  test('is held in the last tenth of a term, as contacts ask for it; not in the time of grace', async () => {
    const zone = await signed()
    owned = { owner: ada.account, phase: 'ending' }
    expect(await put(zone.bytes)).toEqual({ status: 'held' })
    owned = { owner: ada.account, phase: 'grace' }
    expect(get()).toEqual({ status: 'none', closer: [] })
  })

  test('never makes room for an older one, whichever comes first and whoever hands it over together', async () => {
    const zones = await Promise.all([1, 2, 3, 4, 5].map((seq) => signed({ seq })))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: zones.length }), { minLength: 1, maxLength: 12 }), async (seqs) => {
        store = new ZoneStore(openMemoryDatabase(), me)
        holder = make()
        await Promise.all(seqs.map((seq) => put(zones[seq - 1]?.bytes ?? Uint8Array.of())))
        expect(store.held(KEY)?.zone.seq).toBe(Math.max(...seqs))
      }),
      { numRuns: 50 },
    )
  })

  test('by a new owner takes the place of the former one’s, also where that was this account’s own with a higher number', async () => {
    const [own, next, older] = [await signed({ seq: 9 }), await signed({ seq: 2 }, bob), await signed({ seq: 1 }, bob)]
    store.putOwn(own)
    owned = { owner: bob.account, phase: 'living' }
    expect(get()).toEqual({ status: 'none', closer: [] })
    expect(await put(next.bytes)).toEqual({ status: 'held' })
    expect(await put(older.bytes)).toEqual({ status: 'refused', why: 'older' })
    expect(get()).toMatchObject({ zone: next.bytes })
  })

  test('and lies here as this account’s own takes no room', async () => {
    const own = await signed()
    store.putOwn(own)
    expect(await put(own.bytes)).toEqual({ status: 'held' })
    expect(store.size().zones).toBe(0)
  })
})

describe('whoever asks is sent on', () => {
  test('to those that lie nearer to the key than this device, the nearest first, at most eight, never back to the asker', () => {
    neighbours = Array.from({ length: 40 }, (_, index) => device(index + 1))
    const answer = get()
    if (answer.status !== 'none') throw new Error(answer.status)
    const far = (peerId: PeerId): string => Buffer.from(distanceOf(placeOfZone(KEY), placeOfPeer(peerId))).toString('hex')
    const expected = neighbours.filter((one) => one !== asker && far(one) < far(me)).toSorted((a, b) => (far(a) < far(b) ? -1 : 1))
    expect(answer.closer.map(({ peerId }) => peerId)).toEqual(expected.slice(0, 8))
    expect(answer.closer).not.toEqual([])
  })
})

test('another network is foreign, whatever is asked', async () => {
  const network = '00'.repeat(32)
  expect(holder.get(peer, { network, key: KEY })).toEqual({ status: 'foreign' })
  expect(await holder.put(peer, { network, zone: (await signed()).bytes })).toEqual({ status: 'foreign' })
  expect(holder.watch(peer, { network, keys: [KEY] }, () => {}, new AbortController().signal)).toBe('foreign')
})

describe('who watches', () => {
  test('hears of what is newer until the watch ends, and not of what came from itself', async () => {
    const stop = new AbortController()
    const told: Uint8Array[] = []
    const other = { peerId: device(3) } as RemotePeer
    const push = (_: string, zone: Uint8Array): void => void told.push(zone)
    expect(holder.watch(other, { network: holder.id, keys: [KEY, KEY, '05'.repeat(32)] }, push, stop.signal)).toBe('watching')
    expect(holder.watched).toBe(2)
    const [first, second, third] = await Promise.all([1, 2, 3].map((seq) => signed({ seq })))
    if (first === undefined || second === undefined || third === undefined) throw new Error('none')
    await put(first.bytes)
    await put(first.bytes)
    await holder.put(other, { network: holder.id, zone: second.bytes })
    expect(told).toEqual([first.bytes])
    stop.abort()
    await put(third.bytes)
    expect([told.length, holder.watched]).toEqual([1, 0])
  })

  test('is told to come later when all together watch too much, and room is free again afterwards', () => {
    const stops: AbortController[] = []
    const watch = (count: number): string => {
      const stop = new AbortController()
      stops.push(stop)
      const keys = Array.from({ length: 64 }, (_, index) => Buffer.from(`${count}.${index}`.padEnd(32)).toString('hex'))
      return holder.watch(peer, { network: holder.id, keys }, () => {}, stop.signal)
    }
    for (let count = 0; count < 300; count++) expect(watch(count)).toBe('watching')
    expect(watch(300)).toBe('busy')
    stops[0]?.abort()
    expect(watch(301)).toBe('watching')
    for (const stop of stops) stop.abort()
    expect(holder.watched).toBe(0)
  })
})

describe('news by gossip', () => {
  const come = (data: Uint8Array) => judgeNews({ data, from: asker, receivedMs: clock.nowMs() }, holder)

  test('is passed on by all, told to who watches here, and kept only where it is held or watched', async () => {
    const [first, second, third] = await Promise.all([1, 2, 3].map((seq) => signed({ seq })))
    if (first === undefined || second === undefined || third === undefined) throw new Error('none')
    const told: Uint8Array[] = []
    holder.watch({ peerId: device(3) } as RemotePeer, { network: holder.id, keys: [KEY] }, (_, zone) => told.push(zone), new AbortController().signal)
    expect(await come(first.bytes)).toMatchObject({ verdict: 'accept' })
    expect([store.size().zones, heard.length, told.length]).toEqual([0, 0, 1])
    watched = true
    expect(await come(first.bytes)).toMatchObject({ verdict: 'accept' })
    expect([store.size().zones, heard.length]).toEqual([0, 1])
    watched = false
    await put(second.bytes)
    expect(await come(third.bytes)).toMatchObject({ verdict: 'accept' })
    expect([store.held(KEY)?.zone.seq, heard.length]).toEqual([3, 3])
  })

  test('that was handed over here first still goes on to those behind this device; an older one does not', async () => {
    const [first, second] = [await signed({ seq: 1 }), await signed({ seq: 2 })]
    await put(second.bytes)
    expect(await come(second.bytes)).toMatchObject({ verdict: 'accept' })
    expect(await come(first.bytes)).toMatchObject({ verdict: 'ignore' })
    expect(heard).toHaveLength(1)
  })

  test('that no honest device passes on is rejected; what one may pass on is dropped and nobody’s fault', async () => {
    const { zone } = await signed()
    expect(await come(await sealed({ v: 1, ...zone }, bob))).toMatchObject({ verdict: 'reject' })
    expect(await come(Uint8Array.of(1, 2))).toMatchObject({ verdict: 'reject' })
    expect(await come((await signed({}, bob)).bytes)).toMatchObject({ verdict: 'ignore' })
    expect(await come((await signed({ issuedAtMs: NOW - 10 * MINUTE - 1 })).bytes)).toMatchObject({ verdict: 'ignore' })
    behind = true
    expect(await come((await signed()).bytes)).toMatchObject({ verdict: 'ignore' })
    expect(heard).toEqual([])
  })
})
