import type { Reachability } from '../../../shared/model/peers.ts'
import { parseAddress, type Reach } from './addresses.ts'

/** What is known about how this device can be reached. */
export interface ReachFacts {
  /** What this device tells others: addresses of its networks, those that a router or peer confirmed, relayed ones. */
  readonly listening: readonly string[]
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
export function judgeReachability({ listening, connections, tried }: ReachFacts): Reachability {
  const reaches = listening.map((address) => parseAddress(address)?.reach)
  const widest = lamps.find(({ reach }) => reaches.includes(reach))
  const counts = lamps
    .map(({ reach }) => ({ reach, count: reaches.filter((one) => one === reach).length }))
    .filter(({ count }) => count > 0)
    .map(({ reach, count }) => `${count} ${reach}`)
  return {
    lamp: widest?.lamp ?? 'offline',
    why: [
      widest?.why ?? 'Nobody can reach this device: it listens at no address.',
      ...(counts.length > 0 ? [`Addresses: ${counts.join(', ')}.`] : []),
      `Connections now: ${connections}.`,
      ...tried,
    ],
    listening: [...listening],
  }
}
