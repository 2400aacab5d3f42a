import type { PrivateKey } from '@libp2p/interface'
import { createSign, encodeCertificate, sessionOf, type Session } from '../../src/main/features/consensus/index.ts'
import { signedBytes, type Saying } from '../../src/main/features/consensus/session.ts'
import { encodeBlock, type Block } from '../../src/main/features/ledger/block.ts'
import { fromHex, networkIdOf, type Hex } from '../../src/main/features/ledger/bytes.ts'
import type { SlotToDecide } from '../../src/main/features/ledger/types.ts'
import {
  createConsensusProtocol,
  type ConsensusChannel,
  type ConsensusProtocol,
  type Message,
  type Signature,
  type Vote,
} from '../../src/main/protocols/consensus/index.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import type { NetNode } from './ledger-net.ts'

/** What a session is about, of which nothing but its names is signed. */
export type Place = Pick<SlotToDecide, 'network' | 'roster' | 'slot'> & { readonly parent: { readonly id: Hex } }

/** CIDv1, dag-cbor, SHA-256. */
export const cidOf = (digest: Hex): Uint8Array => new Uint8Array([0x01, 0x71, 0x12, 0x20, ...fromHex(digest)])

export function sessionAt({ network, roster, slot, parent }: Place): Session {
  const validators = roster.validators.map(({ key }) => fromHex(key))
  const leader = slot % validators.length
  return sessionOf({ network: networkIdOf(network), validators, leader, slot, parent: cidOf(parent.id) }, roster.faults)
}

/** As validators pass it on. */
export const payloadOf = (block: Block, certificate = new Uint8Array()): Uint8Array<ArrayBuffer> =>
  encodeBlock({ ...block, certificate })

function signatureBy(key: PrivateKey, saying: Saying, place: Place, id: Hex): Signature {
  const by = place.roster.validators.findIndex((validator) => validator.key === Buffer.from(key.publicKey.raw).toString('hex'))
  return { by, signature: createSign(key)(signedBytes(saying, sessionAt(place).id, cidOf(id))) }
}

/** What these validators' commits make, as it lies beside a block. */
export function certificateBy(keys: readonly PrivateKey[], place: Place, id: Hex): Uint8Array {
  return encodeCertificate({ value: cidOf(id), commits: keys.map((key) => signatureBy(key, 'commit', place, id)) })
}

/** A validator that is false: it has its key and the protocol, and says what the test wants, to whom, and when. */
export class Rogue {
  readonly node: NetNode
  /** What it was told. */
  readonly heard: Message[] = []
  readonly #protocol: ConsensusProtocol
  readonly #channels = new Map<PeerId, ConsensusChannel>()

  constructor(node: NetNode) {
    this.node = node
    const { streams, clock } = node
    this.#protocol = createConsensusProtocol({ streams, clock, offence: () => {} })
  }

  /** Listens from now on. */
  async listen(): Promise<this> {
    await this.#protocol.serve((_peer, said) => {
      if ('message' in said) this.heard.push(said.message)
      return null
    })
    return this
  }

  signature(saying: Saying, place: Place, id: Hex): Signature {
    return signatureBy(this.node.key, saying, place, id)
  }

  /** All of it in one moment: nobody hears of what the others were told before it was told to all. */
  async say(...words: readonly (readonly [readonly NetNode[], Message])[]): Promise<void> {
    for (const { peerId } of words.flatMap(([to]) => to)) {
      if (!this.#channels.has(peerId)) this.#channels.set(peerId, await this.#protocol.open(peerId, () => {}))
    }
    for (const [to, message] of words) {
      for (const { peerId } of to) this.#channels.get(peerId)?.send({ sentMs: 0, message })
    }
  }
}

/** A block that these signed as their first, in this order. */
export function valueMessage(place: Place, block: Block, signers: readonly Rogue[]): Message {
  const { id } = block.header
  const signatures = signers.map((one): Vote => ({ ...one.signature('first', place, id), place: 1 }))
  return { kind: 'value', session: sessionAt(place).id, value: cidOf(id), signatures, payload: payloadOf(block) }
}

export function commitMessage(place: Place, id: Hex, signers: readonly Rogue[]): Message {
  const commits = signers.map((one) => one.signature('commit', place, id))
  return { kind: 'commit', session: sessionAt(place).id, value: cidOf(id), commits }
}
