import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId, ConversationId, MessageId, PeerId } from '../../../src/shared/ids.ts'
import { FileOffer } from '../../../src/shared/model/files.ts'
import { createFiles } from '../../../src/main/features/files/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { wrapNode } from '../../helpers/two-nodes.ts'

/*
 * A device that gives a file, or one that fetches it, as a process of its own that is ended at any moment: `node crashing.ts
 * <orders>`. Says a line of JSON when it is ready (the giver: its port and the offer), and one when the file is whole.
 */

export interface Orders {
  readonly role: 'giver' | 'taker'
  readonly folder: string
  /** Of the giver; 0: any. */
  readonly port: number
  /** What the giver gives. */
  readonly path: string
  /** What the taker fetches. */
  readonly offer: FileOffer | null
}

const accounts = { giver: AccountId.parse(`k51${'a'.repeat(59)}`), taker: AccountId.parse(`k51${'b'.repeat(59)}`) }
const message = MessageId.parse(`bafyrei${'a'.repeat(52)}`)
const conversation = ConversationId.parse('c'.repeat(52))

async function live({ role, folder, port, path, offer }: Orders): Promise<void> {
  const privateKey = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(role === 'giver' ? 1 : 2))
  const giver = PeerId.parse(peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(1))).toString())
  const libp2p = await createLibp2p({
    privateKey,
    addresses: { listen: role === 'giver' ? [`/ip4/127.0.0.1/tcp/${port}`] : [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 1_000 },
  })
  const { streams, offence } = wrapNode(libp2p)
  await mkdir(join(folder, 'data'), { recursive: true })
  const files = createFiles({
    database: openDatabase(join(folder, 'data', 'latch.db'), new Uint8Array(32).fill(7)),
    clock: systemClock,
    log: silentLog,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    streams,
    offence,
    self: accounts[role],
    dataFolder: join(folder, 'data'),
    stagedFolder: join(folder, 'data', 'staged'),
    folder: () => join(folder, 'downloads'),
    mayFetch: () => true,
    accountOf: () => accounts[role === 'giver' ? 'taker' : 'giver'],
    admits: () => Promise.resolve({ verdict: 'allow', why: 'a test' }),
    sources: () => (role === 'taker' ? [giver] : []),
    connect: async (peerId, signal) => {
      const [open] = libp2p.getConnections(peerIdFromString(peerId))
      if (open !== undefined) return
      await libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}/p2p/${giver}`), { signal }).catch((cause: unknown) => {
        throw new LatchError('UNREACHABLE', 'not there', { cause })
      })
    },
    quarantine: () => Promise.resolve({ outcome: 'marked' }),
  })
  const say = (said: object): void => void process.stdout.write(`${JSON.stringify(said)}\n`)
  await files.start()
  if (role === 'giver') {
    const known = files.list()[0]?.offer
    const staged = known === undefined ? await files.stage(path, {}) : null
    const given = known ?? FileOffer.parse(staged?.offer)
    files.offered({ conversation, message, from: accounts.giver, offer: given, index: 0 }, staged?.id)
    return say({ port: Number(/\/tcp\/(\d+)/.exec(String(libp2p.getMultiaddrs()[0]))?.[1]), offer: given })
  }
  if (offer === null) throw new Error('nothing to fetch')
  files.onWhole(() => {})
  files.offered({ conversation, message, from: accounts.giver, offer, index: 0 })
  say({ ready: true })
  for (;;) {
    const [transfer] = files.list()
    if (transfer?.state === 'done') return say({ done: transfer.path })
    if (transfer?.state === 'failed' || transfer?.state === 'gone') return say({ failed: transfer.why })
    // The giver comes back within moments: who waits does not sleep for long.
    if (transfer?.state === 'waiting') files.connected(giver)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const [, script, orders] = process.argv
if (script?.endsWith('crashing.ts') === true && orders !== undefined) await live(JSON.parse(orders) as Orders)
