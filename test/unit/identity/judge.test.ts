import { describe, expect, it } from 'vitest'
import { judgeHello } from '../../../src/main/features/identity/judge.ts'
import type { SignedList } from '../../../src/main/features/identity/device-list.ts'
import { somebody, type Somebody } from './parts.ts'

const laptop = await somebody('ada', 'laptop')
const phone = await somebody('ada', 'phone')
const bea = await somebody('bea')

function signed(seq: number, devices: readonly Somebody[], revoked: readonly Somebody[] = []): SignedList {
  return {
    list: {
      account: laptop.account,
      seq,
      devices: devices.map(({ device }) => device),
      revoked: revoked.map(({ peerId }) => peerId),
    },
    envelope: new Uint8Array([seq]),
  }
}
const valid = (list: SignedList) => ({ outcome: 'valid', signed: list }) as const

describe('a hello', () => {
  it('with the first list of an account is taken', () => {
    expect(judgeHello(laptop.peerId, valid(signed(5, [laptop])), null)).toMatchObject({ verdict: 'taken', isNew: true })
  })

  it('with the list that is known is taken, and brings nothing new', () => {
    const judged = judgeHello(laptop.peerId, valid(signed(5, [laptop])), signed(5, [laptop]))
    expect(judged).toMatchObject({ verdict: 'taken', isNew: false })
  })

  it('with a newer list that drops the other device is taken: the newest list of an account wins', () => {
    const judged = judgeHello(phone.peerId, valid(signed(6, [phone])), signed(5, [laptop]))
    expect(judged).toMatchObject({ verdict: 'taken', isNew: true })
  })

  it('replayed by another peer is refused, and costs that peer', () => {
    const judged = judgeHello(bea.peerId, valid(signed(5, [laptop])), null)
    const why = 'the device list does not hold this peer'
    expect(judged).toEqual({ verdict: 'refused', status: 'not-in-list', why, points: 25 })
  })

  it('replayed by a peer that is told nothing of the newer list', () => {
    expect(judgeHello(bea.peerId, valid(signed(5, [laptop])), signed(6, [laptop]))).not.toHaveProperty('newest')
  })

  it('with an older list is refused with the newest, which an honest device lacks', () => {
    const judged = judgeHello(laptop.peerId, valid(signed(5, [laptop])), signed(6, [phone]))
    expect(judged).toMatchObject({ verdict: 'refused', status: 'older-list', points: 1, newest: new Uint8Array([6]) })
  })

  it('of a revoked device is refused without the newest list', () => {
    const judged = judgeHello(laptop.peerId, valid(signed(5, [laptop])), signed(6, [phone], [laptop]))
    expect(judged).toMatchObject({ verdict: 'refused', status: 'older-list' })
    expect(judged).not.toHaveProperty('newest')
  })

  it('with another list of the same number is refused with the one that is known', () => {
    const judged = judgeHello(phone.peerId, valid(signed(5, [phone])), signed(5, [laptop]))
    expect(judged).toMatchObject({ verdict: 'refused', status: 'conflict', points: 5, newest: new Uint8Array([5]) })
  })

  it('with a list that its account did not sign is refused, at half a ban', () => {
    const forged = judgeHello(bea.peerId, { outcome: 'forged', why: 'another key' }, null)
    expect(forged).toEqual({ verdict: 'refused', status: 'forged', points: 50, why: 'another key' })
    const malformed = judgeHello(bea.peerId, { outcome: 'malformed', why: 'nonsense' }, null)
    expect(malformed).toEqual({ verdict: 'refused', status: 'malformed', points: 10, why: 'nonsense' })
  })
})
