import { randomBytes } from 'node:crypto'
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import type { PrivateKey } from '@libp2p/interface'
import { createLibp2p } from 'libp2p'
import { multiaddr } from '@multiformats/multiaddr'
import { LatchError } from '../../../src/shared/errors.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { createChat, type ChatFeature, type ChatParts } from '../../../src/main/features/chat/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { Guard } from '../../../src/main/platform/streams.ts'
import { wrapNode, type TestNode } from '../../helpers/two-nodes.ts'
import type { Offences } from '../../unit/chat/household.ts'
import type { Device } from '../../unit/chat/people.ts'

export interface RealHome {
  readonly device: Device
  readonly node: TestNode
  readonly chat: ChatFeature
  readonly offences: Offences
  addresses(): string[]
  close(): Promise<void>
}

export interface RealHomeOptions {
  readonly proofs: ChatParts['proofs']
  readonly book: AddressBook
  readonly database?: Database
  readonly transport?: 'memory' | 'tcp'
  readonly guard?: Guard
  readonly parts?: Partial<ChatParts>
}

/** Where devices listen now; who is not in it is away. */
export class AddressBook {
  readonly #addresses = new Map<PeerId, { account: AccountId; addresses: readonly string[] }>()

  put({ peerId, account }: Pick<Device, 'peerId' | 'account'>, addresses: readonly string[]): void {
    this.#addresses.set(peerId, { account, addresses })
  }

  remove({ peerId }: Pick<Device, 'peerId'>): void {
    this.#addresses.delete(peerId)
  }

  of(account: AccountId): { peerId: PeerId; addresses: readonly string[] }[] {
    const entries = [...this.#addresses].map(([peerId, entry]) => ({ peerId, ...entry }))
    return entries.filter((entry) => entry.account === account)
  }
}

const allowAll: Guard = () => ({ verdict: 'allow', why: 'a test' })

let made = 0

/** Chat over a libp2p node of its own, with streams as the app has them. */
export async function realHome(device: Device, options: RealHomeOptions): Promise<RealHome> {
  const { book } = options
  const libp2p = await startLibp2p(device.deviceKey, options.transport ?? 'memory')
  const node = wrapNode(libp2p, { guards: () => options.guard ?? allowAll })
  const offences: Offences = []
  const reach = async ({ peerId, addresses }: ReturnType<AddressBook['of']>[number]): Promise<PeerId> => {
    const connected = libp2p.getConnections().some((connection) => connection.remotePeer.toString() === peerId)
    if (!connected) await libp2p.dial(addresses.map((address) => multiaddr(address)))
    return peerId
  }
  const chat = createChat({
    streams: node.streams,
    database: options.database ?? openMemoryDatabase(),
    clock: systemClock,
    log: silentLog,
    me: device,
    proofs: options.proofs,
    random: Math.random,
    bytes: (count) => randomBytes(count),
    connect: async (account) => {
      const devices = book.of(account).filter(({ peerId }) => peerId !== device.peerId)
      const dialled = await Promise.allSettled(devices.map(reach))
      const connected = dialled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
      if (connected.length === 0) throw new LatchError('UNREACHABLE')
      return connected
    },
    readReceipts: () => true,
    offence: (peerId, why, points) => offences.push({ peerId, why, points }),
    ...options.parts,
  })
  const addresses = (): string[] => libp2p.getMultiaddrs().map((address) => address.toString())
  await chat.start()
  book.put(device, addresses())
  return {
    device,
    node,
    chat,
    offences,
    addresses,
    async close() {
      book.remove(device)
      await chat.stop()
      await node.close()
    },
  }
}

function startLibp2p(privateKey: PrivateKey, transport: 'memory' | 'tcp') {
  return createLibp2p({
    privateKey,
    addresses: { listen: [transport === 'tcp' ? '/ip4/127.0.0.1/tcp/0' : `/memory/chat-${process.pid}-${made++}`] },
    transports: [transport === 'tcp' ? tcp() : memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: { identify: identify() },
  })
}
