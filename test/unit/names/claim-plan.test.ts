import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Claiming, type ClaimView, nextMove } from '../../../src/main/features/names/claim-plan.ts'
import type { EntryPlace } from '../../../src/shared/model/blocks.ts'
import { BlockId, EntryId, NamePhase } from '../../../src/shared/model/ledger.ts'
import type { NameOnLedger } from '../../../src/shared/model/ledger.ts'
import { ada, bob, NAME, NOW } from './zone-parts.ts'

const id = EntryId.parse(`bafkrei${'a'.repeat(52)}`)
const other = EntryId.parse(`bafkrei${'e'.repeat(52)}`)
const block = BlockId.parse(`bafyrei${'a'.repeat(52)}`)
const pool: EntryPlace = { at: 'pool', early: false, why: null }
const gone: EntryPlace = { at: 'gone', why: 'it was not taken in time' }
const inBlock = (height: number): EntryPlace => ({ at: 'block', block, height })

const claiming: Claiming = {
  name: NAME,
  startedMs: NOW,
  commitment: null,
  registration: null,
  isCommitted: false,
  attempts: 0,
  refused: null,
  refusedMs: null,
}

const view: ClaimView = {
  isReady: true,
  height: 10,
  me: ada.account,
  held: 0,
  owned: null,
  commitment: null,
  registration: null,
  rules: { claimMinBlocks: 3, entryBits: 14, nameBits: 20, bitsPerName: 1 },
}

const owned = (over: Partial<NameOnLedger> = {}): NameOnLedger => ({
  name: NAME,
  owner: ada.account,
  sinceMs: NOW,
  registeredMs: NOW,
  expiresMs: NOW,
  phase: 'living',
  offeredTo: null,
  ...over,
})

describe('the next move', () => {
  test('is a commitment, which costs what any entry costs', () => {
    expect(nextMove(claiming, view)).toEqual({ do: 'claim', step: { step: 'working', what: 'commitment', bits: 14 } })
  })

  test('is the opening when the commitment lies in a block, at a price that rises with each name held', () => {
    const committed = { ...claiming, commitment: id }
    expect(nextMove(committed, { ...view, commitment: pool })).toEqual({ do: 'wait', step: { step: 'waiting', what: 'commitment', entry: id } })
    const move = nextMove(committed, { ...view, commitment: inBlock(10), held: 4 })
    expect(move).toEqual({ do: 'register', step: { step: 'working', what: 'registration', bits: 24 } })
  })

  test('is to wait while the commitment ripens: blocks that are left until the opening may lie in one', () => {
    const both = { ...claiming, commitment: id, registration: other }
    const at = (height: number) => nextMove(both, { ...view, height, commitment: inBlock(10), registration: pool })
    expect(at(10)).toEqual({ do: 'wait', step: { step: 'ripening', blocks: 2 } })
    expect(at(11)).toEqual({ do: 'wait', step: { step: 'ripening', blocks: 1 } })
    expect(at(12)).toEqual({ do: 'wait', step: { step: 'waiting', what: 'registration', entry: other } })
  })

  test('goes back by itself where a fork takes blocks back', () => {
    const both = { ...claiming, commitment: id, registration: other }
    expect(nextMove(both, { ...view, commitment: inBlock(10), registration: inBlock(13), height: 13, owned: owned() })).toEqual({
      do: 'end',
      step: { step: 'yours', height: 13 },
    })
    expect(nextMove({ ...both, registration: null }, { ...view, commitment: pool })).toMatchObject({ do: 'wait', step: { what: 'commitment' } })
  })

  test('is the end, in the words of the ledger, when an entry came to nothing; made anew when it is forgotten', () => {
    expect(nextMove({ ...claiming, commitment: id }, { ...view, commitment: gone })).toEqual({ do: 'end', step: { step: 'refused', why: gone.why } })
    expect(nextMove({ ...claiming, commitment: id }, view)).toMatchObject({ do: 'claim' })
    expect(nextMove({ ...claiming, commitment: id, registration: other }, { ...view, commitment: inBlock(9) })).toMatchObject({ do: 'register' })
    expect(nextMove({ ...claiming, isCommitted: true }, view)).toMatchObject({ do: 'register' })
  })

  test('is to wait for the ledger while that is behind: nothing is made, and nothing has failed', () => {
    const behind = { ...view, isReady: false }
    expect(nextMove(claiming, behind)).toMatchObject({ do: 'wait' })
    expect(nextMove({ ...claiming, commitment: id }, { ...behind, commitment: inBlock(10) })).toMatchObject({ do: 'wait' })
    expect(nextMove({ ...claiming, commitment: id }, { ...behind, commitment: gone })).toMatchObject({ do: 'wait' })
  })
})

test('it is yours only when the ledger says so, and nothing is made after a refusal or twice, whatever came before', () => {
  const place = fc.option(fc.oneof(fc.constant(pool), fc.constant(gone), fc.integer({ min: 1, max: 20 }).map(inBlock)))
  const entry = fc.option(fc.constantFrom(id, other))
  const claims = fc.record({
    commitment: entry,
    registration: entry,
    isCommitted: fc.boolean(),
    attempts: fc.integer({ min: 0, max: 3 }),
    refused: fc.option(fc.constant('no'), { freq: 5 }),
  })
  const owners = fc.option(fc.record({ owner: fc.constantFrom(ada.account, bob.account), phase: fc.constantFrom(...NamePhase.options) }))
  const views = fc.record({ isReady: fc.boolean(), height: fc.integer({ min: 0, max: 30 }), commitment: place, registration: place, owned: owners })
  fc.assert(
    fc.property(claims, views, (some, seen) => {
      const is = seen.owned === null ? null : owned(seen.owned)
      const move = nextMove({ ...claiming, ...some }, { ...view, ...seen, owned: is })
      const isMine = is?.owner === ada.account && (is.phase === 'living' || is.phase === 'ending')
      expect(move.step.step === 'yours').toBe(isMine && some.refused === null)
      if (move.do === 'claim' || move.do === 'register') {
        expect([seen.isReady, some.refused]).toEqual([true, null])
        const lies = move.do === 'claim' ? some.commitment !== null && seen.commitment !== null : some.registration !== null && seen.registration !== null
        expect(lies).toBe(false)
      }
    }),
    { numRuns: 500 },
  )
})
