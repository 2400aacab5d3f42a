import { randomBytes } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import type { Network, NetworkEvent } from '../../../src/main/features/peers/index.ts'
import { Feed } from '../../../src/main/platform/feed.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import type { Attempt } from '../../../src/shared/model/reach.ts'

/** A peer id of no key that anybody has. */
export function somePeerId(): PeerId {
  const multihash = Buffer.concat([Buffer.from('002408011220', 'hex'), randomBytes(32)])
  return PeerId.parse(base58btc.encode(multihash).slice(1))
}

let connections = 0

export function remote(peerId: PeerId, over: Partial<RemotePeer> = {}): RemotePeer {
  return {
    peerId,
    connection: `connection-${(connections += 1)}`,
    route: 'lan',
    transport: 'tcp',
    address: `/ip4/10.0.0.9/tcp/4001/p2p/${peerId}`,
    direction: 'outbound',
    circuit: null,
    ...over,
  }
}

/** A network in which the test decides who answers. */
export class FakeNetwork implements Network {
  readonly dials: string[] = []
  readonly retired: string[] = []
  readonly forgotten: PeerId[] = []
  readonly attempts: Attempt[] = []
  readonly weeded: { peerId: PeerId | null; withinMs: number }[] = []
  /** Those that do not answer when they are asked whether they are there. */
  dead: PeerId[] = []
  readonly retiring = new Set<string>()
  /** Who answers at an address; whatever it throws is the failure. */
  answer: (to: string) => RemotePeer | Promise<RemotePeer> = () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  }
  addresses: string[] = ['/ip4/10.0.0.1/tcp/4001']
  rttMs = 3
  readonly #feed = new Feed<NetworkEvent>((error) => {
    throw error
  })
  #open: RemotePeer[] = []

  async dial(address: string, signal: AbortSignal): Promise<RemotePeer> {
    this.dials.push(address)
    const given = Promise.withResolvers<never>()
    given.promise.catch(() => {})
    signal.addEventListener('abort', () => given.reject(signal.reason))
    const peer = await Promise.race([this.answer(address), given.promise])
    this.connect(peer)
    return peer
  }

  dialOnly(peerId: PeerId, address: string, signal: AbortSignal): Promise<RemotePeer> {
    return this.dial(`${address}/p2p/${peerId}`, signal)
  }

  find: Network['find'] = async () => {
    throw new Error('nothing here finds peers')
  }

  attempted(attempt: Attempt): void {
    this.attempts.push(attempt)
  }

  async weed(peerId: PeerId | null, withinMs: number): Promise<number> {
    this.weeded.push({ peerId, withinMs })
    for (const dead of this.dead) this.drop(dead)
    return this.dead.length
  }

  connect(peer: RemotePeer): void {
    this.#open.push(peer)
    this.#feed.publish({ event: 'connected', peer })
  }

  drop(peerId: PeerId): void {
    const gone = this.#open.filter((peer) => peer.peerId === peerId)
    this.#open = this.#open.filter((peer) => peer.peerId !== peerId)
    for (const peer of gone) this.#feed.publish({ event: 'disconnected', peer })
  }

  tell(event: NetworkEvent): void {
    this.#feed.publish(event)
  }

  async hangUp(peerId: PeerId): Promise<void> {
    this.drop(peerId)
  }

  retire(connection: string): void {
    this.retired.push(connection)
  }

  async forget(peerId: PeerId): Promise<void> {
    this.forgotten.push(peerId)
  }

  async *stored(): AsyncGenerator<PeerId> {}

  async addAddresses(): Promise<void> {}

  about: Network['about'] = async () => ({ addresses: [], agent: 'latch/0.1.0', protocols: [] })

  async ping(): Promise<number> {
    return this.rttMs
  }

  connections(): RemotePeer[] {
    return this.#open
  }

  isRetiring(connection: string): boolean {
    return this.retiring.has(connection)
  }

  /** What a connection says of itself now. */
  describe(peer: RemotePeer): void {
    this.#open = this.#open.map((one) => (one.connection === peer.connection ? peer : one))
  }

  listening(): string[] {
    return this.addresses
  }

  subscribe(listener: (event: NetworkEvent) => void): () => void {
    return this.#feed.subscribe(listener)
  }
}
