import { beforeEach, describe, expect, test } from 'vitest'
import { Attendance } from '../../../src/main/features/introduction/attendance.ts'
import { OwnRecord } from '../../../src/main/features/introduction/own-record.ts'
import { Probing } from '../../../src/main/features/introduction/probing.ts'
import { type Notice, openRecord } from '../../../src/main/protocols/introduction/index.ts'
import { DAY, HOUR, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { device, idOf, peerAt } from './devices.ts'

let clock: FakeClock
beforeEach(() => {
  clock = new FakeClock()
})

describe('probing', () => {
  let dialled: string[]
  let answers: (address: string) => Promise<boolean>
  let probing: Probing
  const never = new AbortController().signal
  const from = (n: number, address = `/ip4/203.0.113.${n}/tcp/50000`) => peerAt(idOf(n), address)

  beforeEach(() => {
    dialled = []
    answers = async () => true
    probing = new Probing({
      clock,
      dialBack: (address, peerId) => {
        dialled.push(`${address} ${peerId}`)
        return answers(address)
      },
    })
  })

  test('dials the address of the connection at the ports that were named, once each', async () => {
    answers = async (address) => address.endsWith('/443')
    expect(await probing.probe(from(7), [4001, 443, 443], never)).toEqual({
      verdict: 'probed',
      results: [{ port: 4001, reached: false }, { port: 443, reached: true }],
    })
    expect(dialled).toEqual([`/ip4/203.0.113.7/tcp/4001 ${idOf(7)}`, `/ip4/203.0.113.7/tcp/443 ${idOf(7)}`])
  })

  test.each([
    ['through a relay', `/ip4/203.0.113.7/tcp/1/p2p/${idOf(9)}/p2p-circuit`, { route: 'relayed' }],
    ['over WebRTC', `/webrtc/p2p/${idOf(7)}`, {}],
    ['over UDP', '/ip4/203.0.113.7/udp/4001/webrtc-direct', {}],
    ['in memory', '/memory/1', {}],
    ['from a name', '/dns4/example.org/tcp/443', {}],
    ['from a zone of this machine', '/ip6zone/eth0/ip6/fe80::1/tcp/4001', {}],
  ] as const)('dials nobody who is connected %s', async (_how, address, over) => {
    expect(await probing.probe(peerAt(idOf(7), address, over), [22], never)).toMatchObject({ code: 'denied' })
    expect(dialled).toEqual([])
  })

  test('takes a failure, and five seconds without an answer, for a no', async () => {
    answers = async () => Promise.reject(new Error('refused'))
    expect(await probing.probe(from(1), [1], never)).toMatchObject({ results: [{ reached: false }] })
    answers = () => new Promise(() => {})
    const slow = probing.probe(from(2), [1, 2], never)
    await clock.advance(5 * SECOND)
    expect(await slow).toMatchObject({ results: [{ reached: false }, { reached: false }] })
  })

  test('ends when the exchange does', async () => {
    answers = () => new Promise(() => {})
    const stop = new AbortController()
    const outcome = probing.probe(from(1), [1], stop.signal)
    stop.abort()
    expect(await outcome).toMatchObject({ results: [{ reached: false }] })
    expect(await probing.probe(from(2), [1], stop.signal)).toMatchObject({ results: [{ reached: false }] })
  })

  test('serves a device once in 20 s', async () => {
    await probing.probe(from(1), [1], never)
    expect(await probing.probe(from(1), [1], never)).toMatchObject({ code: 'busy' })
    await clock.advance(20 * SECOND - 1)
    expect(await probing.probe(from(1), [1], never)).toMatchObject({ code: 'busy' })
    await clock.advance(1)
    expect(await probing.probe(from(1), [1], never)).toMatchObject({ verdict: 'probed' })
  })

  test('serves an address once at a time, and sixteen in all', async () => {
    answers = () => new Promise(() => {})
    const underWay = Array.from({ length: 16 }, (_, n) => probing.probe(from(n), [1], never))
    expect(await probing.probe(from(40, '/ip4/203.0.113.1/tcp/1'), [1], never)).toMatchObject({ code: 'busy' })
    expect(await probing.probe(from(41), [1], never)).toMatchObject({ code: 'busy' })
    await clock.advance(5 * SECOND)
    await Promise.all(underWay)
    answers = async () => true
    expect(await probing.probe(from(41), [1], never)).toMatchObject({ verdict: 'probed' })
  })

  test('remembers a thousand, and then serves nobody until some are forgotten', async () => {
    const probe = (n: number) => probing.probe(from(n, '/ip4/203.0.113.1/tcp/1'), [1], never)
    for (let n = 0; n < 1_000; n += 1) await probe(n)
    expect(await probe(1_000)).toMatchObject({ code: 'busy' })
    await clock.advance(20 * SECOND)
    expect(await probe(1_000)).toMatchObject({ verdict: 'probed' })
  })
})

describe('a drain', () => {
  let attendance: Attendance
  let notices: Record<string, Notice[]>
  beforeEach(() => {
    attendance = new Attendance(clock)
    notices = {}
  })

  function attend(name: string, n: number): { leave: () => void; done: Promise<void> } {
    const ended = new AbortController()
    const notify = async (notice: Notice): Promise<void> => void (notices[name] ??= []).push(notice)
    return { leave: () => ended.abort(), done: attendance.attend(idOf(n), notify, ended.signal) }
  }

  test('tells everybody, and is over when all have gone and no circuit is left', async () => {
    const [one, two] = [attend('one', 1), attend('two', 2)]
    let [circuits, isOver] = [1, false]
    void attendance.drain(60 * SECOND, () => circuits === 0).then(() => (isOver = true))
    expect(notices).toEqual({
      one: [{ kind: 'draining', withinMs: 60_000 }],
      two: [{ kind: 'draining', withinMs: 60_000 }],
    })
    one.leave()
    two.leave()
    await Promise.all([one.done, two.done])
    await clock.advance(SECOND)
    expect(isOver).toBe(false)
    circuits = 0
    await clock.advance(SECOND)
    expect(isOver).toBe(true)
  })

  test('waits for nobody longer than it said', async () => {
    attend('stays', 1)
    let isOver = false
    void attendance.drain(5 * SECOND, () => true).then(() => (isOver = true))
    await clock.advance(5 * SECOND - 1)
    expect(isOver).toBe(false)
    await clock.advance(1)
    expect(isOver).toBe(true)
  })

  test('with nobody there is over at once, and is one, however often it is asked for', async () => {
    await attendance.drain(60 * SECOND, () => true)
    expect(attendance.isDraining).toBe(true)
    await attendance.drain(60 * SECOND, () => false)
  })

  test('tells who comes later how long is left', async () => {
    attend('one', 1)
    void attendance.drain(60 * SECOND, () => true)
    await clock.advance(20 * SECOND)
    attend('late', 2)
    expect(notices['late']).toEqual([{ kind: 'draining', withinMs: 40_000 }])
  })

  test('promises no more than an hour', () => {
    attend('one', 1)
    void attendance.drain(24 * HOUR, () => true)
    expect(notices['one']).toEqual([{ kind: 'draining', withinMs: HOUR }])
  })

  test('counts a device that cannot be told as gone', async () => {
    const done = attendance.attend(idOf(1), () => Promise.reject(new Error('cut')), new AbortController().signal)
    const drained = attendance.drain(60 * SECOND, () => true)
    await done
    await clock.advance(SECOND)
    await drained
    expect(attendance.size).toBe(0)
  })

  test('a device that comes again takes the place of its older self, and everybody goes at the end', async () => {
    const [older, newer] = [attend('older', 1), attend('newer', 1)]
    await older.done
    expect(attendance.size).toBe(1)
    attendance.close()
    await newer.done
    expect(attendance.size).toBe(0)
  })

  test('a device that has gone already takes no place', async () => {
    await attendance.attend(idOf(1), async () => {}, AbortSignal.abort())
    expect(attendance.size).toBe(0)
  })
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
