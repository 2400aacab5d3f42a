import { afterEach, expect, test } from 'vitest'
import { keyOf } from '../../../src/main/node/dht-records.ts'
import { asOne, closeAll, counting, dhtNode, numbered, type DhtNode } from './dht-nodes.ts'

const nodes: DhtNode[] = []
afterEach(() => closeAll(nodes.splice(0)))

const KEY = keyOf('latch-zone', 'ab'.repeat(32))
const soon = () => AbortSignal.timeout(20_000)

async function town(count: number) {
  const made: (DhtNode & { keeper: ReturnType<typeof counting> })[] = []
  for (let index = 0; index < count; index += 1) {
    const node = await dhtNode()
    nodes.push(node)
    const keeper = counting()
    node.dht.keep('latch-zone', keeper)
    made.push({ ...node, keeper })
  }
  await asOne(made)
  return made
}

test('what one hands over is found by the others, through Kademlia alone', async () => {
  const [one, ...others] = await town(5)
  const put = await one?.dht.put(KEY, numbered(7), soon())
  expect(put).toEqual({ held: 4, asked: 4 })
  for (const other of others) {
    const found = []
    for await (const record of other.dht.find(KEY, soon())) found.push(new TextDecoder().decode(record.bytes))
    expect(found).toEqual(['7', '7', '7'])
  }
  expect(others.map(({ keeper }) => keeper.from)).toEqual(others.map(() => [one?.peerId]))
})
