import { describe, expect, test } from 'vitest'
import { measured, mayLead, withDelay, type Delay } from '../../../src/main/features/consensus/delays.ts'
import { Early } from '../../../src/main/features/consensus/early.ts'
import { roundAt } from '../../../src/main/features/consensus/rounds.ts'
import type { Frame } from '../../../src/main/protocols/consensus/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { Assembly, LINK_MS, ROUND_MS } from './assembly.ts'

const peer = (letter: string): PeerId => PeerId.parse(`12D3KooW${letter.repeat(44)}`)
const [al, bea, cy] = [peer('A'), peer('B'), peer('C')]
const block = (words: string): Uint8Array => new Uint8Array(Buffer.from(words))

describe('a moment', () => {
  test.each([
    [-500, 1],
    [0, 1],
    [999, 1],
    [1_000, 2],
    [1_999.9, 2],
    [2_000, 3],
  ])('%f ms into the slot is in round %i', (offsetMs, round) => {
    expect(roundAt(offsetMs, 1_000)).toBe(round)
  })
})

describe('what is measured of a validator', () => {
  const delay = (by: PeerId, way: Delay['way'], lateMs: number, atMs = 0): Delay => ({ by, way, lateMs, atMs })
  const of = (...delays: Delay[]) => measured(delays, 0)

  test('is the worse of both ways', () => {
    expect(of(delay(al, 'in', 40), delay(al, 'out', 90), delay(bea, 'in', 70))).toEqual([
      { by: al, worstMs: 90 },
      { by: bea, worstMs: 70 },
    ])
  })

  test('where its messages come before they were sent: how far our clock is behind, which ours are late by there', () => {
    expect(of(delay(al, 'in', -300))).toEqual([{ by: al, worstMs: 300 }])
    expect(of(delay(al, 'in', -300), delay(al, 'out', 340))).toEqual([{ by: al, worstMs: 340 }])
  })

  test('is not one pause among many messages, and is it where it happens often', () => {
    const steady = Array.from({ length: 39 }, () => delay(al, 'in', 20))
    expect(of(...steady, delay(al, 'in', 5_000))).toEqual([{ by: al, worstMs: 20 }])
    const often = [1, 2, 3].map(() => delay(al, 'in', 5_000))
    expect(of(...steady, ...often)).toEqual([{ by: al, worstMs: 5_000 }])
  })

  test('is of the last ten minutes and the last 64 messages', () => {
    let delays: readonly Delay[] = []
    for (let index = 0; index < 100; index++) delays = withDelay(delays, delay(al, 'in', index, index))
    delays = withDelay(delays, delay(bea, 'in', 1, 100))
    expect(delays.filter(({ by }) => by === al)).toHaveLength(64)
    delays = withDelay(delays, delay(bea, 'in', 2, 10 * MINUTE + 200))
    expect(delays).toHaveLength(1)
    expect(measured(delays, 20 * MINUTE + 200)).toEqual([])
  })
})

describe('whether to lead', () => {
  const figures = [
    { by: al, worstMs: 5_000 },
    { by: bea, worstMs: 90 },
    { by: cy, worstMs: 20 },
  ]

  test('goes by all but the t worst, who may lie', () => {
    expect(mayLead(figures, { roundMs: 100, faults: 1, lateMs: 0 })).toMatchObject({ verdict: 'lead', worstMs: 90 })
    expect(mayLead(figures, { roundMs: 100, faults: 0, lateMs: 0 })).toEqual({
      verdict: 'stay-silent',
      why: 'messages take 5000 ms, difference of clocks included, and a round is 100 ms',
      worstMs: 5_000,
    })
  })

  test('counts in how late it is', () => {
    expect(mayLead(figures, { roundMs: 100, faults: 1, lateMs: 9 }).verdict).toBe('lead')
    expect(mayLead(figures, { roundMs: 100, faults: 1, lateMs: 10 }).verdict).toBe('stay-silent')
    expect(mayLead([], { roundMs: 100, faults: 1, lateMs: 100 }).verdict).toBe('stay-silent')
  })

  test('is yes where nobody was measured', () => {
    expect(mayLead([], { roundMs: 100, faults: 1, lateMs: 0 })).toMatchObject({ verdict: 'lead', worstMs: null })
  })
})

describe('a leader', () => {
  test('whose messages took longer than a round stays silent the next time, and says so', async () => {
    const four = await Assembly.of(4)
    four.linkMs = () => 1.2 * ROUND_MS
    const slot = four.slot(0, 1)
    four.observe(slot)
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    await four.clock.advance(4 * ROUND_MS)
    const next = four.slot(0, 1, { facts: four.facts(0, { slot: 8 }) })
    four.observe(next)
    four.members[0]?.engine?.propose(next, block('a block'))
    await four.play(next)
    expect(four.members[0]?.engine?.timing(next).leading.verdict).toBe('stay-silent')
    expect(four.eventsOf(four.members[0], 'abstained')).toMatchObject([
      { slot: 8, why: 'messages take 1200 ms, difference of clocks included, and a round is 1000 ms' },
    ])
  })

  test('knows how late its messages come, by the others, and theirs, by itself', async () => {
    const four = await Assembly.of(4)
    const slot = four.slot(0, 1)
    four.observe(slot)
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    const { figures, leading } = four.members[0]?.engine?.timing(slot) ?? { figures: [], leading: null }
    expect(figures.map(({ worstMs }) => worstMs)).toEqual([LINK_MS, LINK_MS, LINK_MS])
    expect(leading?.verdict).toBe('lead')
  })

  test('knows of delay before any block was proposed', async () => {
    const four = await Assembly.of(4)
    const [first, second] = [0, 1].map((number) => four.slot(0, 1, { facts: four.facts(0, { slot: 7 + number }) }))
    if (first === undefined || second === undefined) throw new Error('two slots')
    four.observe(first)
    await four.play(first)
    await four.clock.advance(6 * SECOND)
    four.observe({ ...second, startMs: four.clock.nowMs() + ROUND_MS })
    await four.clock.advance(10 * LINK_MS)
    const { figures } = four.members[0]?.engine?.timing(first) ?? { figures: [] }
    expect(figures.map(({ worstMs }) => worstMs)).toEqual([LINK_MS, LINK_MS, LINK_MS])
    expect(four.decided()).toEqual(['nothing', 'nothing', 'nothing', 'nothing'])
  })

  test('that is not the slot\'s proposes nothing', async () => {
    const four = await Assembly.of(4)
    const slot = four.slot(0, 1)
    four.observe(slot)
    four.members[1]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    expect(four.decided()).toEqual(['nothing', 'nothing', 'nothing', 'nothing'])
    expect(four.eventsOf(four.members[1], 'abstained')).toMatchObject([{ why: 'another validator leads this slot' }])
  })

  test('proposes no block that no frame could carry', async () => {
    const four = await Assembly.of(1)
    const slot = four.slot(0, 0)
    expect(four.members[0]?.engine?.propose(slot, new Uint8Array()).verdict).toBe('refused')
    expect(four.members[0]?.engine?.propose(slot, new Uint8Array(600_000)).verdict).toBe('refused')
  })
})

describe('clocks that are apart', () => {
  test('by less than a round are borne, and measured at both ends', async () => {
    const four = await Assembly.of(4)
    const skews = [0, 300, -300, 100]
    for (const [by, skewMs] of skews.entries()) four.skewsMs.set(by, skewMs)
    const slot = four.slot(0, 1)
    four.observe(slot)
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    await four.clock.advance(ROUND_MS)
    expect(four.decided()).toEqual(['a block', 'a block', 'a block', 'a block'])
    expect(four.charges()).toEqual([])
    // The leader hears of it from those whose clock is ahead, and sees it of those whose clock is behind.
    const figures = four.members[0]?.engine?.timing(slot).figures ?? []
    const worst = new Map(figures.map(({ by, worstMs }) => [four.members.findIndex(({ peerId }) => peerId === by), worstMs]))
    expect([1, 2, 3].map((by) => worst.get(by))).toEqual([300 + LINK_MS, 300 + LINK_MS, 100 + LINK_MS])
  })

  test('by more than a round keep a leader silent from then on', async () => {
    const four = await Assembly.of(4)
    for (const [by, skewMs] of [0, 1_500, 1_500, 1_500].entries()) four.skewsMs.set(by, skewMs)
    const slot = four.slot(0, 1, { startMs: four.clock.nowMs() + 3 * ROUND_MS })
    four.observe(slot)
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    expect(four.members[0]?.engine?.timing(slot).leading.verdict).toBe('stay-silent')
    // What it sent was late for them, so they have nothing; that it alone has something is the model broken, and seen.
    expect(four.decided().slice(1)).toEqual(['nothing', 'nothing', 'nothing'])
  })
})

describe('links of different lengths, one of them broken', () => {
  test('four with one unreachable decide within two of the longest delays', async () => {
    const four = await Assembly.of(4, [3])
    four.linkMs = (from, to) => 10 * (1 + from + to)
    const slot = four.slot(0, 1)
    four.observe(slot)
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    expect(four.decided()).toEqual(['a block', 'a block', 'a block'])
    for (const { events } of four.engines) {
      const decided = events.find((event) => event.event === 'decided')
      expect(decided?.offsetMs).toBeLessThanOrEqual(80)
    }
  })
})

describe('a network of one validator', () => {
  test('decides by itself, at once, with a certificate', async () => {
    const alone = await Assembly.of(1)
    const slot = alone.slot(0, 0)
    alone.members[0]?.engine?.propose(slot, block('a block'))
    await alone.play(slot)
    expect(alone.decided()).toEqual(['a block'])
    expect(alone.eventsOf(alone.members[0], 'decided')).toMatchObject([{ offsetMs: 0, outcome: { by: 'quorum' } }])
    expect(alone.eventsOf(alone.members[0], 'certified')).toHaveLength(1)
  })

  test('decides nothing where it proposed nothing', async () => {
    const alone = await Assembly.of(1)
    const slot = alone.slot(0, 0)
    alone.observe(slot)
    await alone.play(slot)
    expect(alone.decided()).toEqual(['nothing'])
  })
})

describe('two and three validators', () => {
  test.each([
    [2, 0],
    [2, 1],
    [3, 1],
    [3, 2],
  ])('%i, of which %i may be false', async (validators, faults) => {
    const few = await Assembly.of(validators)
    const slot = few.slot(1, faults)
    few.observe(slot)
    few.members[1]?.engine?.propose(slot, block('a block'))
    await few.play(slot)
    expect(few.decided()).toEqual(Array.from({ length: validators }, () => 'a block'))
    for (const member of few.members) expect(few.eventsOf(member, 'certified')).toHaveLength(1)
  })
})

describe('what comes before its session is open', () => {
  test('is dealt with when it opens, and a validator that is a little behind still votes', async () => {
    const four = await Assembly.of(4)
    const slot = four.slot(0, 1)
    for (const { engine } of four.members.slice(0, 3)) engine?.observe({ ...slot, startMs: slot.startMs })
    // The fourth was busy: it opens the slot when the value has come, and knows the roster from the slot before.
    const before = { ...slot, facts: four.facts(0, { slot: 6 }), startMs: four.clock.nowMs() - 3 * ROUND_MS }
    four.members[3]?.engine?.observe(before)
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.clock.advance(ROUND_MS / 2 + 2 * LINK_MS)
    expect(four.members[3]?.engine?.observe(slot)).toEqual({ verdict: 'taken', why: 'a voter in this slot' })
    await four.play(slot)
    expect(four.decided()).toEqual(['a block', 'a block', 'a block', 'a block'])
  })

  test('is little of each, the newest, and not for long', () => {
    const early = new Early()
    const frame = (size: number): Frame => ({
      sentMs: size,
      message: {
        kind: 'value',
        session: new Uint8Array(32),
        value: new Uint8Array(36),
        signatures: [],
        payload: new Uint8Array(size),
      },
    })
    for (const size of [1, 2, 3]) early.hold(al, 'a', frame(size), 0)
    early.hold(bea, 'a', frame(500_000), 0)
    early.hold(bea, 'a', frame(500_001), 0)
    early.hold(cy, 'b', frame(9), 0)
    const sizes = early.take('a').map(({ message }) => (message.kind === 'commit' ? 0 : message.payload?.byteLength))
    expect(sizes).toEqual([2, 3, 500_001])
    expect(early.take('a')).toEqual([])
    early.hold(al, 'c', frame(1), 31 * SECOND)
    expect(early.take('b')).toEqual([])
  })
})
