import { describe, expect, test } from 'vitest'
import { Company, placesOf, redialMs, type Surroundings, whomToDial } from '../../../src/main/features/ledger/live/company.ts'
import { COMPANY, LONGEST_REDIAL_MS } from '../../../src/main/features/ledger/live/limits.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { person, townGenesis } from './town.ts'

const peerOf = (name: string): PeerId => peerIdOf(person(name).account)
const genesis = townGenesis({}, ['leader', 'bob', 'carol', 'dan', 'fay'], 1)
const hints = ['gus', 'hal', 'ivy', 'bob'].map((name) => ({ peerId: peerOf(name), addresses: [`/memory/${name}`] }))
const places = placesOf(genesis, hints, peerOf('leader'))

function around(change: Partial<Surroundings> = {}): Surroundings {
  const none = { connected: new Set<PeerId>(), dialling: new Set<PeerId>(), attempts: new Map() }
  return { places, ...none, company: 0, isValidator: true, nowMs: 1_000, ...change }
}

const dialled = (change: Partial<Surroundings>): (PeerId | undefined)[] => whomToDial(around(change)).dial.map(({ peerId }) => peerId)

describe('who is kept connected', () => {
  test('is each device once, validators first, with all that is known of where it is', () => {
    expect(places.map(({ peerId }) => peerId)).toEqual(['bob', 'carol', 'dan', 'fay', 'gus', 'hal', 'ivy'].map(peerOf))
    expect(places.find(({ peerId }) => peerId === peerOf('bob'))?.addresses).toEqual(['/memory/bob'])
  })

  test('is every validator, for a validator, and then nobody else', () => {
    expect(dialled({})).toEqual(['bob', 'carol', 'dan', 'fay'].map(peerOf))
    expect(dialled({ connected: new Set(['bob', 'carol'].map(peerOf)), company: 2 })).toEqual(['dan', 'fay'].map(peerOf))
  })

  test('is three devices for whoever follows, validators before others', () => {
    expect(dialled({ isValidator: false })).toEqual(['bob', 'carol', 'dan'].map(peerOf))
    const connected = new Set(['bob', 'gus'].map(peerOf))
    expect(dialled({ isValidator: false, connected, company: 2 })).toEqual([peerOf('carol')])
    expect(dialled({ isValidator: false, connected, company: COMPANY })).toEqual([])
  })

  test('is others where validators do not answer, until it is time to try those again', () => {
    const away = new Map(['bob', 'carol', 'dan', 'fay'].map((name) => [peerOf(name), { failures: 3, notBeforeMs: 9_000 }]))
    const plan = whomToDial(around({ isValidator: false, attempts: away }))
    expect(plan).toMatchObject({ dial: ['gus', 'hal', 'ivy'].map((name) => ({ peerId: peerOf(name) })), againMs: 9_000 })
    expect(whomToDial(around({ isValidator: false, attempts: away, company: COMPANY })).againMs).toBe(null)
  })
})

test('the wait grows with each failure, never beyond some minutes, and never two alike', () => {
  expect([1, 2, 3].map((failures) => redialMs(failures, 1))).toEqual([2_000, 4_000, 8_000])
  expect(redialMs(1, 0)).toBe(1_000)
  expect(redialMs(1_000, 0.999)).toBeLessThanOrEqual(LONGEST_REDIAL_MS)
})

test('a device that is nowhere is dialled seldom, and not at all any more after the end', async () => {
  const clock = new FakeClock()
  const dials: number[] = []
  const company = new Company({
    clock,
    log: silentLog,
    random: () => 0.5,
    dial: async () => {
      dials.push(clock.monotonicMs())
      throw new Error('nobody answers')
    },
    places: () => places.slice(0, 1),
    connected: () => [],
    company: () => 0,
    isValidator: () => true,
  })
  company.consider()
  await clock.advance(HOUR)
  expect(dials.length).toBeGreaterThan(10)
  expect(dials.length).toBeLessThan(30)
  company.close()
  const before = dials.length
  await clock.advance(10 * MINUTE)
  expect(dials).toHaveLength(before)
})
