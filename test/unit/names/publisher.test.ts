import { afterEach, describe, expect, test } from 'vitest'
import { openZone } from '../../../src/main/features/names/zone.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { KEY, nearestOf, settled, stopAll, village, zoneAt } from './village.ts'
import { ada, bob, device, NOW } from './zone-parts.ts'

afterEach(stopAll)

describe('a zone of one’s own', () => {
  test('is told to the twenty nearest devices, and to those who watch', async () => {
    const sent: Uint8Array[] = []
    const { all, owner, publisher } = await village(50, { broadcast: async (zone) => void sent.push(zone) })
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

  test('is told at once when the name comes back within the hour, as others held what its owner between said', async () => {
    const { all, publisher } = await village(5)
    await publisher.publish(await zoneAt(NOW))
    all.owner = bob.account
    publisher.noticed()
    await all.clock.advance(4 * SECOND)
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

  test.each([['ahead', 3 * HOUR], ['back', -3 * HOUR]])('is told as before when somebody sets the clock %s', async (_, ms) => {
    const { all, publisher } = await village(4)
    await all.clock.advance(2 * SECOND)
    all.away.add(device(1))
    // The ledger and all zones are of one clock here: what is issued lies behind either way.
    await publisher.publish(await zoneAt(NOW - 4 * HOUR))
    all.clock.jump(ms)
    all.away.clear()
    publisher.noticed()
    await all.clock.advance(2 * SECOND)
    expect(all.holders().length).toBe(4)
    const before = all.puts.length
    await all.clock.advance(3 * HOUR)
    expect(all.puts.length).toBeGreaterThanOrEqual(before + 2 * 4)
    expect(all.puts.length).toBeLessThanOrEqual(before + 4 * 4)
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
    // The two are passed over for half a minute, so that they hold up nothing else.
    const other = await zoneAt(NOW, null, NameLabel.parse('another'))
    expect(await publisher.publish(other)).toMatchObject({ held: 10, asked: 12 })
    await all.clock.advance(30 * SECOND)
    all.silent.add(device(3))
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
