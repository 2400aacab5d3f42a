import { expect, test } from 'vitest'
import { addressOf, parseAddress, worthTelling } from '../../../src/main/features/peers/addresses.ts'
import { PeerId } from '../../../src/shared/ids.ts'

const peerId = PeerId.parse('12D3KooWFePS6R71aj3vR2ED3yHY6beMrFcJgfPkH5Gb3KKcuDac')
const relay = '12D3KooWNFd3jaHxc7ofbBQtqhEc9W9SreNvpmLRRdm6hH3zhcpT'

test('the peer id at the end of an address is taken apart from it', () => {
  expect(parseAddress(`/ip4/192.168.1.5/tcp/4001/p2p/${peerId}`)).toEqual({
    address: '/ip4/192.168.1.5/tcp/4001',
    peerId,
    reach: 'private',
  })
  expect(parseAddress('/ip4/8.8.8.8/tcp/4001')).toMatchObject({ peerId: null, reach: 'public' })
})

test('the relay in an address stays in it', () => {
  const address = `/ip4/8.8.8.8/tcp/4001/p2p/${relay}/p2p-circuit`
  expect(parseAddress(`${address}/p2p/${peerId}`)).toEqual({ address, peerId, reach: 'relayed' })
  expect(parseAddress(address)).toEqual({ address, peerId: null, reach: 'relayed' })
})

test.each([
  ['nothing', ''],
  ['a host name', 'example.org:4001'],
  ['nonsense after a slash', '/nonsense/x'],
  ['a port out of range', '/ip4/127.0.0.1/tcp/99999'],
  ['only a peer id', `/p2p/${peerId}`],
  ['a peer id that is none', '/ip4/127.0.0.1/tcp/1/p2p/12D3KooW'],
  ['an endless one', '/ip4/127.0.0.1/tcp/1'.repeat(1_000)],
])('%s is no address', (_what, text) => {
  expect(parseAddress(text)).toBeNull()
})

test('what is parsed can be put together again', () => {
  const text = `/ip6/::1/tcp/4001/ws/p2p/${peerId}`
  const parsed = parseAddress(text)
  expect(addressOf(peerId, parsed?.address ?? '')).toBe(text)
})

test('public addresses are told before relayed and private ones, and loopback only where there is nothing else', () => {
  const lan = '/ip4/10.0.0.1/tcp/1'
  const open = '/ip4/8.8.8.8/tcp/1'
  const relayed = `/ip4/8.8.4.4/tcp/1/p2p/${relay}/p2p-circuit`
  const loopback = '/ip4/127.0.0.1/tcp/1'
  expect(worthTelling([loopback, lan, relayed, open, open], 8)).toEqual([open, relayed, lan])
  expect(worthTelling([loopback, lan, relayed, open], 2)).toEqual([open, relayed])
  expect(worthTelling([loopback, 'nonsense'], 8)).toEqual([loopback])
})
