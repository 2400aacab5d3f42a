import { createHash } from 'node:crypto'
import { NotFoundError } from '@libp2p/interface'
import type { Datastore, Key } from 'interface-datastore'
import { base32 } from 'multiformats/bases/base32'
import type { PeerId } from '../../shared/ids.ts'
import type { RecordKeeper, RecordKind } from '../platform/dht.ts'
import type { DhtLibrary } from './dht-library.ts'

/*
 * Records of the DHT, kept by whoever registered for their kind: the library keeps none itself.
 */

/** The longest key: a kind and an account id are some 80 characters. */
export const MAX_KEY_BYTES = 128

/** What stands around a value in a record: its key, the time, protobuf. */
export const AROUND_RECORD_BYTES = 256

/** Each kind with what its ids look like. Nothing else is stored, or looked for. */
const IDS: Readonly<Record<RecordKind, RegExp>> = {
  'latch-zone': /^[0-9a-f]{64}$/,
  'latch-devices': /^k51[0-9a-z]{59}$/,
}

export const KINDS = Object.keys(IDS) as readonly RecordKind[]

export interface RecordKey {
  readonly kind: RecordKind
  readonly id: string
}

/** What `/latch-zone/…` and the like name; null: no key of ours. Pure. */
export function readKey(key: Uint8Array): RecordKey | null {
  if (key.byteLength > MAX_KEY_BYTES) return null
  const [before, kind, id, more] = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1').split('/')
  if (before !== '' || kind === undefined || id === undefined || more !== undefined || !isKind(kind)) return null
  return IDS[kind].test(id) ? { kind, id } : null
}

export function keyOf(kind: RecordKind, id: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`/${kind}/${id}`)
}

/** Where a key lies. *Source*: Kademlia in libp2p takes the SHA-256 of every key. */
export function placeOfKey(key: Uint8Array): Uint8Array {
  return createHash('sha256').update(key).digest()
}

function isKind(text: string): text is RecordKind {
  return Object.hasOwn(IDS, text)
}

export interface RecordsParts {
  readonly library: Pick<DhtLibrary, 'Libp2pRecord'>
  readonly keeper: (kind: RecordKind) => RecordKeeper | null
  /** Who hands over what is put now; null: this device itself. */
  readonly from: () => PeerId | null
  readonly changed: () => void
}

/** Where the library keeps them: `/dht/record/` and the key in base32. */
const RECORD = '/dht/record/'

/**
 * The datastore that the library is handed. A record goes to the keeper of its kind and comes from there; whatever else the
 * library would store, provider records above all, is refused.
 */
export function recordsIn(parts: RecordsParts): Partial<Datastore> {
  const { library, keeper, from, changed } = parts

  const wanted = (at: Key): { key: Uint8Array; kept: RecordKey } => {
    const text = at.toString()
    const key = text.startsWith(RECORD) ? base32.baseDecode(text.slice(RECORD.length)) : null
    const kept = key === null ? null : readKey(key)
    if (key === null || kept === null) throw new Error('this network stores nothing of that kind')
    return { key, kept }
  }

  const get = (at: Key): Uint8Array => {
    const { key, kept } = wanted(at)
    const value = keeper(kept.kind)?.get(kept.id) ?? null
    if (value === null) throw new NotFoundError('no such record here')
    return new library.Libp2pRecord(key, value, new Date()).serialize()
  }

  const put = async (at: Key, bytes: Uint8Array): Promise<Key> => {
    const { kept } = wanted(at)
    const { value } = library.Libp2pRecord.deserialize(bytes)
    const { outcome, why } = (await keeper(kept.kind)?.put(kept.id, value, from())) ?? nobodyKeeps
    if (outcome === 'refused') throw new Error(why)
    changed()
    return at
  }

  return {
    get: async (at) => get(at),
    put,
    has: async (at) => {
      try {
        return get(at).byteLength > 0
      } catch {
        return false
      }
    },
    // Keepers know best when something is to go.
    delete: async () => {},
    async *query() {
      yield* []
    },
    async *queryKeys() {
      yield* []
    },
  }
}

const nobodyKeeps = { outcome: 'refused', why: 'this device keeps no such records yet' } as const
