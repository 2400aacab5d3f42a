import { MiB } from '../../../src/shared/units.ts'
import { figuresOf } from '../../lab/process-figures.ts'

const EVERY_MS = 100

/** What a process took of the machine while something ran. */
export interface Taken {
  readonly beforeMiB: number
  readonly mostMiB: number
  /** Of one core, in percent. */
  readonly processor: number
}

/** Looks at processes while `run` runs. */
export async function watching<Value>(pids: readonly number[], run: () => Promise<Value>): Promise<{ value: Value; taken: Taken[] }> {
  const before = await Promise.all(pids.map((pid) => figuresOf(pid)))
  const most = before.map(({ residentBytes }) => residentBytes)
  const look = async (): Promise<void> => {
    const now = await Promise.all(pids.map((pid) => figuresOf(pid)))
    for (const [at, { residentBytes }] of now.entries()) most[at] = Math.max(most[at] ?? 0, residentBytes)
  }
  const timer = setInterval(() => void look().catch(() => {}), EVERY_MS)
  const startMs = performance.now()
  try {
    const value = await run()
    const tookMs = performance.now() - startMs
    const after = await Promise.all(pids.map((pid) => figuresOf(pid)))
    const taken = before.map((was, at) => ({
      beforeMiB: was.residentBytes / MiB,
      mostMiB: Math.max(most[at] ?? 0, after[at]?.residentBytes ?? 0) / MiB,
      processor: (((after[at]?.processorMs ?? 0) - was.processorMs) / tookMs) * 100,
    }))
    return { value, taken }
  } finally {
    clearInterval(timer)
  }
}
