import { afterEach, expect, test } from 'vitest'
import { MINUTE } from '../../../src/shared/units.ts'
import type { LookupProgress, ZoneRecord } from '../../../src/shared/model/names.ts'
import { accountNamed, label, NamesTown } from './feature-town.ts'

let town: NamesTown

afterEach(() => town.close())

const text = (said: string): ZoneRecord => ({ label: '@' as ZoneRecord['label'], kind: 'text', text: said })

test('a name that was claimed points to the device at once, and another device finds it and connects', async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob', 'carol'] })
  const steps = await town.claim('bob', 'adele')
  expect(steps.at(-1)).toMatchObject({ step: 'yours' })
  await town.town.net.pass(2_000)
  const bob = town.get('bob')
  const [mine] = bob.names.mine()
  expect(mine).toMatchObject({ fullName: 'adele.peer', claim: null, attention: null, publication: { held: 2, asked: 2 } })
  expect(mine?.zone?.records).toEqual([{ label: '@', kind: 'peer', peerId: bob.citizen.node.peerId, addresses: expect.any(Array) }])

  const lookup = await town.look('carol', 'adele.peer', { connect: true })
  expect(lookup.outcome).toMatchObject({ outcome: 'found', owner: bob.account })
  expect(lookup.connection).toMatchObject({ peerId: bob.citizen.node.peerId, route: 'local', rttMs: expect.any(Number) })
  expect(lookup.steps.map(({ step }) => step).slice(-3)).toEqual(['dial', 'connected', 'done'])
})

test('an update reaches who looked the name up before, without their asking', async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob', 'carol'] })
  await town.claim('bob', 'adele')
  await town.town.net.pass(2_000)
  await town.look('carol', 'adele.peer')
  const set = await town.meanwhile(town.get('bob').names.setZone(label('adele'), { records: [text('news')] }))
  expect(set).toMatchObject({ outcome: 'signed', publication: { held: 2 } })
  await town.town.net.pass(100)
  const heard = town.get('carol').events.filter(({ event }) => event === 'zone-heard')
  expect(heard).toEqual([{ event: 'zone-heard', fullName: 'adele.peer', owner: accountNamed('bob'), seq: set.outcome === 'signed' ? set.zone.seq : 0 }])
  const lookup = await town.look('carol', 'adele.peer')
  expect(lookup.outcome).toMatchObject({ outcome: 'found', from: 'cache', records: [text('news')] })
})

test('what is wrong with a record is said of it, and nothing is signed', async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob'] })
  await town.claim('bob', 'adele')
  const { names } = town.get('bob')
  const before = await names.zone(label('adele'))
  const wrong = await names.setZone(label('adele'), { records: [text('fine'), { label: 'www', kind: 'address', ip: 'nowhere', port: null }] })
  expect(wrong).toEqual({ outcome: 'refused', why: 'Record 2: An address is one of IPv4 or IPv6.', record: 1 })
  expect(await names.setZone(label('adele'), { records: [7] })).toMatchObject({ outcome: 'refused', record: 0 })
  expect(await names.zone(label('adele'))).toEqual(before)
  await expect(names.setZone(label('foreign'), { records: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(names.renew(label('foreign'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a name that is transferred leaves the resource map, and resolves to its new owner', async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob', 'carol'] })
  await town.claim('bob', 'adele')
  await town.town.net.pass(2_000)
  await town.look('leader', 'adele.peer')
  expect(town.get('leader').names.cache()).toMatchObject([{ fullName: 'adele.peer', state: 'fresh' }])
  await town.meanwhile(town.get('bob').names.transfer(label('adele'), accountNamed('carol')))
  await town.town.slots(3)
  // As a window shows it: a sentence, and not a piece of one.
  expect(await town.meanwhile(town.get('bob').names.transfer(label('adele'), accountNamed('carol')))).toEqual({
    outcome: 'refused',
    code: 'offer',
    why: 'It is offered to them already.',
  })
  expect(town.get('carol').names.mine()).toMatchObject([
    { name: 'adele', zone: null, attention: 'adele.peer is offered to you: take it, or leave it.' },
  ])
  await town.meanwhile(town.get('carol').names.take(label('adele')))
  await town.town.slots(3)
  expect(town.get('leader').names.cache()).toEqual([])
  expect(town.get('bob').names.mine()).toEqual([])
  expect(town.get('bob').events).toContainEqual({ event: 'name-gone', name: 'adele' })
  await town.town.net.pass(MINUTE)
  // It points to the device on which it was taken, as after a claim.
  expect((await town.look('leader', 'adele.peer')).outcome).toMatchObject({
    outcome: 'found',
    owner: accountNamed('carol'),
    records: [{ kind: 'peer', peerId: town.get('carol').citizen.node.peerId }],
  })
  await town.meanwhile(town.get('carol').names.setZone(label('adele'), { records: [text('mine now')] }))
  await town.town.net.pass(MINUTE)
  expect((await town.look('leader', 'adele.peer')).outcome).toMatchObject({ outcome: 'found', owner: accountNamed('carol') })
})

test('nothing is found, claimed or signed while the ledger is behind, and everything once it has caught up', async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob'] })
  await town.claim('bob', 'adele')
  await town.town.net.cut('eve')
  await town.town.boot('eve')
  const eve = await town.open('eve')
  expect((await town.look('eve', 'adele.peer')).outcome).toEqual({ outcome: 'catching-up', blocksLeft: null })
  await expect(eve.names.setZone(label('adele'), { records: [] })).rejects.toMatchObject({ code: 'BUSY' })
  await expect(eve.names.renew(label('adele'))).rejects.toMatchObject({ code: 'BUSY' })
  await expect(eve.names.claim(label('berta'))[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'BUSY' })
  await town.town.net.heal()
  await town.town.slots(2)
  await town.town.net.pass(5_000)
  expect((await town.look('eve', 'adele.peer')).outcome).toMatchObject({ outcome: 'found', owner: accountNamed('bob') })
})

test('a name of one’s own is found without asking anybody, and there is nobody to connect to', async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob'] })
  await town.claim('bob', 'adele')
  const lookup = await town.look('bob', 'adele.peer', { connect: true })
  expect(lookup).toMatchObject({ outcome: { outcome: 'found', from: 'own' }, connection: null })
  const dial = lookup.steps.find(({ step }) => step === 'dial')
  expect(dial).toMatchObject({ outcome: 'skipped', why: 'It is a name of this account: there is nobody else to connect to.' })
  expect(lookup.steps.filter(({ step }) => step === 'ask')).toEqual([])
})

test('a look-up step by step ends with the same result, and each step is told as it begins', async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob', 'carol'] })
  await town.claim('bob', 'adele')
  await town.town.net.pass(2_000)
  const told: LookupProgress[] = []
  const telling = async (): Promise<void> => {
    for await (const progress of town.get('carol').names.lookup('adele.peer', { connect: true })) told.push(progress)
  }
  await town.meanwhile(telling(), 20_000)
  const last = told.at(-1)
  if (last?.kind !== 'done') throw new Error('it did not end')
  expect(last.lookup.connection).toMatchObject({ peerId: town.get('bob').citizen.node.peerId })
  const begun = told.flatMap((one) => (one.kind === 'step' ? [one.step.step] : []))
  expect(begun.filter((step) => step === 'done')).toEqual(['done'])
  expect(begun.at(-1)).toBe('done')
  expect(begun[0]).toBe('read')
  expect(told.some(({ kind }) => kind === 'answer')).toBe(true)
})

test('what is no name is said in one sentence, and nobody is asked', async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob'] })
  const { names } = town.get('bob')
  expect((await names.query('Alice.peer.')).outcome).toMatchObject({ outcome: 'refused', why: expect.stringContaining('did you mean alice.peer?') })
  expect((await names.query('alice.peer')).outcome).toEqual({ outcome: 'nobody', why: 'Nobody has alice.peer.' })
  expect(() => names.clearCache('alice')).toThrow('A name is written with its ending, .peer')
  expect(names.clearCache('alice.peer')).toBe(0)
  expect(await names.query('alice.peer', { signal: AbortSignal.abort(new Error('enough')) }).catch(String)).toBe('Error: enough')
})
