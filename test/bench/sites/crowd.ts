import type { Remote } from '../../lab/remote.ts'
import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'
import type { Loaded } from './browser.ts'
import type { GuestCalls } from './guests.ts'
import type { Measured } from './measured.ts'
import { LONG_MS, NAME, program, SITE, type Street } from './programs.ts'
import { watching } from './watching.ts'

const suite = 'sites'

/** Many visitors in the same moment, the visitors' own work on the same processors. */
export async function crowd({ owner, village }: Street, { crowd: { processes, each } }: Measured): Promise<Figure[]> {
  const guests: Remote<GuestCalls>[] = []
  try {
    for (let made = 0; made < processes; made++) guests.push(await program<GuestCalls>('guests.ts', { count: each, village, name: NAME }))
    for (const one of guests) await one.call('open', null, LONG_MS)
    const all = (): Promise<(Loaded | null)[][]> => Promise.all(guests.map((one) => one.call('loadAll', { site: SITE }, LONG_MS)))
    const figures: Figure[] = []
    for (const said of ['the first time', 'once more']) {
      await owner.call('watchLoop')
      const { value, taken: [taken] } = await watching([owner.pid], all)
      const loop = await owner.call('loop')
      const loads = value.flat()
      const loaded = loads.filter((one) => one !== null)
      const what = `${processes * each} visitors at once, ${said}`
      figures.push(
        { suite, what: `${what}: first byte`, unit: 'ms', summary: summarize(loaded.map(({ firstByteMs }) => firstByteMs)) },
        { suite, what: `${what}: a page of 50 files`, unit: 'ms', summary: summarize(loaded.map(({ ms }) => ms)) },
        { suite, what: `${what}: loads that failed`, unit: '%', summary: summarize([((loads.length - loaded.length) / loads.length) * 100]), goal: '0 %' },
        { suite, what: `${what}: the owner’s memory before (RSS)`, unit: 'MiB', summary: summarize([taken?.beforeMiB ?? NaN]) },
        { suite, what: `${what}: the owner’s memory at most`, unit: 'MiB', summary: summarize([taken?.mostMiB ?? NaN]) },
        { suite, what: `${what}: the owner’s event loop, late by (p99)`, unit: 'ms', summary: summarize([loop.p99]) },
      )
    }
    return figures
  } finally {
    for (const one of guests) await one.stop()
  }
}
