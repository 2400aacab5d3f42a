import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextToShow, placeFor, priceOf, type Caller, type Queued } from '../../../src/main/features/door/queue.ts'
import { AccountId, KnockId } from '../../../src/shared/ids.ts'

const account = (n: number): AccountId => AccountId.parse(`k51${n.toString(36).padStart(59, '0')}`)
const knockId = (n: number): KnockId =>
  KnockId.parse(Array.from(n.toString(10).padStart(26, '0'), (digit) => 'abcdefghij'[Number(digit)]).join(''))

const stranger = (n: number, workBits = 0): Caller => ({
  account: account(n),
  capability: 'contact',
  isContact: false,
  workBits,
})

/** Lets callers come one after another and gives the questions that stand then. */
function arrive(callers: readonly Caller[]): { questions: Queued[]; places: string[] } {
  const questions: Queued[] = []
  const places = callers.map((caller, n) => {
    const place = placeFor(caller, questions)
    if (place.place === 'shown' || place.place === 'waiting') {
      const isPaid = place.place === 'waiting' && place.isPaid
      questions.push({ ...caller, id: knockId(n), isShown: place.place === 'shown', isPaid })
    }
    return place.place
  })
  return { questions, places }
}

describe('the queue', () => {
  test('shows three, lets fifty wait, and tells the next its price', () => {
    const { places } = arrive(Array.from({ length: 54 }, (_, n) => stranger(n)))
    expect(places.slice(0, 3)).toEqual(['shown', 'shown', 'shown'])
    expect(places.slice(3, 53).every((place) => place === 'waiting')).toBe(true)
    expect(places[53]).toBe('busy')
  })

  test('asks one question for an account and capability, however often it knocks', () => {
    const { questions, places } = arrive(Array.from({ length: 41 }, () => stranger(1)))
    expect(questions).toHaveLength(1)
    expect(places.slice(1).every((place) => place === 'joins')).toBe(true)
  })

  test('shows one question of an account at a time, and refuses a fourth', () => {
    const capabilities = ['contact', 'file', 'visit', 'app:chess'] as const
    const { places } = arrive(capabilities.map((capability) => ({ ...stranger(1), capability })))
    expect(places).toEqual(['shown', 'waiting', 'waiting', 'refused'])
  })

  test('keeps places for contacts when strangers have filled it, and shows contacts first', () => {
    const flood = Array.from({ length: 60 }, (_, n) => stranger(n))
    const friend: Caller = { ...stranger(1_000), isContact: true }
    const { questions, places } = arrive([...flood, friend])
    expect(places.at(-1)).toBe('waiting')
    expect(nextToShow(questions)).toBeUndefined()
    expect(nextToShow(questions.slice(1))?.account).toBe(friend.account)
  })

  test('sells places for work at a price that rises, and closes when those are taken', () => {
    const full = Array.from({ length: 53 }, (_, n) => stranger(n))
    expect(arrive([...full, stranger(99, 15)]).places.at(-1)).toBe('busy')
    expect(arrive([...full, stranger(99, 16)]).places.at(-1)).toBe('waiting')
    const rich = Array.from({ length: 50 }, (_, n) => stranger(100 + n, 64))
    const { places, questions } = arrive([...full, ...rich])
    expect(places.filter((place) => place === 'busy')).toHaveLength(10)
    expect(questions).toHaveLength(93)
    expect([0, 4, 5, 20].map(priceOf)).toEqual([16, 16, 17, 20])
  })

  test('stays within its bounds whoever comes', () => {
    const anyCaller = fc.record({
      account: fc.nat(200).map(account),
      capability: fc.constantFrom<Caller['capability']>('contact', 'file', 'visit', 'app:a', 'app:b'),
      isContact: fc.boolean(),
      workBits: fc.constantFrom(0, 16, 30, 64),
    })
    fc.assert(
      fc.property(fc.array(anyCaller, { minLength: 100, maxLength: 400 }), (callers) => {
        const { questions } = arrive(callers)
        const shown = questions.filter(({ isShown }) => isShown)
        expect(shown.length).toBeLessThanOrEqual(3)
        expect(new Set(shown.map(({ account }) => account)).size).toBe(shown.length)
        expect(questions.length).toBeLessThanOrEqual(103)
        const ofOne = Map.groupBy(questions, ({ account }) => account)
        for (const own of ofOne.values()) expect(own.length).toBeLessThanOrEqual(3)
      }),
      { numRuns: 30 },
    )
  })
})
