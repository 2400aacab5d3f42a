import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { genesisParent } from '../../../src/main/features/ledger/block.ts'
import { leaderOf, slotStartMs } from '../../../src/main/features/ledger/genesis.ts'
import { HEARTBEAT_MS, LONGEST_LOOK_MS } from '../../../src/main/features/ledger/live/limits.ts'
import { behindHeadMs, nextTurn, type Standing } from '../../../src/main/features/ledger/live/turns.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { person, START_MS, townGenesis } from './town.ts'

const FOUR = ['leader', 'bob', 'carol', 'dan']
const four = townGenesis({}, FOUR, 1)
const alone = townGenesis()

/** Just when slot `slot` is to be opened: a quarter of a round before it begins. */
function at(slot: number, change: Partial<Standing> = {}): Standing {
  const { genesis = four } = change
  return {
    nowMs: slotStartMs(genesis, slot) - genesis.roundMs / 4,
    genesis,
    roster: genesis,
    me: person('leader').account,
    head: genesisParent(genesis),
    waits: 'nothing',
    hasCompany: false,
    isReady: true,
    opened: null,
    ...change,
  }
}

describe('one of several validators', () => {
  test('opens every slot, and proposes in its own where something waits', () => {
    expect(nextTurn(at(5))).toEqual({ act: 'watch', slot: 5 })
    expect(nextTurn(at(8, { waits: 'entries' }))).toEqual({ act: 'propose', slot: 8, because: 'entries' })
    expect(nextTurn(at(8, { waits: 'ripening' }))).toEqual({ act: 'propose', slot: 8, because: 'ripening' })
    expect(nextTurn(at(8))).toEqual({ act: 'watch', slot: 8 })
    expect(nextTurn(at(9, { waits: 'entries' }))).toEqual({ act: 'watch', slot: 9 })
  })

  test('proposes nothing but that it lives, when that is due', () => {
    const due = Math.ceil(HEARTBEAT_MS / four.slotMs / FOUR.length) * FOUR.length
    expect(nextTurn(at(due))).toEqual({ act: 'propose', slot: due, because: 'heartbeat' })
    expect(nextTurn(at(due - FOUR.length))).toEqual({ act: 'watch', slot: due - FOUR.length })
  })

  test('neither votes nor leads while its chain is behind', () => {
    expect(nextTurn(at(8, { waits: 'entries', isReady: false }))).toEqual({ act: 'rest', why: 'this chain is behind' })
  })

  test('waits for the next slot, and opens the same once more on another head', () => {
    const { nowMs, head } = at(5)
    const opened = { slot: 5, parent: head.id }
    expect(nextTurn(at(5, { opened }))).toEqual({ act: 'look-again', inMs: four.slotMs })
    const other = { id: 'ff'.repeat(32), height: 1, slot: 4, timestampMs: nowMs - 1 }
    expect(nextTurn(at(5, { opened, head: other }))).toEqual({ act: 'watch', slot: 5 })
    expect(nextTurn(at(5, { opened, head: { ...other, slot: 5 } }))).toMatchObject({ act: 'look-again' })
  })

  test('has nothing to do where others decide', () => {
    expect(nextTurn(at(5, { me: person('eve').account }))).toEqual({ act: 'rest', why: 'others decide' })
  })
})

describe('one who decides alone', () => {
  const genesis = alone

  test('rests while nothing waits, and proposes in the next slot where something does', () => {
    expect(nextTurn(at(5, { genesis }))).toEqual({ act: 'rest', why: 'nothing waits' })
    expect(nextTurn(at(5, { genesis, waits: 'entries', isReady: false }))).toMatchObject({ act: 'propose', slot: 5 })
  })

  test('shows those who are connected that it lives', () => {
    const due = HEARTBEAT_MS / genesis.slotMs
    expect(nextTurn(at(due, { genesis, hasCompany: true }))).toMatchObject({ act: 'propose', slot: due })
    expect(nextTurn(at(due - 10, { genesis, hasCompany: true }))).toEqual({ act: 'look-again', inMs: 10 * genesis.slotMs })
    expect(nextTurn(at(due, { genesis }))).toMatchObject({ act: 'rest' })
  })

  test('looks again in a minute where its clock is behind the last block, and can say by how much', () => {
    const head = { id: 'ff'.repeat(32), height: 1, slot: 10_000, timestampMs: slotStartMs(genesis, 10_000) }
    const standing = at(5, { genesis, head, waits: 'entries' })
    expect(nextTurn(standing)).toEqual({ act: 'look-again', inMs: LONGEST_LOOK_MS })
    expect(behindHeadMs(head, genesis, standing.nowMs)).toBe(slotStartMs(genesis, 10_000) - standing.nowMs)
    expect(behindHeadMs(head, genesis, slotStartMs(genesis, 10_000))).toBe(null)
  })
})

const seed = Number(process.env['LATCH_SEED'] ?? Date.now() % 2 ** 31)

test(`whatever the clock does, no slot is opened late, twice on one head, or out of turn (seed ${seed})`, () => {
  const jumps = fc.array(fc.integer({ min: -2 * HOUR, max: 2 * DAY }), { maxLength: 30 })
  fc.assert(
    fc.property(jumps, fc.constantFrom(...FOUR, 'eve'), fc.boolean(), (moves, who, waits) => {
      let nowMs = START_MS - 5_000
      let opened: Standing['opened'] = null
      let opens = 0
      const head = genesisParent(four)
      for (const move of moves) {
        nowMs += move
        // What a driver does in one go: open what is to be opened, then wait.
        for (let turns = 0; ; turns++) {
          expect(turns).toBeLessThan(3)
          const me = person(who).account
          const turn = nextTurn(at(0, { nowMs, me, head, opened, waits: waits ? 'entries' : 'nothing' }))
          if (turn.act === 'rest' || turn.act === 'look-again') {
            if (turn.act === 'look-again') expect(turn.inMs).toBeGreaterThan(0)
            break
          }
          const beginsMs = slotStartMs(four, turn.slot)
          expect(nowMs - beginsMs).toBeLessThanOrEqual(four.roundMs / 2)
          expect(beginsMs - nowMs).toBeLessThanOrEqual(four.roundMs / 4)
          expect([opened?.slot, opened?.parent]).not.toEqual([turn.slot, head.id])
          if (turn.act === 'propose') expect(leaderOf(four, turn.slot).key).toBe(me)
          opened = { slot: turn.slot, parent: head.id }
          opens++
        }
      }
      expect(opens).toBeLessThanOrEqual(moves.length)
    }),
    { seed, numRuns: 500 },
  )
})
