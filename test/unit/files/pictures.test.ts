import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { stripped, type PictureType } from '../../../src/main/features/files/pictures.ts'
import { shownType } from '../../../src/main/features/files/sniff.ts'

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const SECRET = 'GPS 47.3769 N'

const segment = (marker: number, body: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.byteLength + 2, 2)
  return Buffer.concat([head, body])
}

function exif(orientation: number): Buffer {
  const tiff = Buffer.from(`49492a0008000000010012010300010000000${orientation}00000000000000`.replace(/0(\d)00000000000000$/, '0$100000000000000'), 'hex')
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from(SECRET)]))
}

function jpegOf(...more: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x02\0\0\x01\0\x01\0\0', 'latin1')),
    ...more,
    segment(0xdb, Buffer.alloc(65, 1)),
    segment(0xc0, Buffer.from([8, 0, 20, 0, 30, 1, 1, 0x11, 0])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 5]),
    Buffer.from([0xff, 0xd9]),
  ])
}

function pngChunk(type: string, body: Buffer): Buffer {
  const out = Buffer.alloc(12 + body.byteLength)
  out.writeUInt32BE(body.byteLength)
  out.write(type, 4, 'latin1')
  body.copy(out, 8)
  return out
}

function pngOf(...more: Buffer[]): Buffer {
  const size = Buffer.from('0000001e00000014080600000000', 'hex').subarray(0, 13)
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), pngChunk('IHDR', size), ...more, pngChunk('IDAT', deflateSync(Buffer.alloc(10))), pngChunk('IEND', Buffer.alloc(0))])
}

function webpOf(...more: [string, Buffer][]): Buffer {
  const vp8x = Buffer.from([0x0c, 0, 0, 0, 29, 0, 0, 19, 0, 0])
  const chunks: [string, Buffer][] = [['VP8X', vp8x], ['VP8L', Buffer.from([0x2f, 1, 2, 3, 4])], ...more]
  const body = Buffer.concat(
    chunks.map(([type, bytes]) => {
      const head = Buffer.alloc(8)
      head.write(type, 'latin1')
      head.writeUInt32LE(bytes.byteLength, 4)
      return Buffer.concat([head, bytes, Buffer.alloc(bytes.byteLength % 2)])
    }),
  )
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(4 + body.byteLength, 4)
  return Buffer.concat([head, body])
}

test.each<[PictureType, Buffer, Buffer]>([
  ['image/jpeg', jpegOf(exif(1), segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${SECRET}`)), segment(0xed, Buffer.from(SECRET)), segment(0xfe, Buffer.from(SECRET))), jpegOf()],
  ['image/jpeg', Buffer.concat([jpegOf(), Buffer.from(SECRET)]), jpegOf()],
  ['image/png', pngOf(pngChunk('tEXt', Buffer.from(SECRET)), pngChunk('eXIf', Buffer.from(SECRET)), pngChunk('prVt', Buffer.from(SECRET))), pngOf()],
  ['image/png', Buffer.concat([pngOf(), Buffer.from(SECRET)]), pngOf()],
])('of a %s only the picture stays', (type, said, alone) => {
  expect(said.includes(SECRET)).toBe(true)
  const { bytes, ...size } = stripped(said, type) ?? { bytes: null }
  expect(size).toEqual({ width: 30, height: 20 })
  expect(Buffer.compare(Buffer.from(bytes ?? []), alone)).toBe(0)
})

test('of a WebP too, and it no longer says that there is more', () => {
  const clean = Buffer.from(stripped(webpOf(['EXIF', Buffer.from(SECRET)], ['XMP ', Buffer.from(SECRET)]), 'image/webp')?.bytes ?? [])
  const alone = webpOf()
  alone[20] = 0
  expect(Buffer.compare(clean, alone)).toBe(0)
  expect(stripped(webpOf(), 'image/webp')).toMatchObject({ width: 30, height: 20 })
})

const gifBlocks = (...bodies: (Buffer | string)[]): Buffer =>
  Buffer.concat([...bodies.map((body) => Buffer.concat([Buffer.from([Buffer.from(body).byteLength]), Buffer.from(body)])), Buffer.from([0])])
const gifExtension = (label: number, ...bodies: (Buffer | string)[]): Buffer => Buffer.concat([Buffer.from([0x21, label]), gifBlocks(...bodies)])
const loops = gifExtension(0xff, 'NETSCAPE2.0', Buffer.from([1, 0, 0]))
/** Adobe's: the text stands there as it is, and a run of bytes behind it leads whoever counts blocks to its end. */
const xmp = Buffer.concat([
  Buffer.from([0x21, 0xff, 11]),
  Buffer.from(`XMP DataXMP<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta>${SECRET}</x:xmpmeta>`),
  Buffer.from([1, ...Array.from({ length: 256 }, (_, index) => 255 - index), 0]),
])

/** Two pictures of one pixel, each with its own time; what else is said stands before, between and behind them. */
function gifOf(...more: Buffer[]): Buffer {
  const picture = Buffer.from('2c00000000010001000002024401 00'.replaceAll(' ', ''), 'hex')
  const turn = gifExtension(0xf9, Buffer.from([4, 10, 0, 0]))
  const head = Buffer.from('GIF89a\x1e\0\x14\0\x80\0\0\xff\xff\xff\0\0\0', 'latin1')
  return Buffer.concat([head, loops, ...more, turn, picture, ...more, turn, picture, ...more, Buffer.from([0x3b])])
}

test.each<[string, Buffer]>([
  ['a comment', gifExtension(0xfe, SECRET, SECRET)],
  ['XMP', xmp],
  ['what a program of its own says', gifExtension(0xff, 'MGK8BIM0000', SECRET)],
  ['a text to be drawn over it', gifExtension(0x01, Buffer.alloc(12), SECRET)],
])('of a GIF only its pictures, their times and their turns stay: %s goes', (_, said) => {
  const whole = Buffer.concat([gifOf(said), Buffer.from(SECRET)])
  expect(whole.includes(SECRET)).toBe(true)
  const clean = stripped(whole, 'image/gif')
  expect(clean).toMatchObject({ width: 30, height: 20 })
  expect(Buffer.compare(Buffer.from(clean?.bytes ?? []), gifOf())).toBe(0)
})

test('a GIF that does not say that it ends is whole, and one that is cut within a picture is none', () => {
  const whole = gifOf()
  expect(Buffer.compare(Buffer.from(stripped(whole.subarray(0, -1), 'image/gif')?.bytes ?? []), whole)).toBe(0)
  expect(stripped(whole.subarray(0, -3), 'image/gif')).toBeNull()
  expect(stripped(whole.subarray(0, 19), 'image/gif')).toBeNull()
})

test('a picture that was held on its side is still shown upright', () => {
  const clean = Buffer.from(stripped(jpegOf(exif(6)), 'image/jpeg')?.bytes ?? [])
  expect(clean.includes(SECRET)).toBe(false)
  const again = stripped(clean, 'image/jpeg')
  expect(Buffer.compare(Buffer.from(again?.bytes ?? []), clean)).toBe(0)
  expect(clean.includes(Buffer.from('0112000300000001000600', 'hex'))).toBe(true)
})

test('whatever is cut or turned in a picture, nothing fails and nothing grows', () => {
  const kinds: [PictureType, Buffer][] = [['image/jpeg', jpegOf(exif(3))], ['image/png', pngOf()], ['image/webp', webpOf()], ['image/gif', gifOf(xmp)]]
  const property = fc.property(fc.constantFrom(...kinds), fc.nat(), fc.nat(255), fc.nat(), ([type, whole], at, byte, end) => {
    const bad = Buffer.from(whole)
    bad[at % bad.byteLength] = byte
    const cut = bad.subarray(0, 1 + (end % bad.byteLength))
    const clean = stripped(cut, type)
    expect(clean?.bytes.byteLength ?? 0).toBeLessThanOrEqual(cut.byteLength + 64)
  })
  fc.assert(property, { seed: SEED, numRuns: 2_000 })
})

test.each([
  ['89504e470d0a1a0a', 'image/png'],
  ['ffd8ffe0', 'image/jpeg'],
  ['474946383961', 'image/gif'],
  ['52494646aaaaaaaa57454250', 'image/webp'],
  ['52494646aaaaaaaa57415645', 'audio/wav'],
  ['4f676753', 'audio/ogg'],
  ['3c737667', null],
  ['25504446', null],
  ['', null],
])('what begins with %s is %s', (hex, type) => {
  expect(shownType(Buffer.from(hex, 'hex'))).toBe(type)
})
