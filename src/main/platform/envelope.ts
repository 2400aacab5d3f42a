import type { PrivateKey, PublicKey } from '@libp2p/interface'
import { RecordEnvelope } from '@libp2p/peer-record'
import { quickSigner, quickVerifier } from './ed25519.ts'

/** What a signature is for. Two kinds never share a domain, so nothing signed for one can be shown for the other. */
export interface EnvelopeKind {
  /** Mixed into what is signed: `latch-device-list`. */
  readonly domain: string
  /** The payload type of the envelope: `/latch/device-list/1`. */
  readonly type: string
}

/** libp2p signs with keys of more kinds than it has peer ids for, and fails at the others when it is asked who they are. */
const NAMES_PEERS: ReadonlySet<string> = new Set(['Ed25519', 'secp256k1', 'RSA'])

/** The envelope is malformed, of another kind, or its signature does not hold. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError'
}

/**
 * `payload` signed by `key` as a libp2p signed envelope.
 * Source: libp2p RFC 0002.
 */
export async function seal(kind: EnvelopeKind, payload: Uint8Array, key: PrivateKey): Promise<Uint8Array<ArrayBuffer>> {
  const record = { domain: kind.domain, codec: codecOf(kind), marshal: () => payload, equals: () => false }
  const envelope = await RecordEnvelope.seal(record, quickSigner(key))
  return new Uint8Array(envelope.marshal())
}

/** Who signed, and what. The caller still has to ask whether that key may say such a thing. Errors: EnvelopeError. */
export async function open(
  kind: EnvelopeKind,
  bytes: Uint8Array,
): Promise<{ publicKey: PublicKey; payload: Uint8Array }> {
  const wrong = (cause?: unknown): EnvelopeError => new EnvelopeError(`not a valid ${kind.domain} envelope`, { cause })
  try {
    const envelope = RecordEnvelope.createFromProtobuf(bytes)
    const { publicKey, payload, payloadType } = envelope
    // Protobuf lets one message be written in many ways: with two of them, one signed thing would look like two.
    if (Buffer.compare(envelope.marshal(), bytes) !== 0) throw wrong()
    if (!NAMES_PEERS.has(publicKey.type)) throw new EnvelopeError(`signed by a key of the kind ${publicKey.type}, which names no peer`)
    envelope.publicKey = quickVerifier(publicKey)
    if (!(await envelope.validate(kind.domain))) throw wrong()
    if (Buffer.compare(payloadType, codecOf(kind)) !== 0) throw new EnvelopeError(`not of type ${kind.type}`)
    return { publicKey, payload }
  } catch (cause) {
    throw cause instanceof EnvelopeError ? cause : wrong(cause)
  }
}

/** What an envelope of ours, whose signature was checked before it was stored, holds. Errors: those of protobuf. */
export function reopen(bytes: Uint8Array): { publicKey: PublicKey; payload: Uint8Array } {
  const { publicKey, payload } = RecordEnvelope.createFromProtobuf(bytes)
  return { publicKey, payload }
}

function codecOf(kind: EnvelopeKind): Uint8Array {
  return new TextEncoder().encode(kind.type)
}
