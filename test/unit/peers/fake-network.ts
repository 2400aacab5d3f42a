import { randomBytes } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import type { Network, NetworkEvent } from '../../../src/main/features/peers/index.ts'
import { Feed } from '../../../src/main/platform/feed.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { PeerId } from '../../../src/shared/ids.ts'

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
  readonly closed: string[] = []
  readonly forgotten: PeerId[] = []
  /** Who answers at an address or to a peer id; whatever it throws is the failure. */
  answer: (to: string) => RemotePeer | Promise<RemotePeer> = () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  }
  addresses: string[] = ['/ip4/10.0.0.1/tcp/4001']
  rttMs = 3
  readonly #feed = new Feed<NetworkEvent>((error) => {
    throw error
  })
  #open: RemotePeer[] = []

  async dial(to: { peerId: PeerId } | { address: string }, signal: AbortSignal): Promise<RemotePeer> {
    const target = 'peerId' in to ? to.peerId : to.address
    this.dials.push(target)
    const given = Promise.withResolvers<never>()
    given.promise.catch(() => {})
    signal.addEventListener('abort', () => given.reject(signal.reason))
    const peer = await Promise.race([this.answer(target), given.promise])
    this.connect(peer)
    return peer
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

  async close(connection: string): Promise<void> {
    this.closed.push(connection)
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

  listening(): string[] {
    return this.addresses
  }

  subscribe(listener: (event: NetworkEvent) => void): () => void {
    return this.#feed.subscribe(listener)
  }
}
