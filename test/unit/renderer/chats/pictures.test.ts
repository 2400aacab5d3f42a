import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FileName } from '../../../../src/shared/model/files.ts'
import { actionsOf, halves, stateOf } from '../../../../src/renderer/features/chats/files/file-state.ts'
import { cleanName, isTooLarge, named, within } from '../../../../src/renderer/features/chats/files/picture.ts'
import { pictureHead, pictureSource } from '../../../../src/renderer/features/chats/files/sizes.ts'
import { noteClock, waveOf } from '../../../../src/renderer/features/chats/voice/recording.ts'
import { offerOf, transferOf } from '../../../gallery/files.ts'
import { smallPicture } from '../../../gallery/picture.ts'

const seed = 20_261_121
const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0))
const bytes = (...parts: (number | number[])[]): Uint8Array => Uint8Array.from(parts.flat())
const png = (width: number, height: number): Uint8Array => {
  const head = bytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], [0, 0, 0, 13], ascii('IHDR'), Array.from({ length: 17 }, () => 0))
  new DataView(head.buffer).setUint32(16, width)
  new DataView(head.buffer).setUint32(20, height)
  return head
}
const base64 = (data: Uint8Array): string => btoa(String.fromCharCode(...data))

test('the size of a picture is read from its first bytes, whatever it is called', () => {
  expect(pictureHead(png(640, 480))).toEqual({ type: 'image/png', width: 640, height: 480 })
  expect(pictureHead(bytes(ascii('GIF89a'), [0x40, 0x01, 0xf0, 0x00]))).toEqual({ type: 'image/gif', width: 320, height: 240 })
  const jpeg = bytes([0xff, 0xd8], [0xff, 0xe1, 0, 6, 1, 2, 3, 4], [0xff, 0xc2, 0, 17, 8, 0x01, 0xe0, 0x02, 0x80, 3, 0, 0, 0])
  expect(pictureHead(jpeg)).toEqual({ type: 'image/jpeg', width: 640, height: 480 })
  const webp = bytes(ascii('RIFF'), [0, 0, 0, 0], ascii('WEBPVP8X'), [10, 0, 0, 0], [0, 0, 0, 0], [0x7f, 0x02, 0], [0xdf, 0x01, 0])
  expect(pictureHead(webp)).toEqual({ type: 'image/webp', width: 640, height: 480 })
})

test('a small file that says it is a huge picture is never unpacked', () => {
  const bomb = png(60_000, 60_000)
  expect(isTooLarge(pictureHead(bomb) ?? expect.fail())).toBe(true)
  expect(pictureSource(base64(bomb), 640)).toBeNull()
  expect(pictureSource(base64(png(641, 10)), 640)).toBeNull()
  expect(pictureSource(smallPicture, 640)).toMatch(/^data:image\/png;base64,/)
})

test('what is no picture is none: text, SVG, half a header, nothing, and any bytes', () => {
  for (const data of [bytes(ascii('<svg xmlns="http://www.w3.org/2000/svg"/>')), png(1, 1).slice(0, 20), png(0, 5), new Uint8Array()]) {
    expect(pictureHead(data)).toBeNull()
  }
  expect(pictureSource('not base64 at all!', 640)).toBeNull()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (data) => {
      pictureHead(Uint8Array.from([0xff, 0xd8, 0xff, ...data]))
      expect(pictureHead(data) === null || data.length >= 10).toBe(true)
    }),
    { seed },
  )
})

test('the name of a file is one that may be offered, whatever it was', () => {
  expect(cleanName('../../etc/passwd')).toBe('....etcpasswd')
  expect(cleanName('..')).toBe('file')
  expect(cleanName('invoice\u202egnp.exe')).toBe('invoicegnp.exe')
  expect(named('IMG_1.HEIC', 'image/jpeg')).toBe('IMG_1.jpg')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      expect(FileName.safeParse(cleanName(name)).success).toBe(true)
    }),
    { seed },
  )
})

test('a picture keeps its shape when it is made smaller, and is never made larger', () => {
  expect(within(4_000, 2_000, 1_000)).toEqual({ width: 1_000, height: 500 })
  expect(within(30, 20, 1_000)).toEqual({ width: 30, height: 20 })
  expect(within(10_000, 1, 100)).toEqual({ width: 100, height: 1 })
})

test('a file that is offered is fetched or not, and one on its way is paused or stopped', () => {
  const offer = offerOf('plan.pdf')
  const at = (state: Parameters<typeof actionsOf>[0]['state'], direction: 'in' | 'out' = 'in') => transferOf('Bea', offer, { state, direction })
  expect(actionsOf(at('asked'), true)).toEqual(['accept', 'refuse'])
  expect(actionsOf(at('running'), true)).toEqual(['pause', 'cancel'])
  expect(actionsOf(at('done'), true)).toEqual(['open'])
  expect(actionsOf(at('done'), false)).toEqual([])
  expect(stateOf(at('offered', 'out'))).toBe('given')
})

test('a long name is cut before its ending', () => {
  expect(halves('a-very-long-name.pdf')).toEqual(['a-very-long-', 'name.pdf'])
  expect(halves('README')).toEqual(['README', ''])
  expect(halves('.pdf')).toEqual(['.pdf', ''])
})

test('the shape of a note has few bars, the loudest of them whole', () => {
  const wave = waveOf(Array.from({ length: 900 }, (_, index) => (index === 450 ? 0.5 : 0.1)))
  expect(wave).toHaveLength(64)
  expect(Math.max(...wave)).toBe(255)
  expect(waveOf([])).toEqual([])
  expect([0, 65_000, 900_000].map(noteClock)).toEqual(['0:00', '1:05', '15:00'])
})
