import { LatchError } from '../../../shared/errors.ts'
import { About, nothingMore, type SentKnock } from '../../../shared/model/door.ts'
import type { Cancel } from '../../platform/clock.ts'
import type { KnockRequest } from '../../protocols/knock/index.ts'
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

/** *Errors*: LatchError BAD_INPUT. */
export function wholeOf(about: Partial<About>): About {
  const whole = About.safeParse({ ...nothingMore, ...about })
  if (whole.success) return whole.data
  throw new LatchError('BAD_INPUT', 'A name has at most 255 characters, a path 512, and a size is a number of bytes.')
}

/** What is not said is left out. */
export function onWire({ name, bytes, path }: About): Pick<KnockRequest, 'about'> {
  if (name === null && bytes === null && path === null) return {}
  const [named, sized] = [name === null ? {} : { name }, bytes === null ? {} : { bytes }]
  return { about: { ...named, ...sized, ...(path === null ? {} : { path }) } }
}
