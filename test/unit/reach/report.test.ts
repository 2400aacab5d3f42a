import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeReport, type ReportFacts } from '../../../src/main/features/reach/report.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import type { Attempt, Introducer } from '../../../src/shared/model/reach.ts'
import { MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { remote } from '../peers/fake-network.ts'

const nowMs = Date.UTC(2026, 10, 20, 8, 30)
const me = PeerId.parse('12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5')
const home = PeerId.parse('12D3KooWJwEc2NGMmFPuvKFQVvFQ3DAvFyykm1bVxRkDyPFp46Zs')
const bea = PeerId.parse('12D3KooWBFVKJknSZVnWgLwx9vzEyanEXqqQtaYys4TiCb1x2JP7')

const introducer: Introducer = {
  peerId: home,
  name: 'Village hall',
  addresses: ['/ip4/5.5.5.10/tcp/4001', '/dns4/intro.example/tcp/443/wss'],
  origin: 'person',
  vouchedBy: null,
  enabled: true,
  state: 'connected',
  rttMs: 12.34,
  reservation: {
    state: 'held',
    untilMs: nowMs + 110 * MINUTE,
    limit: { durationMs: 30 * MINUTE, dataBytes: 64 * MiB },
  },
  registeredUntilMs: nowMs + 40 * MINUTE,
  stun: ['5.5.5.10:3478', '5.5.5.10:3479'],
  nextTryMs: null,
  lastError: null,
}

const attempt: Attempt = {
  peerId: bea,
  atMs: nowMs - 5 * SECOND,
  address: `/ip4/5.5.5.10/tcp/4001/p2p/${home}/p2p-circuit/webrtc/p2p/${bea}`,
  transport: 'webrtc',
  route: 'direct',
  outcome: 'won',
  tookMs: 141.2,
  why: null,
}

const facts: ReportFacts = {
  connectivity: {
    nat: {
      kind: 'port-restricted',
      seenAs: '5.5.5.101:40000',
      why: '4 destinations saw the same address, and no answer came from another port.',
      checkedMs: nowMs - 3 * MINUTE,
    },
    upnp: { state: 'mapped', address: '/ip4/5.5.5.101/tcp/4001' },
    introducers: [introducer],
    attempts: [
      attempt,
      {
        ...attempt,
        atMs: nowMs - 6 * SECOND,
        address: `/ip4/5.5.5.77/tcp/4001/p2p/${bea}`,
        transport: 'tcp',
        outcome: 'failed',
        tookMs: 6_000,
        why: 'No answer in time.',
      },
    ],
  },
  version: '0.2.0',
  runtime: 'Node 24.21.0 on linux x64',
  me,
  nowMs,
  listening: ['/ip4/192.168.1.7/tcp/4001', '/ip4/5.5.5.101/tcp/4001'],
  connections: [remote(bea, { route: 'direct', transport: 'webrtc' })],
  roundTrips: new Map([[bea, 31.4]]),
  probe: { atMs: nowMs - MINUTE, by: home, ip: '5.5.5.101', ports: [{ port: 4001, reached: true }] },
  skews: new Map([[home, -3_600_000]]),
  forged: { records: 1, registrations: 2 },
}

test('a report reads well in 80 columns', () => {
  expect(writeReport(facts)).toBe(`Latch 0.2.0: how this device is reached
When          2026-11-20 08:30:00 UTC
Device        12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5
Runs on       Node 24.21.0 on linux x64

This device
-----------
Reached       directly; addresses: 1 private, 1 public
NAT           port-restricted cone, seen as 5.5.5.101:40000 (3 min ago)
              4 destinations saw the same address, and no answer came from
              another port.
UPnP          mapped: /ip4/5.5.5.101/tcp/4001
From outside  5.5.5.101, TCP ports: 4001 reached (60 s ago)
Listening     /ip4/192.168.1.7/tcp/4001
              /ip4/5.5.5.101/tcp/4001

Introducers: 1
--------------
  Village hall · connected · chosen
    12D3KooWJwEc2NGMmFPuvKFQVvFQ3DAvFyykm1bVxRkDyPFp46Zs
    Round trip    12 ms
    Place         held for 110 min, each circuit 64 MiB, 30 min
    Registered    for 40 min
    STUN          5.5.5.10:3478, 5.5.5.10:3479
    Its clock     60 min behind ours; one of them is wrong
    Addresses     /ip4/5.5.5.10/tcp/4001
                  /dns4/intro.example/tcp/443/wss
  Signed words of others that did not hold, left out since the start: 3

Latest attempts, by peer
------------------------
  12D3KooWBFVKJknSZVnWgLwx9vzEyanEXqqQtaYys4TiCb1x2JP7
    Now: direct over webrtc, round trip 31 ms
    08:29:55  won       webrtc            141 ms
      /ip4/5.5.5.10/tcp/4001/p2p-circuit/webrtc through Village hall
    08:29:54  failed    tcp                6.0 s
      /ip4/5.5.5.77/tcp/4001
      No answer in time.
`)
})

test('nothing known is said as such', () => {
  const nothing = writeReport({
    ...facts,
    connectivity: {
      nat: { kind: 'unknown', seenAs: null, why: 'Nobody could be asked.', checkedMs: null },
      upnp: { state: 'off', address: null },
      introducers: [],
      attempts: [],
    },
    listening: [],
    connections: [],
    probe: null,
    forged: { records: 0, registrations: 0 },
  })
  expect(nothing).toContain('Reached       from nowhere outside')
  expect(nothing).toContain('None is known.')
  expect(nothing).toContain('  None yet.')
  expect(nothing).not.toContain('From outside')
})

test('an introducer that waits says when it is tried again, and why it waits', () => {
  const waiting: Introducer = {
    ...introducer,
    state: 'waiting',
    rttMs: null,
    reservation: { state: 'none', untilMs: null, limit: null },
    registeredUntilMs: null,
    origin: 'learnt',
    vouchedBy: bea,
    nextTryMs: nowMs + 90 * SECOND,
    lastError: 'No answer at that address.',
  }
  const text = writeReport({ ...facts, connectivity: { ...facts.connectivity, introducers: [waiting] } })
  expect(text).toContain('Village hall · waiting · learnt')
  expect(text).toContain('Next try      in 90 s')
  expect(text).toContain('Last error    No answer at that address.')
  expect(text).toContain(`Vouched by    ${bea}`)
})

test('whatever others call themselves or say, no line is wider than 80, and none turns the text around', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 })
  fc.assert(
    fc.property(text, text, fc.array(text, { maxLength: 4 }), (name, why, addresses) => {
      const report = writeReport({
        ...facts,
        connectivity: {
          ...facts.connectivity,
          introducers: [{ ...introducer, name, lastError: why, addresses }],
          attempts: [{ ...attempt, address: `/${name}`, why }],
        },
        listening: addresses,
      })
      for (const line of report.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
      expect(report.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }),
  )
})
