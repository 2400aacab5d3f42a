import type { ReceivedFrame } from '../../protocols/chat/index.ts'
import { MAX_ENTRIES_A_BATCH, MAX_INBOX_BYTES, MAX_INBOX_FRAMES } from './limits.ts'

/** Frames that were read and not yet taken into the logs; bounded by its reader waiting for room. */
export class Inbox {
  readonly #frames: ReceivedFrame[] = []
  #bytes = 0
  #roomMade = (): void => {}

  get isEmpty(): boolean {
    return this.#frames.length === 0
  }

  put(received: ReceivedFrame): void {
    this.#frames.push(received)
    this.#bytes += received.sizeBytes
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.#frames.length >= MAX_INBOX_FRAMES || this.#bytes >= MAX_INBOX_BYTES) {
      await new Promise<void>((resolve) => (this.#roomMade = resolve))
    }
  }

  /** Frames to be taken in one transaction: all that wait, up to a bound. */
  nextBatch(): ReceivedFrame[] {
    let entries = 0
    let count = 0
    for (const { frame } of this.#frames) {
      entries += frame.kind === 'entries' ? frame.entries.length : 0
      if (count > 0 && entries > MAX_ENTRIES_A_BATCH) break
      count += 1
    }
    const batch = this.#frames.splice(0, count)
    for (const { sizeBytes } of batch) this.#bytes -= sizeBytes
    this.#roomMade()
    return batch
  }

  empty(): void {
    this.#frames.length = 0
    this.#bytes = 0
    this.#roomMade()
  }
}
