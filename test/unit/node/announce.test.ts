import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { announced } from '../../../src/main/node/announce.ts'
import { somePeerId } from '../peers/fake-network.ts'

const [relay, other] = [somePeerId(), somePeerId()]
const told = (...addresses: string[]): string[] => announced(addresses.map((one) => multiaddr(one))).map(String)
const through = (peerId: string, host = '/ip4/5.5.5.5/tcp/1') => `${host}/p2p/${peerId}/p2p-circuit`

test('loopback and link-local addresses are told where there is nothing else', () => {
  expect(told('/ip4/127.0.0.1/tcp/1')).toEqual(['/ip4/127.0.0.1/tcp/1'])
  expect(told('/ip4/127.0.0.1/tcp/1', '/ip6/fe80::1/tcp/1', '/ip4/10.0.0.4/tcp/1')).toEqual(['/ip4/10.0.0.4/tcp/1'])
})

test('own addresses come before those by way of introducers', () => {
  expect(told(through(relay), '/ip4/10.0.0.4/tcp/1')).toEqual(['/ip4/10.0.0.4/tcp/1', through(relay)])
})

test('how two meet over a circuit is told to nobody', () => {
  expect(told(through(relay), `${through(relay)}/webrtc`)).toEqual([through(relay)])
})

test('an introducer with many addresses does not crowd out another, and is told by those that most can dial', () => {
  const many = Array.from({ length: 40 }, (_, at) => through(relay, `/ip4/10.0.0.${at + 1}/tcp/1`))
  const open = through(relay)
  const addresses = told(...many, through(relay, '/ip4/5.5.5.5/tcp/443/ws'), open, through(other))
  expect(addresses.filter((one) => one.includes(relay))).toHaveLength(4)
  expect(addresses.slice(0, 2)).toEqual([open, through(relay, '/ip4/5.5.5.5/tcp/443/ws')])
  expect(addresses).toContain(through(other))
})
