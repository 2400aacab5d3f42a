import { SECOND } from '../../../shared/units.ts'

interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/**
 * Of one address (IPv6: one /64). A look at the NAT is a dozen datagrams, a WebRTC connection asks each server up to
 * seven times; behind a carrier's address some ten people may do either at once.
 */
export const OF_ONE: Rate = { burst: 100, perSecond: 20 }

/**
 * Of everybody. An answer costs some 40 µs: a flood, whose senders can be invented, gets 4 % of this thread for
 * answers; what is dropped costs some 10 µs each.
 */
export const OF_ALL: Rate = { burst: 2_000, perSecond: 1_000 }

/** Addresses remembered, some 100 bytes each. Who was forgotten begins with a full bucket; the bound of all holds. */
export const MAX_SOURCES = 4_096

interface Bucket {
  tokens: number
  atMs: number
}

/** Token buckets for the senders of datagrams. *Units*: `nowMs` is monotonic. */
export class Brake {
  readonly #ofOne = new Map<string, Bucket>()
  readonly #ofAll: Bucket = { tokens: OF_ALL.burst, atMs: 0 }

  get size(): number {
    return this.#ofOne.size
  }

  take(source: string, nowMs: number): 'taken' | 'over-rate' {
    const bucket = this.#ofOne.get(source) ?? { tokens: OF_ONE.burst, atMs: nowMs }
    // Put back at the end: the Map's order is then the order of use, and the first is who was quiet longest.
    this.#ofOne.delete(source)
    this.#ofOne.set(source, bucket)
    if (this.#ofOne.size > MAX_SOURCES) this.#forgetOne()
    // One that is over its own rate takes nothing from the others.
    if (takeFrom(bucket, OF_ONE, nowMs) === 'empty') return 'over-rate'
    return takeFrom(this.#ofAll, OF_ALL, nowMs) === 'taken' ? 'taken' : 'over-rate'
  }

  #forgetOne(): void {
    for (const source of this.#ofOne.keys()) {
      this.#ofOne.delete(source)
      return
    }
  }
}

function takeFrom(bucket: Bucket, { burst, perSecond }: Rate, nowMs: number): 'taken' | 'empty' {
  bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * perSecond) / SECOND)
  bucket.atMs = nowMs
  if (bucket.tokens < 1) return 'empty'
  bucket.tokens -= 1
  return 'taken'
}
