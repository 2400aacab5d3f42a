import { expect, test } from 'vitest'
import { Whereabouts } from '../../../src/main/node/whereabouts.ts'
import type { NetworkEvent } from '../../../src/main/features/peers/index.ts'
import { Feed } from '../../../src/main/platform/feed.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { peer } from '../names/resolver-world.ts'

const HOME = '/ip4/192.168.1.20/tcp/4001'
const ELSEWHERE = '/ip4/172.16.5.5/tcp/4001'
const PUBLIC = '/ip4/5.5.5.10/tcp/4001'
const LOOPBACK = '/ip4/127.0.0.1/tcp/6379'
const circuit = (relay: string): string => `${relay}/p2p/${peer(7)}/p2p-circuit`
const held = `/p2p/${peer(7)}/p2p-circuit`
const all = [PUBLIC, HOME, ELSEWHERE, LOOPBACK].flatMap((one) => [one, circuit(one)])

function at(listening: readonly string[], ...connections: readonly (readonly [RemotePeer['route'], string])[]) {
  const open = connections.map(([route, address], index): RemotePeer => {
    return { peerId: peer(index + 1), connection: String(index), route, transport: 'tcp', address, direction: 'outbound', circuit: null }
  })
  const feed = new Feed<NetworkEvent>(() => {})
  const network = {
    about: () => Promise.reject(new Error('nothing is known')),
    connections: () => open,
    listening: () => [...listening],
    subscribe: (listener: (event: NetworkEvent) => void) => feed.subscribe(listener),
  }
  return new Whereabouts({ network, log: silentLog, networks: () => ['192.168.1.0/24'] })
}

const stranger = ['direct', '/ip4/5.5.5.99/tcp/4001'] as const
const neighbour = ['lan', '/ip4/192.168.1.7/tcp/4001'] as const

test('whoever owns a name has this device dial no machine of its own network, nor a service of its own, unless it is among neighbours', () => {
  expect(at([HOME], stranger).worthDialling(all)).toEqual([PUBLIC, circuit(PUBLIC)])
  expect(at([HOME], stranger, neighbour).worthDialling(all)).toEqual([PUBLIC, circuit(PUBLIC), HOME, circuit(HOME)])
})

test('a device that is connected with nobody, or listens nowhere, dials no service of its own either', () => {
  for (const one of [at([HOME]), at([]), at([], stranger)]) expect(one.worthDialling(all)).toEqual([PUBLIC, circuit(PUBLIC)])
})

test('where this machine is all that there is, what is on it is dialled', () => {
  const local = ['local', '/ip4/127.0.0.1/tcp/9'] as const
  const here = [PUBLIC, circuit(PUBLIC), LOOPBACK, circuit(LOOPBACK)]
  expect(at(['/ip4/127.0.0.1/tcp/4001']).worthDialling([PUBLIC, circuit(PUBLIC), LOOPBACK, circuit(LOOPBACK)])).toEqual(here)
  expect(at([], local).worthDialling([LOOPBACK])).toEqual([LOOPBACK])
  expect(at(['/memory/one']).worthDialling(['/memory/two'])).toEqual(['/memory/two'])
})

test('a circuit over a relay that is connected already leads nowhere else, and what is no address nowhere at all', () => {
  expect(at([HOME], stranger).worthDialling([held, '', 'no address', '/ip4/0.0.0.0/tcp/1', '/dns4/localhost/tcp/1', '/unix/tmp'])).toEqual([held])
})

test('others are told public addresses, and of a private network those alone who are in it, of a circuit by its relay', () => {
  const whereabouts = at([HOME], stranger, neighbour, ['relayed', circuit(HOME)])
  const told = (asker: PeerId): string[] => all.filter((address) => whereabouts.mayTell(address, asker))
  expect(told(peer(1))).toEqual([PUBLIC, circuit(PUBLIC)])
  expect(told(peer(2))).toEqual([PUBLIC, circuit(PUBLIC), HOME, circuit(HOME)])
  expect(told(peer(3))).toEqual([PUBLIC, circuit(PUBLIC)])
  expect(told(peer(9))).toEqual([PUBLIC, circuit(PUBLIC)])
})
