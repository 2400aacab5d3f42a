import type { Knock } from '../../../shared/model/door.ts'
import type { Cancel } from '../../platform/clock.ts'
import type { Queued } from './queue.ts'
import type { Received } from './store.ts'
import type { Visitor } from './visitor.ts'

/** A knock that waits for a person. */
export interface Question {
  received: Received
  readonly isPaid: boolean
  /** The connection on which it came. */
  readonly connection: string
  /** On the monotonic clock: setting the machine's clock neither prolongs nor ends it. */
  deadlineMs: number
  cancel: Cancel
  /** Requests that joined it and are not written down yet, and what will do that. */
  joined: { count: number; cancel: Cancel } | null
}

/** What a question is beside its knock. */
export type Standing = Pick<Question, 'isPaid' | 'connection'>

export function questionOf(received: Received, { isPaid, connection }: Standing): Question {
  return { received, isPaid, connection, deadlineMs: 0, cancel: () => {}, joined: null }
}

/** Who knocked; on a connection that is still there if one is given. */
export function visitorOf(knock: Knock, connection = ''): Visitor {
  const { account, peerId, capability, about, route, through } = knock
  return { account, peerId, capability, about, route, through, connection }
}

export function isOpen(knock: Knock): boolean {
  return knock.state === 'pending' || knock.state === 'queued'
}

export function asQueued({ received: { knock }, isPaid }: Question, isContact: boolean): Queued {
  const { id, account, capability, about, quiet: isQuiet, state } = knock
  return { id, account, capability, about, isContact, isQuiet, isPaid, isShown: state === 'pending' }
}
