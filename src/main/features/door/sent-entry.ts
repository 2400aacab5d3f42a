import type { SentKnock } from '../../../shared/model/door.ts'
import type { Cancel } from '../../platform/clock.ts'
import type { Sent } from './store.ts'

/** A knock of ours while the node runs: what is stored of it, and what is under way. */
export interface Entry {
  record: Sent
  readonly token: Uint8Array | undefined
  readonly stop: AbortController
  /** Resolves with the first answer. */
  first: Promise<SentKnock> | null
  cancelWait: Cancel
}

const openStates: readonly SentKnock['state'][] = ['sending', 'working', 'asked']

export function entryOf(record: Sent, token?: Uint8Array): Entry {
  return { record, token, stop: new AbortController(), first: null, cancelWait: () => {} }
}

export function isOpen(entry: Entry): boolean {
  return openStates.includes(entry.record.sent.state)
}
