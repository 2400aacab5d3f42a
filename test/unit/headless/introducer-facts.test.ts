import { describe, expect, test } from 'vitest'
import { readinessOf } from '../../../src/main/headless/introducer-facts.ts'
import { createMetrics } from '../../../src/main/headless/metrics.ts'
import { facts } from './facts.ts'

describe('an introducer is ready', () => {
  test('when it listens, serves and is not about to go', () => {
    expect(readinessOf(facts())).toEqual({ ready: 'yes' })
  })

  test.each([
    [{ introduction: { draining: true } }, /draining/],
    [{ introduction: { serving: false } }, /No rule of its door/],
    [{ introduction: null }, /running/],
    [{ node: { listening: [] } }, /listens nowhere/],
    [{ node: { phase: 'starting' } }, /starting/],
    [{ node: { phase: 'locked' } }, /locked/],
    [{ node: { phase: 'stopping' } }, /stopping/],
  ] as [Parameters<typeof facts>[0], RegExp][])('and not with %j, and says why', (over, why) => {
    expect(readinessOf(facts(over))).toEqual({ ready: 'no', why: expect.stringMatching(why) })
  })
})

describe('what Prometheus reads', () => {
  const samples = async (over?: Parameters<typeof facts>[0]): Promise<string[]> => {
    const text = await createMetrics(() => facts(over)).text()
    return text.split('\n').filter((line) => line.startsWith('latch_'))
  }

  test('is every figure of the introducer, by its name', async () => {
    expect(await samples()).toEqual([
      'latch_registrations 5',
      'latch_reservations 4',
      'latch_circuits 3',
      'latch_connections 12',
      'latch_draining 0',
      'latch_relayed_bytes_total 2000000',
      'latch_stun_answers_total 7',
      'latch_stun_dropped_total{reason="malformed"} 8',
      'latch_stun_dropped_total{reason="over-rate"} 9',
      'latch_refused_total{reason="register:forged"} 2',
      'latch_refused_total{reason="circuit:too-many"} 1',
      expect.stringMatching(/^latch_build_info\{version="\d+\.\d+\.\d+"\} 1$/),
    ])
  })

  test('is the total each time, however often it is asked for', async () => {
    let answered = 1
    const metrics = createMetrics(() => ({ ...facts(), stun: { answered: answered++, malformed: 0, overRate: 0 } }))
    await metrics.text()
    const before = answered
    const total = /latch_stun_answers_total (\d+)/.exec(await metrics.text())?.[1]
    expect(Number(total)).toBeGreaterThanOrEqual(before)
    expect(Number(total)).toBeLessThan(answered)
  })

  test('is zeros, and the process, while there is no household', async () => {
    const lines = await samples({ introduction: null, node: { phase: 'starting' } })
    expect(lines).toContain('latch_registrations 0')
    const text = await createMetrics(() => facts({ introduction: null })).text()
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
  })
})
