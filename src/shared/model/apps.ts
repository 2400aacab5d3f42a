import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../ids.ts'
import { HOUR, KiB, MiB, MINUTE } from '../units.ts'

/**
 * What stands behind `app:` in a capability. Programs that talk with each other have the same id, each on its own
 * person's machine.
 */
export const AppId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'an app id has 1 to 63 of a-z 0-9 . -, a letter or digit first')
  .brand('AppId')
export type AppId = z.infer<typeof AppId>

/** What a person calls a program: 1 to 64 characters on one line. */
export const AppTitle = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'a title holds no control or direction characters')

/** What is asked of a program: words between slashes, as in `list/add`. The door's rules match it as a path. */
export const Method = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9_][\w.~-]*(?:\/[A-Za-z0-9_][\w.~-]*)*$/, 'a method is words between slashes, as in list/add')
  .brand('Method')
export type Method = z.infer<typeof Method>

/** 128 random bits, base32: a request that came, or a call that was made, as long as it is open. */
export const ExchangeId = z
  .string()
  .regex(/^[a-z2-7]{26}$/)
  .brand('ExchangeId')
export type ExchangeId = z.infer<typeof ExchangeId>

/** A body in one piece; what is larger, or of unknown length, goes in pieces. */
export const MAX_WHOLE_BYTES = 1 * MiB
/** A piece, as a program reads and writes it: few calls for much, and little memory for each. */
export const MAX_PIECE_BYTES = 256 * KiB

/** From the question to the end of the answer. Long enough for a person to be asked, and to answer. */
export const DEFAULT_DEADLINE_MS = 2 * MINUTE
/** Long enough for a large file over a slow relay. */
export const MAX_DEADLINE_MS = 1 * HOUR

/** A program of this person that may speak with the programs of others. */
export const App = z.object({
  id: AppId,
  title: z.string(),
  createdMs: TimeMs,
  /** When it was last connected; now, while it is. */
  lastSeenMs: TimeMs.nullable(),
  /** It is there to be asked. */
  isConnected: z.boolean(),
})
export type App = z.infer<typeof App>

/** A contact, as a program of yours may know them. */
export const AppPerson = z.object({
  account: AccountId,
  name: z.string(),
  /** A device of theirs is connected now. */
  isConnected: z.boolean(),
})
export type AppPerson = z.infer<typeof AppPerson>

/** A request that the door let through, as the program hears of it. One of `json` and `body`, unless there is `more`. */
export const AppRequest = z.object({
  id: ExchangeId,
  from: z.object({
    account: AccountId,
    peerId: PeerId,
    /** Your name for them; what they call themselves, if they are no contact. */
    name: z.string(),
    isContact: z.boolean(),
  }),
  method: Method,
  /** How long the body is, as far as they say. */
  bytes: z.int().nonnegative().nullable(),
  /** What they sent as JSON. */
  json: z.unknown().optional(),
  /** What they sent as bytes, in base64. */
  body: z.string().optional(),
  /** The body comes in pieces: read it. */
  more: z.boolean(),
  /** By then it is to be answered, on this machine's clock. */
  untilMs: TimeMs,
})
export type AppRequest = z.infer<typeof AppRequest>

/** `gone`: whoever asked took it back, or is no longer there. `timeout`: its time is over. */
export const Cancellation = z.enum(['gone', 'timeout'])
export type Cancellation = z.infer<typeof Cancellation>

/**
 * What became of a request.
 *
 *   ok            their program answered; `failed`: it answered that it could not, or went away in the middle
 *   go-on         their door and their program took it, and its body can be written
 *   knock-first   nobody let this account in yet, and it was not asked for
 *   denied        their door said no; `unanswered`: nobody said anything in time
 *   no-program    no program of that id runs there
 *   too-large, busy, timeout, malformed, unreachable, cancelled
 */
export const AppStatus = z.enum([
  'ok',
  'failed',
  'go-on',
  'knock-first',
  'denied',
  'unanswered',
  'no-program',
  'too-large',
  'busy',
  'timeout',
  'malformed',
  'unreachable',
  'cancelled',
])
export type AppStatus = z.infer<typeof AppStatus>

/** What came back. One of `json` and `body`, unless there is nothing, or `more`. */
export const AppAnswer = z.object({
  status: AppStatus,
  /** One sentence for a person; empty where the status says all. */
  why: z.string(),
  bytes: z.int().nonnegative().nullable(),
  json: z.unknown().optional(),
  body: z.string().optional(),
  /** The body comes in pieces: read it by `call`. */
  more: z.boolean(),
  /** The call, while it is open: to write its body, hear its answer, read that, or cancel it. */
  call: ExchangeId.nullable(),
})
export type AppAnswer = z.infer<typeof AppAnswer>

/** The statuses that a program can answer with. */
export const ReplyStatus = z.enum(['ok', 'failed', 'too-large', 'busy'])
export type ReplyStatus = z.infer<typeof ReplyStatus>
