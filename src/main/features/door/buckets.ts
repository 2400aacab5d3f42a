import { SECOND } from '../../../shared/units.ts'
import { MAX_BUCKETS } from './limits.ts'

export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

interface Bucket {
  readonly tokens: number
  readonly atMs: number
}

/** Token buckets under keys that strangers choose, bounded in number. *Units*: `nowMs` is monotonic. */
export class Buckets {
  readonly #rate: Rate
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Takes `cost` tokens, or none. */
  take(key: string, nowMs: number, cost = 1): 'taken' | 'empty' {
    const tokens = this.#level(this.#buckets.get(key), nowMs)
    // Taken out and put back at the end: the Map's order is then the order of use.
    this.#buckets.delete(key)
    const isEnough = tokens >= cost
    this.#buckets.set(key, { tokens: isEnough ? tokens - cost : tokens, atMs: nowMs })
    if (this.#buckets.size > MAX_BUCKETS) this.#dropSome(nowMs)
    return isEnough ? 'taken' : 'empty'
  }

  /** What is left under a key; null where nothing was taken for so long that it is full again. */
  left(key: string, nowMs: number): number | null {
    const bucket = this.#buckets.get(key)
    if (bucket === undefined) return null
    const tokens = this.#level(bucket, nowMs)
    return tokens >= this.#rate.burst ? null : tokens
  }

  get size(): number {
    return this.#buckets.size
  }

  #level(bucket: Bucket | undefined, nowMs: number): number {
    if (bucket === undefined) return this.#rate.burst
    return Math.min(
      this.#rate.burst,
      bucket.tokens + (Math.max(0, nowMs - bucket.atMs) / SECOND) * this.#rate.perSecond,
    )
  }

  #dropSome(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (this.#level(bucket, nowMs) >= this.#rate.burst) this.#buckets.delete(key)
    }
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_BUCKETS * 0.9) break
      this.#buckets.delete(key)
    }
  }
}

/**
 * Which addresses share a bucket: an IPv4 /24, an IPv6 /48. Private addresses stand alone, since one house may hold
 * hundreds of honest devices in a /24. Null, no shared bucket, for this machine: what runs here has shorter ways
 * to do harm, and tests and the demonstration peer live here. Behind a relay the relay's address is all there is, and
 * gets a bucket apart from its own streams. What has no address at all (WebRTC) shares one.
 */
export function subnetOf(address: string): string | null {
  const [, family, host = '', , zoned = ''] = address.split('/')
  const relayed = address.includes('/p2p-circuit') ? 'relayed by ' : ''
  if (family === 'memory') return null
  if (family === 'ip4') return ipv4Subnet(host, relayed)
  if (family === 'ip6') return ipv6Subnet(host, relayed)
  if (family === 'ip6zone') return ipv6Subnet(zoned, relayed)
  return `${relayed}no address`
}

function ipv4Subnet(host: string, relayed: string): string | null {
  const [a = 0, b = 0, c = 0] = host.split('.').map(Number)
  if (a === 127) return relayed === '' ? null : `${relayed}loopback`
  const isPrivate = a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254)
  return `${relayed}${isPrivate ? host : `${a}.${b}.${c}.0/24`}`
}

function ipv6Subnet(host: string, relayed: string): string | null {
  const groups = ipv6Groups(host)
  if (groups.slice(0, 7).every((group) => group === 0) && groups[7] === 1) {
    return relayed === '' ? null : `${relayed}loopback`
  }
  const isMappedV4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMappedV4) {
    const [high = 0, low = 0] = groups.slice(6)
    return ipv4Subnet([high >> 8, high & 255, low >> 8, low & 255].join('.'), relayed)
  }
  const first = groups[0] ?? 0
  const isPrivate = (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80
  const kept = isPrivate ? groups : groups.slice(0, 3)
  return `${relayed}${kept.map((group) => group.toString(16)).join(':')}${isPrivate ? '' : '::/48'}`
}

/** The eight groups of an address that libp2p wrote, `::` filled in, a dotted tail turned into two groups. */
function ipv6Groups(host: string): number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host)
  const [, a = 0, b = 0, c = 0, d = 0] = (dotted ?? []).map(Number)
  const hex =
    dotted === null
      ? host
      : `${host.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  const [head = '', tail] = hex.split('::')
  const numbers = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  if (tail === undefined) return numbers(head)
  const [before, after] = [numbers(head), numbers(tail)]
  return [...before, ...Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after]
}
