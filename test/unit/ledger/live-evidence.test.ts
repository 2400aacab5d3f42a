import { afterEach, describe, expect, test } from 'vitest'
import { createSign, encodeEvidence, sessionOf } from '../../../src/main/features/consensus/index.ts'
import { signedBytes } from '../../../src/main/features/consensus/session.ts'
import { fromHex, type Hex } from '../../../src/main/features/ledger/bytes.ts'
import { encodeBody, decodeEntry, type Entry, signEntry } from '../../../src/main/features/ledger/entry.ts'
import { type Genesis, networkOf } from '../../../src/main/features/ledger/genesis.ts'
import { networkIdOf } from '../../../src/main/features/ledger/index.ts'
import { turnToAccuse } from '../../../src/main/features/ledger/live/accuser.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import type { Agreement, AgreementEvent } from '../../../src/main/features/ledger/types.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, type Home } from './live-parts.ts'
import { NO_WORK, person, START_MS, townGenesis } from './town.ts'

const genesis = townGenesis({}, ['leader', 'bob', 'carol'], 1)
const carol = person('carol')
const eve = person('eve')

const homes: Home[] = []
async function opened(...options: Parameters<typeof home>): Promise<Home> {
  const made = await home(...options)
  homes.push(made)
  return made
}
afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

/** Carol leads slot 2, and signed two blocks in it. */
function twoBlocks(of: Genesis = genesis, slot = 2): Uint8Array {
  const cid = (hex: Hex): Uint8Array => fromHex(`01711220${hex}`)
  const validators = of.validators.map(({ key }) => fromHex(key))
  const facts = { network: networkIdOf(networkOf(of)), validators, leader: 2, slot, parent: cid(networkOf(of)) }
  const { id } = sessionOf(facts, of.faults)
  const sign = createSign(carol.key)
  const values = [cid('11'.repeat(32)), cid('22'.repeat(32))] as const
  const signed = (value: Uint8Array): Uint8Array => sign(signedBytes('first', id, value))
  return encodeEvidence({ saying: 'first', facts, by: 2, values, signatures: [signed(values[0]), signed(values[1])] })
}

function entered(record: Uint8Array, clock: FakeClock): Entry {
  const body = encodeBody({
    network: networkOf(genesis),
    account: eve.account,
    nonce: 1,
    untilMs: clock.nowMs() + HOUR,
    op: { kind: 'evidence', validator: carol.account, slot: 2, proof: record },
  })
  return decodeEntry(signEntry(body, NO_WORK, eve.key))
}

describe('evidence', () => {
  test('that somebody enters is kept over a restart, shown once, and checked without asking anybody', async () => {
    const [clock, database] = [new FakeClock(START_MS), openMemoryDatabase()]
    const first = await opened({ who: person('bob'), genesis, clock, database })
    const record = twoBlocks()
    const { bytes } = entered(record, clock)
    expect(await first.topics.hand('entries', bytes, peerIdOf(eve.account))).toMatchObject({ verdict: 'accept' })
    expect(first.eventsOf('evidence')).toHaveLength(1)
    await first.stop()
    const second = await opened({ who: person('bob'), genesis, clock, database })
    const [kept, ...more] = second.ledger.evidence()
    expect(more).toEqual([])
    expect(kept).toMatchObject({
      validator: { label: 'carol', peerId: peerIdOf(carol.account) },
      slot: 2,
      saying: 'first',
      height: null,
      why: 'validator 3 proposed two blocks in slot 2',
    })
    expect(second.ledger.validators().map(({ label, accused }) => [label, accused])).toEqual([
      ['leader', false],
      ['bob', false],
      ['carol', true],
    ])
    expect(second.ledger.checkEvidence(record)).toMatchObject({ outcome: 'proven', holds: [true, true] })
    const forged = new Uint8Array(record)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    expect(second.ledger.checkEvidence(forged)).toMatchObject({ outcome: 'refused' })
    expect(second.ledger.checkEvidence(new Uint8Array(9))).toMatchObject({ outcome: 'refused', holds: null })
  })

  test('of another network is not kept', async () => {
    const bob = await opened({ who: person('bob'), genesis })
    const other = townGenesis({ entryBits: 1 }, ['leader', 'bob', 'carol'], 1)
    const { bytes } = entered(twoBlocks(other), bob.clock)
    await bob.topics.hand('entries', bytes, peerIdOf(eve.account))
    expect(bob.ledger.evidence()).toEqual([])
  })

  test('that a validator sees is entered by it in its turn, unless it waits already', async () => {
    for (const known of [false, true]) {
      const [clock, seen] = [new FakeClock(START_MS - 10_000), hearing()]
      const bob = await opened({ who: person('bob'), genesis, clock, agreement: seen.wrap })
      bob.sync().heard(peerIdOf(carol.account), { id: networkOf(genesis), height: 0, weight: 0 })
      await bob.slots(8)
      const slot = bob.ledger.rounds()[0]?.slot ?? 0
      seen.say({ event: 'evidence', slot, parent: networkOf(genesis), offsetMs: 1, record: twoBlocks() })
      expect(bob.eventsOf('evidence')).toHaveLength(1)
      if (known) await bob.topics.hand('entries', entered(twoBlocks(), clock).bytes, peerIdOf(eve.account))
      await clock.advance(MINUTE)
      const waiting = bob.ledger.entries({ waiting: true, limit: 10 })
      expect(waiting.map(({ kind, mine }) => [kind, mine])).toEqual([['evidence', !known]])
      expect(bob.topics.sent).toHaveLength(known ? 0 : 1)
    }
  })

  test('is entered by one validator after another, and by none about itself', () => {
    const turns = ['leader', 'bob', 'carol', 'eve'].map((name) => turnToAccuse(genesis, person(name).account, carol.account))
    expect(turns).toEqual([0, 1, null, null])
  })
})

describe('a validator that is behind', () => {
  test('takes no part in any slot, says so, and does when it has caught up', async () => {
    const bob = await opened({ who: person('bob'), genesis, clock: new FakeClock(START_MS - 5_000) })
    await bob.slots(8)
    expect(bob.ledger.rounds()).toEqual([])
    expect(bob.timers()).toBeLessThanOrEqual(1)
    expect(bob.ledger.head()).toMatchObject({ sync: { state: 'looking' }, leading: { verdict: 'stay-silent' } })
    expect(bob.ledger.head().leading?.why).toContain('has not caught up')
    expect(bob.ledger.ownerOf('adele.peer')).toBe('unknown')
    bob.sync().heard(peerIdOf(carol.account), { id: networkOf(genesis), height: 0, weight: 0 })
    await bob.slots(5)
    expect(bob.ledger.head().sync.state).toBe('ready')
    expect(bob.ledger.rounds().length).toBeGreaterThanOrEqual(4)
    expect(bob.ledger.ownerOf('adele.peer')).toBe(null)
    // Nobody else is connected.
    expect(bob.ledger.head().quorum).toMatchObject({ lamp: 'waits', heard: 1, needed: 3 })
  })
})

/** An agreement to which a test adds what it heard. */
function hearing(): { wrap: (real: Agreement) => Agreement; say: (event: AgreementEvent) => void } {
  const listeners = new Set<(event: AgreementEvent) => void>()
  return {
    wrap: (real) => ({
      ...real,
      subscribe(listener) {
        listeners.add(listener)
        return real.subscribe(listener)
      },
    }),
    say(event) {
      for (const listener of listeners) listener(event)
    },
  }
}
