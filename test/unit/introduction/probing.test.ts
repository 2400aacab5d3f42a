import { beforeEach, describe, expect, test } from 'vitest'
import { Probing } from '../../../src/main/features/introduction/probing.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { idOf, peerAt } from './devices.ts'

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
