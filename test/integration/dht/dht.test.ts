import { afterEach, expect, test } from 'vitest'
import { keyOf } from '../../../src/main/node/dht-records.ts'
import { KAD_PROTOCOL } from '../../../src/main/node/services.ts'
import type { DhtRoom } from '../../../src/main/node/dht-room.ts'
import { eventually } from '../../helpers/eventually.ts'
import { asOne, closeAll, counting, dhtNode, numbered, type DhtNode } from './dht-nodes.ts'

const nodes: DhtNode[] = []
afterEach(() => closeAll(nodes.splice(0)))

const KEY = keyOf('latch-zone', 'ab'.repeat(32))
const soon = () => AbortSignal.timeout(20_000)

type Holder = DhtNode & { readonly keeper: ReturnType<typeof counting> }

async function holder(): Promise<Holder> {
  const node = await dhtNode()
  nodes.push(node)
  const keeper = counting()
  node.dht.keep('latch-zone', keeper)
  return { ...node, keeper }
}

async function town(count: number): Promise<[Holder, ...Holder[]]> {
  const first = await holder()
  const others: Holder[] = []
  for (let index = 1; index < count; index += 1) others.push(await holder())
  await asOne([first, ...others])
  return [first, ...others]
}

async function found(dht: DhtRoom, key = KEY): Promise<string[]> {
  const values: string[] = []
  for await (const { bytes } of dht.find(key, soon())) values.push(new TextDecoder().decode(bytes))
  return values
}

test('what one hands over is found by the others, through Kademlia alone, and the holder hears from whom it is', async () => {
  const [one, ...others] = await town(5)
  expect(await one.dht.put(KEY, numbered(7), soon())).toEqual({ held: 4, asked: 4 })
  for (const other of others) expect(await found(other.dht)).toEqual(['7', '7', '7'])
  expect(others.map(({ keeper }) => keeper.from)).toEqual(others.map(() => [one.peerId]))
  // Who put it keeps nothing of it: that is its own feature's.
  expect(one.keeper.kept.size).toBe(0)
  expect(others.map(({ dht }) => dht.held('latch-zone'))).toEqual([1, 1, 1, 1])
})

test('somebody who knows one of them only finds what lies at another one', async () => {
  const [hub, far] = await town(2)
  if (far === undefined) throw new Error('two were made')
  far.keeper.kept.set('ab'.repeat(32), numbered(9))
  const fresh = await holder()
  await fresh.libp2p.dial(hub.libp2p.getMultiaddrs())
  await eventually('the one it knows', () => fresh.dht.known().length >= 1)
  const records = []
  for await (const record of fresh.dht.find(KEY, soon())) records.push(record)
  expect(records.map(({ peerId, bytes }) => [peerId, new TextDecoder().decode(bytes)])).toEqual([[far.peerId, '9']])
})

test('an older record takes no newer one’s place, and whoever hands it over hears so', async () => {
  const [one, two, three] = await town(3)
  if (two === undefined || three === undefined) throw new Error('three were made')
  expect(await one.dht.put(KEY, numbered(5), soon())).toEqual({ held: 2, asked: 2 })
  expect(await two.dht.put(KEY, numbered(3), soon())).toEqual({ held: 1, asked: 2 })
  expect(new TextDecoder().decode(three.keeper.kept.get('ab'.repeat(32)))).toBe('5')
})

test('a holder that gives nonsense, one that resets and one that says nothing take nothing from what others give', async () => {
  const [one, liar, good] = await town(3)
  if (liar === undefined || good === undefined) throw new Error('three were made')
  liar.keeper.kept.set('ab'.repeat(32), new TextEncoder().encode('forged'))
  good.keeper.kept.set('ab'.repeat(32), numbered(4))
  const silent = await holder()
  const broken = await holder()
  for (const bad of [silent, broken]) {
    await bad.libp2p.dial(one.libp2p.getMultiaddrs())
    await eventually('it is in the table', () => one.dht.known().includes(bad.peerId))
    await bad.libp2p.unhandle(KAD_PROTOCOL)
  }
  await silent.libp2p.handle(KAD_PROTOCOL, () => {})
  await broken.libp2p.handle(KAD_PROTOCOL, (stream) => stream.abort(new Error('broken')))
  expect((await found(one.dht)).toSorted()).toEqual(['4', 'forged'])
})

test('whoever fails again and again, while others answer, leaves the table, and comes back when it answers', async () => {
  const [one, two] = await town(2)
  if (two === undefined) throw new Error('two were made')
  const gone = await holder()
  await gone.libp2p.dial(one.libp2p.getMultiaddrs())
  await eventually('it is in the table', () => one.dht.known().includes(gone.peerId))
  await gone.libp2p.unhandle(KAD_PROTOCOL)
  await eventually('it is no more', async () => {
    await found(one.dht)
    return !one.dht.known().includes(gone.peerId)
  })
  expect(one.dht.known()).toContain(two.peerId)
})

test('with nobody there it is over at once, and before anybody keeps such records nothing is taken or found', async () => {
  const lonely = await dhtNode()
  nodes.push(lonely)
  expect(await lonely.dht.put(KEY, numbered(1), soon())).toEqual({ held: 0, asked: 0 })
  expect(await found(lonely.dht)).toEqual([])
  const one = await holder()
  await asOne([lonely, one])
  expect(await one.dht.put(KEY, numbered(1), soon())).toEqual({ held: 0, asked: 1 })
  one.keeper.kept.set('ab'.repeat(32), numbered(1))
  expect(await found(lonely.dht)).toEqual([])
  lonely.dht.keep('latch-zone', counting())
  expect(await found(lonely.dht)).toEqual(['1'])
  expect(() => lonely.dht.keep('latch-zone', counting())).toThrow('keeps latch-zone already')
})

test('the nearest devices are met as they are heard of, each once, with how many had to be asked', async () => {
  const [one, ...others] = await town(4)
  const met = []
  for await (const peer of one.dht.closest(KEY, soon())) met.push(peer)
  expect(met.map(({ peerId }) => peerId).toSorted()).toEqual(others.map(({ peerId }) => peerId).toSorted())
  expect(met.every(({ hops }) => hops === 0)).toBe(true)
})

test('after it has stopped nothing is found, kept or told, and no question is under way', async () => {
  const [one, two] = await town(2)
  if (two === undefined) throw new Error('two were made')
  let changes = 0
  one.dht.onChanged(() => (changes += 1))
  await one.dht.stop()
  await one.dht.stop()
  changes = 0
  expect(await found(one.dht)).toEqual([])
  expect(await one.dht.put(KEY, numbered(1), soon())).toEqual({ held: 0, asked: 0 })
  expect(one.dht.mode().mode).toBe('off')
  expect(await two.dht.put(KEY, numbered(2), soon())).toEqual({ held: 0, asked: 1 })
  expect(one.keeper.kept.size).toBe(0)
  expect(changes).toBe(0)
  const streams = one.libp2p.getConnections().flatMap((connection) => connection.streams)
  expect(streams.filter(({ protocol, status }) => protocol === KAD_PROTOCOL && status === 'open')).toEqual([])
})
