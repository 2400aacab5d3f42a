import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPairFromSeed, privateKeyFromRaw } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import {
  createConsensus,
  createSignedStore,
  createVerify,
  valueOf,
  type ConsensusEngine,
  type ConsensusEvent,
  type Slot,
} from '../../../src/main/features/consensus/index.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createConsensusProtocol, type ConsensusProtocol } from '../../../src/main/protocols/consensus/index.ts'
import { wrapNode, type TestNode } from '../../helpers/two-nodes.ts'
import { slowLink } from '../slow-link.ts'

/** What crosses between validators. */
export interface Traffic {
  frames: number
  bytes: number
}

interface Validator {
  readonly node: TestNode
  readonly engine: ConsensusEngine
}

export interface Validators {
  readonly traffic: Traffic
  /** A slot that begins at `startMs` by the clock, led by the first. Resolves with what each decided, and when, in ms. */
  decide(slot: number, startMs: number, roundMs: number, block: Uint8Array): Promise<{ decidedMs: number[]; certifiedMs: number[] }>
  close(): Promise<void>
}

const NETWORK = 'a network of the benchmark'
const PARENT = new Uint8Array([1, 0x71, 0x12, 0x20, ...new Uint8Array(32)])

/** `count` validators in this process, each with libp2p over TCP on loopback to each other; `oneWayMs` apart. */
export async function openValidators(count: number, faults: number, oneWayMs: number): Promise<Validators> {
  const traffic: Traffic = { frames: 0, bytes: 0 }
  const validators: Validator[] = []
  const links: { close: () => Promise<void> }[] = []
  for (let index = 0; index < count; index++) validators.push(await validatorOf(index + 1, traffic))
  for (const [index, { node }] of validators.entries()) {
    for (const other of validators.slice(0, index)) await connect(node, other.node)
  }
  const keys = await Promise.all(validators.map((_one, index) => keyOf(index + 1)))
  return {
    traffic,
    async decide(slot, startMs, roundMs, block) {
      const plan: Slot = {
        facts: { network: NETWORK, validators: keys.map((key) => key.publicKey.raw), leader: 0, slot, parent: PARENT },
        faults,
        roundMs,
        startMs,
        peers: validators.map(({ node }) => node.peerId),
        judge: () => ({ verdict: 'valid' }),
      }
      const both = validators.map(({ engine }) => outcomeOf(engine, slot))
      for (const { engine } of validators) engine.observe(plan)
      validators[0]?.engine.propose(plan, block)
      const times = await Promise.all(both)
      return { decidedMs: times.map((one) => one.decidedMs), certifiedMs: times.map((one) => one.certifiedMs) }
    },
    async close() {
      for (const { engine } of validators) engine.close()
      for (const { node } of validators) await node.close()
      for (const link of links) await link.close()
    },
  }

  async function connect(from: TestNode, to: TestNode): Promise<void> {
    const [address] = to.libp2p.getMultiaddrs()
    const port = Number(/\/tcp\/(\d+)/.exec(String(address))?.[1])
    const link = oneWayMs === 0 ? { port, close: async () => {} } : await slowLink(port, oneWayMs)
    links.push(link)
    await from.libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${link.port}/p2p/${to.peerId}`))
  }
}

function outcomeOf(engine: ConsensusEngine, slot: number): Promise<{ decidedMs: number; certifiedMs: number }> {
  const done = Promise.withResolvers<{ decidedMs: number; certifiedMs: number }>()
  const at = { decidedMs: Number.NaN, certifiedMs: Number.NaN }
  const end = engine.subscribe((event: ConsensusEvent) => {
    if (event.slot !== slot) return
    if (event.event === 'decided') {
      if (event.outcome.decision === 'nothing') done.reject(new Error(`slot ${slot}: nothing, ${event.outcome.why}`))
      at.decidedMs = event.offsetMs
    } else if (event.event === 'certified') at.certifiedMs = event.offsetMs
    if (Number.isNaN(at.decidedMs) || Number.isNaN(at.certifiedMs)) return
    end()
    done.resolve(at)
  })
  return done.promise
}

const keyOf = (seed: number) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(seed))

async function validatorOf(seed: number, traffic: Traffic): Promise<Validator> {
  const key = await keyOf(seed)
  const libp2p = await createLibp2p({
    privateKey: privateKeyFromRaw(key.raw),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: 1_000 },
    connectionGater: { denyDialMultiaddr: () => false },
  })
  const node = wrapNode(libp2p)
  const offence = (_peer: unknown, why: string): never => {
    throw new Error(why)
  }
  const protocol = counting(createConsensusProtocol({ streams: node.streams, clock: systemClock, offence }), traffic)
  const engine = await createConsensus({
    protocol,
    clock: systemClock,
    log: silentLog,
    store: createSignedStore(openMemoryDatabase()),
    offence,
    key,
    verify: createVerify(),
    valueOf,
  })
  return { node, engine }
}

/** Frames as they are handed to a stream, the answers on it too; without what Noise and Yamux add. */
function counting(protocol: ConsensusProtocol, traffic: Traffic): ConsensusProtocol {
  const count = (frame: unknown): void => {
    traffic.frames++
    traffic.bytes += encode(frame).byteLength
  }
  return {
    serve: (hearer) =>
      protocol.serve((peer, frame) => {
        const lateMs = hearer(peer, frame)
        if (lateMs !== null) count({ kind: 'heard', lateMs })
        return lateMs
      }),
    async open(...about) {
      const channel = await protocol.open(...about)
      return {
        over: channel.over,
        close: (why) => channel.close(why),
        send(frame) {
          count(frame)
          channel.send(frame)
        },
      }
    },
  }
}
