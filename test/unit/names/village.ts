import { Holder } from '../../../src/main/features/names/holder.ts'
import { nearest, placeOfPeer, placeOfZone, zoneKey } from '../../../src/main/features/names/near.ts'
import { Providing } from '../../../src/main/features/names/providing.ts'
import { Publisher } from '../../../src/main/features/names/publisher.ts'
import { nextZone, openZone, signZone, type SignedZone } from '../../../src/main/features/names/zone.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import type { NameOnLedger } from '../../../src/shared/model/ledger.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { ada, device, NAME, NETWORK, NOW, RECORDS } from './zone-parts.ts'

export const KEY = zoneKey(NETWORK, NAME)

/** Some promises follow each other between a timer and what it leads to. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Somebody who takes the stream and says nothing. */
function silence(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

export interface Box {
  readonly peerId: PeerId
  readonly store: ZoneStore
  readonly holder: Holder
  readonly database: Database
}

/** Devices of one network, each with its own store, and one ledger that all of them see. Only the streams are missing. */
export class Village {
  readonly clock = new FakeClock(NOW, settled)
  readonly boxes = new Map<PeerId, Box>()
  readonly away = new Set<PeerId>()
  readonly silent = new Set<PeerId>()
  readonly puts: { readonly to: PeerId; readonly seq: number }[] = []
  owner: AccountId | null = ada.account
  behind = new Set<PeerId>()
  readonly stops: (() => Promise<void>)[] = []

  constructor(count: number) {
    for (let number = 1; number <= count; number++) this.add(device(number))
  }

  add(peerId: PeerId, database = openMemoryDatabase()): Box {
    const store = new ZoneStore(database, peerId)
    const holder = new Holder({
      network: NETWORK,
      me: peerId,
      store,
      ledger: {
        behind: () => (this.behind.has(peerId) ? { blocksLeft: null } : null),
        name: (name) => (this.owner === null ? null : ({ name, owner: this.owner, phase: 'living' } as NameOnLedger)),
      },
      clock: this.clock,
      log: silentLog,
      offence: () => {},
      neighbours: () => [],
      isWatched: () => false,
      heard: () => {},
    })
    const box = { peerId, store, holder, database }
    this.boxes.set(peerId, box)
    return box
  }

  common(me: Box) {
    const put = async (peerId: PeerId, network: string, zone: Uint8Array, signal?: AbortSignal) => {
      if (this.silent.has(peerId)) await silence(signal)
      const there = this.boxes.get(peerId)
      if (there === undefined || this.away.has(peerId)) throw new LatchError('UNREACHABLE')
      const opened = await openZone(zone)
      this.puts.push({ to: peerId, seq: opened.outcome === 'opened' ? opened.signed.zone.seq : 0 })
      return there.holder.put({ peerId: me.peerId } as RemotePeer, { network, zone })
    }
    const peers = (): PeerId[] => [...this.boxes.keys()].filter((peerId) => peerId !== me.peerId)
    const { holder, store } = me
    return { network: NETWORK, holder, store, lines: { put }, peers, clock: this.clock, log: silentLog, random: () => 0.5 }
  }

  publisher(me: Box, over: { broadcast?: (zone: Uint8Array) => Promise<unknown> } = {}): Publisher {
    const made = new Publisher({
      ...this.common(me),
      account: ada.account,
      accountKey: ada.key,
      broadcast: async () => {},
      changed: () => {},
      ...over,
    })
    made.start()
    this.stops.push(() => made.stop())
    return made
  }

  provide(me: Box, random = (): number => 0.5): Providing {
    const made = new Providing({ ...this.common(me), me: me.peerId, random })
    made.start()
    this.stops.push(() => made.stop())
    return made
  }

  holders(): PeerId[] {
    return [...this.boxes.values()].filter(({ store }) => store.held(KEY) !== null).map(({ peerId }) => peerId)
  }
}

const villages: Village[] = []

export async function stopAll(): Promise<void> {
  for (const { stops } of villages.splice(0)) for (const stop of stops) await stop()
}

export async function village(
  count: number,
  over: { broadcast?: (zone: Uint8Array) => Promise<unknown> } = {},
): Promise<{ all: Village; owner: Box; publisher: Publisher }> {
  const all = new Village(count)
  villages.push(all)
  const owner = all.add(device(200))
  const publisher = all.publisher(owner, over)
  return { all, owner, publisher }
}

export async function zoneAt(nowMs: number, previous: SignedZone | null = null, name = NAME): Promise<SignedZone> {
  const next = nextZone(previous?.zone ?? null, { network: NETWORK, name, owner: ada.account, records: RECORDS }, nowMs)
  const built = await signZone(next, ada.key)
  if (built.outcome === 'refused') throw new Error(built.why)
  return built.signed
}

/** The same numbers on every machine. *Source*: the multiplier of MINSTD. */
export function drawn(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

export const nearestOf = (peers: readonly PeerId[], count = 20): PeerId[] => nearest(placeOfZone(KEY), peers, placeOfPeer, count)
