import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { limitIn, MAX_HOP_STATUS_BYTES } from '../../../src/main/node/hop-status.ts'
import { MINUTE, MiB } from '../../../src/shared/units.ts'

const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))])
const number = (field: number, value: number): number[] => [field * 8, ...varint(value)]
const bytes = (field: number, value: number[]): number[] => [field * 8 + 2, ...varint(value.length), ...value]
const whole = (message: number[]): Uint8Array => Uint8Array.from([...varint(message.length), ...message])

/** STATUS, with a reservation as relays send it. */
const given = (limit: number[] | null): Uint8Array =>
  whole([
    ...number(1, 2),
    ...bytes(3, [...number(1, 1_800_000_000), ...bytes(2, [4, 5, 5, 5, 5, 6, 16, 225])]),
    ...(limit === null ? [] : bytes(4, limit)),
    ...number(5, 100),
  ])

describe('the limit in a relay’s answer', () => {
  it.each([
    ['seconds and bytes', [...number(1, 1_800), ...number(2, 64 * MiB)], { durationMs: 30 * MINUTE, dataBytes: 64 * MiB }],
    ['milliseconds', [...number(1, 1_800_000), ...number(2, MiB)], { durationMs: 30 * MINUTE, dataBytes: MiB }],
    ['bytes only', number(2, 131_072), { durationMs: null, dataBytes: 131_072 }],
    ['zero, which is none', [...number(1, 0), ...number(2, 0)], { durationMs: null, dataBytes: null }],
    ['nothing', [], { durationMs: null, dataBytes: null }],
  ])('is read: %s', (_what, limit, read) => {
    expect(limitIn(given(limit))).toEqual(read)
  })

  it('is none where the answer has none', () => {
    expect(limitIn(given(null))).toEqual({ durationMs: null, dataBytes: null })
  })

  it('is not read before the answer is whole', () => {
    const answer = given([...number(1, 1_800), ...number(2, MiB)])
    for (let length = 0; length < answer.byteLength; length += 1) expect(limitIn(answer.subarray(0, length))).toBeNull()
  })
})

test('whatever a relay answers is read as a limit or not at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: MAX_HOP_STATUS_BYTES }), (noise) => {
      const limit = limitIn(noise)
      if (limit === null) return
      for (const value of Object.values(limit)) expect(value === null || value > 0).toBe(true)
    }),
  )
})
