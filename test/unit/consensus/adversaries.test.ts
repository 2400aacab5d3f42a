import { beforeEach, describe, expect, test } from 'vitest'
import {
  checkCertificate,
  checkEvidence,
  maskOf,
  sessionOf,
  type Evidence,
  type Slot,
} from '../../../src/main/features/consensus/index.ts'
import { Assembly, LINK_MS, ROUND_MS } from './assembly.ts'

const block = (words: string): Uint8Array => new Uint8Array(Buffer.from(words))

const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value)

/** Evidence of the leader's at each engine, which must all prove the same. */
function evidenceOf(assembly: Assembly): (Evidence | undefined)[] {
  return assembly.engines.map((member) => assembly.eventsOf(member, 'evidence')[0]?.evidence)
}

let four: Assembly
let slot: Slot

describe('four validators, one of them false', () => {
  test('with nobody false decide within two delays, and each has a certificate that others can check', async () => {
    four = await Assembly.of(4)
    slot = four.slot(0, 1)
    four.observe(slot)
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    expect(four.decided()).toEqual(['a block', 'a block', 'a block', 'a block'])
    for (const member of four.members) {
      const [decided] = four.eventsOf(member, 'decided')
      expect(decided).toMatchObject({ outcome: { by: 'quorum' } })
      expect(decided?.offsetMs).toBeLessThanOrEqual(2 * LINK_MS)
      const [certified] = four.eventsOf(member, 'certified')
      expect(certified?.standing).toBe('agrees')
      const certificate = certified?.certificate ?? { value: new Uint8Array(), commits: [] }
      const checked = checkCertificate(certificate, sessionOf(slot.facts, 1), four.verify)
      expect(checked).toMatchObject({ verdict: 'valid', signers: maskOf(certificate.commits) })
      // Nobody else's session: another slot, another parent, another network.
      for (const change of [{ slot: 8 }, { network: 'another' }, { leader: 1 }]) {
        const other = sessionOf(four.facts(0, change), 1)
        expect(checkCertificate(certificate, other, four.verify).verdict).toBe('refused')
      }
    }
    expect(four.charges()).toEqual([])
  })

  test('a silent leader: all decide nothing after t + 1 rounds, and not before', async () => {
    four = await Assembly.of(4, [0])
    slot = four.slot(0, 1)
    four.observe(slot)
    await four.clock.advance(slot.startMs - four.clock.nowMs() + 2 * ROUND_MS - 1)
    expect(four.decided()).toEqual([null, null, null])
    await four.clock.advance(1)
    expect(four.outcomes()).toEqual(times(3, { decision: 'nothing', why: 'no value came' }))
  })

  test('a leader that signs two blocks to two halves: nothing everywhere, and everybody can prove it', async () => {
    four = await Assembly.of(5, [0])
    slot = four.slot(0, 1)
    four.observe(slot)
    await four.clock.advance(ROUND_MS / 2)
    await four.say(0, [1, 2], four.value(slot, 'one block', [0]), 0)
    await four.say(0, [3, 4], four.value(slot, 'another', [0]), 0)
    await four.play(slot)
    expect(four.outcomes()).toEqual(times(4, { decision: 'nothing', why: 'the leader signed two values' }))
    const evidence = evidenceOf(four)
    expect(new Set(evidence.map((one) => Buffer.from(one?.values[0] ?? []).toString('hex'))).size).toBe(1)
    for (const one of evidence) {
      expect(one?.by).toBe(0)
      expect(one && checkEvidence(one, four.verify)).toMatchObject({
        verdict: 'proven',
        why: 'validator 1 proposed two blocks in slot 7',
      })
      // It proves nothing of anybody else, of another slot, or of one block twice.
      if (one === undefined) continue
      const { values, signatures, facts } = one
      for (const change of [
        { by: 1 },
        { by: 9 },
        { facts: { ...facts, slot: 8 } },
        { saying: 'commit' as const },
        { values: [values[0], values[0]] as const, signatures: [signatures[0], signatures[0]] as const },
        { values: [values[1], values[0]] as const, signatures: [signatures[1], signatures[0]] as const },
      ]) {
        expect(checkEvidence({ ...one, ...change }, four.verify).verdict).toBe('refused')
      }
    }
    expect(four.charges()).toEqual([])
  })

  test('a leader that signs two blocks, one of them to so many that it has a quorum: that one everywhere', async () => {
    four = await Assembly.of(4, [0])
    slot = four.slot(0, 1)
    four.observe(slot)
    await four.clock.advance(ROUND_MS / 2)
    await four.say(0, [1], four.value(slot, 'one block', [0]), 0)
    await four.say(0, [2, 3], four.value(slot, 'another', [0]), 0)
    await four.play(slot)
    expect(four.decided()).toEqual(['another', 'another', 'another'])
    for (const one of evidenceOf(four)) expect(one && checkEvidence(one, four.verify).verdict).toBe('proven')
  })

  describe('where validator 3 lies', () => {
    beforeEach(async () => {
      four = await Assembly.of(4, [3])
      slot = four.slot(0, 1)
      four.observe(slot)
      four.members[0]?.engine?.propose(slot, block('a block'))
    })

    const unharmed = async (): Promise<void> => {
      await four.play(slot)
      expect(four.decided()).toEqual(['a block', 'a block', 'a block'])
    }

    test('about who signed: a mask that claims all is nothing, and signatures nobody made are charged', async () => {
      await four.clock.advance(ROUND_MS / 2)
      const claimed = four.value(slot, 'a lie', [3])
      const forged = [0, 1, 2].map((by) => ({ by, place: 1, signature: new Uint8Array(64).fill(7) }))
      await four.say(3, [1, 2], { ...claimed, signatures: forged, mask: 15 } as never)
      await unharmed()
      expect(four.charges()).toEqual(
        times(2, { of: 3, why: 'consensus: the signature of validator 0 does not hold', points: 25 }),
      )
    })

    test('by naming a signer twice', async () => {
      await four.clock.advance(ROUND_MS / 2)
      const claimed = four.value(slot, 'a lie', [0, 3, 3])
      await four.say(3, [1], claimed)
      await unharmed()
      expect(four.charges()).toEqual([
        { of: 3, why: 'consensus: not a list of signers: validator 3 twice', points: 20 },
      ])
    })

    test('with a list that the leader did not begin', async () => {
      await four.clock.advance(ROUND_MS / 2)
      await four.say(3, [1], four.value(slot, 'a lie', [3]))
      await unharmed()
      expect(four.charges()).toEqual([
        { of: 3, why: 'consensus: not a list of signers: not begun by the leader', points: 20 },
      ])
    })

    test('with a key outside the roster', async () => {
      await four.clock.advance(ROUND_MS / 2)
      const claimed = four.value(slot, 'a lie', [0, 3])
      const [first] = claimed.kind === 'value' ? claimed.signatures : []
      if (first === undefined) throw new Error('no signature')
      await four.say(3, [1], { ...claimed, signatures: [first, { ...first, by: 4 }] } as never)
      await unharmed()
      expect(four.charges()).toEqual([
        { of: 3, why: 'consensus: not a list of signers: validator 4 of 4', points: 20 },
      ])
    })

    test('with the signatures of another slot and of another network', async () => {
      await four.clock.advance(ROUND_MS / 2)
      const { id } = sessionOf(slot.facts, 1)
      for (const change of [{ slot: 6 }, { network: 'another' }]) {
        const elsewhere = { ...slot, facts: four.facts(0, change) }
        await four.say(3, [1], { ...four.value(elsewhere, 'an old block', [0]), session: id })
      }
      await unharmed()
      expect(four.charges()).toEqual(
        times(2, { of: 3, why: 'consensus: the signature of validator 0 does not hold', points: 25 }),
      )
    })

    test('with another block than was signed', async () => {
      four.linkMs = (from) => (from === 0 ? 5 * LINK_MS : LINK_MS)
      await four.clock.advance(ROUND_MS / 2)
      const honest = four.value(slot, 'a block', [0])
      await four.say(3, [2], { ...honest, payload: block('swapped') } as never)
      await unharmed()
      expect(four.charges()).toEqual([{ of: 3, why: 'consensus: another block than signed', points: 25 }])
    })

    test('with a quorum that is none, and commits of others', async () => {
      await four.clock.advance(ROUND_MS / 2)
      const { id } = sessionOf(slot.facts, 1)
      const { value } = four.value(slot, 'a lie', [0])
      const forged = [0, 1, 2].map((by) => ({ by, signature: new Uint8Array(64).fill(7) }))
      await four.say(3, [1], {
        kind: 'quorum',
        session: id,
        value,
        firsts: forged,
        commits: [],
        payload: block('a lie'),
      })
      await four.say(3, [1], { kind: 'commit', session: id, value, commits: forged })
      await unharmed()
      expect(four.charges().map(({ why }) => why)).toEqual([
        'consensus: the signature of validator 0 does not hold',
        'consensus: the commit of validator 0 does not hold',
      ])
    })
  })

  test('a message that comes late changes nothing, and nobody is charged for what a slow link does', async () => {
    four = await Assembly.of(4, [0])
    slot = four.slot(0, 1)
    four.observe(slot)
    await four.clock.advance(ROUND_MS / 2 + ROUND_MS + LINK_MS)
    // One signature is enough in the first round alone.
    await four.say(0, [1, 2, 3], four.value(slot, 'late', [0]))
    await four.play(slot)
    expect(four.decided()).toEqual(['nothing', 'nothing', 'nothing'])
    await four.say(0, [1, 2, 3], four.value(slot, 'later', [0]))
    expect(four.charges()).toEqual([])
  })

  test('somebody who is no validator is not listened to', async () => {
    four = await Assembly.of(4, [0, 4], 1)
    slot = four.slot(0, 1)
    four.observe(slot)
    await four.clock.advance(ROUND_MS / 2)
    await four.say(4, [1], four.value(slot, 'a block', [0]))
    await four.play(slot)
    expect(four.decided()).toEqual(['nothing', 'nothing', 'nothing'])
    expect(four.charges()).toEqual([{ of: 4, why: 'consensus: no validator of this slot', points: 5 }])
  })

  test('a block that does not stand is decided by nobody, though its leader is quick', async () => {
    four = await Assembly.of(4)
    slot = four.slot(0, 1, { judge: () => ({ verdict: 'invalid', why: 'a name twice' }) })
    four.observe(slot)
    four.members[0]?.engine?.propose(slot, block('a block'))
    await four.play(slot)
    expect(four.outcomes()).toEqual(
      times(4, { decision: 'nothing', why: 'the block does not stand: a name twice' }),
    )
  })
})

describe('seven validators, two of them false', () => {
  test('who release a second value in the last round: it is late, and the first is decided', async () => {
    const seven = await Assembly.of(7, [0, 1])
    slot = seven.slot(0, 2)
    seven.observe(slot)
    await seven.clock.advance(ROUND_MS / 2)
    await seven.say(0, [2, 3, 4, 5, 6], seven.value(slot, 'one block', [0]))
    await seven.clock.advance(2 * ROUND_MS)
    // Two signatures, in the third round of three.
    await seven.say(1, [2], seven.value(slot, 'another', [0, 1]))
    await seven.play(slot)
    expect(seven.decided()).toEqual(times(5, 'one block'))
    // Who saw both can prove it.
    expect(seven.eventsOf(seven.members[2], 'evidence')).toHaveLength(1)
  })

  test('who release it in the last moment of the round before, to one: all have it in time, and decide nothing', async () => {
    const seven = await Assembly.of(7, [0, 1])
    slot = seven.slot(0, 2)
    seven.observe(slot)
    await seven.clock.advance(ROUND_MS / 2)
    // Links as slow as they may be, and a first value told to one alone: its quorum comes when it no longer counts.
    seven.linkMs = (from) => (from < 2 ? LINK_MS : ROUND_MS - 1)
    await seven.say(0, [2], seven.value(slot, 'one block', [0]))
    await seven.clock.advance(2 * ROUND_MS - 3 * LINK_MS)
    await seven.say(1, [3], seven.value(slot, 'another', [0, 1]))
    await seven.play(slot)
    expect(seven.decided()).toEqual(times(5, 'nothing'))
    for (const one of evidenceOf(seven)) expect(one && checkEvidence(one, seven.verify).verdict).toBe('proven')
  })
})
