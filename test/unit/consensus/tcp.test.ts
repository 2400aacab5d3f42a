import { generateKeyPairFromSeed, privateKeyFromRaw } from '@libp2p/crypto/keys'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { afterAll, expect, test } from 'vitest'
import {
  checkCertificate,
  createConsensus,
  createSignedStore,
  createVerify,
  sessionOf,
  valueOf,
  type ConsensusEngine,
  type ConsensusEvent,
  type Slot,
} from '../../../src/main/features/consensus/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createConsensusProtocol } from '../../../src/main/protocols/consensus/index.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { wrapNode, type TestNode } from '../../helpers/two-nodes.ts'
import { NETWORK, PARENT } from './stand-in.ts'

/** Long enough for a machine that is busy with other things. */
const ROUND_MS = 1 * SECOND

interface Validator {
  readonly node: TestNode
  readonly engine: ConsensusEngine
  readonly events: ConsensusEvent[]
}

const running: Validator[] = []

afterAll(async () => {
  for (const { engine } of running) engine.close()
  // One after another: libp2p nodes that stop together wait for each other.
  for (const { node } of running) await node.close()
})

async function validatorOf(seed: number): Promise<Validator> {
  const key = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(seed))
  const libp2p = await createLibp2p({
    privateKey: privateKeyFromRaw(key.raw),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: 100 },
  })
  const node = wrapNode(libp2p)
  const events: ConsensusEvent[] = []
  const offence = (_peer: unknown, why: string): never => {
    throw new Error(why)
  }
  const engine = await createConsensus({
    protocol: createConsensusProtocol({ streams: node.streams, clock: systemClock, offence }),
    clock: systemClock,
    log: silentLog,
    store: createSignedStore(openMemoryDatabase()),
    offence,
    key,
    verify: createVerify(),
    valueOf,
  })
  engine.subscribe((event) => events.push(event))
  const validator = { node, engine, events }
  running.push(validator)
  return validator
}

test('four validators decide a block over TCP, and long before the last round', async () => {
  const count = Number(process.env['LATCH_VALIDATORS'] ?? 4)
  const faults = Math.floor((count - 1) / 3)
  const validators: Validator[] = []
  for (let seed = 1; seed <= count; seed++) validators.push(await validatorOf(seed))
  for (const [index, { node }] of validators.entries()) {
    for (const other of validators.slice(0, index)) await node.libp2p.dial(other.node.libp2p.getMultiaddrs())
  }
  const keys = await Promise.all(
    validators.map((_one, index) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(index + 1))),
  )
  const slotAt = (slot: number, startMs: number): Slot => ({
    facts: { network: NETWORK, validators: keys.map((key) => key.publicKey.raw), leader: 0, slot, parent: PARENT },
    faults,
    roundMs: ROUND_MS,
    startMs,
    peers: validators.map(({ node }) => node.peerId),
    judge: () => ({ verdict: 'valid' }),
  })
  const eventOf = <Kind extends ConsensusEvent['event']>({ events }: Validator, slot: number, kind: Kind) =>
    events.find((event): event is ConsensusEvent & { event: Kind } => event.event === kind && event.slot === slot)

  // All were up a round before; the second slot finds its channels open.
  const firstMs = systemClock.nowMs() + 1.2 * ROUND_MS
  for (const [slot, startMs] of [
    [1, firstMs],
    [2, firstMs + ROUND_MS / 2],
  ] as const) {
    const plan = slotAt(slot, startMs)
    const block = new Uint8Array(Buffer.from(`block ${slot}`))
    for (const { engine } of validators) engine.observe(plan)
    validators[0]?.engine.propose(plan, block)
    await eventually('a certificate at each', () => validators.every((one) => eventOf(one, slot, 'certified')))
    for (const one of validators) {
      const decided = eventOf(one, slot, 'decided')
      expect(decided?.outcome).toMatchObject({ decision: 'value', payload: block })
      const certified = eventOf(one, slot, 'certified')
      const certificate = certified?.certificate ?? { value: new Uint8Array(), commits: [] }
      expect(checkCertificate(certificate, sessionOf(plan.facts, faults), createVerify()).verdict).toBe('valid')
    }
    const times = validators.map((one) => eventOf(one, slot, 'decided')?.offsetMs ?? Number.NaN)
    console.info(`${count} validators, slot ${slot}: decided after ${times.map((ms) => ms.toFixed(1)).join(', ')} ms`)
  }
  expect(validators.flatMap(({ node }) => node.offences)).toEqual([])
}, 30_000)
