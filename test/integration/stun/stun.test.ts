import { createSocket, type RemoteInfo, type Socket, type SocketType } from 'node:dgram'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createProbeNat, serveStun, stunText, type StunSocket } from '../../../src/main/protocols/stun/index.ts'
import { OF_ALL, OF_ONE } from '../../../src/main/protocols/stun/brake.ts'
import { decode, encodeRequest, encodeSuccess } from '../../../src/main/protocols/stun/message.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { smallNat, type NatRules } from './small-nat.ts'

const toEnd: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end()
})

const loopback = (port = 0, address = '127.0.0.1'): StunSocket => ({ address, port })
const none = { address: false, port: false }
const otherPort = { address: false, port: true }

async function responder(...sockets: StunSocket[]) {
  const clock = new FakeClock()
  const stun = await serveStun({ sockets, clock, log: silentLog })
  toEnd.push(() => stun.stop())
  return { stun, clock }
}

/** A port and the same on another address, so that a change of either alone can be asked for. */
async function fourSockets() {
  const { stun: first } = await responder(loopback(), loopback())
  const ports = first.sockets.map(({ port }) => port)
  await first.stop()
  return responder(...['127.0.0.1', '127.0.0.2'].flatMap((address) => ports.map((port) => loopback(port, address))))
}

async function client() {
  const socket = createSocket('udp4')
  socket.bind({ address: '127.0.0.1', port: 0 })
  await once(socket, 'listening')
  toEnd.push(() => new Promise((resolve) => socket.close(() => resolve())))
  const heard: { bytes: Buffer; from: RemoteInfo }[] = []
  socket.on('message', (bytes, from) => heard.push({ bytes, from }))
  return {
    heard,
    address: () => loopback(socket.address().port),
    send: (bytes: Uint8Array, to: StunSocket | undefined) => socket.send(bytes, to?.port ?? 0, to?.address),
    /** The answer to a request: what it says, how long it is, where it came from. */
    async ask(to: StunSocket | undefined, change = none, lengthBytes = 100) {
      const transaction = new Uint8Array(randomBytes(12))
      socket.send(encodeRequest({ transaction, change }, lengthBytes), to?.port ?? 0, to?.address)
      const { bytes, from } = await eventually('an answer', () =>
        heard.find((one) => one.bytes.subarray(8, 20).equals(transaction)),
      )
      const decoded = decode(bytes)
      if (decoded.read !== 'message') throw new Error(decoded.why)
      return { said: decoded.message, bytes: bytes.byteLength, from: loopback(from.port, from.address) }
    },
  }
}

describe('the responder', () => {
  test('tells who asks where they are seen, which socket answers, and another one', async () => {
    const { stun } = await responder(loopback(), loopback())
    const [one, two] = stun.sockets
    const asking = await client()
    const answer = await asking.ask(one)
    const said = { kind: 'success', mapped: asking.address(), origin: one, other: two }
    expect(answer).toMatchObject({ said, from: one })
    expect(stun.counters()).toEqual({ answered: 1, malformed: 0, overRate: 0 })
  })

  test('answers from another port, another address, or both, when asked to', async () => {
    const { stun } = await fourSockets()
    const [a1, a2, b1, b2] = stun.sockets
    const asking = await client()
    expect((await asking.ask(a1, otherPort)).from).toEqual(a2)
    expect((await asking.ask(a2, otherPort)).from).toEqual(a1)
    expect((await asking.ask(a1, { address: true, port: false })).from).toEqual(b1)
    const both = await asking.ask(a1, { address: true, port: true })
    expect(both).toMatchObject({ from: b2, said: { origin: b2, other: b2 } })
  })

  test('refuses a change that it cannot make, from where it was asked', async () => {
    const { stun } = await responder(loopback())
    const [one] = stun.sockets
    const refusal = await (await client()).ask(one, otherPort)
    expect(refusal).toMatchObject({ said: { kind: 'error', code: 420, unknown: [0x0003] }, from: one })
  })

  test('on every address does not claim one as its own', async () => {
    const { stun } = await responder(loopback(0, '0.0.0.0'), loopback(0, '0.0.0.0'))
    const [one, two] = stun.sockets
    const asking = await client()
    const at = loopback(one?.port)
    expect((await asking.ask(at)).said).toMatchObject({ kind: 'success', origin: null, other: null })
    expect((await asking.ask(at, otherPort)).from.port).toBe(two?.port)
    expect((await asking.ask(at, { address: true, port: true })).said).toMatchObject({ kind: 'error', code: 420 })
  })

  test('says no more than it heard, or the barest answer', async () => {
    const { stun } = await fourSockets()
    const asking = await client()
    for (let lengthBytes = 20; lengthBytes <= 120; lengthBytes += 4) {
      const answer = await asking.ask(stun.sockets[0], none, lengthBytes)
      expect(answer.bytes).toBeLessThanOrEqual(Math.max(44, lengthBytes))
      expect(answer.said).toMatchObject({ mapped: asking.address() })
    }
  })

  test('says nothing at all to garbage, answers of others, and half a request', async () => {
    const { stun } = await responder(loopback())
    const [one] = stun.sockets
    const asking = await client()
    const request = encodeRequest({ transaction: randomBytes(12), change: none }, 100)
    const success = { transaction: randomBytes(12), mapped: loopback(1), origin: null, other: null }
    const half = request.subarray(0, 60)
    const bad = [randomBytes(100), randomBytes(1), half, encodeSuccess(success, 100), Buffer.alloc(0)]
    for (const bytes of bad) asking.send(bytes, one)
    await eventually('all to be counted', () => stun.counters().malformed === bad.length)
    await asking.ask(one)
    expect(asking.heard).toHaveLength(1)
  })

  test('gives a flood no more than its rate, and goes on', async () => {
    const { stun, clock } = await responder(loopback())
    const asking = await client()
    const counted = (): number => stun.counters().answered + stun.counters().overRate
    for (let n = 1; n <= 3 * OF_ONE.burst; n += 1) {
      asking.send(encodeRequest({ transaction: randomBytes(12), change: none }, 100), stun.sockets[0])
      // As UDP drops what comes too fast.
      await eventually('it to be counted', () => counted() === n, { everyMs: 1 })
    }
    expect(stun.counters()).toMatchObject({ answered: OF_ONE.burst, overRate: 2 * OF_ONE.burst })
    expect(OF_ALL.burst).toBeGreaterThan(OF_ONE.burst)
    await clock.advance(1_000)
    expect((await asking.ask(stun.sockets[0])).said.kind).toBe('success')
  })

  test('does without a port that another program has, and says so', async () => {
    const { stun: first } = await responder(loopback())
    const [taken] = first.sockets
    const { stun } = await responder(loopback(taken?.port), loopback(), loopback(0, '203.0.113.1'))
    expect(stun.sockets).toHaveLength(1)
    expect(stun.warnings).toEqual([
      `STUN: another program has UDP 127.0.0.1:${taken?.port}.`,
      'STUN: no network interface has the address of 203.0.113.1:0.',
    ])
  })

  test('answers over IPv6 as well', async () => {
    const { stun } = await responder(loopback(0, '::1'), loopback(0, '::1'))
    const [one, two] = stun.sockets
    const socket = createSocket('udp6')
    toEnd.push(() => new Promise((resolve) => socket.close(() => resolve())))
    const heard = once(socket, 'message')
    socket.send(encodeRequest({ transaction: randomBytes(12), change: otherPort }, 100), one?.port ?? 0, '::1')
    const [bytes, from] = (await heard) as [Buffer, RemoteInfo]
    expect(from.port).toBe(two?.port)
    const mapped = { address: '::1', port: socket.address().port }
    expect(decode(bytes)).toMatchObject({ message: { mapped, origin: two, other: two } })
  })
})

describe('a look at the NAT', () => {
  const probe = (own: string[] = []) =>
    createProbeNat({ clock: systemClock, random: randomBytes, own: () => own, retransmitMs: 40 })
  const texts = (sockets: readonly StunSocket[]): string[] => sockets.map(stunText)

  test('finds none where an own address is seen', async () => {
    const { stun } = await responder(loopback(), loopback())
    const nat = await probe(['127.0.0.1'])(texts(stun.sockets), 5_000)
    expect(nat).toMatchObject({ kind: 'open', checkedMs: expect.any(Number) })
    expect(nat.seenAs).toMatch(/^127\.0\.0\.1:\d+$/)
  })

  const kinds: [string, NatRules][] = [
    ['full-cone', { mapping: 'one', filter: 'anybody' }],
    ['address-restricted', { mapping: 'one', filter: 'address' }],
    ['port-restricted', { mapping: 'one', filter: 'port' }],
    ['symmetric', { mapping: 'each', filter: 'port' }],
  ]
  test.each(kinds)('tells a NAT that is %s, by a server with two addresses', async (kind, rules) => {
    const { stun } = await fourSockets()
    const nat = await smallNat(stun.sockets, rules)
    toEnd.push(() => nat.close())
    // The alternates are for the server to answer from; the device knows one port of each address.
    const [a1, a2] = nat.servers
    expect(await probe()(texts([a1, a2].filter((one) => one !== undefined)), 5_000)).toMatchObject({ kind })
  })

  test.each([
    ['address-restricted', { mapping: 'one', filter: 'anybody' }],
    ['address-restricted', { mapping: 'one', filter: 'address' }],
    ['port-restricted', { mapping: 'one', filter: 'port' }],
    ['symmetric', { mapping: 'each', filter: 'port' }],
  ] as [string, NatRules][])('tells %s from %j, by a server with two ports', async (kind, rules) => {
    const { stun } = await responder(loopback(), loopback())
    const nat = await smallNat(stun.sockets, rules)
    toEnd.push(() => nat.close())
    expect(await probe()(texts(nat.servers), 5_000)).toMatchObject({ kind })
  })

  test('does not take Linux for symmetric, whose ports change where somebody knocked in vain', async () => {
    const { stun } = await responder(loopback(), loopback())
    const nat = await smallNat(stun.sockets, { mapping: 'one', filter: 'port', remembersKnocks: true })
    toEnd.push(() => nat.close())
    expect(await probe()(texts(nat.servers), 5_000)).toMatchObject({ kind: 'port-restricted' })
  })

  test('asks the next server where the first is away, and compares two servers of one port each', async () => {
    const [{ stun: one }, { stun: two }] = [await responder(loopback()), await responder(loopback(0, '127.0.0.2'))]
    const nat = await smallNat([...one.sockets, ...two.sockets], { mapping: 'each', filter: 'port' })
    toEnd.push(() => nat.close())
    const away = '127.0.0.3:9'
    expect(await probe()([away, ...texts(nat.servers)], 5_000)).toMatchObject({ kind: 'symmetric' })
  })

  test('says that UDP is blocked where nobody answers, and that names cannot be looked up', async () => {
    const silent = createSocket('udp4')
    silent.bind({ address: '127.0.0.1', port: 0 })
    await once(silent, 'listening')
    toEnd.push(() => new Promise((resolve) => silent.close(() => resolve())))
    const nat = await probe()([stunText(silent.address())], 5_000)
    expect(nat).toMatchObject({ kind: 'udp-blocked', seenAs: null })
    expect(await probe()(['no.such.host.invalid:3478'], 5_000)).toMatchObject({ kind: 'unknown' })
    expect(await probe()([], 5_000)).toMatchObject({ kind: 'unknown' })
  })

  test('believes no answer to a question that it did not ask', async () => {
    const liar = createSocket('udp4')
    liar.bind({ address: '127.0.0.1', port: 0 })
    await once(liar, 'listening')
    toEnd.push(() => new Promise((resolve) => liar.close(() => resolve())))
    liar.on('message', (_, from) => {
      const success = { transaction: randomBytes(12), mapped: loopback(1, '192.0.2.1'), origin: null, other: null }
      liar.send(encodeSuccess(success, 100), from.port, from.address)
      liar.send(randomBytes(80), from.port, from.address)
    })
    expect(await probe()([stunText(liar.address())], 5_000)).toMatchObject({ kind: 'udp-blocked', seenAs: null })
  })

  test('goes on without the other socket that a server names at port 0', async () => {
    const liar = createSocket('udp4')
    liar.bind({ address: '127.0.0.1', port: 0 })
    await once(liar, 'listening')
    toEnd.push(() => new Promise((resolve) => liar.close(() => resolve())))
    liar.on('message', (bytes, from) => {
      const success = { mapped: loopback(1, '192.0.2.1'), origin: null, other: loopback(0) }
      liar.send(encodeSuccess({ ...success, transaction: bytes.subarray(8, 20) }, 100), from.port, from.address)
    })
    const nat = await probe()([stunText(liar.address())], 5_000)
    expect(nat).toMatchObject({ seenAs: '192.0.2.1:1', why: 'Only one port of one server answered; it takes two to compare.' })
  })

  test('ends when its time is over, whatever came until then', async () => {
    const { stun } = await responder(loopback(), loopback())
    const nat = await smallNat(stun.sockets, { mapping: 'one', filter: 'port' })
    toEnd.push(() => nat.close())
    const slow = createProbeNat({ clock: systemClock, random: randomBytes, own: () => [], retransmitMs: 60_000 })
    const found = await slow(texts(nat.servers), 300)
    expect(found).toMatchObject({ kind: 'port-restricted', seenAs: expect.any(String) })
    expect(found.why).toMatch(/the strictest is assumed/)
  })

  /** Those that the probe opens, and how many of them are closed. */
  function watchedSockets() {
    const seen = { open: 0, closed: 0 }
    const socketOf = (family: SocketType): Socket => {
      const socket = createSocket(family)
      seen.open += 1
      socket.on('close', () => (seen.closed += 1))
      return socket
    }
    return { seen, socketOf }
  }

  test('ends when nobody waits for it any more, and closes its sockets', async () => {
    const silent = createSocket('udp4')
    silent.bind({ address: '127.0.0.1', port: 0 })
    await once(silent, 'listening')
    toEnd.push(() => new Promise((resolve) => silent.close(() => resolve())))
    const { seen, socketOf } = watchedSockets()
    const slow = createProbeNat({ clock: systemClock, random: randomBytes, own: () => [], retransmitMs: 60_000, socketOf })
    const stopping = new AbortController()
    const looking = slow([stunText(silent.address())], 3_600_000, stopping.signal)
    await eventually('both sockets', () => seen.open === 2)
    stopping.abort()
    expect(await looking).toMatchObject({ seenAs: null })
    await eventually('both to be closed', () => seen.closed === 2)
    expect(await slow(['no.such.host.invalid:3478', '127.0.0.1:9'], 3_600_000, stopping.signal)).toMatchObject({ seenAs: null })
    expect(seen.open).toBe(2)
  })

  test('leaves no socket behind that could not be bound', async () => {
    const { seen, socketOf } = watchedSockets()
    const unbindable = (family: SocketType): Socket => {
      const socket = socketOf(family)
      const bind = socket.bind.bind(socket)
      // No interface has it (RFC 5737).
      socket.bind = () => bind({ address: '192.0.2.1', port: 0 })
      return socket
    }
    const looks = createProbeNat({ clock: systemClock, random: randomBytes, own: () => [], socketOf: unbindable })
    const why = 'This machine gave no UDP socket to ask with.'
    expect(await looks(['127.0.0.1:9'], 5_000)).toMatchObject({ kind: 'unknown', why })
    await eventually('it to be closed', () => seen.open === 1 && seen.closed === 1)
  })
})
