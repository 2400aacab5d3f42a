import { expect, test } from 'vitest'
import { LiveChain } from '../../../src/main/features/ledger/live/running.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { serveLedger } from '../../../src/main/features/ledger/sync/index.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import type { LedgerHandlers, Reply, Request } from '../../../src/main/protocols/ledger/index.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { certified, checkWeight } from './chains.ts'
import { person, START_MS, Town } from './town.ts'

const peer = (name: string): RemotePeer => ({ peerId: peerIdOf(person(name).account) }) as RemotePeer

async function served(large = false) {
  const clock = new FakeClock(START_MS + HOUR)
  const town = new Town()
  const agreement = { checkCertificate: checkWeight, whyNoEvidence: () => 'nobody believes it here' }
  const running = new LiveChain({ database: openMemoryDatabase(), clock, log: silentLog, genesis: town.genesis, agreement })
  const many = Array.from({ length: large ? 600 : 1 }, (_, index) => person(`resident ${index}`))
  const { header, entries } = town.grow(many.map((who) => town.entry(who, town.claim(who, 'adele'))))
  running.take([certified({ header, entries })])
  const taken = Promise.withResolvers<LedgerHandlers>()
  await serveLedger({
    protocol: { serve: async (handlers) => taken.resolve(handlers) },
    runningOf: () => running,
    heard: () => {},
    clock,
    log: silentLog,
  })
  const handlers = await taken.promise
  const ask = (who: string, request: Request): AsyncIterator<Reply> =>
    handlers.answer(peer(who), request, new AbortController().signal)[Symbol.asyncIterator]()
  const first = async (replies: AsyncIterator<Reply>): Promise<string | undefined> => {
    const next = await replies.next()
    return next.done === true ? undefined : next.value.status
  }
  const all = async (replies: AsyncIterator<Reply>): Promise<string[]> => {
    const statuses: string[] = []
    for (let status = await first(replies); status !== undefined; status = await first(replies)) statuses.push(status)
    return statuses
  }
  return { clock, network: running.network, head: header.id, ask, first, all }
}

test('one peer takes one snapshot at a time, and leaves a place for others', async () => {
  const { network, ask, first } = await served()
  const slow = ask('eve', { kind: 'snapshot', network })
  expect(await first(slow)).toBe('snapshot')
  expect(await first(ask('eve', { kind: 'snapshot', network }))).toBe('busy')
  expect(await first(ask('ada', { kind: 'snapshot', network }))).toBe('snapshot')
  await slow.return?.()
  expect(await first(ask('eve', { kind: 'snapshot', network }))).toBe('snapshot')
})

test('who asks for large blocks again and again is busy sooner than who asks for little, and only for a while', async () => {
  const { clock, network, head, ask, all, first } = await served(true)
  const ids = Array.from({ length: 128 }, () => head)
  let answers = 0
  while ((await first(ask('eve', { kind: 'blocks', network, ids }))) === 'block' && answers < 100) {
    answers++
    await all(ask('eve', { kind: 'blocks', network, ids }))
  }
  expect(answers).toBeLessThan(20)
  expect(await first(ask('ada', { kind: 'blocks', network, ids: [head] }))).toBe('block')
  await clock.advance(5 * SECOND)
  expect(await first(ask('eve', { kind: 'blocks', network, ids: [head] }))).toBe('block')
})

test('who asks again and again for all that waits is busy', async () => {
  const { network, ask, first } = await served()
  let answers = 0
  while ((await first(ask('eve', { kind: 'pool', network }))) === 'pool' && answers < 100) answers++
  expect(answers).toBeLessThan(20)
})
