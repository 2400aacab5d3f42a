import { createHash } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import { K } from '../../src/main/node/dht-library.ts'
import { walk, type Answer, type Closer } from '../../src/main/node/dht-walk.ts'
import { nearest, type Place } from '../../src/main/features/names/near.ts'
import { delay } from '../../src/main/platform/clock.ts'
import { PeerId } from '../../src/shared/ids.ts'
import { SECOND } from '../../src/shared/units.ts'
import { seeded } from '../bench/names/random.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { at } from '../helpers/gossip-nodes.ts'
import { mean, quantile, share } from './facts.ts'
import { LatencyMap } from './map.ts'
import type { Report } from './report.ts'
import { Places, type TableRule } from './tables.ts'

/*
 * The app's own walk (dht-walk.ts) in networks that no process holds: whoever is asked is a table that is drawn when it is
 * asked for, and time is a number. No node runs, no byte is sent.
 */

/** As the app: dht-joined.ts. */
const WALK_MS = 10 * SECOND
/** Connection, choice of Noise, Noise, choice of the protocol; the question itself is one more. As in test/bench/names. */
const DIAL_ROUND_TRIPS = 4
/** Of those whom a device knows, so many are connected, the rest is dialled: as far as 300 connections go. */
const CONNECTED_SHARE = 0.5
/** Each device whom a walk asks answers within so long, or never. */
const NEVER_MS = 60 * SECOND
/** The bytes before the key in a peer id of Ed25519: identity, 36 bytes, a protobuf of type 1. */
const BEFORE_KEY = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20]

interface Device {
  readonly raw: Uint8Array
  readonly place: Place
}

export interface Walked {
  /** Devices on the way to the first holder, itself counted; 0: none was found. */
  readonly hops: number
  readonly asked: number
  readonly tookMs: number
}

/** Devices that are drawn, with tables by one rule. */
export class DrawnNetwork {
  readonly #devices: readonly Device[]
  readonly #places: Places
  readonly #rule: TableRule
  readonly #seed: number
  readonly #map: LatencyMap
  readonly #numbers = new Map<PeerId, number>()
  readonly #ids = new Map<number, PeerId>()
  /** By number. */
  readonly gone = new Set<number>()

  constructor(count: number, seed: number, rule: TableRule) {
    this.#devices = Array.from({ length: count }, (_, index) => deviceOf(seed, index)).toSorted((a, b) => Buffer.compare(a.place, b.place))
    this.#places = new Places(this.#devices.map(({ place }) => place))
    this.#rule = rule
    this.#seed = seed
    this.#map = new LatencyMap(seed)
  }

  get size(): number {
    return this.#devices.length
  }

  /** The same at each time. */
  table(own: number): number[] {
    return this.#places.table(own, this.#rule, seeded(Math.imul(this.#seed + 7, 0x9e_37_79_b1) ^ Math.imul(own + 1, 0x85_eb_ca_6b)))
  }

  /** Who holds it after a device put it there: the 20 nearest that answered it. */
  async put(by: number, place: Place): Promise<Set<number>> {
    const answered: number[] = []
    await this.#walk(by, this.table(by), place, (one) => void answered.push(one))
    return new Set(nearest(place, answered, (one) => at(this.#devices, one).place, K))
  }

  /** Those of all that are nearest: what a put would reach that misses nobody. */
  nearestOf(place: Place): Set<number> {
    return new Set(nearest(place, this.#devices.keys(), (one) => at(this.#devices, one).place, K))
  }

  find(by: number, place: Place, holders: ReadonlySet<number>, only?: number): Promise<Walked> {
    return this.#walk(by, only === undefined ? this.table(by) : [only], place, (one) => (holders.has(one) ? 'enough' : undefined))
  }

  async #walk(by: number, known: readonly number[], place: Place, answered: (one: number) => 'enough' | void): Promise<Walked> {
    const clock = new FakeClock()
    const stop = new AbortController()
    const connected = new Set(known.filter((_, index) => index % (1 / CONNECTED_SHARE) === 0))
    const closer = (one: number): Closer => ({ peerId: this.#idOf(one), addresses: [] })
    const namedBy = (one: number): number[] => nearest(place, this.table(one).filter((other) => other !== by), (other) => at(this.#devices, other).place, K)
    let asked = 0
    const ask = async ({ peerId }: Closer, signal: AbortSignal): Promise<Answer> => {
      const one = this.#numbers.get(peerId) ?? 0
      asked += 1
      const roundTripMs = 2 * this.#map.oneWayMs(by, one)
      await delay(clock, this.gone.has(one) ? NEVER_MS : roundTripMs * (connected.has(one) ? 1 : 1 + DIAL_ROUND_TRIPS), signal)
      return { closer: namedBy(one).map(closer), record: null }
    }
    let result: Walked | null = null
    const start = nearest(place, known, (one) => at(this.#devices, one).place, K).map(closer)
    const isConnected = (peerId: PeerId): boolean => connected.has(this.#numbers.get(peerId) ?? -1)
    const parts = { clock, me: this.#idOf(by), place, start, isConnected, ask, late: () => {}, signal: stop.signal }
    const walking = (async () => {
      for await (const step of walk(parts)) {
        if (step.event !== 'answered') continue
        if (answered(this.#numbers.get(step.peerId) ?? 0) !== 'enough') continue
        result = { hops: step.hops + 1, asked, tookMs: clock.monotonicMs() }
        return
      }
    })()
    const over = new AbortController()
    void walking.finally(() => over.abort())
    // A step is as long as the shortest way to anybody.
    while (!over.signal.aborted && clock.monotonicMs() < WALK_MS) await clock.advance(5)
    stop.abort()
    await clock.advance(0)
    await walking
    return result ?? { hops: 0, asked, tookMs: clock.monotonicMs() }
  }

  #idOf(number: number): PeerId {
    const known = this.#ids.get(number)
    if (known !== undefined) return known
    const id = base58btc.baseEncode(at(this.#devices, number).raw) as PeerId
    this.#ids.set(number, id)
    this.#numbers.set(id, number)
    return id
  }
}

function deviceOf(seed: number, index: number): Device {
  const key = createHash('sha256').update(`walk ${seed} ${index}`).digest()
  const raw = Uint8Array.from([...BEFORE_KEY, ...key])
  return { raw, place: createHash('sha256').update(raw).digest() }
}

/** Look-ups in one network, of what its devices put there; and again when a share of them is gone. */
export async function walkPart(nodes: number, seed: number, { rule, said, lookUps }: { rule: TableRule; said: string; lookUps: number }, report: Report): Promise<void> {
  const network = new DrawnNetwork(nodes, seed, rule)
  const random = seeded(seed)
  const anyone = (): number => {
    for (;;) {
      const one = Math.floor(random() * network.size)
      if (!network.gone.has(one)) return one
    }
  }
  const records: { place: Place; holders: Set<number> }[] = []
  const right: number[] = []
  for (let index = 0; index < lookUps; index++) {
    const place = createHash('sha256').update(`record ${seed} ${index}`).digest()
    const holders = await network.put(anyone(), place)
    records.push({ place, holders })
    if (index < 10) right.push([...network.nearestOf(place)].filter((one) => holders.has(one)).length / K)
  }
  const figures = async (only?: () => number): Promise<Record<string, number>> => {
    const walked: Walked[] = []
    for (const { place, holders } of records) walked.push(await network.find(anyone(), place, holders, only?.()))
    const found = walked.filter(({ hops }) => hops > 0)
    return {
      lookUps,
      found: share(walked, ({ hops }) => hops > 0),
      hopsMean: mean(found.map(({ hops }) => hops)),
      hopsP95: quantile(found.map(({ hops }) => hops), 0.95),
      askedMean: mean(walked.map(({ asked }) => asked)),
      firstP50Ms: quantile(found.map(({ tookMs }) => tookMs), 0.5),
      firstP95Ms: quantile(found.map(({ tookMs }) => tookMs), 0.95),
    }
  }
  const sizes = Array.from({ length: 20 }, () => network.table(anyone()).length)
  report(`${said}: tables`, { tableMean: mean(sizes), rightHolders: mean(right) })
  report(`${said}: calm`, await figures())
  report(`${said}: by newcomers`, await figures(anyone))
  for (const gone of [0.1, 0.3, 0.5]) {
    while (network.gone.size < gone * nodes) network.gone.add(anyone())
    report(`${said}: ${gone * 100} % gone`, await figures())
  }
}

/** The place that a peer id has, for a test: the app's own function and this one agree. */
export function samplePlaces(seed: number, count: number): { peerId: PeerId; place: Place }[] {
  return Array.from({ length: count }, (_, index) => {
    const { raw, place } = deviceOf(seed, index)
    return { peerId: PeerId.parse(base58btc.baseEncode(raw)), place }
  })
}

