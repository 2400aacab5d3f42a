import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { CheckCertificate } from '../../../src/main/features/ledger/chain.ts'
import { type Entry, rosterMessage } from '../../../src/main/features/ledger/entry.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { type Log, silentLog } from '../../../src/main/platform/log.ts'
import { signBytes } from '../../../src/main/platform/signatures.ts'
import type { Reply } from '../../../src/main/protocols/ledger/index.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { checkWeight, split } from '../../unit/ledger/chains.ts'
import { person, Town, townGenesis } from '../../unit/ledger/town.ts'
import { give, grow, hasty, Places } from './net.ts'

const places = new Places()
afterEach(() => places.close())

function cut(common: number, [one, other]: readonly [count: number, count: number], [weight, otherWeight] = [1, 1]) {
  const town = new Town()
  const blocks = grow(town, common)
  const far = split(town)
  return { town, far, blocks, ours: grow(town, one, weight), theirs: grow(far, other, otherWeight, 'q') }
}

describe('a network that was cut in two', () => {
  test('comes to one chain everywhere when it heals, and both branches are kept', async () => {
    const { town, far, blocks, ours, theirs } = cut(30, [20, 20], [3, 2])
    const [a, b] = [await places.with(town, [...blocks, ...ours]), await places.with(town, [...blocks, ...theirs])]
    const left: string[] = []
    b.running.onChanged(({ left: gone }) => left.push(...gone.map(({ header }) => header.id)))
    await a.meet(b)
    await eventually('one head', () => b.running.chain.head.id === town.parent.id)
    expect(a.running.chain.head.id).toBe(town.parent.id)
    expect(left).toEqual(theirs.map(({ header }) => header.id).toReversed())
    await eventually('beside', () => a.running.store.get(far.parent.id)?.onChain === false)
    expect(a.running.store.sideBlocks()).toBe(20)
    await eventually('both ready', () => [a, b].every(({ sync }) => sync.state().state === 'ready'))
    expect([...a.lied, ...b.lied]).toEqual([])
  })

  test('and grows on both sides: a branch is shown from where it was known to end', async () => {
    const { town, far, blocks, ours, theirs } = cut(3, [20, 20], [3, 2])
    const shown: number[] = []
    async function* counted(honest: AsyncIterable<Reply>): AsyncGenerator<Reply> {
      let count = 0
      for await (const reply of honest) {
        if (reply.status === 'headers') count += reply.headers.length
        yield reply
      }
      shown.push(count)
    }
    const a = await places.with(town, [...blocks, ...ours])
    const b = await places.with(town, [...blocks, ...theirs], {
      twist: ({ kind }, honest) => (kind === 'headers' ? counted(honest()) : null),
    })
    // It does not come over.
    await a.node.libp2p.dial(b.node.libp2p.getMultiaddrs())
    b.sync.heard = () => {}
    a.sync.greet(b.peerId)
    await eventually('beside', () => a.running.store.get(far.parent.id) !== undefined)
    give(b, grow(far, 1, 2, 'q'))
    a.sync.greet(b.peerId)
    await eventually('beside', () => a.running.store.get(far.parent.id) !== undefined)
    expect(shown).toEqual([23, 1])
    expect(a.running.chain.head.id).toBe(town.parent.id)
  })

  test('a longer branch that weighs less is kept beside, and does not make anybody behind', async () => {
    const { town, far, blocks, ours, theirs } = cut(3, [5, 12], [9, 1])
    const a = await places.with(town, [...blocks, ...ours], { alone: true })
    const b = await places.with(town, [...blocks, ...theirs])
    const states = new Set<string>([a.sync.state().state])
    a.sync.onChanged(() => states.add(a.sync.state().state))
    await a.meet(b)
    await eventually('beside', () => a.running.store.get(far.parent.id)?.onChain === false)
    await eventually('one head', () => b.running.chain.head.id === town.parent.id)
    expect([...states]).toEqual(['ready'])
  })

  test('takes the lower hash where both weigh the same, whoever asks whom', async () => {
    const { town, far, blocks, ours, theirs } = cut(3, [20, 20])
    const chosen = [town.parent.id, far.parent.id].toSorted()[0]
    const [a, b] = [await places.with(town, [...blocks, ...ours]), await places.with(town, [...blocks, ...theirs])]
    await b.meet(a)
    await eventually('one head', () => [a, b].every(({ running }) => running.chain.head.id === chosen))
  })

  test('brings what was submitted on the lost side to the other', async () => {
    const { town, blocks, ours } = cut(5, [8, 0])
    const [a, b] = [await places.with(town, [...blocks, ...ours]), await places.with(town, blocks)]
    const who = person('late')
    const entry = town.entry(who, town.claim(who, 'some-name'), { untilMs: Date.now() + HOUR })
    expect(b.running.offer(entry)).toEqual({ outcome: 'taken' })
    await a.meet(b)
    await eventually('the entry', () => a.running.pool.has(entry.id))
    expect(a.passedOn.map(({ id }) => id)).toEqual([entry.id])
  })

  test('parts further back than blocks are taken back: it is said so, and nothing changes', async () => {
    const warned: string[] = []
    const log: Log = { ...silentLog, warn: (_fields, message) => warned.push(message) }
    const { town, blocks, ours, theirs } = cut(5, [20, 20], [1, 2])
    const a = await places.with(town, [...blocks, ...ours], { limits: { reorganised: 10 }, log })
    const b = await places.with(town, [...blocks, ...theirs])
    await a.meet(b)
    await eventually('words', () => warned.find((words) => words.includes('further back')))
    await eventually('ready', () => a.sync.state().state === 'ready')
    expect(a.running.chain.head.id).toBe(town.parent.id)
    expect(a.lied).toEqual([])
  })
})

test('more signatures under blocks that both have turn the choice here too', async () => {
  const { town, far, blocks, ours, theirs } = cut(2, [3, 3], [2, 1])
  const fuller = theirs.map((block) => ({ ...block, certificate: new Uint8Array([5]) }))
  const a = await places.with(town, [...blocks, ...ours, ...theirs])
  const b = await places.with(town, [...blocks, ...fuller])
  expect(a.running.chain.head.id).toBe(town.parent.id)
  await a.meet(b)
  await eventually('turned', () => a.running.chain.head.id === far.parent.id)
})

/** Holds where it says who decides: the number of the roster, and what it weighs. */
const byRoster: CheckCertificate = (header, certificate, roster) =>
  roster.validators[0]?.label === (certificate[1] === 1 ? 'third' : 'leader')
    ? checkWeight(header, certificate, roster)
    : { outcome: 'refused', why: 'other validators decide here' }

function handOver(town: Town): Entry {
  const roster = { validators: [{ key: person('third').account, label: 'third' }], faults: 0 }
  const message = rosterMessage(town.context.network, 1, roster)
  const approvals = [{ validator: person('leader').account, signature: signBytes(message, person('leader').key.raw) }]
  return town.entry(person('ada'), { kind: 'validators', seq: 1, ...roster, approvals })
}

test('headers are proven again after a block that brings other validators', async () => {
  const town = new Town(townGenesis())
  const signedBy = (roster: number) => (block: ReturnType<Town['grow']>) => ({
    ...block,
    certificate: new Uint8Array([1, roster]),
  })
  const before = [town.grow([]), town.grow([]), town.grow([handOver(town)])].map(signedBy(0))
  const after = [town.grow([]), town.grow([]), town.grow([])].map(signedBy(1))
  const checkCertificate = byRoster
  const source = await places.with(town, [...before, ...after], { checkCertificate })
  const joiner = await places.open(town.genesis, { checkCertificate })
  await joiner.meet(source)
  await eventually('level', () => joiner.running.chain.head.id === town.parent.id)
  expect(joiner.lied).toEqual([])
  expect(source.asked['headers']).toBeGreaterThan(1)
})

test('validators that were handed over from cannot go on with the chain', async () => {
  const town = new Town(townGenesis())
  const old = new Town(townGenesis())
  const sign = (block: ReturnType<Town['grow']>) => ({ ...block, certificate: new Uint8Array([1, 0]) })
  const first = sign(town.grow([handOver(town)]))
  old.parent = town.parent
  // What they would have decided on, had nobody handed over: led by the one that was replaced.
  old.state = town.state
  const forged = sign(new Town(townGenesis()).grow([], 60_000))
  const liar = await places.with(town, [first], { checkCertificate: byRoster })
  liar.running.store.put({ ...forged, header: old.block([]).header }, 9, { height: 2, before: [] }, true)
  liar.running.store.setHead(old.block([]).header.id)
  Object.defineProperty(liar.running.chain, 'head', { get: () => old.block([]).header })
  const joiner = await places.open(town.genesis, { checkCertificate: byRoster })
  await joiner.meet(liar)
  await eventually('its fault', () => joiner.lied.length > 0)
  expect(joiner.running.chain.head.id).toBe(first.header.id)
})

test('a node that stops in the middle goes on from there, also from others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latch-sync-'))
  try {
    const town = new Town()
    const blocks = grow(town, 200)
    const key = new Uint8Array(32).fill(7)
    const database = openDatabase(join(folder, 'ledger.db'), key)
    const first = await places.with(town, blocks)
    const joiner = await places.open(town.genesis, { database, clock: hasty, limits: { perRequest: 8, aheadBlocks: 8 } })
    const middle = Promise.withResolvers<void>()
    joiner.running.onChanged(({ head }) => head.height >= 60 && middle.resolve())
    await joiner.meet(first)
    await middle.promise
    await joiner.close()
    database.close()
    const reopened = openDatabase(join(folder, 'ledger.db'), key)
    const again = await places.open(town.genesis, { database: reopened })
    const { height } = again.running.chain.head
    expect(height).toBeGreaterThanOrEqual(60)
    expect(height).toBeLessThan(200)
    const second = await places.with(town, blocks)
    await again.meet(second)
    await eventually('level', () => again.running.chain.head.id === town.parent.id)
    expect(again.running.chain.state.root).toBe(town.state.root)
    // No block was asked for twice but for those that were under way.
    expect(second.asked['blocks']).toBeLessThan(4)
  } finally {
    await places.close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('a source that goes away in the middle is passed by the others', async () => {
  const town = new Town()
  const blocks = grow(town, 200)
  const [one, other] = [await places.with(town, blocks), await places.with(town, blocks)]
  const joiner = await places.open(town.genesis, { limits: { perRequest: 8, aheadBlocks: 16 } })
  const middle = Promise.withResolvers<void>()
  joiner.running.onChanged(({ head }) => head.height >= 40 && middle.resolve())
  await joiner.meet(one)
  await joiner.meet(other)
  await middle.promise
  await one.node.close()
  await eventually('level', () => joiner.running.chain.head.id === town.parent.id)
  await eventually('ready', () => joiner.sync.state().state === 'ready')
  expect(joiner.sync.peers().has(other.peerId)).toBe(true)
})
