import { z } from 'zod'
import type { ConversationId, PeerId } from '../../../shared/ids.ts'

/** Why an entry or a frame was not taken. The whole answer: no text of ours goes out, none of theirs comes in. */
export const Status = z.enum([
  'malformed',
  'too-large',
  'too-many',
  'version',
  'unproven',
  'knock-first',
  'wrong-conversation',
  'wrong-account',
  'unknown-device',
  'bad-signature',
  'bad-clock',
  'gap',
  'fork',
])
export type Status = z.infer<typeof Status>

/** Where an entry that cannot be read says it belongs: enough to refuse its log and no other. */
export interface ClaimedPlace {
  readonly conversation: ConversationId
  readonly device: PeerId
  readonly seq: number
}

/** One entry that cannot be read, or whose signature does not hold. */
export class EntryError extends Error {
  override readonly name = 'EntryError'
  readonly status: Status
  /** Only for a version unknown here, whose signature holds. */
  readonly place: ClaimedPlace | null
  constructor(status: Status, message: string, place: ClaimedPlace | null = null, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.place = place
  }
}

/** The other side broke the protocol: it is told the status, and the stream ends. */
export class ViolationError extends Error {
  override readonly name = 'ViolationError'
  readonly status: Status
  /** What it costs, see `Offence`; 0 where it may be nobody's fault. */
  readonly points: number
  constructor(status: Status, message: string, points: number, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.points = points
  }
}
