import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { SeenIds } from '../../../src/main/node/gossip-seen.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { measureCrowd, type CrowdFigures } from '../gossip/crowd.ts'
import { ratio, type Figure } from '../report.ts'
import { summarize, timed, type Summary } from '../stats.ts'

const ONE_WAY_MS = 25
const COMMITS = 60

const suite = 'gossip'

/**
 * From saying something to each of 49 others hearing it, in a crowd of 50 nodes in two processes on this machine: so also
 * the processor time of all of them, which real nodes do not share. Beside it the least that broadcasts at all: plain
 * flooding over TCP in the same graph. Ids are kept in memory here; what it costs to write one is the last line.
 */
export async function gossip(): Promise<Figure[]> {
  return [
    ...(await crowds('loopback', 0)),
    ...(await crowds(`links of ${ONE_WAY_MS} ms`, ONE_WAY_MS)),
    { suite, what: 'one id kept before it is passed on, on the disk', unit: 'ms', summary: await commits() },
  ]
}

async function crowds(where: string, oneWayMs: number): Promise<Figure[]> {
  const flood = await measureCrowd('flood', oneWayMs)
  const ours = await measureCrowd('gossip', oneWayMs)
  const [floodDelays, delays] = [summarize(flood.delaysMs), summarize(ours.delaysMs)]
  const [floodCpu, cpu] = [summarize(flood.cpuMs), summarize(ours.cpuMs)]
  const lost = (one: CrowdFigures): string => `${one.delaysMs.length} of ${one.expected} arrived`
  return [
    { suite, what: `flooding over TCP, ${where}: to each of 49 (${lost(flood)})`, unit: 'ms', summary: floodDelays },
    {
      suite,
      what: `Latch, ${where}: to each of 49 (${lost(ours)})`,
      unit: 'ms',
      summary: delays,
      ...ratio(delays, floodDelays, 'flooding'),
      ...(oneWayMs === 0 ? { goal: 'p99 ≤ 20 ms' } : {}),
    },
    { suite, what: `flooding over TCP, ${where}: processor, for each message and node`, unit: 'ms', summary: floodCpu },
    { suite, what: `Latch, ${where}: processor, for each message and node`, unit: 'ms', summary: cpu, ...ratio(cpu, floodCpu, 'flooding') },
    { suite, what: `flooding over TCP, ${where}: spare copies, for each message and node`, unit: 'copies', summary: summarize([flood.spareCopies]) },
    { suite, what: `Latch, ${where}: spare copies, for each message and node`, unit: 'copies', summary: summarize([ours.spareCopies]) },
  ]
}

async function commits(): Promise<Summary> {
  const folder = await mkdtemp(join(tmpdir(), 'latch-bench-'))
  const database = openDatabase(join(folder, 'database'), randomBytes(32))
  try {
    const seen = new SeenIds(database, systemClock)
    const took: number[] = []
    for (let index = 0; index < COMMITS; index++) {
      took.push(await timed(() => seen.keep(randomBytes(32))))
      await after(20)
    }
    return summarize(took)
  } finally {
    database.close()
    await rm(folder, { recursive: true, force: true })
  }
}
