import type { PrivateKey } from '@libp2p/interface'
import { CID } from 'multiformats/cid'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import {
  conversationIdOf,
  membersOf,
  signEntry,
  type Entry,
  type SignedEntry,
} from '../../../src/main/protocols/chat/index.ts'
import { ENTRY_KIND } from '../../../src/main/protocols/chat/constants.ts'
import type { Device } from './people.ts'

/** Writes the log of a device as its own Latch would, or with anything wrong that a test asks for. */
export class Pen {
  readonly device: Device
  readonly other: AccountId
  #seq = 0
  #prev: string | null = null
  #clock = 0

  constructor(device: Device, other: AccountId) {
    this.device = device
    this.other = other
  }

  async say(text: string, wrong: Partial<Entry> = {}, key: PrivateKey = this.device.deviceKey): Promise<SignedEntry> {
    return this.write({ kind: 'message', text }, wrong, key)
  }

  async write(body: Entry['body'], wrong: Partial<Entry> = {}, key = this.device.deviceKey): Promise<SignedEntry> {
    const signed = await signEntry({ ...this.next(body), ...wrong }, key)
    this.#seq += 1
    this.#clock += 1
    this.#prev = signed.id
    return signed
  }

  /** The next entry, without writing it. */
  next(body: Entry['body']): Entry {
    return {
      v: 1,
      conversation: conversationIdOf(membersOf(this.device.account, this.other)),
      account: this.device.account,
      device: this.device.peerId,
      seq: this.#seq + 1,
      prev: this.#prev === null ? null : CID.parse(this.#prev),
      sentAtMs: 1_767_225_600_000,
      clock: this.#clock + 1,
      body,
    }
  }
}

/** Any value, signed as an entry. */
export function sealAnything(value: unknown, key: PrivateKey): Promise<Uint8Array> {
  return seal(ENTRY_KIND, encode(value), key)
}

export function logPosition(entry: Entry): { conversation: Entry['conversation']; device: PeerId; seq: number } {
  return { conversation: entry.conversation, device: entry.device, seq: entry.seq }
}
