import type { Updates } from '../../../shared/model/updates.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Opener } from './reading.ts'
import type { ReleaseTrust } from './release-keys.ts'

export interface UpdatesParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** From 0 to 1. */
  readonly jitter: () => number
  /** What runs. */
  readonly version: string
  /** As in a manifest: `linux-x64`. */
  readonly system: string
  readonly trust: ReleaseTrust | null
  readonly https: Opener
  /** Pages of the network. */
  readonly peer: Opener
  /** Where a file goes that the person asks for. */
  readonly downloadsFolder: string
}

export interface UpdatesFeature {
  get(): Updates
  setDaily(on: boolean): Updates
  /** Never fails: what went wrong is an outcome. Two at once are one. */
  check(signal?: AbortSignal): Promise<Updates>
  /** Errors: LatchError NOT_FOUND, CONFLICT, DAMAGED, UNREACHABLE. */
  save(name: string, signal?: AbortSignal): Promise<string>
  watch(signal?: AbortSignal): AsyncIterable<Watched<Updates, { event: 'updates-changed'; updates: Updates }>>
  stop(): Promise<void>
}
