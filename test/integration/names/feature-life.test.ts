import { Resolver } from 'node:dns/promises'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { ownGenesis } from '../../../src/main/features/ledger/index.ts'
import { dhtKeyOf, nextZone, signZone, zoneKey } from '../../../src/main/features/names/index.ts'
import type { Lookup, ZoneRecord } from '../../../src/shared/model/names.ts'
import { DAY, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { person, START_MS } from '../../unit/ledger/town.ts'
import { accountNamed, type House, label, NamesTown } from './feature-town.ts'

let town: NamesTown

afterEach(() => town.close())

const text = (said: string): ZoneRecord => ({ label: '@' as ZoneRecord['label'], kind: 'text', text: said })
const address = (ip: string): ZoneRecord => ({ label: '@' as ZoneRecord['label'], kind: 'address', ip, port: null })

const eventsOf = (house: House, kind: string): unknown[] => house.events.filter(({ event }) => event === kind)

/** bob has adele.peer, of which all three know. */
async function adeles(): Promise<void> {
  town = await NamesTown.of({ validators: ['leader', 'bob', 'carol'] })
  await town.claim('bob', 'adele')
  await town.town.net.pass(2 * SECOND)
}

test('after a restart the zone, what was published and what was looked up are there, and the claim goes on', async () => {
  await adeles()
  await town.look('carol', 'adele.peer')
  await town.town.net.pass(2 * SECOND)
  const [before] = town.get('bob').names.mine()
  await town.reopen('bob')
  await town.reopen('carol')
  const [after] = town.get('bob').names.mine()
  expect([after?.zone, after?.publication?.held]).toEqual([before?.zone, 2])
  expect(town.get('carol').names.cache()).toMatchObject([{ fullName: 'adele.peer', state: 'fresh' }])
  expect((await town.look('carol', 'adele.peer')).outcome).toMatchObject({ outcome: 'found', from: 'cache' })

  const telling = new AbortController()
  const steps = town.get('carol').names.claim(label('berta'), telling.signal)[Symbol.asyncIterator]()
  const first = await steps.next()
  expect(first.value).toMatchObject({ step: 'working' })
  telling.abort()
  await town.reopen('carol')
  await town.town.slots(8)
  const mine = town.get('carol').names.mine()
  expect(mine).toMatchObject([{ name: 'berta', claim: null, onLedger: { owner: accountNamed('carol') } }])
  expect(mine[0]?.zone?.records).toMatchObject([{ kind: 'peer', peerId: town.get('carol').citizen.node.peerId }])
})

test.each([0, 1, 3])('a name that was taken %i slots before Latch was killed points to this device after the next start', async (slots) => {
  await adeles()
  await town.meanwhile(town.get('bob').names.transfer(label('adele'), accountNamed('carol')))
  await town.town.slots(3)
  const { names } = town.get('carol')
  await town.meanwhile(names.take(label('adele')))
  await town.get('carol').stop()
  await town.town.slots(slots)
  await town.open('carol')
  await town.town.slots(6)
  expect(town.get('carol').names.mine()).toMatchObject([
    { name: 'adele', zone: { records: [{ kind: 'peer', peerId: town.get('carol').citizen.node.peerId }] } },
  ])
})

test('once it stopped nothing of it touches the database, whatever was under way', async () => {
  await adeles()
  const [bob, carol] = [town.get('bob'), town.get('carol')]
  carol.contacts.add(accountNamed('bob'))
  carol.names.reconsider()
  await town.town.net.pass(6 * SECOND)
  const looking = carol.names.query('adele.peer', { again: true }).catch((error: unknown) => error)
  const claiming = carol.names.claim(label('berta'))[Symbol.asyncIterator]()
  expect((await claiming.next()).value).toMatchObject({ step: 'working' })
  // It is being handed to carol while she stops.
  const setting = bob.names.setZone(label('adele'), { records: [text('late')] })
  await carol.stop()
  carol.database.close()
  expect(await looking).toMatchObject({ code: 'BUSY' })
  while ((await claiming.next()).done !== true);
  await town.meanwhile(setting)
  for (const { node } of town.town.all) await node.libp2p.hangUp(carol.citizen.node.libp2p.peerId)
  await town.town.slots(3)
  await town.town.net.pass(10 * SECOND)
  expect(town.defects).toEqual([])
  expect(() => carol.names.mine()).toThrow('Names are being opened or closed')
  await expect(carol.names.query('adele.peer')).rejects.toMatchObject({ code: 'BUSY' })
})

test('when another network is followed its names are shown, and nothing of the former answers or is told', async () => {
  await adeles()
  await town.look('carol', 'adele.peer')
  const carol = town.get('carol')
  const other = { ...ownGenesis({ key: person('carol').account, label: 'carol' }, START_MS), tld: 'other' }
  await carol.citizen.ledger.use(other, 'mine')
  await town.town.net.pass(10)
  const switched = eventsOf(carol, 'network-changed')
  expect(switched).toMatchObject([{ snapshot: { tld: 'other', network: carol.citizen.ledger.network(), mine: [] } }])
  expect(carol.names.cache()).toEqual([])
  expect((await town.look('carol', 'adele.peer')).outcome).toMatchObject({ outcome: 'refused' })
  carol.events.length = 0
  await town.meanwhile(town.get('bob').names.setZone(label('adele'), { records: [text('elsewhere')] }))
  await town.town.net.pass(5 * SECOND)
  expect(carol.events).toEqual([])

  await carol.citizen.ledger.use(town.town.genesis, 'the town')
  await town.town.net.pass(10)
  expect(carol.names.cache()).toMatchObject([{ fullName: 'adele.peer' }])
  expect((await town.look('carol', 'adele.peer', { again: true })).outcome).toMatchObject({ records: [text('elsewhere')] })
})

test('a network that is forgotten leaves nothing, and the one that is followed is not forgotten', async () => {
  await adeles()
  await town.look('carol', 'adele.peer')
  const carol = town.get('carol')
  const network = carol.citizen.ledger.network()
  carol.names.forget(network)
  expect(carol.names.cache()).toMatchObject([{ fullName: 'adele.peer' }])
  await carol.citizen.ledger.use(ownGenesis({ key: person('carol').account, label: 'carol' }, START_MS), 'mine')
  await town.town.net.pass(10)
  carol.names.forget(network)
  await carol.citizen.ledger.use(town.town.genesis, 'the town')
  await town.town.net.pass(10)
  expect(carol.names.cache()).toEqual([])
})

test('a name of a contact is had before anybody asks, and again before its time is over', async () => {
  await adeles()
  const carol = town.get('carol')
  expect(carol.names.cache()).toEqual([])
  carol.contacts.add(accountNamed('bob'))
  carol.names.reconsider()
  await town.town.net.pass(6 * SECOND)
  expect(carol.names.cache()).toMatchObject([{ fullName: 'adele.peer', state: 'fresh', watched: true }])
  const keptMs = carol.names.cache()[0]?.keptMs ?? 0
  await town.town.net.pass(5 * MINUTE)
  const [line] = carol.names.cache()
  expect(line).toMatchObject({ state: 'fresh' })
  expect(line?.keptMs).toBeGreaterThan(keptMs)
})

test('a name that is kept is fresh while somebody keeps it', async () => {
  await adeles()
  const { names } = town.get('carol')
  const [first, second] = [names.keep(label('adele')), names.keep(label('adele'))]
  await town.town.net.pass(6 * SECOND)
  expect(names.cache()).toMatchObject([{ fullName: 'adele.peer', watched: true }])
  first()
  first()
  expect(names.cache()).toMatchObject([{ watched: true }])
  second()
  await town.town.net.pass(SECOND)
  expect(names.cache()).toMatchObject([{ watched: false }])
})

test('news comes over a watch to whom gossip does not reach, from a device of the owner', async () => {
  await adeles()
  const carol = town.get('carol')
  carol.contacts.add(accountNamed('bob'))
  carol.names.reconsider()
  await town.town.net.pass(6 * SECOND)
  const { gossip } = carol.citizen.node
  if (gossip === null) throw new Error('no gossip')
  carol.events.length = 0
  await (gossip as unknown as { stop(): Promise<void> }).stop()
  await town.meanwhile(town.get('bob').names.setZone(label('adele'), { records: [text('pushed')] }))
  await town.town.net.pass(50)
  expect(eventsOf(carol, 'zone-heard')).toHaveLength(1)
  expect((await town.look('carol', 'adele.peer')).outcome).toMatchObject({ from: 'cache', records: [text('pushed')] })
})

test('programs are answered over DNS while it is switched on, and a port that is taken is said', async () => {
  await adeles()
  await town.meanwhile(town.get('bob').names.setZone(label('adele'), { records: [address('192.0.2.7'), text('hello')] }))
  const carol = town.get('carol')
  const looked: Lookup[] = []
  carol.names.onLookup((lookup) => looked.push(lookup))
  expect(carol.names.dns()).toEqual({ state: 'off', port: 0, why: null })
  carol.set({ dns: true })
  await eventually('it is on', () => carol.names.dns().state === 'on')
  const { port } = carol.names.dns()
  expect(eventsOf(carol, 'dns-changed')).toEqual([{ event: 'dns-changed', dns: { state: 'on', port, why: null } }])
  const resolver = new Resolver({ timeout: 5_000, tries: 1 })
  resolver.setServers([`127.0.0.1:${port}`])
  expect(await town.meanwhile(resolver.resolve4('adele.peer'), 20_000)).toEqual(['192.0.2.7'])
  expect(looked.map(({ fullName }) => fullName)).toEqual(['adele.peer'])
  await expect(town.meanwhile(resolver.resolve4('nobody.peer'))).rejects.toMatchObject({ code: 'ENOTFOUND' })

  const taken = createSocket('udp4').bind(0, '127.0.0.1')
  await once(taken, 'listening')
  carol.set({ dnsPort: taken.address().port })
  await eventually('it says so', () => carol.names.dns().state === 'failed')
  expect(carol.names.dns().why).toBe(`Another program has port ${taken.address().port} of 127.0.0.1; choose another one for DNS.`)
  taken.close()
  await once(taken, 'close')
  carol.set({ dns: false })
  // That port may be another program's by now.
  carol.set({ dns: true, dnsPort: 0 })
  await eventually('it is on again', () => carol.names.dns().state === 'on')
  carol.set({ dns: false })
  await eventually('it is off', () => carol.names.dns().state === 'off')
  await expect(resolver.resolve4('adele.peer')).rejects.toThrow()
})

test('the owner is reminded that a term ends, once for each of its days, also when names were restarted between', async () => {
  town = await NamesTown.of({ validators: ['bob'], rules: { termMs: 40 * DAY, endingMs: 36.5 * DAY } })
  await town.claim('bob', 'adele')
  const said = (): unknown[] => town.all.flatMap((house) => eventsOf(house, 'reminder'))
  await town.town.net.pass(11 * SECOND)
  expect(said()).toEqual([])
  const { expiresMs } = town.get('bob').names.mine()[0]?.onLedger ?? { expiresMs: 0 }
  // The clock of this machine is set: a network whose only validator slept.
  town.town.net.skewsMs.set('bob', expiresMs - 30 * DAY + MINUTE - town.town.net.clock.nowMs())
  await town.reopen('bob')
  await town.town.net.pass(11 * SECOND)
  expect(said()).toMatchObject([{ name: 'adele', daysLeft: 30, sentence: expect.stringContaining('ends in 30 days') }])
  await town.reopen('bob')
  await town.town.net.pass(11 * SECOND)
  expect(said()).toEqual([])
})

test('who lies near to a name is looked for in the DHT, and holds it too', async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob'], followers: ['carol', 'dan'] })
  const dan = town.get('dan')
  await town.claim('bob', 'adele')
  for (const { node } of town.town.all) await node.libp2p.hangUp(dan.citizen.node.libp2p.peerId)
  await town.town.net.settle()
  const bob = town.get('bob')
  bob.dht.near = [{ peerId: dan.citizen.node.peerId, addresses: dan.citizen.node.libp2p.getMultiaddrs().map(String), hops: 2 }]
  await town.meanwhile(bob.names.setZone(label('adele'), { records: [text('far')] }))
  await town.town.net.pass(5 * SECOND)
  const key = zoneKey(dan.citizen.ledger.network(), label('adele'))
  expect(bob.dht.walks).toContainEqual(dhtKeyOf(key))
  expect(dan.dht.keeper?.get(key)).toEqual(bob.dht.keeper?.get(key))
  expect(bob.names.mine()).toMatchObject([{ publication: { held: 3 } }])
})

test('the DHT keeps what the ledger backs, gives it, and knows the newer of two', async () => {
  await adeles()
  const [bob, carol] = [town.get('bob'), town.get('carol')]
  const key = zoneKey(bob.citizen.ledger.network(), label('adele'))
  const [keeper, from] = [carol.dht.keeper, bob.citizen.node.peerId]
  const first = bob.dht.keeper?.get(key)
  await town.meanwhile(bob.names.setZone(label('adele'), { records: [text('newer')] }))
  const second = bob.dht.keeper?.get(key)
  if (keeper === null || first === null || first === undefined || second === null || second === undefined) throw new Error('nothing is held')
  expect(await keeper.judge(key, first)).toMatchObject({ outcome: 'valid' })
  expect(await keeper.judge(key, second)).toMatchObject({ outcome: 'valid' })
  expect([keeper.select(key, [first, second]), keeper.select(key, [second, first])]).toEqual([1, 0])
  expect(await keeper.put(key, first, from)).toMatchObject({ outcome: 'refused' })
  expect(await keeper.put(key, second, from)).toMatchObject({ outcome: 'held' })
  const otherKey = zoneKey(bob.citizen.ledger.network(), label('berta'))
  expect(await keeper.put(otherKey, second, from)).toMatchObject({ outcome: 'refused' })
  expect(await keeper.judge(otherKey, second)).toMatchObject({ outcome: 'refused' })
  expect(await keeper.put(key, Uint8Array.of(1, 2), null)).toMatchObject({ outcome: 'refused' })
  expect(await keeper.put('../../etc', second, from)).toMatchObject({ outcome: 'refused' })
  expect(carol.citizen.node.offences.map(({ points }) => points)).toEqual([20])
  expect(keeper.count()).toBe(1)
})

test('a zone that another device of this account signed is shown and told from here, and edits go on from it', async () => {
  await adeles()
  const bob = town.get('bob')
  const before = await bob.names.zone(label('adele'))
  if (before === null) throw new Error('there is no zone')
  const key = zoneKey(bob.citizen.ledger.network(), label('adele'))
  const draft = { network: before.network, name: before.name, owner: before.owner, records: [text('from the telephone')] }
  const built = await signZone(nextZone(before, draft, before.issuedAtMs + SECOND), person('bob').key)
  if (built.outcome === 'refused') throw new Error(built.why)
  expect(await bob.dht.keeper?.put(key, built.signed.bytes, null)).toMatchObject({ outcome: 'held' })
  await town.town.net.pass(5 * SECOND)
  expect(bob.names.mine()).toMatchObject([{ zone: { seq: built.signed.zone.seq }, publication: { seq: built.signed.zone.seq, held: 2 } }])
  expect(town.get('carol').dht.keeper?.get(key)).toEqual(built.signed.bytes)
  await expect(bob.names.setZone(label('adele'), { records: [], after: before.seq })).rejects.toMatchObject({ code: 'CONFLICT' })
})

test.each([0, 3, 30])('a zone that is being signed when names stop is written down before, or not at all (%i turns later)', async (turns) => {
  await adeles()
  const bob = town.get('bob')
  const setting = bob.names.setZone(label('adele'), { records: [text('last words')] }).then(
    () => 'told',
    (error: unknown) => String(error),
  )
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  await bob.stop()
  bob.database.close()
  expect(await setting).toMatch(turns === 0 ? /catching up/ : /told|stopped|catching up/)
  expect(town.defects).toEqual([])
})
