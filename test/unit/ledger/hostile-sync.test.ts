import { expect, test } from 'vitest'
import { type CertifiedBlock, encodeBlock } from '../../../src/main/features/ledger/block.ts'
import { LiveChain } from '../../../src/main/features/ledger/live/running.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { createSync } from '../../../src/main/features/ledger/sync/index.ts'
import { delay } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { verifierOfThisThread } from '../../../src/main/platform/verify-pool.ts'
import { type LedgerProtocol, UnfinishedError } from '../../../src/main/protocols/ledger/index.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { certified, checkWeight } from './chains.ts'
import { person, START_MS, Town } from './town.ts'

const honest = peerIdOf(person('honest').account)
const liars = ['eve', 'mallory'].map((name) => peerIdOf(person(name).account))
const heavy = { id: 'ab'.repeat(32), height: 1_000, weight: 1_000_000 }
/** An answer that does not come is waited for so long, as the protocol has it. */
const FIRST_MS = 10 * SECOND

/** How a liar answers who asks for headers, where it does not stay silent. */
type Answer = Awaited<ReturnType<LedgerProtocol['headers']>>
type Drip = (whole: Answer & { outcome: 'common' }) => Answer

/** One node, and peers whose answers come when the clock says so: over real streams nobody can say in which moment. */
function among(drip?: Drip) {
  const clock = new FakeClock(START_MS + HOUR)
  const town = new Town()
  const blocks: CertifiedBlock[] = []
  const agreement = { checkCertificate: checkWeight, whyNoEvidence: () => 'nobody believes it here' }
  const running = new LiveChain({ database: openMemoryDatabase(), clock, log: silentLog, genesis: town.genesis, agreement })
  const asked: PeerId[] = []
  const head = () => ({ id: town.parent.id, height: town.parent.height, weight: blocks.length })
  const protocol: LedgerProtocol = {
    serve: async () => {},
    head: async (peerId) => (peerId === honest ? head() : heavy),
    async headers(peerId, network, locator, signal) {
      asked.push(peerId)
      if (peerId !== honest) await delay(clock, FIRST_MS, signal)
      if (peerId !== honest && drip === undefined) throw new UnfinishedError('nothing came')
      const at = blocks.findIndex(({ header }) => header.id === locator[0])
      const headers = blocks.slice(at + 1).map(({ header, certificate }) => ({ header: header.bytes, certificate }))
      const whole = { outcome: 'common' as const, common: locator[0] ?? network, head: head(), headers }
      return peerId === honest || drip === undefined ? whole : drip(whole)
    },
    async blocks(_peerId, _network, ids, got) {
      for (const id of ids) {
        const block = blocks.find(({ header }) => header.id === id)
        got(id, block === undefined ? null : encodeBlock(block))
      }
    },
    pool: async () => [],
    entries: async () => [],
    genesis: async () => new Uint8Array(),
    snapshot: async () => {
      throw new UnfinishedError('none')
    },
    validate: async () => {
      throw new UnfinishedError('none')
    },
  }
  const sync = createSync({
    running,
    protocol,
    clock,
    log: silentLog,
    verifier: verifierOfThisThread,
    lied: () => {},
    random: () => 0.5,
    decidesAlone: () => false,
    passOn: () => {},
  })
  const grow = (count: number): void => {
    for (let i = 0; i < count; i++) blocks.push(certified(town.grow([])))
  }
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  /** The one who is asked fails, and comes again in that moment. */
  const nextLie = async (): Promise<void> => {
    await clock.advance(FIRST_MS)
    const last = asked.findLast((peerId) => peerId !== honest)
    if (last !== undefined) sync.gone(last)
    if (last !== undefined) sync.heard(last, heavy)
    await settle()
  }
  return { clock, running, sync, asked, grow, head, settle, nextLie }
}

test('who only claims, and comes again at once, is asked after those who gave what they showed', async () => {
  const { running, sync, grow, head, settle, nextLie } = among()
  grow(5)
  for (const liar of liars) sync.heard(liar, heavy)
  sync.heard(honest, head())
  await settle()
  for (let lies = 0; lies < 4; lies++) await nextLie()
  expect(running.chain.head.height).toBe(5)
  expect(sync.state().state).toBe('ready')
  await sync.close()
})

test('a claim that failed before does not keep a node from answering for names while it is looked into again', async () => {
  const { clock, running, sync, asked, grow, head, settle, nextLie } = among()
  grow(5)
  for (const liar of liars) sync.heard(liar, heavy)
  sync.heard(honest, head())
  await settle()
  for (let lies = 0; lies < 4; lies++) await nextLie()
  // It slept, and is behind; what it lacks is shown by one who has it.
  grow(5)
  sync.heard(honest, head())
  await settle()
  for (let lies = 0; lies < 8; lies++) await nextLie()
  expect(running.chain.head.height).toBe(10)
  const before = asked.length
  for (let minutes = 0; asked.length === before; minutes++) {
    if (minutes > 60) throw new Error('no liar is asked any more')
    await clock.advance(10 * SECOND)
    await settle()
    expect(sync.state().state).toBe('ready')
  }
  await sync.close()
})

test('who gives the true chain in drips is left for those who give more, and is not the pace of everybody', async () => {
  const { running, sync, grow, head, settle, clock } = among((whole) => ({
    ...whole,
    head: { ...whole.head, weight: 1_000_000 },
    headers: whole.headers.slice(0, 100),
  }))
  const [liar] = liars
  if (liar === undefined) throw new Error('nobody')
  grow(1_500)
  sync.heard(liar, { ...head(), weight: 1_000_000 })
  sync.heard(honest, head())
  await settle()
  for (let answers = 0; answers < 5; answers++) {
    await clock.advance(FIRST_MS)
    for (let turns = 0; turns < 20; turns++) await settle()
  }
  expect(running.chain.head.height).toBe(1_500)
  await sync.close()
})
