import { randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromMultihash, peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import * as Digest from 'multiformats/hashes/digest'
import { afterEach, expect, test } from 'vitest'
import { keyOf } from '../../../src/main/node/dht-records.ts'
import { MAX_QUESTION_BYTES } from '../../../src/main/node/dht-ways.ts'
import { eventually } from '../../helpers/eventually.ts'
import { asOne, closeAll, counting, dhtNode, numbered, type DhtNode } from './dht-nodes.ts'
import { answering, closer, framed, message, open, provider, record, say } from './raw.ts'

const nodes: DhtNode[] = []
afterEach(() => closeAll(nodes.splice(0)))

const KEY = keyOf('latch-zone', 'ab'.repeat(32))
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

async function attacked() {
  const [target, rogue] = [await dhtNode(), await dhtNode()]
  nodes.push(target, rogue)
  const keeper = counting()
  target.dht.keep('latch-zone', keeper)
  await asOne([target, rogue])
  const offences = (): string[] => target.offences.map(({ why }) => why)
  return { target, rogue, keeper, offences }
}

test('a well-formed question made by hand is answered, so that what follows is refused for what it says', async () => {
  const { target, rogue, keeper, offences } = await attacked()
  const value = numbered(3)
  expect((await say(rogue, target, message('PUT_VALUE', KEY, { record: record(KEY, value) }))).status).toBe('answered')
  expect(keeper.kept.size).toBe(1)
  expect((await say(rogue, target, message('GET_VALUE', KEY))).bytes.includes(Buffer.from(value))).toBe(true)
  expect((await say(rogue, target, message('FIND_NODE', KEY))).status).toBe('answered')
  expect((await say(rogue, target, message('PING', KEY))).status).toBe('answered')
  expect(offences()).toEqual([])
})

test('records of foreign kinds, and provider records, are refused, and cost', async () => {
  const { target, rogue, keeper, offences } = await attacked()
  const foreign = [text(`/pk/${'a'.repeat(34)}`), text('/ipns/abc'), text('/latch-zone/abc'), text('nothing'), new Uint8Array(randomBytes(32))]
  for (const key of foreign) {
    expect((await say(rogue, target, message('PUT_VALUE', key, { record: record(key, numbered(1)) }))).status).toBe('reset')
    expect((await say(rogue, target, message('GET_VALUE', key))).status).toBe('reset')
  }
  const cid = Buffer.from([1, 0x55, 0x12, 32, ...new Uint8Array(32)])
  const own = provider(rogue.libp2p.peerId.toMultihash().bytes)
  expect((await say(rogue, target, message('ADD_PROVIDER', cid, { providers: own }))).status).toBe('reset')
  expect((await say(rogue, target, message('GET_PROVIDERS', cid))).status).toBe('reset')
  expect(keeper.kept.size).toBe(0)
  // Looking for what nobody has costs nothing.
  expect(offences()).toHaveLength(foreign.length + 1)
})

test('a record that hides another key in it is judged and kept under the key that it holds, and never under a foreign one', async () => {
  const { target, rogue, keeper } = await attacked()
  const other = keyOf('latch-zone', 'cd'.repeat(32))
  await say(rogue, target, message('PUT_VALUE', KEY, { record: record(other, numbered(1)) }))
  expect([...keeper.kept.keys()].filter((id) => id === 'ab'.repeat(32))).toEqual([])
  expect((await say(rogue, target, message('PUT_VALUE', KEY, { record: record(text('/pk/abc'), numbered(1)) }))).status).toBe('reset')
})

test('too large: a record beyond its kind’s bound, a question beyond all bounds', async () => {
  const { target, rogue, keeper, offences } = await attacked()
  const large = new Uint8Array(1_001).fill(0x31)
  expect((await say(rogue, target, message('PUT_VALUE', KEY, { record: record(KEY, large) }))).status).toBe('reset')
  const larger = new Uint8Array(3_000).fill(0x31)
  expect((await say(rogue, target, message('PUT_VALUE', KEY, { record: record(KEY, larger) }))).status).toBe('reset')
  const largest = new Uint8Array(4 * MAX_QUESTION_BYTES)
  expect((await say(rogue, target, message('PUT_VALUE', KEY, { record: largest }))).status).toBe('reset')
  expect((await say(rogue, target, message('FIND_NODE', new Uint8Array(1_000)))).status).toBe('reset')
  expect(keeper.kept.size).toBe(0)
  expect(keeper.from).toEqual([])
  expect(offences().length).toBeGreaterThanOrEqual(1)
})

test('nonsense, half a question and none at all end in a reset, and the next question is answered', async () => {
  const { target, rogue } = await attacked()
  expect((await say(rogue, target, randomBytes(200))).status).toBe('reset')
  expect((await say(rogue, target, Buffer.from([255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]), { framed: false })).status).toBe('reset')
  const half = await open(rogue, target)
  half.send(Buffer.from([100, 8, 4]))
  await half.close()
  expect((await say(rogue, target, message('FIND_NODE', KEY))).status).toBe('answered')
})

test('a refusal of the keeper is one to whoever handed it over', async () => {
  const { target, rogue, keeper } = await attacked()
  expect((await say(rogue, target, message('PUT_VALUE', KEY, { record: record(KEY, text('forged')) }))).status).toBe('reset')
  expect(keeper.from).toEqual([rogue.peerId])
  expect(keeper.kept.size).toBe(0)
})

test('more streams at once than it serves are reset, and silent ones do not keep others from being answered', async () => {
  const { target, rogue } = await attacked()
  const silent = await Promise.allSettled(Array.from({ length: 60 }, () => open(rogue, target)))
  const opened = silent.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  await eventually('some are reset', () => opened.some(({ status }) => status === 'reset' || status === 'aborted') || opened.length < 60)
  const third = await dhtNode()
  nodes.push(third)
  expect((await say(third, target, message('FIND_NODE', KEY))).status).toBe('answered')
  for (const stream of opened) stream.abort(new Error('enough'))
})

test('somebody who answers without end, or with thousands of names, is cut off and leads nobody astray', async () => {
  const { target, rogue } = await attacked()
  const rogues = await answering(rogue, Buffer.concat([Buffer.from([128, 128, 128, 1]), Buffer.alloc(300_000)]))
  const met = []
  for await (const step of target.dht.find(KEY, AbortSignal.timeout(20_000))) met.push(step)
  expect(rogues.asked()).toBeGreaterThan(0)
  expect(met).toEqual([])
})

test('what it is told of private networks by somebody elsewhere, and what is no address, is not dialled', async () => {
  const { target, rogue } = await attacked()
  const named = await dhtNode()
  nodes.push(named)
  const id = named.libp2p.peerId.toMultihash().bytes
  const there = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toMultihash().bytes
  const local = '/memory/dht-nobody'
  const dials: string[] = []
  const { transportManager } = target.annex.components
  const dial = transportManager.dial.bind(transportManager)
  transportManager.dial = (address, options) => {
    dials.push(address.toString())
    return dial(address, options)
  }
  // "It is in 192.168.1.0/24": this device is not. And what is of this machine, which memory shares with it, is offered.
  const told = Buffer.concat([Buffer.from([8, 4]), closer(id, [multiaddr('/ip4/192.168.1.1/tcp/80').bytes]), closer(there, [multiaddr(local).bytes])])
  const rogues = await answering(rogue, framed(told))
  const met = []
  for await (const peer of target.dht.closest(KEY, AbortSignal.timeout(20_000))) met.push(peer.peerId)
  expect(rogues.asked()).toBeGreaterThan(0)
  // What may be dialled is, so that the answer was read.
  expect(met).toEqual([rogue.peerId, expect.any(String)])
  expect([...new Set(dials)]).toEqual([`${local}/p2p/${peerIdFromMultihash(Digest.decode(there)).toString()}`])
})
