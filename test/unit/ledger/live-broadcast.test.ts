import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CertifiedBlock, decodeBlock, encodeBlock } from '../../../src/main/features/ledger/block.ts'
import { type Entry, encodeBody, decodeEntry, type Op, signEntry } from '../../../src/main/features/ledger/entry.ts'
import { type Genesis, networkOf } from '../../../src/main/features/ledger/genesis.ts'
import { Broadcast } from '../../../src/main/features/ledger/live/broadcast.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import type { LiveChain } from '../../../src/main/features/ledger/live/running.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { type Verifier, verifierOfThisThread } from '../../../src/main/platform/verify-pool.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, type Home, ownNetwork, Topics } from './live-parts.ts'
import { freeRules, NO_WORK, person, type Person, SALT, START_MS, Town } from './town.ts'

const genesis = ownNetwork(person('leader'))
const them = peerIdOf(person('eve').account)
let clock: FakeClock
let leader: Home
let bob: Home
beforeEach(async () => {
  clock = new FakeClock(START_MS - MINUTE)
  leader = await home({ genesis, clock })
  bob = await home({ who: person('bob'), genesis, clock })
})
afterEach(async () => {
  await leader.stop()
  await bob.stop()
})

/** What the leader broadcast, as it came. */
async function blocksOf(count: number): Promise<Uint8Array[]> {
  await leader.slots(35)
  for (let i = 0; i < count; i++) {
    await leader.ledger.submit({ op: { kind: 'claim', name: NameLabel.parse(`name-${i}`) } })
    await leader.slots(1)
  }
  return leader.topics.sent.filter(({ topic }) => topic.endsWith('/blocks')).map(({ data }) => data)
}

function entry(who: Person, nonce: number, op: Op, of: Genesis = genesis, untilMs = clock.nowMs() + HOUR): Entry {
  const body = encodeBody({ network: networkOf(of), account: who.account, nonce, untilMs, op })
  return decodeEntry(signEntry(body, NO_WORK, who.key))
}

const ada = person('ada')
const claim = new Town(genesis).claim(ada, 'adele')
const register: Op = { kind: 'register', name: 'adele', salt: SALT }

describe('a block that comes by gossip', () => {
  test('is passed on when it is taken, once', async () => {
    const [first, second] = await blocksOf(2)
    if (first === undefined || second === undefined) throw new Error('no blocks')
    expect(await bob.topics.hand('blocks', first, them)).toMatchObject({ verdict: 'accept', why: 'added' })
    expect(await bob.topics.hand('blocks', first, them)).toMatchObject({ verdict: 'ignore' })
    expect(await bob.topics.hand('blocks', second, them)).toMatchObject({ verdict: 'accept' })
    expect(bob.ledger.head()).toMatchObject({ height: 2, role: 'follower', quorum: { lamp: 'follows' } })
    // Who decided is known: the leader hears its own block and has sent it already.
    expect(await leader.topics.hand('blocks', second, them)).toMatchObject({ verdict: 'ignore' })
  })

  test('is passed on when it came by another way before', async () => {
    const [first] = await blocksOf(1)
    if (first === undefined) throw new Error('no block')
    bob.running().take([decodeBlock(first)])
    expect(await bob.topics.hand('blocks', first, them)).toMatchObject({ verdict: 'accept' })
    expect(await bob.topics.hand('blocks', first, them)).toMatchObject({ verdict: 'ignore' })
  })

  test('is kept from others while what it follows is not here', async () => {
    const [first, second] = await blocksOf(2)
    if (first === undefined || second === undefined) throw new Error('no blocks')
    expect(await bob.topics.hand('blocks', second, them)).toMatchObject({ verdict: 'ignore' })
    expect(await bob.topics.hand('blocks', first, them)).toMatchObject({ verdict: 'accept' })
    expect(bob.ledger.head().height).toBe(1)
  })

  test('is rejected where no honest node passes it on', async () => {
    const [first] = await blocksOf(1)
    if (first === undefined) throw new Error('no block')
    const block = decodeBlock(first)
    const forged = new Uint8Array(block.certificate)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    const cases: Uint8Array[] = [
      new Uint8Array(0),
      first.subarray(0, first.byteLength - 1),
      encodeBlock({ ...block, certificate: forged }),
      encodeBlock({ ...block, certificate: new Uint8Array(0) }),
      encodeBlock({ ...block, entries: [] }),
    ]
    for (const data of cases) expect(await bob.topics.hand('blocks', data, them)).toMatchObject({ verdict: 'reject' })
    expect(bob.ledger.head().height).toBe(0)
    const other = await home({ genesis: ownNetwork(person('leader'), { tld: 'other' }), clock })
    expect(await other.topics.hand('blocks', first, them)).toEqual({ verdict: 'reject', why: 'it is of another network' })
    await other.stop()
  })

  test('is neither passed on nor held against anybody while its slot lies in the future', async () => {
    const [first] = await blocksOf(1)
    if (first === undefined) throw new Error('no block')
    clock.jump(-HOUR)
    expect(await bob.topics.hand('blocks', first, them)).toMatchObject({ verdict: 'ignore' })
  })
})

describe('an entry that comes by gossip', () => {
  test('is passed on where the next block may take it, and a claim together with its opening', async () => {
    expect(await bob.topics.hand('entries', entry(ada, 1, claim).bytes, them)).toMatchObject({ verdict: 'accept' })
    expect(await bob.topics.hand('entries', entry(ada, 2, register).bytes, them)).toMatchObject({ verdict: 'accept' })
    expect(bob.ledger.head().pool).toMatchObject({ entries: 2, waiting: 1 })
  })

  test('that came before its claim is held back until that is there', async () => {
    const [first, second] = [entry(ada, 1, claim), entry(ada, 2, register)]
    expect(await bob.topics.hand('entries', second.bytes, them)).toMatchObject({ verdict: 'ignore' })
    expect(bob.topics.sent).toHaveLength(0)
    expect(await bob.topics.hand('entries', first.bytes, them)).toMatchObject({ verdict: 'accept' })
    expect(bob.topics.sent.map(({ data }) => data)).toEqual([second.bytes])
  })

  test('with a gap before it stays where it is, however many there are', async () => {
    for (let nonce = 2; nonce < 20; nonce++) {
      const one = entry(ada, nonce, { kind: 'renew', name: 'adele' })
      expect(await bob.topics.hand('entries', one.bytes, them)).toMatchObject({ verdict: 'ignore' })
    }
    expect(bob.topics.sent).toHaveLength(0)
  })

  test('is rejected for what is wrong everywhere, and ignored for what is wrong here and now', async () => {
    const { bytes } = entry(ada, 1, claim)
    const unsigned = new Uint8Array(bytes)
    unsigned[3] = (unsigned[3] ?? 0) ^ 1
    const foreign = entry(ada, 1, claim, ownNetwork(person('leader'), { tld: 'other' }))
    for (const data of [new Uint8Array(40), bytes.subarray(1), unsigned, foreign.bytes]) {
      expect(await bob.topics.hand('entries', data, them)).toMatchObject({ verdict: 'reject' })
    }
    const over = entry(ada, 1, claim, genesis, START_MS - HOUR)
    const nobodys = entry(ada, 1, { kind: 'release', name: 'nobodys' })
    for (const one of [over, nobodys]) {
      expect(await bob.topics.hand('entries', one.bytes, them)).toMatchObject({ verdict: 'ignore' })
    }
    const dear = ownNetwork(person('leader'), { rules: freeRules({ entryBits: 40 }) })
    const poor = await home({ who: person('bob'), genesis: dear, clock })
    expect(await poor.topics.hand('entries', entry(ada, 1, claim, dear).bytes, them)).toMatchObject({ verdict: 'reject' })
    await poor.stop()
  })
})

describe('a block that was decided here', () => {
  const { roundMs } = genesis
  async function broadcasting(): Promise<{ topics: Topics; broadcast: Broadcast; block: CertifiedBlock; data: Uint8Array }> {
    const [data] = await blocksOf(1)
    if (data === undefined) throw new Error('no block')
    const topics = new Topics()
    const running = bob.running() as LiveChain
    const verifier = verifierOfThisThread
    const broadcast = new Broadcast({ running, gossip: topics, clock, log: silentLog, verifier, orphan: () => {} })
    return { topics, broadcast, block: decodeBlock(data), data }
  }

  test('is sent at once by its leader, and by others only where it does not come round in their turn', async () => {
    const { topics, broadcast, block, data } = await broadcasting()
    broadcast.certified(block, 2)
    await clock.advance(2 * roundMs - 1)
    expect(topics.sent).toHaveLength(0)
    await clock.advance(1)
    expect(topics.sent.map((sent) => sent.data)).toEqual([data])
    broadcast.certified(block, 0)
    expect(topics.sent).toHaveLength(2)
    broadcast.close()
  })

  test('is not sent once more where it came round, nor after the end', async () => {
    const { topics, broadcast, block, data } = await broadcasting()
    broadcast.certified(block, 1)
    await topics.hand('blocks', data, them)
    await clock.advance(4 * roundMs)
    broadcast.certified({ ...block, header: { ...block.header, id: 'ff'.repeat(32) } }, 1)
    broadcast.close()
    await clock.advance(4 * roundMs)
    expect(topics.sent).toHaveLength(0)
    expect(topics.entered).toEqual([])
  })
})

/** Of sixty people. */
async function largeBlock(): Promise<Uint8Array> {
  await leader.slots(35)
  for (let number = 0; number < 60; number++) {
    const who = person(`somebody ${number}`)
    await leader.topics.hand('entries', entry(who, 1, new Town(genesis).claim(who, 'adele')).bytes, them)
  }
  await leader.slots(2)
  const [data] = leader.topics.sent.filter(({ topic }) => topic.endsWith('/blocks')).map((sent) => sent.data)
  if (data === undefined) throw new Error('no block')
  return data
}

test('many signatures are verified beside this thread, and only of a block that was certified', async () => {
  const data = await largeBlock()
  const block = decodeBlock(data)
  expect(block.entries).toHaveLength(60)
  const asked: number[] = []
  const verifyMany: Verifier['verifyMany'] = (signed) => {
    asked.push(signed.length)
    return verifierOfThisThread.verifyMany(signed)
  }
  const fay = await home({ who: person('fay'), genesis, clock, parts: { verifier: { ...verifierOfThisThread, verifyMany } } })
  const uncertified = encodeBlock({ ...block, certificate: new Uint8Array(0) })
  expect(await fay.topics.hand('blocks', uncertified, them)).toMatchObject({ verdict: 'reject' })
  expect(asked).toEqual([])
  expect(await fay.topics.hand('blocks', data, them)).toMatchObject({ verdict: 'accept' })
  expect(asked).toEqual([60])
  await fay.stop()
})

test('a block whose signatures are still verified when the network is left is not taken any more', async () => {
  const data = await largeBlock()
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const verifyMany: Verifier['verifyMany'] = (signed) => held.then(() => verifierOfThisThread.verifyMany(signed))
  const fay = await home({ who: person('fay'), genesis, clock, parts: { verifier: { ...verifierOfThisThread, verifyMany } } })
  const left = fay.running()
  const judged = fay.topics.hand('blocks', data, them)
  await fay.stop()
  release()
  expect(await judged).toMatchObject({ verdict: 'ignore' })
  expect(left.chain.head.height).toBe(0)
  expect(() => left.take([decodeBlock(data)])).toThrow('not followed any more')
})

test('topics are left when the network is', async () => {
  expect(bob.topics.entered).toHaveLength(2)
  await bob.ledger.use(ownNetwork(person('leader'), { tld: 'other' }), 'elsewhere')
  expect(bob.topics.entered).toHaveLength(2)
  await bob.stop()
  expect(bob.topics.entered).toEqual([])
})
