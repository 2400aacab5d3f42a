import { afterEach, expect, test } from 'vitest'
import { RoomName, type Post } from '../../../src/shared/model/square.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { MAX_POST_BYTES } from '../../../src/main/features/square/limits.ts'
import { sealPost } from '../../../src/main/features/square/message.ts'
import type { SquareEvent } from '../../../src/main/features/square/types.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import type { Topic } from '../../../src/main/platform/gossip.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { at, closeAll, gossipNode, inLine, untilMeshed, type GossipNode } from '../../helpers/gossip-nodes.ts'
import { lobbyOf, NETWORK, OTHER_NETWORK, squareNode, type SquareNode, type SquareNodeOptions } from '../../helpers/square-nodes.ts'

const LOBBY = RoomName.parse('lobby')
const KITCHEN = RoomName.parse('kitchen')
const open: GossipNode[] = []

afterEach(async () => {
  await closeAll(open.splice(0))
})

async function nodes(count: number, options: SquareNodeOptions = {}): Promise<SquareNode[]> {
  const made: SquareNode[] = []
  for (let index = 0; index < count; index++) made.push(await squareNode(options))
  open.push(...made)
  return made
}

async function pair(options: SquareNodeOptions = {}): Promise<[SquareNode, SquareNode]> {
  const two = await nodes(2, options)
  await inLine(two)
  await untilMeshed(two, lobbyOf(NETWORK))
  return [at(two, 0), at(two, 1)]
}

const inLobby = ({ square }: SquareNode): Post[] => square.posts(LOBBY, undefined, 50)
const arrived = (node: SquareNode, text: string): Promise<Post> =>
  eventually(`"${text}" arrives`, () => inLobby(node).find((post) => post.text === text))

/** A neighbour without a square of its own, that says what it likes in the lobby. */
async function mouth(beside: SquareNode): Promise<{ node: GossipNode; topic: Topic }> {
  const node = await gossipNode()
  open.push(node)
  const judge = () => ({ verdict: 'accept', why: 'whatever' }) as const
  const topic = node.gossip.enter(lobbyOf(NETWORK), { maxBytes: 65_536, perAuthor: { burst: 100, perSecond: 100 }, judge })
  await inLine([node, beside])
  await untilMeshed([node], lobbyOf(NETWORK))
  await eventually('both know of each other', () => beside.gossip.peersOf(lobbyOf(NETWORK)).includes(node.peerId))
  return { node, topic }
}

const payloadOf = (over: object = {}) => ({
  network: NETWORK, room: LOBBY, claimedName: 'Mallory', sentAtMs: Date.now(), nonce: new Uint8Array(8), text: 'hello', ...over,
})

test('what one says in the lobby, the other reads, with author, name, words, delay and where it came from', async () => {
  const [ada, ben] = await pair({ name: 'Ada' })
  const said = await ada.square.post(LOBBY, '  Good morning!\r\nAnybody here?\u0007 ')
  expect(said).toMatchObject({ text: 'Good morning!\nAnybody here?', mine: true, safetyWords: [], path: { hops: 0, from: null, delayMs: 0, copies: 1 } })
  const heard = await arrived(ben, 'Good morning!\nAnybody here?')
  expect(heard).toMatchObject({ id: said.id, author: ada.account, claimedName: 'Ada', mine: false, room: LOBBY })
  expect(heard.safetyWords).toEqual(['between', ben.account.slice(-4), ada.account.slice(-4)])
  expect(heard.path).toMatchObject({ hops: null, from: ada.peerId, copies: 1 })
  expect(heard.path.delayMs).toBeGreaterThanOrEqual(0)
  expect(ben.square.rooms()).toMatchObject([{ name: LOBBY, unread: 1, peers: 1, last: { author: ada.account } }])
  expect(ben.square.markRead(LOBBY).unread).toBe(0)
})

test('on a line of four each message knows how many hops it took, and remembers it', async () => {
  const line = await nodes(4)
  await inLine(line)
  await untilMeshed(line, lobbyOf(NETWORK))
  const { id } = await at(line, 0).square.post(LOBBY, 'how far?')
  await arrived(at(line, 3), 'how far?')
  expect((await at(line, 3).square.trace(id)).path.hops).toBe(3)
  expect((await at(line, 0).square.trace(id)).path.hops).toBe(0)
  // Those in between learned it by being asked: nobody is needed any more.
  await at(line, 0).libp2p.stop()
  expect(inLobby(at(line, 2))[0]?.path.hops).toBe(2)
  expect((await at(line, 1).square.trace(id)).path.hops).toBe(1)
})

test('a trace that nobody answers leaves the hops unknown', async () => {
  const [ada, ben] = await pair()
  const { id } = await ada.square.post(LOBBY, 'gone in a moment')
  await arrived(ben, 'gone in a moment')
  await ada.close()
  open.splice(open.indexOf(ada), 1)
  expect((await ben.square.trace(id)).path.hops).toBeNull()
})

test('in a ring a message comes twice to somebody, who reads it once and is told of the copies', async () => {
  const ring = await nodes(5)
  await inLine(ring, 'ring')
  await untilMeshed(ring, lobbyOf(NETWORK))
  await at(ring, 0).square.post(LOBBY, 'round and round')
  for (const node of ring) await arrived(node, 'round and round')
  expect(ring.map((node) => inLobby(node).length)).toEqual([1, 1, 1, 1, 1])
  await eventually('copies', () => ring.some((node) => (inLobby(node)[0]?.path.copies ?? 0) > 1))
})

test('rooms, messages and what was read survive a restart; a room that was left is not entered again', async () => {
  const [ada, ben] = await pair()
  ben.square.enter(KITCHEN)
  await ada.square.post(LOBBY, 'remember me')
  await arrived(ben, 'remember me')
  ben.square.markRead(LOBBY)
  await ben.close()
  open.splice(open.indexOf(ben), 1)
  const again = await squareNode({ database: ben.database, accountKey: ben.accountKey })
  open.push(again)
  expect(again.square.rooms().map(({ name, unread }) => [name, unread])).toEqual([[LOBBY, 0], [KITCHEN, 0]])
  expect(inLobby(again).map(({ text }) => text)).toEqual(['remember me'])
  again.square.leave(LOBBY)
  await again.close()
  open.splice(open.indexOf(again), 1)
  const third = await squareNode({ database: ben.database, accountKey: ben.accountKey })
  open.push(third)
  expect(third.square.rooms().map(({ name }) => name)).toEqual([KITCHEN])
  expect(() => inLobby(third)).toThrow('not in the room')
  third.square.enter(LOBBY)
  expect(inLobby(third).map(({ text }) => text)).toEqual(['remember me'])
})

test('a muted account is passed on and kept, and not shown until it is heard again', async () => {
  const line = await nodes(3)
  await inLine(line)
  await untilMeshed(line, lobbyOf(NETWORK))
  const [ada, ben, cleo] = [at(line, 0), at(line, 1), at(line, 2)]
  expect(ben.square.mute(ada.account, true)).toEqual([ada.account])
  await ada.square.post(LOBBY, 'can you hear me?')
  await arrived(cleo, 'can you hear me?')
  expect(inLobby(ben)).toEqual([])
  expect(ben.square.rooms()).toMatchObject([{ unread: 0, last: null }])
  expect(ben.square.mute(ada.account, false)).toEqual([])
  expect(inLobby(ben)).toHaveLength(1)
  expect(() => ben.square.mute(ben.account, true)).toThrow('That is you')
})

test('nothing of a blocked account is kept or passed on', async () => {
  const blocked = new Set<string>()
  const ada = await squareNode()
  const ben = await squareNode({ isBlocked: (account) => blocked.has(account) })
  const cleo = await squareNode()
  open.push(ada, ben, cleo)
  blocked.add(ada.account)
  await inLine([ada, ben, cleo])
  await untilMeshed([ada, ben, cleo], lobbyOf(NETWORK))
  await ada.square.post(LOBBY, 'let me in')
  await eventually('it was judged', () => ben.gossip.counts(lobbyOf(NETWORK))?.ignored === 1)
  await ben.square.post(LOBBY, 'a marker')
  await arrived(cleo, 'a marker')
  expect(inLobby(cleo).map(({ text }) => text)).toEqual(['a marker'])
  blocked.clear()
  expect(inLobby(ben).map(({ text }) => text)).toEqual(['a marker'])
})

test('a person who says too much at once is told how long to wait', async () => {
  const clock = new FakeClock(Date.now())
  const [ada] = await nodes(1, { squareClock: clock })
  if (ada === undefined) throw new Error('nobody')
  for (let index = 0; index < 5; index++) await ada.square.post(LOBBY, `line ${index}`)
  await expect(ada.square.post(LOBBY, 'one more')).rejects.toMatchObject({ code: 'BUSY', message: expect.stringContaining('in 3 seconds') })
  await clock.advance(2_000)
  await expect(ada.square.post(LOBBY, 'one more')).rejects.toMatchObject({ message: expect.stringContaining('in 1 second.') })
  await clock.advance(1_000)
  expect((await ada.square.post(LOBBY, 'one more')).text).toBe('one more')
  await expect(ada.square.post(LOBBY, 'x'.repeat(2_049))).rejects.toMatchObject({ code: 'TOO_LARGE' })
  await expect(ada.square.post(LOBBY, '\u0000 \u202e')).rejects.toMatchObject({ code: 'BAD_INPUT' })
  await expect(ada.square.post(KITCHEN, 'anybody?')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('an account that says more than its rate is cut off, from however many devices', async () => {
  const [ben] = await nodes(1)
  if (ben === undefined) throw new Error('nobody')
  const loud = await squareNode()
  open.push(loud)
  const mouths = [await mouth(ben), await mouth(ben)]
  for (let index = 0; index < 8; index++) {
    const payload = payloadOf({ text: `loud ${index}`, nonce: new Uint8Array(8).fill(index) })
    await at(mouths, index % 2).topic.publish(await sealPost(payload, loud.accountKey))
  }
  await eventually('all were judged', () => {
    const counts = ben.gossip.counts(lobbyOf(NETWORK))
    return counts !== null && counts.accepted + counts.ignored === 8
  })
  expect(ben.gossip.counts(lobbyOf(NETWORK))).toMatchObject({ accepted: 5, ignored: 3, rejected: 0 })
  expect(ben.offences).toEqual([])
})

test('what no honest device passes on is rejected, costs its bearer, and reaches nobody', async () => {
  const [ben, cleo] = await pair()
  const { accountKey } = ben
  const bad: [string, Uint8Array][] = [
    ['of another room', await sealPost(payloadOf({ room: KITCHEN }), accountKey)],
    ['of another network', await sealPost(payloadOf({ network: OTHER_NETWORK }), accountKey)],
    ['not an envelope', new Uint8Array(300)],
    ['of another domain', await seal({ domain: 'latch-other', type: '/latch/square-post/1' }, encode({ v: 1, ...payloadOf() }), accountKey)],
    ['with control characters', await sealPost(payloadOf({ text: 'a\u001b[2Jb' }), accountKey)],
    ['too long', await sealPost(payloadOf({ text: 'é'.repeat(1_025) }), accountKey)],
    ['of another version', await seal({ domain: 'latch-square-post', type: '/latch/square-post/1' }, encode({ ...payloadOf(), v: 2 }), accountKey)],
  ]
  for (const [what, bytes] of bad) {
    const { node, topic } = await mouth(ben)
    await topic.publish(bytes)
    await eventually(what, () => ben.offences.some(({ peerId, points }) => peerId === node.peerId && points === 15))
  }
  const { node, topic } = await mouth(ben)
  await topic.publish(new Uint8Array(MAX_POST_BYTES + 1))
  await eventually('too large', () => ben.offences.some(({ peerId }) => peerId === node.peerId))
  await ben.square.post(LOBBY, 'a marker')
  await arrived(cleo, 'a marker')
  expect(inLobby(cleo).map(({ text }) => text)).toEqual(['a marker'])
  expect(inLobby(ben)).toHaveLength(1)
  expect(cleo.offences).toEqual([])
})

test('what is older than five minutes, or ahead by more, is ignored and nobody’s fault', async () => {
  const [ben] = await nodes(1)
  if (ben === undefined) throw new Error('nobody')
  const { topic } = await mouth(ben)
  const near = 5 * MINUTE - 2_000
  const times: [string, number][] = [['old', -5 * MINUTE - 1], ['ahead', 5 * MINUTE + 2_000], ['nearly old', -near], ['nearly ahead', near]]
  for (const [text, skewMs] of times) await topic.publish(await sealPost(payloadOf({ text, sentAtMs: Date.now() + skewMs }), ben.accountKey))
  await eventually('all were judged', () => {
    const counts = ben.gossip.counts(lobbyOf(NETWORK))
    return counts !== null && counts.accepted + counts.ignored === 4
  })
  expect(inLobby(ben).map(({ text }) => text)).toEqual(['nearly ahead', 'nearly old'])
  expect(ben.offences).toEqual([])
})

test('another network has other rooms, and a watcher is told of all of it', async () => {
  const [ada, ben] = await pair()
  const events: SquareEvent[] = []
  const ending = new AbortController()
  const watching = (async () => {
    for await (const item of ben.square.watch(ending.signal)) if (item.kind === 'event') events.push(item.event)
  })()
  await ada.square.post(LOBBY, 'hello')
  await arrived(ben, 'hello')
  ben.square.enter(KITCHEN)
  ben.square.leave(KITCHEN)
  ben.square.mute(ada.account, true)
  ben.square.use(OTHER_NETWORK)
  expect(ben.square.rooms()).toMatchObject([{ network: OTHER_NETWORK, name: LOBBY, unread: 0 }])
  expect(inLobby(ben)).toEqual([])
  ben.square.use(NETWORK)
  ben.square.mute(ada.account, false)
  expect(inLobby(ben).map(({ text }) => text)).toEqual(['hello'])
  await eventually('all was told', () => events.filter(({ event }) => event === 'network-changed').length === 2)
  ending.abort()
  await watching
  const kinds = new Set(events.map(({ event }) => event))
  expect([...kinds].toSorted()).toEqual(['muted-changed', 'network-changed', 'post-changed', 'room-changed', 'room-left'])
})
