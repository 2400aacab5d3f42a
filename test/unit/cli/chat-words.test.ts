import fc from 'fast-check'
import jsQr from 'jsqr'
import { describe, expect, it } from 'vitest'
import { MAX_PIECES, piecesOf, textOf } from '../../../src/cli/chat/split.ts'
import { isOver, progressOf } from '../../../src/cli/files-text.ts'
import { qrText } from '../../../src/cli/qr-text.ts'
import type { Transfer } from '../../../src/shared/model/files.ts'
import { MessageText } from '../../../src/shared/model/chat.ts'
import { MiB } from '../../../src/shared/units.ts'

const KiB = 1_024

describe('what is piped in', () => {
  it('is one message where it fits into one', () => {
    expect(piecesOf('a line\nand another')).toEqual(['a line\nand another'])
    expect(piecesOf('x'.repeat(16 * KiB))).toHaveLength(1)
  })

  it('is split between lines, and nothing of it is lost', () => {
    const lines = Array.from({ length: 900 }, (_, at) => `line ${at} of a log, some more of it`)
    const pieces = piecesOf(lines.join('\n')) ?? []
    expect(pieces.length).toBe(2)
    expect(pieces.join('\n').split('\n')).toEqual(lines)
  })

  it('is split between characters where there are no lines', () => {
    const family = '👨‍👩‍👧‍👦'
    const pieces = piecesOf(family.repeat(1_000)) ?? []
    expect(pieces.length).toBeGreaterThan(1)
    for (const piece of pieces) expect(piece.length % family.length).toBe(0)
  })

  it('is a file where it would take more than a few messages, or is no text', () => {
    expect(piecesOf('x'.repeat(16 * KiB * MAX_PIECES))).toHaveLength(MAX_PIECES)
    expect(piecesOf('x'.repeat(16 * KiB * MAX_PIECES + 1))).toBeNull()
    expect(textOf(Uint8Array.of(0xff, 0xfe))).toBeNull()
    expect(textOf(Uint8Array.of(65, 0, 66))).toBeNull()
    expect(textOf(Buffer.from('Grüße'))).toBe('Grüße')
  })

  it('never makes a piece that a message does not hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { maxLength: 20 }), fc.integer({ min: 1, max: 60 }), (parts, times) => {
        const text = parts.join('\n').repeat(times)
        for (const piece of piecesOf(text) ?? []) expect(MessageText.safeParse(piece).success).toBe(true)
      }),
      { numRuns: 50 },
    )
    expect(piecesOf(`e${'\u0301'.repeat(20_000)}`)?.every((piece) => MessageText.safeParse(piece).success)).toBe(true)
  })
})

describe('a QR code in a terminal', () => {
  it.each([40, 200, 600])('is read by a camera, of %i letters', (length) => {
    const code = `latch:link/${'aB3_'.repeat(length / 4)}`
    const lines = qrText(code, false).split('\n')
    const [width, height] = [lines[0]?.length ?? 0, lines.length * 2]
    const scale = 4
    const pixels = new Uint8ClampedArray(width * height * scale * scale * 4)
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const row = Math.floor(y / scale)
        const block = lines[row >> 1]?.charAt(Math.floor(x / scale)) ?? ' '
        const isLight = block === '█' || block === (row % 2 === 0 ? '▀' : '▄')
        pixels.set([isLight ? 255 : 0, isLight ? 255 : 0, isLight ? 255 : 0, 255], (y * width * scale + x) * 4)
      }
    }
    expect(jsQr.default(pixels, width * scale, height * scale)?.data).toBe(code)
    expect(width).toBeLessThan(140)
  })
})

describe('how far a file is', () => {
  const id = 'a'.repeat(26)
  const transfer = (more: object): Transfer =>
    ({ id, direction: 'in', offer: { name: 'a\nb.iso', bytes: 100 * MiB }, state: 'running', doneBytes: 42 * MiB, bytesPerSecond: 2 * MiB, routes: ['direct'], takenBy: [], path: null, why: null, ...more }) as unknown as Transfer

  it('is one line', () => {
    expect(progressOf(transfer({}))).toBe('a b.iso  42 %  42.0 MiB of 100.0 MiB  2.0 MiB/s  29 s left  direct')
    expect(progressOf(transfer({ state: 'waiting', why: 'Nobody who has it is there.' }))).toContain('waiting')
    expect(progressOf(transfer({ doneBytes: 0, bytesPerSecond: 0 }))).not.toContain('left')
  })

  it('is over when nothing more happens by itself', () => {
    expect(['done', 'failed', 'refused', 'paused'].every((state) => isOver(transfer({ state })))).toBe(true)
    expect(['running', 'queued', 'waiting', 'checking', 'asked', 'offered'].some((state) => isOver(transfer({ state })))).toBe(false)
  })
})
