import { expect, test } from 'vitest'
import { judgeReachability } from '../../../src/main/features/peers/reachability.ts'

const lamp = (...listening: string[]): string => judgeReachability({ listening, connections: 0, tried: [] }).lamp

const relayed = '/ip4/8.8.8.8/tcp/1/p2p/12D3KooWNFd3jaHxc7ofbBQtqhEc9W9SreNvpmLRRdm6hH3zhcpT/p2p-circuit'

test('the lamp shows the widest reach of any address', () => {
  expect(lamp()).toBe('offline')
  expect(lamp('/ip4/127.0.0.1/tcp/1', '/ip6/::1/tcp/1')).toBe('offline')
  expect(lamp('/ip4/127.0.0.1/tcp/1', '/ip4/192.168.0.2/tcp/1')).toBe('lan')
  expect(lamp('/ip4/192.168.0.2/tcp/1', relayed)).toBe('relayed')
  expect(lamp(relayed, '/ip4/9.9.9.9/tcp/1')).toBe('direct')
})

test('an address behind a carrier-wide translation is no public one', () => {
  expect(lamp('/ip4/100.64.3.4/tcp/1')).toBe('lan')
})

test('the reasons say what the lamp means, what addresses there are, and what was tried', () => {
  const { why } = judgeReachability({
    listening: ['/ip4/10.0.0.2/tcp/1', '/ip4/10.0.0.2/tcp/2/ws', '/ip4/127.0.0.1/tcp/1'],
    connections: 2,
    tried: ['UPnP: no router has given a port yet.'],
  })
  expect(why).toEqual([
    'Others can reach this device only on the same local network.',
    'Addresses: 2 private, 1 loopback.',
    'Connections now: 2.',
    'UPnP: no router has given a port yet.',
  ])
})
