import { sealRecord, type IntroducerRecord } from '../../protocols/introduction/index.ts'
import { RECORD_LASTS_MS } from './limits.ts'
import type { IntroductionParts } from './parts.ts'

export interface SignedRecord {
  readonly envelope: Uint8Array
  readonly record: IntroducerRecord
}

type Parts = Pick<IntroductionParts, 'clock' | 'deviceKey' | 'me' | 'name' | 'addresses' | 'stun'>

/** What this introducer says of itself: signed once, and again when it changes or half of its time is over. */
export class OwnRecord {
  readonly #parts: Parts
  #signing: { readonly says: string; readonly issuedMs: number; readonly signed: Promise<SignedRecord> } | null = null
  #latest: SignedRecord | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The one that was signed last, however old. */
  get latest(): SignedRecord | null {
    return this.#latest
  }

  current(): Promise<SignedRecord> {
    const { clock, deviceKey, me, name } = this.#parts
    const addresses = ownAddresses(this.#parts.addresses())
    const said = { peerId: me.peerId, name: name(), addresses, stun: [...this.#parts.stun()] }
    const says = JSON.stringify(said)
    const issuedMs = clock.nowMs()
    // Issued later than now: the clock was ahead then, and others would not believe it.
    const ageMs = issuedMs - (this.#signing?.issuedMs ?? 0)
    if (this.#signing?.says === says && ageMs >= 0 && ageMs < RECORD_LASTS_MS / 2) return this.#signing.signed
    const signed = sealRecord({ ...said, issuedMs, expiresMs: issuedMs + RECORD_LASTS_MS }, deviceKey)
    const signing = { says, issuedMs, signed }
    this.#signing = signing
    void signed.then(
      (done) => {
        if (this.#signing === signing) this.#latest = done
      },
      () => {
        if (this.#signing === signing) this.#signing = null
      },
    )
    return signed
  }
}

/** Without the peer id at their end, and without those through other introducers: this one stands on its own. */
function ownAddresses(addresses: readonly string[]): string[] {
  const direct = addresses.filter((address) => !address.includes('/p2p-circuit'))
  return [...new Set(direct.map((address) => address.replace(/\/p2p\/[^/]+$/, '')))]
}
