import { describe, expect, test } from 'vitest'
import { judgeReachability } from '../../../src/main/features/peers/reachability.ts'

const lamp = (...listening: string[]): string => judgeReachability({ listening, places: [], connections: 0, tried: [] }).lamp

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
    places: [],
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

describe('a place at an introducer', () => {
  const judge = (listening: string[], ...places: string[]) =>
    judgeReachability({ listening, places, connections: 0, tried: [] })

  test('lights the lamp half, before there is an address for it', () => {
    expect(judge(['/ip4/192.168.0.2/tcp/1'], 'Harbor').lamp).toBe('relayed')
    expect(judge(['/ip4/127.0.0.1/tcp/1'], 'Harbor').lamp).toBe('relayed')
  })

  test('does not dim a device that is reached directly', () => {
    expect(judge(['/ip4/9.9.9.9/tcp/1'], 'Harbor').lamp).toBe('direct')
  })

  test.each([
    [['Harbor'], 'A place is held at “Harbor”.'],
    [['Harbor', 'Lighthouse'], 'A place is held at “Harbor” and “Lighthouse”.'],
    [[''], 'A place is held at an introducer.'],
    [['Harbor', 'Lighthouse', 'Pier', 'Quay'], 'A place is held at “Harbor”, “Lighthouse” and 2 more.'],
  ])('is named: %j', (places, sentence) => {
    expect(judge([relayed], ...places).why).toContain(sentence)
  })
})
