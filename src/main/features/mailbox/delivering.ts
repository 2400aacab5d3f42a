import { createHash } from 'node:crypto'
import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, Address, PeerId } from '../../../shared/ids.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence } from '../../platform/streams.ts'
import {
  createMailboxProtocol,
  KEY_ID_BYTES,
  LETTER_SIZES,
  MailboxProtocolError,
  MAX_LETTER_BYTES,
  sealedSize,
  sealLetter,
  type Deposited,
  type HolderInCard,
  type MailboxProtocol,
  type MailCard,
} from '../../protocols/mailbox/index.ts'
import type { TakenKey, TheirKeys } from './keys/their-keys.ts'
import { CONNECT_TIMEOUT_MS, DELIVER_TIMEOUT_MS } from './limits.ts'
import type { Delivery, Stranger } from './types.ts'

/** An answer that no Latch gives. */
const FALSE_POINTS = 10

export interface DeliveringParts {
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  readonly randomBytes: (length: number) => Uint8Array
  readonly me: { readonly account: AccountId; readonly peerId: PeerId; readonly deviceKey: PrivateKey }
  readonly theirs: TheirKeys
  readonly protocol: MailboxProtocol
  readonly connect: (peerId: PeerId, addresses: readonly Address[], signal: AbortSignal) => Promise<void>
  readonly isConnected: (peerId: PeerId) => boolean
  readonly nameOf: (peerId: PeerId) => string | undefined
  readonly stranger?: (holder: PeerId, addresses: readonly Address[], signal: AbortSignal) => Promise<Stranger>
  /** What goes along, of at most so many bytes together: the letter is not made larger by it. */
  readonly besides: (device: PeerId, roomBytes: number) => Promise<{ card?: Uint8Array; keys?: Uint8Array }>
}

/** Leaves a letter with one of those who hold mail for a device. */
export class Delivering {
  readonly #parts: DeliveringParts

  constructor(parts: DeliveringParts) {
    this.#parts = parts
  }

  /** Errors: RangeError for a letter that is empty or too long; the signal's reason. */
  async deliver(device: PeerId, body: Uint8Array, parent?: AbortSignal): Promise<Delivery> {
    if (body.byteLength === 0 || body.byteLength > MAX_LETTER_BYTES) throw new RangeError(`a letter of ${body.byteLength} bytes; at most ${MAX_LETTER_BYTES}`)
    const { clock, theirs, me } = this.#parts
    const card = await theirs.card(device)
    if (card === null) return { outcome: 'no-card', why: 'That device has not said yet who holds its mail, or too long ago.' }
    // What this device would hold itself, it gives when they meet.
    const holders = card.holders.filter(({ peerId }) => peerId !== me.peerId)
    if (holders.length === 0) return { outcome: 'no-holder', why: 'Nobody else holds mail for that device.' }
    const limit = deadline(clock, DELIVER_TIMEOUT_MS, 'the delivery of a letter', parent)
    const letter = new Sealing(this.#parts, card, body)
    try {
      return await this.#toOneOf(this.#inOrder(holders), letter, limit.signal)
    } catch (error) {
      if (parent?.aborted === true) throw parent.reason
      if (error instanceof NoKeyError) return { outcome: 'no-card', why: 'The keys that device gave are used up or too old; it gives new ones when you meet.' }
      if (error instanceof DeadlineError) return unreachable
      throw error
    } finally {
      letter.over()
      limit.release()
    }
  }

  async #toOneOf(holders: readonly HolderInCard[], letter: Sealing, signal: AbortSignal): Promise<Delivery> {
    const { clock, nameOf } = this.#parts
    const heard = new Set<Deposited['outcome'] | 'nothing'>()
    for (const holder of holders) {
      const deposited = await this.#deposit(holder, letter, signal)
      heard.add(deposited?.outcome ?? 'nothing')
      if (deposited?.outcome === 'held') {
        const name = nameOf(holder.peerId)
        const by = { peerId: holder.peerId, ...(name === undefined ? {} : { name }) }
        return { outcome: 'held', by, untilMs: clock.nowMs() + deposited.forMs }
      }
    }
    if (heard.has('full')) return { outcome: 'full', why: 'Who holds mail for that device has no room for more of it.' }
    if (heard.has('nothing') || heard.has('busy')) return unreachable
    return { outcome: 'no-holder', why: 'Those who held mail for that device do so no more.' }
  }

  /** Null: it could not be reached, or talked nonsense. Errors: NoKeyError, the signal's reason. */
  async #deposit({ peerId, box, addresses }: HolderInCard, letter: Sealing, signal: AbortSignal): Promise<Deposited | null> {
    const { log, offence } = this.#parts
    try {
      return await this.#through(peerId, addresses, signal, (protocol) => protocol.deposit(peerId, box, letter.bytes, () => letter.sealed(), signal))
    } catch (error) {
      if (error instanceof NoKeyError) throw error
      signal.throwIfAborted()
      if (error instanceof MailboxProtocolError) offence(peerId, `mailbox: ${error.message}`, FALSE_POINTS)
      log.debug({ peer: peerId, error }, 'a letter could not be left with a holder')
      return null
    }
  }

  /** Under a peer id of its own where that is had: never, then, by this device. */
  async #through<T>(holder: PeerId, addresses: readonly Address[], signal: AbortSignal, act: (protocol: MailboxProtocol) => Promise<T>): Promise<T> {
    const { clock, log, connect, isConnected, protocol, stranger } = this.#parts
    const limit = deadline(clock, CONNECT_TIMEOUT_MS, 'connecting to a holder of mail', signal)
    if (stranger === undefined) {
      if (!isConnected(holder)) await connect(holder, addresses, limit.signal).finally(limit.release)
      limit.release()
      return act(protocol)
    }
    const made = await stranger(holder, addresses, limit.signal).finally(limit.release)
    try {
      // What such a connection is blamed for, nobody remembers.
      return await act(createMailboxProtocol({ streams: made.streams, clock, offence: () => {} }))
    } finally {
      made.close().catch((error: unknown) => log.debug({ error }, 'a stranger did not close'))
    }
  }

  /**
   * Always the same order for all letters of this device, so that they lie in one place and come in theirs; for each sender another, so
   * that not all letters go to one holder. Who is connected comes first, where that connection is used.
   */
  #inOrder(holders: readonly HolderInCard[]): HolderInCard[] {
    const { me, isConnected, stranger } = this.#parts
    const rank = ({ peerId }: HolderInCard): string => {
      const isThere = stranger === undefined && isConnected(peerId)
      return `${isThere ? 0 : 1} ${createHash('sha256').update(me.peerId).update(peerId).digest('hex')}`
    }
    return holders.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
  }
}

const unreachable: Delivery = { outcome: 'unreachable', why: 'Nobody who holds mail for that device can be reached now.' }

/** Nothing is left that the letter could be sealed to. */
class NoKeyError extends Error {
  override readonly name = 'NoKeyError'
}

/**
 * A letter that is sealed once a holder would take it, and then the same for all of them. Its key is forgotten before a byte of it
 * leaves, and put back where none does.
 */
class Sealing {
  readonly bytes: number
  readonly #parts: DeliveringParts
  readonly #card: MailCard
  readonly #body: Uint8Array
  readonly #sentAtMs: number
  readonly #roomBytes: number
  #key: TakenKey | null = null
  #sealed: Uint8Array | null = null

  constructor(parts: DeliveringParts, card: MailCard, body: Uint8Array) {
    this.#parts = parts
    this.#card = card
    this.#body = body
    this.#sentAtMs = parts.clock.nowMs()
    const { bytes, roomBytes } = sealedSize({ to: card.device, account: parts.me.account, sentAtMs: this.#sentAtMs, body })
    if (!LETTER_SIZES.includes(bytes)) throw new RangeError(`a sealed letter of ${bytes} bytes`)
    this.bytes = bytes
    this.#roomBytes = roomBytes
  }

  async sealed(): Promise<Uint8Array> {
    if (this.#sealed !== null) return this.#sealed
    const { theirs, randomBytes, me, besides } = this.#parts
    const key = (this.#key ??= theirs.take(this.#card))
    if (key === null) throw new NoKeyError('no key of that device is left')
    const id = key.id ?? Buffer.from(randomBytes(KEY_ID_BYTES)).toString('hex')
    const { device } = this.#card
    const sealed = await sealLetter(
      {
        to: device,
        key: { id, publicKey: key.publicKey },
        account: me.account,
        sentAtMs: this.#sentAtMs,
        body: this.#body,
        besides: await besides(device, this.#roomBytes),
      },
      me.deviceKey,
    )
    key.use()
    this.#sealed = sealed
    return sealed
  }

  over(): void {
    if (this.#sealed === null) this.#key?.back()
  }
}
