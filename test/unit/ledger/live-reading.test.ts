import { describe, expect, test } from 'vitest'
import { encodeBlock } from '../../../src/main/features/ledger/block.ts'
import { accountOf, entryIdOf } from '../../../src/main/features/ledger/bytes.ts'
import type { Entry } from '../../../src/main/features/ledger/entry.ts'
import { checkListProof } from '../../../src/main/features/ledger/merkle.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { Reading } from '../../../src/main/features/ledger/live/reading.ts'
import { LiveChain } from '../../../src/main/features/ledger/live/running.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { certified, checkWeight, split } from './chains.ts'
import { person, type Person, SALT, START_MS, Town } from './town.ts'

const ada = person('ada')

/** A chain in a database, and what is read of it; certificates are those of these tests. */
function library(town: Town) {
  const database = openMemoryDatabase()
  const clock = new FakeClock(START_MS + 70_000)
  const agreement = { checkCertificate: checkWeight, whyNoEvidence: () => 'nobody believes it here', signersOf: () => [0] }
  const running = new LiveChain({ database, clock, log: silentLog, genesis: town.genesis, agreement })
  const me = { account: accountOf(ada.account), peerId: peerIdOf(ada.account) }
  return { running, reading: new Reading({ database, clock, running, agreement, own: { nameOf: () => null }, me }) }
}

/** One entry of each of so many people. */
function claims(town: Town, count: number): Entry[] {
  return Array.from({ length: count }, (_, number) => {
    const who: Person = person(`somebody ${number}`)
    return town.entry(who, town.claim(who, `at ${town.parent.height}`))
  })
}

describe('what is read of blocks', () => {
  test('is their size and number of entries, to the byte, without reading them', () => {
    const town = new Town()
    const { running, reading } = library(town)
    for (const count of [0, 1, 23, 24, 25, 255, 256, 300]) {
      const block = certified(town.grow(claims(town, count)))
      running.take([block])
      expect(reading.lineOf(block.header.id)).toMatchObject({ entries: count, bytes: encodeBlock(block).byteLength })
    }
    expect(reading.lines(undefined, 3).map(({ height }) => height)).toEqual([8, 7, 6])
    expect(reading.lines(3, 50).map(({ height }) => height)).toEqual([2, 1])
    expect(reading.lines(1, 50)).toEqual([])
  })

  test('is each entry where it lies, the newest first, and a proof that it lies there', () => {
    const town = new Town()
    const { running, reading } = library(town)
    const blocks = [7, 5].map((count) => certified(town.grow(claims(town, count))))
    running.take(blocks)
    const newest = blocks.toReversed().flatMap(({ entries }) => entries.toReversed().map(({ id }) => entryIdOf(id)))
    expect(reading.settled(100).map(({ id }) => id)).toEqual(newest)
    expect(reading.settled(6).map(({ id }) => id)).toEqual(newest.slice(0, 6))
    const who = person('somebody 3').account
    expect(reading.settled(10, who).map(({ place }) => place)).toMatchObject([{ height: 2 }, { height: 1 }])
    for (const { header, entries } of blocks) {
      for (const entry of entries) {
        const proof = reading.prove(entryIdOf(entry.id))
        const path = proof.path.map((hash) => new Uint8Array(Buffer.from(hash, 'hex')))
        const leaf = Buffer.from(proof.entry, 'base64')
        expect(checkListProof(header.entriesRoot, leaf, { ...proof, path })).toBe('holds')
      }
    }
    expect(() => reading.prove(entryIdOf('00'.repeat(32)))).toThrow(LatchError)
    expect(reading.find(entryIdOf('00'.repeat(32)))).toBe(null)
  })
})

test('entries of a branch that is left lie in no block any more, and wait again; those of both lie in the new one', () => {
  const town = new Town()
  const { running, reading } = library(town)
  const other = split(town)
  const shared = claims(town, 1)
  const mine = town.entry(ada, town.claim(ada, 'adele'))
  const changes: number[] = []
  running.onSettled((settled) => changes.push(settled.length))
  const news: string[] = []
  running.onNews(({ entry, now }) => news.push(`${entry.account === ada.account ? 'mine' : 'shared'} ${now}`))
  running.take([certified(town.grow([...shared, mine])), certified(town.grow([]))])
  expect(reading.find(entryIdOf(mine.id))?.place).toMatchObject({ at: 'block', height: 1 })
  const branch = [[], shared, []].map((entries, index) => certified(other.grow(entries, index === 0 ? 60_000 : 0)))
  expect(running.take(branch).map(({ outcome }) => outcome).at(-1)).toBe('added')
  expect(reading.find(entryIdOf(mine.id))?.place).toMatchObject({ at: 'pool', early: false })
  expect(reading.find(entryIdOf(shared[0]?.id ?? ''))?.place).toMatchObject({ at: 'block', height: 2 })
  expect(changes[0]).toBe(2)
  expect(news).toEqual(['mine pooled'])
})

test('an entry in the pool says what it waits for', () => {
  const town = new Town()
  const { running, reading } = library(town)
  const opening = town.entry(ada, { kind: 'register', name: 'adele', salt: SALT }, { nonce: 2 })
  expect(running.offer(opening).outcome).toBe('waiting')
  const place = { at: 'pool', early: true, why: 'entry 1 of this account comes first' }
  expect(reading.waiting(10)).toMatchObject([{ kind: 'register', name: 'adele', mine: true, place }])
  expect(reading.waiting(10, person('bob').account)).toEqual([])
})
