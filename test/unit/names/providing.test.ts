import { afterEach, describe, expect, test } from 'vitest'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { drawn, KEY, stopAll, village, zoneAt } from './village.ts'
import { bob, device, NOW, signed } from './zone-parts.ts'

afterEach(stopAll)

describe('zones held for others', () => {
  test('all go on in one look, although somebody is silent: that one is waited for once', async () => {
    const { all } = await village(6)
    const [me] = all.boxes.values()
    if (me === undefined) throw new Error('nobody')
    const names = Array.from({ length: 20 }, (_, index) => NameLabel.parse(`name-${index}`))
    for (const name of names) me.store.hold(await zoneAt(NOW, null, name), NOW)
    all.silent.add(device(2))
    all.provide(me)
    await all.clock.advance(HOUR + 5 * MINUTE)
    expect(all.boxes.get(device(3))?.store.size().zones).toBe(20)
  })

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
