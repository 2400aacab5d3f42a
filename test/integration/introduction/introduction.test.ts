import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/main/features/introduction/index.ts'
import {
  blindedTopic,
  epochOf,
  type Notice,
  openRecord,
  openRegistration,
  readIntroducerLink,
  sealRecord,
} from '../../../src/main/protocols/introduction/index.ts'
import { MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { type Boat, Coast, type Harbour } from './harbour.ts'

let clock: FakeClock
let coast: Coast
let harbour: Harbour
let ada: Boat
let bea: Boat

beforeEach(async () => {
  clock = new FakeClock()
  coast = new Coast(clock)
  harbour = await coast.harbour()
  ada = await coast.boat()
  bea = await coast.boat()
  await ada.dial(harbour)
  await bea.dial(harbour)
})
afterEach(() => coast.close())

const at = (): Harbour['node']['peerId'] => harbour.node.peerId
const topic = (): Uint8Array => blindedTopic(epochOf(clock.nowMs()), 'a room')

describe('an introducer says', () => {
  test('who it is, in a link that any device can read', async () => {
    const link = await harbour.introduction.link()
    const { record, envelope } = await readIntroducerLink(link, { nowMs: clock.nowMs(), me: ada.peerId })
    expect(record).toMatchObject({ peerId: at(), name: 'Harbour', stun: ['127.0.0.1:3478'] })
    expect(envelope).toEqual(await harbour.introduction.record())
    await eventually('the link in its status', () => harbour.introduction.status().link === link)
  })

  test('what it gives, what time it is, and from where it sees who asks', async () => {
    const said = await ada.introduction.describe(at())
    expect(await openRecord(said.record)).toMatchObject({ peerId: at() })
    expect(said).toMatchObject({ others: [], nowMs: clock.nowMs(), relay: DEFAULT_LIMITS.strangers, draining: false })
    const [seen] = harbour.node.libp2p.getConnections(ada.node.libp2p.peerId)
    expect(said.observed).toBe(seen?.remoteAddr.toString())
  })

  test('which others it knows, eight at most, and that contacts are given more', async () => {
    const sealed = await sealRecord(
      { peerId: bea.peerId, name: 'Other', addresses: [], stun: [], issuedMs: 0, expiresMs: 1 },
      bea.key,
    )
    const other = await coast.harbour({
      others: () => [new Uint8Array(3_000), ...Array<Uint8Array>(20).fill(sealed.envelope)],
      isKnown: () => true,
    })
    await ada.dial(other)
    const said = await ada.introduction.describe(other.node.peerId)
    expect(said.others).toEqual(Array(8).fill(sealed.envelope))
    expect(said.relay).toEqual({ durationMs: 30 * MINUTE, dataBytes: 64 * MiB })
  })
})

describe('a device that registers', () => {
  test('is located by others, with the very bytes that it signed', async () => {
    const signed = await ada.signed(harbour)
    expect(await ada.introduction.register(at(), signed)).toEqual({ expiresMs: clock.nowMs() + 30 * MINUTE })
    const found = await bea.introduction.locate(at(), [ada.peerId, bea.peerId])
    expect(found).toEqual({ registrations: [signed], more: null })
    expect(await openRegistration(signed)).toMatchObject({ peerId: ada.peerId, introducer: at() })
    expect(harbour.introduction.status()).toMatchObject({ registrations: 1, refused: {} })
  })

  test('is discovered by a blinded topic, page by page', async () => {
    const boats = [ada, bea, await coast.boat()]
    await boats[2]?.dial(harbour)
    for (const boat of boats) await boat.introduction.register(at(), await boat.signed(harbour, { topics: [topic()] }))
    const first = await bea.introduction.discover(at(), topic(), 2, null)
    const second = await bea.introduction.discover(at(), topic(), 2, first.more)
    expect(second.more).toBeNull()
    const found = await Promise.all([...first.registrations, ...second.registrations].map(openRegistration))
    expect(found.map(({ peerId }) => peerId)).toEqual(boats.map(({ peerId }) => peerId))
    expect(await bea.introduction.discover(at(), blindedTopic(1, 'a room'), 64, null)).toEqual({
      registrations: [],
      more: null,
    })
  })

  test('is forgotten when it asks for that, and when its time is over', async () => {
    await ada.introduction.register(at(), await ada.signed(harbour))
    await ada.introduction.unregister(at())
    expect((await bea.introduction.locate(at(), [ada.peerId])).registrations).toEqual([])
    await ada.introduction.register(at(), await ada.signed(harbour, { expiresMs: clock.nowMs() + MINUTE }))
    await clock.advance(MINUTE)
    expect((await bea.introduction.locate(at(), [ada.peerId])).registrations).toEqual([])
  })

  test('for longer than is allowed is told when it ends', async () => {
    const signed = await ada.signed(harbour, { expiresMs: clock.nowMs() + 900 * MINUTE })
    expect(await ada.introduction.register(at(), signed)).toEqual({ expiresMs: clock.nowMs() + 30 * MINUTE })
    await clock.advance(30 * MINUTE)
    expect((await bea.introduction.locate(at(), [ada.peerId])).registrations).toEqual([])
  })

  test('stays known for its time after its connection closed, and its place on the relay does not', async () => {
    const signed = await ada.signed(harbour)
    await ada.introduction.register(at(), signed)
    harbour.introduction.disconnected(ada.peerId)
    expect(harbour.relay.told).toEqual(['start'])
    await ada.node.libp2p.hangUp(harbour.node.libp2p.peerId)
    await eventually('it to go', () => harbour.node.libp2p.getConnections(ada.node.libp2p.peerId).length === 0)
    harbour.introduction.disconnected(ada.peerId)
    expect(harbour.relay.told).toEqual(['start', `release ${ada.peerId}`])
    expect((await bea.introduction.locate(at(), [ada.peerId])).registrations).toEqual([signed])
  })
})

describe('a device that has itself tried from outside', () => {
  test('hears at which ports it was reached', async () => {
    const quiet = await coast.boat()
    await quiet.node.libp2p.stop()
    const results = await ada.introduction.probe(at(), [ada.port, quiet.port])
    expect(results).toEqual([{ port: ada.port, reached: true }, { port: quiet.port, reached: false }])
  })

  test('is not reached where somebody else listens at its address', async () => {
    expect(await ada.introduction.probe(at(), [bea.port])).toEqual([{ port: bea.port, reached: false }])
  })

  test('is asked to wait when it comes again', async () => {
    await ada.introduction.probe(at(), [ada.port])
    await expect(ada.introduction.probe(at(), [ada.port])).rejects.toMatchObject({ code: 'busy' })
    expect(harbour.introduction.status().refused).toEqual({ 'probe-busy': 1 })
    await clock.advance(20 * SECOND)
    expect(await ada.introduction.probe(at(), [ada.port])).toMatchObject([{ reached: true }])
  })
})

describe('an introducer that is about to go', () => {
  function attending(boat: Boat) {
    const stop = new AbortController()
    const notices: Notice[] = []
    const over = boat.introduction.attend(at(), (notice) => notices.push(notice), stop.signal).then(
      () => 'ended',
      (error: unknown) => error,
    )
    return { notices, over, stop: () => stop.abort(new Error('moved')) }
  }

  test('tells those who attend, takes nobody new, and is done when they have gone', async () => {
    const [one, two] = [attending(ada), attending(bea)]
    await ada.introduction.register(at(), await ada.signed(harbour))
    let isOver = false
    const drained = harbour.introduction.drain(60 * SECOND).then(() => (isOver = true))
    await eventually('both to hear', () => one.notices.length + two.notices.length === 2)
    expect(one.notices).toEqual([{ kind: 'draining', withinMs: 60_000 }])
    await expect(bea.introduction.register(at(), await bea.signed(harbour))).rejects.toMatchObject({ code: 'draining' })
    expect(await bea.introduction.describe(at())).toMatchObject({ draining: true, relay: null })
    expect(harbour.introduction.judgeReservation(bea.peerId, '/ip4/8.8.8.8/tcp/1', [])).toMatchObject({
      verdict: 'refuse',
      code: 'draining',
    })
    // Who was here can still be found: others move to it.
    expect((await bea.introduction.locate(at(), [ada.peerId])).registrations).toHaveLength(1)
    one.stop()
    expect(await one.over).toMatchObject({ message: 'moved' })
    await clock.advance(SECOND)
    expect(isOver).toBe(false)
    two.stop()
    await two.over
    await eventually('the drain to end', async () => (await clock.advance(SECOND), isOver))
    await drained
    expect(harbour.introduction.status()).toMatchObject({
      draining: true,
      refused: { 'register-draining': 1, 'reserve-draining': 1 },
    })
    harbour.introduction.refused('circuit', 'too-many')
    expect(harbour.introduction.status().refused).toMatchObject({ 'circuit-too-many': 1 })
  })

  test('ends the streams of all who attend when it stops', async () => {
    const { over, notices } = attending(ada)
    await ada.introduction.register(at(), await ada.signed(harbour))
    await harbour.introduction.stop()
    expect(await over).toBe('ended')
    expect(notices).toEqual([])
    expect(harbour.relay.told).toEqual(['start', 'stop'])
    expect(harbour.introduction.status()).toMatchObject({ serving: false, link: null, registrations: 0 })
  })

  test('without a word is a cut for those who attend', async () => {
    const { over } = attending(ada)
    await ada.introduction.describe(at())
    for (const connection of harbour.node.libp2p.getConnections()) connection.abort(new Error('killed by the test'))
    expect(await over).toMatchObject({ name: 'LatchError', code: 'UNREACHABLE' })
  })
})

describe('an introducer that no rule of the door lets anybody use', () => {
  test('serves nobody, forgets everybody, and starts again when a rule does', async () => {
    await ada.introduction.register(at(), await ada.signed(harbour))
    harbour.serving = false
    await harbour.introduction.review()
    expect(harbour.relay.told).toEqual(['start', 'stop'])
    await expect(ada.introduction.describe(at())).rejects.toMatchObject({ code: 'denied' })
    expect(harbour.introduction.judgeReservation(ada.peerId, '/ip4/8.8.8.8/tcp/1', []).verdict).toBe('refuse')
    harbour.serving = true
    await harbour.introduction.review()
    await harbour.introduction.review()
    // Another rule may let in fewer than before.
    expect(harbour.relay.told).toEqual(['start', 'stop', 'start', 'review'])
    expect((await bea.introduction.locate(at(), [ada.peerId])).registrations).toEqual([])
    expect(harbour.introduction.judgeReservation(ada.peerId, '/ip4/8.8.8.8/tcp/1', [])).toEqual({
      verdict: 'allow',
      limit: DEFAULT_LIMITS.strangers,
    })
  })

  test('refuses whom its list denies, everything, and says so', async () => {
    const strict = await coast.harbour({ lists: { allow: [ada.peerId, '10.0.0.0/8'], deny: [] } })
    await ada.dial(strict)
    await bea.dial(strict)
    const { peerId } = strict.node
    expect((await ada.introduction.describe(peerId)).relay).toEqual(DEFAULT_LIMITS.known)
    const { introduction } = bea
    const asked = await Promise.allSettled([
      introduction.describe(peerId),
      introduction.register(peerId, await bea.signed(strict)),
      introduction.unregister(peerId),
      introduction.discover(peerId, topic(), 1, null),
      introduction.locate(peerId, [ada.peerId]),
      introduction.probe(peerId, [1]),
      introduction.attend(peerId, () => {}, new AbortController().signal),
    ])
    for (const outcome of asked) expect(outcome).toMatchObject({ reason: { code: 'denied' } })
    expect(Object.values(strict.introduction.status().refused)).toEqual(Array(7).fill(1))
  })

  test('has no link while it has no address', async () => {
    const hidden = await coast.harbour({ addresses: () => [] })
    await expect(hidden.introduction.link()).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(hidden.introduction.status().link).toBeNull()
  })
})
