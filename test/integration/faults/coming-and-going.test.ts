import { expect, test } from 'vitest'
import { SECOND } from '../../../src/shared/units.ts'
import { soak } from '../../soak/soak.ts'

/** `npm run soak` for a short while. Its figures of growth need minutes, and are not looked at here. */
test('nodes that stop and are killed while they talk lose nothing, double nothing, and keep the order', { timeout: 240_000 }, async () => {
  const { counts, problems } = await soak({ forMs: 8 * SECOND, seed: 9, guests: 1 })
  expect(problems).toEqual([])
  expect(counts.messages).toBeGreaterThan(10)
  expect(counts.pages).toBeGreaterThan(0)
  expect(counts.stops + counts.kills).toBeGreaterThan(0)
})
