import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextToShow, placeFor, priceOf, type Caller, type Queued } from '../../../src/main/features/door/queue.ts'
import { AccountId, KnockId } from '../../../src/shared/ids.ts'
import { nothingMore } from '../../../src/shared/model/door.ts'

const account = (n: number): AccountId => AccountId.parse(`k51${n.toString(36).padStart(59, '0')}`)
const knockId = (n: number): KnockId =>
  KnockId.parse(Array.from(n.toString(10).padStart(26, '0'), (digit) => 'abcdefghij'[Number(digit)]).join(''))

const stranger = (n: number, workBits = 0): Caller => ({
  account: account(n),
  capability: 'contact',
  about: nothingMore,
  isContact: false,
  isQuiet: false,
  workBits,
})

/** Lets callers come one after another and gives the questions that stand then. */
function arrive(callers: readonly Caller[]): { questions: Queued[]; places: string[] } {
  const questions: Queued[] = []
  const places = callers.map((caller, n) => {
    const place = placeFor(caller, questions)
    if (place.place === 'shown' || place.place === 'waiting') {
      const isPaid = place.place === 'waiting' && place.isPaid
      const instead = place.place === 'shown' ? questions.findIndex(({ id }) => id === place.instead) : -1
      const sentBack = questions[instead]
      if (sentBack !== undefined) questions[instead] = { ...sentBack, isShown: false }
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

  const friend = (n: number): Caller => ({ ...stranger(1_000 + n), isContact: true })

  test('shows a contact at once in the place of the newest stranger, who goes back in line', () => {
    const { questions, places } = arrive([...Array.from({ length: 60 }, (_, n) => stranger(n)), friend(1)])
    expect(places.at(-1)).toBe('shown')
    expect(questions.filter(({ isShown }) => isShown).map((question) => question.account)).toEqual(
      [0, 1, 1_001].map(account),
    )
    expect(nextToShow(questions)).toBeUndefined()
    expect(nextToShow(questions.slice(1))?.show.account).toBe(account(2))
  })

  test('does not show a contact in the place of another, and keeps places in line for them', () => {
    const flood = Array.from({ length: 60 }, (_, n) => stranger(n))
    const { places, questions } = arrive([...flood, ...Array.from({ length: 12 }, (_, n) => friend(n))])
    expect(places.slice(60)).toEqual([...Array(3).fill('shown'), ...Array(7).fill('waiting'), 'busy', 'busy'])
    expect(nextToShow(questions)).toBeUndefined()
    expect(nextToShow(questions.filter((each) => each.account !== account(1_000)))?.show.account).toBe(account(1_003))
  })

  test('shows who came quietly where nobody else wants the place, and no longer', () => {
    const quiet = (n: number): Caller => ({ ...stranger(n), isQuiet: true })
    const { places, questions } = arrive([quiet(1), quiet(2), quiet(3), quiet(4), stranger(5), friend(6)])
    expect(places).toEqual(['shown', 'shown', 'shown', 'waiting', 'shown', 'shown'])
    expect(questions.filter(({ isShown }) => isShown).map((question) => question.account)).toEqual(
      [1, 5, 1_006].map(account),
    )
    const ordinary = questions.map((question) => ({ ...question, isQuiet: false }))
    expect(nextToShow(ordinary)).toBeUndefined()
    const [first = questions[0]] = ordinary
    const choice = nextToShow([...questions.slice(1), { ...first, isShown: false } as Queued])
    expect([choice?.show.account, choice?.instead]).toEqual([account(1), null])
  })

  test('asks another question for another file, and no more than three of one account', () => {
    const file = (bytes: number): Caller => ({ ...stranger(1), capability: 'file', about: { ...nothingMore, bytes } })
    const { places } = arrive([file(1), file(1), file(2), file(3), file(4), file(2)])
    expect(places).toEqual(['shown', 'joins', 'waiting', 'waiting', 'refused', 'joins'])
  })

  test('shows who worked for a place before those who filled the line, and after contacts', () => {
    const flood = Array.from({ length: 53 }, (_, n) => stranger(n))
    const nextWithout = (gone: number, callers: readonly Caller[]): unknown =>
      nextToShow(arrive(callers).questions.filter((each) => each.account !== account(gone)))?.show.account
    expect(nextWithout(0, [...flood, stranger(99, 16)])).toBe(account(99))
    expect(nextWithout(1_001, [...flood, stranger(99, 16), ...[1, 2, 3, 4].map(friend)])).toBe(account(1_004))
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
      about: fc.constantFrom(nothingMore, { ...nothingMore, bytes: 1 }),
      isContact: fc.boolean(),
      isQuiet: fc.boolean(),
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
