import { describe, expect, test } from 'vitest'
import { Pointer } from '../../../src/main/features/sites/pointing/pointer.ts'
import type { SiteRecord } from '../../../src/main/features/sites/pointing/judge.ts'
import type { NamesEvent, NamesFeature } from '../../../src/main/features/names/types.ts'
import { nextZone, openZone, signZone } from '../../../src/main/features/names/zone.ts'
import { createSiteZones, placeInZone, shownBy, whyNotMine } from '../../../src/main/node/site-zones.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { type Zone, ZoneLabel, ZoneRecord } from '../../../src/shared/model/names.ts'
import { SiteCid, SiteName, type SitePointed } from '../../../src/shared/model/sites.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { ada, device, NAME, NETWORK } from '../names/zone-parts.ts'

const site = SiteName.parse('adele.peer')
const label = ZoneLabel.parse('@')
const cid = (letter: string): SiteCid => SiteCid.parse(`b${letter.repeat(58)}`)
const live: SiteRecord = { cid: null }
const [desk, lap] = [device(9), device(10)]

/** One device's own zones: really signed, and heard from the other one when `hear` says so. */
class Shelf {
  newest: Zone | null = null
  readonly #listeners = new Set<(event: NamesEvent) => void>()
  readonly #clock: FakeClock

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  readonly names: Pick<NamesFeature, 'setZone' | 'subscribe' | 'zone'> = {
    zone: () => Promise.resolve(this.newest),
    setZone: async (name, { records, after }) => {
      if ((this.newest?.seq ?? 0) > (after ?? 0)) throw new Error('a conflict')
      const draft = { network: NETWORK, name, owner: ada.account, records: records as ZoneRecord[] }
      const signed = await signZone(nextZone(this.newest, draft, this.#clock.nowMs()), ada.key)
      if (signed.outcome === 'refused') return signed
      await this.heard(signed.signed.bytes)
      const publication = { seq: signed.signed.zone.seq, atMs: 0, held: 0, asked: 0, againMs: 0 }
      return { outcome: 'signed', zone: signed.signed.zone, publication }
    },
    subscribe: (listener) => {
      this.#listeners.add(listener)
      return () => this.#listeners.delete(listener)
    },
  }

  bytes: Uint8Array | null = null

  /** A newer one, whichever device signed it. */
  async heard(bytes: Uint8Array): Promise<void> {
    const opened = await openZone(bytes)
    if (opened.outcome !== 'opened') throw new Error(opened.why)
    if (opened.signed.zone.seq <= (this.newest?.seq ?? 0)) return
    this.newest = opened.signed.zone
    this.bytes = bytes
    for (const listener of this.#listeners) listener({ event: 'name-changed' } as NamesEvent)
  }
}

class Machine {
  readonly shelf: Shelf
  readonly states: SitePointed[] = []
  #wanted: SiteRecord | null = live
  #pointer: Pointer | null = null
  #last: SiteRecord | null = null
  readonly #clock: FakeClock
  readonly #zones: ReturnType<typeof createSiteZones>

  constructor(clock: FakeClock, me: PeerId) {
    this.#clock = clock
    this.shelf = new Shelf(clock)
    this.#zones = createSiteZones({ names: this.shelf.names, tld: () => 'peer', me, addresses: () => ['/ip4/192.0.2.1/tcp/4001'] })
  }

  /** Publishes, or (null) unpublishes. */
  async shows(wanted: SiteRecord | null): Promise<void> {
    this.#wanted = wanted
    await this.#pointer?.stop()
    this.#pointer = new Pointer({
      name: site,
      zones: this.#zones,
      clock: this.#clock,
      log: silentLog,
      isElsewhere: () => false,
      refusesName: () => null,
      wanted: () => this.#wanted,
      last: wanted === null ? this.#last : null,
      onLast: (last) => (this.#last = last),
      onState: (state) => this.states.push(state),
    })
    await this.#pointer.check()
  }

  async hears(other: Machine): Promise<void> {
    if (other.shelf.bytes !== null) await this.shelf.heard(other.shelf.bytes)
    await this.#pointer?.check()
  }

  get said(): ZoneRecord | undefined {
    return this.shelf.newest?.records.find(({ kind }) => kind === 'site')
  }
}

function two(): { clock: FakeClock; one: Machine; other: Machine } {
  const clock = new FakeClock()
  return { clock, one: new Machine(clock, desk), other: new Machine(clock, lap) }
}

describe('a site that two devices of one account show', () => {
  test('stays in the zone for the other one when the first takes it down', async () => {
    const { one, other } = two()
    await one.shows({ cid: cid('a') })
    await other.hears(one)
    await other.shows(live)
    await one.hears(other)
    expect(one.said).toEqual({ label, kind: 'site', cid: cid('a'), devices: [{ peerId: lap, cid: null }, { peerId: desk, cid: cid('a') }] })
    await one.shows(null)
    await other.hears(one)
    expect(other.said).toEqual({ label, kind: 'site', cid: null, devices: [{ peerId: lap, cid: null }] })
    expect(other.states.at(-1)?.kind).toBe('pointed')
    await other.shows(null)
    expect(other.said).toBeUndefined()
  })

  test('names both again where one signed before it had heard of the other', async () => {
    const { clock, one, other } = two()
    await one.shows(live)
    await clock.advance(1)
    await other.shows({ cid: cid('b') })
    await one.hears(other)
    await other.hears(one)
    const both = [{ peerId: desk, cid: null }, { peerId: lap, cid: cid('b') }]
    expect(other.said).toMatchObject({ cid: cid('b'), devices: both })
    const { seq } = other.shelf.newest ?? expect.fail('no zone')
    await one.hears(other)
    await other.hears(one)
    expect(one.shelf.newest?.seq, 'and neither signs on and on').toBe(seq)
  })

  test('has each device named where it was named for all by hand', async () => {
    const { one, other } = two()
    await one.shelf.names.setZone(NAME, { records: [{ label, kind: 'site', cid: null }] })
    await one.shows(live)
    await other.hears(one)
    await other.shows(live)
    await one.hears(other)
    await one.shows(null)
    expect(one.said).toMatchObject({ devices: [{ peerId: lap, cid: null }] })
  })
})

test('a ninth device makes room for itself, and a copy is named as long as a device has it', () => {
  const devices = Array.from({ length: 8 }, (_none, n) => ({ peerId: device(20 + n), cid: n === 7 ? cid('h') : null }))
  const before = { label, kind: 'site', cid: cid('h'), devices } as const
  const shown = shownBy({ ...before, devices: [...devices] }, { label, me: desk, pointed: live })
  expect(shown?.devices).toHaveLength(8)
  expect([shown?.devices?.[0]?.peerId, shown?.cid]).toEqual([desk, null])
})

/** Golden: added to, never edited. */
const GOLDEN =
  'a463636964783b626161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161' +
  '6161616161616161616161646b696e646473697465656c6162656c6140676465766963657381a263636964783b62616161616161616161' +
  '61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161667065657249' +
  '647834313244334b6f6f5753724b6e4d5a556353784b384737776d4262586455386e4645665747684c75364838786a6e384c6d43534a62'

test('the record of a site that names its devices stays as it is on the wire', () => {
  const record = shownBy(undefined, { label, me: desk, pointed: { cid: cid('a') } })
  expect(Buffer.from(encode(record)).toString('hex')).toBe(GOLDEN)
  expect(ZoneRecord.parse(record)).toEqual(record)
})

describe('somebody else’s name', () => {
  const why = (text: string, ...mine: { name: string; sinceMs: number }[]): string => {
    const name = SiteName.parse(text)
    return whyNotMine(name, placeInZone(name, 'peer') ?? expect.fail('a place'), mine, 'peer')
  }

  test('is to be claimed', () => {
    expect(why('alice.peer')).toBe('alice.peer is not a name of yours. Claim it first, and publish under it then.')
  })

  test('shows at a label that was handed on what stands at the first name of who it was handed to', () => {
    const [older, newer] = [{ name: 'bob.peer', sinceMs: 1 }, { name: 'aaron.peer', sinceMs: 2 }]
    expect(why('app.alice.peer', newer, older)).toContain('publish under bob.peer: app.alice.peer shows what stands there.')
    expect(why('app.alice.peer')).toContain('claim a name of your own')
  })
})
