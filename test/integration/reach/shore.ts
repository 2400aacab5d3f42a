import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { createIntroduction, DEFAULT_LIMITS } from '../../../src/main/features/introduction/index.ts'
import type { IntroductionFeature, IntroductionLimits } from '../../../src/main/features/introduction/types.ts'
import { createReach, type ReachFeature, type ReachParts } from '../../../src/main/features/reach/index.ts'
import { noServices } from '../../../src/main/node/config.ts'
import { dialBack } from '../../../src/main/node/dial-back.ts'
import type { Libp2pNode } from '../../../src/main/node/libp2p-node.ts'
import { createRelay } from '../../../src/main/node/relay.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerStreams, RemotePeer } from '../../../src/main/platform/streams.ts'
import { createIntroductionProtocol } from '../../../src/main/protocols/introduction/index.ts'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'
import type { Introducer } from '../../../src/shared/model/reach.ts'
import { anyPort, idOf, openNode, streamsOf, type Closing } from '../../helpers/relayed.ts'

const account = AccountId.parse(`k51${'q'.repeat(59)}`)

/** A real introducer on 127.0.0.1: libp2p, the relay, and the introduction feature. */
export interface Lighthouse {
  readonly peerId: PeerId
  readonly key: PrivateKey
  /** Where it listens, without its peer id. */
  readonly address: string
  readonly introduction: IntroductionFeature
  link(): Promise<string>
  /** It dies, as a process does. */
  kill(): Promise<void>
}

export async function lighthouse(
  closing: Closing,
  over: Partial<IntroductionLimits> = {},
  again: { key?: PrivateKey; listen?: string } = {},
): Promise<Lighthouse> {
  const key = again.key ?? (await generateKeyPair('Ed25519'))
  const node = await openNode(closing, {
    deviceKey: key,
    config: { listen: [again.listen ?? anyPort], services: noServices },
  })
  const { annex } = node.libp2p.services
  const limits = { ...DEFAULT_LIMITS, ...over }
  const relay = createRelay({
    annex,
    clock: systemClock,
    log: silentLog,
    limits,
    judge: (...about) => introduction.judgeReservation(...about),
    onRefused: () => {},
  })
  const [address = ''] = node.libp2p.getMultiaddrs().map((one) => one.toString().split('/p2p/')[0] ?? '')
  const introduction = createIntroduction({
    streams: streamsOf(node),
    clock: systemClock,
    log: silentLog,
    offence: () => {},
    random: Math.random,
    deviceKey: key,
    me: { peerId: idOf(node) },
    name: () => 'Lighthouse',
    addresses: () => [address],
    stun: () => ['127.0.0.1:3478'],
    relay,
    limits,
    lists: { allow: [], deny: [] },
    isKnown: () => false,
    accountOf: () => null,
    isServing: () => true,
    others: () => [],
    dialBack: (to, peerId, signal) => dialBack(annex, to, peerId, signal),
    connections: () => node.network.connections(),
    subnetOf: () => null,
  })
  await introduction.start()
  const forget = node.network.subscribe((event) => {
    if (event.event === 'disconnected') introduction.disconnected(event.peer.peerId)
  })
  let killed: Promise<void> | null = null
  const kill = (): Promise<void> =>
    (killed ??= (async () => {
      forget()
      await node.stop()
      await introduction.stop().catch(() => {})
    })())
  closing.add(kill)
  return { peerId: idOf(node), key, address, introduction, link: () => introduction.link(), kill }
}

/** A real device with the reach feature, and nobody it wants until the test says so. */
export interface Ship {
  readonly node: Libp2pNode
  readonly peerId: PeerId
  readonly streams: PeerStreams
  readonly reach: ReachFeature
  readonly wanted: Set<PeerId>
  introducer(of: Lighthouse): Introducer | undefined
  connections(to: PeerId): RemotePeer[]
}

export async function ship(
  closing: Closing,
  introducers: readonly Lighthouse[],
  { listen = [anyPort], webrtc = false, ...over }: Partial<ReachParts> & { listen?: string[]; webrtc?: boolean } = {},
): Promise<Ship> {
  const deviceKey = await generateKeyPair('Ed25519')
  const node = await openNode(closing, { deviceKey, config: { listen, services: { ...noServices, webrtc } } })
  const peerId = idOf(node)
  const streams = streamsOf(node)
  const wanted = new Set<PeerId>()
  const links = await Promise.all(introducers.map((one) => one.link()))
  const reach = createReach({
    network: node.reach,
    protocol: createIntroductionProtocol({ streams, clock: systemClock, offence: () => {} }),
    probeNat: async () => ({ kind: 'unknown', seenAs: null, why: 'Nobody was asked.', checkedMs: null }),
    database: openMemoryDatabase(),
    clock: systemClock,
    log: silentLog,
    random: Math.random,
    me: { peerId, account, deviceKey },
    version: '1.2.3',
    introducers: links,
    connect: async (to, [first = ''], signal) => node.network.dialOnly(to, first, signal),
    keep: () => {},
    release: () => {},
    isWanted: (to) => wanted.has(to),
    networks: () => ['127.0.0.1/8'],
    ...over,
  })
  closing.add(() => reach.stop())
  await reach.start()
  return {
    node,
    peerId,
    streams,
    reach,
    wanted,
    introducer: ({ peerId: of }) => reach.connectivity().introducers.find((one) => one.peerId === of),
    connections: (to) => node.network.connections().filter((one) => one.peerId === to),
  }
}
