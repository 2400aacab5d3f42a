import { generateKeyPair } from '@libp2p/crypto/keys'
import { afterEach, expect, test } from 'vitest'
import type { GossipMessage, GossipVerdict, TopicTerms } from '../../../src/main/platform/gossip.ts'
import { joinGossip } from '../../../src/main/node/services.ts'
import { eventually } from '../../helpers/eventually.ts'
import { at, closeAll, gossipNode, inLine, untilMeshed, type GossipNode, type GossipNodeOptions } from '../../helpers/gossip-nodes.ts'

const TOPIC = '/latch/test/entries'
const open: GossipNode[] = []

afterEach(async () => {
  await closeAll(open.splice(0))
})

async function nodes(count: number, options: GossipNodeOptions = {}): Promise<GossipNode[]> {
  const made: GossipNode[] = []
  for (let index = 0; index < count; index++) made.push(await gossipNode(options))
  open.push(...made)
  return made
}

const accept: GossipVerdict = { verdict: 'accept', why: 'a test' }

/** Terms that take everything, and what was judged under them. */
function listening(over: Partial<TopicTerms> = {}): { terms: TopicTerms; heard: GossipMessage[]; again: string[] } {
  const heard: GossipMessage[] = []
  const again: string[] = []
  const terms: TopicTerms = {
    maxBytes: 1_024,
    perAuthor: { burst: 100, perSecond: 10 },
    judge(message) {
      heard.push(message)
      return accept
    },
    again: (id) => void again.push(id),
    ...over,
  }
  return { terms, heard, again }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const texts = (heard: readonly GossipMessage[]): string[] => heard.map(({ data }) => new TextDecoder().decode(data))

test('a message goes along a line, and each node judges it once', async () => {
  const line = await nodes(4)
  await inLine(line)
  const ears = line.map(() => listening())
  const topics = line.map(({ gossip }, index) => gossip.enter(TOPIC, at(ears, index).terms))
  await untilMeshed(line, TOPIC)
  const sent = await at(topics, 0).publish(bytes('a block'))
  expect(sent).toMatchObject({ outcome: 'sent', peers: 1 })
  await eventually('the last heard it', () => at(ears, 3).heard.length > 0)
  expect(ears.map(({ heard }) => texts(heard))).toEqual([[], ['a block'], ['a block'], ['a block']])
  const [last] = at(ears, 3).heard
  expect(last).toMatchObject({ id: sent.id, topic: TOPIC, author: at(line, 0).peerId, from: at(line, 2).peerId })
})

test('one who is heard to speak no gossip, by what it said before it joined, stays in its topics as long as it is connected', async () => {
  const pair = await nodes(2)
  await inLine(pair)
  const ears = pair.map(() => listening())
  const topics = pair.map(({ gossip }, index) => gossip.enter(TOPIC, at(ears, index).terms))
  await untilMeshed(pair, TOPIC)
  const [first, second] = [at(pair, 0), at(pair, 1)]
  const { protocols } = await first.libp2p.peerStore.get(second.libp2p.peerId)
  const before = protocols.filter((protocol) => !protocol.includes('meshsub'))
  expect(before.length).toBeLessThan(protocols.length)
  const updated = new Promise((resolve) => first.libp2p.addEventListener('peer:update', resolve, { once: true }))
  await first.libp2p.peerStore.patch(second.libp2p.peerId, { protocols: before })
  await updated
  expect(at(topics, 0).peers()).toEqual([second.peerId])
  await at(topics, 0).publish(bytes('a block'))
  await eventually('it is heard', () => at(ears, 1).heard.length > 0)
  await second.libp2p.stop()
  await eventually('who is gone is in no topic', () => at(topics, 0).peers().length === 0)
})

test('in a ring of twelve everybody hears everything once, whoever says it again', async () => {
  const ring = await nodes(12)
  await inLine(ring, 'ring')
  const ears = ring.map(() => listening())
  const topics = ring.map(({ gossip }, index) => gossip.enter(TOPIC, at(ears, index).terms))
  await untilMeshed(ring, TOPIC)
  await at(topics, 0).publish(bytes('one'))
  await eventually('everybody heard it', () => ears.filter(({ heard }) => heard.length === 1).length === 11)
  expect(await at(topics, 0).publish(bytes('one'))).toMatchObject({ outcome: 'known', peers: 0 })
  expect(await at(topics, 6).publish(bytes('one'))).toMatchObject({ outcome: 'known', peers: 0 })
  await at(topics, 5).publish(bytes('two'))
  await eventually('everybody heard that too', () => ears.every(({ heard }) => texts(heard).includes('two') || heard === at(ears, 5).heard))
  expect(ears.map(({ heard }) => heard.length)).toEqual([1, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2])
  // It came from both sides of the ring where they met.
  expect(ears.flatMap(({ again }) => again).length).toBeGreaterThan(0)
})

test('what a neighbour hands over is judged before it is passed on, and what is rejected costs it', async () => {
  const [bad, middle, far] = (await nodes(3)) as [GossipNode, GossipNode, GossipNode]
  await inLine([bad, middle, far])
  const strict = (): ReturnType<typeof listening> => {
    const ears = listening()
    const judge = async (message: GossipMessage): Promise<GossipVerdict> => {
      await ears.terms.judge(message)
      return new TextDecoder().decode(message.data).startsWith('good') ? accept : { verdict: 'reject', why: 'not good' }
    }
    return { ...ears, terms: { ...ears.terms, judge } }
  }
  const [inMiddle, atFar] = [strict(), strict()]
  const topic = bad.gossip.enter(TOPIC, listening().terms)
  middle.gossip.enter(TOPIC, inMiddle.terms)
  far.gossip.enter(TOPIC, atFar.terms)
  await untilMeshed([bad, middle, far], TOPIC)
  await topic.publish(bytes('bad'))
  await topic.publish(bytes('good'))
  await eventually('the good one arrived', () => atFar.heard.length > 0)
  expect(texts(inMiddle.heard)).toEqual(['bad', 'good'])
  expect(texts(atFar.heard)).toEqual(['good'])
  expect(middle.offences).toEqual([{ peerId: bad.peerId, why: 'gossip: not good', points: 15 }])
  expect(far.offences).toEqual([])
})

test('after a restart, and for a neighbour who never heard it, nothing is broadcast a second time', async () => {
  const [first, middle] = (await nodes(2)) as [GossipNode, GossipNode]
  await inLine([first, middle])
  const before = listening()
  const said = first.gossip.enter(TOPIC, listening().terms)
  middle.gossip.enter(TOPIC, before.terms)
  await untilMeshed([first, middle], TOPIC)
  await said.publish(bytes('once'))
  await eventually('it arrived', () => before.heard.length > 0 && middle.gossip.counts(TOPIC)?.accepted === 1)
  await middle.close()
  open.splice(open.indexOf(middle), 1)

  const restarted = await gossipNode({ database: middle.database })
  const [another, far] = (await nodes(2)) as [GossipNode, GossipNode]
  open.push(restarted)
  await inLine([another, restarted, far])
  const [inMiddle, atFar] = [listening(), listening()]
  const topic = another.gossip.enter(TOPIC, listening().terms)
  const own = restarted.gossip.enter(TOPIC, inMiddle.terms)
  far.gossip.enter(TOPIC, atFar.terms)
  await untilMeshed([another, restarted, far], TOPIC)
  await topic.publish(bytes('once'))
  await topic.publish(bytes('then'))
  await eventually('what is new passed', () => atFar.heard.length > 0)
  expect(texts(inMiddle.heard)).toEqual(['then'])
  expect(texts(atFar.heard)).toEqual(['then'])
  expect(inMiddle.again).toHaveLength(1)
  expect(await own.publish(bytes('once'))).toMatchObject({ outcome: 'known' })
})

test('an author has a rate of their own, and what is above it is neither judged nor passed on', async () => {
  const [loud, middle, far] = (await nodes(3)) as [GossipNode, GossipNode, GossipNode]
  await inLine([loud, middle, far])
  const perAuthor = { burst: 3, perSecond: 0.001 }
  const [inMiddle, atFar] = [listening({ perAuthor }), listening()]
  const topic = loud.gossip.enter(TOPIC, listening().terms)
  const quiet = middle.gossip.enter(TOPIC, inMiddle.terms)
  far.gossip.enter(TOPIC, atFar.terms)
  await untilMeshed([loud, middle, far], TOPIC)
  for (let index = 0; index < 10; index++) await topic.publish(bytes(`loud ${index}`))
  await eventually('the rest was refused', () => middle.gossip.counts(TOPIC)?.overran === 7)
  await quiet.publish(bytes('quiet'))
  await eventually('another author is heard', () => texts(atFar.heard).includes('quiet'))
  expect(texts(inMiddle.heard)).toEqual(['loud 0', 'loud 1', 'loud 2'])
  expect(texts(atFar.heard)).toEqual(['loud 0', 'loud 1', 'loud 2', 'quiet'])
  expect(middle.offences).toEqual([])
})

test('a topic takes so many accepted messages and no more, and what is ignored takes nobody\u2019s place', async () => {
  const [loud, middle] = (await nodes(2)) as [GossipNode, GossipNode]
  await inLine([loud, middle])
  const judge = ({ data }: GossipMessage): GossipVerdict =>
    new TextDecoder().decode(data).startsWith('stale') ? { verdict: 'ignore', why: 'stale' } : accept
  const topic = loud.gossip.enter(TOPIC, listening().terms)
  middle.gossip.enter(TOPIC, { ...listening().terms, judge, total: { burst: 2, perSecond: 0.001 } })
  await untilMeshed([loud, middle], TOPIC)
  const said = async (text: string, counts: object): Promise<void> => {
    await topic.publish(bytes(text))
    await eventually(text, () => JSON.stringify({ ...middle.gossip.counts(TOPIC), ...counts }) === JSON.stringify(middle.gossip.counts(TOPIC)))
  }
  for (let index = 0; index < 5; index++) await said(`stale ${index}`, { ignored: index + 1 })
  await said('one', { accepted: 1 })
  await said('two', { accepted: 2 })
  await said('three', { accepted: 2, overran: 1 })
})

test('what is said and cannot be written is not sent, and can be said again', async () => {
  const [{ gossip, database }] = (await nodes(1)) as [GossipNode]
  const topic = gossip.enter(TOPIC, listening().terms)
  database.prepare('ALTER TABLE gossip_seen RENAME TO gossip_lost').run()
  await expect(topic.publish(bytes('hello'))).rejects.toThrow('gossip_seen')
  database.prepare('ALTER TABLE gossip_lost RENAME TO gossip_seen').run()
  expect(await topic.publish(bytes('hello'))).toMatchObject({ outcome: 'sent' })
})

test('what is too large for a topic is not looked at, and costs whoever handed it over', async () => {
  const [near, far] = (await nodes(2)) as [GossipNode, GossipNode]
  await inLine([near, far])
  const ears = listening({ maxBytes: 64 })
  const topic = near.gossip.enter(TOPIC, listening().terms)
  far.gossip.enter(TOPIC, ears.terms)
  await untilMeshed([near, far], TOPIC)
  await expect(topic.publish(new Uint8Array(1_025))).rejects.toMatchObject({ code: 'TOO_LARGE' })
  await topic.publish(new Uint8Array(65))
  await topic.publish(bytes('small'))
  await eventually('the small one', () => ears.heard.length > 0)
  expect(texts(ears.heard)).toEqual(['small'])
  expect(far.offences).toEqual([{ peerId: near.peerId, why: 'gossip: larger than its topic takes', points: 15 }])
})

test('who enters a topic later knows who was in it before', async () => {
  const [early, late] = (await nodes(2)) as [GossipNode, GossipNode]
  await inLine([early, late])
  const ears = listening()
  early.gossip.enter(TOPIC, ears.terms)
  const other = late.gossip.enter('/latch/test/other', listening().terms)
  early.gossip.enter('/latch/test/other', listening().terms)
  await untilMeshed([late], '/latch/test/other')
  expect(other.peers()).toEqual([early.peerId])
  const changes: string[] = []
  late.gossip.onPeers((topic) => void changes.push(topic))
  const topic = late.gossip.enter(TOPIC, listening().terms)
  await eventually('it is known', () => topic.peers().length > 0)
  expect(changes).toContain(TOPIC)
  expect((await topic.publish(bytes('hello'))).peers).toBe(1)
  await eventually('it arrived', () => ears.heard.length > 0)
})

test('nothing of a topic that was left, or never entered, is taken', async () => {
  const [near, far] = (await nodes(2)) as [GossipNode, GossipNode]
  await inLine([near, far])
  const ears = listening()
  const topic = near.gossip.enter(TOPIC, listening().terms)
  const other = near.gossip.enter('/latch/test/other', listening().terms)
  const left = far.gossip.enter(TOPIC, ears.terms)
  const marker = listening()
  far.gossip.enter('/latch/test/other', marker.terms)
  await untilMeshed([near, far], TOPIC)
  await untilMeshed([near, far], '/latch/test/other')
  left.leave()
  expect(far.gossip.counts(TOPIC)).toBeNull()
  await eventually('the leave was heard', () => topic.peers().length === 0)
  expect((await topic.publish(bytes('to nobody'))).peers).toBe(0)
  await other.publish(bytes('after'))
  await eventually('the other topic', () => marker.heard.length > 0)
  expect(ears.heard).toEqual([])
})

test('one who says a message in another topic first does not silence it in its own', async () => {
  const [near, far] = (await nodes(2)) as [GossipNode, GossipNode]
  await inLine([near, far])
  const ears = listening()
  const other = near.gossip.enter('/latch/test/other', listening().terms)
  const topic = near.gossip.enter(TOPIC, listening().terms)
  far.gossip.enter('/latch/test/other', { ...listening().terms, judge: () => ({ verdict: 'ignore', why: 'nonsense here' }) })
  far.gossip.enter(TOPIC, ears.terms)
  await untilMeshed([near, far], TOPIC)
  await untilMeshed([near, far], '/latch/test/other')
  await other.publish(bytes('a block'))
  await eventually('it was judged there', () => far.gossip.counts('/latch/test/other')?.ignored === 1)
  await topic.publish(bytes('a block'))
  await eventually('it is heard in its own', () => ears.heard.length > 0)
})

test('what was said before gossip joined, or to an empty topic, is said to the first who comes', async () => {
  const [near, far] = (await nodes(2, { joined: false })) as [GossipNode, GossipNode]
  const ears = listening()
  const topic = near.gossip.enter(TOPIC, listening().terms)
  far.gossip.enter(TOPIC, ears.terms)
  expect(await topic.publish(bytes('early'))).toMatchObject({ outcome: 'sent', peers: 0 })
  for (const { annex, gossip } of [near, far]) await joinGossip(annex, gossip)
  expect(await topic.publish(bytes('alone'))).toMatchObject({ outcome: 'sent', peers: 0 })
  await inLine([near, far])
  await eventually('both arrived', () => ears.heard.length === 2)
  expect(texts(ears.heard).toSorted()).toEqual(['alone', 'early'])
})

test('messages of the largest kind go through, several at once, and also to one who missed them', async () => {
  const line = await nodes(3)
  const [first, middle, late] = [at(line, 0), at(line, 1), at(line, 2)]
  const maxBytes = 2 ** 20
  const ears = line.map(() => listening({ maxBytes }))
  const topics = line.map(({ gossip }, index) => gossip.enter(TOPIC, at(ears, index).terms))
  await inLine([first, middle])
  await untilMeshed([first, middle], TOPIC)
  for (const letter of ['a', 'b', 'c']) await at(topics, 0).publish(new Uint8Array(maxBytes).fill(letter.charCodeAt(0)))
  await eventually('they arrive', () => at(ears, 1).heard.length === 3)
  // Offered by the next heartbeats, as it came too late to be told; three at once would be more than it takes.
  const pubsub = middle.annex.components['gossip'] as { mesh: Map<string, Set<string>>; emitGossip(to: Map<string, Set<string>>): void; flush(): void }
  await inLine([middle, late])
  await untilMeshed([late], TOPIC)
  await eventually('both ways', () => middle.gossip.peersOf(TOPIC).includes(late.peerId))
  pubsub.emitGossip(new Map([[TOPIC, new Set<string>([late.peerId])]]))
  pubsub.flush()
  await eventually('it fetched them', () => at(ears, 2).heard.length === 3)
  expect(late.offences).toEqual([])
})

test('a topic is entered once, and none takes more than one frame carries', async () => {
  const [{ gossip }] = (await nodes(1)) as [GossipNode]
  const { terms } = listening()
  const topic = gossip.enter(TOPIC, terms)
  expect(() => gossip.enter(TOPIC, terms)).toThrow('entered already')
  expect(() => gossip.enter('/latch/test/large', { ...terms, maxBytes: 2 ** 21 })).toThrow(RangeError)
  topic.leave()
  topic.leave()
  await expect(topic.publish(bytes('gone'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(gossip.enter(TOPIC, terms).name).toBe(TOPIC)
})

test('a message whose signature is another key\'s reaches nobody, and does not silence the true one', async () => {
  const [forger, middle, far] = (await nodes(3)) as [GossipNode, GossipNode, GossipNode]
  await inLine([forger, middle, far])
  const ears = listening()
  const topic = forger.gossip.enter(TOPIC, listening().terms)
  const own = middle.gossip.enter(TOPIC, listening().terms)
  far.gossip.enter(TOPIC, ears.terms)
  await untilMeshed([forger, middle, far], TOPIC)
  const pubsub = forger.annex.components['gossip'] as { publishConfig: { privateKey: unknown } }
  pubsub.publishConfig.privateKey = await generateKeyPair('Ed25519')
  await topic.publish(bytes('a block'))
  await eventually('the forgery was noticed', () => middle.offences.length > 0)
  expect(middle.offences).toEqual([
    { peerId: forger.peerId, why: 'gossip: an author, a number or a signature that does not hold', points: 25 },
  ])
  expect(await own.publish(bytes('a block'))).toMatchObject({ outcome: 'sent' })
  await eventually('the true one', () => ears.heard.length > 0)
  expect(ears.heard[0]?.author).toBe(middle.peerId)
})

test('when the connection that carried it closes and another is there, gossip goes on over that one', async () => {
  const [near, far] = (await nodes(2, { transport: 'tcp' })) as [GossipNode, GossipNode]
  await inLine([near, far])
  const ears = listening()
  const topic = near.gossip.enter(TOPIC, listening().terms)
  far.gossip.enter(TOPIC, ears.terms)
  await untilMeshed([near, far], TOPIC)
  // Known to take part at the next heartbeat.
  await new Promise<void>((resolve) => near.annex.components['gossip'].addEventListener('gossipsub:heartbeat', () => resolve(), { once: true }))
  const [first] = near.libp2p.getConnections()
  await near.libp2p.dial(far.libp2p.getMultiaddrs(), { force: true })
  await eventually('two connections', () => near.libp2p.getConnections().length === 2 && far.libp2p.getConnections().length === 2)
  await first?.close()
  const pubsub = near.annex.components['gossip'] as { streamsOutbound: Map<string, unknown> }
  await eventually('it is cut', () => !pubsub.streamsOutbound.has(far.peerId))
  await eventually('it is back', () => pubsub.streamsOutbound.has(far.peerId), { withinMs: 15_000 })
  await topic.publish(bytes('still here'))
  await eventually('it arrives', () => texts(ears.heard).includes('still here'))
}, 30_000)
