import { LatchError } from '../../../../shared/errors.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { delay, type Cancel, type Clock } from '../../../platform/clock.ts'
import type { BlockId } from '../dag/block-id.ts'
import { rootOf, type GetBlock, type Survey } from '../dag/survey.ts'
import type { Swarm } from '../fetch/swarm.ts'
import type { Swarms } from '../fetch/swarms.ts'
import { PROGRESS_MS, RESERVE_BYTES, RETRY_MS } from '../limits.ts'
import type { BlockCache } from '../store/block-cache.ts'
import type { BlockStore, TreeId } from '../store/block-store.ts'
import type { Room } from '../store/room.ts'
import type { ZonedSite } from '../types.ts'
import type { Progress } from './copy-state.ts'
import { fetchTree } from './fetch-tree.ts'
import { Speed } from './speed.ts'
import { inWords } from './words.ts'

export interface JobParts {
  readonly site: SiteName
  readonly root: BlockId
  readonly tree: TreeId
  readonly store: BlockStore
  readonly cache: BlockCache
  /** Who has it, looked up anew each time: one that is not read from for some time makes room for others. */
  readonly swarm: () => Swarm
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly room: Room
  readonly onSurvey: (survey: Survey) => void
  /** At most four times a second. */
  readonly onProgress: (progress: Progress) => void
}

/**
 * Fetches one version of a site whole, over all that its sources do: where all of them go away, they are looked for again, and
 * what came until then is not fetched twice. *Errors*: LatchError UNREACHABLE, TOO_LARGE (the disk), TreeError, those of the disk; the
 * signal's reason.
 */
export async function fetchVersion(parts: JobParts): Promise<Survey> {
  const { clock, swarm, cache, store, signal } = parts
  const checked = new Set<BlockId>()
  const counter = new Counter(parts)
  const getElsewhere: GetBlock = async (id) => {
    const block = (await cache.get(id)) ?? (await swarm().get(id, signal))
    if (await parts.room.has(block.byteLength)) return block
    throw noRoom()
  }
  try {
    for (let tries = 0; ; tries++) {
      const before = checked.size
      counter.restart()
      try {
        return await fetchTree({
          ...parts,
          store,
          getElsewhere,
          checked,
          onSurvey: (survey) => parts.onSurvey(survey),
          onPiece: (bytes, from) => counter.piece(bytes, from),
          onFile: (times) => counter.file(times),
        })
      } catch (error) {
        const isAway = error instanceof LatchError && error.code === 'UNREACHABLE'
        // Whoever gave something is worth another round of waiting.
        if (checked.size > before) tries = 0
        const waitMs = RETRY_MS[tries]
        if (!isAway || waitMs === undefined) throw error
        await delay(clock, waitMs, signal)
      }
    }
  } finally {
    counter.stop()
  }
}

/** What the root says: it is asked for before anything is promised. Errors: LatchError, as of the feature; the signal's reason. */
export async function sizeOf(
  site: SiteName,
  root: BlockId,
  { devices }: Pick<ZonedSite, 'devices'>,
  { store, cache, swarms }: { readonly store: BlockStore; readonly cache: BlockCache; readonly swarms: Swarms },
  signal: AbortSignal,
): Promise<number> {
  const block = (await store.get(root)) ?? (await cache.get(root)) ?? (await swarms.of(site, root, devices).get(root, signal))
  await cache.put(root, block)
  try {
    return rootOf(root, block).link.treeBytes
  } catch (error) {
    throw inWords(error)
  }
}

/** Errors: LatchError TOO_LARGE. */
export async function checkRoom(bytes: number, freeBytes: () => Promise<number | null>): Promise<void> {
  const free = await freeBytes()
  if (free === null || bytes <= free - RESERVE_BYTES) return
  throw noRoom()
}

export function noRoom(): LatchError {
  return new LatchError('TOO_LARGE', 'There is not enough room on the disk for this copy.')
}

/** Counts what is done, and tells of it four times a second. */
class Counter {
  readonly #parts: JobParts
  readonly #speed = new Speed()
  #doneFiles = 0
  #doneBytes = 0
  #cancel: Cancel | null = null

  constructor(parts: JobParts) {
    this.#parts = parts
  }

  restart(): void {
    this.#doneFiles = 0
    this.#doneBytes = 0
  }

  piece(bytes: number, from: 'here' | 'elsewhere'): void {
    this.#doneBytes += bytes
    if (from === 'elsewhere') this.#speed.add(bytes, this.#parts.clock.monotonicMs())
    this.#tellSoon()
  }

  file(times: number): void {
    this.#doneFiles += times
    this.#tellSoon()
  }

  stop(): void {
    this.#cancel?.()
  }

  #tellSoon(): void {
    const { clock, swarm, onProgress } = this.#parts
    this.#cancel ??= clock.after(PROGRESS_MS, () => {
      this.#cancel = null
      onProgress({
        doneFiles: this.#doneFiles,
        doneBytes: this.#doneBytes,
        bytesPerSecond: this.#speed.perSecond(clock.monotonicMs()),
        sources: swarm().gave.size,
      })
    })
  }
}
