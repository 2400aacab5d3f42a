import { describe, expect, test } from 'vitest'
import { Buckets, subnetOf } from '../../../src/main/features/door/buckets.ts'
import { MAX_BUCKETS } from '../../../src/main/features/door/limits.ts'

describe('a token bucket', () => {
  test('gives its burst at once and then its rate', () => {
    const buckets = new Buckets({ burst: 3, perSecond: 2 })
    const take = (nowMs: number): string => buckets.take('a', nowMs)
    expect([take(0), take(0), take(0), take(0)]).toEqual(['taken', 'taken', 'taken', 'empty'])
    expect([take(499), take(500), take(500)]).toEqual(['empty', 'taken', 'empty'])
  })

  test('of one key leaves the others full, and none grows above its burst', () => {
    const buckets = new Buckets({ burst: 1, perSecond: 1 })
    buckets.take('a', 0)
    expect(buckets.take('b', 0)).toBe('taken')
    expect([buckets.take('a', 1_000_000), buckets.take('a', 1_000_000)]).toEqual(['taken', 'empty'])
  })

  test('charges more to whom it is told to', () => {
    const buckets = new Buckets({ burst: 7, perSecond: 1 })
    expect([buckets.take('a', 0, 4), buckets.take('a', 0, 4), buckets.take('a', 0, 3)]).toEqual([
      'taken',
      'empty',
      'taken',
    ])
  })

  test('keeps a bounded number of keys, and the empty ones among them longest', () => {
    const buckets = new Buckets({ burst: 1, perSecond: 1 })
    for (let n = 0; n < 3 * MAX_BUCKETS; n++) buckets.take(`key ${n}`, n)
    expect(buckets.size).toBeLessThanOrEqual(MAX_BUCKETS)
    expect(buckets.take(`key ${3 * MAX_BUCKETS - 1}`, 3 * MAX_BUCKETS)).toBe('empty')
  })
})

describe('the bucket that an address shares', () => {
  test.each([
    ['/ip4/5.6.7.8/tcp/4001', '5.6.7.0/24'],
    ['/ip4/5.6.7.250/udp/4001/webrtc-direct', '5.6.7.0/24'],
    ['/ip4/192.168.1.20/tcp/1', '192.168.1.20'],
    ['/ip4/10.0.0.1/tcp/1', '10.0.0.1'],
    ['/ip4/172.20.0.1/tcp/1', '172.20.0.1'],
    ['/ip4/127.0.0.1/tcp/1', null],
    ['/memory/abc', null],
    ['/ip6/::1/tcp/1', null],
    ['/ip6/2001:db8:1:2::5/tcp/1', '2001:db8:1::/48'],
    ['/ip6/2001:db8:1:ffff:1:2:3:4/tcp/1', '2001:db8:1::/48'],
    ['/ip6/::ffff:5.6.7.8/tcp/1', '5.6.7.0/24'],
    ['/ip6/::ffff:506:708/tcp/1', '5.6.7.0/24'],
    ['/ip6zone/eth0/ip6/fe80::1/tcp/1', 'fe80:0:0:0:0:0:0:1'],
    ['/ip4/5.6.7.8/tcp/1/p2p/12D3/p2p-circuit/p2p/12D3', 'relayed by 5.6.7.0/24'],
    ['/webrtc/p2p/12D3', 'no address'],
  ])('%s: %s', (address, subnet) => {
    expect(subnetOf(address)).toBe(subnet)
  })
})
