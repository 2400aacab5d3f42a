import { afterEach, expect, test } from 'vitest'
import { MINUTE } from '../../../src/shared/units.ts'
import type { ZoneRecord } from '../../../src/shared/model/names.ts'
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
  expect(town.get('carol').names.mine()).toMatchObject([
    { name: 'adele', zone: null, attention: 'adele.peer is offered to you: take it, or leave it.' },
  ])
  await town.meanwhile(town.get('carol').names.take(label('adele')))
  await town.town.slots(3)
  expect(town.get('leader').names.cache()).toEqual([])
  expect(town.get('bob').names.mine()).toEqual([])
  expect(town.get('bob').events.at(-1)).toEqual({ event: 'name-gone', name: 'adele' })
  expect((await town.look('leader', 'adele.peer')).outcome).toMatchObject({ outcome: 'no-zone', owner: accountNamed('carol') })
  await town.meanwhile(town.get('carol').names.setZone(label('adele'), { records: [text('mine now')] }))
  await town.town.net.pass(MINUTE)
  expect((await town.look('leader', 'adele.peer')).outcome).toMatchObject({ outcome: 'found', owner: accountNamed('carol') })
})
