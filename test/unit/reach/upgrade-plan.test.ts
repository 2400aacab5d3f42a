import { expect, test } from 'vitest'
import { planTry, relayedOnly, type TryFacts } from '../../../src/main/features/reach/upgrade-plan.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { remote, somePeerId } from '../peers/fake-network.ts'

const relay = somePeerId()
const peerId = somePeerId()
const base = `/ip4/5.5.5.10/tcp/4001/p2p/${relay}/p2p-circuit`
const circuit = (direction: 'inbound' | 'outbound') =>
  remote(peerId, { route: 'relayed', transport: 'relay', address: `${base}/p2p/${peerId}`, direction })
const webrtc = `${base}/webrtc/p2p/${peerId}`
const straight = '/ip4/5.5.5.1/tcp/4001'

function plan(over: Partial<TryFacts> = {}) {
  return planTry({
    relayed: { peerId, circuits: [circuit('outbound')] },
    addresses: [straight],
    networks: [],
    nat: 'port-restricted',
    ...over,
  })
}

test('straight to it at once, WebRTC over the circuit 400 ms later', () => {
  expect(plan()).toEqual([
    { address: `${straight}/p2p/${peerId}`, afterMs: 0, timeoutMs: 6 * SECOND, besideMs: null },
    { address: webrtc, afterMs: 400, timeoutMs: 12 * SECOND, besideMs: 3 * SECOND },
  ])
})

test('with no address to try, WebRTC does not wait', () => {
  const [only, ...others] = plan({ addresses: [] })
  expect(only).toMatchObject({ address: webrtc, afterMs: 0 })
  expect(others).toEqual([])
})

test('the side that was called leaves the other three seconds', () => {
  const relayed = { peerId, circuits: [circuit('inbound')] }
  expect(plan({ relayed }).at(-1)).toMatchObject({ address: webrtc, afterMs: 3_400 })
  expect(plan({ relayed, addresses: [] }).at(-1)).toMatchObject({ address: webrtc, afterMs: 3_000 })
})

test('of a circuit each way, the one that this side dialled counts', () => {
  const relayed = { peerId, circuits: [circuit('inbound'), circuit('outbound')] }
  expect(plan({ relayed }).at(-1)).toMatchObject({ afterMs: 400 })
})

test('where UDP is blocked there is no WebRTC; behind every other NAT it is tried', () => {
  expect(plan({ nat: 'udp-blocked' })).toHaveLength(1)
  expect(plan({ nat: 'udp-blocked', addresses: [] })).toEqual([])
  for (const nat of ['open', 'full-cone', 'symmetric', 'unknown'] as const) expect(plan({ nat })).toHaveLength(2)
})

test('whoever is only relayed and wanted is to be reached without the relay', () => {
  const [wanted, unwanted, near] = [somePeerId(), somePeerId(), somePeerId()]
  const relayed = { route: 'relayed' as const }
  const connections = [
    remote(wanted, relayed),
    remote(unwanted, relayed),
    remote(near, relayed),
    remote(near, { route: 'direct' }),
    remote(wanted, relayed),
  ]
  const found = relayedOnly(connections, (peerId) => peerId !== unwanted)
  expect(found).toEqual([{ peerId: wanted, circuits: [connections[0], connections[4]] }])
})
