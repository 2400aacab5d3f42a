import { createHash } from 'node:crypto'
import { peerIdFromMultihash } from '@libp2p/peer-id'
import * as Digest from 'multiformats/hashes/digest'
import { beforeAll, expect, test } from 'vitest'
import { KBucket } from '../../../node_modules/@libp2p/kad-dht/dist/src/routing-table/k-bucket.js'
import { nearest, placeOfPeer } from '../../../src/main/features/names/index.ts'
import { deepenNearSelf, K, type Buckets } from '../../../src/main/node/dht-library.ts'
import { MAX_KEPT_PEERS, worthKeeping } from '../../../src/main/node/dht-persist.ts'
import { PeerId } from '../../../src/shared/ids.ts'

const NETWORK = 20_000
const SHA2_256 = 0x12

/** Ids as of keys that are too long to stand in them: cheap to make, and the same each time. */
function peer(n: number) {
  return peerIdFromMultihash(Digest.create(SHA2_256, new Uint8Array(createHash('sha256').update(`peer ${n}`).digest())))
}

/** The library's own buckets; everybody it asks is there. */
async function bucketsOf(own: ReturnType<typeof peer>, prepare: (buckets: Buckets) => void): Promise<KBucket> {
  const options = { kBucketSize: K, metricsPrefix: 'test', verify: () => Promise.resolve(true), async *ping() {} }
  const buckets = new KBucket({ peerId: own }, options)
  prepare(buckets as unknown as Buckets)
  await buckets.start()
  for (let n = 1; n < NETWORK; n++) await buckets.add(peer(n))
  return buckets
}

const own = peer(0)
const me = PeerId.parse(own.toString())
let nearby: PeerId[]
let known: PeerId[]

beforeAll(async () => {
  nearby = nearest(placeOfPeer(me), Array.from({ length: NETWORK - 1 }, (_, n) => PeerId.parse(peer(n + 1).toString())), placeOfPeer, K)
  const buckets = await bucketsOf(own, deepenNearSelf)
  known = Array.from(buckets.toIterable(), ({ peerId }) => PeerId.parse(peerId.toString()))
}, 60_000)

test('in a network of twenty thousand, a device knows all of the twenty that are nearest to it', () => {
  expect(nearby.filter((one) => !known.includes(one))).toEqual([])
})

test('and no more of the others than a table may hold: 1,280, and twenty for each time the network doubled beyond that', () => {
  expect(known.length).toBeLessThanOrEqual(1_280 + K * Math.ceil(Math.log2(NETWORK / 1_280) + 1))
})

test('what is written down of a table is whoever is nearest, and some of everywhere', () => {
  const kept = worthKeeping(placeOfPeer(me), known).slice(0, MAX_KEPT_PEERS)
  expect(new Set(kept).size).toBe(MAX_KEPT_PEERS)
  expect(kept.slice(0, K).toSorted()).toEqual(nearby.toSorted())
  const sixteenths = new Set(kept.map((one) => (placeOfPeer(one)[0] ?? 0) >> 4))
  expect(sixteenths.size).toBe(16)
  expect(worthKeeping(placeOfPeer(me), known).toSorted()).toEqual(known.toSorted())
})
