import { afterEach, expect, test } from 'vitest'
import type { Lookup, ZoneRecord } from '../../../src/shared/model/names.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { accountNamed, label, NamesTown } from './feature-town.ts'

/*
 * A ledger that is behind and a clock that is wrong, over whole ledgers, real streams and gossip: neither ever gives a
 * success that is none, and both are said plainly.
 */

let town: NamesTown

afterEach(() => town.close())

const adele = label('adele')
const text = (said: string): ZoneRecord => ({ label: '@' as ZoneRecord['label'], kind: 'text', text: said })
const outcomeOf = async (name: string, options = {}): Promise<Lookup['outcome']> => (await town.look(name, 'adele.peer', options)).outcome

test('a ledger that is behind says how many blocks are left, and never a success, though a zone is kept that is fresh', async () => {
  town = await NamesTown.of({ validators: ['leader'], followers: ['bob', 'eve'] })
  await town.claim('bob', 'adele')
  await town.meanwhile(town.get('bob').names.setZone(adele, { records: [text('of bob')], ttlMs: DAY }))
  await town.town.net.pass(2_000)
  expect(await outcomeOf('eve')).toMatchObject({ outcome: 'found', owner: accountNamed('bob') })
  const [kept] = town.get('eve').names.cache()
  expect(kept).toMatchObject({ state: 'fresh' })

  // While she is away the name changes hands, many blocks before the last.
  const eve = town.get('eve')
  await town.town.net.cut('eve')
  await town.meanwhile(town.get('bob').names.transfer(adele, accountNamed('leader')))
  await town.town.slots(2)
  await town.meanwhile(town.get('leader').names.take(adele))
  await town.town.slots(2)
  for (let block = 0; block < 40; block++) {
    await town.town.claim('leader', 'carol', `filler-${block}`)
    await town.town.slots(1)
  }
  const { height } = town.town.get('leader').ledger.head()

  const seen: { readonly sync: string; readonly left: number | null; readonly outcome: Promise<Lookup['outcome']> }[] = []
  const look = (): void => {
    const { height: here, sync } = eve.citizen.ledger.tip()
    const left = sync.state === 'catching-up' ? sync.target - here : null
    seen.push({ sync: sync.state, left, outcome: eve.names.query('adele.peer').then(({ outcome }) => outcome) })
  }
  const stop = eve.citizen.ledger.subscribe(look)
  look()
  await town.town.net.heal()
  for (let step = 0; step < 100 && eve.citizen.ledger.tip().height < height; step++) await town.town.net.pass(20)
  stop()
  await town.town.net.pass(10_000)

  const behind = seen.filter(({ sync }) => sync !== 'ready')
  const outcomes = await Promise.all(behind.map(({ outcome }) => outcome))
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['catching-up']))
  for (const [index, outcome] of outcomes.entries()) {
    const { left } = behind[index] ?? {}
    if (left != null) expect(outcome).toEqual({ outcome: 'catching-up', blocksLeft: Math.max(1, left) })
  }
  expect(outcomes.some((outcome) => outcome.outcome === 'catching-up' && (outcome.blocksLeft ?? 0) > 1)).toBe(true)
  // From the moment on in which she was told that there is more, nothing gave bob's zone, which was kept all the time.
  const since = seen.findIndex(({ sync }) => sync !== 'ready')
  for (const { outcome } of seen.slice(since)) expect(await outcome).not.toMatchObject({ outcome: 'found' })
  expect(eve.names.cache()).toEqual([])
  expect(await outcomeOf('eve')).toMatchObject({ owner: accountNamed('leader') })
})

test('a device that begins anew, with a zone kept from before, says that it is behind until somebody tells it of the chain', async () => {
  town = await NamesTown.of({ validators: ['leader'], followers: ['bob', 'eve'] })
  await town.claim('bob', 'adele')
  await town.town.net.pass(2_000)
  expect(await outcomeOf('eve')).toMatchObject({ outcome: 'found' })
  await town.get('eve').stop()
  await town.town.crash('eve')
  await town.town.boot('eve')
  await town.open('eve')
  expect(await outcomeOf('eve')).toEqual({ outcome: 'catching-up', blocksLeft: null })
  await town.town.net.heal()
  await town.town.net.pass(5_000)
  expect(await outcomeOf('eve')).toMatchObject({ outcome: 'found', owner: accountNamed('bob') })
})

test('a clock that is a day behind the chain is said, and nothing is found by it', async () => {
  town = await NamesTown.of({ validators: ['leader'], followers: ['bob', 'eve'] })
  await town.claim('bob', 'adele')
  await town.town.net.pass(2_000)
  expect(await outcomeOf('eve')).toMatchObject({ outcome: 'found' })
  town.town.net.skewsMs.set('eve', -DAY)
  const why = 'The clock of this device is 1 day behind the last block of the network: set it, and look again.'
  for (const again of [false, true]) expect(await outcomeOf('eve', { again })).toEqual({ outcome: 'refused', why })
  town.town.net.skewsMs.set('eve', 0)
  expect(await outcomeOf('eve', { again: true })).toMatchObject({ outcome: 'found' })
})

test('a clock that is a day ahead is said where a zone seems expired by it, and costs nobody anything', async () => {
  town = await NamesTown.of({ validators: ['leader'], followers: ['bob', 'eve'] })
  await town.claim('bob', 'adele')
  await town.town.net.pass(2_000)
  // Thirteen and a half days on, with bob away, half a day is left of what he signed.
  await town.get('bob').stop()
  town.town.net.skewsMs.set('eve', 14 * DAY)
  const { outcome } = await town.look('eve', 'adele.peer', { again: true })
  expect(outcome).toMatchObject({
    outcome: 'unreachable',
    why: expect.stringMatching(/^Only a zone that does not count came: this zone expired 1 (minute|second)s? ago by the clock of this device\.|^Only a zone that does not count came: this zone expired \d+ (minutes|seconds) ago by the clock of this device\./),
  })
  town.town.net.skewsMs.set('eve', 15 * DAY)
  expect(await outcomeOf('eve', { again: true })).toMatchObject({
    outcome: 'unreachable',
    why: 'Only a zone that does not count came: this zone expired 1 day ago by the clock of this device.',
  })
  expect(town.get('eve').citizen.node.offences).toEqual([])
  town.town.net.skewsMs.set('eve', DAY)
  expect(await outcomeOf('eve', { again: true })).toMatchObject({ outcome: 'found' })
})

test('an owner whose clock is a day ahead publishes to nobody, and who is asked says whose clock may be wrong', async () => {
  town = await NamesTown.of({ validators: ['leader'], followers: ['bob', 'eve'] })
  await town.claim('bob', 'adele')
  await town.town.net.pass(2_000)
  town.town.net.skewsMs.set('bob', DAY)
  const bob = town.get('bob')
  const set = await town.meanwhile(bob.names.setZone(adele, { records: [text('from tomorrow')] }), MINUTE)
  expect(set).toMatchObject({ outcome: 'signed', publication: { held: 0 } })
  // Those who hold the zone from before give that one.
  expect(await outcomeOf('leader', { again: true })).toMatchObject({ outcome: 'found' })
  for (const one of ['leader', 'eve']) {
    const lookup = await town.look(one, 'adele.peer', { again: true })
    expect(lookup.outcome).not.toMatchObject({ outcome: 'found', records: [text('from tomorrow')] })
    const said = lookup.steps.find(({ peerId }) => peerId === bob.citizen.node.peerId)
    expect(said).toMatchObject({
      outcome: 'refused',
      why: 'This zone was issued 1 day ahead of the clock of this device: that clock, or its owner\'s, is wrong.',
    })
  }
  // Set right, what he signs next has the higher number all the same.
  town.town.net.skewsMs.set('bob', 0)
  await town.town.net.pass(HOUR)
  const next = await town.meanwhile(bob.names.setZone(adele, { records: [text('today')] }), MINUTE)
  expect(next).toMatchObject({ outcome: 'signed', publication: { held: 2 } })
  await town.town.net.pass(2_000)
  expect(await outcomeOf('eve', { again: true })).toMatchObject({ outcome: 'found', records: [text('today')] })
})
