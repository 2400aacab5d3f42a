import { CHUNKS_PER_GROUP } from '../../../platform/hash-tree.ts'
import { MAX_ASKED_TWICE } from '../limits.ts'

export interface Run {
  readonly first: number
  readonly count: number
}

/** Whoever asks for chunks: one stream to one device. */
export type Asker = symbol

/** Which chunks are here, which are asked of whom, and what to ask next. Pure. */
export class Picker {
  readonly #chunks: number
  readonly #done: Uint8Array
  #doneCount = 0
  /** Asked and not here yet, the oldest first. */
  readonly #asked = new Map<number, Set<Asker>>()
  /** All before it were asked once or are here. */
  #cursor = 0
  /** Behind the cursor and free again. */
  readonly #returned = new Set<number>()

  /** `done`: a bit for each that is here; becomes this one's own. */
  constructor(chunks: number, done: Uint8Array = new Uint8Array(Math.ceil(chunks / 8))) {
    this.#chunks = chunks
    this.#done = done
    for (let chunk = 0; chunk < chunks; chunk++) if (this.has(chunk)) this.#doneCount += 1
  }

  get isDone(): boolean {
    return this.#doneCount === this.#chunks
  }

  get doneCount(): number {
    return this.#doneCount
  }

  has(chunk: number): boolean {
    return ((this.#done[chunk >>> 3] ?? 0) & (1 << (chunk & 7))) !== 0
  }

  /** As it is now. */
  bits(): Uint8Array {
    return this.#done.slice()
  }

  /** What to ask next, of one group; null: all is here or asked of others, as often as it may be. */
  take(asker: Asker, most: number): Run | null {
    const first = this.#firstFree()
    const isFree = (chunk: number): boolean => !this.has(chunk) && !this.#asked.has(chunk)
    if (first !== null) return this.#run(asker, first, most, isFree)
    for (const [chunk, askers] of this.#asked) {
      if (askers.size < MAX_ASKED_TWICE && !askers.has(asker)) return this.#run(asker, chunk, most, (next) => this.#mayAskToo(asker, next))
    }
    return null
  }

  /** False: it was here already. */
  mark(chunk: number): boolean {
    this.#asked.delete(chunk)
    this.#returned.delete(chunk)
    if (this.has(chunk)) return false
    this.#done[chunk >>> 3] = (this.#done[chunk >>> 3] ?? 0) | (1 << (chunk & 7))
    this.#doneCount += 1
    return true
  }

  /** It is not here after all. */
  unmark(chunk: number): void {
    if (!this.has(chunk)) return
    this.#done[chunk >>> 3] = (this.#done[chunk >>> 3] ?? 0) & ~(1 << (chunk & 7))
    this.#doneCount -= 1
    if (chunk < this.#cursor) this.#returned.add(chunk)
  }

  /** What was asked of one that is gone is asked of others. */
  release(asker: Asker): void {
    for (const [chunk, askers] of this.#asked) {
      if (!askers.delete(asker) || askers.size > 0) continue
      this.#asked.delete(chunk)
      this.#returned.add(chunk)
    }
  }

  #firstFree(): number | null {
    for (const chunk of this.#returned) {
      this.#returned.delete(chunk)
      if (!this.has(chunk) && !this.#asked.has(chunk)) return chunk
    }
    while (this.#cursor < this.#chunks && (this.has(this.#cursor) || this.#asked.has(this.#cursor))) this.#cursor += 1
    return this.#cursor < this.#chunks ? this.#cursor : null
  }

  #mayAskToo(asker: Asker, chunk: number): boolean {
    const askers = this.#asked.get(chunk)
    return askers !== undefined && askers.size < MAX_ASKED_TWICE && !askers.has(asker)
  }

  #run(asker: Asker, first: number, most: number, belongs: (chunk: number) => boolean): Run {
    const groupEnd = (Math.floor(first / CHUNKS_PER_GROUP) + 1) * CHUNKS_PER_GROUP
    const end = Math.min(first + most, groupEnd, this.#chunks)
    let count = 0
    for (let chunk = first; chunk < end && (chunk === first || belongs(chunk)); chunk++) {
      const askers = this.#asked.get(chunk)
      if (askers === undefined) this.#asked.set(chunk, new Set([asker]))
      else askers.add(asker)
      this.#returned.delete(chunk)
      count += 1
    }
    return { first, count }
  }
}
