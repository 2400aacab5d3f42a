import { beforeEach, expect, test } from 'vitest'
import { Keeper } from '../../../src/main/features/peers/keeper.ts'
import { MAX_PARALLEL_DIALS } from '../../../src/main/features/peers/limits.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { somePeerId } from './fake-network.ts'

const peer = somePeerId()
let clock: FakeClock
let dials: { peerId: PeerId; answer: (ok: boolean) => void }[]
let keeper: Keeper

beforeEach(() => {
  clock = new FakeClock()
  dials = []
  keeper = new Keeper({
    clock,
    random: () => 1,
    changed: () => {},
    dial: (peerId) =>
      new Promise((resolve, reject) => {
        const answer = (ok: boolean): void => (ok ? resolve() : reject(new Error('no answer')))
        dials.push({ peerId, answer })
      }),
  })
})

async function fail(): Promise<void> {
  dials.at(-1)?.answer(false)
  await clock.advance(0)
}

test('whoever is kept is dialled at once, then again with doubling waits', async () => {
  keeper.keep(peer, false)
  expect(dials).toHaveLength(1)
  for (const seconds of [1, 2, 4, 8]) {
    await fail()
    const before = dials.length
    await clock.advance(seconds * SECOND - 1)
    expect(dials).toHaveLength(before)
    await clock.advance(1)
    expect(dials).toHaveLength(before + 1)
  }
  expect(keeper.of(peer)?.state).toBe('dialling')
})

test('the wait is told as a time on the wall clock', async () => {
  keeper.keep(peer, false)
  await fail()
  expect(keeper.of(peer)).toMatchObject({ state: 'waiting', nextDialMs: clock.nowMs() + SECOND })
})

test('a peer that is heard of is dialled without waiting, and then from the shortest wait again', async () => {
  keeper.keep(peer, false)
  for (let times = 0; times < 3; times += 1) {
    await fail()
    await clock.advance(8 * SECOND)
  }
  await fail()
  expect(keeper.of(peer)?.nextDialMs).toBe(clock.nowMs() + 8 * SECOND)
  keeper.wake(peer)
  expect(keeper.of(peer)?.state).toBe('dialling')
  await fail()
  expect(keeper.of(peer)?.nextDialMs).toBe(clock.nowMs() + SECOND)
})

test('a connection that holds resets the wait; one that drops at once does not', async () => {
  keeper.keep(peer, false)
  await fail()
  await clock.advance(SECOND)
  dials.at(-1)?.answer(true)
  await clock.advance(0)
  expect(keeper.of(peer)?.state).toBe('connected')

  keeper.disconnected(peer)
  expect(keeper.of(peer)?.nextDialMs).toBe(clock.nowMs() + 2 * SECOND)
  await clock.advance(2 * SECOND)
  dials.at(-1)?.answer(true)
  await clock.advance(0)
  await clock.advance(MINUTE)
  keeper.disconnected(peer)
  expect(keeper.of(peer)?.nextDialMs).toBe(clock.nowMs() + SECOND)
})

test('after a connection that held, the first dial comes within a second, at random', async () => {
  for (const random of [0, 0.25, 1]) {
    const own = new Keeper({ clock, random: () => random, changed: () => {}, dial: () => new Promise(() => {}) })
    own.keep(peer, true)
    await clock.advance(MINUTE)
    own.disconnected(peer)
    expect(own.of(peer)?.nextDialMs).toBe(clock.nowMs() + random * SECOND)
    own.stop()
  }
})

test('a circuit that was cut at its limit is dialled again at once, unless it is cut over and over', async () => {
  keeper.keep(peer, true)
  await clock.advance(3 * SECOND)
  keeper.disconnected(peer, 'limit')
  await clock.advance(0)
  expect(dials).toHaveLength(1)
  dials[0]?.answer(true)
  await clock.advance(0)
  keeper.disconnected(peer, 'limit')
  await clock.advance(0)
  expect(dials).toHaveLength(1)
  expect(keeper.of(peer)).toMatchObject({ state: 'waiting', nextDialMs: clock.nowMs() + SECOND })
})

test('a connection that the other side made ends the waiting', async () => {
  keeper.keep(peer, false)
  await fail()
  keeper.connected(peer)
  expect(keeper.of(peer)).toMatchObject({ state: 'connected', nextDialMs: null })
  await clock.advance(10 * MINUTE)
  expect(dials).toHaveLength(1)
})

test('a connection that came and went before the dial had said so is waited for, not taken for open', async () => {
  keeper.keep(peer, false)
  keeper.connected(peer)
  keeper.disconnected(peer)
  dials[0]?.answer(true)
  await clock.advance(0)
  expect(keeper.of(peer)?.state).toBe('waiting')
  await clock.advance(SECOND)
  expect(dials).toHaveLength(2)
})

test('whoever is let go is dialled no more, also when a dial was under way', async () => {
  keeper.keep(peer, false)
  keeper.release(peer)
  await fail()
  await clock.advance(10 * MINUTE)
  expect(dials).toHaveLength(1)
  expect(keeper.of(peer)).toBeNull()
})

test('after a night everybody is due, and only so many are dialled at once', async () => {
  const many = Array.from({ length: 50 }, somePeerId)
  for (const one of many) keeper.keep(one, false)
  expect(dials).toHaveLength(MAX_PARALLEL_DIALS)
  for (let at = 0; at < 50; at += 1) {
    dials[at]?.answer(true)
    await clock.advance(0)
  }
  expect(dials).toHaveLength(50)
  expect(new Set(dials.map(({ peerId }) => peerId)).size).toBe(50)
})

test('nothing is dialled after the end', async () => {
  keeper.keep(peer, false)
  await fail()
  keeper.stop()
  await clock.advance(10 * MINUTE)
  keeper.keep(somePeerId(), false)
  expect(dials).toHaveLength(1)
})
