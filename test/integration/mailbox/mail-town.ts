import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { PrivateKey } from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { accountIdOf } from '../../../src/main/features/identity/index.ts'
import { createMailbox } from '../../../src/main/features/mailbox/index.ts'
import type { AskedDoor, MailboxFeature, MailboxParts, OpenedLetter } from '../../../src/main/features/mailbox/types.ts'
import type { Clock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { Admission, PeerStreams } from '../../../src/main/platform/streams.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { wrapNode, type TestNode } from '../../helpers/two-nodes.ts'

/** Long enough for what is done `soon`, short enough that nothing times out. */
export const MOMENT_MS = 300

export interface Resident {
  readonly name: string
  readonly account: AccountId
  readonly peerId: PeerId
  readonly deviceKey: PrivateKey
  readonly node: TestNode
  readonly mailbox: MailboxFeature
  readonly database: Database
  /** Letters that it took, as text. */
  readonly taken: { readonly text: string; readonly from: OpenedLetter['from']; readonly secrecy: OpenedLetter['secrecy'] }[]
  /** What its door says to those who want mail held. */
  door: (peer: PeerId) => Admission
  /** Whether it still holds for them. */
  mayHold: (account: AccountId) => boolean
  knocked: AskedDoor
  introducers: PeerId[]
  corresponds: (account: AccountId) => boolean
  /** What the taker of its letters does; throws where it cannot store one. */
  take: (letter: OpenedLetter) => Promise<'taken' | 'refused'>
  /** Its process ends, and its node goes. */
  leave(): Promise<void>
}

export interface ResidentOptions {
  readonly transport?: 'memory' | 'tcp'
  readonly account?: AccountId
  readonly deviceKey?: PrivateKey
  readonly database?: Database
  readonly capacityBytes?: number
  /** Wraps what it speaks through. */
  readonly streams?: (streams: PeerStreams) => PeerStreams
  readonly parts?: Partial<MailboxParts>
}

export const letIn: Admission = { verdict: 'allow', why: 'a rule for contacts' }
export const keptOut = (code: 'denied' | 'knock-first'): Admission => ({ verdict: 'refuse', code, why: 'a test' })

export interface Town {
  readonly clock: FakeClock
  readonly residents: Map<PeerId, Resident>
  resident(name: string, options?: ResidentOptions): Promise<Resident>
  /** They meet: both know who the other is. */
  meet(a: Resident, b: Resident): Promise<void>
  part(a: Resident, b: Resident): Promise<void>
  /** Lets happen what was to happen soon, until `probe` holds. */
  until(what: string, probe: () => unknown): Promise<void>
  close(): Promise<void>
}

let made = 0

export function town(clock = new FakeClock()): Town {
  return { ...townOn(clock, () => clock.advance(MOMENT_MS)), clock }
}

/** By any clock. `pass`: lets a moment pass. */
export function townOn(clock: Clock, pass: () => Promise<void>): Omit<Town, 'clock'> {
  const residents = new Map<PeerId, Resident>()
  const accounts = new Map<PeerId, AccountId>()

  async function resident(name: string, options: ResidentOptions = {}): Promise<Resident> {
    const deviceKey = options.deviceKey ?? (await generateKeyPair('Ed25519'))
    const account = options.account ?? accountIdOf((await generateKeyPair('Ed25519')).publicKey)
    const database = options.database ?? openMemoryDatabase()
    const isTcp = options.transport === 'tcp'
    const libp2p = await createLibp2p({
      privateKey: deviceKey,
      addresses: { listen: [isTcp ? '/ip4/127.0.0.1/tcp/0' : `/memory/mail-${process.pid}-${made++}`] },
      transports: [memory(), tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      services: { identify: identify() },
    })
    const node = wrapNode(libp2p, { clock })
    const { peerId } = node
    accounts.set(peerId, account)
    const isConnected = (other: PeerId): boolean => libp2p.getConnections().some(({ remotePeer, status }) => remotePeer.toString() === other && status === 'open')
    const mailbox = createMailbox({
      streams: options.streams?.(node.streams) ?? node.streams,
      database,
      clock,
      log: silentLog,
      offence: node.offence,
      random: () => 0.5,
      me: { account, peerId, deviceKey },
      proofs: {
        of: (other) => (accounts.has(other) ? { account: accounts.get(other) ?? account } : null),
        prove: async (other) => (accounts.has(other) ? { account: accounts.get(other) ?? account } : null),
        devicesOf: (of) => [...accounts].filter(([, whose]) => whose === of).map(([device]) => device),
      },
      corresponds: (_peerId, of) => self.corresponds(of),
      admits: async (peer) => self.door(peer.peerId),
      mayHold: (of) => self.mayHold(of),
      knock: async () => self.knocked,
      introducers: () => self.introducers.map((introducer) => ({ peerId: introducer, name: residents.get(introducer)?.name ?? '' })),
      reach: async (of) => {
        const other = [...residents.values()].find((one) => one.account === of)
        if (other === undefined) throw new LatchError('UNREACHABLE')
        await dial(other.peerId)
        return other.peerId
      },
      connect: (other) => dial(other),
      isConnected,
      addressesOf: async (other) => residents.get(other)?.node.libp2p.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/.*/, '')) ?? [],
      nameOf: (other) => residents.get(other)?.name,
      ...(options.capacityBytes === undefined ? {} : { capacityBytes: options.capacityBytes }),
      ...options.parts,
    })
    const taken: Resident['taken'] = []
    const self: Resident = {
      name,
      account,
      peerId,
      deviceKey,
      node,
      mailbox,
      database,
      taken,
      door: () => letIn,
      mayHold: () => true,
      knocked: 'denied',
      introducers: [],
      corresponds: () => true,
      take: async () => 'taken',
      async leave() {
        await mailbox.stop()
        await node.close()
        residents.delete(peerId)
      },
    }

    async function dial(other: PeerId): Promise<void> {
      if (isConnected(other)) return
      const address = residents.get(other)?.node.libp2p.getMultiaddrs()[0]
      if (address === undefined) throw new LatchError('UNREACHABLE')
      await libp2p.dial(multiaddr(address.toString()))
    }

    residents.set(peerId, self)
    mailbox.onLetter(async (letter) => {
      const outcome = await self.take(letter)
      if (outcome === 'taken') taken.push({ text: Buffer.from(letter.bytes).toString(), from: letter.from, secrecy: letter.secrecy })
      return outcome
    })
    await mailbox.start()
    return self
  }

  async function until(what: string, probe: () => unknown): Promise<void> {
    await eventually(what, async () => {
      if (probe() === true) return true
      await pass()
      return probe() === true
    })
  }

  return {
    residents,
    resident,
    until,
    async meet(a, b) {
      if (a.node.libp2p.getConnections(b.node.libp2p.peerId).length === 0) await a.node.libp2p.dial(b.node.libp2p.getMultiaddrs())
      a.mailbox.proven(b.peerId)
      b.mailbox.proven(a.peerId)
    },
    async part(a, b) {
      // From both sides: a dial may be under way that ends after the first.
      await eventually('the connection is gone', async () => {
        await a.node.libp2p.hangUp(b.node.libp2p.peerId)
        await b.node.libp2p.hangUp(a.node.libp2p.peerId)
        const left = [...a.node.libp2p.getConnections(b.node.libp2p.peerId), ...b.node.libp2p.getConnections(a.node.libp2p.peerId)]
        return left.length === 0
      })
    },
    async close() {
      for (const one of residents.values()) await one.leave()
    },
  }
}

/** Rows of a table of somebody's. */
export function rowsOf(database: Database, table: string): Record<string, unknown>[] {
  return database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all()
}

/** `a` has keys and a card of `b` that names `holder`. */
export async function acquainted(where: Omit<Town, 'clock'>, a: Resident, b: Resident, holder: Resident): Promise<void> {
  b.introducers = [holder.peerId]
  b.mailbox.introducersChanged()
  await where.until('the holder holds', () => b.mailbox.status().holders.some(({ state }) => state === 'held'))
  await where.meet(a, b)
  await where.until('keys were given', () => rowsOf(a.database, 'mail_their_keys').length >= 64 && a.mailbox.canDeliver(b.peerId))
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
