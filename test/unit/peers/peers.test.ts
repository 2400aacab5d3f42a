import { beforeEach, describe, expect, test } from 'vitest'
import { createPeers, type PeersFeature, type PeersParts } from '../../../src/main/features/peers/index.ts'
import { GREET_AGAIN_MS, LAN_COURTESY_MS } from '../../../src/main/features/peers/limits.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'
import type { Peer } from '../../../src/shared/model/peers.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { FakeNetwork, remote, somePeerId } from './fake-network.ts'

const account = AccountId.parse(`k51${'q'.repeat(59)}`)
const standing = { score: 100, standing: 'good', lowered: [] } as const

let clock: FakeClock
let network: FakeNetwork
let peers: PeersFeature
let me: PeerId
let devices: PeerId[]
let elsewhere: PeerId[]
let interfaces: string
let accounts: Map<PeerId, AccountId>
let prove: PeersParts['people']['prove']
let onProof: (peerId: PeerId, account: AccountId | null) => void

function make(over: Partial<PeersParts> = {}): PeersFeature {
  return createPeers({
    network,
    database: openMemoryDatabase(),
    clock,
    log: silentLog,
    random: () => 1,
    me: () => ({ peerId: me }) as ReturnType<PeersParts['me']>,
    people: {
      accountOf: (peerId) => accounts.get(peerId) ?? null,
      devicesOf: () => devices,
      find: async () => elsewhere,
      prove: (...about) => prove(...about),
      readDeviceList: async () => ({ account, devices }),
      onProof: (listener) => {
        onProof = listener
        return () => {}
      },
    },
    door: {
      standing: () => ({ ...standing, lowered: [], goodAtMs: null, rates: [] }),
      mintToken: () => ({ token: new Uint8Array(16), id: '00000000aa' }),
      tokens: () => [],
      revokeToken: () => {},
      knockWithToken: () => Promise.reject(new Error('not asked for here')),
    },
    introducers: { records: () => [], learn: async () => {}, places: () => [] },
    interfaces: () => interfaces,
    tried: () => [],
    bootstrap: [],
    ...over,
  })
}

beforeEach(async () => {
  clock = new FakeClock()
  network = new FakeNetwork()
  me = somePeerId()
  devices = []
  elsewhere = []
  accounts = new Map()
  prove = async () => null
  interfaces = 'eth0 10.0.0.1'
  peers = make()
  await peers.start()
})

function seen(peerId: PeerId): Peer | undefined {
  return peers.list().find((peer) => peer.peerId === peerId)
}

const found = (peerId: PeerId, ...addresses: string[]) =>
  network.tell({ event: 'found', peerId, addresses, by: 'lan' })

describe('connecting to what a person typed', () => {
  test('an address gives the peer that answers there', async () => {
    const peer = remote(somePeerId())
    network.answer = () => peer
    const connected = await peers.connect(' /ip4/10.0.0.9/tcp/4001 ')
    expect(connected).toMatchObject({ peerId: peer.peerId, state: 'connected', route: 'lan', transport: 'tcp' })
    expect(connected.foundBy).toContain('address')
  })

  test('ends when the peer has said whose it is', async () => {
    const peer = remote(somePeerId())
    network.answer = () => peer
    prove = async (peerId) => {
      await Promise.resolve()
      accounts.set(peerId, account)
      return { account }
    }
    expect(await peers.connect('/ip4/10.0.0.9/tcp/4001')).toMatchObject({ peerId: peer.peerId, account })
  })

  test('an address that names a peer asks for that peer', async () => {
    const peerId = somePeerId()
    network.answer = () => remote(peerId)
    await peers.connect(`/ip4/10.0.0.9/tcp/4001/p2p/${peerId}`)
    expect(network.dials).toEqual([`/ip4/10.0.0.9/tcp/4001/p2p/${peerId}`])
  })

  test('a peer that does not answer is in the list, with a sentence that says why', async () => {
    const peerId = somePeerId()
    const failing = peers.connect(`/ip4/10.0.0.9/tcp/4001/p2p/${peerId}`)
    await expect(failing).rejects.toMatchObject({ code: 'UNREACHABLE', message: 'No answer at that address.' })
    expect(seen(peerId)).toMatchObject({ state: 'away', lastError: 'No answer at that address.' })
  })

  test('while it is tried, the list says so', async () => {
    const peerId = somePeerId()
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof remote>>()
    network.answer = () => promise
    const connecting = peers.connect(`/ip4/10.0.0.9/tcp/4001/p2p/${peerId}`)
    expect(seen(peerId)?.state).toBe('connecting')
    resolve(remote(peerId))
    expect((await connecting).state).toBe('connected')
  })

  test('a known peer is dialled where it was last, an unknown one is not', async () => {
    const peerId = somePeerId()
    await expect(peers.connect(peerId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    found(peerId, '/ip4/10.0.0.9/tcp/4001')
    network.answer = () => remote(peerId)
    expect(await peers.connect(peerId)).toMatchObject({ peerId, state: 'connected' })
  })

  const nothing = ['', 'bea', 'http://example.org', '/ip4/999.0.0.1/tcp/1', `/ip4/10.0.0.1${'/tcp/1'.repeat(500)}`]
  test.each([...nothing, 'latch://invite/nonsense'])('what is none of these is not dialled: %s', async (text) => {
    await expect(peers.connect(text)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(network.dials).toEqual([])
  })

  test('a peer that answers and hangs up at once is not told as connected', async () => {
    const peerId = somePeerId()
    network.answer = () => remote(peerId)
    prove = async () => {
      network.drop(peerId)
      return null
    }
    await expect(peers.connect('/ip4/10.0.0.9/tcp/4001')).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('a dial that never ends is given up', async () => {
    network.answer = () => new Promise(() => {})
    const connecting = expect(peers.connect('/ip4/10.0.0.9/tcp/4001')).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await clock.advance(MINUTE)
    await connecting
  })
})

describe('keeping a contact', () => {
  test('dials every device of the account, and again after each drop', async () => {
    const [one, other] = [somePeerId(), somePeerId()]
    devices = [one, other]
    for (const device of devices) found(device, '/ip4/10.0.0.9/tcp/4001')
    network.answer = (to) => remote(to.split('/').at(-1) as PeerId)
    peers.keepAlive(account, true)
    await clock.advance(0)
    const dialled = devices.map((device) => `/ip4/10.0.0.9/tcp/4001/p2p/${device}`)
    expect(network.dials.toSorted()).toEqual(dialled.toSorted())
    expect(seen(one)).toMatchObject({ state: 'connected', account })

    network.drop(one)
    expect(seen(one)).toMatchObject({ state: 'waiting', nextDialMs: clock.nowMs() + SECOND })
    await clock.advance(SECOND)
    expect(seen(one)?.state).toBe('connected')
  })

  test('dials a device that joined the account since', async () => {
    const device = somePeerId()
    peers.keepAlive(account, true)
    network.answer = () => remote(device)
    found(device, '/ip4/10.0.0.9/tcp/4001')
    accounts.set(device, account)
    onProof(device, account)
    await clock.advance(0)
    expect(seen(device)?.state).toBe('connected')
  })

  test('does not dial a device that its account no longer vouches for', async () => {
    const device = somePeerId()
    devices = [device]
    peers.keepAlive(account, true)
    await clock.advance(0)
    onProof(device, null)
    const before = network.dials.length
    await clock.advance(HOUR)
    expect(network.dials).toHaveLength(before)
    expect(seen(device)?.account).toBeNull()
  })

  test('dials at once when the peer is announced, the machine slept, or the network changed', async () => {
    const device = somePeerId()
    devices = [device]
    peers.keepAlive(account, true)
    for (let at = 0; at < 10; at += 1) await clock.advance(5 * MINUTE)
    const dialled = async (because: () => void): Promise<number> => {
      const before = network.dials.length
      because()
      await clock.advance(5 * SECOND)
      return network.dials.length - before
    }
    expect(await dialled(() => {})).toBe(0)
    expect(await dialled(() => found(device, '/ip4/10.0.0.9/tcp/4001'))).toBeGreaterThan(0)
    await clock.advance(20 * MINUTE)
    expect(await dialled(() => clock.jump(8 * HOUR))).toBeGreaterThan(0)
    await clock.advance(20 * MINUTE)
    expect(await dialled(() => (interfaces = 'wlan0 192.168.1.4'))).toBeGreaterThan(0)
  })

  test('stops when a person disconnects, until they connect again', async () => {
    const device = somePeerId()
    devices = [device]
    found(device, '/ip4/10.0.0.9/tcp/4001')
    network.answer = () => remote(device)
    peers.keepAlive(account, true)
    await clock.advance(0)
    expect(peers.mayDial(device)).toBe(true)
    expect(await peers.disconnect(device)).toMatchObject({ state: 'away', nextDialMs: null })
    expect(peers.mayDial(device)).toBe(false)
    found(device, '/ip4/10.0.0.9/tcp/4001')
    await clock.advance(HOUR)
    expect(network.dials).toHaveLength(1)

    await peers.connect(device)
    expect(peers.mayDial(device)).toBe(true)
    network.drop(device)
    expect(seen(device)?.state).toBe('waiting')
  })

  test('ends with the contact', async () => {
    const device = somePeerId()
    devices = [device]
    peers.keepAlive(account, true)
    await clock.advance(0)
    peers.keepAlive(account, false)
    const before = network.dials.length
    await clock.advance(HOUR)
    expect(network.dials).toHaveLength(before)
    expect(seen(device)?.state).toBe('away')
  })
})

describe('a stranger on the local network', () => {
  test('is dialled once, by the lower id at once and by the higher after a moment', async () => {
    const stranger = somePeerId()
    network.answer = () => remote(stranger)
    found(stranger, '/ip4/10.0.0.9/tcp/4001')
    await clock.advance(me < stranger ? 0 : LAN_COURTESY_MS)
    expect(seen(stranger)?.state).toBe('connected')
    network.drop(stranger)
    found(stranger, '/ip4/10.0.0.9/tcp/4001')
    await clock.advance(GREET_AGAIN_MS - MINUTE)
    expect(network.dials).toHaveLength(1)
  })

  test('is not dialled when it dials first', async () => {
    let stranger = somePeerId()
    while (stranger > me) stranger = somePeerId()
    found(stranger, '/ip4/10.0.0.9/tcp/4001')
    network.connect(remote(stranger, { direction: 'inbound' }))
    await clock.advance(MINUTE)
    expect(network.dials).toEqual([])
  })

  test('that announces others does not make this device dial hundreds', async () => {
    for (let count = 0; count < 500; count += 1) found(somePeerId(), '/ip4/10.0.0.9/tcp/4001')
    await clock.advance(MINUTE)
    expect(network.dials.length).toBeLessThanOrEqual(32)
  })
})

describe('the list', () => {
  test('keeps whoever connected by themselves, with what they say of themselves in bounds', async () => {
    const stranger = somePeerId()
    network.about = async () => ({
      addresses: Array.from({ length: 300 }, (_, at) => `/ip4/10.1.${at % 250}.1/tcp/${at + 1}`),
      agent: `evil\u0007${'x'.repeat(10_000)}`,
      protocols: Array.from({ length: 1_000 }, (_, at) => `/p/${at}`),
    })
    network.connect(remote(stranger, { direction: 'inbound' }))
    network.tell({ event: 'identified', peerId: stranger })
    await clock.advance(0)
    const peer = seen(stranger)
    expect(peer).toMatchObject({ foundBy: ['inbound'], rttMs: 3 })
    expect(peer?.addresses.length).toBeLessThanOrEqual(16)
    expect(peer?.protocols.length).toBeLessThanOrEqual(64)
    expect(peer?.agent).toHaveLength(64)
    expect(peer?.agent).not.toContain('\u0007')
  })

  test('marks the demonstration peer', () => {
    const demo = somePeerId()
    network.tell({ event: 'found', peerId: demo, addresses: [], by: 'demo' })
    expect(seen(demo)).toMatchObject({ demo: true, foundBy: ['demo'] })
  })

  test('does not hold this device itself', () => {
    found(me, '/ip4/10.0.0.9/tcp/4001')
    expect(peers.list()).toEqual([])
  })

  test('forgets a peer for good when a person says so', async () => {
    const peerId = somePeerId()
    network.connect(remote(peerId))
    await peers.forget(peerId)
    expect(peers.list()).toEqual([])
    expect(network.forgotten).toEqual([peerId])
    await expect(peers.forget(peerId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('is told as a snapshot and then as what changed, without saying the same twice', async () => {
    const peerId = somePeerId()
    const abort = new AbortController()
    const items: string[] = []
    const watching = (async () => {
      for await (const item of peers.watch(abort.signal)) {
        items.push(item.kind === 'snapshot' ? 'snapshot' : item.event.event)
      }
    })()
    await clock.advance(0)
    found(peerId, '/ip4/10.0.0.9/tcp/4001')
    found(peerId, '/ip4/10.0.0.9/tcp/4001')
    await clock.advance(0)
    abort.abort()
    await watching
    expect(items.slice(0, 2)).toEqual(['snapshot', 'peer-changed'])
    expect(items.filter((item) => item === 'peer-changed').length).toBeLessThanOrEqual(4)
  })
})

test('a bootstrap address without a peer id is tried until somebody answers, and then kept', async () => {
  const peerId = somePeerId()
  peers = make({ bootstrap: ['/ip4/10.0.0.9/tcp/4001'] })
  await peers.start()
  await clock.advance(SECOND)
  network.answer = () => remote(peerId)
  await clock.advance(MINUTE)
  expect(seen(peerId)?.state).toBe('connected')
  network.drop(peerId)
  expect(seen(peerId)?.state).toBe('waiting')
})

test('nothing is dialled after the end', async () => {
  devices = [somePeerId()]
  peers.keepAlive(account, true)
  await clock.advance(0)
  await peers.stop()
  const before = network.dials.length
  await clock.advance(HOUR)
  expect(network.dials).toHaveLength(before)
})

describe('a relayed peer', () => {
  const through = somePeerId()
  const circuit = (leftBytes: number) => ({ through, dataBytes: 1_000, leftBytes, durationMs: null, untilMs: null })

  test('is shown with what its circuit may still carry, told when it is two percent less', async () => {
    const peerId = somePeerId()
    const relayed = remote(peerId, { route: 'relayed', transport: 'relay', circuit: circuit(1_000) })
    network.connect(relayed)
    expect(seen(peerId)?.fuel).toEqual(circuit(1_000))
    const look = async (leftBytes: number) => {
      network.describe({ ...relayed, circuit: circuit(leftBytes) })
      await clock.advance(2 * SECOND)
      return seen(peerId)?.fuel?.leftBytes
    }
    expect(await look(985)).toBe(1_000)
    expect(await look(980)).toBe(980)
    expect(await look(0)).toBe(0)
  })

  test('is shown by its direct connection once there is one, and has no fuel then', async () => {
    const peerId = somePeerId()
    network.connect(remote(peerId, { route: 'relayed', transport: 'relay', circuit: circuit(1_000) }))
    network.connect(remote(peerId, { route: 'direct', transport: 'webrtc' }))
    network.tell({ event: 'better', peerId })
    await clock.advance(0)
    expect(seen(peerId)).toMatchObject({ route: 'direct', transport: 'webrtc', fuel: null, rttMs: 3 })
  })

  test('that is kept is dialled at once when the relay cut it at its limit', async () => {
    const peerId = somePeerId()
    devices = [peerId]
    found(peerId, '/ip4/10.0.0.9/tcp/4001')
    network.answer = () => remote(peerId, { route: 'relayed', transport: 'relay', circuit: circuit(0) })
    peers.keepAlive(account, true)
    await clock.advance(5 * SECOND)
    const before = network.dials.length
    network.drop(peerId)
    await clock.advance(0)
    expect(network.dials).toHaveLength(before + 1)
  })
})

describe('in another network, or after a sleep', () => {
  test('connections that do not answer are cut, and dialled again at once', async () => {
    const device = somePeerId()
    devices = [device]
    found(device, '/ip4/10.0.0.9/tcp/4001')
    network.answer = () => remote(device)
    peers.keepAlive(account, true)
    await clock.advance(MINUTE)
    const before = network.dials.length
    network.dead = [device]
    interfaces = 'wlan0 192.168.1.4'
    await clock.advance(5 * SECOND)
    expect(network.weeded).toEqual([{ peerId: null, withinMs: 3 * SECOND }])
    expect(network.dials).toHaveLength(before + 1)
    expect(seen(device)?.state).toBe('connected')
  })

  test('whoever else keeps connections hears of it', async () => {
    const told: string[] = []
    peers = make({ surroundingsChanged: (why) => told.push(why) })
    await peers.start()
    interfaces = 'wlan0 192.168.1.4'
    await clock.advance(5 * SECOND)
    clock.jump(HOUR)
    await clock.advance(5 * SECOND)
    expect(told).toEqual(['the network changed', 'the machine slept'])
  })
})

describe('looking for a peer', () => {
  test('asks introducers as well, and uses what they say', async () => {
    const device = somePeerId()
    const asked: PeerId[][] = []
    const introducers: PeersParts['introducers'] = {
      records: () => [],
      learn: async () => {},
      places: () => [],
      async *locate(peerIds) {
        asked.push([...peerIds])
        yield { peerId: somePeerId(), addresses: ['/ip4/6.6.6.6/tcp/1'] }
        yield { peerId: device, addresses: ['/ip4/5.5.5.5/tcp/1'] }
      },
    }
    await peers.stop()
    peers = make({ introducers })
    await peers.start()
    network.answer = (to) => {
      if (to.startsWith('/ip4/5.5.5.5')) return remote(device)
      throw new Error('no answer')
    }
    found(device, '/ip4/10.0.0.9/tcp/4001')
    const connecting = peers.connect(device)
    await clock.advance(SECOND)
    expect(await connecting).toMatchObject({ peerId: device, foundBy: ['lan', 'introducer'] })
    expect(asked).toEqual([[device]])
    expect(network.dials.filter((to) => to.includes('6.6.6.6'))).toEqual([])
    expect(network.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'won'])
    expect(network.attempts.at(-1)).toMatchObject({ peerId: device, address: '/ip4/5.5.5.5/tcp/1' })
  })

  test('asks the DHT when no known address has answered for half a second', async () => {
    const device = somePeerId()
    let askedMs: number | null = null
    network.find = async () => {
      askedMs = clock.monotonicMs()
      return ['/ip4/5.5.5.5/tcp/1']
    }
    network.answer = (to) => (to.startsWith('/ip4/5.5.5.5') ? remote(device) : new Promise(() => {}))
    found(device, '/ip4/10.0.0.9/tcp/4001')
    const connecting = peers.connect(device)
    await clock.advance(0)
    await clock.advance(SECOND)
    await connecting
    expect(askedMs).toBe(500)
  })

  test('is one dial for all who want the same peer', async () => {
    const device = somePeerId()
    devices = [device]
    found(device, '/ip4/10.0.0.9/tcp/4001')
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof remote>>()
    network.answer = () => promise
    const wanted = [peers.connect(device), peers.reach(account)]
    await clock.advance(0)
    resolve(remote(device))
    await Promise.all(wanted)
    expect(network.dials).toHaveLength(1)
  })

  test('goes on to devices that only others know of, where none that is known answers', async () => {
    const [old, later] = [somePeerId(), somePeerId()]
    devices = [old]
    elsewhere = [old, later]
    found(old, '/ip4/10.0.0.9/tcp/4001')
    found(later, '/ip4/10.0.0.10/tcp/4001')
    network.answer = (address) => {
      if (address.startsWith('/ip4/10.0.0.10/')) return remote(later)
      throw new Error('nobody answers there')
    }
    const reaching = peers.reach(account)
    for (let second = 0; second < 30; second++) await clock.advance(SECOND)
    expect(await reaching).toEqual([later])
    devices = []
    elsewhere = []
    await expect(peers.reach(account)).rejects.toThrow('No device of theirs is known here.')
  })

  test('in passing, remembers and shows nobody who did not answer', async () => {
    const [liar, there] = [somePeerId(), somePeerId()]
    network.answer = (address) => {
      if (address.startsWith('/ip4/10.0.0.10/')) return remote(there)
      throw new Error('nobody answers there')
    }
    const failing = expect(peers.dialInPassing(liar, ['/ip4/10.0.0.9/tcp/4001'])).rejects.toThrow()
    for (let second = 0; second < 30; second++) await clock.advance(SECOND)
    await failing
    expect(seen(liar)).toBeUndefined()
    expect((await peers.dialInPassing(there, ['/ip4/10.0.0.10/tcp/4001'])).peerId).toBe(there)
    expect(network.dials.filter((address) => address.includes('10.0.0.9'))).toHaveLength(1)
  })
})
