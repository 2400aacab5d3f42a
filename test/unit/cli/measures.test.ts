import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { time } from '../../../src/cli/layout.ts'
import { durationOf, momentOf, sizeOf } from '../../../src/cli/measures.ts'

const noon = new Date(2026, 10, 20, 12, 0).getTime()
const local = (...parts: [number, number, number, number?, number?]): number => new Date(...parts).getTime()

describe('a length of time', () => {
  it.each([
    ['45s', 45_000],
    ['30m', 1_800_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
  ])('%s is %d ms', (text, ms) => {
    expect(durationOf(text)).toBe(ms)
  })

  const wrong = ['', '0h', '1', 'h', '-1h', '1.5h', '1 h', '1H', '1y', '12345h', '1h ', '٣h', '1h30m']
  it.each(wrong)('%j is none', (text) => {
    expect(durationOf(text)).toBeNull()
  })

  it('is as many units as it says', () => {
    const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
    const unit = fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[]))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), unit, (count, name) => {
        expect(durationOf(`${count}${name}`)).toBe(count * units[name])
      }),
    )
  })
})

describe('a size', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['10 B', 10],
    ['16MiB', 16 * 1024 ** 2],
    ['16mib', 16 * 1024 ** 2],
    ['1.5 GB', 1_500_000_000],
    ['500kB', 500_000],
    ['1.5KiB', 1536],
    ['0.1kb', 100],
  ])('%s is %d bytes', (text, bytes) => {
    expect(sizeOf(text)).toBe(bytes)
  })

  const wrong = ['', '-1', '16M', '1e6', 'MiB', '1..5kB', '1.kB', '0x10', 'ten', '1  kB', 'Infinity', 'ib', '1ib']
  it.each([...wrong, '99999999999999TiB'])('%j is none', (text) => {
    expect(sizeOf(text)).toBeNull()
  })

  it('is a whole number of bytes that a computer can hold, or none, whatever is typed', () => {
    const typed = fc.oneof(fc.string(), fc.stringMatching(/^\d{0,17}(\.\d{0,3})? ?[kmgtKMGT]?i?[bB]?$/))
    fc.assert(
      fc.property(typed, (text) => {
        const size = sizeOf(text)
        expect(size === null || (Number.isSafeInteger(size) && size >= 0)).toBe(true)
      }),
    )
  })

  it('in bytes is itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (bytes) => {
        expect(sizeOf(String(bytes))).toBe(bytes)
      }),
    )
  })
})

describe('a point in time', () => {
  it.each([
    ['2026-12-01 18:00', local(2026, 11, 1, 18, 0)],
    ['2026-12-01T18:00', local(2026, 11, 1, 18, 0)],
    ['2026-12-01', local(2026, 11, 1)],
    ['2026-12-01T18:00Z', Date.UTC(2026, 11, 1, 18, 0)],
    ['2026-12-01T18:00:30+01:00', Date.UTC(2026, 11, 1, 17, 0, 30)],
    ['2026-12-01 18:00:00.250-05:00', Date.UTC(2026, 11, 1, 23, 0, 0, 250)],
  ])('%s is read', (text, ms) => {
    expect(momentOf(text, noon, 'next')).toBe(ms)
  })

  it.each([
    ['18:00', 'next', local(2026, 10, 20, 18, 0)],
    ['09:00', 'next', local(2026, 10, 21, 9, 0)],
    ['12:00', 'next', local(2026, 10, 21, 12, 0)],
    ['18:00', 'last', local(2026, 10, 19, 18, 0)],
    ['09:00', 'last', local(2026, 10, 20, 9, 0)],
    ['12:00', 'last', noon],
  ] as const)('%s at noon is the %s one', (text, which, ms) => {
    expect(momentOf(text, noon, which)).toBe(ms)
  })

  it.each([
    '',
    'tomorrow',
    '2026-02-30',
    '2026-02-30T10:00Z',
    '2026-13-01 10:00',
    '2026-12-01 25:00',
    '2026-12-01 10:60',
    '2026-12-01T25:00Z',
    '2026-12-01T10:00+99:00',
    '2026-12-1',
    '1969-12-01',
    '0099-01-01',
    '24:00',
    '7:00',
    '2026-12-01 18:00 ',
    '1764612000000',
  ])('%j is none', (text) => {
    expect(momentOf(text, noon, 'next')).toBeNull()
  })

  it('that is shown can be typed back', () => {
    const minute = fc.integer({ min: 24 * 60, max: 60 * 24 * 365 * 200 })
    fc.assert(
      fc.property(minute, (minutes) => {
        const shown = time(minutes * 60_000, 0)
        const read = momentOf(shown, noon, 'next')
        // The hour that a clock shows twice is read as the first of the two: it is shown the same.
        expect(read === null ? 'none' : time(read, 0)).toBe(shown)
      }),
    )
  })

  it('in ISO 8601 is that moment, to the millisecond', () => {
    const upTo9999 = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) })
    fc.assert(
      fc.property(upTo9999, (ms) => {
        expect(momentOf(new Date(ms).toISOString(), noon, 'next')).toBe(ms)
      }),
    )
  })

  it('is one that a clock can reach, or none, whatever is typed', () => {
    const typed = fc.oneof(
      fc.string(),
      fc.stringMatching(/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$/),
      fc.stringMatching(/^\d\d:\d\d$/),
    )
    fc.assert(
      fc.property(typed, fc.constantFrom('next' as const, 'last' as const), (text, which) => {
        const ms = momentOf(text, noon, which)
        expect(ms === null || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true)
      }),
    )
  })
})
