import { randomBytes } from 'node:crypto'
import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { Connection, Libp2p, PrivateKey, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { base32 } from 'multiformats/bases/base32'
import { signDeviceList } from '../../src/main/features/identity/device-list.ts'
import { accountIdOf } from '../../src/main/features/identity/keys.ts'
import { encode } from '../../src/main/platform/cbor.ts'
import { payloadFrame, bareFrame } from '../../src/main/platform/frame-codec.ts'
import { PeerId } from '../../src/shared/ids.ts'

/** A peer that knows the protocols and keeps no rule: bare libp2p, and whatever bytes it likes. */
export interface HostilePeer {
  readonly peerId: PeerId
  readonly libp2p: Libp2p
  dial(address: string): Promise<Connection>
  close(): Promise<void>
}

export async function hostilePeer(privateKey?: PrivateKey): Promise<HostilePeer> {
  const key = privateKey ?? (await generateKeyPair('Ed25519'))
  const libp2p = await createLibp2p({
    privateKey: key,
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { reconnectRetries: 0, maxConnections: 2_000 },
  })
  return {
    peerId: PeerId.parse(libp2p.peerId.toString()),
    libp2p,
    dial: (address) => libp2p.dial(multiaddr(address), { signal: AbortSignal.timeout(5_000) }),
    close: async () => libp2p.stop(),
  }
}

/** What came back, whole, and how it ended. */
export interface Heard {
  readonly how: 'closed' | 'reset' | 'open'
  readonly bytes: Buffer
}

/** Says `chunks` on a stream of its own and listens until it ends, or for `listenMs`. */
export async function say(
  connection: Connection,
  protocol: string,
  chunks: readonly Uint8Array[],
  listenMs = 8_000,
): Promise<Heard> {
  const stream = await connection.newStream(protocol, { maxOutboundStreams: 1_000 })
  const heard: Uint8Array[] = []
  const how = await new Promise<Heard['how']>((resolve) => {
    stream.addEventListener('message', ({ data }) => heard.push(data.subarray()))
    stream.addEventListener('remoteCloseWrite', () => resolve('closed'))
    stream.addEventListener('close', () => resolve(stream.status === 'reset' ? 'reset' : 'closed'))
    const late = setTimeout(() => resolve('open'), listenMs)
    late.unref()
    // It may have been refused before anybody listened.
    if (!wasSaid(stream, chunks)) resolve('reset')
  })
  if (stream.status === 'open') stream.abort(new Error('heard enough'))
  return { how, bytes: Buffer.concat(heard) }
}

function wasSaid(stream: Stream, chunks: readonly Uint8Array[]): boolean {
  try {
    for (const chunk of chunks) stream.send(chunk)
    return stream.status === 'open'
  } catch {
    return false
  }
}

export const frame = (value: unknown): Uint8Array =>
  payloadFrame('data', value instanceof Uint8Array ? value : encode(value))
export const end = bareFrame('end', 0)

export const knockOf = (over: object = {}): object => ({
  kind: 'knock',
  id: base32.baseEncode(randomBytes(16)),
  capability: 'contact',
  greeting: 'Let me in',
  ...over,
})

/** A hello that says: this account, signed by `signer`, has that device. */
export async function helloOf(device: PeerId, keys: { account: PrivateKey; signer?: PrivateKey }): Promise<object> {
  const { account, signer = account } = keys
  const listed = { peerId: device, label: '', addedAtMs: 1, mailKey: new Uint8Array(32) }
  const list = { account: accountIdOf(account.publicKey), seq: 1, devices: [listed], revoked: [] }
  const built = await signDeviceList(list, signer)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return { version: 1, deviceList: built.signed.envelope, name: 'Mallory', agent: 'none' }
}

export const newKey = (): Promise<PrivateKey> => generateKeyPair('Ed25519')
export const deviceOf = (key: PrivateKey): PeerId => PeerId.parse(peerIdFromPrivateKey(key).toString())
