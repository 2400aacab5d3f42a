import { expect, test } from 'vitest'
import { leads, MAX_ADDRESSES_OF_ONE, passable, type Other } from '../../../src/main/node/dht-addresses.ts'

const NETWORKS = ['192.168.1.0/24', '10.8.0.0/16', 'fd00:1::/64']
const HOME = '/ip4/192.168.1.20/tcp/4001'
const OFFICE = '/ip4/10.8.3.4/tcp/4001'
const ELSEWHERE = '/ip4/172.16.5.5/tcp/4001'
const PUBLIC = '/ip4/5.5.5.10/tcp/4001'
const NAMED = '/dns4/relay.example.org/tcp/443/wss'
const LOOPBACK = '/ip4/127.0.0.1/tcp/4001'
const MEMORY = '/memory/one'
const RELAY = '12D3KooWGjMCbfM9dVm6HfWY2eBDHGWUjPBcDUDsYLhBxWVpqoKB'
const all = [HOME, OFFICE, ELSEWHERE, PUBLIC, NAMED, LOOPBACK, MEMORY]

const on = (route: Other['route'], ip: string | null = null): Other => ({ route, ip })

test('somebody on the internet is told of public addresses and no others, and believed no others', () => {
  expect(passable(all, on('direct', '5.5.5.99'), NETWORKS)).toEqual([PUBLIC, NAMED])
})

test('somebody in one of our private networks is told of that one, and not of another one that this device is in too', () => {
  expect(passable(all, on('lan', '192.168.1.7'), NETWORKS)).toEqual([HOME, PUBLIC, NAMED])
  expect(passable(all, on('lan', '10.8.200.1'), NETWORKS)).toEqual([OFFICE, PUBLIC, NAMED])
  expect(passable(['/ip6/fd00:1::9/tcp/1', HOME], on('lan', 'fd00:1::7'), NETWORKS)).toEqual(['/ip6/fd00:1::9/tcp/1'])
})

test('a private address that comes from a network this device is not in says nothing', () => {
  expect(passable(all, on('lan', '172.16.5.9'), NETWORKS)).toEqual([PUBLIC, NAMED])
  expect(passable(all, on('lan', null), NETWORKS)).toEqual([PUBLIC, NAMED])
})

test('programs of one machine tell each other all that leads somewhere from it', () => {
  expect(passable(all, on('local', '127.0.0.1'), NETWORKS)).toEqual([HOME, OFFICE, PUBLIC, NAMED, LOOPBACK, MEMORY])
})

test('through a relay nobody shows where they are, so nothing private passes', () => {
  expect(passable(all, on('relayed', '192.168.1.7'), NETWORKS)).toEqual([PUBLIC, NAMED])
})

test('of a circuit, it is where its relay is that counts', () => {
  const circuits = [PUBLIC, HOME, LOOPBACK].map((relay) => `${relay}/p2p/${RELAY}/p2p-circuit`)
  expect(passable(circuits, on('direct', '5.5.5.99'), NETWORKS)).toEqual(circuits.slice(0, 1))
  expect(passable(circuits, on('lan', '192.168.1.7'), NETWORKS)).toEqual(circuits.slice(0, 2))
})

test('what is no address, is nobody’s or leads to a name of a private network passes to nobody', () => {
  const wrong = ['', 'no address', '/ip4/999.1.1.1/tcp/1', '/ip4/0.0.0.0/tcp/1', '/ip4/224.0.0.1/tcp/1', '/dns4/localhost/tcp/1', '/dns4/printer.local/tcp/1', `/ip4/5.5.5.5/tcp/1/${'x'.repeat(600)}`]
  for (const route of ['local', 'lan', 'direct', 'relayed'] as const) expect(passable(wrong, on(route, '192.168.1.7'), NETWORKS)).toEqual([])
})

test('of one device no more than eight addresses pass, each once', () => {
  const many = Array.from({ length: 50 }, (_, index) => `/ip4/5.5.5.${index}/tcp/1`)
  expect(passable([...many.slice(0, 2), ...many], on('direct', '5.5.5.99'), [])).toEqual(many.slice(0, MAX_ADDRESSES_OF_ONE))
})

test('an address that was kept is dialled where it leads somewhere from here', () => {
  expect([PUBLIC, HOME, ELSEWHERE, LOOPBACK].filter((one) => leads(one, [HOME], NETWORKS))).toEqual([PUBLIC, HOME])
  // In another network the same private address is somebody else's machine.
  expect([PUBLIC, HOME, OFFICE].filter((one) => leads(one, [OFFICE], ['10.8.0.0/16']))).toEqual([PUBLIC, OFFICE])
  // A machine without a network of its own: tests, a demonstration.
  expect([LOOPBACK, MEMORY].filter((one) => leads(one, [LOOPBACK], []))).toEqual([LOOPBACK, MEMORY])
})
