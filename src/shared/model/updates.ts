import { z } from 'zod'
import { TimeMs } from '../ids.ts'

/** `1.2.3`, or `1.2.3-beta.1` before it. */
export const ReleaseVersion = z
  .string()
  .max(64)
  .regex(/^(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})(?:-[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*)?$/, 'not a version')
export type ReleaseVersion = z.infer<typeof ReleaseVersion>

/** A name that is a file's on every system, and no way out of a folder. */
export const ReleaseFileName = z.string().max(128).regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'not the name of a file')

/** An address on the web, or on the network. */
export const ReleaseAddress = z.string().max(2_048).regex(/^(?:https|peer):\/\/[^\s/]+\/\S*$/, 'not an https:// or peer:// address')

export const ReleaseFile = z.object({
  /** Node’s names of system and processor: `linux-x64`, `win32-arm64`. */
  system: z.string().max(32).regex(/^[a-z0-9]+-[a-z0-9]+$/),
  name: ReleaseFileName,
  sizeBytes: z.int().min(1).max(1024 ** 3),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  url: ReleaseAddress,
})
export type ReleaseFile = z.infer<typeof ReleaseFile>

export const Release = z.object({
  version: ReleaseVersion,
  releasedMs: TimeMs,
  /** What is new, as plain text. */
  notes: z.string().max(8_192),
  /** Where a person reads more, and downloads. */
  page: ReleaseAddress,
  files: z.array(ReleaseFile).max(32),
})
export type Release = z.infer<typeof Release>

/** Why what came was not believed, or did not come. */
export const updateRefusals = ['unreachable', 'too-large', 'unsigned', 'wrong-signature', 'unreadable', 'other-program', 'replayed', 'older'] as const
export type UpdateRefusal = (typeof updateRefusals)[number]

/** What the last check found. Of a new release, the files for this system alone. */
export const UpdateFinding = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('current'), atMs: TimeMs }),
  z.object({ outcome: z.literal('new'), atMs: TimeMs, release: Release }),
  z.object({ outcome: z.literal('refused'), atMs: TimeMs, code: z.enum(updateRefusals), why: z.string() }),
])
export type UpdateFinding = z.infer<typeof UpdateFinding>

export const Updates = z.object({
  running: z.string(),
  /** Where is asked; null: this build has no release key, and so nobody whom it could believe. */
  source: z.string().nullable(),
  /** Whether it asks once a day; `unasked`: nobody said, and it does not. */
  daily: z.enum(['unasked', 'on', 'off']),
  checking: z.boolean(),
  found: UpdateFinding.nullable(),
})
export type Updates = z.infer<typeof Updates>
