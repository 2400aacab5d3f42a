import { expect, test } from 'vitest'
import type { Entry } from '../../../src/main/features/ledger/entry.ts'
import { LiveChain } from '../../../src/main/features/ledger/live/running.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { LieError } from '../../../src/main/features/ledger/sync/faults.ts'
import { Fetched, fetchPool } from '../../../src/main/features/ledger/sync/pools.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { decodeEntry } from '../../../src/main/features/ledger/entry.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { checkWeight } from './chains.ts'
import { person, START_MS, Town } from './town.ts'

const eve = person('eve')

function fetching(make: (town: Town) => Entry[]) {
  const clock = new FakeClock(START_MS)
  const town = new Town()
  const agreement = { checkCertificate: checkWeight, whyNoEvidence: () => 'nobody believes it here' }
  const running = new LiveChain({ database: openMemoryDatabase(), clock, log: silentLog, genesis: town.genesis, agreement })
  const entries = make(town)
  const passedOn: Entry[] = []
  let judged = 0
  const offer = (entry: Entry) => {
    judged++
    return running.offer(entry)
  }
  const parts = {
    running: { network: running.network, pool: running.pool, offer },
    protocol: {
      pool: async () => entries.map(({ id }) => id),
      entries: async (_peer: unknown, _network: unknown, ids: readonly string[]) =>
        entries.filter(({ id }) => ids.includes(id)).map(({ bytes }) => bytes),
    },
    clock,
    fetched: new Fetched(),
    passOn: (entry: Entry) => void passedOn.push(entry),
  }
  const done = fetchPool(parts, peerIdOf(eve.account), new AbortController().signal)
  return { done, judged: () => judged, passedOn }
}

/** As it was signed, but for one bit of the signature. */
function forged({ bytes }: Entry): Entry {
  const other = new Uint8Array(bytes)
  other[0] = (other[0] ?? 0) ^ 1
  return decodeEntry(other)
}

test('a pool of forged entries is a lie, and is read no further than the first of them', async () => {
  const { done, judged } = fetching((town) =>
    Array.from({ length: 50 }, (_, index) => forged(town.entry(person(`p${index}`), { kind: 'release', name: 'adele' }))),
  )
  await expect(done).rejects.toThrow(LieError)
  expect(judged()).toBe(1)
})

test('one of entries that come too late here, or are another\u2019s by now, is none', async () => {
  const { done, judged, passedOn } = fetching((town) => [
    town.entry(eve, { kind: 'release', name: 'adele' }, { untilMs: START_MS - MINUTE }),
    town.entry(eve, { kind: 'release', name: 'adele' }, { untilMs: START_MS + HOUR }),
    town.entry(eve, town.claim(eve, 'adele'), { untilMs: START_MS + HOUR }),
  ])
  await done
  expect([judged(), passedOn.length]).toEqual([3, 1])
})
