import fc from 'fast-check'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { describe, expect, test } from 'vitest'
import { createSign, createVerify, sessionOf } from '../../../src/main/features/consensus/index.ts'
import type { Needs } from '../../../src/main/features/consensus/session.ts'
import { check, noneHappened, type Happened } from './check.ts'
import { World, type Breach, type Crypto } from './model.ts'
import { anySchedule } from './schedules.ts'
import { factsOf } from './stand-in.ts'

const SCHEDULES = Number(process.env['LATCH_SCHEDULES'] ?? 24_000)
/** A signature and its check cost 0.08 ms, and a schedule has some hundreds. */
const REAL_SCHEDULES = 400
// Another one for each run, and the same again with LATCH_SEED.
const seed = Number(process.env['LATCH_SEED'] ?? Date.now() % 2 ** 31)

function play(schedules: number, crypto?: Crypto): Happened {
  const happened = noneHappened()
  const run = fc.check(
    fc.property(anySchedule, (schedule) => check(new World(schedule, {}, crypto).run(), schedule, happened)),
    { seed, numRuns: schedules },
  )
  console.info(`consensus model: seed ${seed}, ${run.numRuns} schedules`, happened)
  expect(run.failed ? `${String(run.errorInstance)}\n${fc.defaultReportMessage(run)}` : '').toBe('')
  return happened
}

describe('over random schedules of delays, clocks, crashes and lies', () => {
  test(
    `all honest validators decide the same in t + 1 rounds (seed ${seed}, ${SCHEDULES} schedules)`,
    { timeout: 600_000 },
    () => {
      const happened = play(SCHEDULES)
      // Each of these is where something can go wrong; a model that never gets there proves nothing about it.
      for (const [what, times] of Object.entries(happened)) expect(times, what).toBeGreaterThan(50)
    },
  )
})

test(`the same with real keys (seed ${seed}, ${REAL_SCHEDULES} schedules)`, { timeout: 120_000 }, async () => {
  const keys = await Promise.all(
    Array.from({ length: 7 }, (_none, by) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(by + 1))),
  )
  const signs = keys.map(createSign)
  const real: Crypto = {
    session: (validators, faults, leader) =>
      sessionOf(factsOf(validators, leader, { validators: keys.slice(0, validators).map((key) => key.publicKey.raw) }), faults),
    sign: (by, bytes) => signs[by]?.(bytes) ?? new Uint8Array(),
    verify: createVerify(),
  }
  const happened = play(REAL_SCHEDULES, real)
  expect(happened.value).toBeGreaterThan(0)
  expect(happened.nothing).toBeGreaterThan(0)
})

describe('the model finds what is wrong', () => {
  const weaker = (change: (needs: Needs) => Partial<Needs>): Breach => ({
    needs: (needs) => ({ ...needs, ...change(needs) }),
  })
  const breaches: readonly [string, Breach][] = [
    ['a value taken with a signature too few', weaker(() => ({ signatures: (round) => round - 1 }))],
    ['a round too few', weaker(({ rounds }) => ({ rounds: rounds - 1 }))],
    ['a quorum of t + 1', weaker(({ commits }) => ({ firsts: commits }))],
    ['a quorum that counts in any round without having been passed on', weaker(() => ({ passed: () => 0 }))],
    ['a quorum that counts with a commit too few', weaker(() => ({ passed: (round) => round - 2 }))],
    ['a certificate of t commits', weaker(({ commits }) => ({ commits: commits - 1 }))],
    ['one more that is false than assumed', { moreFalse: 1 }],
    ['messages that take longer than a round', { slower: 20 }],
  ]
  test.each(breaches)('%s', { timeout: 60_000 }, (_what, breach) => {
    const run = fc.check(
      fc.property(anySchedule, (schedule) => check(new World(schedule, breach).run(), schedule, noneHappened())),
      { seed: 5, numRuns: SCHEDULES, endOnFailure: true },
    )
    expect(run.failed).toBe(true)
  })
})
