import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Fuzz = (data: Buffer) => Promise<void>

/** Of this thread's own work, whatever else runs. More for one small input is a finding: a node answers nobody meanwhile. */
const SLOW_MS = 1_000

/** Filled by the code that edges.mjs put in. */
const counters = (globalThis as unknown as { __latchEdges: Uint8Array }).__latchEdges
const fours = new Uint32Array(counters.buffer)

/** Which branches inputs took, and how often: by powers of two, or only whether. */
export class Branches {
  /** For each branch the powers of two by which it was taken, as bits. */
  readonly #seen = new Uint8Array(counters.length)
  readonly #by: 'counts' | 'branches'

  constructor(by: 'counts' | 'branches') {
    this.#by = by
  }

  get size(): number {
    return this.#seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0)
  }

  /** Runs one input, and says whether it went where none was before. *Errors*: what the target throws; Error where it took too long. */
  async goesFurther(fuzz: Fuzz, data: Buffer): Promise<boolean> {
    counters.fill(0)
    const begin = process.threadCpuUsage()
    await fuzz(data)
    const { user, system } = process.threadCpuUsage(begin)
    const tookMs = (user + system) / 1_000
    if (tookMs > SLOW_MS) throw new Error(`it took ${Math.round(tookMs)} ms`)
    let further = false
    for (let at = 0; at < counters.length; at++) {
      // Four at once: nearly all are never taken.
      if (at % 4 === 0 && fours[at / 4] === 0) {
        at += 3
        continue
      }
      const count = counters[at] ?? 0
      if (count === 0) continue
      const bit = this.#by === 'branches' ? 1 : 1 << Math.min(7, 31 - Math.clz32(count))
      if (((this.#seen[at] ?? 0) & bit) !== 0) continue
      this.#seen[at] = (this.#seen[at] ?? 0) | bit
      further = true
    }
    return further
  }
}

/** What lies in a folder, by name. */
export function filesIn(folder: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))
}

/** What an input is called. */
export function nameOf(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 16)
}
