import type { Copy } from '../../../../shared/model/copies.ts'
import type { SiteCid } from '../../../../shared/model/sites.ts'
import type { Cancel } from '../../../platform/clock.ts'
import type { CopyRow } from '../store/copy-rows.ts'
import { shown, type Progress } from './copy-state.ts'

/** A copy as it is written down, and what is known of it beside. */
export interface Kept {
  row: CopyRow
  progress: Progress | null
  latest: SiteCid | null
  /** While it is fetched, or waits for its turn. */
  job: { readonly abort: AbortController; readonly over: Promise<void> } | null
  cancelRetry: Cancel
}

/** Why a job ended that somebody here ended. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

/** Something else is to be fetched for the site, or nothing more. */
export class Superseded extends Cancelled {}

/** Here, or being fetched. */
export function isOnItsWay({ row: { here, next }, job }: Kept, cid: SiteCid): boolean {
  return next === null ? here?.cid === cid : next.cid === cid && job !== null
}

export function show({ row, progress, latest }: Kept): Copy {
  return shown(row, progress, latest)
}
