import { describe, expect, it } from 'vitest'
import { cacheTable } from '../../../src/cli/names/cache-text.ts'
import { claimText, claimWord } from '../../../src/cli/names/claim-words.ts'
import { dnsChange, dnsText, isSettled } from '../../../src/cli/names/dns-words.ts'
import { describeMine, listNames } from '../../../src/cli/names/mine-text.ts'
import { describeRouting, nearestFirst } from '../../../src/cli/names/routing-text.ts'
import { publicationText, recordTable } from '../../../src/cli/names/zone-text.ts'
import { short } from '../../../src/cli/short-id.ts'
import type { ClaimStep } from '../../../src/shared/model/names.ts'
import type { RoutedPeer, Routing } from '../../../src/shared/model/routing.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { me, person } from '../../gallery/people.ts'
import { entryIdOf, noon } from './ledger-scene.ts'
import { mine, owned, publication, records } from './names-scene.ts'

const people = [person('Bea'), { account: me.account, petname: 'you', claimedName: 'Ada' }]

describe('a claim', () => {
  const steps: [ClaimStep, string, string][] = [
    [{ step: 'working', what: 'commitment', bits: 20 }, 'Working for the commitment: 20 bits…', 'being claimed: work for the commitment'],
    [
      { step: 'waiting', what: 'registration', entry: entryIdOf('one') },
      `The registration waits for a block (${short(entryIdOf('one'))}).`,
      'being claimed: the registration waits',
    ],
    [{ step: 'ripening', blocks: 1 }, 'The commitment is in a block; it may be opened 1 block later.', 'being claimed: 1 block to go'],
    [{ step: 'ripening', blocks: 0 }, 'The commitment is in a block and may be opened now.', 'being claimed: 0 blocks to go'],
    [{ step: 'yours', height: 12 }, 'alice.peer is yours, as of block 12.', 'yours'],
    [{ step: 'refused', why: 'Somebody\nhas it.' }, 'Refused: Somebody has it.', 'refused'],
  ]

  it.each(steps)('is told step by step: %j', (step, sentence, word) => {
    expect(claimText(step, 'alice.peer')).toBe(sentence)
    expect(claimWord(step)).toBe(word)
  })
})

describe('names of yours', () => {
  it('are a table, with what is to be done under it', () => {
    const claimed = mine({ fullName: 'bob.peer', onLedger: null, zone: null, publication: null, claim: { step: 'refused', why: 'It is taken.' } })
    const offered = mine({ fullName: 'cyd.peer', onLedger: owned({ owner: accountOf('Bea') }), zone: null, attention: 'cyd.peer is offered to you.' })
    const given = mine({ fullName: 'dan.peer', onLedger: owned({ offeredTo: accountOf('Bea'), phase: 'ending' }), publication: publication({ seq: 6 }) })
    expect(listNames([mine(), claimed, offered, given], me.account, people, noon)).toEqual([
      'NAME        STATE                         TERM                    PUBLISHED',
      'alice.peer  yours                         until 2027-11-10 12:00  held by 5 of 7, 60 s ago',
      'bob.peer    refused                       -                       -',
      'cyd.peer    offered to you by Bea         until 2027-11-10 12:00  -',
      'dan.peer    yours, ending, offered to Bea  until 2027-11-10 12:00  not yet',
      '',
      'bob.peer: It is taken.',
      'cyd.peer is offered to you.',
    ].map((line) => expect.stringMatching(line.replaceAll(/ {2,}/g, ' +').replaceAll('.', String.raw`\.`)) as string))
  })

  it('that nobody could be asked to hold are here alone', () => {
    const [, line] = listNames([mine({ publication: publication({ held: 0, asked: 0 }) })], me.account, people, noon)
    expect(line).toMatch(/ here alone, 60 s ago$/)
  })

  it('are told whole, one by one', () => {
    const lines = describeMine(mine({ attention: 'Renew it.' }), people, noon)
    expect(lines.slice(0, 8)).toEqual([
      'Name       alice.peer',
      `Owner      you (${me.account})`,
      'State      lives, 355 days left',
      'Since      2026-11-10 12:00',
      'Until      2027-11-10 12:00',
      'Points     Zone 7, signed 11:58, holds until 2026-12-04 12:00; others keep it 5 min without asking again.',
      'Published  11:59. Held by 5 of 7 devices asked. It is told again in 60 min.',
      'To do      Renew it.',
    ])
    expect(lines.slice(8)).toEqual(['', ...recordTable(records, people)])
  })
})

describe('records', () => {
  it('are a table that fits: addresses of a device stand below it', () => {
    expect(recordTable(records, people)).toEqual([
      'LABEL  KIND      POINTS TO',
      `@      peer      ${short(peerIdOf('Bea'))}`,
      '                 /ip4/192.0.2.7/tcp/4001',
      '                 /ip6/2001:db8::7/tcp/4001',
      '@      site      live, from the devices of its owner',
      '@      address   192.0.2.7:8080',
      'www    address   2001:db8::7',
      '@      text      Open on Sundays',
      '@      service   _http._tcp at port 80 of the name itself',
      `team   delegate  ${short(accountOf('Bea'))} Bea`,
    ])
  })

  it('that nobody was asked to hold are said to be so', () => {
    expect(publicationText(publication({ held: 0, asked: 0, againMs: noon }), noon)).toBe('Nobody is connected who could hold it.')
    expect(publicationText(publication({ held: 0, asked: 1, againMs: noon }), noon)).toBe('Held by 0 of 1 device asked.')
  })
})

describe('the resource map', () => {
  it('is a table with its size', () => {
    const line = { fullName: 'bea.peer', state: 'fresh', seq: 7, owner: accountOf('Bea'), bytes: 867, keptMs: noon - 2 * MINUTE, freshUntilMs: noon + 3 * MINUTE, hits: 4, watched: true } as const
    const nothing = { ...line, fullName: 'none.peer', state: 'nothing', owner: null, watched: false, bytes: 64, freshUntilMs: noon } as const
    const lines = cacheTable([line, nothing], people, noon)
    expect(lines[1]).toMatch(/^bea\.peer +fresh, watched +Bea +2 min ago +3 min +4 +867 B$/)
    expect(lines[2]).toMatch(/^none\.peer +nobody had it +- +2 min ago +- +4 +64 B$/)
    expect(lines[3]).toMatch(/^2 names, 931 B\. /)
  })
})

describe('DNS', () => {
  it('is changed by what is said, and asked for where nothing is', () => {
    expect(dnsChange(undefined, undefined)).toBeNull()
    expect(dnsChange('on', undefined)).toEqual({ dns: true })
    expect(dnsChange('off', '5353')).toEqual({ dns: false, dnsPort: 5_353 })
    expect(dnsChange(undefined, '5353')).toEqual({ dnsPort: 5_353 })
    expect(() => dnsChange('yes', undefined)).toThrow('DNS is on or off, not "yes".')
    for (const port of ['53', '65536', 'x', '']) expect(() => dnsChange('on', port)).toThrow('--port takes a number from 1024 to 65535.')
  })

  it('is settled when it listens at the port that was chosen, or cannot', () => {
    const wanted = { dns: true, dnsPort: 5_353 }
    expect(isSettled({ state: 'on', port: 5_350, why: null }, wanted)).toBe(false)
    expect(isSettled({ state: 'off', port: 5_353, why: null }, wanted)).toBe(false)
    expect(isSettled({ state: 'on', port: 5_353, why: null }, wanted)).toBe(true)
    expect(isSettled({ state: 'failed', port: 5_353, why: 'taken' }, wanted)).toBe(true)
    expect(isSettled({ state: 'on', port: 5_353, why: null }, { ...wanted, dns: false })).toBe(false)
    expect(isSettled({ state: 'off', port: 5_353, why: null }, { ...wanted, dns: false })).toBe(true)
  })

  it('says how it is, and how to ask it', () => {
    expect(dnsText({ state: 'on', port: 5_350, why: null }, 'peer')).toContain('dig @127.0.0.1 -p 5350 alice.peer')
    expect(dnsText({ state: 'off', port: 5_350, why: null }, 'peer')).toMatch(/^DNS is off .*: latch dns on$/)
    expect(dnsText({ state: 'failed', port: 5_350, why: 'The port is taken.' }, 'peer')).toBe('DNS is switched on and does not run: The port is taken.')
  })
})

describe('the routing table', () => {
  const here = `00${'ff'.repeat(31)}`
  const far: RoutedPeer = { peerId: peerIdOf('Far'), account: null, place: `ff${'00'.repeat(31)}`, depth: 0, connected: false, rttMs: null }
  const near: RoutedPeer = { peerId: peerIdOf('Near'), account: accountOf('Bea'), place: `01${'00'.repeat(31)}`, depth: 7, connected: true, rttMs: 1.25 }
  const routing: Routing = { mode: 'server', why: 'Others reach it.', place: here, peers: [far, near], held: { zones: 1, deviceLists: 2 }, last: null }

  it('is listed by distance, nearest first', () => {
    expect(nearestFirst([far, near], here)).toEqual([near, far])
    const lines = describeRouting(routing, people, noon)
    expect(lines[0]).toBe('Mode   server: others ask this device too')
    expect(lines[3]).toBe('Holds  1 zone and 2 lists of devices for others')
    expect(lines[6]).toMatch(/^7 +01000000 +12D3…\S{8} +Bea +connected +1\.3 ms$/)
    expect(lines[7]).toMatch(/^0 +ff000000 +12D3…\S{8} +\(unknown\) +known +-$/)
    expect(lines.at(-1)).toBe('No look-up has asked anybody since Latch was started: what is kept here is answered without.')
  })

  it('ends with the way of the last look-up, and how near to the name each is who was asked', () => {
    const asked = [{ ...near, hops: 0, outcome: 'nothing', tookMs: 0.5 } as const, { ...far, hops: 1, outcome: 'late', tookMs: null } as const]
    const last = { fullName: 'alice.peer', place: `f0${'00'.repeat(31)}`, depth: 0, atMs: noon - HOUR, tookMs: 12.25, outcome: 'found', asked } as const
    const lines = describeRouting({ ...routing, last }, people, noon)
    expect(lines.at(-4)).toMatch(/^Last look-up: alice\.peer \([0-9a-f]{8}\), 11:00, found in 12 ms; asked, in this order:$/)
    expect(lines.at(-2)).toMatch(/^0 +0 +12D3…\S{8} +nothing +0\.5 ms$/)
    expect(lines.at(-1)).toMatch(/^1 +4 +12D3…\S{8} +late +-$/)
    expect(describeRouting({ ...routing, peers: [], last: { ...last, asked: [], atMs: noon - DAY } }, people, noon).at(-1)).toMatch(/; nobody was asked\.$/)
  })
})
