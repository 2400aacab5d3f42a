import { afterEach, beforeEach, expect, test } from 'vitest'
import { Lines } from '../../../src/main/features/names/lines.ts'
import { askOverLines } from '../../../src/main/features/names/resolver-source.ts'
import type { ResolverParts } from '../../../src/main/features/names/resolver-types.ts'
import { resolve } from '../../../src/main/features/names/resolver.ts'
import { Trace } from '../../../src/main/features/names/trace.ts'
import { digestOfCid } from '../../../src/main/platform/cbor.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createNamesProtocol, type NamesHandlers } from '../../../src/main/protocols/names/index.ts'
import { Lookup } from '../../../src/shared/model/names.ts'
import { twoNodes, type TwoNodes } from '../../helpers/two-nodes.ts'
import { alice, forged, NETWORK, peer, signed, START_MS, world } from './resolver-world.ts'

/*
 * A look-up over a real stream of /latch/names/1.0.0: what the wire says, in the words of the resolver.
 */

const network = Buffer.from(digestOfCid(NETWORK)).toString('hex')
const zone = await signed(alice, 'alice', 5)
const clock: Clock = { ...systemClock, nowMs: () => START_MS }

let pair: TwoNodes
let lines: Lines

beforeEach(async () => {
  pair = await twoNodes()
  const { streams, offence } = pair.a
  lines = new Lines({ protocol: createNamesProtocol({ streams, clock, offence }), clock, log: silentLog, offence })
})

afterEach(async () => {
  lines.close()
  await pair.close()
})

async function served(get: NamesHandlers['get']): Promise<void> {
  const { streams, offence } = pair.b
  await createNamesProtocol({ streams, clock, offence }).serve({ get, put: () => ({ status: 'unknown' }), watch: () => 'foreign' })
}

function parts(lied: ResolverParts['lied'] = () => {}): ResolverParts {
  const known = [{ peerId: pair.b.peerId, role: 'near', connected: true, addresses: [] }] as const
  const connect = async (peerId: string): Promise<void> => {
    if (peerId !== pair.b.peerId) throw new Error('nobody is there')
  }
  return { ...world().parts, clock, lied, sources: { known: () => known, ask: askOverLines({ lines, network, connect }) } }
}

test('the zone that a peer holds is found, and what is done with it goes on in the same trace', async () => {
  await served((_, { network: asked, key }) =>
    asked === network && key === zone.key ? { status: 'zone', key, zone: zone.bytes } : { status: 'foreign' },
  )
  const lookup = Lookup.parse(await resolve('alice.peer', parts()))
  expect(lookup.outcome).toMatchObject({ outcome: 'found', from: 'peer', zone: { seq: 5 } })
  const trace = Trace.after(lookup, clock)
  trace.begin('dial', 'A device of the owner.', { peerId: pair.b.peerId }).end('found', 'It answered.')
  const steps = trace.close()
  expect(steps.slice(0, -1)).toEqual(lookup.steps)
  expect(steps.at(-1)?.atMs).toBeGreaterThanOrEqual(lookup.tookMs)
})

test('one that has none names others, and they are dialled', async () => {
  const closer = [{ peerId: peer(3), addresses: ['/ip4/127.0.0.1/tcp/9'] }]
  await served(() => ({ status: 'none', closer }))
  const lookup = await resolve('alice.peer', parts())
  expect(lookup.outcome).toMatchObject({ outcome: 'unreachable', why: 'No device of its owner answered, and the one peer that did has no zone of it.' })
  expect(lookup.steps.find(({ peerId }) => peerId === peer(3))).toMatchObject({ outcome: 'failed', why: 'It could not be asked: nobody is there.', hops: 1 })
})

test.each(['foreign', 'busy'] as const)('one that says %s is passed over, and is no liar', async (status) => {
  await served(() => ({ status }))
  const points: number[] = []
  const lookup = await resolve('alice.peer', parts((_peerId, _why, count) => points.push(count)))
  expect(lookup.outcome).toMatchObject({ outcome: 'unreachable' })
  expect(lookup.steps.find(({ step }) => step === 'ask')).toMatchObject({ outcome: 'refused' })
  expect(points).toEqual([])
})

test('a forged zone costs whoever sent it, and is no answer', async () => {
  const bytes = await forged(alice, 'alice', 9)
  await served((_, { key }) => ({ status: 'zone', key, zone: bytes }))
  const points: [string, number][] = []
  const lookup = await resolve('alice.peer', parts((peerId, _why, count) => points.push([peerId, count])))
  expect(lookup.outcome).toMatchObject({ outcome: 'unreachable' })
  expect(points).toEqual([[pair.b.peerId, 25]])
})
