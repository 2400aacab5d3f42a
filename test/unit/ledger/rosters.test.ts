import { expect, test } from 'vitest'
import { type Entry, rosterMessage } from '../../../src/main/features/ledger/entry.ts'
import { decodeGenesis, encodeGenesis } from '../../../src/main/features/ledger/genesis.ts'
import { checkEntry } from '../../../src/main/features/ledger/validator.ts'
import { signBytes } from '../../../src/main/platform/signatures.ts'
import { person, Town, townGenesis } from './town.ts'

const bob = person('bob')

function judged(town: Town, entry: Entry): string {
  const verdict = checkEntry(entry, town.state, town.at, town.context)
  return verdict.outcome === 'valid' ? 'valid' : `${verdict.outcome} ${verdict.code}`
}

test('a roster is changed by more than half of the present one, and by validators alone', () => {
  const labels = ['leader', 'v2', 'v3', 'v4']
  const town = new Town(townGenesis({}, labels, 1))
  const next = { validators: labels.slice(0, 3).map((label) => ({ key: person(label).account, label })), faults: 1 }
  const handOver = (signers: readonly string[], seq = 1): Entry => {
    const message = rosterMessage(town.context.network, seq, next)
    const approvals = signers.map((label) => ({
      validator: person(label).account,
      signature: signBytes(message, person(label).key.raw),
    }))
    return town.entry(bob, { kind: 'validators', seq, ...next, approvals })
  }
  expect(judged(town, handOver(['leader', 'v2']))).toBe('refused validators')
  expect(judged(town, handOver(['leader', 'v2', 'eve']))).toBe('refused validators')
  expect(judged(town, handOver(['leader', 'v2', 'v2']))).toBe('refused validators')
  expect(judged(town, handOver(['leader', 'v2', 'v3'], 2))).toBe('refused validators')
  const entry = handOver(['leader', 'v2', 'v4'])
  town.grow([entry])
  expect(town.state.roster.validators.map(({ label }) => label)).toEqual(['leader', 'v2', 'v3'])
  expect(judged(town, handOver(['leader', 'v2', 'v3']))).toBe('refused validators')
})

test('a roster whose faulty ones could keep a block from being certified, or whose rounds are too long, is refused', () => {
  const labels = ['leader', 'v2', 'v3', 'v4', 'v5']
  const roster = (count: number, faults: number) => ({
    validators: labels.slice(0, count).map((label) => ({ key: person(label).account, label })),
    faults,
  })
  const handOver = (town: Town, to: ReturnType<typeof roster>): Entry => {
    const message = rosterMessage(town.context.network, 1, to)
    const approvals = ['leader', 'v2', 'v3'].map((label) => ({
      validator: person(label).account,
      signature: signBytes(message, person(label).key.raw),
    }))
    return town.entry(bob, { kind: 'validators', seq: 1, ...to, approvals })
  }
  // Slots of 2 s and rounds of 500 ms: four rounds fit, which is two faulty ones.
  const town = new Town(townGenesis({}, labels, 2))
  expect(judged(town, handOver(town, roster(5, 2)))).toBe('valid')
  expect(() => handOver(town, roster(4, 2))).toThrow('of 4 validators 2 may not be faulty: that takes 5')
  const slow = new Town({ ...town.genesis, faults: 1, roundMs: 600 })
  expect(checkEntry(handOver(slow, roster(5, 2)), slow.state, slow.at, slow.context)).toMatchObject({
    code: 'validators',
    why: '4 rounds take 2400 ms and do not fit into a slot of 2000 ms',
  })
  const genesis = (change: object) => () => decodeGenesis(encodeGenesis({ ...town.genesis, ...change }))
  expect(genesis({})().faults).toBe(2)
  expect(genesis({ faults: 3 })).toThrow('of 5 validators 3 may not be faulty: that takes 7')
  expect(genesis({ validators: town.genesis.validators.slice(0, 4) })).toThrow('that takes 5')
  expect(genesis({ roundMs: 501 })).toThrow('4 rounds take 2004 ms and do not fit into a slot of 2000 ms')
})
