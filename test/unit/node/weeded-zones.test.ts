import { describe, expect, test } from 'vitest'
import type { NamesEvent } from '../../../src/main/features/names/types.ts'
import { nextZone, openZone, signZone } from '../../../src/main/features/names/zone.ts'
import { createWeededZones, withoutDevices, type WeededZonesParts } from '../../../src/main/node/weeded-zones.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { type MyName, type Zone, ZoneRecord } from '../../../src/shared/model/names.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { ada, device, NAME, NETWORK } from '../names/zone-parts.ts'

const [desk, lost] = [device(9), device(10)]
const cid = `b${'a'.repeat(58)}`
const other = `b${'c'.repeat(58)}`
const records = (...said: unknown[]): ZoneRecord[] => said.map((record) => ZoneRecord.parse(record))
const at = (peerId: PeerId): object => ({ label: '@', kind: 'peer', peerId, addresses: [] })
const text = { label: '@', kind: 'text', text: 'still there' }

describe('a zone without a device that was given up', () => {
  test.each([
    ['names none of it: nothing is signed', records(at(desk), text), null],
    ['loses its record', records(at(desk), at(lost), text), records(at(desk), text)],
    [
      'shows a site by those that are left, and their copy',
      records({ label: '@', kind: 'site', cid, devices: [{ peerId: lost, cid }, { peerId: desk, cid: other }] }),
      records({ label: '@', kind: 'site', cid: other, devices: [{ peerId: desk, cid: other }] }),
    ],
    [
      'keeps the copy of a site that it alone showed',
      records({ label: '@', kind: 'site', cid, devices: [{ peerId: lost, cid }] }),
      records({ label: '@', kind: 'site', cid }),
    ],
    ['loses a site that it alone showed live', records({ label: '@', kind: 'site', cid: null, devices: [{ peerId: lost, cid: null }] }), []],
    ['keeps a site that any device may show', records({ label: '@', kind: 'site', cid: null }), null],
  ])('%s', (_, before, after) => {
    expect(withoutDevices(before, new Set([lost]))).toEqual(after)
  })
})

/** One name of Ada's, with a zone that is really signed. */
class OneName {
  zone: Zone
  isBehind = false
  readonly #clock: FakeClock
  readonly #listeners = new Set<(event: NamesEvent) => void>()

  constructor(clock: FakeClock, zone: Zone) {
    this.#clock = clock
    this.zone = zone
  }

  readonly names: WeededZonesParts['names'] = {
    mine: () => [{ name: NAME, zone: this.zone } as MyName],
    zone: () => Promise.resolve(this.zone),
    setZone: async (name, edit) => {
      if (this.isBehind) throw new LatchError('BUSY', 'catching up')
      expect(edit.after).toBe(this.zone.seq)
      const draft = { network: NETWORK, name, owner: ada.account, records: edit.records as ZoneRecord[] }
      const made = await signZone(nextZone(this.zone, draft, this.#clock.nowMs()), ada.key)
      if (made.outcome === 'refused') return made
      const opened = await openZone(made.signed.bytes)
      if (opened.outcome === 'opened') this.zone = opened.signed.zone
      return { outcome: 'signed', zone: this.zone, publication: { seq: this.zone.seq, atMs: 0, held: 0, asked: 0, againMs: 0 } }
    },
    subscribe: (listener) => {
      this.#listeners.add(listener)
      return () => this.#listeners.delete(listener)
    },
  }

  heard(said: ZoneRecord[]): void {
    this.zone = { ...this.zone, seq: this.zone.seq + 1, records: said }
    for (const listener of this.#listeners) listener({ event: 'name-changed' } as NamesEvent)
  }
}

function living(said: ZoneRecord[]): { clock: FakeClock; own: OneName; givenUp: PeerId[]; start: () => () => void; changed: () => void } {
  const clock = new FakeClock(Date.UTC(2026, 10, 21))
  const zone = nextZone(null, { network: NETWORK, name: NAME, owner: ada.account, records: said }, clock.nowMs())
  const own = new OneName(clock, zone)
  const givenUp: PeerId[] = []
  const weeded = createWeededZones({ names: own.names, clock, log: silentLog, random: () => 0.5, revoked: () => givenUp })
  return {
    clock,
    own,
    givenUp,
    changed: () => weeded.changed(),
    start: () => {
      weeded.start()
      return () => weeded.stop()
    },
  }
}

const devices = ({ zone }: OneName): PeerId[] => zone.records.flatMap((record) => (record.kind === 'peer' ? [record.peerId] : []))

describe('zones of one’s own', () => {
  test('are signed anew when a device is given up, a moment later, as others of the account may do it first', async () => {
    const { clock, own, givenUp, start, changed } = living(records(at(desk), at(lost)))
    const stop = start()
    await clock.advance(MINUTE)
    const first = own.zone.seq
    givenUp.push(lost)
    changed()
    await clock.advance(4 * SECOND)
    expect(devices(own)).toEqual([desk, lost])
    await clock.advance(SECOND)
    await eventually('the zone without it', () => devices(own).length === 1)
    expect(own.zone.seq).toBeGreaterThan(first)
    stop()
  })

  test('are signed anew where they come with a backup, or from a device that had not heard', async () => {
    const { clock, own, givenUp, start } = living(records(at(desk), at(lost)))
    givenUp.push(lost)
    const stop = start()
    await clock.advance(5 * SECOND)
    await eventually('the zone of the backup without it', () => devices(own).length === 1)
    own.heard(records(at(lost), at(desk), text))
    await clock.advance(5 * SECOND)
    await eventually('the zone of the other device without it', () => devices(own).length === 1)
    expect(own.zone.records).toHaveLength(2)
    stop()
  })

  test('are signed once the ledger is there', async () => {
    const { clock, own, givenUp, start } = living(records(at(desk), at(lost)))
    givenUp.push(lost)
    own.isBehind = true
    const stop = start()
    await clock.advance(5 * SECOND)
    expect(devices(own)).toHaveLength(2)
    own.isBehind = false
    await clock.advance(MINUTE)
    await eventually('the zone without it', () => devices(own).length === 1)
    stop()
    own.heard(records(at(lost)))
    await clock.advance(MINUTE)
    expect(devices(own)).toEqual([lost])
  })
})
