import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { delay, systemClock } from '../../../src/main/platform/clock.ts'
import type { Remote } from '../../lab/remote.ts'
import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'
import { program } from './far-programs.ts'
import type { WholeAsking, WholeVillage, WholeVillageCalls } from './whole.ts'

const COUNT = 6
const COLD = 8
const WARM = 60
const NEWS = 12
const CACHED = 2_000
const NEWS_MS = 1_500
const TIMEOUT_MS = 120_000
const suite = 'names'

/** The same over whole nodes, with door, ledger and all, on loopback: what is left of the figures of the parts. */
export async function whole(): Promise<Figure[]> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'latch-bench-'))
  const village = await program<WholeVillageCalls>('whole.ts', { role: 'village', count: COUNT })
  const orders = { role: 'asker', dataFolder, village: village.ready as WholeVillage }
  const asker = (): Promise<Remote<WholeAsking>> => program<WholeAsking>('whole.ts', orders)
  try {
    await using once = await disposed(asker())
    await once.child.call('prepare', null, TIMEOUT_MS)
    const colds: { ms: number; openedMs: number }[] = []
    for (let round = 0; round < COLD; round++) {
      await using fresh = await disposed(asker())
      colds.push(await fresh.child.call('cold', null, TIMEOUT_MS))
      await fresh.child.call('close', null, TIMEOUT_MS)
    }
    await using long = await disposed(asker())
    return [...coldFigures(colds), ...(await ofOne(long.child, village))]
  } finally {
    await village.kill()
    await rm(dataFolder, { recursive: true, force: true })
  }
}

async function ofOne(asker: Remote<WholeAsking>, village: Remote<WholeVillageCalls>): Promise<Figure[]> {
  await asker.call('cold', null, TIMEOUT_MS)
  await asker.call('settle', null, TIMEOUT_MS)
  const warm: number[] = []
  for (let round = 0; round < WARM; round++) warm.push(await asker.call('warm'))
  const cached = await asker.call('cached', { count: CACHED }, TIMEOUT_MS)
  await asker.call('keep')
  await delay(systemClock, NEWS_MS)
  const news: number[] = []
  for (let round = 0; round < NEWS; round++) {
    const { atMs, seq } = await village.call('change', { text: `change ${round}` })
    await delay(systemClock, NEWS_MS)
    const heardMs = await asker.call('heard', { seq })
    if (heardMs !== null) news.push(heardMs - atMs)
  }
  await asker.call('close', null, TIMEOUT_MS)
  const arrived = news.length === NEWS ? '' : ` (${news.length} of ${NEWS} in time)`
  return [
    { suite, what: `whole nodes: warm, ${COUNT} peers, loopback`, unit: 'ms', summary: summarize(warm.slice(WARM / 4)) },
    { suite, what: 'whole nodes: kept, one look-up', unit: 'µs', summary: summarize(cached.map((ms) => ms * 1_000)), goal: '< 50 µs' },
    ...(news.length === 0 ? [] : [{ suite, what: `whole nodes: published to visible${arrived}`, unit: 'ms' as const, summary: summarize(news) }]),
  ]
}

function coldFigures(colds: readonly { ms: number; openedMs: number }[]): Figure[] {
  const what = `whole nodes: a fresh process with its folder, ${COUNT} peers, loopback`
  return [
    { suite, what: `${what}, from open to the first valid answer`, unit: 'ms', summary: summarize(colds.map(({ ms, openedMs }) => ms - openedMs)) },
    { suite, what: 'the same, with the opening of the node', unit: 'ms', summary: summarize(colds.map(({ ms }) => ms)) },
  ]
}

async function disposed<Api>(starting: Promise<Remote<Api>>): Promise<{ child: Remote<Api> } & AsyncDisposable> {
  const child = await starting
  return { child, [Symbol.asyncDispose]: () => child.kill() }
}
