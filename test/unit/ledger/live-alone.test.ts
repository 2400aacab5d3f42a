import { afterEach, describe, expect, test } from 'vitest'
import { encodeBlock } from '../../../src/main/features/ledger/block.ts'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import { networkOf, slotStartMs } from '../../../src/main/features/ledger/genesis.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { networkIdOf } from '../../../src/main/features/ledger/index.ts'
import type { Agreement } from '../../../src/main/features/ledger/types.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, type Home, ownNetwork } from './live-parts.ts'
import { freeRules, person, START_MS } from './town.ts'

const ada = person('leader')
const account = accountOf(ada.account)
const adele = NameLabel.parse('adele')

const homes: Home[] = []
async function opened(...options: Parameters<typeof home>): Promise<Home> {
  const made = await home(...options)
  homes.push(made)
  return made
}
afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

const claim = { op: { kind: 'claim', name: adele } } as const
const register = { op: { kind: 'register', name: adele } } as const

describe('a network of one’s own', () => {
  test('gives a name two slots after it was asked for', async () => {
    const { ledger, slots } = await opened()
    await slots(3)
    expect(await ledger.submit(claim)).toMatchObject({ outcome: 'taken', entry: { place: { at: 'pool', early: false } } })
    await slots(1)
    expect(ledger.head()).toMatchObject({ height: 1, names: 0, role: 'validator', quorum: { lamp: 'alone' } })
    expect(await ledger.submit(register)).toMatchObject({ outcome: 'taken' })
    await slots(1)
    expect(ledger.name(adele)).toMatchObject({ name: 'adele', owner: account, phase: 'living' })
    expect(ledger.head()).toMatchObject({ height: 2, names: 1, pool: { entries: 0 } })
    expect(ledger.ownerOf('adele.peer')).toBe(account)
    expect(ledger.ownerOf('adele.other')).toBe(null)
    expect(ledger.namesOf(account)).toMatchObject([{ name: 'adele.peer' }])
  })

  test('takes a claim and its opening together, and opens it when it is ripe', async () => {
    const { ledger, slots, eventsOf } = await opened()
    await ledger.submit(claim)
    const opening = await ledger.submit(register)
    expect(opening).toMatchObject({ outcome: 'taken', entry: { place: { at: 'pool', early: true } } })
    await slots(5)
    expect(ledger.name(adele)).toMatchObject({ owner: account })
    expect(ledger.blocks(undefined, 50).map(({ slot, entries }) => [slot, entries])).toEqual([
      [1, 1],
      [0, 1],
    ])
    expect(eventsOf('names-changed')).toMatchObject([{ names: [{ name: 'adele', before: null, owner: account }] }])
  })

  test('makes empty blocks only for a claim that ripens by them', async () => {
    const { ledger, slots } = await opened({ genesis: ownNetwork(ada, { rules: freeRules({ claimMinBlocks: 3 }) }) })
    await ledger.submit(claim)
    await ledger.submit(register)
    await slots(20)
    expect(ledger.name(adele)).toMatchObject({ owner: account })
    expect(ledger.blocks(undefined, 50).map(({ entries }) => entries)).toEqual([1, 0, 0, 1])
  })

  test('makes no block and leaves no timer while nothing waits', async () => {
    const { ledger, slots, timers } = await opened()
    await slots(50)
    expect(ledger.head().height).toBe(0)
    expect(timers()).toBe(0)
    await ledger.submit(claim)
    expect(timers()).toBeGreaterThan(0)
    await slots(2)
    expect(ledger.head().height).toBe(1)
    expect(timers()).toBe(0)
  })

  test('makes an empty block every few minutes while somebody is connected, to show that it lives', async () => {
    const { ledger, clock, sync, slots, timers } = await opened({ clock: new FakeClock(START_MS - 1_000) })
    await slots(2)
    const peer = peerIdOf(person('bob').account)
    sync().heard(peer, { id: networkOf(ownNetwork(ada)), height: 0, weight: 0 })
    await clock.advance(16 * MINUTE)
    expect(ledger.head()).toMatchObject({ height: 3, peers: 1 })
    ledger.disconnected(peer)
    await clock.advance(16 * MINUTE)
    expect(ledger.head()).toMatchObject({ height: 3, peers: 0 })
    expect(timers()).toBe(0)
  })

  test('has the block, its bytes, and proofs of what lies in it', async () => {
    const { ledger, slots, running } = await opened()
    const claimed = await ledger.submit(claim)
    await slots(4)
    if (claimed.outcome !== 'taken') throw new Error(claimed.why)
    const { id } = claimed.entry
    // Nobody else can tell the name from it.
    expect(ledger.entry(id)).toMatchObject({ id, mine: true, name: 'adele', place: { at: 'block', height: 1 } })
    const facts = ledger.block(1)
    expect(facts).toMatchObject({ network: ledger.network(), parent: ledger.network(), signedBy: [{ mine: true }] })
    expect(facts.entries).toMatchObject([{ id }])
    const head = running().store.get(running().chain.head.id)
    const stored = head === undefined ? undefined : running().store.block(head.header.id)
    expect(stored === undefined ? 0 : encodeBlock(stored).byteLength).toBe(facts.line.bytes)
    expect(ledger.prove(id)).toMatchObject({ height: 1, index: 0, size: 1, path: [] })
    expect(ledger.proveName(adele)).toMatchObject({ held: false, block: facts.line.id })
    expect(ledger.entries({ waiting: false, limit: 10 })).toMatchObject([{ id }])
    expect(ledger.entries({ account, waiting: false, limit: 10 })).toMatchObject([{ id }])
    expect(await ledger.validate(1, [])).toMatchObject([{ peerId: null, result: { outcome: 'whole', height: 1 } }])
    expect(ledger.rounds()[0]).toMatchObject({ slot: 0, outcome: { decision: 'block' }, certified: { signers: 1 } })
  })
})

describe('what stops and goes on', () => {
  test('is where it was, with the pool and the salts of claims', async () => {
    const database = openMemoryDatabase()
    const clock = new FakeClock(START_MS)
    const first = await opened({ database, clock })
    await first.ledger.submit(claim)
    await first.slots(2)
    expect(first.ledger.head().height).toBe(1)
    const opening = await first.ledger.submit(register)
    await first.stop()
    homes.splice(0)
    const second = await opened({ database, clock })
    expect(second.ledger.head()).toMatchObject({ height: 1, pool: { entries: 1 } })
    expect(second.ledger.block(1).entries).toMatchObject([{ kind: 'claim', name: 'adele' }])
    if (opening.outcome !== 'taken') throw new Error(opening.why)
    expect(second.ledger.entry(opening.entry.id)).toMatchObject({ place: { at: 'pool' } })
    await second.slots(2)
    expect(second.ledger.name(adele)).toMatchObject({ owner: account })
  })

  test('opens a claim that was made before it was killed, whatever it had in memory', async () => {
    const database = openMemoryDatabase()
    const clock = new FakeClock(START_MS)
    const first = await opened({ database, clock })
    await first.ledger.submit(claim)
    await first.slots(2)
    // As by kill -9 in the middle of a slot: nothing is closed, nothing written.
    first.agreement.subscribe(() => {
      throw new Error('nobody listens any more')
    })
    await first.stop()
    homes.splice(0)
    const second = await opened({ database, clock })
    await second.ledger.submit(register)
    await second.slots(2)
    expect(second.ledger.name(adele)).toMatchObject({ owner: account })
  })

  test('goes on in the next slot where it was killed after it had signed, and before it had its block', async () => {
    const database = openMemoryDatabase()
    const clock = new FakeClock(START_MS)
    const genesis = ownNetwork(ada)
    const first = await opened({ database, clock, genesis })
    await first.slots(1)
    await first.ledger.submit(claim)
    first.running().store.setHead = () => {
      throw new Error('killed')
    }
    await first.slots(2)
    expect(first.ledger.head().height).toBe(0)
    await first.stop()
    homes.splice(0)
    const second = await opened({ database, clock, genesis })
    expect(second.ledger.head()).toMatchObject({ height: 0, pool: { entries: 1 } })
    await second.slots(2)
    expect(second.ledger.head()).toMatchObject({ height: 1, pool: { entries: 0 } })
  })
})

test('what was signed in slots long past is forgotten, and never what others have not certified', async () => {
  const forgotten: number[] = []
  const wrap = (real: Agreement): Agreement => ({
    ...real,
    forget(network, beforeSlot) {
      forgotten.push(beforeSlot)
      real.forget(network, beforeSlot)
    },
  })
  const { ledger, clock, slots } = await opened({ agreement: wrap })
  for (const name of ['anne', 'bert', 'cleo', 'dora']) {
    await ledger.submit({ op: { kind: 'claim', name: NameLabel.parse(name) } })
    await clock.advance(HOUR)
    await slots(1)
  }
  expect(ledger.head().height).toBe(4)
  // An hour has 1,800 slots; at the third block the head is of the second.
  expect(forgotten).toHaveLength(1)
  expect(forgotten[0]).toBeLessThan((ledger.head().head?.slot ?? 0) - 1_024)
})

describe('a clock that somebody sets', () => {
  test('ahead by hours makes one block in the slot of that moment, and none of those between', async () => {
    const { ledger, slots, clock } = await opened()
    await slots(4)
    await ledger.submit(claim)
    clock.jump(6 * HOUR)
    await clock.advance(2 * MINUTE)
    const lines = ledger.blocks(undefined, 50)
    expect(lines).toHaveLength(1)
    expect(lines[0]?.timestampMs).toBeGreaterThan(START_MS + 6 * HOUR)
  })

  test('back leaves it waiting, which it says, and it goes on when the clock is right', async () => {
    const { ledger, slots, clock, timers } = await opened()
    await slots(4)
    await ledger.submit(claim)
    await slots(2)
    clock.jump(-HOUR)
    await ledger.submit(register)
    await clock.advance(5 * MINUTE)
    expect(ledger.head()).toMatchObject({ height: 1, leading: { verdict: 'stay-silent' }, quorum: { lamp: 'waits' } })
    expect(ledger.head().leading?.why).toContain('behind the last block')
    expect(timers()).toBe(1)
    clock.jump(HOUR)
    await clock.advance(2 * MINUTE)
    expect(ledger.name(adele)).toMatchObject({ owner: account })
  })
})

describe('what is refused', () => {
  test('is refused in words, before any work', async () => {
    const { ledger, slots } = await opened({ genesis: ownNetwork(ada, { rules: freeRules({ nameBits: 60 }) }) })
    const name = NameLabel.parse('nobodys')
    expect(await ledger.submit({ op: { kind: 'register', name } })).toMatchObject({ outcome: 'refused', code: 'claim' })
    const renew = await ledger.submit({ op: { kind: 'renew', name } })
    expect(renew).toEqual({ outcome: 'refused', code: 'term', why: 'nobody has this name now: claim it' })
    await ledger.submit(claim)
    const again = await ledger.submit(claim)
    expect(again).toMatchObject({ outcome: 'refused', why: 'you have claimed this name already: register it' })
    await slots(4)
    expect(await ledger.submit(claim)).toMatchObject({ outcome: 'refused', code: 'claim' })
    expect(await ledger.submit({ entry: new Uint8Array(200) })).toMatchObject({ outcome: 'refused', code: 'malformed' })
  })

  test('is a name that looks like one that somebody has, and one that is one’s own', async () => {
    const { ledger, slots } = await opened()
    await ledger.submit(claim)
    await ledger.submit(register)
    await slots(6)
    expect(await ledger.submit(claim)).toMatchObject({ code: 'taken', why: 'it is yours already: renew it' })
    const alike = await ledger.submit({ op: { kind: 'claim', name: NameLabel.parse('ade1e') } })
    expect(alike).toMatchObject({ code: 'look-alike', why: 'it looks like adele, which somebody has' })
    const transfer = { op: { kind: 'transfer', name: adele, to: accountOf(person('bob').account) } } as const
    expect(await ledger.submit(transfer)).toMatchObject({ outcome: 'taken' })
    await slots(2)
    expect(ledger.name(adele)).toMatchObject({ offeredTo: transfer.op.to })
  })

  test('work that takes too long is given up when the signal says so', async () => {
    const { ledger } = await opened({ genesis: ownNetwork(ada, { rules: freeRules({ entryBits: 60 }) }) })
    const gone = new AbortController()
    const submitted = ledger.submit(claim, gone.signal)
    gone.abort(new Error('enough'))
    await expect(submitted).rejects.toThrow('enough')
    await expect(ledger.submit({ op: { kind: 'evidence', id: '0'.repeat(64) } })).rejects.toThrow('no such evidence')
  })

  test('an entry of one’s own whose time is over is told as gone, with the reason', async () => {
    const { ledger, clock, slots, eventsOf } = await opened()
    await slots(4)
    const submitted = await ledger.submit(claim)
    clock.jump(DAY)
    await clock.advance(MINUTE)
    if (submitted.outcome !== 'taken') throw new Error(submitted.why)
    const place = { at: 'gone', why: 'its time is over' }
    expect(eventsOf('entry-changed').at(-1)).toMatchObject({ entry: { id: submitted.entry.id, place } })
    expect(ledger.entry(submitted.entry.id)).toMatchObject({ mine: true, place })
    expect(ledger.head().height).toBe(0)
  })
})

describe('another network', () => {
  test('is followed from then on, and the first one is as it was when it comes back', async () => {
    const genesis = ownNetwork(ada)
    const other = ownNetwork(ada, { tld: 'other' })
    const { ledger, slots, eventsOf, timers } = await opened({ genesis })
    await ledger.submit(claim)
    await slots(4)
    expect(ledger.head()).toMatchObject({ height: 1, label: 'home' })
    await ledger.use(other, 'elsewhere')
    expect(ledger.network()).toBe(networkIdOf(networkOf(other)))
    expect(ledger.head()).toMatchObject({ height: 0, label: 'elsewhere', tld: 'other' })
    expect(eventsOf('network-changed')).toMatchObject([{ snapshot: { status: { label: 'elsewhere' }, blocks: [] } }])
    await ledger.submit(claim)
    await ledger.use(genesis, 'home again')
    await ledger.submit(register)
    await slots(3)
    expect(ledger.head()).toMatchObject({ height: 2, label: 'home again' })
    expect(ledger.name(adele)).toMatchObject({ owner: account })
    expect(timers()).toBe(0)
    await ledger.use(other, 'elsewhere')
    await slots(3)
    expect(ledger.head()).toMatchObject({ height: 1, pool: { entries: 0 } })
  })

  test('is refused work that was begun for the one before', async () => {
    const { ledger } = await opened({ genesis: ownNetwork(ada, { rules: freeRules({ entryBits: 60 }) }) })
    const submitted = ledger.submit(claim)
    const failed = expect(submitted).rejects.toThrow('Another network was chosen meanwhile')
    await ledger.use(ownNetwork(ada, { tld: 'other' }), 'elsewhere')
    await failed
  })

  test('has nothing to say while nothing runs', async () => {
    const { ledger, stop } = await opened()
    await stop()
    expect(() => ledger.head()).toThrow('being opened or closed')
    expect(ledger.ownerOf('adele.peer')).toBe('unknown')
    expect(ledger.namesOf(account)).toEqual([])
    expect(ledger.network()).toBe(networkIdOf(networkOf(ownNetwork(ada))))
    expect(slotStartMs(ownNetwork(ada), 0)).toBe(START_MS)
  })
})

test('whoever watches sees a snapshot, and then what happens', async () => {
  const { ledger, slots } = await opened()
  const stop = new AbortController()
  const seen: string[] = []
  const watching = (async () => {
    for await (const item of ledger.watch(stop.signal)) seen.push(item.kind === 'snapshot' ? item.kind : item.event.event)
  })()
  await ledger.submit(claim)
  await slots(4)
  await slots(1)
  stop.abort()
  await watching
  expect(seen[0]).toBe('snapshot')
  expect(new Set(seen)).toEqual(new Set(['snapshot', 'entry-changed', 'status-changed', 'slot-changed', 'block-added']))
})
