import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { Log } from '../../../platform/log.ts'
import type { MailboxParts } from '../types.ts'
import type { Exchange } from './exchange.ts'
import type { OwnCards } from './own-card.ts'

export interface CorrespondentsParts extends Pick<MailboxParts, 'proofs' | 'corresponds' | 'isConnected'> {
  readonly log: Log
  readonly exchange: Exchange
  readonly cards: OwnCards
}

/** With whom keys are exchanged, and when: as soon as they are there, or become one, and where our card changes. */
export class Correspondents {
  readonly #parts: CorrespondentsParts
  /** Who proved themselves, and may be there still. */
  readonly #there = new Set<PeerId>()
  /** Number of the card that they were told of. */
  #toldSeq = 0

  constructor(parts: CorrespondentsParts) {
    this.#parts = parts
  }

  proven(peerId: PeerId): void {
    this.#there.add(peerId)
    if (this.#isOne(peerId)) this.#parts.exchange.with(peerId)
  }

  /** Others may be correspondents now, or have used up their keys. */
  reconsider(): void {
    const { exchange } = this.#parts
    for (const peerId of this.#present()) if (exchange.isWorthwhile(peerId)) exchange.with(peerId)
  }

  /** Signs a card where it is to say something else, or is old, and gives it to all who are there. */
  async tellCard(): Promise<void> {
    const { cards, exchange } = this.#parts
    const { seq } = await cards.current()
    if (seq === this.#toldSeq) return
    this.#toldSeq = seq
    for (const peerId of this.#present()) exchange.with(peerId)
  }

  #present(): PeerId[] {
    for (const peerId of this.#there) if (!this.#parts.isConnected(peerId)) this.#there.delete(peerId)
    return [...this.#there].filter((peerId) => this.#isOne(peerId))
  }

  #isOne(peerId: PeerId): boolean {
    const account = this.#parts.proofs.of(peerId)?.account
    return account !== undefined && this.#parts.corresponds(peerId, account)
  }
}

/** Whose device it has proven to be, where keys are exchanged with it; waits for a hello under way. */
export async function correspondent(
  { proofs, corresponds }: Pick<MailboxParts, 'proofs' | 'corresponds'>,
  peerId: PeerId,
  signal?: AbortSignal,
): Promise<AccountId | null> {
  const proof = await proofs.prove(peerId, signal)
  return proof !== null && corresponds(peerId, proof.account) ? proof.account : null
}
