import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry, Op } from '../../../src/main/features/ledger/entry.ts'
import { slotStartMs } from '../../../src/main/features/ledger/genesis.ts'
import { nextAt, propose } from '../../../src/main/features/ledger/propose.ts'
import { Pool, type PoolLimits } from '../../../src/main/features/ledger/pool.ts'
import { DAY, MINUTE } from '../../../src/shared/units.ts'
import { person, type Person, SALT, Town, townGenesis } from './town.ts'
import { judge } from './chains.ts'

const [ada, bob] = [person('ada'), person('bob')]

class Desk {
  readonly town: Town
  readonly pool: Pool

  constructor(limits: Partial<PoolLimits> = {}, town = new Town()) {
    this.town = town
    this.pool = new Pool(town.context, limits)
  }

  add(entry: Entry): string {
    const verdict = this.pool.add(entry, this.town.state, this.town.at)
    return verdict.outcome === 'refused' ? verdict.code : verdict.outcome
  }

  /** The claim number `nonce` of somebody. */
  claim(who: Person, nonce: number, untilMs = this.town.nextMs + MINUTE): Entry {
    return this.town.entry(who, this.town.claim(who, `claim-${nonce}`), { nonce, untilMs })
  }

  assemble(passMs = 0): Entry[] {
    const { network } = this.town.context
    const { height, timeMs } = this.town.at
    const { slotMs, startMs } = this.town.genesis
    const timestampMs = timeMs + passMs
    const place = { network, height, slot: (timestampMs - startMs) / slotMs, timestampMs }
    return this.pool.assemble(place, this.town.state).entries
  }

  /** Makes a block of what is here, and looks through the pool again. */
  block(): Entry[] {
    const entries = this.assemble()
    this.town.grow(entries)
    this.pool.recheck(this.town.state, this.town.at)
    return entries
  }
}

test('what the pool takes goes into a block that every other node finds valid, and leaves the pool with it', () => {
  const desk = new Desk()
  expect([desk.add(desk.claim(ada, 1)), desk.add(desk.claim(ada, 2)), desk.add(desk.claim(bob, 1))]).toEqual([
    'taken',
    'waiting',
    'taken',
  ])
  const block = desk.town.block(desk.assemble())
  expect(judge(desk.town, block)).toBe('valid')
  expect(desk.block()).toHaveLength(3)
  expect(desk.pool.size).toEqual({ entries: 0, waiting: 0, bytes: 0 })
})

test('what a leader proposes is what everybody else finds valid, with entries and without', () => {
  const desk = new Desk()
  const { town, pool } = desk
  const tip = { head: town.parent, state: town.state, context: town.context }
  expect(judge(town, propose(pool, tip, 3, slotStartMs(town.genesis, 3)))).toBe('valid')
  desk.add(desk.claim(ada, 1))
  const block = propose(pool, tip, 4, slotStartMs(town.genesis, 4) + 17)
  expect([judge(town, block), block.entries.length]).toEqual(['valid', 1])
  expect(nextAt(tip, 5)).toEqual({ height: 1, timeMs: town.genesis.startMs })
})

test('an opening waits for the block after its claim', () => {
  const desk = new Desk()
  desk.town.do(ada, desk.town.claim(ada, 'adele'))
  const town = new Town(townGenesis({ claimMinBlocks: 3 }))
  town.do(ada, town.claim(ada, 'adele'))
  const slow = new Desk({}, town)
  const opening: Op = { kind: 'register', name: 'adele', salt: SALT }
  expect(desk.add(desk.town.entry(ada, opening))).toBe('taken')
  expect(slow.add(slow.town.entry(ada, opening))).toBe('waiting')
  expect([slow.block().length, slow.block().length, slow.block().length]).toEqual([0, 0, 1])
})

test('accounts take turns: one with forty entries does not keep out one with a single entry', () => {
  const desk = new Desk({}, new Town(townGenesis({ maxEntries: 4 })))
  for (let nonce = 1; nonce <= 40; nonce++) desk.add(desk.claim(ada, nonce))
  desk.add(desk.claim(bob, 1))
  expect(desk.block().map(({ account, nonce }) => [account === ada.account ? 'ada' : 'bob', nonce])).toEqual([
    ['ada', 1],
    ['bob', 1],
    ['ada', 2],
    ['ada', 3],
  ])
})

test('a block takes no more bytes than the rules say', () => {
  const one = new Desk().claim(ada, 1).bytes.byteLength
  const desk = new Desk({}, new Town(townGenesis({ maxBlockBytes: one * 3 })))
  for (let nonce = 1; nonce <= 5; nonce++) desk.add(desk.claim(ada, nonce))
  expect(desk.block()).toHaveLength(3)
})

test('each account has its share, and a number is given once', () => {
  const desk = new Desk({ perAccount: 3 })
  expect([1, 2, 3, 4].map((nonce) => desk.add(desk.claim(ada, nonce)))).toEqual(['taken', 'waiting', 'waiting', 'full'])
  expect(desk.add(desk.claim(ada, 2, desk.town.nextMs + 2))).toBe('nonce')
  expect(desk.add(desk.claim(ada, 2))).toBe('known')
  expect(desk.add(desk.claim(bob, 5))).toBe('full')
})

test('when the pool is full, who has much makes room for who has little, and waiting entries go first', () => {
  const desk = new Desk({ entries: 6, waiting: 2 })
  for (let nonce = 1; nonce <= 3; nonce++) desk.add(desk.claim(ada, nonce))
  expect(desk.pool.size).toMatchObject({ entries: 3, waiting: 2 })
  for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) expect(desk.add(desk.claim(person(name), 1))).toBe('taken')
  expect(desk.pool.size).toMatchObject({ entries: 6, waiting: 0 })
  expect(desk.add(desk.claim(person('p6'), 1))).toBe('full')
})

test('a flood of accounts does not go beyond the bytes there are', () => {
  const bytes = new Desk().claim(ada, 1).bytes.byteLength
  const desk = new Desk({ bytes: bytes * 5 })
  const outcomes = Array.from({ length: 20 }, (_, number) => desk.add(desk.claim(person(`p${number}`), 1)))
  expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(5)
  expect(desk.pool.size.bytes).toBeLessThanOrEqual(bytes * 5)
})

test('what cannot be any more leaves the pool after a block, and one is told why', () => {
  const desk = new Desk()
  desk.add(desk.claim(ada, 1))
  desk.town.do(ada, desk.town.claim(ada, 'another'))
  const gone = desk.pool.recheck(desk.town.state, desk.town.at)
  expect(gone.map(({ entry, why }) => [entry.nonce, why])).toEqual([
    [1, 'entry 1 of this account has been taken; the next is 2'],
  ])
  desk.add(desk.claim(bob, 1))
  desk.town.pass(DAY)
  desk.pool.recheck(desk.town.state, desk.town.at)
  expect(desk.pool.size.entries).toBe(0)
})

test('an entry with a false signature is verified once, however often it comes', () => {
  let verified = 0
  const town = new Town()
  const counting = { ...town.context, isSigned: () => (verified++, false) }
  const pool = new Pool(counting)
  const entry = town.entry(ada, town.claim(ada, 'adele'))
  for (let time = 0; time < 5; time++) {
    expect(pool.add(entry, town.state, town.at)).toMatchObject({ outcome: 'refused', code: 'signature' })
    town.grow([])
  }
  expect(verified).toBe(1)
})

test('what was refused for the state of things is looked at again when that has changed', () => {
  const desk = new Desk()
  const opening = desk.town.entry(ada, { kind: 'register', name: 'adele', salt: SALT }, { nonce: 2 })
  expect(desk.add(opening)).toBe('waiting')
  const fresh = new Desk({ waiting: 0 }, desk.town)
  const early = fresh.town.entry(bob, { kind: 'register', name: 'bobby', salt: SALT })
  expect([fresh.add(early), fresh.add(early)]).toEqual(['claim', 'claim'])
  desk.town.do(bob, desk.town.claim(bob, 'bobby'))
  const late = fresh.town.entry(bob, { kind: 'register', name: 'bobby', salt: SALT })
  expect(fresh.add(late)).toBe('taken')
})

test('entries of blocks that were left come back, and are not verified again', () => {
  const desk = new Desk()
  const before = { parent: desk.town.parent, state: desk.town.state }
  desk.add(desk.claim(ada, 1))
  const entries = desk.block()
  Object.assign(desk.town, before)
  expect(entries.map((entry) => desk.add(entry))).toEqual(['taken'])
})

test('whatever comes, the pool stays within its bounds and its blocks are valid', () => {
  const came = fc.array(fc.record({ who: fc.nat(5), nonce: fc.integer({ min: 1, max: 9 }), block: fc.boolean() }), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(came, (all) => {
      const desk = new Desk({ entries: 10, waiting: 4, perAccount: 5, bytes: 2_500 })
      for (const { who, nonce, block } of all) {
        desk.add(desk.claim(person(`p${who}`), nonce))
        const { entries, waiting, bytes } = desk.pool.size
        expect(entries).toBeLessThanOrEqual(10)
        expect(waiting).toBeLessThanOrEqual(4)
        expect(bytes).toBe(desk.pool.list().reduce((sum, entry) => sum + entry.bytes.byteLength, 0))
        expect(bytes).toBeLessThanOrEqual(2_500)
        if (!block) continue
        expect(judge(desk.town, desk.town.block(desk.assemble()))).toBe('valid')
        desk.block()
      }
    }),
    { numRuns: 40 },
  )
})
