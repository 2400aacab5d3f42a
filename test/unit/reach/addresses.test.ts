import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  circuitThrough,
  directOf,
  relayAddressIn,
  throughOf,
  wayOf,
  webrtcOver,
} from '../../../src/main/features/reach/addresses.ts'
import { somePeerId } from '../peers/fake-network.ts'

const relay = somePeerId()
const peer = somePeerId()
const circuit = `/ip4/5.5.5.10/tcp/4001/p2p/${relay}/p2p-circuit/p2p/${peer}`
const here = { networks: ['127.0.0.1/8', '192.168.1.7/24', 'fd00:1::7/64'], max: 8 }

function direct(addresses: readonly string[], over: Partial<typeof here> = {}): string[] {
  return directOf(peer, addresses, { ...here, ...over }).map((address) => address.replace(`/p2p/${peer}`, ''))
}

test('an address that is none goes some way', () => {
  expect(wayOf('nonsense')).toEqual({ transport: 'tcp', route: 'direct' })
})

test('a circuit is made of the address of its introducer, and WebRTC of the address of a circuit', () => {
  expect(circuitThrough('/ip4/5.5.5.10/tcp/4001', relay, peer)).toBe(circuit)
  expect(circuitThrough(`/ip4/5.5.5.10/tcp/4001/p2p/${relay}`, relay, peer)).toBe(circuit)
  expect(throughOf(circuit)).toBe(relay)
  expect(throughOf('/ip4/5.5.5.10/tcp/4001')).toBeNull()
  expect(relayAddressIn(circuit)?.address).toBe('/ip4/5.5.5.10/tcp/4001')
  expect(relayAddressIn('/ip4/5.5.5.10/tcp/4001')).toBeNull()
  const webrtc = `/ip4/5.5.5.10/tcp/4001/p2p/${relay}/p2p-circuit/webrtc/p2p/${peer}`
  expect(webrtcOver(circuit, peer)).toBe(webrtc)
  expect(webrtcOver(circuit.replace(`/p2p/${peer}`, ''), peer)).toBe(webrtc)
  expect(webrtcOver('/ip4/5.5.5.10/tcp/4001', peer)).toBeNull()
  expect(wayOf(webrtc)).toEqual({ transport: 'webrtc', route: 'direct' })
})

test('direct addresses leave out circuits, and WebRTC that needs one', () => {
  expect(direct([circuit, webrtcOver(circuit, peer) ?? '', `/webrtc/p2p/${peer}`])).toEqual([])
})

test('private addresses are tried only in networks that this device is on', () => {
  const theirs = ['/ip4/192.168.1.9/tcp/1', '/ip4/192.168.2.9/tcp/1', '/ip6/fd00:1::9/tcp/1', '/ip6/fd00:2::9/tcp/1']
  expect(direct(theirs)).toEqual(['/ip4/192.168.1.9/tcp/1', '/ip6/fd00:1::9/tcp/1'])
  expect(direct(theirs, { networks: ['nonsense', '10.0.0.1/99', '/', '1.2.3.4'] })).toEqual([])
})

test('loopback is tried only where this device has nothing else', () => {
  expect(direct(['/ip4/127.0.0.1/tcp/1'])).toEqual([])
  expect(direct(['/ip4/127.0.0.1/tcp/1'], { networks: [] })).toEqual([])
  expect(direct(['/ip4/127.0.0.1/tcp/1'], { networks: ['127.0.0.1/8', '::1/128'] })).toEqual(['/ip4/127.0.0.1/tcp/1'])
})

test('those nearby come first, then the lighter transports, each once, and no more than asked for', () => {
  const hash = 'uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ'
  const theirs = [
    `/ip4/5.5.5.1/udp/1/webrtc-direct/certhash/${hash}`,
    '/ip4/5.5.5.1/tcp/1/ws',
    '/ip4/5.5.5.1/tcp/2',
    '/ip4/192.168.1.9/tcp/2',
    '/ip4/5.5.5.1/tcp/2',
  ]
  expect(direct(theirs)).toEqual([theirs[3], theirs[2], theirs[1], theirs[0]])
  expect(direct(theirs, { max: 1 })).toEqual([theirs[3]])
})

test('whatever a peer says of where it listens, what is tried names that peer', () => {
  const plain = fc.ipV4().map((ip) => `/ip4/${ip}/tcp/1`)
  const some = fc.oneof(fc.string(), plain, fc.constant(`/ip4/5.5.5.1/tcp/1/p2p/${relay}`))
  fc.assert(
    fc.property(fc.array(some), (addresses) => {
      for (const address of directOf(peer, addresses, here)) expect(address.endsWith(`/p2p/${peer}`)).toBe(true)
    }),
  )
})
