import { type Facts, judgeOpened, judgeZone, type ZoneVerdict } from './judge.ts'
import type { ZoneKey } from './near.ts'
import type { SignedZone } from './zone.ts'

/**
 * What is thought of the zones that come in one look-up. Most peers have the same one: its signature is checked once, which
 * is most of what an answer costs (0.1 ms of one core).
 */
export class Verdicts {
  readonly #key: ZoneKey
  readonly #facts: () => Facts
  readonly #opened: SignedZone | null
  readonly #given: { readonly bytes: Uint8Array; readonly verdict: Promise<ZoneVerdict> }[] = []

  /** `opened`: a zone whose signature held before; whoever has the same bytes has it too. */
  constructor(key: ZoneKey, facts: () => Facts, opened: SignedZone | null) {
    this.#key = key
    this.#facts = facts
    this.#opened = opened
  }

  on(bytes: Uint8Array): Promise<ZoneVerdict> {
    const before = this.#given.find((one) => Buffer.compare(one.bytes, bytes) === 0)
    if (before !== undefined) return before.verdict
    const opened = this.#opened
    const isOpened = opened !== null && Buffer.compare(opened.bytes, bytes) === 0
    const verdict = isOpened
      ? Promise.resolve(judgeOpened(opened, this.#facts(), this.#key))
      : judgeZone(bytes, this.#facts(), this.#key)
    this.#given.push({ bytes, verdict })
    return verdict
  }
}
