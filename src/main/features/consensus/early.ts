import type { PeerId } from '../../../shared/ids.ts'
import type { Frame, Message } from '../../protocols/consensus/index.ts'
import { EARLY_MS, MAX_EARLY_BYTES, MAX_EARLY_FRAMES } from './limits.ts'

interface Held {
  readonly from: PeerId
  readonly session: string
  readonly message: Message
  readonly sizeBytes: number
  readonly atMs: number
}

/** Messages of sessions that are not open here yet. Little of each validator, not for long, the oldest going first. */
export class Early {
  #held: Held[] = []

  hold(from: PeerId, session: string, { message }: Frame, nowMs: number): void {
    const sizeBytes = message.kind === 'commit' ? 0 : (message.payload?.byteLength ?? 0)
    if (sizeBytes > MAX_EARLY_BYTES) return
    this.#held = this.#held.filter(({ atMs }) => atMs > nowMs - EARLY_MS)
    this.#held.push({ from, session, message, sizeBytes, atMs: nowMs })
    for (;;) {
      const theirs = this.#held.filter((one) => one.from === from)
      const bytes = theirs.reduce((sum, one) => sum + one.sizeBytes, 0)
      if (theirs.length <= MAX_EARLY_FRAMES && bytes <= MAX_EARLY_BYTES) return
      this.#held = this.#held.filter((one) => one !== theirs[0])
    }
  }

  /** In the order in which they came; they are gone then. */
  take(session: string): { from: PeerId; message: Message }[] {
    const found = this.#held.filter((one) => one.session === session)
    this.#held = this.#held.filter((one) => one.session !== session)
    return found
  }
}
