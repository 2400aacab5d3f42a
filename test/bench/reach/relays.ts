import { ratio, type Figure } from '../report.ts'
import { interleave, timed } from '../stats.ts'
import { openWays } from './ways.ts'

const ROUND_TRIPS = 1_000
const PUSHES = 10
const MEBIBYTES = 32
const MEGABYTES = (MEBIBYTES * 1024 * 1024) / 1e6
const suite = 'reach'

/** Our circuit against our direct connection and hyperdht's blind relay, on loopback, in turn; three processes each. */
export async function relays(introducer: string): Promise<Figure[]> {
  const { lines, close } = await openWays(introducer)
  try {
    const roundTrip = (of: keyof typeof lines) => () => timed(() => lines[of].roundTrip())
    const push = (of: keyof typeof lines) => async () => MEGABYTES / ((await timed(() => lines[of].push(MEBIBYTES))) / 1_000)
    const contenders = ['direct', 'relayed', 'hyperDirect', 'hyperRelayed'] as const
    const every = (make: (of: keyof typeof lines) => () => Promise<number>) =>
      Object.fromEntries(contenders.map((of) => [of, make(of)])) as Record<(typeof contenders)[number], () => Promise<number>>
    const trips = await interleave(every(roundTrip), ROUND_TRIPS, ROUND_TRIPS / 10)
    const speeds = await interleave(every(push), PUSHES, 1)
    const names = {
      direct: 'direct',
      relayed: 'through our introducer',
      hyperDirect: 'hyperdht, direct',
      hyperRelayed: 'hyperdht, through its relay',
    }
    return contenders.flatMap((of) => [
      { suite, what: `64 B there and back, ${names[of]}`, unit: 'ms' as const, summary: trips[of], ...against(trips, of) },
      { suite, what: `throughput, ${names[of]}`, unit: 'MB/s' as const, summary: speeds[of], ...against(speeds, of) },
    ])
  } finally {
    await close()
  }
}

function against(of: Record<'direct' | 'relayed' | 'hyperDirect' | 'hyperRelayed', Figure['summary']>, which: keyof typeof of) {
  if (which === 'relayed') return ratio(of.relayed, of.hyperRelayed, 'hyperdht’s relay')
  return which === 'hyperRelayed' ? ratio(of.hyperRelayed, of.hyperDirect, 'its own direct') : {}
}
