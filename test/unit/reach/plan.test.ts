import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SETTLED_MS } from '../../../src/main/features/reach/limits.ts'
import { planIntroducers, type IntroducerFacts, type Rank, type Step } from '../../../src/main/features/reach/plan.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { somePeerId } from '../peers/fake-network.ts'

const NOW = HOUR

function facts(over: Partial<IntroducerFacts> = {}): IntroducerFacts {
  return {
    peerId: somePeerId(),
    rank: 0,
    enabled: true,
    link: 'none',
    readySinceMs: 0,
    rttMs: null,
    failures: 0,
    retryAtMs: 0,
    offersPlace: true,
    place: 'none',
    placeAtMs: 0,
    registerAtMs: NOW + MINUTE,
    describeAtMs: NOW + MINUTE,
    carries: false,
    tie: 0,
    ...over,
  }
}

/** Connected for a while; `held`: with a place. */
function ready(rttMs: number, over: Partial<IntroducerFacts> = {}): IntroducerFacts {
  return facts({ link: 'ready', rttMs, placeAtMs: NOW + MINUTE, ...over })
}
const held = (rttMs: number, over: Partial<IntroducerFacts> = {}): IntroducerFacts =>
  ready(rttMs, { place: 'held', ...over })
const wanting = (rttMs: number, over: Partial<IntroducerFacts> = {}): IntroducerFacts =>
  ready(rttMs, { placeAtMs: 0, ...over })

function planned(all: readonly IntroducerFacts[], step: Step['step']): number[] {
  const { steps } = planIntroducers(all, NOW)
  return steps.filter((one) => one.step === step).map(({ peerId }) => all.findIndex((one) => one.peerId === peerId))
}

test('at the start the three nearest of the chosen are connected', () => {
  const all = [40, 10, 30, 20].map((rttMs) => facts({ rttMs }))
  expect(planned(all, 'connect')).toEqual([1, 3, 2])
})

test('who was never measured comes after those that were, in the order of chance', () => {
  const all = [facts({ tie: 0.9 }), facts({ rttMs: 80 }), facts({ tie: 0.1 }), facts({ tie: 0.5 })]
  expect(planned(all, 'connect')).toEqual([1, 2, 3])
})

test('those that are switched off, or wait, are left alone', () => {
  expect(planned([facts({ enabled: false }), facts({ retryAtMs: NOW + 1 })], 'connect')).toEqual([])
})

test('a learnt introducer is a spare while two of the chosen are there or on their way', () => {
  const learnt = facts({ rank: 2, rttMs: 1 })
  expect(planned([held(10), held(20), learnt], 'connect')).toEqual([])
  expect(planned([facts(), facts(), learnt], 'connect')).toEqual([0, 1])
  expect(planned([held(10), facts({ link: 'connecting' }), learnt], 'connect')).toEqual([])
})

test('and is called in as soon as fewer than two of them are', () => {
  const learnt = facts({ rank: 2 })
  expect(planned([held(10), learnt], 'connect')).toEqual([1])
  expect(planned([held(10), facts({ failures: 1, retryAtMs: NOW + 1 }), learnt], 'connect')).toEqual([2])
  expect(planned([held(10), facts({ link: 'connecting', failures: 1 }), learnt], 'connect')).toEqual([2])
  expect(planned([held(10), held(20, { link: 'draining' }), learnt], 'connect')).toEqual([2])
})

test('one that drains counts as gone: the next is connected at once', () => {
  expect(planned([held(10), held(20), held(30, { link: 'draining' }), facts()], 'connect')).toEqual([3])
})

test('a chosen one is tried though learnt ones hold its seat, and those then go', () => {
  const learnt = [held(1, { rank: 2 }), held(2, { rank: 2 })]
  expect(planned([...learnt, held(50), facts({ rttMs: 40 })], 'connect')).toEqual([3])
  // Both chosen are steady: their places come first, then the learnt ones are left.
  expect(planned([...learnt, wanting(50), wanting(40)], 'leave')).toEqual([])
  expect(planned([...learnt, wanting(50), wanting(40)], 'reserve')).toEqual([3, 2])
  expect(planned([...learnt, held(50), held(40)], 'leave')).toEqual([0, 1])
})

test('chosen ones that came a moment ago do not yet replace learnt ones', () => {
  const fresh = { readySinceMs: NOW - SETTLED_MS + 1 }
  expect(planned([held(1, { rank: 2 }), held(50, fresh), held(40, fresh)], 'leave')).toEqual([])
})

test('one through which a circuit runs is not left for a better one', () => {
  expect(planned([held(1, { rank: 2, carries: true }), held(50), held(40)], 'leave')).toEqual([])
})

test('places are asked for at the two nearest', () => {
  expect(planned([wanting(30), wanting(10), wanting(20)], 'reserve')).toEqual([1, 2])
})

test('refused at one, the next is asked; and the first again when its wait is over', () => {
  const refused = wanting(10, { place: 'refused', placeAtMs: NOW + MINUTE })
  expect(planned([refused, held(20), wanting(30)], 'reserve')).toEqual([2])
  expect(planned([refused, held(20), held(30)], 'reserve')).toEqual([])
  expect(planned([{ ...refused, placeAtMs: NOW }, held(20), facts()], 'reserve')).toEqual([0])
})

test('an introducer that gives no places is not asked for one', () => {
  expect(planned([wanting(10, { offersPlace: false }), wanting(20), wanting(30)], 'reserve')).toEqual([1, 2])
})

test('while one place is being asked for, only the other is', () => {
  expect(planned([ready(10, { place: 'asking' }), wanting(20), wanting(30)], 'reserve')).toEqual([1])
})

test('a place that is held is renewed when it is due, wherever it is', () => {
  expect(planned([held(10, { placeAtMs: NOW }), held(20), held(30, { placeAtMs: NOW })], 'reserve')).toEqual([0, 2])
})

test('the place at one that drains counts for nothing', () => {
  const draining = held(10, { link: 'draining' })
  expect(planned([draining, held(20), wanting(30)], 'reserve')).toEqual([2])
})

test('one that drains is left as soon as there is a place elsewhere, and not before', () => {
  const draining = held(10, { link: 'draining' })
  expect(planned([draining, held(20)], 'leave')).toEqual([0])
  expect(planned([draining, wanting(20)], 'leave')).toEqual([])
  expect(planned([draining], 'leave')).toEqual([])
  expect(planned([{ ...draining, carries: true }, held(20)], 'leave')).toEqual([])
})

test('one that was switched off is left, whatever runs through it', () => {
  expect(planned([held(10, { enabled: false, carries: true })], 'leave')).toEqual([0])
  expect(planned([facts({ link: 'connecting', enabled: false })], 'leave')).toEqual([0])
})

test('everybody who is ready is told where this device is, when that is due', () => {
  const all = [held(10, { registerAtMs: NOW }), held(20, { registerAtMs: null }), held(30), facts()]
  expect(planned(all, 'register')).toEqual([0])
  expect(planned([held(10, { link: 'draining', registerAtMs: NOW })], 'register')).toEqual([])
})

test('when all is quiet, a chosen one that was never measured is connected once, and the farthest then goes', () => {
  const three = [held(10), held(20), ready(30)]
  expect(planned([...three, facts(), facts()], 'connect')).toHaveLength(1)
  expect(planned([...three, facts({ rank: 2 })], 'connect')).toEqual([])
  expect(planned([held(10), held(20), ready(30, { readySinceMs: NOW }), facts()], 'connect')).toEqual([])
  expect(planned([...three, ready(15, { readySinceMs: NOW })], 'leave')).toEqual([2])
  expect(planned([...three, ready(90, { readySinceMs: NOW })], 'leave')).toEqual([3])
})

test('one that holds a place is not left for another that is a little nearer', () => {
  const three = [held(10), held(20), ready(12)]
  expect(planned([...three, ready(16)], 'leave')).toEqual([3])
})

test('it looks again when the next thing is due', () => {
  const all = [held(10, { registerAtMs: NOW + 500 }), facts({ retryAtMs: NOW + 300 }), facts({ retryAtMs: NOW - 5 })]
  expect(planIntroducers(all, NOW).againAtMs).toBe(NOW + 300)
  expect(planIntroducers([], NOW)).toEqual({ steps: [], againAtMs: null })
  expect(planIntroducers([facts({ enabled: false, retryAtMs: NOW + 300 })], NOW).againAtMs).toBeNull()
})

const anyFacts = fc.record({
  rank: fc.constantFrom<Rank>(0, 1, 2),
  enabled: fc.boolean(),
  link: fc.constantFrom('none', 'connecting', 'ready', 'draining'),
  readySinceMs: fc.constantFrom(0, NOW - 1),
  rttMs: fc.option(fc.integer({ min: 1, max: 500 })),
  failures: fc.integer({ min: 0, max: 3 }),
  retryAtMs: fc.constantFrom(0, NOW + 1),
  offersPlace: fc.boolean(),
  place: fc.constantFrom('none', 'asking', 'held', 'refused'),
  placeAtMs: fc.constantFrom(0, NOW + 1, Number.POSITIVE_INFINITY),
  registerAtMs: fc.constantFrom(null, 0, NOW + 1),
  describeAtMs: fc.constantFrom(null, 0, NOW + 1),
  carries: fc.boolean(),
  tie: fc.double({ min: 0, max: 1, noNaN: true }),
})

test('whatever is known, nothing is done twice, and nothing with those that are off', () => {
  fc.assert(
    fc.property(fc.array(anyFacts, { maxLength: 12 }), (list) => {
      const all = list.map((one) => facts(one))
      const { steps, againAtMs } = planIntroducers(all, NOW)
      expect(new Set(steps.map(({ step, peerId }) => step + peerId)).size).toBe(steps.length)
      const of = (peerId: string): IntroducerFacts | undefined => all.find((one) => one.peerId === peerId)
      for (const { step, peerId } of steps) {
        const one = of(peerId)
        if (step === 'connect') expect(one).toMatchObject({ enabled: true, link: 'none' })
        else if (step === 'leave') expect(one?.link).not.toBe('none')
        else expect(one).toMatchObject({ enabled: true, link: 'ready' })
      }
      const connected = steps.filter(({ step }) => step === 'connect')
      expect(connected.length).toBeLessThanOrEqual(3)
      const asked = steps.filter(({ step, peerId }) => step === 'reserve' && of(peerId)?.place !== 'held')
      expect(asked.length).toBeLessThanOrEqual(2)
      expect(againAtMs ?? NOW + 1).toBeGreaterThan(NOW)
    }),
  )
})

test('whatever is connected and holds places, doing what is planned comes to rest', () => {
  fc.assert(
    fc.property(fc.array(anyFacts, { maxLength: 8 }), (list) => {
      let all = list.map((one) => facts({ ...one, registerAtMs: null, describeAtMs: null, placeAtMs: 0 }))
      for (let rounds = 0; rounds < 30; rounds += 1) {
        const { steps } = planIntroducers(all, NOW)
        if (steps.length === 0) return
        all = all.map((one) => steps.filter(({ peerId }) => peerId === one.peerId).reduce(done, one))
      }
      throw new Error('it never came to rest')
    }),
  )
})

function done(one: IntroducerFacts, { step }: Step): IntroducerFacts {
  if (step === 'connect') return { ...one, link: 'ready', readySinceMs: 0, rttMs: one.rttMs ?? 30, place: 'none' }
  if (step === 'leave') return { ...one, link: 'none', place: 'none', retryAtMs: one.link === 'draining' ? NOW + 1 : 0 }
  if (step === 'reserve') return { ...one, place: 'held', placeAtMs: NOW + 1 }
  return one
}
