import type { PostId } from '../../../shared/model/square.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { COPIES_EVERY_MS, MAX_COPIED } from './limits.ts'
import type { SquareStore } from './store.ts'

export interface CopiesParts {
  readonly clock: Clock
  readonly log: Log
  readonly store: Pick<SquareStore, 'addCopies'>
  readonly onWritten: (ids: Iterable<PostId>) => void
}

/** How often each message came again: counted here, written together. */
export class Copies {
  readonly #parts: CopiesParts
  #waiting = new Map<PostId, number>()
  #cancel: Cancel | null = null

  constructor(parts: CopiesParts) {
    this.#parts = parts
  }

  count(id: PostId): void {
    this.#waiting.set(id, this.waiting(id) + 1)
    if (this.#waiting.size >= MAX_COPIED) this.#write()
    else this.#cancel ??= this.#parts.clock.after(COPIES_EVERY_MS, () => this.#write())
  }

  /** Copies of a message that are not written yet. */
  waiting(id: PostId): number {
    return this.#waiting.get(id) ?? 0
  }

  stop(): void {
    this.#write()
  }

  #write(): void {
    this.#cancel?.()
    this.#cancel = null
    const written = this.#waiting
    if (written.size === 0) return
    this.#waiting = new Map()
    try {
      this.#parts.store.addCopies(written)
      this.#parts.onWritten(written.keys())
    } catch (error) {
      this.#parts.log.warn({ error }, 'how often messages came was not written')
    }
  }
}
