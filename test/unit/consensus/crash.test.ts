import { describe, expect, test } from 'vitest'
import {
  createSignedStore,
  sessionOf,
  valueOf,
  type ConsensusEvent,
} from '../../../src/main/features/consensus/index.ts'
import { Runner } from '../../../src/main/features/consensus/runner.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { Assembly, LINK_MS, ROUND_MS } from './assembly.ts'

const block = (words: string): Uint8Array => new Uint8Array(Buffer.from(words))

/** What a member's signatures say of a session, over all its lives, as everybody else saw them. */
function signedBy(assembly: Assembly, by: number): string[] {
  const seen = assembly.members.flatMap((member) => assembly.eventsOf(member, 'signed'))
  return [...new Set(seen.filter((one) => one.by === by).map((one) => `${one.saying} ${Buffer.from(one.value).toString('hex')}`))]
}

describe('a validator that crashes and returns', () => {
  // Before the slot, between every two things that happen in it, and in each round.
  const moments = [-LINK_MS, 1, LINK_MS + 1, 2 * LINK_MS + 1, ROUND_MS / 2, ROUND_MS + 1, 2 * ROUND_MS - 1]

  test.each(moments.flatMap((at) => [0, 1].map((who) => [at, who] as const)))(
    '%i ms into the slot, validator %i: nothing is signed twice, and all decide the same',
    async (at, who) => {
      const four = await Assembly.of(4)
      const slot = four.slot(0, 1)
      four.observe(slot)
      four.members[0]?.engine?.propose(slot, block('a block'))
      await four.clock.advance(ROUND_MS / 2 + at)
      const member = four.members[who]
      if (member === undefined) throw new Error('nobody')
      four.crash(member)
      await four.clock.advance(LINK_MS)
      await four.boot(member)
      // It has forgotten everything but what is written, and would propose something else.
      if (who === 0) member.engine?.propose(slot, block('another block'))
      else member.engine?.observe(slot)
      await four.play(slot)
      const [, second, third, fourth] = four.decided()
      expect(new Set([who === 1 ? third : second, third, fourth]).size).toBe(1)
      // What it knows at last is that, perhaps by its CID alone, or nothing at all.
      const cid = Buffer.from(valueOf(block(third ?? ''))).toString('hex')
      expect([third, cid, null]).toContain(four.decided()[who])
      expect(signedBy(four, who).filter((one) => one.startsWith('first')).length).toBeLessThanOrEqual(1)
      expect(four.members.flatMap((one) => four.eventsOf(one, 'evidence'))).toEqual([])
      expect(four.charges()).toEqual([])
    },
  )

  test('learns from the certificate what the others decided', async () => {
    const four = await Assembly.of(4)
    const slot = four.slot(0, 1)
    four.observe(slot)
    four.members[0]?.engine?.propose(slot, block('a block'))
    // It comes back before the others have told anything.
    four.linkMs = () => 200
    await four.clock.advance(ROUND_MS / 2 + 1)
    const member = four.members[3]
    if (member === undefined) throw new Error('nobody')
    four.crash(member)
    await four.boot(member)
    member.engine?.observe(slot)
    expect(four.eventsOf(member, 'abstained')).toMatchObject([{ why: 'this node was not up a round before the slot began' }])
    await four.play(slot)
    expect(four.decided()).toEqual(['a block', 'a block', 'a block', 'a block'])
    expect(four.eventsOf(member, 'decided')).toMatchObject([{ outcome: { by: 'certificate' } }])
    expect(signedBy(four, 3)).toEqual([])
  })

  test('with its clock set back signs nothing again in a slot that it has signed in', async () => {
    const four = await Assembly.of(4)
    const slot = four.slot(0, 1)
    four.observe(slot)
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    const leader = four.members[0]
    if (leader === undefined) throw new Error('nobody')
    four.crash(leader)
    four.clock.jump(-10 * ROUND_MS)
    await four.boot(leader)
    await four.clock.advance(2 * ROUND_MS)
    expect(leader.engine?.propose(slot, block('another'))).toEqual({ verdict: 'refused', why: 'a witness of this slot' })
    expect(four.eventsOf(leader, 'abstained')).toMatchObject([{ why: 'something is signed in this session, from before' }])
  })

  test('whose disk is full signs nothing, and the others decide without it', async () => {
    const four = await Assembly.of(4)
    const slot = four.slot(0, 1)
    four.observe(slot)
    const member = four.members[2]
    member?.database.prepare('DROP TABLE consensus_signed').run()
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    expect(four.eventsOf(member, 'abstained')).toMatchObject([{ why: expect.stringContaining('could not be written') }])
    expect(signedBy(four, 2)).toEqual([])
    expect(four.decided()).toEqual(['a block', 'a block', 'a block', 'a block'])
  })
})

describe('a machine that stood still', () => {
  /** A hand that moves without a timer having run, as it does where a machine slept. */
  class SleepyClock extends FakeClock {
    sleptMs = 0
    override monotonicMs(): number {
      return super.monotonicMs() + this.sleptMs
    }
  }

  test.each([
    [0.4 * ROUND_MS, null, 'nothing'],
    [0.6 * ROUND_MS, 'this machine stood still for 600 ms', null],
  ])('for %i ms over the end of a round', async (sleptMs, why, decision) => {
    const four = await Assembly.of(4)
    const [clock, events] = [new SleepyClock(), new Array<ConsensusEvent>()]
    const [sign, verify] = [() => new Uint8Array(64), four.verify]
    const runner = new Runner({
      seat: { session: sessionOf(four.facts(0), 1), me: 1, verify, sign, judge: () => ({ verdict: 'valid' }), valueOf },
      slot: { startMs: clock.nowMs(), roundMs: ROUND_MS },
      clock,
      store: createSignedStore(openMemoryDatabase()),
      bar: null,
      send: () => {},
      tell: (event) => events.push(event),
      done: () => {},
    })
    await clock.advance(ROUND_MS - 1)
    clock.sleptMs = sleptMs
    await clock.advance(2 * ROUND_MS)
    runner.close()
    const abstained = events.find((event) => event.event === 'abstained')
    const decided = events.find((event) => event.event === 'decided')
    expect([abstained?.why ?? null, decided?.outcome.decision ?? null]).toEqual([why, decision])
  })
})

describe('what is written', () => {
  const store = () => createSignedStore(openMemoryDatabase())
  const [one, other] = [valueOf(block('one')), valueOf(block('other'))]

  const session = async (slot: number, network = 'a-network') => {
    const assembly = await Assembly.of(4)
    return sessionOf(assembly.facts(0, { slot, network }), 1)
  }

  test('is one row for a session, and the same may be written again', async () => {
    const [signed, seven] = [store(), await session(7)]
    expect(signed.bar(seven)).toBeNull()
    expect(signed.keep(seven, [{ saying: 'first', value: one }])).toEqual({ verdict: 'kept' })
    expect(signed.bar(seven)).toBe('something is signed in this session, from before')
    expect(signed.keep(seven, [{ saying: 'first', value: one }])).toEqual({ verdict: 'kept' })
    expect(signed.keep(seven, [{ saying: 'second', value: other }])).toEqual({ verdict: 'kept' })
  })

  test('is never another value, nor half of what was asked', async () => {
    const [signed, seven] = [store(), await session(7)]
    signed.keep(seven, [{ saying: 'first', value: one }])
    const both = [{ saying: 'commit', value: other } as const, { saying: 'first', value: other } as const]
    expect(signed.keep(seven, both)).toEqual({ verdict: 'refused', why: 'another value is signed as first' })
    expect(signed.keep(seven, [{ saying: 'commit', value: one }])).toEqual({ verdict: 'kept' })
  })

  test('of old slots goes, and nothing can be signed in them again', async () => {
    const signed = store()
    const [six, seven, elsewhere] = [await session(6), await session(7), await session(6, 'another')]
    for (const each of [six, seven, elsewhere]) signed.keep(each, [{ saying: 'first', value: one }])
    signed.forget('a-network', 7)
    signed.forget('a-network', 3)
    expect(signed.bar(six)).toBe('what was signed in this slot is forgotten')
    expect(signed.keep(six, [{ saying: 'first', value: one }]).verdict).toBe('refused')
    expect(signed.bar(seven)).toBe('something is signed in this session, from before')
    expect(signed.bar(elsewhere)).toBe('something is signed in this session, from before')
  })
})
