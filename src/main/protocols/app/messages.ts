import { z } from 'zod'
import { AppId, MAX_DEADLINE_MS, MAX_WHOLE_BYTES, Method } from '../../../shared/model/apps.ts'

/** Null: as long as it turns out to be. The other side is held to what was said. */
const Bytes = z.int().nonnegative().nullable()

/**
 * How the body comes: `bytes` or `json` (one JSON text in UTF-8) in one piece, or in `pieces`, whose sender waits for the
 * other side to read. What a newer Latch calls it is bytes to this one.
 */
const As = z
  .string()
  .max(32)
  .transform((as): 'bytes' | 'json' | 'pieces' => (as === 'json' || as === 'pieces' ? as : 'bytes'))

function fits({ bytes, as }: { bytes: number | null; as: 'bytes' | 'json' | 'pieces' }): boolean {
  return as === 'pieces' || (bytes !== null && bytes <= MAX_WHOLE_BYTES)
}
const tooLarge = { path: ['bytes'], message: `one piece has at most ${MAX_WHOLE_BYTES} bytes` }

/** The first frame of who asks; the body follows. */
export const RequestHeader = z
  .object({
    app: AppId,
    method: Method,
    bytes: Bytes,
    as: As,
    /** Time left, never a time of day: the two clocks need not agree. */
    deadlineMs: z.int().min(1).max(MAX_DEADLINE_MS),
  })
  .refine(fits, tooLarge)
export type RequestHeader = z.infer<typeof RequestHeader>

/**
 * How a request ended. `ok` and `failed` are the program's own word, as may be `too-large` and `busy`; the others are
 * the door's and the node's. A status that a newer Latch made up says that it did not work.
 */
export const FinalStatus = z.enum([
  'ok',
  'failed',
  'knock-first',
  'denied',
  'unproven',
  'no-program',
  'too-large',
  'busy',
  'timeout',
  'malformed',
])
export type FinalStatus = z.infer<typeof FinalStatus>

/** Before the answer, once, and only if the body comes in pieces: the program reads, so write. */
const GoOn = z.object({ status: z.literal('go-on') })

const KnownStatus = z
  .string()
  .max(32)
  .transform((status) => FinalStatus.options.find((known) => known === status) ?? 'failed')

export const FinalHeader = z.object({ status: KnownStatus, bytes: Bytes, as: As }).refine(fits, tooLarge)
export type FinalHeader = z.infer<typeof FinalHeader>

export const ResponseHeader = z.union([GoOn, FinalHeader])
export type ResponseHeader = z.infer<typeof ResponseHeader>
