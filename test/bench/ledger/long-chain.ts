import { networkIdOf } from '../../../src/main/features/ledger/bytes.ts'
import type { Block, CertifiedBlock } from '../../../src/main/features/ledger/block.ts'
import { LiveChain } from '../../../src/main/features/ledger/live/running.ts'
import { encodeCertificate, sessionOf } from '../../../src/main/features/consensus/index.ts'
import { signedBytes } from '../../../src/main/features/consensus/session.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { signBytes } from '../../../src/main/platform/signatures.ts'
import { person, SALT, Town, townGenesis } from '../../unit/ledger/town.ts'

/** Four validators, one of whom may be faulty: three commits under every block. */
const VALIDATORS = ['leader', 'second', 'third', 'fourth']
const FAULTS = 1

export const DATABASE_KEY = new Uint8Array(32).fill(7)

export const GENESIS = townGenesis({}, VALIDATORS, FAULTS)

const cidOf = (digest: string): Uint8Array => new Uint8Array(Buffer.from(`01711220${digest}`, 'hex'))

/** With the commits of as many validators as a certificate needs. */
function certify({ header, entries }: Block): CertifiedBlock {
  const keys = VALIDATORS.map((name) => person(name).key)
  const session = sessionOf(
    {
      network: networkIdOf(header.network),
      validators: keys.map(({ publicKey }) => publicKey.raw),
      leader: header.slot % keys.length,
      slot: header.slot,
      parent: cidOf(header.parent),
    },
    FAULTS,
  )
  const value = cidOf(header.id)
  const message = signedBytes('commit', session.id, value)
  const commits = keys
    .slice(0, session.needs.commits)
    .map(({ raw }, by) => ({ by, signature: new Uint8Array(signBytes(message, raw)) }))
  return { header, entries, certificate: encodeCertificate({ value, commits }) }
}

/** A chain in a database: in each block somebody claims a name, and another opens the claim of the block before. */
export function makeChain(path: string, names: number): { height: number; head: string; stateRoot: string } {
  const town = new Town(GENESIS)
  const database = openDatabase(path, DATABASE_KEY)
  // It was just signed here.
  const agreement = { checkCertificate: () => ({ outcome: 'valid', weight: 3 }) as const, whyNoEvidence: () => 'none' }
  const running = new LiveChain({ database, clock: systemClock, log: silentLog, genesis: GENESIS, agreement })
  let waiting: CertifiedBlock[] = []
  for (let number = 0; number < names; number++) {
    const claimer = person(`owner ${number}`)
    const entries = [town.entry(claimer, town.claim(claimer, `name-${number}`))]
    const opener = person(`owner ${number - 1}`)
    if (number > 0) entries.push(town.entry(opener, { kind: 'register', name: `name-${number - 1}`, salt: SALT }))
    waiting.push(certify(town.grow(entries)))
    if (waiting.length < 500 && number < names - 1) continue
    const ids = new Set(waiting.flatMap((block) => block.entries.map(({ id }) => id)))
    const bad = running.take(waiting, ids).find(({ outcome }) => outcome !== 'added')
    if (bad !== undefined) throw new Error(JSON.stringify(bad))
    waiting = []
  }
  database.close()
  return { height: names, head: town.parent.id, stateRoot: town.state.root }
}
