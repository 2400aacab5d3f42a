import { describe, expect, test } from 'vitest'
import { groupAttempts } from '../../../../src/renderer/features/reach/attempt-groups.ts'
import { gaugeOf } from '../../../../src/renderer/features/reach/fuel.ts'
import { applyReachEvent, nothingKnown } from '../../../../src/renderer/features/reach/store.ts'
import { shortAddress } from '../../../../src/renderer/ui/Address.tsx'
import { inUnit, sizeText, span } from '../../../../src/renderer/ui/amounts.ts'
import type { Fuel } from '../../../../src/shared/model/peers.ts'
import { DAY, GiB, HOUR, KiB, MiB, MINUTE, SECOND } from '../../../../src/shared/units.ts'
import { peerIdOf } from '../../../gallery/ids.ts'
import { attempt, connectivity, introducer } from '../../../gallery/network.ts'

describe('the copy of how this device is reached', () => {
  const [harbor, quay, pier] = ['Harbor', 'Quay', 'Pier'].map((name) => introducer(name))
  if (harbor === undefined || quay === undefined || pier === undefined) throw new Error('three were made')
  const state = connectivity({ introducers: [harbor, quay] })

  test('changes an introducer in its place, and adds a new one at the end', () => {
    const changed = { ...harbor, enabled: false }
    const once = applyReachEvent(state, { event: 'introducer-changed', introducer: changed })
    expect(once.introducers).toEqual([changed, quay])
    const twice = applyReachEvent(once, { event: 'introducer-changed', introducer: pier })
    expect(twice.introducers).toEqual([changed, quay, pier])
  })

  test('forgets an introducer', () => {
    const { introducers } = applyReachEvent(state, { event: 'introducer-forgotten', peerId: harbor.peerId })
    expect(introducers).toEqual([quay])
  })

  test('takes NAT and UPnP as they come', () => {
    const nat = { kind: 'symmetric', seenAs: null, why: 'Two introducers saw two addresses.', checkedMs: 1 } as const
    const upnp = { state: 'mapped', address: '/ip4/8.8.8.8/tcp/1' } as const
    expect(applyReachEvent(nothingKnown, { event: 'nat-changed', nat }).nat).toEqual(nat)
    expect(applyReachEvent(nothingKnown, { event: 'upnp-changed', upnp }).upnp).toEqual(upnp)
  })

  test('keeps the newest hundred attempts, the newest first', () => {
    let held = nothingKnown
    for (let n = 0; n < 130; n++) held = applyReachEvent(held, { event: 'attempted', attempt: attempt('Bea', -n) })
    expect(held.attempts).toHaveLength(100)
    expect(held.attempts[0]?.atMs).toBeGreaterThan(held.attempts[99]?.atMs ?? 0)
  })
})

describe('attempts by peer', () => {
  test('stand with the peer that was tried last first, each with its newest first', () => {
    const groups = groupAttempts([
      attempt('Bea', 5_000, { outcome: 'failed' }),
      attempt('Tomasz', 1_000, { outcome: 'failed' }),
      attempt('Bea', 3_000),
    ])
    expect(groups.map(({ peerId }) => peerId)).toEqual([peerIdOf('Tomasz'), peerIdOf('Bea')])
    expect(groups[1]?.attempts.map(({ outcome }) => outcome)).toEqual(['won', 'failed'])
    expect(groups[1]?.won?.outcome).toBe('won')
    expect(groups[0]?.won).toBeNull()
  })

  test('say that nothing won the latest try, though an earlier one was won', () => {
    const [group] = groupAttempts([attempt('Bea', 1_000, { outcome: 'failed' }), attempt('Bea', HOUR)])
    expect(group?.won).toBeNull()
  })
})

describe('the gauge of a circuit', () => {
  const fuel: Fuel = {
    through: peerIdOf('introducer Harbor'),
    dataBytes: 4 * MiB,
    leftBytes: 3 * MiB,
    durationMs: 30 * MINUTE,
    untilMs: 15 * MINUTE,
  }

  test('shows what ends it first', () => {
    expect(gaugeOf(fuel, 0)).toMatchObject({ share: 0.5, first: 'time', leftMs: 15 * MINUTE })
    expect(gaugeOf({ ...fuel, leftBytes: MiB }, 0)).toMatchObject({ share: 0.25, first: 'data' })
  })

  test('has nothing to show where nothing ends it', () => {
    const unlimited = { ...fuel, dataBytes: null, leftBytes: null, durationMs: null, untilMs: null }
    expect(gaugeOf(unlimited, 0)).toEqual({ share: null, data: null, leftMs: null, first: null })
  })

  test('is full where it was not said how much went already', () => {
    expect(gaugeOf({ ...fuel, leftBytes: null, untilMs: null }, 0)).toMatchObject({ share: 1, first: 'data' })
  })

  test('is never below empty or above full, whatever the clocks say', () => {
    expect(gaugeOf(fuel, HOUR)).toMatchObject({ share: 0, leftMs: 0 })
    expect(gaugeOf({ ...fuel, leftBytes: -1 }, 0).share).toBe(0)
    expect(gaugeOf({ ...fuel, leftBytes: 9 * MiB, untilMs: DAY }, 0).share).toBe(1)
  })
})

describe('amounts', () => {
  test.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [KiB, '1 KiB'],
    [1.99 * MiB, '1.9 MiB'],
    [12.9 * MiB, '12 MiB'],
    [64 * MiB, '64 MiB'],
    [3 * GiB, '3 GiB'],
  ])('%d bytes are %s, never more than there is', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text)
  })

  test('what is left is said in the unit of the whole', () => {
    expect(inUnit(200 * KiB, 4 * MiB)).toEqual({ text: '0.1', unit: 'MiB' })
  })

  test.each([
    [59 * SECOND, 'underMinute', 0],
    [MINUTE, 'minutes', 1],
    [119 * MINUTE, 'minutes', 119],
    [2 * HOUR, 'hours', 2],
    [49 * HOUR, 'days', 2],
  ])('%d ms are %s', (ms, unit, count) => {
    expect(span(ms)).toEqual({ unit, count })
  })
})

test('keys and certificates in an address are cut short, and nothing else of it', () => {
  const id = peerIdOf('introducer Harbor')
  const short = `${id.slice(0, 8)}…${id.slice(-6)}`
  expect(shortAddress(`/dns4/harbor.example.org/tcp/443/wss/p2p/${id}/p2p-circuit`)).toBe(
    `/dns4/harbor.example.org/tcp/443/wss/p2p/${short}/p2p-circuit`,
  )
  expect(shortAddress('/ip4/1.2.3.4/udp/1/webrtc-direct/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjLa2R_RF71v86aVxlqdKNOQ')).toBe(
    '/ip4/1.2.3.4/udp/1/webrtc-direct/certhash/uEiAkH5a…qdKNOQ',
  )
  expect(shortAddress('/ip4/1.2.3.4/tcp/4001')).toBe('/ip4/1.2.3.4/tcp/4001')
})
