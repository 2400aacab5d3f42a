import { generateKeyPair } from '@libp2p/crypto/keys'
import { afterEach, describe, expect, test } from 'vitest'
import type { NetworkEvent } from '../../../src/main/features/peers/index.ts'
import type { ReachNetworkEvent } from '../../../src/main/features/reach/types.ts'
import { noServices } from '../../../src/main/node/config.ts'
import { HOP_PROTOCOL } from '../../../src/main/node/places.ts'
import { KiB, MINUTE, MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { circuitTo, Closing, dialThrough, idOf, openNode, openRelay, reserveAt } from '../../helpers/relayed.ts'

const closing = new Closing()
afterEach(() => closing.all())

const soon = (): AbortSignal => AbortSignal.timeout(10_000)

async function three(limits?: Parameters<typeof openRelay>[1]) {
  const relay = await openRelay(closing, limits)
  const [a, b] = [await openNode(closing), await openNode(closing)]
  await a.network.dialOnly(relay.peerId, relay.address, soon())
  await reserveAt(b, relay)
  return { relay, a, b }
}

describe('a place at an introducer', () => {
  test('is given with its end and what one circuit may carry, and its addresses are announced', async () => {
    const relay = await openRelay(closing, { defaultDataLimit: BigInt(3 * MiB), defaultDurationLimit: 20 * MINUTE })
    const node = await openNode(closing)
    const told: ReachNetworkEvent[] = []
    node.reach.subscribe((event) => told.push(event))
    await node.network.dialOnly(relay.peerId, relay.address, soon())
    const held = await node.reach.reserve(relay.peerId, soon())
    expect(held.limit).toEqual({ durationMs: 20 * MINUTE, dataBytes: 3 * MiB })
    expect(held.untilMs - Date.now()).toBeGreaterThan(100 * MINUTE)
    expect(node.reach.reserved()).toEqual([relay.peerId])
    expect(told).toContainEqual({ event: 'reserved', introducer: relay.peerId })
    await eventually('it to be announced', () => node.network.listening().some((one) => one.includes('/p2p-circuit')))
    expect(node.network.listening().some((one) => one.includes('/webrtc'))).toBe(false)
    expect(await node.reach.reserve(relay.peerId, soon())).toEqual(held)
  })

  test('is lost with the connection, and given again when it is asked for after the introducer restarted', async () => {
    const key = await generateKeyPair('Ed25519')
    const first = await openRelay(closing, undefined, { key })
    const node = await openNode(closing)
    await reserveAt(node, first)
    const told: ReachNetworkEvent['event'][] = []
    node.reach.subscribe(({ event }) => told.push(event))
    await first.stop()
    await eventually('it to be lost', () => told.includes('reservation-lost'))
    expect(node.reach.reserved()).toEqual([])
    await expect(node.reach.reserve(first.peerId, soon())).rejects.toThrow('not connected')

    const second = await openRelay(closing, undefined, { key, listen: first.address.split('/p2p/')[0] ?? '' })
    expect(second.peerId).toBe(first.peerId)
    for (let times = 0; times < 2; times += 1) {
      await reserveAt(node, second)
      expect(node.reach.reserved()).toEqual([second.peerId])
      const caller = await openNode(closing)
      expect(await dialThrough(caller, second, node)).toMatchObject({ route: 'relayed', peerId: idOf(node) })
      for (const connection of second.libp2p.getConnections(node.libp2p.peerId)) connection.abort(new Error('a test'))
      await eventually('it to be lost', () => node.reach.reserved().length === 0)
    }
  })

  test('is not asked for at one that carries no circuits', async () => {
    const node = await openNode(closing)
    const other = await openNode(closing)
    await node.network.dialOnly(idOf(other), other.network.listening()[0] ?? '', soon())
    await expect(node.reach.reserve(idOf(other), AbortSignal.timeout(300))).rejects.toThrow()
    expect(node.reach.reserved()).toEqual([])
  })

  test('is given at one that did not carry circuits when it was asked before', async () => {
    const relay = await openRelay(closing)
    const node = await openNode(closing)
    await node.network.dialOnly(relay.peerId, relay.address, soon())
    const server = (relay.libp2p.services as unknown as { relay: { start(): Promise<void>; stop(): Promise<void> } }).relay
    await eventually('it to be known for one', async () => {
      const about = await node.network.about(relay.peerId)
      return about.protocols.includes(HOP_PROTOCOL)
    })
    await server.stop()
    await expect(node.reach.reserve(relay.peerId, soon())).rejects.toThrow()
    await server.start()
    await node.reach.reserve(relay.peerId, soon())
    expect(node.reach.reserved()).toEqual([relay.peerId])
  })

  test('that is refused says so, and is given when there is room', async () => {
    const relay = await openRelay(closing, { maxReservations: 1 })
    const [first, second] = [await openNode(closing), await openNode(closing)]
    await reserveAt(first, relay)
    await expect(reserveAt(second, relay)).rejects.toThrow(/RESERVATION_REFUSED/)
    await expect(reserveAt(second, relay)).rejects.toThrow(/RESERVATION_REFUSED/)
    await first.network.hangUp(relay.peerId)
    const server = relay.libp2p.services as unknown as { relay: { reservations: Map<unknown, unknown> } }
    for (const peer of server.relay.reservations.keys()) server.relay.reservations.delete(peer)
    await reserveAt(second, relay)
    expect(second.reach.reserved()).toEqual([relay.peerId])
    expect(await dialThrough(await openNode(closing), relay, second)).toMatchObject({ route: 'relayed' })
  })
})

describe('a circuit', () => {
  test('from where no place is held is refused: a stranger makes nobody listen by way of them', async () => {
    const { relay, a, b } = await three()
    await b.network.hangUp(relay.peerId)
    await eventually('the place to be lost', () => b.reach.reserved().length === 0)
    // The relay still has its side of it, and b is connected again.
    await b.network.dialOnly(relay.peerId, relay.address, soon())
    await expect(dialThrough(a, relay, b)).rejects.toThrow()
    expect(new Set(b.network.connections().map(({ peerId }) => peerId))).toEqual(new Set([relay.peerId]))
    expect(b.reach.reserved()).toEqual([])
    expect(b.network.listening().some((one) => one.includes('/p2p-circuit'))).toBe(false)
  })

  test('says at both ends what it may still carry, as its relay counts it', async () => {
    const { relay, a, b } = await three({ defaultDataLimit: BigInt(2 * MiB), defaultDurationLimit: 30 * MINUTE })
    const atA = await dialThrough(a, relay, b)
    const atB = await eventually('the other end', () => b.network.connections().find(({ peerId }) => peerId === idOf(a)))
    for (const { circuit, route, transport } of [atA, atB]) {
      expect({ route, transport }).toEqual({ route: 'relayed', transport: 'relay' })
      expect(circuit).toMatchObject({ through: relay.peerId, dataBytes: 2 * MiB, durationMs: 30 * MINUTE })
      expect(circuit?.untilMs).toBeGreaterThan(Date.now() + 29 * MINUTE)
      expect(circuit?.untilMs).toBeLessThanOrEqual(Date.now() + 30 * MINUTE)
    }
    const before = a.reach.circuit(atA.connection)?.leftBytes ?? 0
    await a.network.ping(idOf(b), soon())
    const after = a.reach.circuit(atA.connection)?.leftBytes ?? 0
    expect(before - after).toBeGreaterThan(64)
    expect(before - after).toBeLessThan(4 * KiB)
    await a.network.close(atA.connection)
    expect(a.reach.circuit(atA.connection)).toBeNull()
  })

  test('opens through a relay that is not connected yet', async () => {
    const { relay, b } = await three()
    const stranger = await openNode(closing)
    expect(await dialThrough(stranger, relay, b)).toMatchObject({ route: 'relayed', peerId: idOf(b) })
    expect(stranger.network.connections()).toHaveLength(2)
  })

  test('to or through somebody whom a person disconnected is not dialled', async () => {
    const { relay, b } = await three()
    const held = await openNode(closing, { mayDial: (peerId) => peerId !== relay.peerId })
    await expect(dialThrough(held, relay, b)).rejects.toMatchObject({ name: 'DialDeniedError' })
    expect(held.network.connections()).toEqual([])
  })
})

describe('a better connection', () => {
  test('takes the place of a relayed one, which is closed when it is idle', async () => {
    const { relay, a, b } = await three()
    const events: NetworkEvent[] = []
    a.network.subscribe((event) => events.push(event))
    const circuit = await dialThrough(a, relay, b)
    const direct = await a.network.dialOnly(idOf(b), b.network.listening().find((one) => !one.includes('p2p-circuit')) ?? '', soon())
    expect(events.filter(({ event }) => event === 'better')).toEqual([{ event: 'better', peerId: idOf(b) }])
    expect(a.network.isRetiring(circuit.connection)).toBe(true)
    expect(a.network.isRetiring(direct.connection)).toBe(false)
    await eventually('the circuit to be closed', () => a.network.connections().every(({ route }) => route !== 'relayed'))
    expect(a.network.connections().map(({ connection }) => connection)).toContain(direct.connection)
  }, 20_000)

  test('that goes again leaves the relayed one in its place', async () => {
    const { relay, a, b } = await three()
    const circuit = await dialThrough(a, relay, b)
    const direct = await a.network.dialOnly(idOf(b), b.network.listening().find((one) => !one.includes('p2p-circuit')) ?? '', soon())
    await a.network.close(direct.connection)
    await eventually('it to be gone', () => !a.network.connections().some(({ connection }) => connection === direct.connection))
    expect(a.network.isRetiring(circuit.connection)).toBe(false)
    expect(await a.network.ping(idOf(b), soon())).toBeGreaterThan(0)
  })

  test('is a fresh circuit too: the one before it ends when it is idle', async () => {
    const { relay, a, b } = await three()
    const first = await dialThrough(a, relay, b)
    const second = await dialThrough(a, relay, b)
    expect(second.connection).not.toBe(first.connection)
    expect(a.network.isRetiring(first.connection)).toBe(true)
    await eventually('the first to be closed', () => !a.network.connections().some(({ connection }) => connection === first.connection))
    expect(a.network.connections().map(({ connection }) => connection)).toContain(second.connection)
  }, 20_000)
})

describe('an address that an introducer reached', () => {
  test('is announced, until this device has another, or the surroundings change', async () => {
    const node = await openNode(closing)
    const [port] = node.reach.tcpPorts()
    expect(port).toBeGreaterThan(0)
    const outside = `/ip4/5.5.5.5/tcp/${port}`
    const isTold = (): boolean => node.network.listening().some((one) => one.startsWith(outside))
    node.reach.confirm(outside)
    await eventually('it to be announced', isTold)
    node.reach.confirm(`/ip4/6.6.6.6/tcp/${port}`)
    expect(node.network.listening().some((one) => one.startsWith('/ip4/6.6.6.6'))).toBe(true)
    expect(isTold()).toBe(false)
    node.reach.unconfirm()
    expect(node.network.listening().some((one) => one.startsWith('/ip4/6.6.6.6'))).toBe(false)
    node.reach.confirm(`/ip4/10.0.0.1/tcp/${port}`)
    expect(node.network.listening().some((one) => one.startsWith('/ip4/10.'))).toBe(false)
  })

  test('is announced with what is spoken there', async () => {
    const node = await openNode(closing, { config: { listen: ['/ip4/127.0.0.1/tcp/0/ws'], services: noServices } })
    const [port] = node.reach.tcpPorts()
    node.reach.confirm(`/ip4/5.5.5.5/tcp/${port}`)
    expect(node.network.listening().some((one) => one.startsWith(`/ip4/5.5.5.5/tcp/${port}/ws/`))).toBe(true)
  })
})

test('a circuit to somebody who holds no place fails with the relay’s word', async () => {
  const relay = await openRelay(closing)
  const [a, b] = [await openNode(closing), await openNode(closing)]
  await a.network.dialOnly(relay.peerId, relay.address, soon())
  await expect(a.network.dialOnly(idOf(b), circuitTo(b, relay), soon())).rejects.toThrow(/NO_RESERVATION/)
})
