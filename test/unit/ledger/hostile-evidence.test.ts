import { expect, test } from 'vitest'
import { digestHex } from '../../../src/main/features/ledger/bytes.ts'
import { networkIdOf } from '../../../src/main/features/ledger/index.ts'
import { Accuser } from '../../../src/main/features/ledger/live/accuser.ts'
import { Evidence } from '../../../src/main/features/ledger/live/evidence.ts'
import { MAX_ACCUSING_BITS, MAX_EVIDENCE } from '../../../src/main/features/ledger/live/limits.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { LiveChain } from '../../../src/main/features/ledger/live/running.ts'
import type { EvidenceRead } from '../../../src/main/features/ledger/types.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { checkWeight } from './chains.ts'
import { person, START_MS, townGenesis } from './town.ts'

const roster = ['leader', 'bob', 'carol']

/** Evidence whose record says who it is about and in which slot: consensus is asked elsewhere whether it proves that. */
function kept(entryBits = 0) {
  const clock = new FakeClock(START_MS)
  const genesis = townGenesis({ entryBits }, roster, 1)
  const database = openMemoryDatabase()
  const whyNoEvidence = (): null => null
  const running = new LiveChain({ database, clock, log: silentLog, genesis, agreement: { checkCertificate: checkWeight, whyNoEvidence } })
  const readEvidence = (record: Uint8Array): EvidenceRead => {
    const [name = '', slot = ''] = Buffer.from(record).toString().split(' ')
    const two = ['11'.repeat(32), '22'.repeat(32)] as const
    return {
      outcome: 'proven',
      network: networkIdOf(running.network),
      key: person(name).account,
      slot: Number(slot),
      leader: 0,
      saying: 'first',
      why: 'it signed two',
      roster: [],
      blocks: two,
      messages: two,
      signatures: two,
    }
  }
  const open = (): Evidence => new Evidence({ database, clock, running, agreement: { readEvidence }, me: peerIdOf(person('bob').account) })
  return { clock, running, open, evidence: open() }
}

const about = (name: string, slot: number): Uint8Array => new Uint8Array(Buffer.from(`${name} ${slot}`))

test('a validator that signs two values in thousands of slots does not push out what another did', () => {
  const { evidence, open } = kept()
  expect(evidence.keep(about('bob', 7))).not.toBeNull()
  for (let slot = 0; slot < MAX_EVIDENCE + 50; slot++) evidence.keep(about('carol', slot))
  for (const one of [evidence, open()]) {
    expect(one.list()).toHaveLength(MAX_EVIDENCE)
    expect(one.about(person('bob').account, 7)).toHaveLength(1)
    expect(one.op(digestHex(about('carol', MAX_EVIDENCE + 49)))).not.toBeNull()
  }
})

test.each([
  ['of an ordinary network is worked for', MAX_ACCUSING_BITS, 1],
  ['of a network whose entries nobody can afford is not, as that work would never end', MAX_ACCUSING_BITS + 1, 0],
])('evidence %s', async (_what, bits, entered) => {
  const { clock, running, evidence } = kept(bits)
  const asked: string[] = []
  const accuser = new Accuser({
    running,
    evidence,
    clock,
    log: silentLog,
    me: person('bob').account,
    isReady: () => true,
    enter: async (id) => asked.push(id),
  })
  evidence.keep(about('carol', 1))
  accuser.consider()
  await clock.advance(HOUR)
  expect(asked).toHaveLength(entered)
  accuser.close()
})
