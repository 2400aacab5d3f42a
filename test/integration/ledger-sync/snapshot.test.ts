import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { CertifiedBlock } from '../../../src/main/features/ledger/block.ts'
import type { Reply } from '../../../src/main/protocols/ledger/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Town } from '../../unit/ledger/town.ts'
import { grow, hasty, type Place, Places, type Twist } from './net.ts'

const places = new Places()
afterEach(() => places.close())

const long = { town: new Town(), blocks: [] as CertifiedBlock[] }
beforeAll(() => {
  long.blocks.push(...grow(long.town, 200))
})

const limits = { snapshotAbove: 150 }
const isLevel = (place: Place) => () =>
  place.running.chain.head.id === long.town.parent.id && place.sync.state().state === 'ready'

test('a node with nothing, far behind, begins with a snapshot below the head and follows with blocks', async () => {
  const source = await places.with(long.town, long.blocks)
  const joiner = await places.open(long.town.genesis, { limits })
  const steps = new Set<string>()
  joiner.sync.onChanged(() => {
    const state = joiner.sync.state()
    if (state.state === 'catching-up') steps.add(state.step)
  })
  await joiner.meet(source)
  await eventually('level', isLevel(joiner))
  expect(joiner.running.chain.base).toBe(200 - 128)
  expect(joiner.running.chain.state.root).toBe(long.town.state.root)
  expect([...steps]).toEqual(['headers', 'snapshot', 'blocks'])
  expect(joiner.lied).toEqual([])
})

test('one that has some blocks, or is not far behind, takes them all', async () => {
  const source = await places.with(long.town, long.blocks)
  const some = await places.with(long.town, long.blocks.slice(0, 1), { limits })
  const near = await places.open(long.town.genesis, { limits: { snapshotAbove: 201 } })
  await some.meet(source)
  await near.meet(source)
  await eventually('level', isLevel(some))
  await eventually('level', isLevel(near))
  expect([some.running.chain.base, near.running.chain.base]).toEqual([0, 0])
})

test('a node that began with a snapshot serves what it has, and its own snapshot to one that has nothing', async () => {
  const source = await places.with(long.town, long.blocks)
  const middle = await places.open(long.town.genesis, { limits })
  await middle.meet(source)
  await eventually('level', isLevel(middle))
  // Near enough for blocks; but those below the base are nowhere.
  const last = await places.open(long.town.genesis, { limits: { snapshotAbove: 1_000 } })
  await last.meet(middle)
  await eventually('level', isLevel(last))
  expect(last.running.chain.base).toBe(72)
  expect([last, middle].flatMap(({ lied }) => lied)).toEqual([])
})

async function* bent(honest: AsyncIterable<Reply>, bend: (reply: Reply) => Reply | null): AsyncGenerator<Reply> {
  for await (const reply of honest) {
    const other = bend(reply)
    if (other === null) return
    yield other
  }
}

const inSnapshots =
  (bend: (reply: Reply) => Reply | null): Twist =>
  (request, honest) =>
    request.kind === 'snapshot' ? bent(honest(), bend) : null

describe('a source whose snapshot', () => {
  test.each<[string, Twist, RegExp | null]>([
    [
      'has one bit changed',
      inSnapshots((reply) => {
        if (reply.status !== 'piece') return reply
        const bytes = new Uint8Array(reply.bytes)
        const at = bytes.byteLength - 3
        bytes[at] = (bytes[at] ?? 0) ^ 1
        return { ...reply, bytes }
      }),
      /./,
    ],
    ['is of a header that nobody signed', inSnapshots((reply) => (reply.status === 'snapshot' ? { ...reply, certificate: new Uint8Array([0]) } : reply)), /does not hold: no weight/],
    ['has no records', inSnapshots((reply) => (reply.status === 'piece' ? null : reply)), /no state of a ledger/],
    ['is nonsense', inSnapshots((reply) => (reply.status === 'piece' ? { ...reply, bytes: new Uint8Array(40) } : reply)), /./],
    ['does not end', inSnapshots((reply) => (reply.status === 'piece' ? { ...reply, last: false } : reply)), /does not end/],
    ['never comes', (request) => (request.kind === 'snapshot' ? never() : null), /took longer/],
    ['is not to be had', (request) => (request.kind === 'snapshot' ? only({ status: 'busy' }) : null), null],
  ])('%s changes nothing but the time', async (_what, twist, why) => {
    const liar = await places.with(long.town, long.blocks, { twist })
    const honest = await places.with(long.town, long.blocks)
    const joiner = await places.open(long.town.genesis, { limits, clock: hasty })
    await joiner.meet(liar)
    // Whoever is heard first is followed first.
    if (why !== null) await eventually('heard', () => joiner.lied.length > 0 || joiner.sync.peers().has(liar.peerId))
    await joiner.meet(honest)
    await eventually('level', isLevel(joiner))
    expect(joiner.running.chain.state.root).toBe(long.town.state.root)
    expect(joiner.sync.peers().has(honest.peerId)).toBe(true)
    if (why !== null) expect(joiner.lied.some((one) => one.peerId === liar.peerId && why.test(one.why))).toBe(true)
  })

  test('is false, where nobody has another, leaves a node that takes blocks', async () => {
    const liar = await places.with(long.town, long.blocks, {
      twist: inSnapshots((reply) => (reply.status === 'piece' ? null : reply)),
    })
    const joiner = await places.open(long.town.genesis, { limits })
    const honest = await places.with(long.town, long.blocks, {
      twist: (request) => (request.kind === 'snapshot' ? only({ status: 'none' }) : null),
    })
    await joiner.meet(liar)
    await joiner.meet(honest)
    await eventually('level', isLevel(joiner))
    expect(joiner.running.chain.base).toBe(0)
  })
})

async function* never(): AsyncGenerator<Reply> {
  yield await new Promise<never>(() => {})
}

async function* only(reply: Reply): AsyncGenerator<Reply> {
  yield reply
}
