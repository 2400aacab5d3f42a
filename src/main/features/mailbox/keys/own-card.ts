import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, Address, PeerId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { MAX_ADDRESSES_OF_HOLDER, MAX_HOLDERS_IN_CARD, sealCard, type Hex, type HolderInCard } from '../../../protocols/mailbox/index.ts'
import { CARD_EVERY_MS, CARD_LASTS_MS, CARD_ROOM_BYTES, MAX_ADDRESS_CHARS } from '../limits.ts'

export interface OwnCardParts {
  readonly database: Database
  readonly clock: Clock
  readonly me: { readonly account: AccountId; readonly peerId: PeerId; readonly deviceKey: PrivateKey }
  /** Who holds our mail, those that answered last first. */
  readonly holders: () => readonly { readonly peerId: PeerId; readonly box: Hex }[]
  readonly addressesOf: (peerId: PeerId) => Promise<readonly Address[]>
  readonly weekly: () => Promise<{ publicKey: Uint8Array; untilMs: number }>
}

export interface OwnCard {
  readonly seq: number
  readonly envelope: Uint8Array
}

/** How others can write to this device while it is away, as it signed it last. */
export class OwnCards {
  readonly #parts: OwnCardParts
  readonly #sql
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: OwnCardParts) {
    this.#parts = parts
    const { database } = parts
    this.#sql = {
      get: database.prepare<[], Row>('SELECT seq, made_ms, says, envelope FROM mail_own_card'),
      put: database.prepare<[number, number, string, Uint8Array]>('INSERT OR REPLACE INTO mail_own_card VALUES (1, ?, ?, ?, ?)'),
    }
  }

  /** The card as it should be now: signed anew where it says something else, or has become old. */
  current(): Promise<OwnCard> {
    const made = this.#turn.then(() => this.#make())
    this.#turn = made.catch(() => {})
    return made
  }

  async #make(): Promise<OwnCard> {
    const { clock, me } = this.#parts
    const weekly = await this.#parts.weekly()
    const holders = await this.#holders()
    const nowMs = clock.nowMs()
    const says = JSON.stringify([me.account, holders, Buffer.from(weekly.publicKey).toString('hex')])
    const last = this.#sql.get.get()
    const isFresh = last !== undefined && nowMs >= last.made_ms && nowMs < last.made_ms + CARD_EVERY_MS
    if (last !== undefined && last.says === says && isFresh) return { seq: last.seq, envelope: last.envelope }
    // By the clock, so that a device that came back from a backup does not go below what others have seen.
    const seq = Math.max((last?.seq ?? 0) + 1, nowMs)
    const envelope = await sealCard(
      {
        device: me.peerId,
        account: me.account,
        seq,
        holders,
        weekly: { key: weekly.publicKey, untilMs: weekly.untilMs },
        untilMs: nowMs + CARD_LASTS_MS,
      },
      me.deviceKey,
    )
    this.#sql.put.run(seq, nowMs, says, envelope)
    return { seq, envelope }
  }

  async #holders(): Promise<HolderInCard[]> {
    const holders: HolderInCard[] = []
    let room = CARD_ROOM_BYTES
    for (const { peerId, box } of this.#parts.holders().slice(0, MAX_HOLDERS_IN_CARD)) {
      // Without addresses it is found as any peer is, or not.
      const known = await this.#parts.addressesOf(peerId).catch((): Address[] => [])
      const addresses = new Set<Address>()
      for (const address of known.filter(({ length }) => length <= MAX_ADDRESS_CHARS)) {
        if (addresses.size >= MAX_ADDRESSES_OF_HOLDER || address.length + 3 > room) break
        addresses.add(address)
        room -= address.length + 3
      }
      // In an order of their own: the same ones in another order are no new card.
      holders.push({ peerId, box, addresses: [...addresses].toSorted((a, b) => (a < b ? -1 : 1)) })
    }
    return holders
  }
}

interface Row {
  readonly seq: number
  readonly made_ms: number
  readonly says: string
  readonly envelope: Uint8Array
}
