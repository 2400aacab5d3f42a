import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, expect, test } from 'vitest'
import { MODE_HOLD_MS } from '../../../src/main/node/dht-mode.ts'
import { KeptTable } from '../../../src/main/node/dht-persist.ts'
import { keyOf } from '../../../src/main/node/dht-records.ts'
import { KAD_PROTOCOL } from '../../../src/main/node/services.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { nearest, placeOfPeer } from '../../../src/main/features/names/index.ts'
import { placeOfKey } from '../../../src/main/node/dht-records.ts'
import { eventually } from '../../helpers/eventually.ts'
import { asOne, closeAll, counting, dhtNode, numbered, type DhtNode } from './dht-nodes.ts'

const nodes: DhtNode[] = []
afterEach(() => closeAll(nodes.splice(0)))

const soon = () => AbortSignal.timeout(30_000)

async function add(options: Parameters<typeof dhtNode>[0] = {}): Promise<DhtNode> {
  const node = await dhtNode(options)
  nodes.push(node)
  return node
}

test('the routing table survives a restart: nobody has to dial this device, or be told to it', async () => {
  const first = await dhtNode({ transport: 'tcp' })
  const others = [await add({ transport: 'tcp' }), await add({ transport: 'tcp' }), await add({ transport: 'tcp' })]
  await asOne([first, ...others])
  const { database, deviceKey } = first
  await first.close()
  expect(new KeptTable(database).all().map(({ peerId }) => peerId).toSorted()).toEqual(others.map(({ peerId }) => peerId).toSorted())
  for (const other of others) await eventually('it is gone', () => other.libp2p.getConnections(first.libp2p.peerId).length === 0)

  const again = await add({ transport: 'tcp', database, deviceKey })
  expect(again.libp2p.getConnections()).toEqual([])
  await eventually('all are back', () => again.dht.known().length === 3)
  again.dht.keep('latch-zone', counting())
  const key = keyOf('latch-zone', 'ab'.repeat(32))
  for (const other of others) other.dht.keep('latch-zone', counting())
  expect(await again.dht.put(key, numbered(1), soon())).toEqual({ held: 3, asked: 3 })
})

test('those of the last time who are gone hold nothing up, and are remembered for the next time', async () => {
  const first = await dhtNode({ transport: 'tcp' })
  const [stays, goes] = [await add({ transport: 'tcp' }), await dhtNode({ transport: 'tcp' })]
  await asOne([first, stays, goes])
  const { database, deviceKey } = first
  await first.close()
  await goes.close()
  const again = await dhtNode({ transport: 'tcp', database, deviceKey })
  await eventually('the one that stays', () => again.dht.known().includes(stays.peerId))
  expect(again.dht.known()).toEqual([stays.peerId])
  await again.close()
  expect(new KeptTable(database).all().map(({ peerId }) => peerId).toSorted()).toEqual([stays.peerId, goes.peerId].toSorted())
})

test('twenty-four devices that know one of them come to know those near them, and hold what lies near', { timeout: 120_000 }, async () => {
  const keepers = new Map<string, ReturnType<typeof counting>>()
  for (let index = 0; index < 24; index += 1) {
    const node = await add()
    const keeper = counting()
    node.dht.keep('latch-zone', keeper)
    keepers.set(node.peerId, keeper)
  }
  await asOne(nodes, 20)
  const key = keyOf('latch-zone', 'ef'.repeat(32))
  const put = await nodes[5]?.dht.put(key, numbered(1), soon())
  // Of 23 others the twenty nearest, less who was too slow to be waited for.
  expect(put?.held).toBeGreaterThanOrEqual(15)
  const all = nodes.map(({ peerId }) => peerId).filter((peerId) => peerId !== nodes[5]?.peerId)
  const holders = [...keepers].filter(([, { kept }]) => kept.size > 0).map(([peerId]) => peerId)
  const ideal = nearest(placeOfKey(key), all, placeOfPeer, 20)
  expect(ideal.filter((peerId) => holders.includes(peerId)).length).toBeGreaterThanOrEqual(13)
  for (const node of [nodes[0], nodes[11], nodes[23]]) {
    const found = []
    for await (const { bytes } of node?.dht.find(key, soon()) ?? []) {
      found.push(new TextDecoder().decode(bytes))
      break
    }
    expect(found).toEqual(['1'])
  }
})

/** The system's, but for the wait of a decision: that is the test's to end. */
function impatient(): Clock & { hold(): void } {
  const held: (() => void)[] = []
  return {
    ...systemClock,
    after: (delayMs, run) => {
      if (delayMs !== MODE_HOLD_MS) return systemClock.after(delayMs, run)
      held.push(run)
      return () => void held.splice(held.indexOf(run), 1)
    },
    hold: () => {
      for (const run of held.splice(0)) run()
    },
  }
}

test('a device that nobody can reach only asks; it is asked too when it can be reached, and says why', async () => {
  const clock = impatient()
  const hub = await add({ transport: 'tcp' })
  const one = await add({ transport: 'tcp', clock })
  const { transportManager } = one.annex.components
  expect(one.dht.mode()).toMatchObject({ mode: 'server', why: expect.stringMatching(/this machine/) })
  await eventually('it is served', () => one.libp2p.getProtocols().includes(KAD_PROTOCOL))
  await asOne([hub, one])

  const listeners = transportManager.getListeners()
  await Promise.all(listeners.map((listener) => listener.close()))
  await eventually('it listens nowhere', () => one.libp2p.getMultiaddrs().length === 0)
  await hub.libp2p.hangUp(one.libp2p.peerId)
  await eventually('it only asks', () => {
    clock.hold()
    return one.dht.mode().mode === 'client'
  })
  expect(one.dht.mode().why).toMatch(/cannot reach/)
  await eventually('it is not served', () => !one.libp2p.getProtocols().includes(KAD_PROTOCOL))
  // It asks all the same.
  await one.libp2p.dial(hub.libp2p.getMultiaddrs())
  const hubKeeper = counting()
  hub.dht.keep('latch-zone', hubKeeper)
  one.dht.keep('latch-zone', counting())
  expect(await one.dht.put(keyOf('latch-zone', 'ab'.repeat(32)), numbered(1), soon())).toEqual({ held: 1, asked: 1 })

  await transportManager.listen([multiaddr('/ip4/127.0.0.1/tcp/0')])
  await eventually('it is asked again', () => {
    clock.hold()
    return one.dht.mode().mode === 'server'
  })
  await eventually('it is served again', () => one.libp2p.getProtocols().includes(KAD_PROTOCOL))
})
