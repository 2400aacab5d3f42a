import { expect, test } from 'vitest'
import { isNews } from '../../../src/main/features/peers/fuel.ts'
import { lossOf } from '../../../src/main/features/peers/schedule.ts'
import type { Fuel } from '../../../src/shared/model/peers.ts'
import { MINUTE, MiB, SECOND } from '../../../src/shared/units.ts'
import { somePeerId } from './fake-network.ts'

const nowMs = Date.UTC(2026, 0, 1)
const whole: Fuel = {
  through: somePeerId(),
  dataBytes: 64 * MiB,
  leftBytes: 64 * MiB,
  durationMs: 30 * MINUTE,
  untilMs: nowMs + 30 * MINUTE,
}
const left = (share: number): Fuel => ({ ...whole, leftBytes: 64 * MiB * share })

test.each<[string, Fuel | null, Fuel | null, boolean]>([
  ['the same as before: no', whole, whole, false],
  ['one percent less: no', left(0.5), left(0.49), false],
  ['two percent less', left(0.5), left(0.48), true],
  ['another circuit', whole, { ...whole, untilMs: nowMs }, true],
  ['a circuit where there was none', null, whole, true],
  ['no circuit any more', whole, null, true],
  ['nothing, twice: no', null, null, false],
  ['no limit in bytes: no', { ...whole, dataBytes: null, leftBytes: null }, { ...whole, dataBytes: null, leftBytes: null }, false],
])('news is %s', (_what, told, now, isTold) => {
  expect(isNews(told, now)).toBe(isTold)
})

test.each<[string, Fuel | null, 'lost' | 'limit']>([
  ['of a direct connection', null, 'lost'],
  ['of a circuit with much left', left(0.5), 'lost'],
  ['of a circuit without limits', { ...whole, leftBytes: null, untilMs: null }, 'lost'],
  ['of a circuit that is used up', { ...whole, leftBytes: 0 }, 'limit'],
  ['of a circuit with less left than may be on the way', { ...whole, leftBytes: MiB }, 'limit'],
  ['of a circuit whose time is up', { ...whole, untilMs: nowMs + SECOND }, 'limit'],
])('the loss %s is told for what it was', (_what, circuit, loss) => {
  expect(lossOf({ circuit }, nowMs)).toBe(loss)
})
