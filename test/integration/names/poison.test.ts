import { afterAll, beforeAll, expect, test } from 'vitest'
import { zoneKey, type ZoneKey } from '../../../src/main/features/names/near.ts'
import { LINGER_MS } from '../../../src/main/features/names/resolver-limits.ts'
import type { ResolverParts } from '../../../src/main/features/names/resolver-types.ts'
import { resolve } from '../../../src/main/features/names/resolver.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { Lookup } from '../../../src/shared/model/names.ts'
import type { TestNode } from '../../helpers/two-nodes.ts'
import { type Box, Crowd, drawn, NETWORK, owned, type Person, personOf, shuffled, zoneOf } from './crowd.ts'
import { ground, type Lie, LIES, type Lies, liesOf, lying, PAID } from './liars.ts'

/*
 * A hundred peers over real streams, of whom thirty lie, each in its own way, and hold nothing of what they say they hold;
 * the owners are away. What a look-up says is checked against who was asked, and against what each of those had.
 */

const seed = Number(process.env['LATCH_SEED'] ?? Date.now() % 2 ** 31)
console.info(`names among liars: LATCH_SEED=${seed}`)

const HONEST = 70
const LIARS = 30
const NAMES = 40
const OWNERS = 4
const [OLD, NEWEST, FALSE] = [1_000, 2_000, 9_000]

const random = drawn(seed)
const crowd = new Crowd(`poison-${seed}`)
const honest = new Map<PeerId, Box>()
const liars = new Map<PeerId, Lie>()
const lies = new Map<ZoneKey, Lies>()
const truth = new Map<NameLabel, { readonly owner: Person; readonly newest: Uint8Array; readonly old: Uint8Array }>()
/** Who asked which liar. */
const askedBy = new Set<string>()
let mallory: Person
let me: Person
/** Every device that was made, but for the owners’. */
const nodes: TestNode[] = []
/** Whom those who flood name next to a key. */
const floods = new Map<ZoneKey, { peerId: PeerId; addresses: string[] }[]>()

beforeAll(async () => {
  mallory = await personOf('mallory')
  me = await personOf('me')
  for (let number = 0; number < HONEST; number++) {
    const box = await crowd.box()
    honest.set(box.node.peerId, box)
    nodes.push(box.node)
  }
  for (let number = 0; number < LIARS; number++) {
    const node = await crowd.node()
    await liar(node, LIES[number % LIES.length] ?? 'forged')
    nodes.push(node)
  }
  await crowd.mix(nodes, 8, random)
  for (let number = 0; number < OWNERS; number++) await publishAll(number)
}, 300_000)

afterAll(() => crowd.close(), 60_000)

async function liar(node: TestNode, lie: Lie): Promise<void> {
  liars.set(node.peerId, lie)
  const asked = (by: PeerId): void => void askedBy.add(`${by} ${node.peerId}`)
  await lying(node, { lie, lies: (key) => lies.get(key) ?? null, closer: (key) => closerLiars(key, node.peerId), asked })
}

/** Others of them: those that were ground next to the key, where there are such. */
function closerLiars(key: ZoneKey, but: PeerId): { peerId: PeerId; addresses: string[] }[] {
  const all = floods.get(key) ?? [...liars.keys()].map((peerId) => ({ peerId, addresses: [crowd.places.get(peerId) ?? ''] }))
  return shuffled(all.filter(({ peerId }) => peerId !== but), random).slice(0, 8)
}

/** An owner who is connected with all, tells two zones of each of its names, and goes. */
async function publishAll(number: number): Promise<void> {
  const owner = await personOf(`owner ${number}`)
  const box = await crowd.box()
  await Promise.all(nodes.map((one) => crowd.join(box.node, one.peerId)))
  const publisher = crowd.publisher(box, owner)
  for (let index = number; index < NAMES; index += OWNERS) {
    const name = NameLabel.parse(`village-${index}`)
    crowd.names.set(name, owned(name, owner))
    const [old, newest] = [await zoneOf(owner, name, OLD), await zoneOf(owner, name, NEWEST)]
    lies.set(zoneKey(NETWORK, name), await liesOf(name, owner, mallory, { old: OLD, high: FALSE }))
    truth.set(name, { owner, newest: newest.bytes, old: old.bytes })
    await publisher.publish(old)
    await publisher.publish(newest)
  }
  await publisher.stop()
  await box.node.close()
}

interface Seen {
  readonly name: NameLabel
  readonly lookup: Lookup
  /** The number of what was told last, a moment after the result too. */
  readonly toldSeq: number | null
}

/** As if nothing of it were kept. */
async function lookUp(name: NameLabel, parts: ResolverParts): Promise<Seen> {
  let toldSeq: number | null = null
  const onAnswer = ({ zone }: Lookup): void => void (toldSeq = zone?.seq ?? null)
  parts.cache.drop(name)
  const lookup = Lookup.parse(await resolve(`${name}.peer`, parts, { onAnswer }))
  if (lookup.zone !== null && lookup.zone.seq !== NEWEST) await new Promise((later) => setTimeout(later, LINGER_MS))
  return { name, lookup, toldSeq }
}

/** Honest peers with the newest zone that were asked in this look-up, and what is written down of them. */
function holdersAsked({ name, lookup }: Seen): Lookup['steps'] {
  const key = zoneKey(NETWORK, name)
  return lookup.steps.filter(
    ({ step, peerId }) => step === 'ask' && peerId !== null && honest.get(peerId)?.store.held(key)?.zone.seq === NEWEST,
  )
}

type Tally = Record<string, number>

/** What a look-up came to, in a word; throws where it is what must never be. */
function judged(seen: Seen): string {
  const { name, lookup } = seen
  const { outcome, steps } = lookup
  const story = (): string => `LATCH_SEED=${seed}, ${name}: ${JSON.stringify({ outcome, steps }, null, 1)}`
  if (outcome.outcome !== 'found') {
    if (outcome.outcome !== 'unreachable' && outcome.outcome !== 'no-zone') throw new Error(story())
    // Whoever could have said so was asked and was not heard: it may not be said that nobody has it.
    if (outcome.outcome === 'no-zone' && holdersAsked(seen).length > 0) throw new Error(story())
    return outcome.outcome
  }
  const { owner } = truth.get(name) ?? {}
  if (outcome.owner !== owner?.account || outcome.zone.owner !== owner.account) throw new Error(story())
  if (outcome.zone.seq === NEWEST) return 'newest'
  if (outcome.zone.seq !== OLD) throw new Error(story())
  if (holdersAsked(seen).length === 0) return 'older, as nobody who was asked had the newer one'
  if (seen.toldSeq !== NEWEST) throw new Error(story())
  return 'older, and the newer one told within a second'
}

function count(words: readonly string[]): Tally {
  const tally: Tally = {}
  for (const word of words) tally[word] = (tally[word] ?? 0) + 1
  return tally
}

/** By what they do, liars that answered, and how many of them paid. */
function paid(node: TestNode): Record<string, string> {
  const table: Record<string, string> = {}
  for (const lie of LIES) {
    const those = [...liars].filter(([peerId, one]) => one === lie && askedBy.has(`${node.peerId} ${peerId}`))
    const paying = those.filter(([peerId]) => node.offences.some((one) => one.peerId === peerId))
    table[lie] = `${paying.length} of ${those.length}`
  }
  return table
}

/** Somebody new, connected with these. */
async function newcomer(around: readonly PeerId[]): Promise<{ readonly node: TestNode; readonly parts: ResolverParts }> {
  const box = await crowd.box()
  await Promise.all(around.map((one) => crowd.join(box.node, one)))
  return { node: box.node, parts: crowd.asker(box, me) }
}

/** Whoever answered with what no honest one gives has paid for it, and no honest one has. */
function checkPoints({ offences, peerId: by }: TestNode): void {
  for (const [peerId, lie] of liars) {
    if (askedBy.has(`${by} ${peerId}`) && PAID.has(lie)) expect([lie, offences.some((one) => one.peerId === peerId)]).toEqual([lie, true])
  }
  expect(offences.filter(({ peerId }) => honest.has(peerId))).toEqual([])
}

const peersOf = (some: readonly TestNode[]): PeerId[] => some.map(({ peerId }) => peerId)

test('thirty of a hundred peers lie: every look-up gives the newest zone or says that it could not', { timeout: 300_000 }, async () => {
  for (const connected of [8, 24, 100]) {
    const { node, parts } = await newcomer(peersOf(shuffled(nodes, random)).slice(0, connected))
    const words: string[] = []
    for (const name of shuffled([...truth.keys()], random)) words.push(judged(await lookUp(name, parts)))
    console.info(`look-ups of one connected with ${connected}`, count(words), paid(node))
    expect(words.filter((word) => word === 'newest').length).toBeGreaterThan(words.length * 0.9)
    checkPoints(node)
  }
})

test('and so it does for one who is connected with four liars for each honest peer', { timeout: 300_000 }, async () => {
  const some = [...shuffled([...liars.keys()], random).slice(0, 16), ...shuffled([...honest.keys()], random).slice(0, 4)]
  const { node, parts } = await newcomer(some)
  const words: string[] = []
  for (const name of shuffled([...truth.keys()], random)) words.push(judged(await lookUp(name, parts)))
  console.info('look-ups of one among liars', count(words), paid(node))
  checkPoints(node)
  expect(words.filter((word) => word === 'newest').length).toBeGreaterThan(words.length / 2)
})

test('and with all names looked up at once', { timeout: 300_000 }, async () => {
  const { node, parts } = await newcomer(peersOf(shuffled(nodes, random)).slice(0, 24))
  const words = (await Promise.all([...truth.keys()].map((name) => lookUp(name, parts)))).map(judged)
  console.info('look-ups at once', count(words), paid(node))
  expect(words.filter((word) => word === 'newest').length).toBeGreaterThan(words.length * 0.9)
})

test('ids ground near a key, some there and some not, named in floods, bring in nothing false, nor an older zone where the newer was asked for', { timeout: 300_000 }, async () => {
  const { node, parts } = await newcomer(peersOf(shuffled(nodes, random)).slice(0, 12))
  const names = shuffled([...truth.keys()], random).slice(0, 5)
  for (const name of names) {
    const key = zoneKey(NETWORK, name)
    const near = await ground(key, 1_200, 16, `sybil-${seed}-${name}`)
    const named = near.map(({ peerId }, at) => ({ peerId, addresses: [`/memory/nobody-${name}-${at}`] }))
    floods.set(key, named)
    for (const [at, { deviceKey, peerId }] of near.slice(0, 8).entries()) {
      const sybil = await crowd.node(deviceKey)
      named[at] = { peerId, addresses: [crowd.places.get(peerId) ?? ''] }
      await liar(sybil, at % 2 === 0 ? 'flood' : 'stale')
      // Next to whoever looks up, as those that it met through Kademlia would be.
      if (at < 3) await crowd.join(node, peerId)
    }
  }
  const words: string[] = []
  // Twice, and as often again where whoever has the newest was never among those asked.
  for (let round = 0; round < 2 || (round < 4 && !words.includes('newest')); round++) {
    for (const name of names) words.push(judged(await lookUp(name, parts)))
  }
  console.info('look-ups of names with ids ground next to them', count(words), paid(node))
  checkPoints(node)
  expect(words).toContain('newest')
})
