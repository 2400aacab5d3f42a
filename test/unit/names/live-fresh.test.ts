import { afterEach, describe, expect, test } from 'vitest'
import { LedgerOf } from '../../../src/main/features/names/live/ledger-of.ts'
import { Refreshing } from '../../../src/main/features/names/live/refreshing.ts'
import { Watching } from '../../../src/main/features/names/live/watching.ts'
import { nearest, placeOfPeer, placeOfZone, zoneKey } from '../../../src/main/features/names/near.ts'
import type { WatchAnswer } from '../../../src/main/protocols/names/index.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { NameLabel } from '../../../src/shared/model/ledger.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { alice, bob, label, me, NETWORK, onLedger, peer, peerIds, signed, world, type World } from './resolver-world.ts'
import { ledgerIn, settled } from './live-world.ts'

const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

function refreshed(over: Partial<{ kept: NameLabel[]; connected: number; take: (at: World, name: NameLabel) => Promise<void> }> = {}) {
  const at = world()
  const { state, ledger: quiet } = ledgerIn(at)
  const calls = { count: 0 }
  const ledger: typeof quiet = { ...quiet, name: (one) => ((calls.count += 1), quiet.name(one)), names: (of) => ((calls.count += 1), quiet.names(of)) }
  const asked: { name: string; atMs: number }[] = []
  const running = { now: 0, most: 0 }
  const there = { count: over.connected ?? 1 }
  const kept = new Set(over.kept ?? [])
  const refreshing = new Refreshing({
    me: me.account,
    cache: at.cache,
    ledger: new LedgerOf(ledger, NETWORK),
    people: { contacts: () => [...at.contacts] },
    kept: () => kept,
    async refresh(name) {
      asked.push({ name, atMs: at.clock.monotonicMs() })
      running.most = Math.max(running.most, ++running.now)
      await (over.take ?? (async () => {}))(at, name)
      await settled()
      running.now -= 1
    },
    isAnybodyThere: () => there.count > 0,
    clock: at.clock,
    log: silentLog,
  })
  stops.push(() => refreshing.stop())
  return { at, state, refreshing, asked, running, there, kept, calls }
}

describe('names that are kept fresh', () => {
  test('are those of contacts and those asked for, and never one’s own', async () => {
    const { at, refreshing, asked, kept } = refreshed()
    at.names.set('mine', onLedger('mine', me))
    at.names.set('bobby', onLedger('bobby', bob))
    at.contacts.add(alice.account)
    kept.add(label('bobby'))
    kept.add(label('mine'))
    refreshing.reconsider()
    expect(refreshing.names).toEqual(['bobby', 'alice'])
    await at.clock.advance(0)
    await at.clock.advance(SECOND)
    expect(asked.map(({ name }) => name)).toEqual(['bobby', 'alice'])
  })

  test('are a thousand at most, found in one go for all who are met within a second', async () => {
    const { at, refreshing, calls, kept } = refreshed({ kept: [label('alice')] })
    for (let number = 0; number < 10_000; number++) at.names.set(`name${number}`, onLedger(`name${number}`, bob))
    for (let number = 0; number < 250; number++) at.contacts.add(`${bob.account}${number}` as typeof bob.account)
    at.contacts.add(bob.account)
    refreshing.reconsider()
    expect([refreshing.names.length, refreshing.names[0]]).toEqual([1_024, 'alice'])
    const before = calls.count
    kept.add(label('carol'))
    for (let met = 0; met < 250; met++) refreshing.reconsider()
    expect(calls.count).toBe(before)
    await at.clock.advance(SECOND)
    expect(calls.count).toBeLessThan(2 * before + 2)
    expect(refreshing.names.slice(0, 2)).toEqual(['alice', 'carol'])
  })

  test('are not asked for while the ledger is behind or nobody is there, and then at once', async () => {
    const { at, refreshing, asked, there } = refreshed({ kept: [label('alice')], connected: 0 })
    at.behind = { blocksLeft: 3 }
    refreshing.reconsider()
    await at.clock.advance(MINUTE)
    at.behind = null
    refreshing.reconsider()
    await at.clock.advance(MINUTE)
    expect(asked).toEqual([])
    there.count = 1
    refreshing.noticed()
    await at.clock.advance(SECOND)
    expect(asked).toHaveLength(1)
  })

  test('keep this device from being busy where an owner says that answers count for a second', async () => {
    let seq = 0
    const take = async (at: World, name: NameLabel): Promise<void> => {
      const nowMs = at.clock.nowMs()
      at.cache.put(await signed(alice, name, ++seq, { ttlMs: 1_000, issuedAtMs: nowMs, expiresAtMs: nowMs + MINUTE }))
    }
    const { at, refreshing, asked } = refreshed({ kept: [label('alice')], take })
    refreshing.reconsider()
    for (let second = 0; second < 60; second++) {
      await at.clock.advance(SECOND)
      await settled()
    }
    expect(asked.length).toBeGreaterThan(5)
    expect(asked.length).toBeLessThanOrEqual(13)
  })

  test('are asked for four at a time', async () => {
    const kept = Array.from({ length: 20 }, (_, at) => label(`name${at}`))
    const { at, refreshing, asked, running } = refreshed({ kept })
    refreshing.reconsider()
    await at.clock.advance(0)
    for (let turn = 0; turn < 20; turn++) await settled()
    expect([asked.length, running.most]).toEqual([20, 4])
  })

  test('wait for nobody once it stopped', async () => {
    const { at, refreshing, asked } = refreshed({ kept: [label('alice')] })
    refreshing.reconsider()
    await refreshing.stop()
    await at.clock.advance(MINUTE)
    refreshing.noticed()
    await at.clock.advance(MINUTE)
    expect(asked).toEqual([])
  })
})

function watched(names: NameLabel[], connected: PeerId[], devices: PeerId[] = []) {
  const at = world()
  for (const name of names) at.names.set(name, onLedger(name, alice))
  const { ledger } = ledgerIn(at)
  const here = new Set(connected)
  const open = new Map<PeerId, { keys: readonly string[]; gone: () => void; stopped: number }[]>()
  const refuses = new Set<PeerId>()
  const asked: PeerId[] = []
  const heard: [string, PeerId][] = []
  const watching = new Watching({
    network: NETWORK,
    id: '00',
    ledger: new LedgerOf(ledger, NETWORK),
    peers: { devicesOf: (account) => (account === alice.account ? devices : []) },
    around: { connected: () => [...here], isConnected: (peerId) => here.has(peerId) },
    lines: {
      async watch(peerId, _network, keys, on): Promise<WatchAnswer> {
        asked.push(peerId)
        if (refuses.has(peerId)) return { status: 'busy' }
        const one = { keys, gone: on.gone, stopped: 0, heard: on.heard }
        open.set(peerId, [...(open.get(peerId) ?? []), one])
        return { status: 'watching', stop: () => void (one.stopped += 1) }
      },
    },
    clock: at.clock,
    log: silentLog,
    names: () => names,
    heard: (key, _zone, from) => void heard.push([key, from]),
  })
  stops.push(() => watching.stop())
  const look = async (): Promise<void> => {
    watching.noticed()
    await at.clock.advance(2 * SECOND)
    await settled()
  }
  const atWork = (peerId: PeerId): number => (open.get(peerId) ?? []).filter(({ stopped }) => stopped === 0).length
  return { at, here, open, refuses, asked, heard, watching, look, atWork }
}

describe('whose news is asked for', () => {
  const alices = label('alice')

  test('is a connected device of the owner and the two others that are nearest', async () => {
    const everybody = peerIds.slice(0, 12)
    const { look, asked } = watched([alices], everybody, [peer(30), peer(5)])
    await look()
    const others = everybody.filter((peerId) => peerId !== peer(5))
    const near = nearest(placeOfZone(zoneKey(NETWORK, alices)), others, placeOfPeer, 2)
    expect(new Set(asked)).toEqual(new Set([peer(5), ...near]))
  })

  test('is asked again when a stream ended, at whoever is nearest then', async () => {
    const { look, open, asked, here, at } = watched([alices], [peer(1)])
    await look()
    open.get(peer(1))?.[0]?.gone()
    await at.clock.advance(2 * SECOND)
    await settled()
    expect(asked).toEqual([peer(1), peer(1)])
    here.delete(peer(1))
    here.add(peer(2))
    await look()
    expect(asked.at(-1)).toBe(peer(2))
  })

  test('is not asked of somebody who refused, for five minutes or until they connect again', async () => {
    const { look, asked, refuses, watching, at } = watched([alices], [peer(1)])
    refuses.add(peer(1))
    await look()
    await look()
    expect(asked).toHaveLength(1)
    watching.connected(peer(1))
    await at.clock.advance(2 * SECOND)
    await settled()
    expect(asked).toHaveLength(2)
    await at.clock.advance(5 * MINUTE)
    refuses.clear()
    await look()
    expect(asked).toHaveLength(3)
  })

  test('is not asked anew where nothing changed, and given up where nothing is watched any more', async () => {
    const names = [alices]
    const { look, asked, atWork } = watched(names, [peer(1)])
    await look()
    await look()
    expect([asked.length, atWork(peer(1))]).toEqual([1, 1])
    names.length = 0
    await look()
    expect(atWork(peer(1))).toBe(0)
  })

  test('is asked in requests of 64 keys, and of 128 names at most', async () => {
    const names = Array.from({ length: 200 }, (_, at) => label(`name${at}`))
    const { look, open } = watched(names, [peer(1)])
    await look()
    expect(open.get(peer(1))?.map(({ keys }) => keys.length)).toEqual([64, 64])
  })

  test('ends with everything that was begun', async () => {
    const { look, watching, atWork, at, asked } = watched([alices], [peer(1), peer(2), peer(3)])
    await look()
    await watching.stop()
    expect([peer(1), peer(2), peer(3)].map(atWork)).toEqual([0, 0, 0])
    const before = asked.length
    watching.noticed()
    await at.clock.advance(MINUTE)
    expect(asked).toHaveLength(before)
  })
})
