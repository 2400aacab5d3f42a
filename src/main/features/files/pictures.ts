import { gifAlone } from './gif.ts'

/*
 * What a picture says beside its picture: place, camera, author, an earlier version, a film behind it. Taken out without decoding
 * it; the window encodes anew what it sends. Only what is known to be needed to show it stays. Pure.
 */

export interface Stripped {
  readonly bytes: Uint8Array
  readonly width: number | null
  readonly height: number | null
}

export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif'

/** The picture alone. Null: it is not one that can be read. */
export function stripped(bytes: Uint8Array, type: PictureType): Stripped | null {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if (type === 'image/jpeg') return jpeg(data)
    if (type === 'image/gif') return gif(data)
    return type === 'image/png' ? png(data) : webp(data)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const APP1 = 0xe1

/** Tables and frames; of the application's segments JFIF, a colour profile, and what Adobe says of the colours. */
function isKept(marker: number, body: Buffer): boolean {
  const isApplication = marker >= 0xe0 && marker <= 0xef
  if (!isApplication) return marker !== 0xfe
  if (marker === 0xe0) return body.toString('latin1', 0, 5) === 'JFIF\0'
  if (marker === 0xe2) return body.toString('latin1', 0, 12) === 'ICC_PROFILE\0'
  return marker === 0xee && body.toString('latin1', 0, 5) === 'Adobe'
}

function jpeg(data: Buffer): Stripped | null {
  if (data[0] !== 0xff || data[1] !== SOI) return null
  const kept: Buffer[] = [data.subarray(0, 2)]
  let size: { width: number; height: number } | null = null
  for (let at = 2; ; ) {
    while (data[at] === 0xff && data[at + 1] === 0xff) at += 1
    const marker = data.readUInt8(at + 1)
    if (data[at] !== 0xff || marker === SOI) return null
    if (marker === EOI) break
    const length = data.readUInt16BE(at + 2)
    const body = data.subarray(at + 4, at + 2 + length)
    if (length < 2 || at + 2 + length > data.byteLength) return null
    if (isKept(marker, body)) kept.push(data.subarray(at, at + 2 + length))
    const turned = marker === APP1 ? orientationOf(body) : 1
    if (turned > 1) kept.push(orientationSegment(turned))
    // SOF0 to SOF15 without the tables among them.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      size = { height: body.readUInt16BE(1), width: body.readUInt16BE(3) }
    }
    at += 2 + length
    if (marker !== SOS) continue
    const end = endOfScan(data, at)
    if (end === -1) return null
    kept.push(data.subarray(at, end))
    at = end
  }
  kept.push(Buffer.from([0xff, EOI]))
  return size === null ? null : { bytes: Buffer.concat(kept), ...sizes(size.width, size.height) }
}

/** The next marker that is none of a scan's own. */
function endOfScan(data: Buffer, from: number): number {
  for (let at = data.indexOf(0xff, from); at !== -1 && at + 1 < data.byteLength; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1] ?? 0
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return -1
}

const ORIENTATION = 0x0112

/** 1 to 8: how it is turned, which is all of Exif that stays; 1 where it says nothing that can be read. */
function orientationOf(body: Buffer): number {
  if (body.toString('latin1', 0, 6) !== 'Exif\0\0' || body.byteLength < 14) return 1
  const tiff = body.subarray(6)
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return 1
  const u16 = (at: number): number => (at + 2 > tiff.byteLength ? 0 : order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const first = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  const count = u16(first)
  for (let at = first + 2; at < first + 2 + count * 12 && at + 12 <= tiff.byteLength; at += 12) {
    const value = u16(at + 8)
    if (u16(at) === ORIENTATION) return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

function orientationSegment(orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex')
  tiff.writeUInt16BE(orientation, 18)
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  const head = Buffer.from([0xff, APP1, 0, 0])
  head.writeUInt16BE(body.byteLength + 2, 2)
  return Buffer.concat([head, body])
}

const PNG_HEAD = Buffer.from('89504e470d0a1a0a', 'hex')
const PNG_KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT'.split(' '),
)

function png(data: Buffer): Stripped | null {
  if (!data.subarray(0, 8).equals(PNG_HEAD) || data.toString('latin1', 12, 16) !== 'IHDR') return null
  const kept: Buffer[] = [PNG_HEAD]
  for (let at = 8; ; ) {
    const end = at + 12 + data.readUInt32BE(at)
    const type = data.toString('latin1', at + 4, at + 8)
    if (end > data.byteLength) return null
    if (PNG_KEPT.has(type)) kept.push(data.subarray(at, end))
    if (type === 'IEND') break
    at = end
  }
  return { bytes: Buffer.concat(kept), ...sizes(data.readUInt32BE(16), data.readUInt32BE(20)) }
}

const WEBP_KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
/** Bits of VP8X that say that Exif and XMP follow. */
const SAYS_MORE = 0x08 | 0x04

function webp(data: Buffer): Stripped | null {
  if (data.toString('latin1', 0, 4) !== 'RIFF' || data.toString('latin1', 8, 12) !== 'WEBP') return null
  const whole = Math.min(data.byteLength, 8 + data.readUInt32LE(4))
  const kept: Buffer[] = []
  let size: { width: number; height: number } | null = null
  for (let at = 12; at + 8 <= whole; ) {
    const type = data.toString('latin1', at, at + 4)
    const length = data.readUInt32LE(at + 4)
    const end = at + 8 + length + (length % 2)
    if (at + 8 + length > data.byteLength) return null
    const chunk = Buffer.from(data.subarray(at, end))
    if (type === 'VP8X') {
      chunk.writeUInt8(chunk.readUInt8(8) & ~SAYS_MORE, 8)
      size = { width: 1 + chunk.readUIntLE(12, 3), height: 1 + chunk.readUIntLE(15, 3) }
    }
    if (type === 'VP8 ') size ??= { width: chunk.readUInt16LE(14) & 0x3fff, height: chunk.readUInt16LE(16) & 0x3fff }
    if (type === 'VP8L') {
      const bits = chunk.readUInt32LE(9)
      size ??= { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
    }
    if (WEBP_KEPT.has(type)) kept.push(chunk)
    at = end
  }
  if (size === null) return null
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(4 + kept.reduce((sum, { byteLength }) => sum + byteLength, 0), 4)
  return { bytes: Buffer.concat([head, ...kept]), ...sizes(size.width, size.height) }
}

function gif(data: Buffer): Stripped | null {
  const alone = gifAlone(data)
  return alone === null ? null : { bytes: alone.bytes, ...sizes(alone.width, alone.height) }
}

const MAX_PIXELS = 65_535

/** What an offer can say of them. */
function sizes(width: number, height: number): { width: number | null; height: number | null } {
  const isSaid = width >= 1 && width <= MAX_PIXELS && height >= 1 && height <= MAX_PIXELS
  return isSaid ? { width, height } : { width: null, height: null }
}
