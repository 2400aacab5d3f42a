import { LatchError } from '../../../shared/errors.ts'
import type { TransferId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import { MAX_PARTED, MAX_SHOWN_BYTES, PARTS_MS } from './limits.ts'

interface Parted {
  readonly parts: Uint8Array[]
  bytes: number
  touchedMs: number
}

/** Bytes that have no place on the disk and come in several calls, as one call carries little; held until they are asked for. */
export class Parts {
  readonly #clock: Clock
  readonly #newId: () => TransferId
  readonly #all = new Map<TransferId, Parted>()

  constructor(clock: Clock, newId: () => TransferId) {
    this.#clock = clock
    this.#newId = newId
  }

  /** `id` null: the first of them. Errors: LatchError NOT_FOUND (nobody went on with it), TOO_LARGE, BUSY. */
  put(id: TransferId | null, part: Uint8Array): TransferId {
    const nowMs = this.#clock.nowMs()
    for (const [old, { touchedMs }] of this.#all) if (nowMs - touchedMs > PARTS_MS) this.#all.delete(old)
    if (id === null) {
      if (this.#all.size >= MAX_PARTED) throw new LatchError('BUSY', 'Too many files are being made ready.')
      const made = this.#newId()
      this.#all.set(made, { parts: [part], bytes: part.byteLength, touchedMs: nowMs })
      return made
    }
    const known = this.#known(id)
    if (known.bytes + part.byteLength > MAX_SHOWN_BYTES) {
      this.#all.delete(id)
      throw new LatchError('TOO_LARGE', 'What has no place on the disk may have 48 MiB.')
    }
    known.parts.push(part)
    known.bytes += part.byteLength
    known.touchedMs = nowMs
    return id
  }

  /** All of them and the last, and nothing is held any more. Errors: LatchError NOT_FOUND. */
  take(id: TransferId, last: Uint8Array): Uint8Array {
    const { parts } = this.#known(id)
    this.#all.delete(id)
    return Buffer.concat([...parts, last])
  }

  #known(id: TransferId): Parted {
    const known = this.#all.get(id)
    if (known === undefined) throw new LatchError('NOT_FOUND', 'The beginning of that file is no longer here. Choose it again.')
    return known
  }
}
