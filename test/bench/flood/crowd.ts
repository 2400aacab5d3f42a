import { systemClock, delay } from '../../../src/main/platform/clock.ts'
import { Stranger, type DoorAt, type Outcome } from './stranger.ts'

/*
 * A crowd of strangers at one door, as a process of its own: it says `ready`, is told where the door is, knocks, and
 * says what it saw. Ends when its parent goes.
 */

export interface CrowdOrders {
  readonly folder: string
  readonly strangers: number
  /** Of each, evenly over the time. */
  readonly knocks: number
  readonly lastsMs: number
}

export interface CrowdReport {
  readonly outcomes: Partial<Record<Outcome, number>>
  /** From the first knock to the last answer. */
  readonly tookMs: number
}

const { folder, strangers: count, knocks, lastsMs } = JSON.parse(process.argv[2] ?? '') as CrowdOrders
process.on('disconnect', () => process.exit(0))

const strangers: Stranger[] = []
for (let i = 0; i < count; i++) strangers.push(await Stranger.make(i, folder))
process.on('message', (door: DoorAt) => {
  void flood(door).then((report) => process.send?.(report))
})
process.send?.('ready')

/** Every stranger knocks at its own times; one whose knock still waits for its answer leaves the next ones out of turn. */
async function flood(door: DoorAt): Promise<CrowdReport> {
  const startMs = systemClock.monotonicMs()
  const outcomes: Partial<Record<Outcome, number>> = {}
  await Promise.all(
    strangers.map(async (stranger, i) => {
      for (let knock = 0; knock < knocks; knock++) {
        const dueMs = ((knock + i / count) / knocks) * lastsMs
        const aheadMs = dueMs - (systemClock.monotonicMs() - startMs)
        if (aheadMs > 0) await delay(systemClock, aheadMs)
        const outcome = await stranger.knock(door)
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      }
    }),
  )
  return { outcomes, tookMs: systemClock.monotonicMs() - startMs }
}
