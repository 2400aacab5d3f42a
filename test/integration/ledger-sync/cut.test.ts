import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { CertifiedBlock } from '../../../src/main/features/ledger/block.ts'
import type { Reply, Request } from '../../../src/main/protocols/ledger/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Town } from '../../unit/ledger/town.ts'
import { grow, type Place, Places, type Twist } from './net.ts'

const places = new Places()
afterEach(() => places.close())

const few = { town: new Town(), blocks: [] as CertifiedBlock[] }
beforeAll(() => void few.blocks.push(...grow(few.town, 40)))

const forever = async (): Promise<never> => new Promise(() => {})

/** Honest but for the first answer of a kind, which stops for ever after so many frames. */
function stopping(kind: Request['kind'], frames: number): { twist: Twist; stopped: Promise<void> } {
  const stopped = Promise.withResolvers<void>()
  let isFirst = true
  async function* some(honest: AsyncIterable<Reply>): AsyncGenerator<Reply> {
    let given = 0
    for await (const reply of honest) {
      if (given++ === frames) break
      yield reply
    }
    stopped.resolve()
    await forever()
  }
  const twist: Twist = (request, honest) => {
    if (request.kind !== kind || !isFirst) return null
    isFirst = false
    return some(honest())
  }
  return { twist, stopped: stopped.promise }
}

type Cut = (from: Place) => unknown

const abort: Cut = ({ node }) => {
  for (const connection of node.libp2p.getConnections()) connection.abort(new Error('cut by the test'))
}
const close: Cut = async ({ node }) => {
  await Promise.all(node.libp2p.getConnections().map(async (connection) => connection.close()))
}

const ways: readonly { readonly way: string; readonly side: 'joiner' | 'source'; readonly cut: Cut }[] = [
  { way: 'is dropped by who asked', side: 'joiner', cut: abort },
  { way: 'is closed by who asked', side: 'joiner', cut: close },
  { way: 'is dropped by who was asked', side: 'source', cut: abort },
  { way: 'is closed by who was asked', side: 'source', cut: close },
]

const moments: readonly { readonly moment: string; readonly kind: Request['kind']; readonly frames: number }[] = [
  { moment: 'before the first frame of an answer', kind: 'headers', frames: 0 },
  { moment: 'in the middle of an answer', kind: 'blocks', frames: 3 },
]

const each = moments.flatMap((moment) => ways.map((way) => ({ ...moment, ...way })))

describe.each(['memory', 'tcp'] as const)('over %s, a connection', (transport) => {
  test.each(each)('that $way $moment costs nobody a point', async ({ kind, frames, side, cut }) => {
    const over = transport === 'tcp' ? { transport } : {}
    const { twist, stopped } = stopping(kind, frames)
    const source = await places.with(few.town, few.blocks, { ...over, twist })
    const joiner = await places.open(few.town.genesis, { ...over, limits: { asideMs: 50 } })
    await joiner.meet(source)
    await stopped
    const lines = [joiner, source].flatMap(({ node }) => node.libp2p.getConnections())
    await cut({ joiner, source }[side])
    await eventually('both know', () => lines.every(({ status }) => status !== 'open'))
    await joiner.meet(source)
    await eventually('level', () => joiner.running.chain.head.id === few.blocks.at(-1)?.header.id)
    expect([joiner, source].flatMap(({ lied, node }) => [...lied, ...node.offences])).toEqual([])
  })
})
