import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { announced } from '../../../src/main/node/announce.ts'
import { portOf, withPort } from '../../../src/main/node/listening.ts'

const listening = [
  '/ip4/10.0.0.2/tcp/4001/p2p/12D3KooWFePS6R71aj3vR2ED3yHY6beMrFcJgfPkH5Gb3KKcuDac',
  '/ip4/127.0.0.1/tcp/4002/ws',
  '/ip6/::1/tcp/4003',
  '/ip4/10.0.0.2/udp/4004/webrtc-direct/certhash/uEiCePYQ43pvU7V-fcW1avJjdhfnPim_Sjh3Ancg9aYcDWA',
].map((address) => multiaddr(address))

test('a wish for any port takes the one that it got last time', () => {
  const ports = new Map([['/ip4/0.0.0.0/tcp/0/ws', 4002]])
  expect(withPort('/ip4/0.0.0.0/tcp/0/ws', ports)).toBe('/ip4/0.0.0.0/tcp/4002/ws')
  expect(withPort('/ip4/0.0.0.0/tcp/0', ports)).toBe('/ip4/0.0.0.0/tcp/0')
  expect(withPort('/ip4/0.0.0.0/tcp/5000', ports)).toBe('/ip4/0.0.0.0/tcp/5000')
})

test('what a wish came to is found by its transport and family', () => {
  expect(portOf('/ip4/0.0.0.0/tcp/0', listening)).toBe(4001)
  expect(portOf('/ip4/0.0.0.0/tcp/0/ws', listening)).toBe(4002)
  expect(portOf('/ip6/::/tcp/0', listening)).toBe(4003)
  expect(portOf('/ip4/0.0.0.0/udp/0/webrtc-direct', listening)).toBe(4004)
})

test('a wish that nothing listens for is told from one that came to another port', () => {
  expect(portOf('/ip4/0.0.0.0/tcp/4001', listening)).toBe(4001)
  expect(portOf('/ip4/0.0.0.0/tcp/9999', listening)).toBeNull()
  expect(portOf('/ip6/::/tcp/0/ws', listening)).toBeNull()
})

test('loopback and link-local addresses are told only where there are no others', () => {
  const of = (...texts: string[]): string[] => announced(texts.map((text) => multiaddr(text))).map(String)
  const lan = '/ip4/10.0.0.2/tcp/1'
  expect(of('/ip4/127.0.0.1/tcp/1', '/ip6/fe80::1/tcp/1', lan)).toEqual([lan])
  expect(of('/ip4/127.0.0.1/tcp/1', '/ip6/::1/tcp/1')).toEqual(['/ip4/127.0.0.1/tcp/1', '/ip6/::1/tcp/1'])
})
