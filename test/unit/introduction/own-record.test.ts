import { beforeEach, describe, expect, test } from 'vitest'
import { OwnRecord } from '../../../src/main/features/introduction/own-record.ts'
import { openRecord } from '../../../src/main/protocols/introduction/index.ts'
import { DAY } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { device, idOf } from './devices.ts'

let clock: FakeClock
beforeEach(() => {
  clock = new FakeClock()
})

describe('the own record', () => {
  let addresses: string[]
  async function ownRecord(): Promise<OwnRecord> {
    const { key, peerId } = await device(2)
    addresses = [`/ip4/8.8.8.8/tcp/4001/p2p/${peerId}`, '/ip4/8.8.8.8/tcp/4001', `/ip4/9.9.9.9/tcp/1/p2p/${idOf(9)}/p2p-circuit`]
    return new OwnRecord({
      clock,
      deviceKey: key,
      me: { peerId },
      name: () => 'Harbour',
      addresses: () => addresses,
      stun: () => ['8.8.8.8:3478'],
    })
  }

  test('says where it is, once each, and nothing through others', async () => {
    const { envelope, record } = await (await ownRecord()).current()
    expect(record).toMatchObject({ name: 'Harbour', addresses: ['/ip4/8.8.8.8/tcp/4001'], stun: ['8.8.8.8:3478'] })
    expect(record.expiresMs - record.issuedMs).toBe(30 * DAY)
    expect(await openRecord(envelope)).toEqual(record)
  })

  test('is signed once, and again when something changed or half of its time is over', async () => {
    const own = await ownRecord()
    expect(own.latest).toBeNull()
    const first = await own.current()
    await clock.advance(15 * DAY - 1)
    expect(await own.current()).toBe(first)
    await clock.advance(1)
    const second = await own.current()
    expect(second.record.issuedMs).toBe(clock.nowMs())
    addresses = ['/ip4/8.8.4.4/tcp/4001']
    const third = await own.current()
    expect(third.record.addresses).toEqual(addresses)
    expect(own.latest).toBe(third)
  })

  test('is signed again when the clock was ahead before', async () => {
    const own = await ownRecord()
    await own.current()
    clock.jump(-400 * DAY)
    expect((await own.current()).record.issuedMs).toBe(clock.nowMs())
  })
})
