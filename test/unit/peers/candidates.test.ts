import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { candidatesOf, inOrder, type Here } from '../../../src/main/features/peers/candidates.ts'
import { somePeerId } from './fake-network.ts'

const peer = somePeerId()
const [near, far] = [somePeerId(), somePeerId()]

const me = somePeerId()

const athome: Here = {
  me,
  listening: ['/ip4/192.168.1.4/tcp/4001', '/ip6/fd00:1:2::4/tcp/4001', `/ip4/10.9.9.9/tcp/1/p2p/${near}/p2p-circuit`],
  connected: (introducer) => introducer === near,
  isChosen: () => false,
}
const alone: Here = { me, listening: ['/ip4/127.0.0.1/tcp/4001'], connected: () => false, isChosen: () => false }

const ordered = (addresses: string[], here = athome): string[] =>
  inOrder(candidatesOf(peer, addresses, here)).map(({ address }) => address)

test('addresses are tried nearest first, the lighter transport first, introducers last', () => {
  const best = [
    '/ip4/192.168.1.9/tcp/4001',
    '/ip4/192.168.1.9/udp/4001/webrtc-direct',
    '/ip4/5.5.5.5/tcp/4001',
    '/ip4/5.5.5.5/tcp/4002/ws',
    '/dns4/example.org/tcp/443/tls/ws',
    '/ip4/5.5.5.5/udp/4001/webrtc-direct',
    '/ip4/10.3.4.5/tcp/4001',
    `/ip4/6.6.6.6/tcp/1/p2p/${near}/p2p-circuit`,
    `/ip4/7.7.7.7/tcp/1/p2p/${far}/p2p-circuit`,
  ]
  expect(ordered(best.toReversed()).filter((one) => !one.includes('ws'))).toEqual(best.filter((one) => !one.includes('ws')))
  expect(ordered(best)).toEqual(best)
})

test.each([
  ['/ip4/192.168.1.9/tcp/1', true],
  ['/ip4/192.168.2.9/tcp/1', false],
  ['/ip6/fd00:1:2::9/tcp/1', true],
  ['/ip6/fd00:1:3::9/tcp/1', false],
  ['/ip4/10.9.9.8/tcp/1', false],
])('a private address is near only in a network of this device: %s', (address, isNear) => {
  const order = ordered([address, '/ip4/5.5.5.5/tcp/1'])
  expect(order.indexOf(address)).toBe(isNear ? 0 : 1)
})

test('loopback is dialled only where the peer can be on this machine', () => {
  const loopback = '/ip4/127.0.0.1/tcp/4001'
  expect(ordered([loopback, '/ip4/5.5.5.5/tcp/1'])).toEqual(['/ip4/5.5.5.5/tcp/1'])
  expect(ordered([loopback])).toEqual([loopback])
  expect(ordered([loopback, `/ip4/6.6.6.6/tcp/1/p2p/${near}/p2p-circuit`])[0]).toBe(loopback)
  expect(ordered([loopback, '/ip4/5.5.5.5/tcp/1'], alone)[0]).toBe(loopback)
})

test('IPv6 and IPv4 take turns, as either may be broken', () => {
  const of = (family: string, count: number): string[] => Array.from({ length: count }, (_, at) => `/${family}/tcp/${at + 1}`)
  const [six, four] = [of('ip6/2600::1', 2), of('ip4/5.5.5.5', 4)]
  expect(ordered([...four, ...six])).toEqual([six[0], four[0], six[1], four[1], four[2], four[3]])
})

test('of one kind, what worked last stays first', () => {
  const given = ['/ip4/5.5.5.5/tcp/9', '/ip4/5.5.5.5/tcp/1', '/ip4/5.5.5.5/tcp/5']
  expect(ordered(given)).toEqual(given)
})

test('what can never be dialled is left out, and nothing is tried twice', () => {
  const useless = [
    `/ip4/6.6.6.6/tcp/1/p2p/${near}/p2p-circuit/webrtc`,
    '/ip4/5.5.5.5/udp/1/quic-v1',
    '/ip4/5.5.5.5/udp/1/quic-v1/webtransport',
    `/ip4/5.5.5.5/tcp/1/p2p/${far}`,
    '/ip4/5.5.5.5',
    `/ip4/6.6.6.6/tcp/1/p2p/${me}/p2p-circuit`,
    'nonsense',
    '',
  ]
  expect(ordered(useless)).toEqual([])
  expect(ordered(['/ip4/5.5.5.5/tcp/1', `/ip4/5.5.5.5/tcp/1/p2p/${peer}`])).toEqual(['/ip4/5.5.5.5/tcp/1'])
})

test.each(['/ip4/127.0.0.1', '/ip4/127.8.8.8', '/ip6/::1', '/ip6/::ffff:127.0.0.1', '/ip4/0.0.0.0', '/dns4/localhost'])(
  'a relay on this machine, %s, is dialled only where it can be ours',
  (host) => {
    const through = (relay: typeof near): string => multiaddr(`${host}/tcp/22/p2p/${relay}/p2p-circuit`).toString()
    // Whoever is only known by circuits is not thereby on this machine.
    expect(ordered([through(far)])).toEqual([])
    expect(ordered([through(far), '/ip4/127.0.0.1/tcp/1'])).toEqual(['/ip4/127.0.0.1/tcp/1'])
    expect(ordered([through(near)])).toEqual([through(near)])
    expect(ordered([through(far)], alone)).toEqual([through(far)])
    expect(ordered([through(far)], { ...athome, isChosen: (address) => address === through(far) })).toEqual([through(far)])
  },
)

test('this machine by another of its addresses is dialled no more than by 127.0.0.1', () => {
  const ours = ['/ip4/0.0.0.0/tcp/22', '/ip6/::ffff:127.0.0.1/tcp/22', '/dns4/localhost/tcp/22']
  expect(ordered([...ours, '/ip4/5.5.5.5/tcp/1'])).toEqual(['/ip4/5.5.5.5/tcp/1'])
})
