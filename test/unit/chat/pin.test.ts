import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { isFrozen, isHeldBack, lookedAt, shownPin, whyHeldBack, type Owner, type StoredPin } from '../../../src/main/features/chat/pin.ts'
import type { AccountId } from '../../../src/shared/ids.ts'
import { People } from './people.ts'

let alice: AccountId
let mallory: AccountId
let carol: AccountId
let pin: StoredPin

beforeAll(async () => {
  const people = new People()
  alice = await people.account()
  mallory = await people.account()
  carol = await people.account()
  pin = {
    conversation: 1,
    network: 'home',
    fullName: 'alice.peer',
    account: alice,
    sinceMs: 10,
    moved: null,
    lapsed: false,
    leftMs: null,
    holds: false,
  }
})

describe('a pin that is looked at', () => {
  test('is the same while the name is where it was, or nobody can say', () => {
    expect(lookedAt(pin, alice, 20)).toBe(pin)
    expect(lookedAt(pin, 'unknown', 20)).toBe(pin)
  })

  test('has moved when the name is somebody else’s, from when it was noticed', () => {
    const moved = lookedAt(pin, mallory, 20)
    expect(moved).toEqual({ ...pin, moved: { to: mallory, noticedMs: 20 } })
    expect(lookedAt(moved, mallory, 30)).toBe(moved)
    expect(lookedAt(moved, 'unknown', 30)).toBe(moved)
    expect(lookedAt(moved, carol, 30).moved).toEqual({ to: carol, noticedMs: 30 })
  })

  test('is as before when the name is back', () => {
    expect(lookedAt(lookedAt(pin, mallory, 20), alice, 30)).toEqual(pin)
    expect(lookedAt(lookedAt(pin, null, 20), alice, 30)).toEqual(pin)
  })

  test('has lapsed when nobody has the name, which freezes nothing', () => {
    const lapsed = lookedAt(pin, null, 20)
    expect(lapsed).toEqual({ ...pin, lapsed: true })
    expect(isFrozen(lapsed)).toBe(false)
    expect(lookedAt(lapsed, mallory, 30)).toMatchObject({ lapsed: false, moved: { to: mallory } })
  })

  test('stays frozen when the name lapses after it moved: that decides nothing', () => {
    const moved = lookedAt(pin, mallory, 20)
    expect(lookedAt(moved, null, 30)).toEqual({ ...moved, lapsed: true })
  })

  test('is never looked at again once it was left', () => {
    const left = { ...lookedAt(pin, mallory, 20), leftMs: 25 }
    expect(lookedAt(left, alice, 30)).toBe(left)
    expect(lookedAt(left, carol, 30)).toBe(left)
  })

  test('is frozen exactly when the last known owner is another, whatever happened in between', () => {
    const owners = (): Owner[] => [alice, mallory, carol, null, 'unknown']
    fc.assert(
      fc.property(fc.array(fc.nat(4)), (indices) => {
        const seen = indices.map((index) => owners()[index] ?? null)
        const end = seen.reduce((now, owner, index) => lookedAt(now, owner, 20 + index), pin)
        const lastOwner = seen.findLast((owner) => owner !== null && owner !== 'unknown') ?? alice
        const lastWord = seen.findLast((owner) => owner !== 'unknown')
        expect(isFrozen(end)).toBe(lastOwner !== alice)
        expect(end.moved?.to ?? alice).toBe(lastOwner)
        expect(end.lapsed).toBe(lastWord === null)
      }),
    )
  })
})

describe('a pin that is shown', () => {
  const words = (account: AccountId): string[] => [`with ${account}`]

  test('has the safety words with both when it has moved', () => {
    const { pin: shown, left } = shownPin(lookedAt(pin, mallory, 20), words)
    expect(shown?.moved).toEqual({ to: mallory, noticedMs: 20, wordsBefore: words(alice), wordsNow: words(mallory) })
    expect(left).toBeNull()
  })

  test('says what was left, and is no pin any more', () => {
    const left = { ...lookedAt(pin, mallory, 20), leftMs: 25, holds: true }
    expect(shownPin(left, words)).toEqual({ pin: null, left: { fullName: 'alice.peer', to: mallory, atMs: 25 } })
    expect(isFrozen(left)).toBe(false)
    expect(isHeldBack(left)).toBe(true)
    expect(whyHeldBack(left)).toContain('write here again')
  })

  test('is nothing where there is none', () => {
    expect(shownPin(null, words)).toEqual({ pin: null, left: null })
    expect(whyHeldBack(null)).toBeNull()
    expect(whyHeldBack(pin)).toBeNull()
  })
})
