import { beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/main/features/introduction/limits.ts'
import {
  hostOf,
  judgeAccess,
  judgeRegistration,
  judgeReservation,
  readLists,
  type ReservationFacts,
  type Visitor,
} from '../../../src/main/features/introduction/policy.ts'
import type { IntroductionLists } from '../../../src/main/features/introduction/types.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { accountIds } from '../identity/parts.ts'
import { device, idOf, registrationOf } from './devices.ts'

const [account, otherAccount] = accountIds(2)
const visitor: Visitor = {
  peerId: idOf(1),
  account: account ?? null,
  address: '/ip4/203.0.113.7/tcp/50123',
  isKnown: false,
}
const nobody = { allow: [], deny: [] }

describe('the lists', () => {
  test.each<[string, IntroductionLists, string, Partial<Visitor>?]>([
    ['nobody is on them', nobody, 'strangers'],
    ['a contact comes', nobody, 'known', { isKnown: true }],
    ['its peer id is allowed', { allow: [idOf(1)], deny: [] }, 'known'],
    ['its account is allowed', { allow: [account ?? ''], deny: [] }, 'known'],
    ['its network is allowed', { allow: ['203.0.113.0/24'], deny: [] }, 'known'],
    ['its address is allowed', { allow: ['203.0.113.7'], deny: [] }, 'known'],
    ['others are allowed', { allow: [idOf(2), otherAccount ?? '', '198.51.100.0/24'], deny: [] }, 'denied'],
    ['others are allowed, and it is a contact', { allow: [idOf(2)], deny: [] }, 'denied', { isKnown: true }],
    ['its peer id is denied', { allow: [], deny: [idOf(1)] }, 'denied'],
    ['its account is denied', { allow: [], deny: [account ?? ''] }, 'denied'],
    ['its network is denied', { allow: [], deny: ['203.0.112.0/22'] }, 'denied'],
    ['its network is both', { allow: ['203.0.113.7/32'], deny: ['203.0.113.0/24'] }, 'denied'],
    ['others are denied', { allow: [], deny: [idOf(2), '198.51.100.0/24'] }, 'strangers'],
    ['an IPv6 network is denied', { allow: [], deny: ['2001:db8::/32'] }, 'denied', { address: '/ip6/2001:db8::5/tcp/1' }],
    ['it wraps an IPv4 address', { allow: [], deny: ['203.0.113.0/24'] }, 'denied', { address: '/ip6/::ffff:cb00:7107/tcp/1' }],
    ['a denied relay is between', { allow: [], deny: ['203.0.113.0/24'] }, 'strangers', {
      address: `/ip4/203.0.113.7/tcp/1/p2p/${idOf(9)}/p2p-circuit`,
    }],
  ])('when %s', (_when, lists, expected, over = {}) => {
    const access = judgeAccess({ ...visitor, ...over }, readLists(lists))
    expect(access.verdict === 'admit' ? access.tier : access.code).toBe(expected)
  })

  test.each(['everybody', '203.0.113.0/33', '203.0.113/24', '2001:db8::/129', '', 'example.org', '12D3KooW'])(
    'with the entry “%s” are refused, and it is named',
    (entry) => {
      expect(() => readLists({ allow: [], deny: [idOf(3), entry] })).toThrow(`“${entry}” is no peer id`)
    },
  )
})

test.each([
  ['/ip4/203.0.113.7/tcp/4001', '203.0.113.7'],
  ['/ip4/203.0.113.7/udp/4001/webrtc-direct', '203.0.113.7'],
  ['/ip6/2001:db8::1/tcp/443/wss', '2001:db8::1'],
  ['/ip6zone/eth0/ip6/fe80::1/tcp/4001', 'fe80::1'],
  ['/memory/1', null],
  ['/dns4/example.org/tcp/443', null],
  ['/ip4/999.1.1.1/tcp/1', null],
  [`/ip4/203.0.113.7/tcp/1/p2p/${idOf(1)}/p2p-circuit/p2p/${idOf(2)}`, null],
  [`/ip4/203.0.113.7/tcp/1/p2p/${idOf(1)}/p2p-circuit/webrtc/p2p/${idOf(2)}`, null],
  [`/webrtc/p2p/${idOf(2)}`, null],
  ['', null],
])('the host of %s is %s', (address, host) => {
  expect(hostOf(address)).toBe(host)
})

describe('a registration', () => {
  const nowMs = Date.UTC(2026, 10, 20)
  const harbour = idOf(100)
  let facts: Parameters<typeof judgeRegistration>[1]
  let registration: Parameters<typeof judgeRegistration>[0]
  beforeAll(async () => {
    const one = await device(1)
    registration = registrationOf(one, harbour, nowMs)
    facts = { from: one.peerId, me: harbour, lastIssuedMs: null, nowMs, ttlMs: 30 * MINUTE }
  })

  test('is kept for as long as it says, and no longer than is allowed', () => {
    const until = (expiresMs: number) => judgeRegistration({ ...registration, expiresMs }, facts)
    expect(until(nowMs + 1)).toEqual({ verdict: 'take', expiresMs: nowMs + 1 })
    expect(until(nowMs + 30 * MINUTE)).toEqual({ verdict: 'take', expiresMs: nowMs + 30 * MINUTE })
    expect(until(nowMs + 900 * MINUTE)).toEqual({ verdict: 'take', expiresMs: nowMs + 30 * MINUTE })
  })

  test.each([
    ['of another device', () => [{}, { from: idOf(2) }], 'not-yours', 20],
    ['for another introducer', () => [{ introducer: idOf(101) }, {}], 'forged', 20],
    ['that came before', () => [{}, { lastIssuedMs: nowMs }], 'replayed', 1],
    ['older than the last', () => [{ issuedMs: nowMs - 1 }, { lastIssuedMs: nowMs }], 'replayed', 1],
    ['whose time is over', () => [{ expiresMs: nowMs }, {}], 'expired', 0],
  ] as const)('%s is refused', (_what, change, code, points) => {
    const [said, known] = change()
    expect(judgeRegistration({ ...registration, ...said }, { ...facts, ...known })).toMatchObject({
      verdict: 'refuse',
      code,
      points,
    })
  })
})

describe('a place on the relay', () => {
  const limits = { ...DEFAULT_LIMITS, reservations: 8, reservationsPerAddress: 2, reservationsPerSubnet: 3 }
  const subnetOf = (address: string) => {
    const [, , host = ''] = address.split('/')
    return host.startsWith('127.') ? null : host.split('.').slice(0, 3).join('.')
  }
  const strangers = judgeAccess(visitor, readLists(nobody))
  const judge = (over: Partial<ReservationFacts>) =>
    judgeReservation({
      access: strangers,
      isServing: true,
      isDraining: false,
      peerId: idOf(1),
      address: '/ip4/203.0.113.7/tcp/1',
      held: [],
      limits,
      subnetOf,
      ...over,
    })
  const held = (hosts: readonly string[]): { peerId: PeerId; address: string }[] =>
    hosts.map((host, n) => ({ peerId: idOf(10 + n), address: `/ip4/${host}/tcp/${n}` }))

  test('carries little for strangers and much for those who are known', () => {
    expect(judge({})).toEqual({ verdict: 'allow', limit: limits.strangers })
    expect(judge({ access: { verdict: 'admit', tier: 'known', why: '' } })).toEqual({
      verdict: 'allow',
      limit: limits.known,
    })
  })

  test.each([
    ['no rule lets anybody', { isServing: false }, 'denied'],
    ['it is on the list', { access: { verdict: 'refuse', code: 'denied', why: 'listed' } }, 'denied'],
    ['this introducer is about to go', { isDraining: true }, 'draining'],
    ['all are taken', { held: held(Array.from({ length: 8 }, (_, n) => `198.51.${n}.1`)) }, 'too-many'],
    ['its address has all its places', { held: held(['203.0.113.7', '203.0.113.7']) }, 'too-many'],
    ['its network has all its places', { held: held(['203.0.113.1', '203.0.113.2', '203.0.113.3']) }, 'too-many'],
  ] as const)('is refused when %s', (_when, over, code) => {
    expect(judge(over)).toMatchObject({ verdict: 'refuse', code, why: expect.stringMatching(/\w/) })
  })

  test('is renewed by whoever holds it, also when all are taken', () => {
    const full = held(Array.from({ length: 8 }, () => '203.0.113.7'))
    expect(judge({ held: full.slice(0, 2).map((one, n) => ({ ...one, peerId: idOf(n + 1) })) }).verdict).toBe('allow')
    expect(judge({ held: full.slice(0, 2) }).verdict).toBe('refuse')
  })

  test('is not counted by address on this machine itself', () => {
    const local = held(Array.from({ length: 7 }, () => '127.0.0.1'))
    expect(judge({ address: '/ip4/127.0.0.1/tcp/9', held: local }).verdict).toBe('allow')
  })
})
