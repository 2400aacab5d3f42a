import { generateKeyPairFromSeed, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PublicKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { base36 } from 'multiformats/bases/base36'
import { CID } from 'multiformats/cid'
import { LogStore } from '../../../src/main/features/chat/store.ts'
import { MessageStore } from '../../../src/main/features/chat/message-store.ts'
import { cidOf, encode } from '../../../src/main/platform/cbor.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { makeContent, type Entry, type KnownBody, type Said, type SignedEntry } from '../../../src/main/protocols/chat/index.ts'
import { ENTRY_KIND } from '../../../src/main/protocols/chat/constants.ts'
import { AccountId, PeerId, type ConversationId, type MessageId } from '../../../src/shared/ids.ts'
import { essence } from './town.ts'

/** An entry, and its block as its author made it. */
export interface Made {
  readonly signed: SignedEntry
  readonly block: Uint8Array | null
}

/** Who writes: a device of an account, with nothing in it. */
export interface Pencil {
  readonly account: AccountId
  readonly device: PeerId
  readonly publicKey: PublicKey
}

/** Devices of two accounts, or of as many as are asked for, in turn; the same ones at each call. */
export async function pencils(count: number, ofAccounts = 2): Promise<Pencil[]> {
  const key = (byte: number) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(byte))
  const keys = await Promise.all(Array.from({ length: ofAccounts }, (_, n) => key(101 + n)))
  const accounts = keys.map((one) => AccountId.parse(one.publicKey.toCID().toString(base36)))
  const made: Pencil[] = []
  for (let n = 0; n < count; n += 1) {
    const deviceKey = await key(110 + n)
    const device = PeerId.parse(peerIdFromPrivateKey(deviceKey).toString())
    made.push({ account: accounts[n % ofAccounts] as AccountId, device, publicKey: deviceKey.publicKey })
  }
  return made
}

/**
 * A device as far as histories go: real stores over a database in memory, entries written without a signature and put in where
 * the validator would have let them in: behind the head of their log. It is used for many histories, each in a conversation of
 * its own, as a database costs more than a history.
 */
export class Scribe {
  readonly pencil: Pencil
  readonly #database = openMemoryDatabase()
  readonly store: LogStore
  readonly messages: MessageStore
  readonly #ids
  #conversation = '' as ConversationId

  constructor(pencil: Pencil) {
    this.pencil = pencil
    this.store = new LogStore(this.#database, pencil.account)
    this.messages = new MessageStore(this.#database, pencil.account, this.store)
    this.#ids = this.#database.prepare<[number], { id: MessageId }>(
      'SELECT e.id FROM chat_messages m JOIN chat_entries e ON e.n = m.n WHERE m.conversation = ? ORDER BY m.ord',
    )
  }

  begin(conversation: ConversationId, roster: ConversationId): void {
    this.#conversation = conversation
    this.store.transaction(() => this.store.openHalf('talk', conversation, roster, 1))
  }

  close(): void {
    this.#database.close()
  }

  /** What this device says next; it is not put in yet. */
  make(what: { body: Exclude<KnownBody, { kind: 'post' }> } | { said: Said }, salt: Uint8Array): Made {
    const { account, device, publicKey } = this.pencil
    const row = this.#row()
    const head = this.store.head(row.key, device)
    const { body, block } = 'said' in what ? makeContent(what.said, salt) : { body: what.body, block: null }
    const entry: Entry = {
      v: 1,
      conversation: this.#conversation,
      account,
      device,
      seq: (head?.seq ?? 0) + 1,
      prev: head === null ? null : CID.parse(head.id),
      sentAtMs: 1_767_225_600_000,
      clock: row.clock + 1,
      body,
    }
    const bytes = encode(entry)
    return { signed: { id: cidOf(bytes) as MessageId, entry, body, signer: publicKey, envelope: unsigned(bytes, publicKey) }, block }
  }

  /** Puts in what fits behind the head of its log; what is here already, or would leave a gap, is passed over. */
  take(made: readonly Made[]): void {
    this.store.transaction(() => this.#put(made))
  }

  /** The process ends in the middle of it: nothing of it was. */
  loses(made: readonly Made[]): void {
    try {
      this.store.transaction(() => {
        this.#put(made)
        throw new Error('killed')
      })
    } catch {
      // What is remembered was read anew.
    }
  }

  /** Asks another device for blocks that are missing here. */
  ask(other: Scribe): void {
    const row = this.#row()
    this.store.transaction(() => {
      const logs = new Map(this.store.logs(row.key).map((log) => [log.key, log.device]))
      for (const n of this.store.view.blocks.wanted(row.key, 1_000)) {
        const device = logs.get(Math.floor(n / 2 ** 32))
        const seq = n % 2 ** 32
        const block = device === undefined ? null : other.#blockAt(device, seq)
        if (device !== undefined && block !== null) this.store.late({ conversation: this.#conversation, device, seq }, block, 2)
      }
    })
  }

  heads(): Map<PeerId, number> {
    return new Map(this.store.logs(this.#row().key).map(({ device, seq }) => [device, seq]))
  }

  ids(): MessageId[] {
    return this.#ids.all(this.#row().key).map(({ id }) => id)
  }

  /** All that is to be the same everywhere. */
  sees(): object {
    const row = this.#row()
    const messages = this.messages.before(row, undefined, 1_000).messages.map((message) => essence(message))
    return { messages, pinned: this.messages.pinned(row), disappears: this.messages.disappearAfterMs(row.id) }
  }

  #put(made: readonly Made[]): void {
    for (const one of made) {
      const { device, seq } = one.signed.entry
      const head = this.store.head(this.#row().key, device)?.seq ?? 0
      if (seq === head + 1) this.store.append(this.#conversation, one, 2)
    }
  }

  #blockAt(device: PeerId, seq: number): Uint8Array | null {
    const log = this.store.head(this.#row().key, device)
    return log === null ? null : this.store.view.blocks.get(log.key * 2 ** 32 + seq)
  }

  #row() {
    const row = this.store.conversation(this.#conversation)
    if (row === null) throw new Error('the history has not begun')
    return row
  }
}

/** An envelope as it is stored, around a signature that nobody looks at any more. */
export function unsigned(payload: Uint8Array, publicKey: PublicKey): Uint8Array {
  const field = (tag: number, bytes: Uint8Array): Uint8Array[] => [new Uint8Array([(tag << 3) | 2, ...varint(bytes.byteLength)]), bytes]
  const type = new TextEncoder().encode(ENTRY_KIND.type)
  return Buffer.concat([...field(1, publicKeyToProtobuf(publicKey)), ...field(2, type), ...field(3, payload), ...field(5, new Uint8Array(64))])
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
