import { afterEach, beforeEach, expect, test } from 'vitest'
import { Lines } from '../../../src/main/features/names/lines.ts'
import { digestOfCid } from '../../../src/main/platform/cbor.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { judgeStore, judgeZone, newer, type Facts } from '../../../src/main/features/names/judge.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { createNamesProtocol, NAMES_TERMS, RefusedPut, type NamesHandlers, type Push } from '../../../src/main/protocols/names/index.ts'
import type { Admission } from '../../../src/main/platform/streams.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { twoNodes, type TwoNodes } from '../../helpers/two-nodes.ts'
import { adasName, bob, NETWORK, NOW, signed } from '../../unit/names/zone-parts.ts'
import { found, handlers, KEY, NET, protocolOf, why } from './rigs.ts'

let pair: TwoNodes
let lines: Lines
let opened: number
let admission: Admission
const network = Buffer.from(digestOfCid(NETWORK)).toString('hex')

beforeEach(async () => {
  admission = { verdict: 'allow', why: 'a test' }
  pair = await twoNodes({ guards: () => () => admission })
  lines = linesOf(systemClock)
})

afterEach(async () => {
  lines.close()
  await pair.close()
})

function linesOf(clock: Clock): Lines {
  opened = 0
  const protocol = protocolOf(pair.a, clock)
  const counted: typeof protocol.open = (peerId, signal) => ((opened += 1), protocol.open(peerId, signal))
  return new Lines({ protocol: { open: counted }, clock, log: silentLog, offence: pair.a.offence })
}

const cut = async (): Promise<void> => {
  await Promise.all(pair.b.libp2p.getConnections().map((connection) => connection.close()))
  await eventually('both know', () => pair.a.libp2p.getConnections().length === 0)
}

test('many ask at once, and one stream is opened for all of them and for what comes later', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => found() }))
  const { peerId } = pair.b
  expect(lines.isWarm(peerId)).toBe(false)
  expect(await Promise.all([1, 2, 3].map(() => lines.ask(peerId, NET, KEY)))).toEqual([found(), found(), found()])
  expect(await lines.put(peerId, NET, Uint8Array.of(1))).toEqual({ status: 'unknown' })
  expect([opened, lines.isWarm(peerId)]).toEqual([1, true])
})

test('one that does not serve it yet is asked again as soon as anybody wants to know', async () => {
  const { peerId } = pair.b
  expect(await why(lines.ask(peerId, NET, KEY))).toMatchObject({ name: 'RefusedError', code: 'version' })
  await protocolOf(pair.b).serve(handlers({ get: () => found() }))
  expect([await lines.ask(peerId, NET, KEY), opened]).toEqual([found(), 2])
  expect(pair.a.offences).toEqual([])
})

test('a stream is opened when somebody connects, before anybody asks', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => found() }))
  lines.connected(pair.b.peerId)
  await eventually('it is warm', () => lines.isWarm(pair.b.peerId))
  lines.connected(pair.b.peerId)
  expect([await lines.ask(pair.b.peerId, NET, KEY), opened]).toEqual([found(), 1])
})

test('who gives up while it is being opened gives up alone', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => found() }))
  const reason = new Error('enough')
  const stop = new AbortController()
  const both = Promise.all([why(lines.ask(pair.b.peerId, NET, KEY, stop.signal)), lines.ask(pair.b.peerId, NET, KEY)])
  stop.abort(reason)
  expect(await both).toEqual([reason, found()])
  expect(await why(lines.ask(pair.b.peerId, NET, KEY, AbortSignal.abort(reason)))).toBe(reason)
})

test('a connection that was exchanged is not noticed: the question is asked once more on another stream', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => found() }))
  await lines.ask(pair.b.peerId, NET, KEY)
  const before = pair.a.libp2p.getConnections()
  await pair.a.libp2p.dial(pair.b.libp2p.getMultiaddrs(), { force: true })
  const asked = lines.ask(pair.b.peerId, NET, KEY)
  for (const connection of before) connection.abort(new Error('exchanged'))
  expect(await asked).toEqual(found())
  expect(await lines.ask(pair.b.peerId, NET, KEY)).toEqual(found())
})

test('a refusal stands for half a minute, or until the peer connects again', async () => {
  const clock = new FakeClock()
  lines = linesOf(clock)
  await protocolOf(pair.b).serve(handlers({ get: () => found() }))
  admission = { verdict: 'refuse', code: 'denied', why: 'a rule' }
  const { peerId } = pair.b
  const asked = async (): Promise<unknown> => why(lines.ask(peerId, NET, KEY))
  expect(await asked()).toMatchObject({ name: 'RefusedError', code: 'denied' })
  expect(await asked()).toMatchObject({ name: 'RefusedError', code: 'denied' })
  expect(opened).toBe(1)
  admission = { verdict: 'allow', why: 'another rule' }
  await clock.advance(29_999)
  expect(await asked()).toMatchObject({ name: 'RefusedError' })
  await clock.advance(1)
  expect([await lines.ask(peerId, NET, KEY), opened]).toEqual([found(), 2])
  lines.disconnected(peerId)
  admission = { verdict: 'refuse', code: 'denied', why: 'a rule' }
  expect(await asked()).toMatchObject({ name: 'RefusedError' })
  admission = { verdict: 'allow', why: 'another rule' }
  lines.connected(peerId)
  expect(await lines.ask(peerId, NET, KEY)).toEqual(found())
})

test('one who cannot be reached is not tried at each question, but five seconds later', async () => {
  const clock = new FakeClock()
  lines = linesOf(clock)
  await cut()
  await pair.a.libp2p.peerStore.delete(pair.b.libp2p.peerId)
  expect(await why(lines.ask(pair.b.peerId, NET, KEY))).toMatchObject({ code: 'UNREACHABLE' })
  expect(await why(lines.ask(pair.b.peerId, NET, KEY))).toMatchObject({ code: 'UNREACHABLE' })
  expect(opened).toBe(1)
  await clock.advance(5_000)
  expect(await why(lines.ask(pair.b.peerId, NET, KEY))).toMatchObject({ code: 'UNREACHABLE' })
  expect(opened).toBe(2)
})

test('a peer that answers nonsense pays for it, once, and is left alone', async () => {
  await pair.b.streams.serve(NAMES_TERMS, async (stream) => {
    await stream.read()
    await stream.write(Uint8Array.of(255))
    await stream.over
  })
  for (let count = 0; count < 3; count++) {
    expect(await why(lines.ask(pair.b.peerId, NET, KEY))).toMatchObject({ name: 'NamesProtocolError' })
  }
  expect(pair.a.offences).toMatchObject([{ peerId: pair.b.peerId, points: 20 }])
})

test('a watch that ends with its stream is told of, and one that was stopped is not', async () => {
  await protocolOf(pair.b).serve(handlers({ watch: () => 'watching' }))
  const gone: string[] = []
  const watch = (name: string) => lines.watch(pair.b.peerId, NET, [KEY], { heard: () => {}, gone: () => void gone.push(name) })
  const [stopped] = [await watch('stopped'), await watch('cut')]
  if (stopped.status === 'watching') stopped.stop()
  await cut()
  await eventually('it is told of', () => gone.length > 0)
  expect(gone).toEqual(['cut'])
})

/** How a device holds zones for others: what the feature will do, without its schedule. */
function holder(store: ZoneStore, facts: () => Facts): NamesHandlers & { readonly pushes: Set<Push> } {
  const pushes = new Set<Push>()
  return {
    pushes,
    get: (_, { key }) => {
      const zone = store.held(key)
      return zone === null ? { status: 'none', closer: [] } : { status: 'zone', key, zone: zone.bytes }
    },
    async put(_, { zone }) {
      const verdict = await judgeStore(zone, facts(), (key) => store.held(key))
      switch (verdict.verdict) {
        case 'unknown':
          return { status: 'unknown' }
        case 'refused':
          return { status: 'refused', why: RefusedPut.catch('other').parse(verdict.code) }
        case 'have':
          return { status: 'held' }
        case 'store': {
          const { outcome } = store.hold(verdict.signed, NOW)
          if (outcome === 'held') for (const push of pushes) push(verdict.signed.key, zone)
          return outcome === 'held' ? { status: 'held' } : { status: 'refused', why: 'too-far' }
        }
      }
    },
    watch(_, __, push, signal) {
      pushes.add(push)
      signal.addEventListener('abort', () => pushes.delete(push))
      return 'watching'
    },
  }
}

test('a zone goes from its owner to a holder, and from there to who asks and who watches; nothing that the ledger does not back', async () => {
  const store = new ZoneStore(openMemoryDatabase(), pair.b.peerId)
  let facts: Facts = { ...adasName, ending: 'counts' }
  const held = holder(store, () => facts)
  await createNamesProtocol({ streams: pair.b.streams, clock: systemClock, offence: pair.b.offence }).serve(held)
  const { peerId } = pair.b
  const [first, second, bobs] = [await signed({ seq: 1 }), await signed({ seq: 2 }), await signed({ seq: 9 }, bob)]
  const heard: Uint8Array[] = []
  await lines.watch(peerId, network, [first.key], { heard: (_, zone) => heard.push(zone), gone: () => {} })
  const put = (zone: Uint8Array) => lines.put(peerId, network, zone)

  expect(await put(first.bytes)).toEqual({ status: 'held' })
  expect(await put(second.bytes)).toEqual({ status: 'held' })
  expect(await put(second.bytes)).toEqual({ status: 'held' })
  expect(await put(first.bytes)).toEqual({ status: 'refused', why: 'older' })
  expect(await put(bobs.bytes)).toEqual({ status: 'refused', why: 'not-owner' })
  expect(await put(Uint8Array.of(1, 2, 3))).toEqual({ status: 'refused', why: 'malformed' })
  facts = { ...facts, ownerOf: () => 'unknown' }
  expect(await put(second.bytes)).toEqual({ status: 'unknown' })

  const answer = await lines.ask(peerId, network, first.key)
  if (answer.status !== 'zone') throw new Error(answer.status)
  const judged = await judgeZone(answer.zone, adasName, first.key)
  if (judged.verdict !== 'valid') throw new Error(judged.why)
  expect(newer(judged.signed, second)).toBe('same')
  await eventually('the watcher heard of both', () => heard.length === 2)
  expect(heard).toEqual([first.bytes, second.bytes])
})
