import { describe, expect, it } from 'vitest'
import { describeLookup, isNoName, lookupCode } from '../../../src/cli/names/lookup-text.ts'
import { stepLine, TraceLines } from '../../../src/cli/names/trace-lines.ts'
import { short } from '../../../src/cli/short-id.ts'
import type { Lookup } from '../../../src/shared/model/names.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { person } from '../../gallery/people.ts'
import { noon } from './ledger-scene.ts'
import { found, label, step, zone } from './names-scene.ts'

const people = [person('Bea')]
const owner = accountOf('Bea')
const none = (outcome: Lookup['outcome'], changes: Partial<Lookup> = {}): Lookup => found({ outcome, zone: null, ...changes })
const describe_ = (lookup: Lookup, connect = false): string[] => describeLookup(lookup, people, connect, noon)

describe('a name that was found', () => {
  it('is its owner, both clocks in plain words, where it was heard, and its records', () => {
    const lines = describe_(found())
    expect(lines.slice(0, 8)).toEqual([
      'Name    alice.peer',
      `Owner   Bea (${owner})`,
      'Owned   as of block 41, made 11:59 (40 s ago)',
      'Points  signed 11:58 (2 min ago), zone 7',
      '        holds until 2026-12-04 12:00, asked for again in 4 min',
      'From    another device',
      'Took    3.2 ms',
      '',
    ])
    expect(lines[8]).toBe('LABEL  KIND     POINTS TO')
    expect(lines.join('\n')).not.toContain('www')
  })

  it('says a clock that is ahead of the one here, and a chain without blocks', () => {
    const ahead = found({ ledger: { block: null, height: 0, atMs: noon }, zone: { seq: 7, issuedAtMs: noon + 120_000, expiresAtMs: noon + 1e9, freshUntilMs: noon } })
    expect(describe_(ahead)[2]).toBe('Owned   as of the beginning of the network')
    expect(describe_(ahead)[3]).toBe('Points  signed 12:02 (2 min ahead of the clock here), zone 7')
    expect(describe_(ahead)[4]).toMatch(/, asked for again now$/)
  })

  it('says at which labels it has records where none is at that one', () => {
    const theirs = zone({ owner })
    const empty = (records: typeof theirs.records): Lookup =>
      found({ fullName: 'mail.alice.peer', outcome: { outcome: 'found', owner, zone: { ...theirs, records }, records: [], from: 'dht' } })
    expect(describe_(empty(theirs.records)).at(-1)).toBe('There is no record at mail.alice.peer itself, but at @, www, team.')
    expect(describe_(empty([])).at(-1)).toBe('There is no record at mail.alice.peer itself, none at any other either.')
    const many = Array.from({ length: 9 }, (_none, index) => ({ label: label(`l${index}`), kind: 'site', cid: null }) as const)
    expect(describe_(empty(many)).at(-1)).toMatch(/l7, …\.$/)
  })

  it('ends with its connection, or why there is none', () => {
    const connection = { peerId: peerIdOf('Bea'), route: 'direct', address: '/ip4/192.0.2.7/tcp/4001', rttMs: 51.2 } as const
    expect(describe_(found({ connection }), true)).toContain(`Connected  to ${short(peerIdOf('Bea'))}, direct, 51 ms round trip`)
    const dial = step({ step: 'dial', outcome: 'failed', why: 'Nobody answers there.' })
    expect(describe_(found({ steps: [dial] }), true).at(-1)).toBe('No connection to alice.peer: Nobody answers there.')
    expect(describe_(found(), true).at(-1)).toBe('No connection to alice.peer: it names no device that could be asked.')
  })
})

describe('a name that was not found', () => {
  it.each([
    [{ outcome: 'nobody', why: 'Nobody has alice.peer.' }, 5, 'Nobody has alice.peer.'],
    [{ outcome: 'no-zone', owner }, 6, `alice.peer belongs to Bea (${owner}), and points nowhere: nobody has a zone of it.`],
    [{ outcome: 'catching-up', blocksLeft: 7 }, 7, 'The ledger here is catching up, 7 blocks left: ask again when it is done.'],
    [{ outcome: 'catching-up', blocksLeft: null }, 7, 'No device of this network is connected that could say how far the ledger here is: ask again when one is.'],
    [{ outcome: 'unreachable', owner, why: 'Nobody answered.' }, 8, `alice.peer belongs to Bea (${owner}). Nobody answered.`],
    [{ outcome: 'refused', why: 'Its term ends soon.' }, 4, 'Its term ends soon.'],
  ] as const)('is one sentence and an exit code of its own: %j', (outcome, code, sentence) => {
    expect(describe_(none(outcome))).toEqual([sentence])
    expect(lookupCode(none(outcome), true)).toBe(code)
  })

  it('is none at all where not even the ledger was asked', () => {
    const typed = none({ outcome: 'refused', why: 'Names are written in small letters.' }, { ledger: null })
    expect(isNoName(typed)).toBe(true)
    expect(lookupCode(typed, false)).toBe(2)
  })

  it('is found and not connected to where that was asked for', () => {
    expect(lookupCode(found(), false)).toBe(0)
    expect(lookupCode(found(), true)).toBe(8)
  })
})

describe('a trace', () => {
  it('has a line for each step: when, what, what came of it, whom it was about', () => {
    const asked = step({ atMs: 1.25, tookMs: 2.5, step: 'ask', peerId: peerIdOf('Bea'), outcome: 'found', why: 'Zone 7.', hops: 2 })
    expect(stepLine(asked)).toBe(`   3.8 ms  ask        found     ${short(peerIdOf('Bea'))}, after 2 hops, took 2.5 ms: Zone 7.`)
    expect(stepLine(step({ atMs: 1_500, why: '' }))).toBe('   1.50 s  ledger     found')
  })

  it('tells a step when it begins and when it ends, and at the end what was not waited for', () => {
    const lines = new TraceLines()
    const running = (name: string) => step({ step: 'ask', atMs: 1, tookMs: null, peerId: peerIdOf(name), outcome: 'running', why: 'It is asked.' })
    const late = step({ ...running('Cyd'), tookMs: 4, outcome: 'late', why: 'It was not waited for.' })
    const ended = step({ ...running('Bea'), tookMs: 2, outcome: 'nothing', why: '' })
    expect([running('Bea'), running('Cyd'), ended].map((one) => lines.of(one).split(/ {2,}/)[2])).toEqual(['ask', 'ask', 'ask'])
    expect(lines.end({ steps: [ended, late] })).toEqual([stepLine(late)])
  })

  it('lets nothing in it act on a terminal', () => {
    expect(stepLine(step({ why: 'a\u001b[2Jb\nc' }))).toMatch(/ab c$/)
  })
})
