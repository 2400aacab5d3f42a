import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeOpened, judgeStore, judgeZone, newer, newest, type Facts } from '../../../src/main/features/names/judge.ts'
import { distanceOf, nearest, placeOfPeer, placeOfZone, zoneKey } from '../../../src/main/features/names/near.ts'
import type { SignedZone } from '../../../src/main/features/names/zone.ts'
import { cidOf } from '../../../src/main/platform/cbor.ts'
import { NameLabel, NetworkId } from '../../../src/shared/model/ledger.ts'
import { DAY, MINUTE } from '../../../src/shared/units.ts'
import { ada, adasName, bob, device, NAME, NETWORK, NOW, SAID, sealed, signed } from './zone-parts.ts'

const judged = async (bytes: Uint8Array, over: Partial<Facts> = {}, asked?: string): Promise<string> => {
  const verdict = await judgeZone(bytes, { ...adasName, ...over }, asked)
  if (verdict.verdict === 'refused') return `${verdict.code} ${verdict.points}: ${verdict.why}`
  return verdict.verdict === 'unknown' ? `unknown: ${verdict.why}` : 'valid'
}

describe('a zone is judged', () => {
  test('by its size before anything is looked at, and by its signature before anybody is asked', async () => {
    const asking: Partial<Facts> = {
      ownerOf: () => {
        throw new Error('asked')
      },
    }
    expect(await judged(new Uint8Array(10_241), asking)).toMatch(/^too-large 20: /)
    expect(await judged(new Uint8Array(10_240), asking)).toMatch(/^malformed 20: /)
    expect(await judged(await sealed({ v: 1, ...SAID }, bob), asking)).toMatch(/^forged 25: /)
    expect(await judged((await signed()).bytes, { ...asking, network: NetworkId.parse(cidOf(new Uint8Array(1))) })).toBe(
      'network 20: This zone is of another network.',
    )
    expect(await judged((await signed()).bytes, asking, zoneKey(NETWORK, NameLabel.parse('other')))).toBe(
      'other-name 20: This zone is of another name than the one asked for.',
    )
  })

  test('by who owns the name, and never as valid while the ledger is behind, whatever else is wrong', async () => {
    const { bytes, key } = await signed()
    expect(await judged(bytes, {}, key)).toBe('valid')
    expect(await judged(bytes, { ownerOf: () => null })).toBe('nobody 0: This name belongs to nobody now.')
    expect(await judged(bytes, { ownerOf: () => bob.account })).toBe(
      'not-owner 0: This zone is of an account that does not own the name now.',
    )
    for (const nowMs of [NOW, NOW + 365 * DAY, 0]) {
      expect(await judged(bytes, { ownerOf: () => 'unknown', nowMs })).toBe(
        'unknown: The ledger here is behind, so it cannot say yet whose this name is.',
      )
    }
  })

  test('by where the name is in its term: in the last tenth it is for contacts, and for those who hold it for them', async () => {
    const { bytes } = await signed()
    const ending = "ending 0: The term of this name ends soon: until it is renewed, it resolves for its owner's contacts alone."
    expect(await judged(bytes, { phaseOf: () => 'ending' })).toBe(ending)
    expect(await judged(bytes, { phaseOf: () => 'ending', ending: 'counts' })).toBe('valid')
    for (const phase of ['grace', 'free', null] as const) {
      expect(await judged(bytes, { phaseOf: () => phase, ending: 'counts' })).toBe('nobody 0: The term of this name is over.')
    }
  })

  test('by the clock, which is named: expired, or a day ahead', async () => {
    const { bytes } = await signed()
    expect(await judged(bytes, { nowMs: SAID.expiresAtMs - 1 })).toBe('valid')
    expect(await judged(bytes, { nowMs: SAID.expiresAtMs })).toBe('expired 0: This zone expired 1 second ago by the clock of this device.')
    expect(await judged(bytes, { nowMs: SAID.expiresAtMs + 3 * DAY })).toContain('expired 3 days ago')
    expect(await judged(bytes, { nowMs: SAID.issuedAtMs - 5 * MINUTE })).toBe('valid')
    const ahead = ' ahead of the clock of this device: that clock, or its owner\'s, is wrong.'
    expect(await judged(bytes, { nowMs: SAID.issuedAtMs - 5 * MINUTE - 1 })).toBe(`clock 0: This zone was issued 5 minutes${ahead}`)
    expect(await judged(bytes, { nowMs: SAID.issuedAtMs - DAY })).toBe(`clock 0: This zone was issued 1 day${ahead}`)
  })

  test('anew at each use: what was valid is not when the name has moved on', async () => {
    const zone = await signed()
    expect(judgeOpened(zone, adasName).verdict).toBe('valid')
    expect(judgeOpened(zone, { ...adasName, ownerOf: () => bob.account }).verdict).toBe('refused')
  })
})

test('the newer zone has the higher number, then the later issue, then the greater bytes', async () => {
  const one = await signed()
  const higher = await signed({ seq: 4, issuedAtMs: SAID.issuedAtMs - DAY })
  const later = await signed({ issuedAtMs: SAID.issuedAtMs + 1 })
  const other = await signed({ records: [] })
  expect([newer(higher, one), newer(one, higher), newer(later, one), newer(higher, later), newer(one, one)]).toEqual(
    ['newer', 'older', 'newer', 'newer', 'same'],
  )
  expect(new Set([newer(one, other), newer(other, one)])).toEqual(new Set(['newer', 'older']))
  expect(newest([])).toBe(null)
})

test('everybody who has the same zones takes the same one, in whatever order they came', () => {
  const zone = fc.record({ seq: fc.integer({ min: 1, max: 3 }), issuedAtMs: fc.integer({ min: 1, max: 3 }), bytes: fc.uint8Array({ maxLength: 2 }) })
  const zones = fc.array(zone.map(({ bytes, ...over }) => ({ zone: { ...SAID, ...over }, bytes, key: '' })), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(zones.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), ([list, shuffled]) => {
      const [best, again] = [newest(list), newest(shuffled)]
      if (best === null || again === null) throw new Error('none')
      expect(newer(best, again)).toBe('same')
      expect(list.filter((each) => newer(each, best) === 'newer')).toEqual([])
    }),
  )
})

describe('a request to hold a zone', () => {
  const asked = async (zone: SignedZone, stored: SignedZone | null, over: Partial<Facts> = {}): Promise<string> => {
    const verdict = await judgeStore(zone.bytes, { ...adasName, ending: 'counts', ...over }, (key) => (stored?.key === key ? stored : null))
    if (verdict.verdict === 'store') return `store, replaces ${verdict.replaces}`
    return verdict.verdict === 'refused' ? `refused: ${verdict.code}` : verdict.verdict
  }

  test('is granted where the ledger backs it, and nothing newer is held', async () => {
    const [old, now] = [await signed({ seq: 2 }), await signed({ seq: 3 })]
    expect(await asked(now, null)).toBe('store, replaces nothing')
    expect(await asked(now, old)).toBe('store, replaces older')
    expect(await asked(now, now)).toBe('have')
    expect(await asked(old, now)).toBe('refused: older')
    expect(await asked(now, null, { ownerOf: () => 'unknown' })).toBe('unknown')
    expect(await asked(now, null, { ownerOf: () => bob.account })).toBe('refused: not-owner')
    expect(await asked(now, null, { ownerOf: () => null })).toBe('refused: nobody')
    expect(await asked(now, null, { phaseOf: () => 'ending' })).toBe('store, replaces nothing')
  })

  test('is not kept out by the zone of a former owner, however high its number, nor by one that has expired', async () => {
    const former = await signed({ seq: Number.MAX_SAFE_INTEGER }, bob)
    const expired = await signed({ seq: 9, issuedAtMs: NOW - 2 * DAY, expiresAtMs: NOW - 1 })
    expect(await asked(await signed(), former)).toBe('store, replaces not-valid')
    expect(await asked(await signed(), expired)).toBe('store, replaces not-valid')
  })

  test('is judged against what is held when its signature was checked, and not before', async () => {
    const [old, now] = [await signed({ seq: 2 }), await signed({ seq: 3 })]
    let held: SignedZone | null = null
    const verdict = judgeStore(old.bytes, adasName, () => held)
    held = now
    expect(await verdict).toMatchObject({ verdict: 'refused', code: 'older' })
  })
})

test('the key of a zone is its own in each network, and places are those of Kademlia', () => {
  const other = NetworkId.parse(cidOf(new Uint8Array(1)))
  const keys = [zoneKey(NETWORK, NAME), zoneKey(other, NAME), zoneKey(NETWORK, NameLabel.parse('adel'))]
  expect(new Set(keys).size).toBe(3)
  const here = placeOfZone(keys[0] ?? '')
  expect(distanceOf(here, here)).toEqual(new Uint8Array(32))
  const peers = [1, 2, 3, 4, 5].map(device)
  const order = nearest(here, peers, placeOfPeer, 3)
  const all = peers.toSorted((a, b) => Buffer.compare(distanceOf(here, placeOfPeer(a)), distanceOf(here, placeOfPeer(b))))
  expect(order).toEqual(all.slice(0, 3))
  expect(ada.account).not.toBe(bob.account)
})
