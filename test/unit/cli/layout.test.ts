import { describe, expect, it } from 'vitest'
import { duration, fields, hanging, table, time, withLocalTimes } from '../../../src/cli/layout.ts'

describe('text on the terminal', () => {
  it('stands in columns, and no cell can begin a line', () => {
    expect(
      table(
        ['A', 'NAME'],
        [
          ['1', 'Bea'],
          ['22', 'x\ny'],
        ],
      ),
    ).toEqual(['A   NAME', '1   Bea', '22  x y'])
  })

  it('has its labels aligned', () => {
    expect(
      fields([
        ['Name', 'Ada'],
        ['Reachable', 'directly\nby UPnP'],
      ]),
    ).toEqual(['Name       Ada', 'Reachable  directly', '           by UPnP'])
  })

  it('says a moment that was written down as this clock does, and leaves the rest', () => {
    const nowMs = new Date(2026, 10, 20, 12).getTime()
    const written = `answered: allow, until ${new Date(2026, 10, 20, 18).toISOString()}, and tell`
    expect(withLocalTimes(written, nowMs)).toBe('answered: allow, until 18:00, and tell')
    expect(withLocalTimes('answered: deny, once', nowMs)).toBe('answered: deny, once')
    expect(withLocalTimes('until 9999-99-99', nowMs)).toBe('until 9999-99-99')
  })

  it('keeps the further lines of a message under its first', () => {
    expect(hanging('14:03  Bea  ', 'hi\n14:04  you  yes')).toEqual(['14:03  Bea  hi', '            14:04  you  yes'])
  })

  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [1, '1 s'],
    [42_400, '43 s'],
    [60_000, '60 s'],
    [100_000, '2 min'],
    [6_000_000, '2 h'],
    [172_800_000, '2 days'],
  ])('says %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  it('says a time of today without the day', () => {
    const noon = new Date(2026, 10, 20, 12, 5).getTime()
    expect(time(noon, noon)).toBe('12:05')
    expect(time(new Date(2026, 10, 19, 9, 5).getTime(), noon)).toBe('2026-11-19 09:05')
  })
})
