import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Components } from '../../../src/main/node/annex.ts'
import { asText, Ways } from '../../../src/main/node/dht-ways.ts'
import { KAD_PROTOCOL } from '../../../src/main/node/services.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

/** What is under way in the connection manager: each ends when the test says so. */
let dials: { readonly addresses: readonly string[]; readonly fail: () => void }[]
/** What devices said of themselves. */
let stored: Map<string, readonly string[]>
let ways: Ways

const device = async () => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
const publicAddress = (host: number): string => `/ip4/93.184.216.${host}/tcp/4001`

beforeEach(() => {
  dials = []
  stored = new Map()
  const components = {
    connectionManager: {
      getConnections: () => [],
      openConnection: (addresses: readonly { toString(): string }[]) =>
        new Promise((_, reject) => {
          dials.push({ addresses: addresses.map(String), fail: () => reject(new Error('nobody there')) })
        }),
    },
    peerStore: {
      get: async (peerId: { toString(): string }) => ({
        addresses: (stored.get(peerId.toString()) ?? []).map((address) => ({ multiaddr: multiaddr(address) })),
      }),
    },
    addressManager: { getAddresses: () => [multiaddr(publicAddress(1))] },
  } as unknown as Components
  ways = new Ways({ components, clock: new FakeClock(), networks: () => [] })
})

afterEach(() => {
  for (const { fail } of dials) fail()
})

async function reach(signal: AbortSignal): Promise<string> {
  const peerId = await device()
  ways.heard(asText(peerId), [publicAddress(2)])
  return ways.connectionManager.openStream(peerId, KAD_PROTOCOL, { signal }).then(
    () => 'opened',
    (error: unknown) => String(error),
  )
}

test('of those who wait for a dial, the ones that gave up keep no turn from the ones that still wait', async () => {
  const first = Array.from({ length: 8 }, () => reach(new AbortController().signal))
  await eventually('eight dials', () => dials.length === 8)
  const giveUp = new AbortController()
  const impatient = Array.from({ length: 20 }, () => reach(giveUp.signal))
  const patient = reach(new AbortController().signal)
  await eventually('they wait', async () => (await Promise.race([patient, Promise.resolve('waits')])) === 'waits')
  giveUp.abort(new Error('gave up'))
  expect(new Set(await Promise.all(impatient))).toEqual(new Set(['Error: gave up']))
  for (const { fail } of dials.splice(0)) fail()
  await Promise.all(first)
  await eventually('the one that still waits is dialled', () => dials.length === 1)
  dials[0]?.fail()
  expect(await patient).toBe('Error: nobody there')
})

test('what others say of a device drives out nothing of what it said of itself', async () => {
  const peerId = await device()
  stored.set(peerId.toString(), [publicAddress(7)])
  for (let host = 10; host < 40; host++) ways.heard(asText(peerId), [publicAddress(host)])
  const known = await ways.addressesOf(asText(peerId))
  expect(known[0]).toBe(publicAddress(7))
  expect(known).toHaveLength(8)
})
