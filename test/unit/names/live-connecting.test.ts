import { describe, expect, test } from 'vitest'
import { connectTo, targetsOf, type ConnectingParts } from '../../../src/main/features/names/live/connecting.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { delay } from '../../../src/main/platform/clock.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import type { Lookup, LookupStep, ZoneRecord } from '../../../src/shared/model/names.ts'
import type { Route } from '../../../src/shared/model/peers.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { alice, me, peer, record, START_MS, zoneOf } from './resolver-world.ts'

/** How a device is reached: when, and by which ways one after another. Null: never. */
interface Way {
  readonly afterMs: number | null
  readonly routes: readonly { readonly route: Route; readonly afterMs: number }[]
  readonly fails?: string
}

const HERE = peer(39)

function scene(ways: ReadonlyMap<PeerId, Way>, known: readonly PeerId[] = []) {
  const clock = new FakeClock(START_MS)
  const connectedMs = new Map<PeerId, number>()
  const dials: { peerId: PeerId; addresses: readonly string[] }[] = []
  const parts: ConnectingParts = {
    clock,
    me: { account: me.account, peerId: HERE },
    peers: {
      addressesOf: () => ['/ip4/127.0.0.1/tcp/1'],
      devicesOf: (account: AccountId) => (account === alice.account ? known : []),
      async connect(peerId, addresses, signal) {
        dials.push({ peerId, addresses })
        const { afterMs = null, fails } = ways.get(peerId) ?? {}
        // It does not heed the signal, as a bad transport would not.
        if (afterMs === null) return new Promise(() => {})
        await delay(clock, afterMs, signal)
        if (fails !== undefined) throw new Error(fails)
        connectedMs.set(peerId, clock.monotonicMs())
      },
      connection(peerId) {
        const sinceMs = connectedMs.get(peerId)
        if (sinceMs === undefined) return null
        const way = ways.get(peerId)?.routes.findLast(({ afterMs }) => clock.monotonicMs() - sinceMs >= afterMs)
        if (way === undefined) return null
        const { route } = way
        const peerOf: RemotePeer = { peerId, connection: '1', route, transport: 'tcp', address: `/${route}`, direction: 'outbound', circuit: null }
        return { peer: peerOf, rttMs: null }
      },
      ping: async () => 12.34,
    },
  }
  const told: LookupStep[] = []
  async function run(records: readonly ZoneRecord[], signal = new AbortController().signal, owner = alice): Promise<Lookup | string> {
    const lookup: Lookup = {
      fullName: 'alice.peer',
      outcome: { outcome: 'found', owner: owner.account, zone: zoneOf(owner, 'alice', 1), records: [...records], from: 'peer' },
      ledger: null,
      zone: null,
      connection: null,
      steps: [{ atMs: 1, tookMs: 0, step: 'done', peerId: null, outcome: 'found', why: 'It was found.', hops: null }],
      tookMs: 1,
    }
    const done = connectTo(lookup, parts, { signal, onStep: (step) => told.push(step) })
    const state: { is: Lookup | string | null } = { is: null }
    done.then(
      (is) => (state.is = is),
      (error: unknown) => (state.is = String(error)),
    )
    for (let turn = 0; turn < 400 && state.is === null; turn++) await clock.advance(50)
    return state.is ?? 'it did not end'
  }
  const ended = async (...asked: Parameters<typeof run>): Promise<Lookup> => {
    const lookup = await run(...asked)
    if (typeof lookup === 'string') throw new Error(lookup)
    return lookup
  }
  return { clock, dials, told, run, ended }
}

const device = (at: number, ...addresses: string[]): ZoneRecord => record({ label: '@', kind: 'peer', peerId: peer(at), addresses })
const direct = (afterMs: number): Way => ({ afterMs, routes: [{ route: 'direct', afterMs: 0 }] })
const dialsOf = ({ steps }: Lookup): unknown[] => steps.filter(({ step }) => step === 'dial').map(({ peerId, outcome }) => [peerId, outcome])

describe('a look-up that ends with a connection', () => {
  test('takes the first device that is connected directly, and says the way and the round trip', async () => {
    const { ended, dials } = scene(new Map([[peer(1), direct(300)], [peer(2), direct(100)]]))
    const lookup = await ended([device(1), device(2, '/ip4/192.0.2.1/tcp/4')])
    expect(lookup.connection).toEqual({ peerId: peer(2), route: 'direct', address: '/direct', rttMs: 12.34 })
    expect(dialsOf(lookup)).toEqual([[peer(1), 'late'], [peer(2), 'found']])
    expect(dials[1]?.addresses).toEqual(['/ip4/192.0.2.1/tcp/4', '/ip4/127.0.0.1/tcp/1'])
    expect(lookup.steps.slice(-2)).toMatchObject([
      { step: 'connected', outcome: 'found', why: 'Connected directly. There and back in 12.3 ms.' },
      { step: 'done', outcome: 'found' },
    ])
  })

  test('waits for a circuit to become direct, and not for one that does not', async () => {
    const becoming: Way = { afterMs: 100, routes: [{ route: 'relayed', afterMs: 0 }, { route: 'direct', afterMs: 2 * SECOND }] }
    const first = await scene(new Map([[peer(1), becoming]])).ended([device(1)])
    expect(first.connection).toMatchObject({ peerId: peer(1), route: 'direct' })
    const staying: Way = { afterMs: 100, routes: [{ route: 'relayed', afterMs: 0 }] }
    const second = await scene(new Map([[peer(1), staying]])).ended([device(1)])
    expect(second.connection).toMatchObject({ peerId: peer(1), route: 'relayed' })
    expect(second.tookMs).toBeLessThan(6 * SECOND)
    expect(second.steps.at(-3)).toMatchObject({ step: 'dial', outcome: 'found', why: 'Connected through an introducer; no direct way was found in time.' })
  })

  test('takes a direct one though one through an introducer was there before', async () => {
    const relayed: Way = { afterMs: 10, routes: [{ route: 'relayed', afterMs: 0 }] }
    const lookup = await scene(new Map([[peer(1), relayed], [peer(2), direct(SECOND)]])).ended([device(1), device(2)])
    expect(lookup.connection).toMatchObject({ peerId: peer(2), route: 'direct' })
  })

  test('goes on to devices of the owner that the zone does not name', async () => {
    const ways = new Map([[peer(1), { afterMs: 10, routes: [], fails: 'nobody is there' } satisfies Way], [peer(3), direct(10)]])
    const lookup = await scene(ways, [peer(1), peer(3)]).ended([device(1)])
    expect(lookup.connection).toMatchObject({ peerId: peer(3) })
    expect(lookup.steps.filter(({ step }) => step === 'dial')).toMatchObject([
      { peerId: peer(1), outcome: 'failed', why: 'It could not be reached: nobody is there.' },
      { peerId: peer(3), outcome: 'found', why: 'Connected directly.' },
    ])
  })

  test('is still found where nobody can be connected, within a bound, and says why of each', async () => {
    const { ended } = scene(new Map())
    const lookup = await ended([device(1), device(2)])
    expect([lookup.outcome.outcome, lookup.connection]).toEqual(['found', null])
    expect(dialsOf(lookup)).toEqual([[peer(1), 'late'], [peer(2), 'late']])
    expect(lookup.tookMs).toBeLessThanOrEqual(16 * SECOND)
    expect(lookup.steps.at(-1)).toMatchObject({ step: 'done', outcome: 'found', why: 'It was found, and nobody of it is connected.' })
  })

  test('dials nobody for a name of one’s own, for this device, and where no device is named', async () => {
    const own = scene(new Map())
    expect(await own.ended([device(1)], undefined, me)).toMatchObject({ connection: null })
    const here = scene(new Map())
    expect(dialsOf(await here.ended([record({ label: '@', kind: 'peer', peerId: HERE, addresses: [] })]))).toEqual([[HERE, 'skipped']])
    const none = scene(new Map())
    expect(dialsOf(await none.ended([]))).toEqual([[null, 'nothing']])
    expect([own.dials, here.dials, none.dials]).toEqual([[], [], []])
  })

  test('ends with the signal, whatever the transport does', async () => {
    const stop = new AbortController()
    const { run, clock } = scene(new Map())
    clock.after(SECOND, () => stop.abort(new Error('enough')))
    expect(await run([device(1)], stop.signal)).toBe('Error: enough')
  })

  test('tells each step when it begins and when it ends, and the end once', async () => {
    const { ended, told } = scene(new Map([[peer(1), direct(100)]]))
    await ended([device(1)])
    expect(told.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['dial', 'running'],
      ['dial', 'found'],
      ['connected', 'running'],
      ['connected', 'found'],
      ['done', 'found'],
    ])
  })
})

test('eight devices are dialled at most, each once, those of the zone first', () => {
  const peers = { addressesOf: () => [], devicesOf: () => [peer(1), peer(20)], connect: async () => {}, connection: () => null, ping: async () => 1 }
  const found = (records: ZoneRecord[]) => ({ outcome: 'found' as const, owner: alice.account, zone: zoneOf(alice, 'alice', 1), records, from: 'peer' as const })
  expect(targetsOf(found([device(1)]), peers).map(({ peerId, by }) => [peerId, by])).toEqual([[peer(1), 'zone'], [peer(20), 'owner']])
  const many = Array.from({ length: 12 }, (_, at) => device(at))
  expect(targetsOf(found(many), peers).map(({ peerId }) => peerId)).toEqual(many.slice(0, 8).map((one) => (one.kind === 'peer' ? one.peerId : null)))
})
