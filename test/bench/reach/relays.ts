import { ratio, type Figure } from '../report.ts'
import { interleave, type Summary } from '../stats.ts'
import { openWays } from './ways.ts'

const ROUND_TRIPS = 1_000
const PUSHES = 10
const MEBIBYTES = 32
const MEGABYTES_A_MEBIBYTE = 1.048576
/** Long enough for a connection that has to be made again a few times. */
const TIMEOUT_MS = 180_000
const suite = 'reach'

/** Our circuit against our direct connection and hyperdht's blind relay, on loopback, in turn; three processes each. */
export async function relays(): Promise<Figure[]> {
  const ways = await openWays()
  const { ours, hyper } = ways
  const contenders = {
    direct: { near: ours, line: 'direct' },
    relayed: { near: ours, line: 'relayed' },
    hyperDirect: { near: hyper, line: 'direct' },
    hyperRelayed: { near: hyper, line: 'relayed' },
  } as const
  type Name = keyof typeof contenders
  const names = Object.keys(contenders) as Name[]
  const each = (measure: (of: Name) => Promise<number>) =>
    Object.fromEntries(names.map((name) => [name, () => measure(name)])) as Record<Name, () => Promise<number>>
  try {
    const roundTrip = (name: Name): Promise<number> => {
      const { near, line } = contenders[name]
      return near.call('roundTrip', { line }, TIMEOUT_MS)
    }
    const speed = async (name: Name): Promise<number> => {
      const { near, line } = contenders[name]
      const ms = await near.call('push', { line, mebibytes: MEBIBYTES }, TIMEOUT_MS)
      return (MEBIBYTES * MEGABYTES_A_MEBIBYTE) / (ms / 1_000)
    }
    const trips = await interleave(each(roundTrip), ROUND_TRIPS, ROUND_TRIPS / 10)
    const speeds = await interleave(each(speed), PUSHES, 1)
    const [mine, theirs] = [await ours.call('failures'), await hyper.call('failures')]
    console.log(`connections that failed under load and were made again: ours ${mine}, hyperdht's ${theirs}`)
    const figure = (name: Name, what: string, unit: Figure['unit'], of: Record<Name, Summary>): Figure => {
      return { suite, what: `${what}, ${SAID[name]}`, unit, summary: of[name], ...against(of, name) }
    }
    return names.flatMap((name) => [
      figure(name, '64 B there and back', 'ms', trips),
      figure(name, 'throughput', 'MB/s', speeds),
    ])
  } finally {
    await ways.close()
  }
}

const SAID = {
  direct: 'direct',
  relayed: 'through our relay',
  hyperDirect: 'hyperdht, direct',
  hyperRelayed: 'hyperdht, through its relay',
} as const

function against(of: Record<keyof typeof SAID, Summary>, name: keyof typeof SAID): Pick<Figure, 'against'> {
  if (name === 'relayed') return ratio(of.relayed, of.hyperRelayed, 'hyperdht’s relay')
  return name === 'hyperRelayed' ? ratio(of.hyperRelayed, of.hyperDirect, 'its own direct') : {}
}
