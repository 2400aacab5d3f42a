import { beforeEach, expect, test } from 'vitest'
import { Introducers } from '../../../src/main/features/reach/introducers.ts'
import { MAX_FORGOTTEN, MAX_INTRODUCERS, MAX_VOUCHED } from '../../../src/main/features/reach/limits.ts'
import { IntroducerStore } from '../../../src/main/features/reach/store.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { DAY, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { somePeerId } from '../peers/fake-network.ts'
import { linkOf, signedRecord, someSigner, type Signer } from './signed.ts'

const me = somePeerId()
let clock: FakeClock
let database: Database
let known: Introducers
let home: Signer
let changed: PeerId[]
let networks: string[]

beforeEach(async () => {
  clock = new FakeClock()
  networks = ['192.168.1.7/24', 'fe80::7/64']
  database = openMemoryDatabase()
  known = open()
  home = await someSigner()
})

function open(peerId = me): Introducers {
  changed = []
  return new Introducers({
    store: new IntroducerStore(database),
    nowMs: () => clock.nowMs(),
    me: peerId,
    log: silentLog,
    networks: () => networks,
    changed: (peerId) => changed.push(peerId),
  })
}

const learnt = (vouchedBy: PeerId | null = somePeerId()) => ({ origin: 'learnt' as const, vouchedBy })
const invited = { origin: 'invitation' as const, vouchedBy: null }

function tampered(link: string): string {
  return link.slice(0, 200) + (link[200] === 'A' ? 'B' : 'A') + link.slice(201)
}

async function someRecords(count: number): Promise<Uint8Array[]> {
  const signers = await Promise.all(Array.from({ length: count }, () => someSigner()))
  return Promise.all(signers.map((signer) => signedRecord(signer, clock.nowMs())))
}

test('a link names an introducer, which is remembered over a restart', async () => {
  const added = await known.add(await linkOf(home, clock.nowMs()))
  expect(added).toMatchObject({ peerId: home.peerId, origin: 'person', enabled: true, vouchedBy: null })
  expect(added.said).toMatchObject({ name: 'home', stun: ['5.5.5.10:3478'] })
  expect(known.addressesOf(added)).toEqual(['/ip4/5.5.5.10/tcp/4001'])
  expect(open().get(home.peerId)).toEqual(added)
})

test('an address with a peer id names one too; what it says itself comes to it later', async () => {
  const added = await known.add(` /dns4/intro.example/tcp/443/wss/p2p/${home.peerId} `)
  expect(added).toMatchObject({ given: ['/dns4/intro.example/tcp/443/wss'], said: null })
  await known.heardOfItself(home.peerId, await signedRecord(home, clock.nowMs()))
  const told = known.get(home.peerId)
  expect(told?.origin).toBe('person')
  expect(told === null ? [] : known.addressesOf(told)).toEqual(['/dns4/intro.example/tcp/443/wss', '/ip4/5.5.5.10/tcp/4001'])
})

test.each([
  ['a link that was tampered with', async () => tampered(await linkOf(home, clock.nowMs()))],
  ['a link that has expired', () => linkOf(home, clock.nowMs(), { expiresMs: clock.nowMs() - 1 })],
  ['a link that is cut short', async () => (await linkOf(home, clock.nowMs())).slice(0, 100)],
  ['nonsense', async () => 'intro.example'],
  ['an address that names nobody', async () => '/ip4/5.5.5.10/tcp/4001'],
  ['an address through another', async () => `/ip4/5.5.5.10/tcp/1/p2p/${somePeerId()}/p2p-circuit/p2p/${home.peerId}`],
  ['this device itself', async () => `/ip4/5.5.5.10/tcp/4001/p2p/${me}`],
])('%s is refused with a sentence', async (_, text) => {
  const sentence = expect.stringMatching(/\.$/)
  await expect(known.add(await text())).rejects.toMatchObject({ code: 'BAD_INPUT', message: sentence })
  expect(known.all()).toEqual([])
})

test('a newer record replaces an older one of the same key, and never the other way round', async () => {
  const nowMs = clock.nowMs()
  await known.learn([await signedRecord(home, nowMs, { name: 'new' })], learnt())
  await known.learn([await signedRecord(home, nowMs - DAY, { name: 'old' })], learnt())
  expect(known.get(home.peerId)?.said?.name).toBe('new')
  await known.learn([await signedRecord(home, nowMs + 1, { name: 'newer' })], learnt())
  expect(known.get(home.peerId)?.said?.name).toBe('newer')
})

test('records that do not hold are left out and counted', async () => {
  const nowMs = clock.nowMs()
  const other = await someSigner()
  await known.learn(
    [
      new Uint8Array([1, 2, 3]),
      await signedRecord({ ...other, key: home.key }, nowMs),
      await signedRecord(home, nowMs, { expiresMs: nowMs - DAY }),
      await signedRecord(home, nowMs, { expiresMs: nowMs + 400 * DAY }),
    ],
    learnt(),
  )
  expect(known.all()).toEqual([])
  expect(known.refused).toBe(4)
})

test('this device itself, and whoever names no address, is not learnt', async () => {
  const mine = await someSigner()
  const ours = open(mine.peerId)
  const placeless = await signedRecord(home, clock.nowMs(), { addresses: [] })
  await ours.learn([await signedRecord(mine, clock.nowMs()), placeless], learnt())
  expect(ours.all()).toEqual([])
})

test('who vouched for a learnt one is kept; a person who chooses it later stands for it themselves', async () => {
  const voucher = somePeerId()
  await known.learn([await signedRecord(home, clock.nowMs())], learnt(voucher))
  expect(known.get(home.peerId)).toMatchObject({ origin: 'learnt', vouchedBy: voucher })
  await known.learn([await signedRecord(home, clock.nowMs())], invited)
  expect(known.get(home.peerId)).toMatchObject({ origin: 'invitation', vouchedBy: null })
  await known.add(await linkOf(home, clock.nowMs()))
  expect(known.get(home.peerId)).toMatchObject({ origin: 'person' })
  await known.learn([await signedRecord(home, clock.nowMs() + 1)], learnt(voucher))
  expect(known.get(home.peerId)).toMatchObject({ origin: 'person', vouchedBy: null })
})

test('one introducer names only so many, and a full list takes no more of the kind', async () => {
  const voucher = somePeerId()
  await known.learn(await someRecords(MAX_VOUCHED + 4), learnt(voucher))
  expect(known.all()).toHaveLength(MAX_VOUCHED)
  for (let round = 0; round < 5; round += 1) await known.learn(await someRecords(MAX_VOUCHED), learnt())
  expect(known.all()).toHaveLength(MAX_INTRODUCERS)
})

test('in a full list a learnt one makes room for a chosen one, the longest known first', async () => {
  const records = await someRecords(MAX_INTRODUCERS)
  for (const record of records) {
    await known.learn([record], learnt())
    await clock.advance(MINUTE)
  }
  const [oldest] = known.all()
  await known.add(await linkOf(home, clock.nowMs()))
  expect(known.all()).toHaveLength(MAX_INTRODUCERS)
  expect(known.get(home.peerId)).not.toBeNull()
  expect(oldest === undefined ? null : known.get(oldest.peerId)).toBeNull()
})

test('a list full of chosen ones says so, and an invitation then changes nothing', async () => {
  for (let count = 0; count < MAX_INTRODUCERS; count += 1) await known.add(`/ip4/5.5.5.10/tcp/1/p2p/${somePeerId()}`)
  await expect(known.add(`/ip4/5.5.5.10/tcp/1/p2p/${home.peerId}`)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  await known.learn(await someRecords(2), invited)
  expect(known.all().every(({ origin }) => origin === 'person')).toBe(true)
})

test('the configuration is taken as it is now: what it no longer names is gone', async () => {
  const other = await someSigner()
  await known.configure([await linkOf(home, clock.nowMs()), `/ip4/5.5.5.11/tcp/1/p2p/${other.peerId}`, 'nonsense'])
  expect(known.all().map(({ origin }) => origin)).toEqual(['configuration', 'configuration'])
  await known.configure([`/ip4/5.5.5.11/tcp/1/p2p/${other.peerId}`])
  expect(known.all().map(({ peerId }) => peerId)).toEqual([other.peerId])
})

test('a link in the configuration that has expired still says whom it means', async () => {
  await known.configure([await linkOf(home, clock.nowMs() - 40 * DAY)])
  const given = ['/ip4/5.5.5.10/tcp/4001']
  expect(known.get(home.peerId)).toMatchObject({ origin: 'configuration', said: null, given })
})

test('switching off is remembered, also for one of the configuration', async () => {
  const link = await linkOf(home, clock.nowMs())
  await known.configure([link])
  known.update(home.peerId, { enabled: false })
  const later = open()
  await later.configure([link])
  expect(later.get(home.peerId)?.enabled).toBe(false)
  expect((await later.add(link)).enabled).toBe(true)
})

test('what is forgotten does not come back by the word of another introducer, but by that of a person', async () => {
  const record = await signedRecord(home, clock.nowMs())
  await known.learn([record], learnt())
  known.forget(home.peerId)
  expect(changed.at(-1)).toBe(home.peerId)
  await known.learn([record], learnt())
  expect(known.get(home.peerId)).toBeNull()
  const later = open()
  await later.learn([record], learnt())
  expect(later.get(home.peerId)).toBeNull()
  await later.learn([record], invited)
  expect(later.get(home.peerId)?.origin).toBe('invitation')
})

test('only so many are kept in mind as forgotten', () => {
  const store = new IntroducerStore(database)
  const ids = Array.from({ length: MAX_FORGOTTEN + 1 }, () => somePeerId())
  ids.forEach((peerId, at) => store.forget(peerId, at))
  expect(ids.filter((peerId) => store.isForgotten(peerId))).toEqual(ids.slice(1))
})

test('one of the configuration cannot be forgotten, and what is not known neither', async () => {
  await known.configure([await linkOf(home, clock.nowMs())])
  expect(() => known.forget(home.peerId)).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
  expect(() => known.forget(somePeerId())).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  expect(() => known.update(somePeerId(), {})).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})

test('a learnt one goes when its record expires, unless it is in use; of a chosen one only the record', async () => {
  const [spare, used] = [await someSigner(), await someSigner()]
  await known.learn([await signedRecord(spare, clock.nowMs()), await signedRecord(used, clock.nowMs())], learnt())
  const chosen = await known.add(await linkOf(home, clock.nowMs()))
  expect(known.recordOf(chosen)).toEqual(chosen.said?.envelope)
  clock.jump(31 * DAY)
  known.sweep((peerId) => peerId === used.peerId)
  expect(known.all().map(({ peerId }) => peerId).toSorted()).toEqual([used.peerId, home.peerId].toSorted())
  expect(known.recordOf(chosen)).toBeNull()
})

test('what an introducer says of itself counts only if it signed it', async () => {
  await known.add(`/ip4/5.5.5.10/tcp/1/p2p/${home.peerId}`)
  const other = await someSigner()
  expect(await known.heardOfItself(home.peerId, await signedRecord(other, clock.nowMs()))).toBe('not-its-own')
  expect(await known.heardOfItself(home.peerId, new Uint8Array(10))).toBe('not-its-own')
  expect(await known.heardOfItself(home.peerId, await signedRecord(home, clock.nowMs() - 40 * DAY))).toBe('out-of-time')
  expect(await known.heardOfItself(home.peerId, await signedRecord(home, clock.nowMs()))).toBe('taken')
})

const strange = [
  '/ip4/127.0.0.1/tcp/22',
  '/ip6/::ffff:7f00:1/tcp/22',
  '/ip4/0.0.0.0/tcp/22',
  '/ip4/192.168.2.1/tcp/80',
  '/ip4/169.254.169.254/tcp/80',
  '/ip6/fe80::1/tcp/80',
  '/ip4/224.0.0.251/tcp/5353',
  '/dns4/localhost/tcp/22',
  '/dns4/router.lan/tcp/80',
]

test('a learnt introducer is dialled neither on this machine nor in networks that this machine is not on', async () => {
  const [near, far] = ['/ip4/192.168.1.9/tcp/1', '/ip4/5.5.5.10/tcp/1']
  await known.learn([await signedRecord(home, clock.nowMs(), { addresses: [...strange, near, far] })], learnt())
  const one = known.get(home.peerId)
  expect(one === null ? [] : known.addressesOf(one)).toEqual([near, far])
  // It moves to another network, where that address is somebody else's.
  networks = ['10.0.0.7/24']
  expect(one === null ? [] : known.addressesOf(one)).toEqual([far])
})

test('an introducer that is nowhere but on this machine is not learnt', async () => {
  await known.learn([await signedRecord(home, clock.nowMs(), { addresses: strange })], learnt())
  expect(known.all()).toEqual([])
})

test('what a learnt introducer says of itself over a connection leads to this machine no more', async () => {
  await known.learn([await signedRecord(home, clock.nowMs())], learnt())
  await known.heardOfItself(home.peerId, await signedRecord(home, clock.nowMs() + 1, { addresses: strange }))
  const one = known.get(home.peerId)
  expect(one === null ? null : known.addressesOf(one)).toEqual([])
})

test('an introducer that a person or an invitation names may be anywhere', async () => {
  const [ours, theirs] = [await someSigner(), await someSigner()]
  await known.add(await linkOf(ours, clock.nowMs(), { addresses: strange }))
  await known.learn([await signedRecord(theirs, clock.nowMs(), { addresses: strange })], invited)
  for (const one of known.all()) expect(known.addressesOf(one)).toEqual(strange)
})

test('of STUN servers of a learnt introducer only those on the internet are asked', async () => {
  const stun = ['127.0.0.1:53', '[fd00::1]:53', '[2600::1]:3478', 'stun.example:3478']
  await known.learn([await signedRecord(home, clock.nowMs(), { stun })], learnt())
  const chosen = await known.add(await linkOf(await someSigner(), clock.nowMs(), { stun }))
  const one = known.get(home.peerId)
  expect(one === null ? [] : known.stunOf(one)).toEqual(['[2600::1]:3478', 'stun.example:3478'])
  expect(known.stunOf(chosen)).toEqual(stun)
})
