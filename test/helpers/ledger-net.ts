import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import type { ConnectionEncrypter, PeerStore, PrivateKey } from '@libp2p/interface'
import { createLibp2p } from 'libp2p'
import { Annex } from '../../src/main/node/annex.ts'
import { createGossip } from '../../src/main/node/gossip.ts'
import { joinGossip } from '../../src/main/node/services.ts'
import { type Clock, systemClock } from '../../src/main/platform/clock.ts'
import type { Database } from '../../src/main/platform/database.ts'
import type { Gossip } from '../../src/main/platform/gossip.ts'
import { silentLog } from '../../src/main/platform/log.ts'
import type { FrameStream, PeerStreams } from '../../src/main/platform/streams.ts'
import { CONSENSUS_TERMS } from '../../src/main/protocols/consensus/constants.ts'
import { SECOND } from '../../src/shared/units.ts'
import { eventually } from './eventually.ts'
import { FakeClock } from './fake-clock.ts'
import { wrapNode, type TestNode } from './two-nodes.ts'

/** Turns of the event loop without a byte sent, after which nothing is on its way: what lies between are promises. */
const QUIET_TURNS = 24

let made = 0

/** One device of a net. */
export interface NetNode extends TestNode {
  readonly name: string
  readonly key: PrivateKey
  readonly clock: Clock
  /** Null where it was not asked for. */
  readonly gossip: Gossip | null
}

/**
 * libp2p nodes of this process that know each other's addresses. Over memory they live on one clock that the test moves,
 * and all that is sent arrives before it moves on: delay is 0, and what is tested is the order of things. Over TCP, on
 * real time.
 */
export class Net {
  readonly nodes: NetNode[] = []
  /** How far each one's wall clock is ahead. */
  readonly skewsMs = new Map<string, number>()
  readonly clock: FakeClock
  /** How long a frame of consensus is on its way; everything else has no delay. */
  linkMs = (_from: string, _to: string): number => 0
  readonly #transport: 'memory' | 'tcp'
  #sent = 0
  /** What libp2p has begun and not finished, for which nothing need be on its way: see `#awaited`. */
  #begun = 0
  /** Names on either side of a cut. */
  #sides: readonly ReadonlySet<string>[] = []

  constructor(transport: 'memory' | 'tcp' = 'memory', startMs?: number) {
    this.#transport = transport
    this.clock = new FakeClock(startMs, () => this.settle())
  }

  /** What counts for all of them. */
  get time(): Clock {
    return this.#transport === 'tcp' ? systemClock : this.clock
  }

  /** `remembers`: where its gossip keeps what it has seen; without, it has none. */
  async join(name: string, key: PrivateKey, remembers: Database | null = null): Promise<NetNode> {
    const [address, transport] =
      this.#transport === 'tcp' ? ['/ip4/127.0.0.1/tcp/0', tcp()] : [`/memory/net-${process.pid}-${made++}`, memory()]
    let annex: Annex | null = null
    const libp2p = await createLibp2p({
      privateKey: key,
      addresses: { listen: [address] },
      transports: [transport],
      connectionEncrypters: [(components) => this.#counted(noise()(components))],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      connectionManager: { inboundConnectionThreshold: 1_000, reconnectRetries: 0 },
      connectionGater: {
        denyDialPeer: (peer) => this.#isCut(name, peer.toString()),
        denyInboundEncryptedConnection: (peer) => this.#isCut(name, peer.toString()),
      },
      services: { identify: identify(), annex: (components) => (annex = new Annex(components)) },
    })
    const clock: Clock = {
      nowMs: () => this.time.nowMs() + (this.skewsMs.get(name) ?? 0),
      monotonicMs: () => this.time.monotonicMs(),
      after: (delayMs, run) => this.time.after(delayMs, run),
    }
    this.#watchStore(libp2p.peerStore)
    const wrapped = wrapNode(libp2p, { clock })
    const room = remembers === null ? null : createGossip({ database: remembers, clock, log: silentLog, offence: wrapped.offence })
    if (room !== null && annex !== null) await joinGossip(annex, room)
    const close = async (): Promise<void> => {
      await room?.stop()
      await wrapped.close()
    }
    const streams = this.#delayed(name, wrapped.streams)
    const node: NetNode = { ...wrapped, streams, name, key, clock, gossip: room, close }
    for (const other of this.nodes) {
      await other.libp2p.peerStore.merge(libp2p.peerId, { multiaddrs: libp2p.getMultiaddrs() })
      await libp2p.peerStore.merge(other.libp2p.peerId, { multiaddrs: other.libp2p.getMultiaddrs() })
    }
    this.nodes.push(node)
    return node
  }

  /** Everybody with everybody that no cut lies between. */
  async connect(): Promise<void> {
    for (const [index, node] of this.nodes.entries()) {
      for (const other of this.nodes.slice(0, index)) {
        const isThere = node.libp2p.getConnections(other.libp2p.peerId).length > 0
        if (!isThere && !this.#isCut(node.name, other.peerId)) await node.libp2p.dial(peerIdFromString(other.peerId))
      }
    }
    await this.settle()
  }

  /** From now on nothing passes between these and the others, and what was open is gone without a word. */
  async cut(...names: readonly string[]): Promise<void> {
    const side = new Set(names)
    this.#sides = [...this.#sides, side]
    for (const node of this.nodes) {
      for (const connection of node.libp2p.getConnections()) {
        if (this.#isCut(node.name, connection.remotePeer.toString())) connection.abort(new Error('cut by the test'))
      }
    }
    await this.settle()
  }

  async heal(): Promise<void> {
    this.#sides = []
    await this.connect()
  }

  /** Moves the clock, with all that is sent on the way, and after what is on its way now. */
  async pass(ms: number): Promise<void> {
    if (this.#transport === 'memory') {
      await this.settle()
      return this.clock.advance(ms)
    }
    const endMs = systemClock.nowMs() + ms
    await eventually('a moment', () => systemClock.nowMs() >= endMs, { withinMs: ms + SECOND, everyMs: 2 })
  }

  /** Resolves when nothing is on its way any more. */
  async settle(): Promise<void> {
    let before = -1
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      if (before !== this.#sent || this.#begun > 0) quiet = 0
      before = this.#sent
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** As by kill -9: it is gone, and may join again. */
  async drop(node: NetNode): Promise<void> {
    this.nodes.splice(this.nodes.indexOf(node), 1)
    await node.close()
    await this.settle()
  }

  async close(): Promise<void> {
    // One after another: libp2p nodes that stop together wait for each other.
    for (const node of this.nodes) await node.close()
  }

  /** The same streams; frames of consensus, whose streams nobody ends, leave when the link's time is over. */
  #delayed(name: string, streams: PeerStreams): PeerStreams {
    const slow = (stream: FrameStream): FrameStream => {
      if (stream.protocol !== CONSENSUS_TERMS.protocol) return stream
      const write = stream.write.bind(stream)
      stream.write = async (frame, signal) => {
        const ms = this.linkMs(name, this.#nameOf(stream.peer.peerId) ?? '')
        if (ms === 0) return write(frame, signal)
        // Whoever goes down meanwhile takes with it what has not left.
        this.time.after(ms, () => void write(frame, signal).catch(() => {}))
      }
      return stream
    }
    return {
      serve: (terms, handler) => streams.serve(terms, (stream) => handler(slow(stream))),
      open: async (peerId, terms, signal) => slow(await this.#awaited(streams.open(peerId, terms, signal))),
    }
  }

  #nameOf(peerId: string): string | undefined {
    return this.nodes.find((node) => node.peerId === peerId)?.name
  }

  #isCut(name: string, peerId: string): boolean {
    const other = this.#nameOf(peerId)
    return other !== undefined && this.#sides.some((side) => side.has(name) !== side.has(other))
  }

  #counted(encrypter: ConnectionEncrypter): ConnectionEncrypter {
    type Raw = Parameters<ConnectionEncrypter['secureOutbound']>[0]
    const count = (raw: Raw): Raw => {
      const send = raw.send.bind(raw)
      raw.send = (data) => {
        this.#sent++
        return send(data)
      }
      return raw
    }
    const secureInbound = encrypter.secureInbound.bind(encrypter)
    const secureOutbound = encrypter.secureOutbound.bind(encrypter)
    encrypter.secureInbound = (raw, options) => this.#awaited(secureInbound(count(raw), options))
    encrypter.secureOutbound = (raw, options) => this.#awaited(secureOutbound(count(raw), options))
    return encrypter
  }

  /**
   * libp2p hands a stream over, at both ends, once its peer store has noted the protocol; whoever was read from that store
   * before holds the lock for 1 ms of real time. And a handshake waits for other threads. Many turns of an idle loop fit
   * into either, and a clock that moved meanwhile would pass the deadlines of requests that had no time at all.
   */
  async #awaited<T>(work: Promise<T>): Promise<T> {
    this.#begun++
    try {
      return await work
    } finally {
      this.#begun--
    }
  }

  #watchStore(store: PeerStore): void {
    const [merge, patch] = [store.merge.bind(store), store.patch.bind(store)]
    store.merge = (peer, data, options) => this.#awaited(merge(peer, data, options))
    store.patch = (peer, data, options) => this.#awaited(patch(peer, data, options))
  }
}
