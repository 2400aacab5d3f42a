import { afterEach, describe, expect, test } from 'vitest'
import { Holder } from '../../../src/main/features/names/holder.ts'
import { nearest, placeOfPeer, placeOfZone, zoneKey } from '../../../src/main/features/names/near.ts'
import { Providing } from '../../../src/main/features/names/providing.ts'
import { Publisher } from '../../../src/main/features/names/publisher.ts'
import { nextZone, openZone, signZone, type SignedZone } from '../../../src/main/features/names/zone.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { NameLabel, type NameOnLedger } from '../../../src/shared/model/ledger.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { ada, bob, device, NAME, NETWORK, NOW, RECORDS, signed } from './zone-parts.ts'

const KEY = zoneKey(NETWORK, NAME)

/** Some promises follow each other between a timer and what it leads to. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Somebody who takes the stream and says nothing. */
function silence(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

interface Box {
  readonly peerId: PeerId
  readonly store: ZoneStore
  readonly holder: Holder
  readonly database: Database
}

/** Devices of one network, each with its own store, and one ledger that all of them see. Only the streams are missing. */
class Village {
  readonly clock = new FakeClock(NOW, settled)
  readonly boxes = new Map<PeerId, Box>()
  readonly away = new Set<PeerId>()
  readonly silent = new Set<PeerId>()
  readonly puts: { readonly to: PeerId; readonly seq: number }[] = []
  owner: AccountId | null = ada.account
  behind = new Set<PeerId>()
  readonly stops: (() => Promise<void>)[] = []

  constructor(count: number) {
    for (let number = 1; number <= count; number++) this.add(device(number))
  }

  add(peerId: PeerId, database = openMemoryDatabase()): Box {
    const store = new ZoneStore(database, peerId)
    const holder = new Holder({
      network: NETWORK,
      me: peerId,
      store,
      ledger: {
        behind: () => (this.behind.has(peerId) ? { blocksLeft: null } : null),
        name: (name) => (this.owner === null ? null : ({ name, owner: this.owner, phase: 'living' } as NameOnLedger)),
      },
      clock: this.clock,
      log: silentLog,
      offence: () => {},
      neighbours: () => [],
      isWatched: () => false,
      heard: () => {},
    })
    const box = { peerId, store, holder, database }
    this.boxes.set(peerId, box)
    return box
  }

  common(me: Box) {
    const put = async (peerId: PeerId, network: string, zone: Uint8Array, signal?: AbortSignal) => {
      if (this.silent.has(peerId)) await silence(signal)
      const there = this.boxes.get(peerId)
      if (there === undefined || this.away.has(peerId)) throw new LatchError('UNREACHABLE')
      const opened = await openZone(zone)
      this.puts.push({ to: peerId, seq: opened.outcome === 'opened' ? opened.signed.zone.seq : 0 })
      return there.holder.put({ peerId: me.peerId } as RemotePeer, { network, zone })
    }
    const peers = (): PeerId[] => [...this.boxes.keys()].filter((peerId) => peerId !== me.peerId)
    const { holder, store } = me
    return { network: NETWORK, holder, store, lines: { put }, peers, clock: this.clock, log: silentLog, random: () => 0.5 }
  }

  publisher(me: Box, over: { broadcast?: (zone: Uint8Array) => Promise<unknown> } = {}): Publisher {
    const made = new Publisher({
      ...this.common(me),
      account: ada.account,
      accountKey: ada.key,
      broadcast: async () => {},
      changed: () => {},
      ...over,
    })
    made.start()
    this.stops.push(() => made.stop())
    return made
  }

  provide(me: Box, random = (): number => 0.5): Providing {
    const made = new Providing({ ...this.common(me), me: me.peerId, random })
    made.start()
    this.stops.push(() => made.stop())
    return made
  }

  holders(): PeerId[] {
    return [...this.boxes.values()].filter(({ store }) => store.held(KEY) !== null).map(({ peerId }) => peerId)
  }
}

const villages: Village[] = []
afterEach(async () => {
  for (const { stops } of villages.splice(0)) for (const stop of stops) await stop()
})

async function village(count: number): Promise<{ all: Village; owner: Box; publisher: Publisher }> {
  const all = new Village(count)
  villages.push(all)
  const owner = all.add(device(200))
  const publisher = all.publisher(owner)
  return { all, owner, publisher }
}

async function zoneAt(nowMs: number, previous: SignedZone | null = null, name = NAME): Promise<SignedZone> {
  const next = nextZone(previous?.zone ?? null, { network: NETWORK, name, owner: ada.account, records: RECORDS }, nowMs)
  const built = await signZone(next, ada.key)
  if (built.outcome === 'refused') throw new Error(built.why)
  return built.signed
}

/** The same numbers on every machine. *Source*: the multiplier of MINSTD. */
function drawn(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const nearestOf = (peers: readonly PeerId[], count = 20): PeerId[] => nearest(placeOfZone(KEY), peers, placeOfPeer, count)

describe('a zone of one’s own', () => {
  test('is told to the twenty nearest devices, and to those who watch', async () => {
    const all = new Village(50)
    villages.push(all)
    const owner = all.add(device(200))
    const sent: Uint8Array[] = []
    const publisher = all.publisher(owner, { broadcast: async (zone) => void sent.push(zone) })
    const zone = await zoneAt(NOW)
    const others = [...all.boxes.keys()].filter((peerId) => peerId !== owner.peerId)
    expect(await publisher.publish(zone)).toEqual({ seq: zone.zone.seq, atMs: NOW, held: 20, asked: 20, againMs: NOW + 57 * MINUTE })
    expect(new Set(all.holders())).toEqual(new Set(nearestOf(others)))
    expect([all.puts.length, sent]).toEqual([20, [zone.bytes]])
    expect(owner.store.own(KEY)?.publication).toMatchObject({ held: 20 })
  })

  test('goes to the next nearest where the nearest are away, and to those too when they can be reached', async () => {
    const { all, owner, publisher } = await village(40)
    const others = [...all.boxes.keys()].filter((peerId) => peerId !== owner.peerId)
    const gone = nearestOf(others, 5)
    for (const peerId of gone) all.away.add(peerId)
    expect(await publisher.publish(await zoneAt(NOW))).toMatchObject({ held: 20, asked: 25 })
    all.away.clear()
    await all.clock.advance(5 * SECOND)
    for (const peerId of gone) expect(all.holders()).toContain(peerId)
    expect(owner.store.own(KEY)?.publication).toMatchObject({ held: 25, asked: 25 })
  })

  test('is told again every hour, and nobody is asked in between', async () => {
    const { all, publisher } = await village(10)
    await publisher.publish(await zoneAt(NOW))
    await all.clock.advance(56 * MINUTE)
    expect(all.puts.length).toBe(10)
    await all.clock.advance(2 * MINUTE)
    expect(all.puts.length).toBe(20)
    await all.clock.advance(10 * HOUR)
    expect(all.puts.length).toBe(120)
  })

  test('is told to whoever comes nearer, once for a flock', async () => {
    const { all, publisher } = await village(20)
    await publisher.publish(await zoneAt(NOW))
    for (let number = 100; number < 130; number++) {
      all.add(device(number))
      publisher.noticed()
    }
    await all.clock.advance(2 * SECOND)
    const others = [...all.boxes.keys()].filter((peerId) => peerId !== device(200))
    for (const peerId of nearestOf(others)) expect(all.holders()).toContain(peerId)
    expect(all.puts.length).toBeLessThan(50)
    expect(new Set(all.puts.map(({ to }) => to)).size).toBe(all.puts.length)
  })

  test('has holders again when half of them went', async () => {
    const { all, publisher } = await village(40)
    await publisher.publish(await zoneAt(NOW))
    for (const peerId of all.holders().slice(0, 10)) all.boxes.delete(peerId)
    publisher.noticed()
    await all.clock.advance(2 * SECOND)
    expect(all.holders().length).toBe(20)
  })

  test('waits for those whose ledger is behind, longer each time, and not for ever', async () => {
    const { all, publisher } = await village(3)
    all.behind = new Set([device(1), device(2), device(3)])
    const first = await publisher.publish(await zoneAt(NOW))
    expect(first).toMatchObject({ held: 0, asked: 3 })
    await all.clock.advance(HOUR)
    expect(all.puts.length).toBeGreaterThan(3 * 8)
    expect(all.puts.length).toBeLessThan(3 * 20)
    all.behind.clear()
    await all.clock.advance(10 * MINUTE)
    expect(all.holders().length).toBe(3)
  })

  test('of another owner by now is told to nobody, and is told again when it comes back', async () => {
    const { all, publisher } = await village(5)
    await publisher.publish(await zoneAt(NOW))
    all.owner = bob.account
    await all.clock.advance(5 * HOUR)
    expect(all.puts.length).toBe(5)
    all.owner = ada.account
    publisher.noticed()
    await all.clock.advance(2 * SECOND)
    expect(all.puts.length).toBe(10)
  })

  test('is signed anew in the second half of its time, with what it said, as long as the device is on', async () => {
    const { all, owner, publisher } = await village(3)
    const first = await zoneAt(NOW)
    await publisher.publish(first)
    await all.clock.advance(7 * DAY + HOUR)
    const now = owner.store.own(KEY)
    expect(now?.zone.seq).toBeGreaterThan(first.zone.seq)
    const opened = now === null ? null : await openZone(now.bytes)
    expect(opened).toMatchObject({ outcome: 'opened', signed: { zone: { records: first.zone.records, ttlMs: first.zone.ttlMs } } })
    for (const { store, peerId } of all.boxes.values()) {
      if (peerId !== owner.peerId) expect(store.held(KEY)?.zone.seq).toBe(now?.zone.seq)
    }
  })

  test('is signed anew where the clock was ahead when it was signed, as nobody took it', async () => {
    const { all, owner, publisher } = await village(3)
    expect(await publisher.publish(await zoneAt(NOW + DAY))).toMatchObject({ held: 0 })
    publisher.noticed()
    await all.clock.advance(2 * SECOND)
    expect(owner.store.own(KEY)?.zone.issuedAtMs).toBeLessThan(NOW + MINUTE)
    expect(all.holders().length).toBe(3)
  })

  test('that another device of the same account signed later is this one’s too', async () => {
    const { all, owner, publisher } = await village(3)
    const first = await zoneAt(NOW)
    await publisher.publish(first)
    const second = await zoneAt(NOW + 1, first)
    await owner.holder.put({ peerId: device(1) } as RemotePeer, { network: owner.holder.id, zone: second.bytes })
    publisher.noticed()
    await all.clock.advance(2 * SECOND)
    expect(owner.store.own(KEY)?.bytes).toEqual(second.bytes)
    expect(all.boxes.get(device(2))?.store.held(KEY)?.bytes).toEqual(second.bytes)
  })

  test('is told after a restart to those who are met, and ends with the device', async () => {
    const { all, owner, publisher } = await village(4)
    await publisher.publish(await zoneAt(NOW))
    await publisher.stop()
    await all.clock.advance(2 * HOUR)
    expect(all.puts.length).toBe(4)
    await expect(publisher.again(KEY)).rejects.toThrow('stopped')
    all.publisher(owner)
    await all.clock.advance(2 * SECOND)
    expect(all.puts.length).toBe(8)
  })

  test('waits ten seconds for who is silent and has the others meanwhile; and not at all when the device stops', async () => {
    const { all, publisher } = await village(12)
    all.silent.add(device(1)).add(device(2))
    const zone = await zoneAt(NOW)
    let publication: unknown = null
    void publisher.publish(zone).then((came) => (publication = came))
    await settled()
    await all.clock.advance(9 * SECOND)
    expect([all.holders().length, publication]).toEqual([10, null])
    await all.clock.advance(1 * SECOND)
    expect(publication).toMatchObject({ held: 10, asked: 12 })
    // The two are asked once more by now.
    await all.clock.advance(5 * SECOND)
    const again = publisher.again(KEY)
    const stopped = expect(again).rejects.toThrow('stopped')
    await settled()
    await publisher.stop()
    await stopped
  })

  test('one after another where there are many, and all of them', async () => {
    const { all, owner, publisher } = await village(6)
    const names = Array.from({ length: 32 }, (_, index) => NameLabel.parse(`name-${index}`))
    for (const name of names) owner.store.putOwn(await zoneAt(NOW, null, name))
    publisher.noticed()
    await all.clock.advance(2 * SECOND)
    expect(all.boxes.get(device(1))?.store.size().zones).toBe(32)
    expect(all.puts.length).toBe(6 * 32)
  })
})

describe('zones held for others', () => {
  test('go on when their owner is away and holders came and went', async () => {
    const { all, publisher } = await village(30)
    await publisher.publish(await zoneAt(NOW))
    await publisher.stop()
    const held = all.holders()
    for (const peerId of held.slice(0, 19)) all.boxes.delete(peerId)
    const left = all.boxes.get(held[19] ?? device(0))
    if (left === undefined) throw new Error('nobody is left')
    all.boxes.delete(device(200))
    all.provide(left)
    await all.clock.advance(HOUR + 10 * MINUTE)
    expect(all.holders().length).toBe(11)
  })

  test('are passed on by about one of all who hold them', async () => {
    const { all, publisher } = await village(10)
    await publisher.publish(await zoneAt(NOW))
    await publisher.stop()
    const before = all.puts.length
    const random = drawn(7)
    for (const { peerId } of [...all.boxes.values()].filter(({ store }) => store.held(KEY) !== null)) {
      const box = all.boxes.get(peerId)
      if (box !== undefined) all.provide(box, random)
    }
    await all.clock.advance(10 * HOUR)
    // Each time it is ten others that are told: of ten holders who do it each for themselves, there would be ten times as many.
    expect(all.puts.length - before).toBeGreaterThanOrEqual(9 * 10)
    expect(all.puts.length - before).toBeLessThanOrEqual(3 * 10 * 10)
  })

  test('are dropped when the name is another’s, or they expired; not while the ledger is behind', async () => {
    const { all, publisher } = await village(2)
    await publisher.publish(await zoneAt(NOW))
    await publisher.stop()
    const [one, two] = [device(1), device(2)].map((peerId) => all.boxes.get(peerId))
    if (one === undefined || two === undefined) throw new Error('missing')
    all.provide(one)
    all.behind.add(one.peerId)
    all.owner = bob.account
    await all.clock.advance(3 * HOUR)
    expect(one.store.size().zones).toBe(1)
    all.behind.clear()
    await all.clock.advance(2 * MINUTE)
    expect(one.store.size().zones).toBe(0)
    const short = await signed({ issuedAtMs: all.clock.nowMs(), expiresAtMs: all.clock.nowMs() + HOUR })
    two.store.hold(short, all.clock.nowMs())
    all.behind.add(two.peerId)
    all.provide(two)
    await all.clock.advance(50 * MINUTE)
    expect(two.store.size().zones).toBe(1)
    await all.clock.advance(HOUR + 15 * MINUTE)
    expect(two.store.size().zones).toBe(0)
  })
})
