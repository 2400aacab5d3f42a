import type { AskedPeer, Place, RoutedPeer, Walk } from '../../src/shared/model/routing.ts'
import { accountOf, hexOf, peerIdOf } from './ids.ts'
import { now } from './people.ts'
import { routingScene } from './routing.ts'

export const { place: here } = routingScene()

const bitsOf = (place: Place): string =>
  place.replaceAll(/./g, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'))

/** How many bits from the front two places have in common. */
export function common(one: Place, other: Place): number {
  const [a, b] = [bitsOf(one), bitsOf(other)]
  let first = 0
  while (first < 256 && a[first] === b[first]) first += 1
  return first
}

/** Spread as places are: one name always to one place, and nearby names to places far apart. */
export function placeOf(name: string): Place {
  let state = 0x9e3779b9
  for (const character of `place of ${name}`) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x85ebca6b)
  let place = ''
  while (place.length < 64) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5
    place += ((state ^ (state >>> 13)) >>> 0).toString(16).padStart(8, '0').slice(0, 4)
  }
  return place
}

/** A place that has so many bits of another in common, and goes on as a name has it. */
export function near(place: Place, depth: number, name: string): Place {
  const [bits, rest] = [bitsOf(place), bitsOf(hexOf(`near ${name}`, 32))]
  const all = bits.slice(0, depth) + (bits[depth] === '1' ? '0' : '1') + rest.slice(depth + 1)
  return (all.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join('')
}

/** A device at its own place, at its own distance. */
export function device(name: string, changes: Partial<RoutedPeer> = {}): RoutedPeer {
  const place = changes.place ?? placeOf(name)
  return {
    peerId: peerIdOf(name),
    account: accountOf(name),
    place,
    depth: common(here, place),
    connected: true,
    rttMs: 24,
    ...changes,
  }
}

/** So many, of which every third is only known. */
export function crowd(count: number): RoutedPeer[] {
  return Array.from({ length: count }, (_, at) =>
    at % 3 === 2
      ? device(`Person ${at}`, { account: null, connected: false, rttMs: null })
      : device(`Person ${at}`, { rttMs: 3 + ((at * 37) % 180) }),
  )
}

export function asked(peer: RoutedPeer, outcome: AskedPeer['outcome'], hops = 0, tookMs: number | null = 3.4): AskedPeer {
  const { peerId, place, depth } = peer
  return { peerId, place, depth, hops, outcome, tookMs }
}

export function walkTo(fullName: string, place: Place, all: readonly AskedPeer[], changes: Partial<Walk> = {}): Walk {
  return {
    fullName,
    place,
    depth: common(here, place),
    atMs: now() - 20_000,
    tookMs: 12.4,
    outcome: 'found',
    asked: [...all],
    ...changes,
  }
}

