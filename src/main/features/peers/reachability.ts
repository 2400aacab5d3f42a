import type { Reachability } from '../../../shared/model/peers.ts'
import { readAddress, type Reach } from '../../platform/addresses.ts'

/** What is known about how this device can be reached. */
export interface ReachFacts {
  /**
   * What this device tells others: addresses of its networks, relayed ones, and of public ones only those that a router
   * gave or somebody outside confirmed. A public address in it is therefore reason enough to say "directly".
   */
  readonly listening: readonly string[]
  /** Names of the introducers at which this device holds a place: whoever asks there is connected to it. */
  readonly places: readonly string[]
  readonly connections: number
  /** What each way of being reached has come to so far, a sentence each. */
  readonly tried: readonly string[]
}

const lamps: readonly { reach: Reach; lamp: Reachability['lamp']; why: string }[] = [
  { reach: 'public', lamp: 'direct', why: 'Others can reach this device directly, at a public address.' },
  { reach: 'relayed', lamp: 'relayed', why: 'Others can reach this device through a relay.' },
  { reach: 'private', lamp: 'lan', why: 'Others can reach this device only on the same local network.' },
  { reach: 'loopback', lamp: 'offline', why: 'This device is on no network: only programs on it can reach it.' },
]

/** The lamp and its reasons: the widest reach of any address, then how many each kind has, then what was tried. */
export function judgeReachability({ listening, places, connections, tried }: ReachFacts): Reachability {
  const reaches = listening.map((address) => readAddress(address)?.reach)
  // A place is one as soon as it is given; its address follows when libp2p has listened there.
  const ways = new Set([...reaches, ...(places.length > 0 ? (['relayed'] as const) : [])])
  const widest = lamps.find(({ reach }) => ways.has(reach))
  const counts = lamps
    .map(({ reach }) => ({ reach, count: reaches.filter((one) => one === reach).length }))
    .filter(({ count }) => count > 0)
    .map(({ reach, count }) => `${count} ${reach}`)
  return {
    lamp: widest?.lamp ?? 'offline',
    why: [
      widest?.why ?? 'Nobody can reach this device: it listens at no address.',
      ...(places.length > 0 ? [`A place is held at ${listed(places)}.`] : []),
      ...(counts.length > 0 ? [`Addresses: ${counts.join(', ')}.`] : []),
      `Connections now: ${connections}.`,
      ...tried,
    ],
    listening: [...listening],
  }
}

/** Names that others chose, in quotes as such; those after the second are counted. Some have not said theirs yet. */
function listed(names: readonly string[]): string {
  const [first = '', second] = names.map((name) => (name === '' ? 'an introducer' : `“${name}”`))
  if (second === undefined) return first
  return names.length === 2 ? `${first} and ${second}` : `${first}, ${second} and ${names.length - 2} more`
}
