import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { Lab } from '../lab.ts'
import { befriend, carrier, PATIENCE_MS, pathBetween, placesOf, settle, Talk, WHOLE, type Friend } from './friends.ts'

/* What happens to two who have nothing but the relay when introducers go. */

let lab: Lab
afterEach(() => lab.close())

const BOTH = [{ name: 'ana', kind: 'symmetric' }, { name: 'bea', kind: 'symmetric' }] as const
const TWO = ['ines', 'ivo'] as const

async function placesAtBoth(...friends: Friend[]): Promise<void> {
  for (const friend of friends) {
    const hasBoth = async (): Promise<boolean> => (await placesOf(friend)).length === TWO.length
    await eventually('places at both', hasBoth, { withinMs: PATIENCE_MS, everyMs: 100 })
  }
}

test('what was written while the only introducer was dead arrives once it is back', async () => {
  lab = await Lab.create(BOTH, ['ines'])
  const [ana, bea] = [await settle(lab, 'ana'), await settle(lab, 'bea')]
  await befriend(ana, bea)
  expect((await pathBetween(ana, bea)).route).toBe('relayed')

  await lab.introducer('ines').kill()
  const isNoticed = async (): Promise<boolean> => (await pathBetween(ana, bea)).state !== 'connected'
  await eventually('that it is noticed', isNoticed, { withinMs: PATIENCE_MS, everyMs: 50 })
  const talk = await Talk.begin(ana, bea, 'dead', 20)
  await lab.restart('ines')
  expect(await talk.end()).toEqual(WHOLE)
})

test('a relay that is cut in mid-transfer loses nothing and doubles nothing', async () => {
  lab = await Lab.create(BOTH, ['ines'])
  const [ana, bea] = [await settle(lab, 'ana'), await settle(lab, 'bea')]
  await befriend(ana, bea)
  const talk = await Talk.begin(ana, bea, 'cut')
  await talk.until(0.2)
  await lab.introducer('ines').kill()
  expect(await talk.share()).toBeLessThan(1)
  await lab.restart('ines')
  expect(await talk.end()).toEqual(WHOLE)
})

test('when one of two introducers dies, its peers go on at the other', async () => {
  lab = await Lab.create([...BOTH, { name: 'cleo', kind: 'symmetric' }], TWO)
  const [ana, bea] = [await settle(lab, 'ana'), await settle(lab, 'bea')]
  await placesAtBoth(ana, bea)
  await befriend(ana, bea)
  const talk = await Talk.begin(ana, bea, 'one of two')
  await talk.until(0.2)
  await lab.introducer(await carrier(lab, TWO, ana, bea)).kill()
  expect(await talk.share()).toBeLessThan(1)
  expect(await talk.end()).toEqual(WHOLE)

  // And somebody who comes now finds them.
  const cleo = await settle(lab, 'cleo')
  await befriend(cleo, bea)
})

test('an introducer that is told to stop lets everybody move before it goes', async () => {
  lab = await Lab.create(BOTH, TWO)
  const [ana, bea] = [await settle(lab, 'ana'), await settle(lab, 'bea')]
  await placesAtBoth(ana, bea)
  await befriend(ana, bea)
  const talk = await Talk.begin(ana, bea, 'drain')
  await talk.until(0.2)
  const going = await carrier(lab, TWO, ana, bea)
  expect(await lab.introducer(going).terminate()).toBe(0)
  expect(await talk.end()).toEqual(WHOLE)
  expect(await placesOf(ana)).not.toContain(going)
})
