import { setTimeout as after } from 'node:timers/promises'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { LedgerView } from '../../src/main/features/names/resolver-types.ts'
import { dhtKeyOf, placeOfPeer, type ZoneKey } from '../../src/main/features/names/near.ts'
import type { SignedZone } from '../../src/main/features/names/zone.ts'
import { PeerId } from '../../src/shared/ids.ts'
import { NameLabel } from '../../src/shared/model/ledger.ts'
import { seeded, some } from '../bench/names/random.ts'
import { at } from '../helpers/gossip-nodes.ts'
import { Crowd, owned, personOf, zoneOf } from '../integration/names/crowd.ts'
import { atOnce } from './facts.ts'
import type { Neighbour } from './laid.ts'
import { Lying } from './lying.ts'
import { keyOf, simNode, type SimNode } from './sim-node.ts'
import { PAPER, Places } from './tables.ts'
import { addressOf, Wire, type WireOptions } from './wire.ts'

/** Whom somebody new knows: the addresses that a device starts with. */
const FIRST_ONES = 3
/** New ones that come at once, in all the world: each costs a second of this thread until its table is filled. */
const COMING_AT_ONCE = 8
/** A table is as good as it gets when so long nobody came into any of them: whoever has room looks around every 10 s. */
const QUIET_MS = 12_000
/** A walk and twenty handed over, on a machine that has other things to do. */
const PUT_MS = 30_000

export interface Citizen extends SimNode {
  readonly dht: NonNullable<SimNode['dht']>
  readonly keeper: NonNullable<SimNode['keeper']>
  readonly lying: Lying
}

/** A name, as its owner signed its zone at first, and as it stands. */
export interface Told {
  readonly key: ZoneKey
  readonly dhtKey: Uint8Array
  readonly old: SignedZone
  readonly now: SignedZone
}

/** Devices with the DHT, whose time is the machine's. */
export class Town {
  readonly wire: Wire
  readonly random: () => number
  readonly citizens: Citizen[] = []
  readonly told: Told[] = []
  readonly #tag: string
  readonly #ledger: LedgerView
  readonly #owned: Crowd
  #made = 0

  constructor(options: WireOptions) {
    this.wire = new Wire(options)
    this.random = seeded(options.seed)
    this.#tag = `sim ${options.seed}`
    this.#owned = new Crowd(this.#tag)
    this.#ledger = this.#owned.ledger()
  }

  get living(): Citizen[] {
    return this.citizens.filter(({ station }) => !station.isGone)
  }

  /** Some come at once, each knowing three of those who are there; resolves when the tables are quiet, or the time is up. */
  async build(count: number, withinMs: number): Promise<void> {
    const startMs = performance.now()
    const isLate = (): boolean => performance.now() - startMs > withinMs
    const coming = Array.from({ length: count }).keys()
    await this.come()
    coming.next()
    const come = async (): Promise<void> => {
      for (const _ of coming) {
        if (isLate()) return
        await this.come()
      }
    }
    await Promise.all(Array.from({ length: COMING_AT_ONCE }, come))
    for (let [known, sinceMs] = [-1, performance.now()]; performance.now() - sinceMs < QUIET_MS && !isLate(); await after(200)) {
      const now = this.living.reduce((sum, { dht }) => sum + dht.known().length, 0)
      if (now !== known) [known, sinceMs] = [now, performance.now()]
    }
  }

  /** All at once, each with a table as that of a device which has been there for long (tables.ts). */
  async lay(count: number): Promise<void> {
    const all = await Promise.all(Array.from({ length: count }, async (_, number) => ({ number, id: peerIdFromPrivateKey(await keyOf(this.#tag, number)) })))
    const placed = all.map((one) => ({ ...one, place: placeOfPeer(PeerId.parse(one.id.toString())), address: addressOf(one.number) }))
    const inOrder = placed.toSorted((a, b) => Buffer.compare(a.place, b.place))
    const places = new Places(inOrder.map(({ place }) => place))
    const tables = new Map(inOrder.map(({ number }, own) => [number, places.table(own, PAPER, this.random).map((one) => at(inOrder, one))]))
    for (let number = 0; number < count; number++) await this.come([], tables.get(number))
  }

  /** Somebody new, who knows `those`, or some who are there. */
  async come(those: readonly Citizen[] = some(this.living, FIRST_ONES, this.random), table?: readonly Neighbour[]): Promise<Citizen> {
    const laid = table === undefined ? {} : { table }
    const node = await simNode({ wire: this.wire, number: this.#made++, tag: this.#tag, ledger: this.#ledger, ...laid })
    const { dht, keeper, annex } = node
    if (dht === null || keeper === null) throw new Error('it was made with a DHT')
    const citizen: Citizen = { ...node, dht, keeper, lying: new Lying(annex, this) }
    await Promise.allSettled(those.map(({ station }) => node.libp2p.dial(multiaddr(station.address))))
    this.citizens.push(citizen)
    return citizen
  }

  /** Names with a zone that was changed once, each handed over by somebody of the town, some at once. Gives how many hold each. */
  async tell(names: number, puts = 1): Promise<number[]> {
    const owner = await personOf(`${this.#tag} owner`)
    for (let index = 0; index < names; index++) {
      const name = NameLabel.parse(`name${index}`)
      this.#owned.names.set(name, owned(name, owner))
      const [old, now] = [await zoneOf(owner, name, 1), await zoneOf(owner, name, 2)]
      this.told.push({ key: now.key, dhtKey: dhtKeyOf(now.key), old, now })
    }
    const put = async ({ dhtKey, now }: Told): Promise<number> => (await this.anyone().dht.put(dhtKey, now.bytes, AbortSignal.timeout(PUT_MS))).held
    return atOnce(this.told, puts, put)
  }

  anyone(of: readonly Citizen[] = this.living): Citizen {
    return at(of, Math.floor(this.random() * of.length))
  }

  /** A share of those who are left goes without a word, until `share` of all are gone. */
  vanish(share: number): void {
    const gone = this.citizens.length - this.living.length
    for (const one of some(this.living, Math.round(share * this.citizens.length) - gone, this.random)) {
      one.station.isGone = true
      // What it does by itself costs this process nothing any more; nobody hears of it.
      void one.close().catch(() => {})
    }
  }

  async close(): Promise<void> {
    for (const one of this.citizens) one.station.isGone = true
    await Promise.all(this.citizens.splice(0).map((one) => one.close().catch(() => {})))
    await this.#owned.close()
  }
}
