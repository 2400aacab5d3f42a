import { describe, expect, test } from 'vitest'
import { resolve } from '../../../src/main/features/names/resolver.ts'
import { Lookup } from '../../../src/shared/model/names.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import {
  alice,
  bob,
  carol,
  forged,
  mallory,
  me,
  onLedger,
  OTHER_NETWORK,
  peer,
  record,
  running,
  signed,
  START_MS,
  world,
  zoneOf,
  type World,
} from './resolver-world.ts'

const zone1 = await signed(alice, 'alice', 1)
const zone2 = await signed(alice, 'alice', 2)
const zone3 = await signed(alice, 'alice', 3)

const says = ({ bytes }: { bytes: Uint8Array }) => ({ answer: 'zone', bytes }) as const

async function look(at: World, typed = 'alice.peer', options: Parameters<typeof resolve>[2] = {}): Promise<Lookup> {
  const lookup = await running(at.clock, resolve(typed, at.parts, options))
  // Whatever it came to, it is what the contract says.
  return Lookup.parse(lookup)
}

const outcomeOf = async (at: World, typed?: string, options?: Parameters<typeof resolve>[2]) => (await look(at, typed, options)).outcome
const stepsOf = ({ steps }: Lookup): string[] => steps.map(({ step, outcome }) => `${step} ${outcome}`)

describe('whose it is', () => {
  test('what is no name is refused in a sentence, and nobody is asked', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: 1, says: says(zone1) })
    expect(await outcomeOf(at, 'Alice.peer')).toEqual({
      outcome: 'refused',
      why: 'Names are written in small letters: did you mean alice.peer?',
    })
    expect(at.asks).toEqual([])
  })

  test('while the ledger is behind there is no success, though a zone is kept and one is ours', async () => {
    const at = world()
    at.cache.put(zone1)
    at.own.set('alice', zone1)
    at.behind = { blocksLeft: 7 }
    expect(await outcomeOf(at)).toEqual({ outcome: 'catching-up', blocksLeft: 7 })
    at.behind = { blocksLeft: null }
    expect(await outcomeOf(at)).toEqual({ outcome: 'catching-up', blocksLeft: null })
    expect(at.asks).toEqual([])
  })

  test('a ledger that falls behind while peers are asked is no success either', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: 50, says: says(zone1) })
    const looking = resolve('alice.peer', at.parts)
    at.behind = { blocksLeft: 3 }
    expect((await running(at.clock, looking)).outcome).toEqual({ outcome: 'catching-up', blocksLeft: 3 })
  })

  test('a name that changes hands while peers are asked does not resolve to its former owner', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: 50, says: says(zone1) })
    at.peers.set(peer(1), { afterMs: null })
    const looking = resolve('alice.peer', at.parts)
    await at.clock.advance(60)
    at.names.set('alice', onLedger('alice', bob))
    expect((await running(at.clock, looking)).outcome).toMatchObject({ outcome: 'unreachable', owner: bob.account })
  })

  test('a name that nobody has is nobody’s, with the block as of which that is so', async () => {
    const lookup = await look(world(), 'carol.peer')
    expect(lookup.outcome).toEqual({ outcome: 'nobody', why: 'Nobody has carol.peer.' })
    expect(lookup.ledger).toMatchObject({ height: 12, atMs: START_MS - HOUR })
  })

  test('in the last tenth of its term a name resolves for its owner’s contacts alone, and then for nobody', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: 1, says: says(zone1) })
    at.names.set('alice', onLedger('alice', alice, { phase: 'ending' }))
    expect(await outcomeOf(at)).toEqual({
      outcome: 'refused',
      why: 'The term of alice.peer ends soon: until its owner renews it, it resolves for their contacts alone.',
    })
    at.contacts.add(alice.account)
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'found', from: 'peer' })
    at.names.set('alice', onLedger('alice', alice, { phase: 'grace' }))
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'nobody' })
  })

  test('a zone that was kept while its owner was a contact’s is not given to a stranger', async () => {
    const at = world()
    at.cache.put(zone1)
    at.names.set('alice', onLedger('alice', alice, { phase: 'ending' }))
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'refused' })
  })

  test('a clock that is a day behind the chain is said plainly', async () => {
    const at = world()
    at.headMs = START_MS + DAY
    expect(await outcomeOf(at)).toEqual({
      outcome: 'refused',
      why: 'The clock of this device is 1 day behind the last block of the network: set it, and look again.',
    })
  })

  test('a zone from a day ahead, and one that expired, are said to be so', async () => {
    const at = world()
    const ahead = await signed(alice, 'alice', 9, { issuedAtMs: START_MS + 25 * HOUR })
    at.peers.set(peer(0), { afterMs: 1, says: says(ahead) })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'unreachable', why: expect.stringMatching(/1 day ahead of the clock/) })
    const over = await signed(alice, 'alice', 9, { issuedAtMs: START_MS - 9 * DAY, expiresAtMs: START_MS - DAY })
    at.peers.set(peer(0), { afterMs: 1, says: says(over) })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'unreachable', why: expect.stringMatching(/expired 1 day ago/) })
  })
})

describe('what is here already', () => {
  test('one’s own zone answers, as long as the ledger says that the name is ours', async () => {
    const at = world()
    const mine = await signed(me, 'mine', 4)
    at.own.set('mine', mine)
    at.names.set('mine', onLedger('mine', me))
    expect(await outcomeOf(at, 'mine.peer')).toMatchObject({ outcome: 'found', from: 'own', owner: me.account })
    at.names.set('mine', onLedger('mine', bob))
    expect(await outcomeOf(at, 'mine.peer')).toMatchObject({ outcome: 'unreachable', owner: bob.account })
  })

  test('a fresh answer is given at once, and nobody is asked', async () => {
    const at = world()
    at.cache.put(zone1)
    at.peers.set(peer(0), { afterMs: 1, says: says(zone2) })
    const lookup = await look(at)
    expect(lookup.outcome).toMatchObject({ outcome: 'found', from: 'cache', zone: { seq: 1 } })
    expect(lookup.zone).toEqual({ seq: 1, issuedAtMs: START_MS - HOUR, expiresAtMs: START_MS + 7 * DAY, freshUntilMs: START_MS + 5 * MINUTE })
    expect(stepsOf(lookup)).toEqual(['read found', 'ledger found', 'cache found', 'done found'])
    expect(at.asks).toEqual([])
  })

  test('asked for anew, it is not used though it is fresh', async () => {
    const at = world()
    at.cache.put(zone1)
    at.peers.set(peer(0), { afterMs: 1, says: says(zone2) })
    expect(await outcomeOf(at, 'alice.peer', { cached: 'ask' })).toMatchObject({ outcome: 'found', from: 'peer', zone: { seq: 2 } })
  })

  test('where that is wished, a stale one is the answer when nobody could be asked, until it ends or somebody knows better', async () => {
    const at = world()
    at.cache.put(zone1)
    await at.clock.advance(6 * MINUTE)
    const orKept = { orKept: true } as const
    expect(await outcomeOf(at, 'alice.peer', orKept)).toMatchObject({ outcome: 'found', from: 'cache', zone: { seq: 1 } })
    expect(await outcomeOf(at, 'alice.peer', { ...orKept, cached: 'ask' })).toMatchObject({ outcome: 'found', zone: { seq: 1 } })
    at.peers.set(peer(0), { afterMs: 1, says: says(zone2) })
    expect(await outcomeOf(at, 'alice.peer', orKept)).toMatchObject({ outcome: 'found', from: 'peer', zone: { seq: 2 } })
    at.peers.clear()
    at.behind = { blocksLeft: 7 }
    expect(await outcomeOf(at, 'alice.peer', orKept)).toMatchObject({ outcome: 'catching-up' })
    at.behind = null
    await at.clock.advance(8 * DAY)
    expect(await outcomeOf(at, 'alice.peer', orKept)).toMatchObject({ outcome: 'unreachable' })
  })

  test('a stale one is shown as such while others are asked, and is no success when nobody answers', async () => {
    const at = world()
    at.cache.put(zone1)
    await at.clock.advance(6 * MINUTE)
    const stale: number[] = []
    const lookup = await look(at, 'alice.peer', { onStale: ({ zone }) => stale.push(zone.seq) })
    expect(stale).toEqual([1])
    expect(lookup.outcome).toEqual({
      outcome: 'unreachable',
      owner: alice.account,
      why: 'Nobody who could know is connected. What is kept of it here is too old to be given as an answer.',
    })
  })

  test('what nobody had shortly before is not asked for again, and is a little later', async () => {
    const at = world()
    for (const number of [0, 1, 2]) at.peers.set(peer(number), { afterMs: 1 })
    expect(await outcomeOf(at)).toEqual({ outcome: 'no-zone', owner: alice.account })
    expect(await outcomeOf(at)).toEqual({ outcome: 'no-zone', owner: alice.account })
    expect(at.asks).toHaveLength(3)
    await at.clock.advance(30_000)
    at.peers.set(peer(0), { afterMs: 1, says: says(zone1) })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'found' })
  })

  test('two who have none are not enough to say that nobody has', async () => {
    const at = world()
    for (const number of [0, 1]) at.peers.set(peer(number), { afterMs: 1 })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'unreachable' })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'unreachable' })
    expect(at.asks).toHaveLength(4)
  })

  test('what is kept of a former owner does not count, and makes room for the new owner’s lower number', async () => {
    const at = world()
    at.cache.put(await signed(bob, 'alice', 99))
    at.peers.set(peer(0), { afterMs: 1, says: says(zone1) })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'found', from: 'peer', zone: { seq: 1 } })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'found', from: 'cache', zone: { seq: 1 } })
  })
})

describe('whoever answers', () => {
  test('the first valid answer is told at once, and the newest within a moment is the result', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: 1, says: says(zone1) })
    at.peers.set(peer(1), { afterMs: 15, says: says(zone2) })
    const told: (number | undefined)[] = []
    const lookup = await look(at, 'alice.peer', { onAnswer: ({ zone }) => told.push(zone?.seq) })
    expect(told).toEqual([1, 2])
    expect(lookup.outcome).toMatchObject({ outcome: 'found', zone: { seq: 2 } })
    expect(lookup.tookMs).toBe(15)
  })

  test('stragglers are not waited for beyond a moment, are shown as late, and what they bring is told and kept', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: 4, says: says(zone1) })
    at.peers.set(peer(1), { afterMs: 600, says: says(zone3) })
    at.peers.set(peer(2), { afterMs: null })
    const told: (number | undefined)[] = []
    const lookup = await look(at, 'alice.peer', { onAnswer: ({ zone }) => told.push(zone?.seq) })
    expect(lookup.tookMs).toBe(24)
    expect(lookup.outcome).toMatchObject({ outcome: 'found', zone: { seq: 1 } })
    expect(lookup.steps.filter(({ outcome }) => outcome === 'late')).toHaveLength(2)
    expect(told).toEqual([1, 3])
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'found', from: 'cache', zone: { seq: 3 } })
  })

  test('liars are noted and stop nothing: forged, of another network, of another name, too large, no zone at all', async () => {
    const at = world()
    const foreign = await signed(alice, 'alice', 8, { network: OTHER_NETWORK })
    const lies = [
      await forged(alice, 'alice', 9),
      foreign.bytes,
      (await signed(alice, 'alicia', 9)).bytes,
      new Uint8Array(20_000),
      Uint8Array.of(1, 2, 3),
    ]
    for (const [index, bytes] of lies.entries()) at.peers.set(peer(index), { afterMs: 1, says: says({ bytes }) })
    at.peers.set(peer(5), { afterMs: 3, says: says(zone2) })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'found', zone: { seq: 2 } })
    for (const index of lies.keys()) expect(at.points.get(peer(index))).toBeGreaterThanOrEqual(20)
    expect(at.points.has(peer(5))).toBe(false)
  })

  test('an older zone weighs little, whether it came before the newer one or after it', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: 1, says: says(zone1) })
    at.peers.set(peer(1), { afterMs: 2, says: says(zone2) })
    at.peers.set(peer(2), { afterMs: 3, says: says(zone1) })
    at.peers.set(peer(3), { afterMs: 4, says: says(zone2) })
    const lookup = await look(at)
    expect([0, 1, 2, 3].map((index) => at.points.get(peer(index)))).toEqual([1, undefined, 1, undefined])
    expect(lookup.steps.filter(({ step }) => step === 'ask').map(({ outcome }) => outcome).toSorted()).toEqual(['found', 'found', 'newer', 'older'])
  })

  test('the zone of a former owner is not taken, and whoever has it is no liar', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: 1, says: says(await signed(mallory, 'alice', 99)) })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'unreachable' })
    expect(at.points.size).toBe(0)
  })

  test('a peer that fails, refuses or keeps silent holds up nobody', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: 0, says: new Error('the stream was reset') })
    at.peers.set(peer(1), { afterMs: 1, says: { answer: 'refused', why: 'It follows another network.' } })
    at.peers.set(peer(2), { afterMs: null })
    const lookup = await look(at)
    expect(lookup.outcome).toEqual({ outcome: 'unreachable', owner: alice.account, why: 'None of the 3 peers asked answered in time.' })
    expect(lookup.tookMs).toBe(2_000)
    expect(stepsOf(lookup).filter((step) => step.startsWith('ask')).toSorted()).toEqual(['ask failed', 'ask late', 'ask refused'])
  })

  test('a device of the owner and contacts are asked at once, connected or not', async () => {
    const at = world()
    for (let index = 0; index < 30; index++) at.peers.set(peer(index), { afterMs: null })
    at.peers.set(peer(30), { role: 'owner', connected: false, afterMs: 40, says: says(zone2) })
    at.peers.set(peer(31), { role: 'contact', connected: false, afterMs: null })
    const looking = resolve('alice.peer', at.parts)
    expect(at.asks).toHaveLength(10)
    expect(at.asks).toEqual(expect.arrayContaining([peer(30), peer(31)]))
    expect((await running(at.clock, looking)).outcome).toMatchObject({ outcome: 'found', zone: { seq: 2 } })
  })

  test('nearer peers that somebody names are asked next, and the way is counted', async () => {
    const at = world()
    const closer = [{ peerId: peer(1), addresses: ['/ip4/127.0.0.1/tcp/1'] }]
    at.peers.set(peer(0), { afterMs: 5, says: { answer: 'nothing', closer } })
    at.peers.set(peer(1), { connected: false, afterMs: 5, says: says(zone1) })
    const lookup = await look(at)
    expect(lookup.outcome).toMatchObject({ outcome: 'found', from: 'dht' })
    expect(lookup.steps.find(({ peerId }) => peerId === peer(1))?.hops).toBe(1)
  })

  test('what Kademlia finds beside counts where nobody nearby has it, and is judged alike', async () => {
    const bytes = await forged(alice, 'alice', 9)
    const at = world(async function* () {
      yield { bytes, peerId: peer(8), hops: 2 }
      yield { bytes: zone2.bytes, peerId: peer(9), hops: 3 }
    })
    at.peers.set(peer(0), { afterMs: 1 })
    expect(await outcomeOf(at)).toMatchObject({ outcome: 'found', from: 'dht', zone: { seq: 2 } })
    expect(at.points.get(peer(8))).toBeGreaterThanOrEqual(20)
  })

  test('a Kademlia that never ends holds up no answer, and ends with the look-up where there is none', async () => {
    const never: AsyncIterable<never> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
    const at = world(() => never)
    at.peers.set(peer(0), { afterMs: 1, says: says(zone1) })
    expect((await look(at)).tookMs).toBe(1)
    at.cache.clear()
    at.peers.set(peer(0), { afterMs: 1 })
    expect((await look(at)).tookMs).toBe(5_000)
  })

  test('whoever gives up is given the reason of it, though a peer keeps silent', async () => {
    const at = world()
    at.peers.set(peer(0), { afterMs: null })
    const giveUp = new AbortController()
    const looking = running(at.clock, resolve('alice.peer', at.parts, { signal: giveUp.signal }))
    giveUp.abort(new Error('the person left'))
    await expect(looking).rejects.toThrow('the person left')
  })
})

describe('labels and delegation', () => {
  const delegating = (to: typeof bob, at = 'www') => [record({ label: at, kind: 'delegate', account: to.account })]

  test('the records are those of the label that was asked for', async () => {
    const at = world()
    const records = [
      record({ label: '@', kind: 'text', text: 'the name' }),
      record({ label: 'www', kind: 'text', text: 'the label' }),
    ]
    at.cache.put(await signed(alice, 'alice', 1, { records }))
    expect(await outcomeOf(at, 'www.alice.peer')).toMatchObject({ outcome: 'found', records: [{ text: 'the label' }] })
    expect(await outcomeOf(at, 'alice.peer')).toMatchObject({ outcome: 'found', records: [{ text: 'the name' }] })
    expect(await outcomeOf(at, 'ftp.alice.peer')).toMatchObject({ outcome: 'found', records: [] })
  })

  test('a delegated label is what the other account’s name is, and what is below it too', async () => {
    const at = world()
    at.names.set('bob', onLedger('bob', bob))
    at.names.set('bobby', onLedger('bobby', bob, { sinceMs: START_MS - DAY }))
    at.cache.put(await signed(alice, 'alice', 1, { records: delegating(bob) }))
    const records = [
      record({ label: '@', kind: 'text', text: 'Bob' }),
      record({ label: 'a', kind: 'text', text: 'a of Bob' }),
    ]
    at.peers.set(peer(0), { afterMs: 1, says: says(await signed(bob, 'bob', 7, { records })) })
    const lookup = await look(at, 'www.alice.peer')
    expect(lookup.outcome).toMatchObject({ outcome: 'found', owner: bob.account, records: [{ text: 'Bob' }] })
    expect(lookup.fullName).toBe('www.alice.peer')
    expect(stepsOf(lookup)).toContain('delegate found')
    expect(await outcomeOf(at, 'a.www.alice.peer')).toMatchObject({ outcome: 'found', records: [{ text: 'a of Bob' }] })
  })

  test('a circle is said, and so is an account without a name', async () => {
    const at = world()
    at.names.set('bob', onLedger('bob', bob))
    at.cache.put(await signed(alice, 'alice', 1, { records: [...delegating(bob), ...delegating(carol, 'ftp')] }))
    at.cache.put(await signed(bob, 'bob', 1, { records: delegating(alice, 'a') }))
    expect(await outcomeOf(at, 'a.www.alice.peer')).toEqual({ outcome: 'refused', why: 'It is handed on in a circle, back to alice.peer.' })
    expect(await outcomeOf(at, 'ftp.alice.peer')).toEqual({
      outcome: 'refused',
      why: 'It is handed on to an account that has no name of its own, so there is nowhere to ask.',
    })
  })

  test('the way to a delegate is told to nobody as an answer', async () => {
    const at = world()
    at.names.set('bob', onLedger('bob', bob))
    at.peers.set(peer(0), { afterMs: 1, says: says(await signed(alice, 'alice', 1, { records: delegating(bob) })) })
    at.cache.put(await signed(bob, 'bob', 5))
    const told: Lookup[] = []
    expect(await outcomeOf(at, 'www.alice.peer', { onAnswer: (lookup) => told.push(lookup) })).toMatchObject({ outcome: 'found', owner: bob.account })
    expect(told).toEqual([])
    expect(zoneOf(alice, 'alice', 1).owner).not.toBe(bob.account)
  })
})
