import { MAX_COUNTED } from './limits.ts'

/** Token buckets under names that others choose, bounded in number. *Units*: `nowMs` is monotonic. */
export class Pace {
  readonly #rate: { readonly burst: number; readonly perSecond: number }
  /** The one used last at the end. */
  readonly #buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>()

  constructor(rate: { readonly burst: number; readonly perSecond: number }) {
    this.#rate = rate
  }

  /** Whether there is one left under this name; takes it. */
  takes(name: string, nowMs: number): boolean {
    const { burst, perSecond } = this.#rate
    const before = this.#buckets.get(name) ?? { tokens: burst, atMs: nowMs }
    const tokens = Math.min(burst, before.tokens + ((nowMs - before.atMs) / 1000) * perSecond)
    this.#buckets.delete(name)
    this.#buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs })
    // Whoever is forgotten has a full bucket again: there are fewer connections than names.
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > MAX_COUNTED && oldest !== undefined) this.#buckets.delete(oldest)
    return tokens >= 1
  }
}
