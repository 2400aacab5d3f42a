import { z } from 'zod'
import { AccountId, ConversationId, FileId, MessageId, TimeMs, TransferId } from '../ids.ts'
import { KiB, TiB } from '../units.ts'
import { Route } from './peers.ts'

/** Files in one message; more go as a folder. */
export const MAX_FILES_A_MESSAGE = 20

/** A file that is offered may have so many bytes. */
export const MAX_FILE_BYTES = TiB

/** Bytes of a thumbnail, before base64. */
export const MAX_THUMBNAIL_BYTES = 6 * KiB

/** Heights of a voice note's waveform, 0 to 255 each. */
export const MAX_WAVE_BARS = 64

/**
 * A name of a file, as one component: no separators, no control or direction characters, not `.` or `..`, nothing that a
 * system of ours gives another meaning. What is not so is made so by `cleanFileName` of the files feature, before it is shown.
 */
export const FileName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'not the name of a file')

export const FileKind = z.enum(['file', 'picture', 'video', 'voice', 'folder'])
export type FileKind = z.infer<typeof FileKind>

/** What a message offers: it says what can be fetched, and carries none of it but the thumbnail. */
export const FileOffer = z.object({
  file: FileId,
  name: FileName,
  bytes: z.int().nonnegative().max(MAX_FILE_BYTES),
  /** As the one who offers says: `image/png`. Shown, and never believed when the file is opened. */
  type: z.string().max(127).regex(/^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/, 'not a media type'),
  kind: FileKind,
  /** Pixels of a picture or a video. */
  width: z.int().min(1).max(65_535).nullable(),
  height: z.int().min(1).max(65_535).nullable(),
  durationMs: z.int().nonnegative().nullable(),
  wave: z.array(z.int().min(0).max(255)).max(MAX_WAVE_BARS).nullable(),
  /** A small WebP or JPEG, base64; decoded by the window alone, which checks its pixels first. */
  thumbnail: z.base64().max(Math.ceil((MAX_THUMBNAIL_BYTES * 4) / 3) + 4).nullable(),
  /** Files in a folder. */
  files: z.int().nonnegative().nullable(),
})
export type FileOffer = z.infer<typeof FileOffer>

/**
 * One file on its way. Outgoing ones have no state of their own beyond being offered: whoever may fetch it does.
 * `asked`: this person is being asked at the door. `offered`: nobody fetches it yet. `waiting`: no device that has it can
 * be reached; it goes on by itself.
 */
export const Transfer = z.object({
  id: TransferId,
  direction: z.enum(['in', 'out']),
  conversation: ConversationId,
  message: MessageId,
  /** Who offered it. */
  from: AccountId,
  offer: FileOffer,
  state: z.enum(['offered', 'asked', 'refused', 'queued', 'running', 'waiting', 'paused', 'checking', 'done', 'failed', 'cancelled', 'gone']),
  doneBytes: z.int().nonnegative(),
  /** Over the last seconds. */
  bytesPerSecond: z.int().nonnegative(),
  /** Over which routes it comes now. */
  routes: z.array(Route),
  /** Of an outgoing one: who has it whole by now. */
  takenBy: z.array(AccountId),
  /** Where it lies on this machine; null while it is not whole, or when it was moved away. */
  path: z.string().nullable(),
  /** Why it waits, was refused, or failed, in one sentence. */
  why: z.string().nullable(),
  startedMs: TimeMs,
  endedMs: TimeMs.nullable(),
})
export type Transfer = z.infer<typeof Transfer>

/** A file of this machine that was looked at, hashed and made ready to be offered. */
export const StagedFile = z.object({
  /** Given to `chat.send`; kept for a day. */
  id: TransferId,
  offer: FileOffer,
})
export type StagedFile = z.infer<typeof StagedFile>
