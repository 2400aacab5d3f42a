import { afterEach, beforeEach, expect, test } from 'vitest'
import { zoneKey } from '../../../src/main/features/names/near.ts'
import { resolve } from '../../../src/main/features/names/resolver.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { payloadFrame } from '../../../src/main/platform/frame-codec.ts'
import { createNamesProtocol, MAX_AT_ONCE, NAMES_PROTOCOL, NAMES_TERMS } from '../../../src/main/protocols/names/index.ts'
import { encodeReply, encodeRequest } from '../../../src/main/protocols/names/messages.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { Lookup } from '../../../src/shared/model/names.ts'
import { MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { type Box, Crowd, NETWORK, owned, type Person, personOf, zoneOf } from './crowd.ts'

/*
 * Streams that break, stall or come to nothing under a look-up: it ends, in time, with what the others said.
 */

const adele = NameLabel.parse('adele')
const KEY = zoneKey(NETWORK, adele)

let crowd: Crowd
let owner: Person
let me: Person
let asker: Box

beforeEach(async () => {
  crowd = new Crowd(`streams-${Math.random()}`)
  owner = await personOf('owner')
  me = await personOf('me')
  crowd.names.set(adele, owned(adele, owner))
  asker = await crowd.box()
})

afterEach(() => crowd.close())

/** Somebody who holds this zone of a name, connected with who asks. */
async function holder(seq: number, name = adele): Promise<Box> {
  const box = await crowd.box()
  box.store.hold(await zoneOf(owner, name, seq), Date.now())
  await crowd.join(asker.node, box.node.peerId)
  return box
}

/** Bytes of a whole answer with this zone, as they go over the wire, to the first request of a stream. */
async function answerBytes(id: number, seq: number): Promise<Uint8Array> {
  const { bytes } = await zoneOf(owner, adele, seq)
  return payloadFrame('data', encodeReply({ id, status: 'zone', key: KEY, zone: bytes }))
}

/** Bare libp2p: whatever bytes the test says, when the first request came. */
async function saying(said: (send: (bytes: Uint8Array) => boolean) => Promise<void> | void): Promise<PeerId> {
  const node = await crowd.node()
  await node.libp2p.handle(NAMES_PROTOCOL, (stream) => {
    let isAsked = false
    stream.addEventListener('message', () => {
      if (isAsked) return
      isAsked = true
      void said((bytes) => {
        if (stream.status !== 'open') return false
        stream.send(bytes)
        return true
      })
    })
  })
  await crowd.join(asker.node, node.peerId)
  return node.peerId
}

const later = (ms: number): Promise<void> => new Promise((resolved) => setTimeout(resolved, ms))

async function look(name = adele, onAnswer: (lookup: Lookup) => void = () => {}, parts = crowd.asker(asker, me)): Promise<Lookup> {
  return Lookup.parse(await resolve(`${name}.peer`, parts, { onAnswer }))
}

test('half an answer, and then nothing, holds up nobody: the others are heard', async () => {
  const half = await saying(async (send) => void send((await answerBytes(1, 9)).subarray(0, 200)))
  await holder(5)
  const lookup = await look()
  expect(lookup.outcome).toMatchObject({ outcome: 'found', zone: { seq: 5 } })
  expect(lookup.steps.find(({ peerId }) => peerId === half)).toMatchObject({ outcome: 'late' })
})

test('half an answer and the end of the stream is a failure of that peer alone', async () => {
  const node = await crowd.node()
  await node.libp2p.handle(NAMES_PROTOCOL, (stream) => {
    stream.addEventListener('message', () => {
      void answerBytes(1, 9).then(async (bytes) => {
        stream.send(bytes.subarray(0, 200))
        await stream.close()
      })
    })
  })
  await crowd.join(asker.node, node.peerId)
  await holder(5)
  expect((await look()).outcome).toMatchObject({ outcome: 'found', zone: { seq: 5 } })
})

test('an answer that comes byte by byte is an answer when it is whole, and is not waited for until then', async () => {
  let sent = 0
  await saying(async (send) => {
    const bytes = await answerBytes(1, 9)
    for (; sent < bytes.byteLength && send(bytes.subarray(sent, sent + 1)); sent++) if (sent % 8 === 0) await later(1)
  })
  await holder(5)
  const told: number[] = []
  const lookup = await look(adele, ({ zone }) => told.push(zone?.seq ?? 0))
  const first = lookup.outcome.outcome === 'found' ? lookup.outcome.zone.seq : 0
  expect([5, 9]).toContain(first)
  // It is newer: whoever watches hears of it when it is there, and it is what is kept.
  await eventually('the newer one was told', () => told.at(-1) === 9)
})

test('a zone that comes late and is newer is told within the second, and is what the next look-up has', async () => {
  await saying(async (send) => {
    await later(700)
    send(await answerBytes(1, 9))
  })
  await holder(5)
  const told: number[] = []
  const parts = crowd.asker(asker, me)
  const lookup = await look(adele, ({ zone }) => told.push(zone?.seq ?? 0), parts)
  expect(lookup.outcome).toMatchObject({ outcome: 'found', zone: { seq: 5 } })
  await eventually('the newer one was told', () => told.at(-1) === 9)
  expect((await look(adele, () => {}, parts)).outcome).toMatchObject({ outcome: 'found', from: 'cache', zone: { seq: 9 } })
})

test('where all are silent it ends in time, and says that nobody answered', async () => {
  for (let silent = 0; silent < 3; silent++) await saying(() => {})
  const lookup = await look()
  expect(lookup.outcome).toMatchObject({ outcome: 'unreachable', why: 'None of the 3 peers asked answered in time.' })
})

test('connections that go while names are looked up end nothing but what was asked over them; after they are back all is found', async () => {
  const names = Array.from({ length: 200 }, (_, index) => NameLabel.parse(`village-${index}`))
  const boxes = [await holder(5), await holder(5)]
  for (const name of names) {
    crowd.names.set(name, owned(name, owner))
    const signed = await zoneOf(owner, name, 5)
    for (const { store } of boxes) store.hold(signed, Date.now())
  }
  const parts = crowd.asker(asker, me)
  const all = names.map((name) => look(name, () => {}, parts))
  await Promise.all(boxes.map(({ node }) => Promise.all(node.libp2p.getConnections().map((connection) => connection.close()))))
  const cut = await Promise.all(all)
  for (const { outcome } of cut) expect(['found', 'unreachable']).toContain(outcome.outcome)
  for (const { node } of boxes) {
    asker.lines.disconnected(node.peerId)
    await crowd.join(asker.node, node.peerId)
    asker.lines.connected(node.peerId)
  }
  const again = await Promise.all(names.map((name) => look(name, () => {}, parts)))
  expect(again.map(({ outcome }) => outcome.outcome)).toEqual(names.map(() => 'found'))
  console.info(`of ${names.length} look-ups ${cut.filter(({ outcome }) => outcome.outcome === 'found').length} were found while connections went`)
})

test('a thousand look-ups at once: each peer is asked 64 at a time, what waits is bounded, and each ends in words', { timeout: 120_000 }, async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => NameLabel.parse(`hamlet-${index}`))
  const zones = new Map<string, Uint8Array>()
  for (const name of names) {
    crowd.names.set(name, owned(name, owner))
    const { key, bytes } = await zoneOf(owner, name, 5)
    zones.set(key, bytes)
  }
  const most: number[] = []
  for (let number = 0; number < 3; number++) {
    const node = await crowd.node()
    let running = 0
    most.push(0)
    const protocol = createNamesProtocol({ streams: node.streams, clock: systemClock, offence: node.offence })
    await protocol.serve({
      async get(_, { key }) {
        running += 1
        most[number] = Math.max(most[number] ?? 0, running)
        await later(2)
        running -= 1
        const zone = zones.get(key)
        return zone === undefined ? { status: 'none', closer: [] } : { status: 'zone', key, zone }
      },
      put: () => ({ status: 'busy' }),
      watch: () => 'busy',
    })
    await crowd.join(asker.node, node.peerId)
  }
  const before = process.memoryUsage().rss
  const parts = crowd.asker(asker, me)
  const lookups = await Promise.all(names.map((name) => look(name, () => {}, parts)))
  const found = lookups.filter(({ outcome }) => outcome.outcome === 'found').length
  const grownMiB = (process.memoryUsage().rss - before) / MiB
  console.info(`a thousand look-ups at once: ${found} found, ${grownMiB.toFixed(0)} MiB more, at most ${most.join(', ')} at a peer`)
  expect(Math.max(...most)).toBeLessThanOrEqual(MAX_AT_ONCE)
  expect(grownMiB).toBeLessThan(256)
  for (const { outcome } of lookups) expect(['found', 'unreachable']).toContain(outcome.outcome)
  // What was too much at once is found a moment later.
  const missed = names.filter((_, index) => lookups[index]?.outcome.outcome !== 'found')
  for (let at = 0; at < missed.length; at += 100) {
    const some = await Promise.all(missed.slice(at, at + 100).map((name) => look(name, () => {}, parts)))
    expect(new Set(some.map(({ outcome }) => outcome.outcome))).toEqual(new Set(['found']))
  }
})

test('one who never reads what it asks for is dropped, and nobody else waits for it', { timeout: 60_000 }, async () => {
  const box = await holder(5)
  const greedy = await crowd.node()
  await crowd.join(greedy, box.node.peerId)
  const stream = await greedy.streams.open(box.node.peerId, NAMES_TERMS)
  const network = box.holder.id
  const over = new AbortController()
  const asking = (async () => {
    for (let id = 1; id < 20_000 && !over.signal.aborted; id++) await stream.write(encodeRequest({ id, kind: 'get', network, key: KEY }))
  })().catch(() => over.abort())
  for (let round = 0; round < 20; round++) {
    const parts = crowd.asker(asker, me)
    expect((await look(adele, () => {}, parts)).outcome).toMatchObject({ outcome: 'found', zone: { seq: 5 } })
  }
  over.abort()
  stream.abort(new Error('enough'))
  await asking
})
