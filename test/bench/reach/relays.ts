import { ratio, type Figure } from '../report.ts'
import { interleave, type Summary } from '../stats.ts'
import { openWays } from './ways.ts'

const ROUND_TRIPS = 1_000
const PUSHES = 10
const MEBIBYTES = 32
const MEGABYTES_A_MEBIBYTE = 1.048576
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
    const roundTrip = (name: Name): Promise<number> => contenders[name].near.call('roundTrip', { line: contenders[name].line }, 180_000)
    const speed = async (name: Name): Promise<number> => {
      const { near, line } = contenders[name]
      const ms = await near.call('push', { line, mebibytes: MEBIBYTES }, 180_000)
      return (MEBIBYTES * MEGABYTES_A_MEBIBYTE) / (ms / 1_000)
    }
    const trips = await interleave(each(roundTrip), ROUND_TRIPS, ROUND_TRIPS / 10)
    const speeds = await interleave(each(speed), PUSHES, 1)
    const failures = { ours: await ours.call('failures'), hyperdht: await hyper.call('failures') }
    console.log(`connections that failed under load and were made again: ours ${failures.ours}, hyperdht's ${failures.hyperdht}`)
    return names.flatMap((name) => [
      { suite, what: `64 B there and back, ${SAID[name]}`, unit: 'ms' as const, summary: trips[name], ...against(trips, name) },
      { suite, what: `throughput, ${SAID[name]}`, unit: 'MB/s' as const, summary: speeds[name], ...against(speeds, name) },
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
