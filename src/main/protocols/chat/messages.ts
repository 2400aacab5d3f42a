import { z } from 'zod'
import { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import { MAX_ACKS_A_FRAME, MAX_CONVERSATIONS_A_FRAME, MAX_ENTRIES_A_FRAME, MAX_LOGS } from './constants.ts'
import { Seq } from './entry.ts'
import { Status } from './errors.ts'

const Members = z
  .tuple([AccountId, AccountId])
  .refine(([first, second]) => first < second, 'two different members, in order')

/** What the sender holds without a gap: the last seq of each device's log. `more`: further heads frames follow. */
export const HeadsFrame = z.object({
  kind: z.literal('heads'),
  conversations: z
    .array(z.object({ members: Members, logs: z.array(z.object({ device: PeerId, seq: Seq })).max(MAX_LOGS) }))
    .max(MAX_CONVERSATIONS_A_FRAME),
  more: z.boolean(),
})

const Envelope = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'not bytes')

/** Envelopes of entries; those of one log in the order of their seq. */
export const EntriesFrame = z.object({
  kind: z.literal('entries'),
  // A later version may send more short ones than this one does.
  entries: z.array(Envelope).min(1).max(MAX_ENTRIES_A_FRAME * 4),
})

const LogPosition = z.object({ conversation: ConversationId, device: PeerId, seq: Seq })

/** Stored durably, up to and with these: sent after the transaction, never before. */
export const AckFrame = z.object({ kind: z.literal('ack'), stored: z.array(LogPosition).min(1).max(MAX_ACKS_A_FRAME) })

/**
 * Not taken. With `log`, that entry and what follows it in its log, while the stream goes on for the others; without,
 * the stream is over. A status that a newer Latch made up is a refusal all the same.
 */
export const NackFrame = z.object({ kind: z.literal('nack'), status: Status.catch('malformed'), log: LogPosition.nullable() })

export const Frame = z.discriminatedUnion('kind', [HeadsFrame, EntriesFrame, AckFrame, NackFrame])
export type Frame = z.infer<typeof Frame>
export type HeadsFrame = z.infer<typeof HeadsFrame>
export type EntriesFrame = z.infer<typeof EntriesFrame>
export type NackFrame = z.infer<typeof NackFrame>
export type LogPosition = z.infer<typeof LogPosition>
