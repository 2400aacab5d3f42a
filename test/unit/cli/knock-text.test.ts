import { describe, expect, it } from 'vitest'
import { sentence } from '../../../src/cli/commands/knock.ts'
import { describeKnock, type Known } from '../../../src/cli/door/knock-text.ts'
import { quietText } from '../../../src/cli/door/quiet-text.ts'
import { standingOf } from '../../../src/cli/peer-text.ts'
import type { SentKnock } from '../../../src/shared/model/door.ts'
import { MINUTE, MiB } from '../../../src/shared/units.ts'
import { peerIdOf } from '../../gallery/ids.ts'
import { knock, person, sentKnock } from '../../gallery/people.ts'

const noon = new Date(2026, 10, 20, 12, 0).getTime()
const bea = person('Bea', { trust: 'verified', safetyWords: ['one', 'two', 'three', 'four', 'five', 'six'] })
const known: Known = { people: [bea], introducers: [{ peerId: peerIdOf('intro'), name: 'intro\u001b[2J' }] }

describe('a knock at the door', () => {
  it('says who, what exactly, from where and through whom, how often before, and that it came quietly', () => {
    const asked = knock('Bea', {
      capability: 'file',
      about: { name: 'a\u202eb\n.jpg', bytes: 2 * MiB, path: null },
      greeting: 'look\n\u001b[31mhere',
      route: 'relayed',
      through: peerIdOf('intro'),
      ledgerName: { name: 'bea.peer', sinceMs: new Date(2026, 9, 1, 8, 0).getTime() },
      untilMs: noon + 43_000,
      before: 3,
      requests: 41,
      quiet: true,
    })
    expect(describeKnock(asked, known, noon)).toEqual([
      `${asked.id.slice(0, 8)}  Bea asks for file "ab .jpg", 2.0 MiB; 43 s left`,
      '  says    "look here"',
      '  words   one two three four five six',
      '  trust   verified: you compared the words',
      '  name    bea.peer, theirs since 2026-10-01 08:00',
      '  from    /ip4/198.51.100.7/tcp/4001 (relayed through "intro")',
      '  before  knocked 3 times; 41 requests, one question',
      '  quiet   it came while you are not to be disturbed',
    ])
  })

  it('of a stranger has their own name in quotes, and nothing that was not said', () => {
    const asked = knock('Cyd', { greeting: '', state: 'queued', untilMs: noon + 90_000 })
    expect(describeKnock(asked, known, noon)).toEqual([
      `${asked.id.slice(0, 8)}  "Cyd" (not a contact) asks for contact; in line, 90 s left`,
      '  trust  not verified',
      '  from   /ip4/198.51.100.7/tcp/4001 (direct)',
    ])
  })

  it('of a page says that it is one, and not from where it came', () => {
    const about = { name: 'cem.peer', bytes: null, path: null }
    const asked = knock('Cyd', { greeting: '', capability: 'load', about, page: { site: 'app.cyd.peer' }, requests: 7, untilMs: noon + 43_000 })
    expect(describeKnock(asked, known, noon)).toEqual([
      `${asked.id.slice(0, 8)}  a page, app.cyd.peer, of "Cyd" (not a contact) asks for load "cem.peer"; 43 s left`,
      '  trust   not verified',
      '  from    a page that is open here',
      '  before  7 requests, one question',
    ])
  })

  it('of a message says what it offers, and where that would go', () => {
    const about = { name: 'holiday', bytes: 2_097_152, path: null }
    const offered = { kind: 'folder', files: 40, into: 'Downloads' } as const
    const asked = knock('Cyd', { greeting: '', capability: 'file', about, page: { site: null, offered }, untilMs: noon + 43_000 })
    expect(describeKnock(asked, known, noon)).toEqual([
      `${asked.id.slice(0, 8)}  "Cyd" (not a contact) offers the folder "holiday", 2.0 MiB, 40 files; 43 s left`,
      '  trust  not verified',
      '  from   a message to you',
      '  saves  to Downloads; nothing is opened or run',
    ])
  })

  it('of a contact whose devices changed stops the eye', () => {
    const changed = { people: [{ ...bea, trust: 'changed' as const }], introducers: [] }
    const lines = describeKnock(knock('Bea', { through: peerIdOf('gone'), route: 'relayed' }), changed, noon)
    expect(lines.find((line) => line.includes('trust'))).toContain('CHANGED')
    expect(lines.find((line) => line.includes('from'))).toMatch(/relayed through 12D3…/)
  })
})

describe('the truth about a knock of ours', () => {
  it.each<[Partial<SentKnock>, string]>([
    [{ state: 'sending' }, 'Knocking at Bea…'],
    [{ state: 'asked', untilMs: noon + 43_000 }, 'Bea is being asked, 43 s left.'],
    [{ state: 'asked', untilMs: null }, 'Bea is being asked.'],
    [
      { state: 'asked', untilMs: noon + 43_000, quiet: true },
      'Bea is not to be disturbed now, and sees it when they look, 43 s left.',
    ],
    [{ state: 'working', workBits: 18 }, 'Bea is busy; doing the work that they ask for (18 bits)…'],
    [{ state: 'working', workBits: null }, 'Bea is busy; doing the work that they ask for…'],
    [{ state: 'busy', why: 'Try again later.' }, 'Bea is busy. Try again later.'],
    [
      { state: 'busy', workBits: 24 },
      'Bea is busy: a place at the door costs 24 bits of work, more than is done unasked.',
    ],
    [{ state: 'allowed', untilMs: null }, 'Bea let you in.'],
    [{ state: 'allowed', untilMs: noon + 60 * MINUTE }, 'Bea let you in until 13:00.'],
    [{ state: 'denied' }, 'Bea said no.'],
    [{ state: 'unanswered' }, 'Bea did not answer in time.'],
    [{ state: 'unreachable' }, 'Bea cannot be reached now.'],
    [{ state: 'silent' }, "There was no answer from Bea's device."],
    [{ state: 'cancelled' }, 'You stopped waiting for Bea.'],
  ])('%j', (changes, said) => {
    expect(sentence(sentKnock('Bea', changes), 'Bea', noon)).toBe(said)
  })
})

describe('in a few words', () => {
  it.each([
    [{ on: false, untilMs: null, contacts: true }, 'off'],
    [{ on: true, untilMs: noon, contacts: true }, 'off'],
    [{ on: true, untilMs: null, contacts: true }, 'on, contacts may disturb'],
    [{ on: true, untilMs: noon + 60 * MINUTE, contacts: false }, 'on until 13:00, nobody may disturb'],
  ])('do not disturb %j is %s', (quiet, text) => {
    expect(quietText(quiet, noon)).toBe(text)
  })

  it('a standing says when it is good again', () => {
    const standing = { score: 62, standing: 'throttled' as const, lowered: [], rates: [] }
    expect(standingOf({ ...standing, goodAtMs: noon + 8 * MINUTE }, noon)).toBe('throttled, good again in 8 min')
    expect(standingOf({ ...standing, goodAtMs: null }, noon)).toBe('throttled')
  })
})
