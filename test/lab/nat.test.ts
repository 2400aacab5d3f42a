import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KINDS, TRAITS, type Kind } from './kinds.ts'
import type { Probe, Target } from './probe.ts'
import type { Remote } from './remote.ts'
import { World } from './world.ts'

/* Each kind does what it claims, seen with plain sockets from both ends. */

const OPEN_TCP = 4100
/** What does not come is waited for this long. */
const SILENCE_MS = 400
/** What does come may need a few tries of the kernel's: after 1 s, 3 s and 7 s. */
const PATIENCE_MS = 10_000

let world: World
let server: Remote<Probe>
let spoken: Target, otherPort: Target, otherAddress: Target
const probes = new Map<Kind, Remote<Probe>>()

beforeAll(async () => {
  const places = KINDS.map((kind) => ({ name: kind, kind }))
  world = await World.create([...places, { name: 'server', kind: 'public', addresses: 2 }])
  const [first = '', second = ''] = world.site('server').public
  spoken = { address: first, port: 3478 }
  otherPort = { address: first, port: 3479 }
  otherAddress = { address: second, port: 3478 }
  server = await world.start<Probe>('server', 'probe.ts')
  for (const port of [OPEN_TCP, 443]) await server.call('listen', { port })
  const started = await Promise.all(KINDS.map((kind) => world.start<Probe>(kind, 'probe.ts')))
  started.forEach((probe, i) => probes.set(KINDS[i] ?? 'public', probe))
})

afterAll(() => world.down())

const name = ({ address, port }: Target): string => `${address}:${port}`
const those = (which: (kind: Kind) => boolean): Kind[] => KINDS.filter(which)
const withUdp = those((kind) => TRAITS[kind].udp)
const behindNat = those((kind) => TRAITS[kind].gateways > 0)

function probe(kind: Kind): Remote<Probe> {
  const found = probes.get(kind)
  if (found === undefined) throw new Error(`no probe for ${kind}`)
  return found
}

/** Sends a word until it is there, as some of these places lose some, and gives where it came from. */
async function seenFrom(kind: Kind, to: Target, text: string): Promise<Target> {
  for (let attempt = 0; attempt < 5; attempt++) {
    await probe(kind).call('send', { from: '', to, text })
    const [came] = await server.call('received', { at: name(to), text, withinMs: SILENCE_MS })
    if (came !== undefined) return { address: came.address, port: came.port }
  }
  throw new Error(`nothing came from ${kind}`)
}

/** Whether words from one address of the server get in at the place that another of them sees. */
async function getsIn(kind: Kind, from: Target, to: Target): Promise<boolean> {
  const text = `from ${name(from)} to ${kind}`
  await server.call('send', { from: name(from), to, text, count: TRAITS[kind].lossPercent > 0 ? 5 : 1 })
  const came = await probe(kind).call('received', { at: '', text, withinMs: SILENCE_MS })
  return came.length > 0
}

describe('mapping', () => {
  test.concurrent.each(withUdp)('%s shows the address that it should to three destinations', async (kind) => {
    const { mapping } = TRAITS[kind]
    const site = world.site(kind)
    const seen: Target[] = []
    for (const to of [spoken, otherPort, otherAddress]) {
      seen.push(await seenFrom(kind, to, `mapping of ${kind} at ${name(to)}`))
    }
    expect(seen.map(({ address }) => address)).toEqual([site.outer, site.outer, site.outer])
    const ports = new Set(seen.map(({ port }) => port))
    expect(ports.size).toBe(mapping === 'one for each' ? 3 : 1)
  })
})

describe('filtering', () => {
  test.concurrent.each(withUdp)('%s lets in whom it should', async (kind) => {
    const { filtering } = TRAITS[kind]
    // A socket of its own: the one above has spoken to all three.
    const from = '0.0.0.0:5000'
    const text = `filtering of ${kind}`
    const inside = probe(kind)
    await inside.call('send', { from, to: spoken, text, count: 3 })
    const [came] = await server.call('received', { at: name(spoken), text, withinMs: 1_000 })
    const to: Target = { address: came?.address ?? '', port: came?.port ?? 0 }
    const gotIn: boolean[] = []
    for (const stranger of [spoken, otherPort, otherAddress]) {
      const word = `${name(stranger)} to ${kind}`
      await server.call('send', { from: name(stranger), to, text: word, count: 5 })
      gotIn.push((await inside.call('received', { at: from, text: word, withinMs: SILENCE_MS })).length > 0)
    }
    const expected = {
      open: [true, true, true],
      anybody: [true, true, true],
      address: [true, true, false],
      'address and port': [true, false, false],
    }
    expect(gotIn).toEqual(expected[filtering])
  })

  test.concurrent.each(behindNat)('%s lets no TCP in that it did not ask for', async (kind) => {
    await probe(kind).call('listen', { port: OPEN_TCP })
    const to = { address: world.site(kind).outer, port: OPEN_TCP }
    expect(await server.call('connect', { ...to, withinMs: SILENCE_MS })).toBe('no answer')
  })

  test('public lets TCP in', async () => {
    await probe('public').call('listen', { port: OPEN_TCP })
    const to = { address: world.site('public').outer, port: OPEN_TCP }
    expect(await server.call('connect', { ...to, withinMs: PATIENCE_MS })).toBe('connected')
  })

  test('upnp lets TCP in at the port that its router gave it, and nowhere else', async () => {
    const port = await probe('upnp').call('listen', { port: 5001 })
    const mapped = await probe('upnp').call('map', { port, inner: world.site('upnp').inner })
    expect(mapped).toEqual({ address: world.site('upnp').outer, port })
    expect(await server.call('connect', { ...mapped, withinMs: PATIENCE_MS })).toBe('connected')
    expect(await server.call('connect', { ...mapped, port: port + 1, withinMs: SILENCE_MS })).toBe('no answer')
  })
})

describe('what gets out', () => {
  test.concurrent.each(KINDS)('%s reaches by TCP what it should', async (kind) => {
    const { address } = spoken
    const reach = (port: number, withinMs: number): Promise<string> => {
      return probe(kind).call('connect', { address, port, withinMs })
    }
    expect(await reach(443, PATIENCE_MS)).toBe('connected')
    if (TRAITS[kind].tcpOut === 'any') expect(await reach(OPEN_TCP, PATIENCE_MS)).toBe('connected')
    else expect(await reach(OPEN_TCP, SILENCE_MS)).toBe('no answer')
  })

  test.concurrent.each(those((kind) => !TRAITS[kind].udp))('%s gets no UDP out', async (kind) => {
    const text = `udp of ${kind}`
    await probe(kind).call('send', { from: '', to: spoken, text })
    expect(await server.call('received', { at: name(spoken), text, withinMs: SILENCE_MS })).toEqual([])
  })
})

test('lossy loses 5 % of the packets each way', async () => {
  const count = 4_000
  const there = 'there'
  const to = await seenFrom('lossy', spoken, 'who am I')
  await probe('lossy').call('send', { from: '', to: spoken, text: there, count })
  await server.call('send', { from: name(spoken), to, text: 'and back', count })
  const arrived = await server.call('received', { at: name(spoken), text: there, count, withinMs: SILENCE_MS })
  const returned = await probe('lossy').call('received', { at: '', text: 'and back', count, withinMs: SILENCE_MS })
  // Five standard deviations of 4,000 throws at 5 %.
  for (const { length } of [arrived, returned]) expect(Math.abs(length / count - 0.95)).toBeLessThan(0.0175)
})

test('slow takes 200 ms there and back, and others do not', async () => {
  await server.call('echo', { at: '0.0.0.0:7' })
  const to = { ...spoken, port: 7 }
  const slow = await probe('slow').call('roundTrip', { to })
  expect(slow).toBeGreaterThanOrEqual(199)
  expect(await probe('port-restricted').call('roundTrip', { to })).toBeLessThan(199)
})

describe('our own STUN', () => {
  const kindOf: Partial<Record<Kind, string>> = {
    public: 'open',
    'full-cone': 'full-cone',
    'address-restricted': 'address-restricted',
    symmetric: 'symmetric',
    'udp-blocked': 'udp-blocked',
    'only-443': 'udp-blocked',
  }

  beforeAll(async () => {
    const sockets = world.site('server').public.flatMap((address) => [5478, 5479].map((port) => ({ address, port })))
    expect(await server.call('serveStun', { sockets })).toEqual([])
  })

  test.concurrent.each(KINDS)('tells the NAT of %s for what it is', async (kind) => {
    const servers = [5478, 5479].map((port) => `${spoken.address}:${port}`)
    const nat = await probe(kind).call('nat', { servers })
    expect(nat).toMatchObject({ kind: kindOf[kind] ?? 'port-restricted' })
  })
})

test('public and the server reach each other without anything in between', async () => {
  const to = await seenFrom('public', spoken, 'hello')
  expect(await getsIn('public', otherAddress, to)).toBe(true)
})
