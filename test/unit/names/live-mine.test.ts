import { afterEach, describe, expect, test } from 'vitest'
import { Claims } from '../../../src/main/features/names/claims.ts'
import { ClaimStore } from '../../../src/main/features/names/claim-store.ts'
import { FirstZones } from '../../../src/main/features/names/live/first-zones.ts'
import { LedgerOf } from '../../../src/main/features/names/live/ledger-of.ts'
import { newer } from '../../../src/main/features/names/judge.ts'
import { MyNames } from '../../../src/main/features/names/live/my-names.ts'
import { OwnShelf } from '../../../src/main/features/names/live/own-shelf.ts'
import type { NamesEvent } from '../../../src/main/features/names/types.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { NameLabel } from '../../../src/shared/model/ledger.ts'
import type { ZoneSet } from '../../../src/shared/model/names.ts'
import { DAY, SECOND } from '../../../src/shared/units.ts'
import { ledgerIn, RULES, settled } from './live-world.ts'
import { alice, bob, label, me, NETWORK, onLedger, OTHER_NETWORK, peer, signed, START_MS, world } from './resolver-world.ts'

const stops: (() => void)[] = []

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

function desk(database = openMemoryDatabase()) {
  const at = world()
  at.names.clear()
  const { state, ledger: raw } = ledgerIn(at)
  const ledger = new LedgerOf(raw, NETWORK)
  const events: NamesEvent[] = []
  const store = new ZoneStore(database, peer(0))
  const claimStore = new ClaimStore(database, NETWORK)
  const common = { clock: at.clock, log: silentLog, ledger, me: me.account }
  const claims = new Claims({ ...common, store: claimStore, rules: RULES })
  const shelf = new OwnShelf(NETWORK, me.account, store)
  const network = { id: NETWORK, tld: 'peer', rules: RULES }
  const mine = new MyNames({ ...common, network, claims, claimStore, shelf, tell: (event) => events.push(event) })
  stops.push(() => mine.stop())
  const noticed = async (): Promise<void> => {
    mine.noticed()
    await settled()
  }
  return { at, state, ledger, events, store, shelf, claims, mine, noticed, database }
}

describe('the names that concern this account', () => {
  test('are those it has, those on their way and those offered to it, by name', async () => {
    const { at, mine, claims } = desk()
    at.names.set('zoe', onLedger('zoe', me))
    at.names.set('offered', onLedger('offered', bob, { offeredTo: me.account }))
    at.names.set('foreign', onLedger('foreign', bob))
    void claims.claim(label('coming')).next()
    await settled()
    expect(mine.list().map(({ name, onLedger: there, claim, attention }) => [name, there?.owner ?? null, claim?.step ?? null, attention])).toEqual([
      ['coming', null, expect.any(String), null],
      ['offered', bob.account, null, 'offered.peer is offered to you: take it, or leave it.'],
      ['zoe', me.account, null, 'zoe.peer points nowhere yet: say what it points to.'],
    ])
  })

  test('are not to be renewed where the account was ended', async () => {
    const { at, state, mine } = desk()
    at.names.set('zoe', onLedger('zoe', me, { phase: 'grace', expiresMs: at.clock.nowMs() - DAY }))
    const said = () => mine.list()[0]?.attention
    expect(said()).toContain('renew it within 29 days')
    expect(mine.list()[0]?.ended).toBe(false)
    state.isEnded = true
    expect(mine.list()[0]?.ended).toBe(true)
    expect(said()).toBe('zoe.peer ended with your account on this ledger: nobody can renew it, and anybody may claim it in 29 days.')
  })

  test('are told as they change, each once, and when they are gone', async () => {
    const { at, mine, events, noticed, store, shelf } = desk()
    mine.start()
    at.names.set('zoe', onLedger('zoe', me))
    await noticed()
    await noticed()
    expect(events).toMatchObject([{ event: 'name-changed', name: { name: 'zoe', zone: null } }])
    const zone = await signed(me, 'zoe', 3)
    store.putOwn(zone)
    await shelf.refresh(label('zoe'))
    await noticed()
    expect(events.slice(1)).toMatchObject([{ event: 'name-changed', name: { name: 'zoe', zone: { seq: 3 }, attention: null } }])
    at.names.set('zoe', onLedger('zoe', bob))
    await noticed()
    expect(events.slice(2)).toEqual([{ event: 'name-gone', name: 'zoe' }])
  })

  test('point where all others see them, when two devices of the account signed a zone of one number', async () => {
    const { at, mine, store, shelf } = desk()
    at.names.set('zoe', onLedger('zoe', me))
    const [first, second] = await Promise.all([signed(me, 'zoe', 3), signed(me, 'zoe', 3, { ttlMs: 60_000 })])
    const [older, later] = newer(first, second) === 'older' ? [first, second] : [second, first]
    for (const zone of [older, later, older]) {
      if (zone === later || store.own(zone.key) === null) store.putOwn(zone)
      await shelf.refresh(label('zoe'))
    }
    expect(mine.list()[0]?.zone).toEqual(later.zone)
  })

  test('stay as they were told while the ledger is being opened, or another network is followed', async () => {
    const { at, state, mine, events, noticed } = desk()
    at.names.set('zoe', onLedger('zoe', me))
    mine.start()
    state.isOpen = false
    await noticed()
    state.isOpen = true
    state.active = OTHER_NETWORK
    await noticed()
    expect(events).toEqual([])
    expect(mine.list().map(({ name }) => name)).toEqual(['zoe'])
  })

  test('are not told of once it stopped', async () => {
    const { at, mine, events } = desk()
    mine.start()
    at.names.set('zoe', onLedger('zoe', me))
    mine.noticed()
    mine.stop()
    await settled()
    await at.clock.advance(2 * DAY)
    expect(events).toEqual([])
  })
})

describe('what the owner is reminded of', () => {
  const ending = () => onLedger('zoe', me, { phase: 'ending', expiresMs: START_MS + 20 * DAY })
  const reminders = (events: NamesEvent[]): unknown[] => events.flatMap((one) => (one.event === 'reminder' ? one.daysLeft : []))

  test('is told when whoever shows it has come up, once for each of its days, and not by a ledger that is behind', async () => {
    const { at, mine, events } = desk()
    at.names.set('zoe', ending())
    at.behind = { blocksLeft: 1 }
    mine.start()
    await at.clock.advance(11 * SECOND)
    expect(reminders(events)).toEqual([])
    at.behind = null
    mine.noticed()
    await settled()
    expect(reminders(events)).toEqual([20])
    for (let day = 0; day < 19; day++) {
      await at.clock.advance(DAY)
      await settled()
    }
    expect(reminders(events)).toEqual([20, 14, 7, 3, 1])
  })

  test('is not told again after a restart, and is told again after a renewal', async () => {
    const first = desk()
    first.at.names.set('zoe', ending())
    first.mine.start()
    await first.at.clock.advance(11 * SECOND)
    first.mine.stop()
    const second = desk(first.database)
    second.at.names.set('zoe', ending())
    second.mine.start()
    await second.at.clock.advance(11 * SECOND)
    expect([reminders(first.events), reminders(second.events)]).toEqual([[20], []])
    second.at.names.set('zoe', onLedger('zoe', me, { phase: 'ending', expiresMs: START_MS + 30 * DAY }))
    second.mine.noticed()
    await settled()
    expect(reminders(second.events)).toEqual([30])
  })
})

describe('the ledger of one network', () => {
  test('is behind, and says nothing, once another one is followed', async () => {
    const { at, state, ledger } = desk()
    at.names.set('zoe', onLedger('zoe', alice))
    expect([ledger.isHere, ledger.behind(), ledger.name(label('zoe'))?.owner]).toEqual([true, null, alice.account])
    at.behind = { blocksLeft: 7 }
    expect(ledger.behind()).toEqual({ blocksLeft: 7 })
    at.behind = null
    state.active = OTHER_NETWORK
    expect(ledger.isHere).toBe(false)
    expect(() => ledger.names()).toThrow('Another network is followed now.')
    await expect(ledger.submit({ op: { kind: 'renew', name: label('zoe') } })).rejects.toMatchObject({ code: 'BUSY' })
    state.active = NETWORK
    ledger.leave()
    expect([ledger.isHere, ledger.behind(), ledger.name(label('zoe')), ledger.namesOf(alice.account)]).toEqual([false, { blocksLeft: null }, null, []])
  })

  test('is behind while it is being opened', () => {
    const { state, ledger } = desk()
    state.isOpen = false
    expect([ledger.behind(), ledger.name(label('zoe')), ledger.namesOf(alice.account)]).toEqual([{ blocksLeft: null }, null, []])
  })
})

describe('the first zone of a name that was claimed here', () => {
  function first(zone: object | null = null, database = openMemoryDatabase()) {
    const { at, ledger } = desk()
    const set: { name: NameLabel; records: readonly unknown[] }[] = []
    const fails: { with: Error | null } = { with: null }
    const coming = new Set<NameLabel>()
    const zones = {
      zone: async () => zone as never,
      async set(name: NameLabel, { records }: { records: readonly unknown[] }): Promise<ZoneSet> {
        if (fails.with !== null) throw fails.with
        set.push({ name, records })
        return { outcome: 'refused', why: 'a test', record: null }
      },
    }
    const addresses = (): string[] => Array.from({ length: 10 }, (_, at_) => `/ip4/192.0.2.${at_}/tcp/4`)
    const open = () => {
      const store = new ClaimStore(database, NETWORK)
      const isClaimed = (name: NameLabel): boolean => coming.has(name)
      return new FirstZones({ me: me.account, peerId: peer(0), ledger, zones, store, isClaimed, addresses, log: silentLog })
    }
    const firstZones = open()
    at.names.set('zoe', onLedger('zoe', me))
    firstZones.wanted(label('zoe'))
    return { at, firstZones, set, fails, coming, open, store: new ClaimStore(database, NETWORK) }
  }

  test('points to this device, with eight addresses at most', async () => {
    const { firstZones, set } = first()
    await firstZones.noticed()
    await firstZones.noticed()
    expect(set).toHaveLength(1)
    const addresses = Array.from({ length: 8 }, (_, at) => `/ip4/192.0.2.${at}/tcp/4`)
    expect(set[0]?.records).toEqual([{ label: '@', kind: 'peer', peerId: peer(0), addresses }])
  })

  test('waits for a ledger that is behind, and for one that is busy', async () => {
    const { at, firstZones, set, fails } = first()
    at.behind = { blocksLeft: 1 }
    await firstZones.noticed()
    at.behind = null
    fails.with = new LatchError('BUSY')
    await firstZones.noticed()
    fails.with = null
    expect(set).toEqual([])
    await firstZones.noticed()
    expect(set).toHaveLength(1)
  })

  test('is not signed where there is a zone already, or the name is another’s by now', async () => {
    const zoned = first({})
    await zoned.firstZones.noticed()
    const lost = first()
    lost.at.names.set('zoe', onLedger('zoe', bob))
    await lost.firstZones.noticed()
    expect([zoned.set, lost.set]).toEqual([[], []])
    expect([zoned.store.toPoint(), lost.store.toPoint()]).toEqual([[], []])
  })

  test('is remembered over a restart until it is there, however long the name is on its way', async () => {
    const { at, set, coming, open, store } = first()
    at.names.delete('zoe')
    coming.add(label('zoe'))
    await open().noticed()
    coming.clear()
    at.names.set('zoe', onLedger('zoe', bob, { offeredTo: me.account }))
    await open().noticed()
    expect([set, store.toPoint()]).toEqual([[], ['zoe']])
    at.names.set('zoe', onLedger('zoe', me))
    await open().noticed()
    await open().noticed()
    expect([set.length, store.toPoint()]).toEqual([1, []])
  })

  test('is not wanted any more where the claim was refused or given up', () => {
    const { firstZones, store } = first()
    for (const step of [{ step: 'refused', why: 'No.' }, null] as const) {
      firstZones.claimed(label('yan'), { step: 'ripening', blocks: 1 })
      expect(store.toPoint()).toEqual(['yan', 'zoe'])
      firstZones.claimed(label('yan'), step)
      expect(store.toPoint()).toEqual(['zoe'])
    }
  })

  test('that fails for good is tried again at the next start, and not at each block', async () => {
    const { firstZones, set, fails, open, store } = first()
    fails.with = new Error('the disk is full')
    await firstZones.noticed()
    fails.with = null
    await firstZones.noticed()
    expect([set, store.toPoint()]).toEqual([[], ['zoe']])
    await open().noticed()
    expect(set).toHaveLength(1)
  })
})
