import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { valueOf } from '../../../src/main/features/consensus/bytes.ts'
import { asWitness, begin, proposed, received, roundEnded } from '../../../src/main/features/consensus/dolev-strong.ts'
import { needsOf, sessionOf, signedBytes, type Saying } from '../../../src/main/features/consensus/session.ts'
import { maskOf } from '../../../src/main/features/consensus/signatures.ts'
import type { Seat, State } from '../../../src/main/features/consensus/state.ts'
import type { Message, Signature, Vote } from '../../../src/main/protocols/consensus/index.ts'
import { factsOf, standInSession, standInSign, standInVerify } from './stand-in.ts'

const block = (words: string): Uint8Array => new Uint8Array(Buffer.from(words))
const session = standInSession(7, 2, 0)

/** A seat that counts how many signatures it looked at. */
function seatOf(me: number | null, role: State['role'] = 'voter') {
  const looked = { times: 0 }
  const seat: Seat = {
    session,
    me,
    verify: (...what) => {
      looked.times++
      return standInVerify(...what)
    },
    sign: (bytes) => standInSign(me ?? 0, bytes),
    judge: () => ({ verdict: 'valid' }),
    valueOf,
  }
  return { seat, looked, state: begin(seat, role) }
}

const signed = (by: number, saying: Saying, words: string): Signature => ({
  by,
  signature: standInSign(by, signedBytes(saying, session.id, valueOf(block(words)))),
})
const vote = (by: number, words: string, place: 1 | 2 = 1): Vote => ({
  ...signed(by, place === 1 ? 'first' : 'second', words),
  place,
})
const value = (words: string, signatures: Vote[]): Message => ({
  kind: 'value',
  session: session.id,
  value: valueOf(block(words)),
  signatures,
  payload: block(words),
})
const bare = (message: Message): Message => ({ ...message, payload: null }) as Message

describe('what is enough', () => {
  test('never is more than all, and two quorums share somebody honest, for every n and t', () => {
    for (let validators = 1; validators <= 64; validators++) {
      for (let faults = 0; faults < validators; faults++) {
        const { firsts, rounds, commits } = needsOf(validators, faults)
        expect(firsts).toBeLessThanOrEqual(validators)
        expect(2 * firsts - validators).toBeGreaterThan(faults)
        expect([rounds, commits]).toEqual([faults + 1, faults + 1])
      }
    }
  })

  test.each([
    ['nobody', { validators: [] }, 0],
    ['a key twice', { validators: [new Uint8Array(32), new Uint8Array(32)] }, 0],
    ['a key of 31 bytes', { validators: [new Uint8Array(31)] }, 0],
    ['65 validators', { validators: Array.from({ length: 65 }, (_none, by) => new Uint8Array(32).fill(by)) }, 0],
    ['a leader outside', { leader: 4 }, 1],
    ['a slot below 0', { slot: -1 }, 1],
    ['all faulty', {}, 4],
    ['a parent that is no block', { parent: new Uint8Array(35) }, 1],
  ])('of a session of %s there is none', (_what, change, faults) => {
    expect(() => sessionOf(factsOf(4, 0, change), faults)).toThrow(RangeError)
  })

  test('makes a session of its own of every fact', () => {
    const ids = [
      {},
      { network: 'another' },
      { leader: 1 },
      { slot: 8 },
      { parent: valueOf(block('another')) },
      { validators: factsOf(4, 0).validators.toReversed() },
    ].map((change) => sessionOf(factsOf(4, 0, change), 1).name)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('before a signature is looked at', () => {
  test.each<[string, Message, number]>([
    ['a signer twice', value('a', [vote(0, 'a'), vote(1, 'a'), vote(1, 'a')]), 20],
    ['a signer out of range', value('a', [vote(0, 'a'), { ...vote(1, 'a'), by: 7 }]), 20],
    ['a list that the leader did not begin', value('a', [vote(1, 'a'), vote(0, 'a')]), 20],
    ['a leader that signs a second', value('a', [vote(0, 'a', 2)]), 20],
    ['another block', { ...value('a', [vote(0, 'a'), vote(1, 'a')]), payload: block('b') } as Message, 25],
    ['no block', bare(value('a', [vote(0, 'a'), vote(1, 'a')])), 0],
    ['too few for the round', value('a', [vote(0, 'a')]), 0],
    ['another session', { ...value('a', [vote(0, 'a'), vote(1, 'a')]), session: new Uint8Array(32) }, 0],
  ])('%s is refused', (_what, message, points) => {
    const { seat, looked, state } = seatOf(3)
    const { verdict, effects } = received(seat, state, message, 2)
    expect(verdict).toMatchObject({ verdict: 'refused', points })
    expect([effects, looked.times]).toEqual([[], 0])
  })

  test('what is known already is passed over', () => {
    const { seat, looked, state } = seatOf(3)
    const message = value('a', [vote(0, 'a'), vote(1, 'a')])
    const first = received(seat, state, message, 2)
    expect([first.verdict.verdict, looked.times]).toEqual(['taken', 2])
    const again = received(seat, first.state, message, 2)
    expect([again.verdict.verdict, again.effects, looked.times]).toEqual(['known', [], 2])
  })

  test('a third value is refused, however well signed', () => {
    const { seat, looked, state } = seatOf(3)
    const one = received(seat, state, value('a', [vote(0, 'a')]), 1).state
    const two = received(seat, one, value('b', [vote(0, 'b')]), 1).state
    const before = looked.times
    const three = received(seat, two, value('c', [vote(0, 'c'), vote(1, 'c')]), 1)
    expect([three.verdict.verdict, three.state, looked.times]).toEqual(['refused', two, before])
  })
})

describe('a voter', () => {
  test('says first of one value, second of the next, and derives who signed from what verified', () => {
    const { seat, state } = seatOf(3)
    const one = received(seat, state, value('a', [vote(0, 'a'), vote(5, 'a')]), 1)
    const two = received(seat, one.state, value('b', [vote(0, 'b')]), 1)
    const saying = [...one.effects, ...two.effects].flatMap((effect) => (effect.effect === 'signed' ? effect.saying : []))
    expect(saying).toEqual(['first', 'second'])
    expect(two.state.pool.map(({ signatures }) => maskOf(signatures))).toEqual([0b101001n, 0b1001n])
  })

  test('writes before it sends, in every step', () => {
    const { seat, state } = seatOf(0)
    const effects = proposed(seat, state, block('a')).effects.map(({ effect }) => effect)
    expect(effects.indexOf('signed')).toBeLessThan(effects.indexOf('send'))
  })

  test('takes more signatures of a value it has, and none of them if one is false', () => {
    const { seat, state } = seatOf(3)
    const one = received(seat, state, value('a', [vote(0, 'a')]), 1).state
    const spoilt = value('a', [vote(0, 'a'), vote(1, 'a'), { ...vote(2, 'a'), signature: new Uint8Array(64) }])
    const refused = received(seat, one, spoilt, 1)
    expect(refused.verdict).toMatchObject({ verdict: 'refused', points: 25 })
    expect(refused.state).toBe(one)
    const more = received(seat, one, bare(value('a', [vote(0, 'a'), vote(1, 'a')])), 1)
    expect(maskOf(more.state.pool[0]?.signatures ?? [])).toBe(0b1011n)
  })

  test('keeps evidence of a second value that came too late to be taken, once', () => {
    const { seat, looked, state } = seatOf(3)
    const one = received(seat, state, value('a', [vote(0, 'a')]), 1).state
    const late = received(seat, one, value('b', [vote(0, 'b')]), 2)
    expect(late.verdict.verdict).toBe('refused')
    expect(late.effects).toMatchObject([{ effect: 'evidence', evidence: { by: 0, saying: 'first' } }])
    const before = looked.times
    expect(received(seat, late.state, value('c', [vote(0, 'c')]), 2).effects).toEqual([])
    expect(looked.times).toBe(before)
  })

  test('has evidence of a validator that commits to two values', () => {
    const { seat, state } = seatOf(3)
    const commit = (words: string): Message => ({
      kind: 'commit',
      session: session.id,
      value: valueOf(block(words)),
      commits: [signed(5, 'commit', words)],
    })
    const one = received(seat, state, value('a', [vote(0, 'a')]), 1).state
    const two = received(seat, one, value('b', [vote(0, 'b')]), 1).state
    const three = received(seat, two, commit('a'), 1).state
    const four = received(seat, three, commit('b'), 1)
    expect(four.effects).toContainEqual(expect.objectContaining({ effect: 'evidence' }))
    expect(four.state.accused).toContain('commit 5')
  })

  test('decides once, however often the last round ends', () => {
    const { seat, state } = seatOf(3)
    const one = received(seat, state, value('a', [vote(0, 'a')]), 1).state
    expect(roundEnded(seat, one, 2).effects).toEqual([])
    const over = roundEnded(seat, one, 3)
    expect(over.state.outcome).toMatchObject({ decision: 'value', by: 'rounds' })
    expect(roundEnded(seat, over.state, 3).effects).toEqual([])
  })
})

describe('a witness', () => {
  test('signs nothing, sends nothing, and decides by a certificate alone', () => {
    for (const { seat, state } of [seatOf(null), seatOf(3, 'witness')]) {
      let now = asWitness(state)
      const sent: string[] = []
      const take = (message: Message, round: number): void => {
        const step = received(seat, now, message, round)
        sent.push(...step.effects.map(({ effect }) => effect).filter((effect) => effect !== 'noted'))
        now = step.state
      }
      take(value('a', [0, 1, 2, 4, 5, 6].map((by) => vote(by, 'a'))), 1)
      now = roundEnded(seat, now, 3).state
      expect([sent, now.outcome]).toEqual([[], null])
      const commits = [1, 2].map((by) => signed(by, 'commit', 'a'))
      take({ kind: 'commit', session: session.id, value: valueOf(block('a')), commits }, 4)
      expect(now.outcome).toBeNull()
      take({ kind: 'commit', session: session.id, value: valueOf(block('a')), commits: [signed(4, 'commit', 'a')] }, 5)
      expect(now.outcome).toMatchObject({ decision: 'value', by: 'certificate', payload: block('a') })
      expect(sent).toEqual(['decided', 'certified'])
    }
  })
})

test('any message is taken or refused, and never looks at more signatures than it holds', () => {
  const words = fc.constantFrom('a', 'b', 'c')
  const by = fc.nat(9)
  const list = fc.array(fc.tuple(by, fc.boolean(), fc.constantFrom<Saying>('first', 'second', 'commit')), { maxLength: 12 })
  const anyMessage = fc.record({ words, list, more: list, kind: fc.constantFrom('value', 'quorum', 'commit'), bare: fc.boolean() })
  const run = fc.check(
    fc.property(fc.array(fc.tuple(anyMessage, fc.integer({ min: 1, max: 5 })), { maxLength: 12 }), (messages) => {
      const { seat, looked, state } = seatOf(3)
      let now = state
      for (const [each, round] of messages) {
        const of = (items: typeof each.list, saying?: Saying): Signature[] =>
          items.map(([signer, isTrue, said]) =>
            isTrue ? signed(signer, saying ?? said, each.words) : { by: signer, signature: new Uint8Array(64) },
          )
        const rest = { session: session.id, value: valueOf(block(each.words)) }
        const payload = each.bare ? null : block(each.words)
        const message: Message =
          each.kind === 'value'
            ? { kind: 'value', ...rest, signatures: of(each.list, 'first').map((one) => ({ ...one, place: 1 })), payload }
            : each.kind === 'quorum'
              ? { kind: 'quorum', ...rest, firsts: of(each.list, 'first'), commits: of(each.more, 'commit'), payload }
              : { kind: 'commit', ...rest, commits: of(each.list, 'commit') }
        const before = looked.times
        now = received(seat, now, message, round).state
        expect(looked.times - before).toBeLessThanOrEqual(14)
        expect(now.pool.length).toBeLessThanOrEqual(2)
        expect(now.commits.length).toBeLessThanOrEqual(3 * 7)
      }
    }),
    { numRuns: 2_000 },
  )
  expect(run.failed ? fc.defaultReportMessage(run) : '').toBe('')
})
