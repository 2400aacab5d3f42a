import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { Libp2pRecord } from '@libp2p/record'
import { multiaddr } from '@multiformats/multiaddr'
import { createHash } from 'node:crypto'
import type { PeerInfo, PeerId as Libp2pPeerId } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import type { Annex } from '../../src/main/node/annex.ts'
import { facesOf, type KadMessage } from '../../src/main/node/dht-library.ts'
import type { Told } from './town.ts'

/** An older zone that its owner did sign; bytes that nobody signed; not a word; devices that are not there. */
export const LIES = ['older', 'wrong', 'silence', 'bogus'] as const
export type Lie = (typeof LIES)[number]

/** Of devices that are not there, so many are named: what one answer may hold. */
const NAMED = 20

interface Answer extends KadMessage {
  closer?: PeerInfo[]
}

/** What a device answers to the questions of the DHT while it lies; all else of it stays as it is. */
export class Lying {
  lie: Lie | null = null

  constructor(annex: Annex, town: { readonly told: readonly Told[] }) {
    const dht: unknown = annex.components['dht']
    const { rpc } = facesOf(dht as KadDHT)
    const handle = rpc.handleMessage.bind(rpc)
    rpc.handleMessage = async (from, message) => (this.lie === null ? handle(from, message) : this.#answer(this.lie, () => handle(from, message), message, town.told))
  }

  async #answer(lie: Lie, honest: () => Promise<Answer | undefined>, message: KadMessage, all: readonly Told[]): Promise<Answer | undefined> {
    const { type, key } = message
    if (type === 'PING') return honest()
    // Said to be held, and thrown away.
    if (type === 'PUT_VALUE') return message
    if (lie === 'silence') return new Promise<undefined>(() => {})
    if (lie === 'bogus' && key !== undefined) return { ...message, closer: await inventedNear(key) }
    const told = all.find(({ dhtKey }) => key !== undefined && Buffer.compare(dhtKey, key) === 0)
    if (type !== 'GET_VALUE' || told === undefined) return honest()
    const value = lie === 'older' ? told.old.bytes : createHash('sha512').update(told.dhtKey).digest()
    return { ...message, closer: (await honest())?.closer ?? [], record: new Libp2pRecord(told.dhtKey, value, new Date()).serialize() }
  }
}

const invented = new Map<string, PeerInfo[]>()

/** The same for the same key: those who lie stand together. */
async function inventedNear(key: Uint8Array): Promise<PeerInfo[]> {
  const text = createHash('sha256').update(key).digest('hex')
  const known = invented.get(text)
  if (known !== undefined) return known
  const made: PeerInfo[] = []
  for (let index = 0; index < NAMED; index++) {
    const of = await generateKeyPairFromSeed('Ed25519', createHash('sha256').update(`${text} ${index}`).digest())
    const id: Libp2pPeerId = peerIdFromPrivateKey(of)
    made.push({ id, multiaddrs: [multiaddr(`/ip4/10.255.${index}.${Number.parseInt(text.slice(0, 2), 16)}/tcp/4001`)] })
  }
  invented.set(text, made)
  return made
}
