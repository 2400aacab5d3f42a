import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { memory } from '@libp2p/memory'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId, ConversationId, MessageId, type FileId, type PeerId, type TransferId } from '../../../src/shared/ids.ts'
import type { FileOffer, Transfer } from '../../../src/shared/model/files.ts'
import { createFiles, type FilesFeature, type FilesParts, type FileVerdict, type Offered } from '../../../src/main/features/files/index.ts'
import { type Clock, systemClock } from '../../../src/main/platform/clock.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { type Log, silentLog } from '../../../src/main/platform/log.ts'
import { FILE_PROTOCOL } from '../../../src/main/protocols/file/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { type TestNode, wrapNode } from '../../helpers/two-nodes.ts'

export const accountOf = (letter: string): AccountId => AccountId.parse(`k51${letter.repeat(59)}`)
export const conversation = ConversationId.parse('c'.repeat(52))

export interface Resident extends TestNode {
  readonly account: AccountId
  files: FilesFeature
  /** Of its machine: `data`, `downloads`, and whatever a test puts there. */
  readonly folder: string
  readonly downloads: string
  readonly database: Database
  /** What its door says of a file; null: it lets it in. */
  door: ((offered: Offered) => FileVerdict) | null
  /** Accounts that it offered something to; null: everybody may fetch all. */
  mayFetch: ((file: FileId, account: AccountId) => boolean) | null
  /** Whom it asks for files. */
  sources: PeerId[]
  marked: string[]
  /** What happens once all of a file is on the disk, before it gets its name. */
  beforeNamed: ((path: string) => Promise<void>) | null
  free: number | null
  restart(): Promise<void>
  leave(): Promise<void>
}

export interface Town {
  resident(letter: string, options?: ResidentOptions): Promise<Resident>
  close(): Promise<void>
}

export interface ResidentOptions {
  readonly clock?: Clock
  readonly log?: Log
  /** Only the network, without the feature: for those who speak the protocol badly. */
  readonly bare?: boolean
  /** Where files go, in the folder of the machine. */
  readonly downloads?: string
  /** What outlives the process; without it: in memory, and in a folder of the town. */
  readonly at?: { readonly folder: string; readonly database: Database }
}

let made = 0

/** Several devices in this process that dial each other by their peer ids alone. */
export async function town(options: { transport?: 'memory' | 'tcp' } = {}): Promise<Town> {
  const residents: Resident[] = []
  const folders = await mkdtemp(join(tmpdir(), 'latch-files-'))
  const libp2ps = new Map<PeerId, Awaited<ReturnType<typeof createLibp2p>>>()
  const accounts = new Map<PeerId, AccountId>()

  async function resident(letter: string, { clock = systemClock, log = silentLog, bare = false, at, downloads = 'downloads' }: ResidentOptions = {}): Promise<Resident> {
    const listen = options.transport === 'tcp' ? '/ip4/127.0.0.1/tcp/0' : `/memory/files-${process.pid}-${made++}`
    const libp2p = await createLibp2p({
      addresses: { listen: [listen] },
      transports: [options.transport === 'tcp' ? tcp() : memory()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
    })
    const node = wrapNode(libp2p, { clock, log })
    const account = accountOf(letter)
    accounts.set(node.peerId, account)
    libp2ps.set(node.peerId, libp2p)
    const folder = at?.folder ?? join(folders, node.peerId)
    await mkdir(join(folder, 'data'), { recursive: true })
    const connect = async (peerId: PeerId, signal: AbortSignal): Promise<void> => {
      if (libp2p.getConnections(peerIdFromString(peerId)).length > 0) return
      const other = libp2ps.get(peerId)
      if (other === undefined || other.status !== 'started') throw new LatchError('UNREACHABLE')
      await libp2p.dial(other.getMultiaddrs(), { signal })
    }
    const one: Resident = {
      ...node,
      account,
      folder,
      downloads: join(folder, downloads),
      database: at?.database ?? openMemoryDatabase(),
      door: null,
      mayFetch: null,
      sources: [],
      marked: [],
      beforeNamed: null,
      free: null,
      files: undefined as unknown as FilesFeature,
      async restart() {
        await one.files.stop()
        await libp2p.unhandle(FILE_PROTOCOL)
        one.files = make()
        await one.files.start()
      },
      async leave() {
        if (!bare) await one.files.stop()
        await libp2p.stop()
      },
    }
    const make = (): FilesFeature =>
      createFiles({
        database: one.database,
        clock,
        log,
        random: (bytes) => new Uint8Array(randomBytes(bytes)),
        streams: node.streams,
        offence: node.offence,
        self: account,
        dataFolder: join(folder, 'data'),
        stagedFolder: join(folder, 'data', 'staged'),
        folder: () => one.downloads,
        freeBytes: () => Promise.resolve(one.free),
        mayFetch: (file, whom) => one.mayFetch?.(file, whom) ?? true,
        accountOf: (peerId) => accounts.get(peerId) ?? null,
        admits: (offered) => Promise.resolve(one.door?.(offered) ?? { verdict: 'allow', why: 'a test' }),
        sources: () => one.sources,
        connect,
        quarantine: async (path) => {
          one.marked.push(path)
          await one.beforeNamed?.(path)
          return { outcome: 'marked' }
        },
      } satisfies FilesParts)
    if (!bare) {
      one.files = make()
      await one.files.start()
    }
    residents.push(one)
    return one
  }

  return {
    resident,
    async close() {
      for (const one of residents) await one.leave()
      await rm(folders, { recursive: true, force: true })
    },
  }
}

let messages = 0

export function newMessage(): MessageId {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567'
  const tail = (messages++).toString(32).split('').map((digit) => letters[Number.parseInt(digit, 32)]).join('')
  return MessageId.parse(`bafyrei${tail.padStart(52, 'a')}`)
}

/** `from` sends what lies at `path`; `to` hears of it. Gives the transfer as `to` has it. */
export async function send(from: Resident, to: Resident, path: string): Promise<Transfer> {
  const { id } = await from.files.stage(path, {})
  return sendStaged(from, to, id)
}

export function sendStaged(from: Resident, to: Resident, id: TransferId, change: Partial<FileOffer> = {}): Transfer {
  const offer = from.files.offerOf(id)
  const message = newMessage()
  to.sources = to.sources.includes(from.peerId) ? to.sources : [from.peerId, ...to.sources]
  from.files.offered({ conversation, message, from: from.account, offer, index: 0 }, id)
  to.files.offered({ conversation, message, from: from.account, offer: { ...offer, ...change }, index: 0 })
  return transferOf(to, message)
}

export function transferOf(one: Resident, message: MessageId): Transfer {
  const found = one.files.list().find((transfer) => transfer.message === message)
  if (found === undefined) throw new Error('no such transfer')
  return found
}

/** The transfer, once it is in this state. */
export function comesTo(one: Resident, { message }: Transfer, state: Transfer['state'], withinMs = 30_000): Promise<Transfer> {
  let last: Transfer | null = null
  return eventually(
    `a transfer that is ${state}`,
    () => {
      last = transferOf(one, message)
      return last.state === state ? last : null
    },
    { withinMs },
  ).catch((error: unknown) => {
    throw new Error(`it is ${last?.state ?? 'nowhere'}: ${last?.why ?? 'no reason'}`, { cause: error })
  })
}

/** Bytes that look random, the same for the same seed, and quickly made. */
export function noiseOf(bytes: number, seed: number): Buffer {
  const out = Buffer.alloc(bytes)
  let state = (seed * 2_654_435_761) >>> 0 || 1
  for (let at = 0; at + 4 <= bytes; at += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    out.writeInt32LE(state | 0, at)
  }
  return out
}
