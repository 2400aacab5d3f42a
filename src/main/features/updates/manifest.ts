import { z } from 'zod'
import { Release } from '../../../shared/model/updates.ts'

/** 32 files and 8 KiB of notes are 25 KiB. */
export const MAX_MANIFEST_BYTES = 64 * 1024

/** What is newest. JSON, as people write the notes by hand; unknown fields are for later versions. */
const Manifest = z.object({
  format: z.literal(1),
  program: z.string().max(64),
  version: Release.shape.version,
  /** The moment, as in `2026-11-21T08:00:00Z`: of two manifests the later one holds. */
  date: z.iso.datetime(),
  notes: Release.shape.notes,
  page: Release.shape.page,
  files: Release.shape.files,
})

export type Read = { readonly ok: true; readonly release: Release } | { readonly ok: false; readonly code: 'too-large' | 'unreadable' | 'other-program'; readonly why: string }

/** Of bytes whose signature was checked before. */
export function readManifest(bytes: Uint8Array): Read {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) return { ok: false, code: 'too-large', why: `it is larger than ${MAX_MANIFEST_BYTES} bytes` }
  const parsed = Manifest.safeParse(jsonOf(bytes))
  if (!parsed.success) return { ok: false, code: 'unreadable', why: 'it is no release as this version knows them' }
  const { program, date, version, notes, page, files } = parsed.data
  // One key may sign for several programs of one maker.
  if (program !== 'latch') return { ok: false, code: 'other-program', why: 'it is a release of another program' }
  return { ok: true, release: { version, releasedMs: Date.parse(date), notes, page, files } }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
}
