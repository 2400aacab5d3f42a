import { files } from '../chat/files.ts'
import { history } from '../chat/history.ts'
import { withHomes, type Opens } from '../chat/homes.ts'
import { loopFigures } from '../chat/loop.ts'
import { search } from '../chat/search.ts'
import type { Figure } from '../report.ts'
import type { Size } from '../size.ts'
import { summarize } from '../stats.ts'
import { message } from './message.ts'

const suite = 'chat'
const LONG_MS = 900_000
const measured = { quick: 2_000, whole: 20_000 }

/**
 * What people say to each other: one message to its acknowledgement beside a raw TLS round trip; many in a row; two years of
 * it, on a second device and in a window; search; files beside raw TLS and hyperdht. Each device is a process of its own.
 */
export async function chat(size: Size): Promise<Figure[]> {
  const parts: Record<string, () => Promise<Figure[]>> = {
    message,
    sustained: () => withHomes((home) => sustained(home, measured[size])),
    history: () => withHomes((home) => history(home, size)),
    search: () => search(size),
    files: () => files(size),
  }
  const asked = process.env['LATCH_BENCH_PARTS']?.split(' ')
  const figures: Figure[] = []
  for (const [name, part] of Object.entries(parts)) {
    if (asked?.includes(name) === false) continue
    const startMs = performance.now()
    figures.push(...(await part()))
    console.error(`chat: ${name}, ${Math.round(performance.now() - startMs)} ms`)
  }
  return figures
}

async function sustained(home: Opens, count: number): Promise<Figure[]> {
  const [ana, bea] = [await home('Ana'), await home('Bea')]
  for (const one of [ana, bea]) await one.call('letEverybodyChat', null)
  await ana.call('connect', { address: bea.facts.address })
  for (const one of [ana, bea]) await one.call('loop', null)
  const { storedMs, deliveredMs } = await ana.call('write', { to: bea.facts.account, count }, LONG_MS)
  const loop = await ana.call('loop', null)
  const aSecond = (ms: number) => summarize([(count / ms) * 1_000])
  for (const one of [ana, bea]) await one.stop()
  const what = `${count} messages in a row`
  return [
    { suite, what: `${what}: stored here`, unit: '/s', summary: aSecond(storedMs) },
    { suite, what: `${what}: stored on both sides and acknowledged`, unit: '/s', summary: aSecond(deliveredMs) },
    ...loopFigures(what, loop),
  ]
}
