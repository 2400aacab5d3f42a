import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { summarize } from '../../bench/stats.ts'
import { openHerd } from '../herds.ts'
import { Lab } from '../lab.ts'

let lab: Lab
afterEach(() => lab.close())

const PEERS = 200

test('two hundred peers of a restarted introducer come back, and not all in one breath', async () => {
  lab = await Lab.create([], ['ines'], { others: [{ name: 'herd', kind: 'public', addresses: PEERS, spread: true }] })
  const herd = await openHerd(lab, ['herd'], PEERS)
  await herd.untilAll(({ registered, reserved }) => registered === PEERS && reserved === PEERS)

  await lab.introducer('ines').kill()
  await eventually('all notice', async () => (await herd.status()).connected === 0, { withinMs: 60_000, everyMs: 50 })
  await lab.restart('ines')
  const startMs = performance.timeOrigin + performance.now()
  await herd.untilAll(({ registered, reserved }) => registered === PEERS && reserved === PEERS)

  const back = (await herd.backAtMs()).map((atMs) => (atMs ?? Infinity) - startMs)
  const perSecond = [...Map.groupBy(back, (ms) => Math.floor(ms / 1_000)).values()].map(({ length }) => length)
  const { p50, p95, max } = summarize(back)
  const [half, most, all] = [p50, p95, max].map((ms) => `${(ms / 1_000).toFixed(1)} s`)
  console.log(`half are back after ${half}, 95 % after ${most}, all after ${all}; at most ${Math.max(...perSecond)} a second`)
  expect(back).toHaveLength(PEERS)
  // Three quarters of them in one second would be a herd.
  expect(Math.max(...perSecond)).toBeLessThan(PEERS * 0.75)
}, 300_000)
