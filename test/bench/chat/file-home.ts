import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { noise } from '@chainsafe/libp2p-noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { AccountId, ConversationId, MessageId, PeerId } from '../../../src/shared/ids.ts'
import type { FileOffer } from '../../../src/shared/model/files.ts'
import { MiB } from '../../../src/shared/units.ts'
import { createFiles } from '../../../src/main/features/files/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { createPeerStreams } from '../../../src/main/platform/guarded-streams.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { loadNoiseCrypto } from '../../../src/main/platform/noise-crypto.ts'
import { serve } from '../../lab/remote.ts'

/*
 * A device of Latch that gives or fetches files, as a process of its own: libp2p as the app has it, with TCP alone, the files
 * feature, an encrypted database. Everybody may have everything.
 */

export interface FileHome {
  readonly peerId: string
  readonly address: string
}

/** What a fetch took. */
export interface Fetched {
  readonly ms: number
  /** Of the event loop, while it ran. */
  readonly delayP99Ms: number
}

const { folder } = JSON.parse(process.argv[2] ?? '') as { folder: string }
await mkdir(join(folder, 'data'), { recursive: true })
const crypto = (await loadNoiseCrypto(silentLog)).crypto
const libp2p = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise(crypto === null ? {} : { crypto })],
  streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: MiB, maxReadBufferLength: 4 * MiB } })],
})
const account = AccountId.parse(`k51${'a'.repeat(59)}`)
const other = AccountId.parse(`k51${'b'.repeat(59)}`)
const conversation = ConversationId.parse('c'.repeat(52))
let source: PeerId | null = null
let count = 0

const files = createFiles({
  database: openDatabase(join(folder, 'data', 'latch.db'), new Uint8Array(32).fill(7)),
  clock: systemClock,
  log: silentLog,
  random: (bytes) => new Uint8Array(randomBytes(bytes)),
  streams: createPeerStreams({ libp2p, clock: systemClock, log: silentLog, guards: () => () => ({ verdict: 'allow', why: 'a benchmark' }), offence: () => {} }),
  offence: (peerId, why) => console.error(`${peerId}: ${why}`),
  self: account,
  dataFolder: join(folder, 'data'),
  stagedFolder: join(folder, 'data', 'staged'),
  folder: () => join(folder, 'downloads'),
  mayFetch: () => true,
  accountOf: () => other,
  admits: () => Promise.resolve({ verdict: 'allow', why: 'a benchmark' }),
  sources: () => (source === null ? [] : [source]),
  connect: async (peerId) => void (await libp2p.dial(peerIdFromString(peerId))),
  quarantine: () => Promise.resolve({ outcome: 'marked' }),
})
await files.start()

const calls = {
  /** In ms, and what it is offered as. */
  async stage({ path }: { path: string }): Promise<{ ms: number; offer: FileOffer }> {
    const startMs = performance.now()
    const { offer } = await files.stage(path, {})
    return { ms: performance.now() - startMs, offer }
  },
  async meet({ peerId, address }: FileHome): Promise<void> {
    source = PeerId.parse(peerId)
    await libp2p.dial(multiaddr(address))
  },
  /** From being offered to being verified, flushed to the disk, and under its name. */
  async fetch({ offer }: { offer: FileOffer }): Promise<Fetched> {
    const message = MessageId.parse(`bafyrei${(count++).toString(2).replaceAll('0', 'a').replaceAll('1', 'b').padStart(52, 'a')}`)
    const loop = monitorEventLoopDelay({ resolution: 1 })
    loop.enable()
    const startMs = performance.now()
    const whole = Promise.withResolvers<void>()
    const stop = new AbortController()
    files.onWhole(() => whole.resolve())
    files.offered({ conversation, message, from: other, offer, index: 0 })
    const watched = (async () => {
      for await (const item of files.watch(stop.signal)) {
        if (item.kind === 'event' && item.event.event === 'transfer-changed' && item.event.transfer.state === 'failed') whole.reject(new Error(String(item.event.transfer.why)))
      }
    })()
    await whole.promise
    const ms = performance.now() - startMs
    loop.disable()
    stop.abort()
    await watched
    await rm(join(folder, 'downloads'), { recursive: true })
    return { ms, delayP99Ms: loop.percentile(99) / 1e6 }
  },
}
export type FileHomeCalls = typeof calls

serve(calls, { peerId: libp2p.peerId.toString(), address: String(libp2p.getMultiaddrs()[0]) } satisfies FileHome)
