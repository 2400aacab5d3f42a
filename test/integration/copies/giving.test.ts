import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { createCopyProtocol } from '../../../src/main/protocols/copy/index.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { PROVIDE_CHECK_MS } from '../../../src/main/features/copies/limits.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { sourceOf, town, type Town } from './copy-town.ts'

async function place(): Promise<Town> {
  const one = await town()
  onTestFinished(() => one.close())
  return one
}

const never = new AbortController().signal

describe('that something can be had here', () => {
  test('is told one root after another, not faster than others listen to one device', async () => {
    const where = await place()
    const clock = new FakeClock()
    const [near, owner] = [await where.resident({ bare: true }), await where.resident({ clock })]
    const toldMs = new Map<string, number>()
    await createCopyProtocol({ streams: near.streams, clock: systemClock, offence: near.offence }).serve({
      blocks: () => Promise.resolve('none'),
      provide: (_, root) => (toldMs.set(root, clock.monotonicMs()), 'told'),
      who: () => [],
    })
    for (let at = 0; at < 5; at++) {
      await owner.copies.maker.make(SiteName.parse(`${at}.alice.peer`), sourceOf({ 'index.html': `${at}` }), never, () => {})
    }
    where.near.push(near.peerId)
    await clock.advance(PROVIDE_CHECK_MS)
    await eventually('all are told', async () => (await clock.advance(SECOND / 10), toldMs.size === 5))
    const times = [...toldMs.values()]
    for (let at = 1; at < times.length; at++) expect((times[at] ?? 0) - (times[at - 1] ?? 0)).toBeGreaterThanOrEqual(1 * SECOND)
  })
})
