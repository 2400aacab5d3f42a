import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CertifiedBlock, encodeBlock, sealHeader } from '../../../src/main/features/ledger/block.ts'
import type { Reply, Request } from '../../../src/main/protocols/ledger/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { certified } from '../../unit/ledger/chains.ts'
import { Town } from '../../unit/ledger/town.ts'
import { grow, hasty, Places, type Place, type Twist } from './net.ts'

const places = new Places()
afterEach(() => places.close())

/** The same for all that lie: making it takes longer than any of the tests. */
const few = { town: new Town(), blocks: [] as CertifiedBlock[] }
beforeAll(() => void few.blocks.push(...grow(few.town, 120)))

const forever = async (): Promise<never> => new Promise(() => {})

async function* saying(...replies: readonly Reply[]): AsyncGenerator<Reply> {
  yield* replies
}

async function* silent(): AsyncGenerator<Reply> {
  yield await forever()
}

/** Each frame of an honest answer, bent. */
async function* bent(honest: AsyncIterable<Reply>, bend: (reply: Reply) => Reply | null): AsyncGenerator<Reply> {
  for await (const reply of honest) {
    const other = bend(reply)
    if (other === null) return
    yield other
  }
}

const isLevel = (place: Place, blocks: readonly CertifiedBlock[]) => () =>
  place.running.chain.head.id === blocks.at(-1)?.header.id && place.sync.state().state === 'ready'

test('a node with nothing takes a thousand blocks from three at once, and says how far it is', async () => {
  const town = new Town()
  const blocks = grow(town, 1_000)
  const sources = [await places.with(town, blocks), await places.with(town, blocks), await places.with(town, blocks)]
  const joiner = await places.open(town.genesis)
  expect(joiner.sync.state()).toEqual({ state: 'looking' })
  const seen: number[] = []
  joiner.sync.onChanged(() => {
    const state = joiner.sync.state()
    if (state.state === 'catching-up' && state.step === 'blocks') seen.push(state.height)
    if (state.state === 'catching-up') expect(state.target).toBe(1_000)
  })
  for (const source of sources) await joiner.meet(source)
  await eventually('level', isLevel(joiner, blocks))
  expect(joiner.running.chain.state.root).toBe(town.state.root)
  expect(seen.length).toBeGreaterThan(3)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(joiner.lied).toEqual([])
  expect(sources.every(({ asked }) => (asked['blocks'] ?? 0) > 0)).toBe(true)
  expect([...joiner.sync.peers().values()].map(({ height }) => height)).toEqual([1_000, 1_000, 1_000])
  // Those who gave it hear that it is level now.
  await eventually('heard', () => sources[0]?.sync.peers().get(joiner.peerId)?.height === 1_000)
})

interface Lie {
  readonly lie: string
  readonly twist: (blocks: readonly CertifiedBlock[]) => Twist
  /** What it costs the liar; null: nothing that anybody could be blamed for. */
  readonly why: RegExp | null
}

const on =
  (kind: Request['kind'], answer: (honest: () => AsyncIterable<Reply>) => AsyncIterable<Reply>): Twist =>
  (request, honest) =>
    request.kind === kind ? answer(honest) : null

const heavy = { id: 'ab'.repeat(32), height: 400, weight: 1_000_000 }

const lies: readonly Lie[] = [
  {
    lie: 'gives another block than it was asked for',
    twist: ([first]) =>
      on('blocks', (honest) =>
        bent(honest(), (reply) =>
          reply.status === 'block' && first !== undefined ? { ...reply, block: encodeBlock(first) } : reply,
        ),
      ),
    why: /another block than was asked for/,
  },
  {
    lie: 'gives blocks with other entries',
    twist: () =>
      on('blocks', (honest) =>
        bent(honest(), (reply) => {
          if (reply.status !== 'block') return reply
          const block = new Uint8Array(reply.block)
          block[300] = (block[300] ?? 0) ^ 1
          return { status: 'block', block }
        }),
      ),
    why: /./,
  },
  { lie: 'gives nonsense for blocks', twist: () => on('blocks', () => saying({ status: 'block', block: new Uint8Array(9) })), why: /not DAG-CBOR/ },
  { lie: 'says that it has no blocks', twist: () => on('blocks', () => saying({ status: 'missing', id: '00'.repeat(32) })), why: /no|not/ },
  { lie: 'answers with what is no answer', twist: () => on('headers', () => saying({ status: 'pool', ids: [] })), why: /no answer/ },
  { lie: 'never answers for headers', twist: () => on('headers', silent), why: /took longer/ },
  { lie: 'never answers for blocks', twist: () => on('blocks', silent), why: null },
  { lie: 'never answers at all', twist: () => silent, why: null },
  {
    lie: 'shows headers that nobody certified',
    twist: () =>
      on('headers', (honest) =>
        bent(honest(), (reply) =>
          reply.status === 'headers'
            ? { ...reply, headers: reply.headers.map((one) => ({ ...one, certificate: new Uint8Array([0]) })) }
            : reply,
        ),
      ),
    why: /does not hold: no weight/,
  },
  {
    lie: 'shows headers with a gap',
    twist: () =>
      on('headers', (honest) =>
        bent(honest(), (reply) => (reply.status === 'headers' ? { ...reply, headers: reply.headers.slice(1) } : reply)),
      ),
    why: /does not hold/,
  },
  {
    lie: 'claims a head that it does not have',
    twist: () => on('head', () => saying({ status: 'head', head: heavy })),
    why: /lesser one/,
  },
  {
    lie: 'claims such a head when asked for headers too',
    twist: () => (request, honest) => {
      if (request.kind === 'head') return saying({ status: 'head', head: heavy })
      if (request.kind !== 'headers') return null
      return bent(honest(), (reply) => (reply.status === 'common' ? { ...reply, head: heavy } : reply))
    },
    why: /./,
  },
  {
    lie: 'claims such a head, and shows no header',
    twist: () => (request) => {
      if (request.kind === 'head') return saying({ status: 'head', head: heavy })
      if (request.kind !== 'headers') return null
      return saying({ status: 'common', common: request.locator[0] ?? '', head: heavy })
    },
    why: /no headers that lead there/,
  },
  {
    lie: 'ends every answer after one frame',
    twist: () => (_request, honest) => {
      let frames = 0
      return bent(honest(), (reply) => (frames++ === 0 ? reply : null))
    },
    why: null,
  },
]

describe('a peer among its sources that', () => {
  test.each(lies)('$lie changes nothing but the time', async ({ twist, why }) => {
    const { town, blocks } = few
    const liar = await places.with(town, blocks, { twist: twist(blocks) })
    const honest = await places.with(town, blocks)
    const joiner = await places.open(town.genesis, { clock: hasty, limits: { perRequest: 16 } })
    await joiner.meet(liar)
    // Whoever is heard first is followed first.
    if (why !== null) await eventually('heard', () => joiner.lied.length > 0 || joiner.sync.peers().has(liar.peerId))
    await joiner.meet(honest)
    await eventually('level', isLevel(joiner, blocks))
    expect(joiner.running.chain.state.root).toBe(town.state.root)
    expect(joiner.sync.peers().has(honest.peerId)).toBe(true)
    if (why !== null) await eventually('its fault', () => joiner.lied.some((one) => why.test(one.why)))
  })
})

test('a block whose state is another is not taken though validators signed it, and the chain up to it is', async () => {
  const town = new Town()
  const blocks = grow(town, 20)
  const forger = await places.with(town, blocks)
  const joiner = await places.open(town.genesis)
  // Two faulty validators more than there may be: a block that is certified, and wrong.
  const good = town.block([])
  const header = sealHeader({ ...good.header, stateRoot: 'cd'.repeat(32) })
  const wrong = certified({ header, entries: [] })
  const { store } = forger.running
  store.put(wrong, 1, { height: header.height, before: [] }, true)
  store.setHead(header.id)
  Object.defineProperty(forger.running.chain, 'head', { get: () => header })
  await joiner.meet(forger)
  await eventually('its fault', () => joiner.lied.some(({ why }) => why.includes('another state')))
  expect(joiner.running.chain.head.height).toBe(20)
  expect(joiner.sync.peers().size).toBe(0)
})
