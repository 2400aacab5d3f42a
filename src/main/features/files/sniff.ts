/** Starts of files that a window shows or plays by itself, and that run nothing: no SVG, no PDF, no HTML. */
const STARTS: readonly { readonly type: string; readonly at: number; readonly bytes: string; readonly and?: { readonly at: number; readonly bytes: string } }[] = [
  { type: 'image/jpeg', at: 0, bytes: '\xff\xd8\xff' },
  { type: 'image/png', at: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { type: 'image/gif', at: 0, bytes: 'GIF87a' },
  { type: 'image/gif', at: 0, bytes: 'GIF89a' },
  { type: 'image/webp', at: 0, bytes: 'RIFF', and: { at: 8, bytes: 'WEBP' } },
  { type: 'image/avif', at: 4, bytes: 'ftypavif' },
  { type: 'audio/ogg', at: 0, bytes: 'OggS' },
  { type: 'audio/webm', at: 0, bytes: '\x1a\x45\xdf\xa3' },
  { type: 'audio/wav', at: 0, bytes: 'RIFF', and: { at: 8, bytes: 'WAVE' } },
  { type: 'audio/flac', at: 0, bytes: 'fLaC' },
  { type: 'audio/mpeg', at: 0, bytes: 'ID3' },
  { type: 'audio/mpeg', at: 0, bytes: '\xff\xfb' },
  { type: 'audio/mp4', at: 4, bytes: 'ftypM4A ' },
  { type: 'audio/mp4', at: 4, bytes: 'ftypisom' },
  { type: 'audio/mp4', at: 4, bytes: 'ftypmp42' },
]

/** A type that is safe to show, by the first bytes and never by what somebody says; null: none. */
export function shownType(first: Uint8Array): string | null {
  const text = Buffer.from(first).toString('latin1')
  const is = ({ at, bytes }: { at: number; bytes: string }): boolean => text.startsWith(bytes, at)
  return STARTS.find((start) => is(start) && (start.and === undefined || is(start.and)))?.type ?? null
}
