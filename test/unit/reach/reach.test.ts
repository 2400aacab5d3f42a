import { beforeEach, expect, test } from 'vitest'
import type { ReachFeature } from '../../../src/main/features/reach/index.ts'
import { openRecord } from '../../../src/main/protocols/introduction/index.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { somePeerId } from '../peers/fake-network.ts'
import { linkOf, signedRecord, someSigner } from './signed.ts'
import { World, type FakeIntroducer } from './world.ts'

let world: World
let reach: ReachFeature

beforeEach(async () => {
  world = new World()
  reach = await world.reach()
})

async function use(...introducers: readonly FakeIntroducer[]): Promise<void> {
  for (const one of introducers) await reach.addIntroducer(await world.link(one))
  await world.turns()
}

const named = (records: readonly Uint8Array[]) =>
  Promise.all(records.map(async (record) => (await openRecord(record)).peerId))

test('a link is read before it is used', async () => {
  const home = await someSigner()
  const card = await reach.readIntroducer(await linkOf(home, world.clock.nowMs()))
  expect(card).toEqual({
    peerId: home.peerId,
    name: 'home',
    addresses: ['/ip4/5.5.5.10/tcp/4001'],
    stun: ['5.5.5.10:3478'],
    issuedMs: world.clock.nowMs(),
    expiresMs: world.clock.nowMs() + 30 * DAY,
  })
  expect(reach.connectivity().introducers).toEqual([])
  await expect(reach.readIntroducer('latch://introducer/AAAA')).rejects.toMatchObject({ code: 'BAD_INPUT' })
})

test('records of introducers in use are handed on, chosen ones and near ones first', async () => {
  await reach.start()
  const [far, near] = [await world.introducer({ rttMs: 90 }), await world.introducer({ rttMs: 5 })]
  const dead = await world.introducer({ state: 'down' })
  await use(far, near, dead)
  expect(await named(reach.records(8))).toEqual([near.peerId, far.peerId])
  expect(await named(reach.records(1))).toEqual([near.peerId])
  await reach.stop()
})

test('with none in use, those of the chosen are, but none that is switched off', async () => {
  const [chosen, off] = [await world.introducer(), await world.introducer()]
  await use(chosen, off)
  await reach.enableIntroducer(off.peerId, false)
  expect(await named(reach.records(8))).toEqual([chosen.peerId])
})

test('introducers that come with an invitation are used; forged ones are not', async () => {
  await reach.start()
  const home = await world.introducer()
  const forged = await signedRecord({ ...(await someSigner()), peerId: somePeerId() }, world.clock.nowMs())
  const record = await signedRecord(home.signer, world.clock.nowMs(), { addresses: [home.address] })
  await reach.learn([forged, record], 'invitation')
  await world.turns()
  const invited = { peerId: home.peerId, origin: 'invitation', state: 'connected' }
  expect(reach.connectivity().introducers).toMatchObject([invited])
  await reach.stop()
})

test('an introducer that is forgotten is told to whoever watches, also one that never did anything', async () => {
  const home = await world.introducer()
  await use(home)
  const ending = new AbortController()
  const events: unknown[] = []
  const watching = (async () => {
    for await (const item of reach.watch(ending.signal)) if (item.kind === 'event') events.push(item.event)
  })()
  await world.turns()
  await reach.forgetIntroducer(home.peerId)
  await world.turns()
  expect(events).toEqual([{ event: 'introducer-forgotten', peerId: home.peerId }])
  expect(reach.isIntroducer(home.peerId)).toBe(false)
  await expect(reach.forgetIntroducer(home.peerId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(reach.enableIntroducer(home.peerId, true)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  ending.abort()
  await watching
})

test('a learnt introducer whose record expires goes while the app runs', async () => {
  await reach.start()
  const record = await signedRecord(await someSigner(), world.clock.nowMs(), { expiresMs: world.clock.nowMs() + HOUR })
  await reach.learn([record], 'invitation')
  expect(reach.connectivity().introducers).toHaveLength(1)
  for (const one of reach.connectivity().introducers) await reach.enableIntroducer(one.peerId, false)
  await world.clock.advance(2 * HOUR)
  expect(reach.connectivity().introducers).toEqual([])
  await reach.stop()
})
