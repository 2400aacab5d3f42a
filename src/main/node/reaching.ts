import type { PrivateKey } from '@libp2p/interface'
import { isPrivate } from '@libp2p/utils'
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import { letsIn } from '../../shared/model/door.ts'
import { subnetOf } from '../features/door/index.ts'
import type { DoorFeature } from '../features/door/types.ts'
import { createIntroduction, DEFAULT_LIMITS } from '../features/introduction/index.ts'
import type { IntroductionFeature, ReservationVerdict } from '../features/introduction/types.ts'
import { createReach } from '../features/reach/index.ts'
import type { ReachFeature } from '../features/reach/types.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import type { Offence, PeerStreams } from '../platform/streams.ts'
import { createIntroductionProtocol, MAX_OTHERS, MAX_STUN } from '../protocols/introduction/index.ts'
import { createProbeNat, serveStun, type StunCounters, type StunResponder } from '../protocols/stun/index.ts'
import { dialBack } from './dial-back.ts'
import { networksNow, ownAddresses } from './interfaces.ts'
import type { IntroducerConfig } from './introducer-config.ts'
import type { Libp2pNode } from './libp2p-node.ts'
import { relayOnDemand } from './relay-on-demand.ts'
import { version } from './version.ts'

export interface ReachingParts {
  readonly libp2p: Libp2pNode
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
  readonly jitter: () => number
  readonly offence: Offence
  readonly me: { readonly peerId: PeerId; readonly account: AccountId; readonly deviceKey: PrivateKey; name(): string }
  readonly door: Pick<DoorFeature, 'admitsNow' | 'rules'>
  readonly accountOf: (peerId: PeerId) => AccountId | null
  readonly isContact: (account: AccountId) => boolean
  /** Whether connections with this device are kept. */
  readonly isKept: (peerId: PeerId) => boolean
  readonly connect: (peerId: PeerId, addresses: readonly string[], signal: AbortSignal) => Promise<unknown>
  readonly introducers: readonly string[]
  /** Of a node that is there to introduce; null for everybody else, who does it where a rule of the door says so. */
  readonly introducer: IntroducerConfig | null
}

/** Both sides of introduction: using introducers, and being one. */
export interface Reaching {
  readonly reach: ReachFeature
  readonly introduction: IntroductionFeature
  /** Whether room is held for connections with this introducer. */
  isKept(peerId: PeerId): boolean
  readonly stunCounters: () => StunCounters | null
  /** One sentence each: a port for STUN that is taken. */
  warnings(): readonly string[]
  /** Being an introducer, where that is wanted. */
  serve(): Promise<void>
  /** Using introducers: once the transports have joined, the relay's among them. */
  begin(): Promise<void>
  stop(): Promise<void>
}

/** Puts reach and introduction together with the protocol that both speak, the relay, and STUN. */
export function createReaching(parts: ReachingParts): Reaching {
  const { libp2p, streams, clock, log, random, jitter, offence, me, door, introducer } = parts
  const { network } = libp2p
  const { annex } = libp2p.libp2p.services
  const kept = new Set<PeerId>()
  let stun: StunResponder | null = null

  const reach = createReach({
    network: libp2p.reach,
    protocol: createIntroductionProtocol({ streams, clock, offence }),
    probeNat: createProbeNat({ clock, random, own: ownAddresses }),
    database: parts.database,
    clock,
    log: log.child('reach'),
    random: jitter,
    me,
    version,
    introducers: [...parts.introducers, ...(introducer?.introducers ?? [])],
    connect: parts.connect,
    keep: (peerId) => void kept.add(peerId),
    release: (peerId) => void kept.delete(peerId),
    isWanted: (peerId) => parts.isKept(peerId) || isKnown(peerId),
    networks: networksNow,
  })

  const introduction = createIntroduction({
    streams,
    clock,
    log: log.child('introduction'),
    offence,
    random: jitter,
    deviceKey: me.deviceKey,
    me,
    name: () => introducer?.name ?? me.name(),
    addresses: announced,
    stun: () => (stun === null ? [] : stunAt(stun)),
    relay: relayOnDemand(async () => {
      const { createRelay } = await import('./relay.ts')
      const limits = introducer?.limits ?? DEFAULT_LIMITS
      return createRelay({ annex, clock, log: log.child('relay'), limits, judge, onRefused, subnetOf })
    }),
    limits: introducer?.limits ?? DEFAULT_LIMITS,
    lists: introducer?.lists ?? { allow: [], deny: [] },
    isKnown,
    accountOf: parts.accountOf,
    isServing: () => door.rules().some(({ capability, enabled, verdict }) => {
      return enabled && capability === 'relay' && letsIn(verdict)
    }),
    others: () => reach.records(MAX_OTHERS),
    dialBack: (address, peerId, signal) => dialBack(annex, address, peerId, signal),
    connections: () => network.connections(),
    subnetOf,
  })

  return {
    reach,
    introduction,
    isKept: (peerId) => kept.has(peerId),
    stunCounters: () => stun?.counters() ?? null,
    warnings: () => stun?.warnings ?? [],
    async serve() {
      if (introducer !== null && introducer.stun.length > 0) {
        stun = await serveStun({ sockets: introducer.stun, clock, log: log.child('stun') })
      }
      await introduction.start()
    },
    begin: () => reach.start(),
    async stop() {
      const stopped = [await settled(reach.stop()), await settled(introduction.stop()), await settled(stun?.stop())]
      const failed = stopped.find((one) => one.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }

  function isKnown(peerId: PeerId): boolean {
    const account = parts.accountOf(peerId)
    return account !== null && parts.isContact(account)
  }

  /** The door first, as for every stream; then what introduction bounds. */
  function judge(
    peerId: PeerId,
    address: string,
    held: readonly { peerId: PeerId; address: string }[],
  ): ReservationVerdict {
    const peer = network.connections().find((one) => one.peerId === peerId && one.circuit === null)
    if (peer === undefined) return { verdict: 'refuse', code: 'gone', why: 'it is not connected' }
    const admission = door.admitsNow('relay', peer)
    if (admission.verdict === 'refuse') return { verdict: 'refuse', code: admission.code, why: admission.why }
    return introduction.judgeReservation(peerId, address, held)
  }

  function onRefused(code: string): void {
    introduction.refused('circuit', code)
  }

  /** What the configuration says, or where this device is reached; public addresses first. */
  function announced(): readonly string[] {
    if (introducer !== null && introducer.announce.length > 0) return introducer.announce
    const direct = network.listening().filter((address) => !address.includes('/p2p-circuit'))
    return direct.toSorted((a, b) => Number(isPrivate(multiaddr(a))) - Number(isPrivate(multiaddr(b))))
  }

  /** The hosts at which this introducer is reached, with the ports at which it answers. */
  function stunAt({ sockets }: StunResponder): string[] {
    const hosts = new Set(announced().map((address) => hostOf(address)).filter((host) => host !== null))
    const told = [...hosts].flatMap((host) => [...new Set(sockets.map(({ port }) => `${host}:${port}`))])
    return told.slice(0, MAX_STUN)
  }
}

/** What is stopped after it is stopped all the same. */
async function settled(stopping: Promise<void> | undefined): Promise<PromiseSettledResult<void>> {
  const [outcome] = await Promise.allSettled([stopping])
  return outcome
}

/** As `host:port` wants it; null where an address has none, or one that a STUN server on the internet is not at. */
function hostOf(address: string): string | null {
  const [host] = multiaddr(address).getComponents()
  if (host?.value === undefined || host.code === CODE_P2P) return null
  return host.name === 'ip6' ? `[${host.value}]` : host.value
}
