import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterFailure, afterSendMs, backoffMs, type Failure } from '../../../src/main/features/chat/schedule.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'

const always = (value: number) => () => value

describe('waiting between tries', () => {
  test('doubles from two seconds to five minutes', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((failures) => backoffMs(failures, always(1)) / SECOND)
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
  })

  test('is spread over the second half, and never more than five minutes, whatever the count', () => {
    const chances = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), chances, (failures, chance) => {
        const wait = backoffMs(failures, always(chance))
        expect(wait).toBeGreaterThanOrEqual(SECOND)
        expect(wait).toBeLessThanOrEqual(5 * MINUTE)
      }),
    )
  })

  test('something new is tried at once, but not twice within two seconds', () => {
    expect(afterSendMs(null)).toBe(0)
    expect(afterSendMs(500)).toBe(1_500)
    expect(afterSendMs(10_000)).toBe(0)
  })
})

describe('what follows from a failure', () => {
  const after = (failure: Failure) => afterFailure(failure, 1, always(1))

  test('a device that is away is tried again', () => {
    expect(after({ kind: 'unreachable' })).toMatchObject({ waitingFor: 'peer', retryMs: 2_000 })
  })

  test('a closed door is not knocked at by the outbox', () => {
    expect(after({ kind: 'refused', code: 'knock-first' })).toMatchObject({ waitingFor: 'door', retryMs: null })
    expect(after({ kind: 'refused', code: 'denied' })).toMatchObject({ waitingFor: 'door', retryMs: null })
  })

  test('what passes by itself is tried again', () => {
    for (const code of ['busy', 'unproven', 'silent'] as const) {
      expect(after({ kind: 'refused', code })).toMatchObject({ waitingFor: 'peer', retryMs: 2_000 })
    }
    const cut = { kind: 'cut', why: 'cut in the middle of a frame' } as const
    expect(after(cut)).toMatchObject({ waitingFor: 'peer', retryMs: 2_000 })
  })

  test('another version is waited for, and said to be one', () => {
    expect(after({ kind: 'refused', code: 'version' })).toMatchObject({ waitingFor: 'nobody', retryMs: null })
  })

  test('always says why in a sentence', () => {
    const codes = ['knock-first', 'denied', 'unproven', 'busy', 'version', 'silent'] as const
    const refusals = codes.map((code) => ({ kind: 'refused', code }) as const)
    const failures: Failure[] = [{ kind: 'unreachable' }, { kind: 'cut', why: 'x' }, ...refusals]
    for (const failure of failures) expect(after(failure).why).toMatch(/^[A-Z].*\.$/)
  })
})
