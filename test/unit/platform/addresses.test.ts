import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dialable, isHere, isPublicHost, placesFrom, readAddress, worthTelling } from '../../../src/main/platform/addresses.ts'
import { PeerId } from '../../../src/shared/ids.ts'

const peerId = PeerId.parse('12D3KooWFePS6R71aj3vR2ED3yHY6beMrFcJgfPkH5Gb3KKcuDac')
const relay = '12D3KooWNFd3jaHxc7ofbBQtqhEc9W9SreNvpmLRRdm6hH3zhcpT'

test('the peer id at the end of an address is taken apart from it', () => {
  expect(readAddress(`/ip4/192.168.1.5/tcp/4001/p2p/${peerId}`)).toMatchObject({
    address: '/ip4/192.168.1.5/tcp/4001',
    peerId,
    reach: 'private',
  })
  expect(readAddress('/ip4/8.8.8.8/tcp/4001')).toMatchObject({ peerId: null, reach: 'public' })
})

test('the relay in an address stays in it', () => {
  const address = `/ip4/8.8.8.8/tcp/4001/p2p/${relay}/p2p-circuit`
  expect(readAddress(`${address}/p2p/${peerId}`)).toMatchObject({ address, peerId, reach: 'relayed' })
  expect(readAddress(address)).toMatchObject({ address, peerId: null, reach: 'relayed' })
})

test('an address that names a peer in its middle, and no circuit behind it, is none to dial', () => {
  const direct = '/ip4/8.8.8.8/tcp/4001'
  expect(readAddress(`${direct}/p2p/${relay}/p2p/${peerId}`)).toBeNull()
  // The library takes what stands there as it is, and would fail at it later.
  expect(readAddress(`${direct}/p2p/12D3KooWnonsense/p2p/${peerId}`)).toBeNull()
  expect(readAddress(`${direct}/p2p/12D3KooWnonsense/p2p-circuit/p2p/${peerId}`)).toBeNull()
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
  expect(readAddress(text)).toBeNull()
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

test('an address says where it leads, and how', () => {
  expect(readAddress(`/ip4/5.5.5.1/tcp/4001/p2p/${peerId}`)).toEqual({
    address: '/ip4/5.5.5.1/tcp/4001',
    peerId,
    reach: 'public',
    transport: 'tcp',
    route: 'direct',
    ip: '5.5.5.1',
    name: null,
    tcpPort: 4001,
  })
  expect(readAddress('/ip4/10.1.0.2/tcp/80/ws')).toMatchObject({ reach: 'private', transport: 'ws', route: 'lan' })
  expect(readAddress('/ip6/::1/tcp/80')).toMatchObject({ reach: 'loopback', route: 'local', ip: '::1' })
  expect(readAddress('/dns4/a.example/tcp/443/wss')).toMatchObject({ reach: 'public', ip: null, name: 'a.example', tcpPort: 443 })
  expect(readAddress(`/ip4/5.5.5.10/tcp/4001/p2p/${relay}/p2p-circuit/p2p/${peerId}`)).toMatchObject({ reach: 'relayed', transport: 'relay', route: 'relayed', peerId })
})

test('what is no address is none', () => {
  const wrong = ['', 'x', '/', '/ip4/1.2.3.999/tcp/1', `/p2p/${peerId}`, '/ip4/1.2.3.4/tcp/1/p2p/x']
  for (const text of [...wrong, `/${'x'.repeat(600)}`]) expect(readAddress(text)).toBeNull()
  fc.assert(fc.property(fc.string(), (text) => void readAddress(text)))
})

test('what is none to dial is left out, and the peer id at the end taken off', () => {
  expect(dialable(['nonsense', `/ip4/8.8.8.8/tcp/1/p2p/${peerId}`])).toEqual(['/ip4/8.8.8.8/tcp/1'])
})

const networks = ['127.0.0.1/8', '192.168.1.7/24', 'fd00:1::7/64', 'fe80::7/64', '169.254.3.3/16']

test.each([
  ['/ip4/5.5.5.1/tcp/1', 'far'],
  ['/ip6/2600::1/tcp/1', 'far'],
  ['/dns4/intro.example/tcp/443/wss', 'far'],
  ['/ip4/192.168.1.9/tcp/1', 'near'],
  ['/ip6/fd00:1::9/tcp/1', 'near'],
  ['/ip4/192.168.2.9/tcp/1', 'nowhere'],
  ['/ip4/127.0.0.1/tcp/1', 'nowhere'],
  ['/ip6/::1/tcp/1', 'nowhere'],
  ['/ip6/::ffff:127.0.0.1/tcp/1', 'nowhere'],
  ['/ip6/::ffff:192.168.2.9/tcp/1', 'nowhere'],
  ['/ip4/0.0.0.0/tcp/1', 'nowhere'],
  ['/ip6/::/tcp/1', 'nowhere'],
  ['/ip4/169.254.3.4/tcp/1', 'nowhere'],
  ['/ip6/fe80::9/tcp/1', 'nowhere'],
  ['/ip6zone/eth0/ip6/fe80::9/tcp/1', 'nowhere'],
  ['/ip4/224.0.0.251/tcp/1', 'nowhere'],
  ['/ip4/255.255.255.255/tcp/1', 'nowhere'],
  ['/ip6/ff02::1/tcp/1', 'nowhere'],
  ['/ip6/64:ff9b::7f00:1/tcp/1', 'nowhere'],
  ['/dns4/localhost/tcp/1', 'nowhere'],
  ['/dns4/router/tcp/1', 'nowhere'],
  ['/dns4/printer.local/tcp/1', 'nowhere'],
  ['/dns4/127.1/tcp/1', 'nowhere'],
  ['/unix/%2Ftmp%2Fsocket', 'nowhere'],
  [`/ip4/5.5.5.1/tcp/1/p2p/${relay}/p2p-circuit`, 'nowhere'],
])('a stranger who names %s leads there: %s', (address, place) => {
  const read = readAddress(address)
  expect(read === null ? 'nowhere' : placesFrom(networks)(read)).toBe(place)
})

test('loopback is near where it is the only network', () => {
  const read = readAddress('/ip4/127.0.0.1/tcp/1')
  if (read === null) throw new Error('no address')
  expect([['127.0.0.1/8'], [], networks].map((some) => placesFrom(some)(read))).toEqual(['near', 'nowhere', 'nowhere'])
})

test.each([
  ['5.5.5.10', true],
  ['2600::1', true],
  ['stun.example.org', true],
  ['stun.example.org.', true],
  ['127.0.0.1', false],
  ['10.0.0.1', false],
  ['::1', false],
  ['fd00::1', false],
  ['localhost', false],
  ['a.localhost', false],
  ['nas', false],
  ['nas.lan', false],
  ['2130706433', false],
  ['0x7f.1', false],
  ['', false],
])('the host %s is on the internet: %s', (host, isPublic) => {
  expect(isPublicHost(host)).toBe(isPublic)
})

test('whatever a host is called, it is judged', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.domain()), (host) => void isPublicHost(host)))
})

test('a dial ends at this machine also by another name of loopback, and through a relay there', () => {
  const here = [
    '/ip4/127.0.0.1/tcp/1',
    '/ip4/127.9.9.9/tcp/1',
    '/ip6/::1/tcp/1',
    '/ip6/::ffff:127.0.0.1/tcp/1',
    '/ip4/0.0.0.0/tcp/1',
    '/dns4/localhost/tcp/1',
    `/ip4/127.0.0.1/tcp/1/p2p/${relay}/p2p-circuit`,
  ]
  expect(here.filter((address) => !isHere(multiaddr(address)))).toEqual([])
  expect(isHere(multiaddr('/ip4/10.0.0.1/tcp/1'))).toBe(false)
  expect(isHere(multiaddr('/dns4/intro.example/tcp/1'))).toBe(false)
})
