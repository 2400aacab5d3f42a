/** What a picture says of itself before anything of it is unpacked. */
export interface PictureHead {
  type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'
  width: number
  height: number
}

/** Bytes that are enough to find the size in; a JPEG may have a thumbnail of its camera in front. */
export const HEAD_BYTES = 256 * 1024

/**
 * The type and size that the first bytes of a picture say; null where they are of none that is shown here. A decoder
 * believes them, so that a small file may ask for all memory there is: who decides looks here first. Pure.
 */
export function pictureHead(bytes: Uint8Array): PictureHead | null {
  const head = png(bytes) ?? gif(bytes) ?? webp(bytes) ?? jpeg(bytes)
  return head === null || head.width < 1 || head.height < 1 ? null : head
}

function png(bytes: Uint8Array): PictureHead | null {
  if (!begins(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) || !isText(bytes, 12, 'IHDR') || bytes.length < 24) return null
  const view = viewOf(bytes)
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
}

function gif(bytes: Uint8Array): PictureHead | null {
  if ((!isText(bytes, 0, 'GIF87a') && !isText(bytes, 0, 'GIF89a')) || bytes.length < 10) return null
  const view = viewOf(bytes)
  return { type: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) }
}

function webp(bytes: Uint8Array): PictureHead | null {
  if (!isText(bytes, 0, 'RIFF') || !isText(bytes, 8, 'WEBP') || bytes.length < 30) return null
  const view = viewOf(bytes)
  const type = 'image/webp'
  if (isText(bytes, 12, 'VP8X')) {
    const of = (at: number): number => 1 + view.getUint16(at, true) + ((bytes[at + 2] ?? 0) << 16)
    return { type, width: of(24), height: of(27) }
  }
  if (isText(bytes, 12, 'VP8L')) {
    const bits = view.getUint32(21, true)
    return { type, width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
  }
  if (!isText(bytes, 12, 'VP8 ')) return null
  return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
}

/** The frame stands behind any number of segments, each of which says how long it is. */
function jpeg(bytes: Uint8Array): PictureHead | null {
  if (!begins(bytes, [0xff, 0xd8, 0xff])) return null
  const view = viewOf(bytes)
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { type: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function begins(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte)
}

function isText(bytes: Uint8Array, at: number, text: string): boolean {
  return Array.from(text).every((letter, index) => bytes[at + index] === letter.charCodeAt(0))
}

/** An address under which a small picture of base64 is shown; null where it is none, or says that it is larger than `maxSide`. */
export function pictureSource(base64: string, maxSide: number): string | null {
  const head = headOf(base64)
  if (head === null || head.type === 'image/gif' || head.width > maxSide || head.height > maxSide) return null
  return `data:${head.type};base64,${base64}`
}

function headOf(base64: string): PictureHead | null {
  try {
    return pictureHead(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)))
  } catch {
    return null
  }
}
