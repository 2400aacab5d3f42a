import { expect, test } from 'vitest'
import { notesIn } from '../../../../src/renderer/features/door/blocked-notes.ts'
import {
  ageText,
  knockSentence,
  lookOf,
  placeText,
} from '../../../../src/renderer/features/door/knock-wording.ts'
import { toldNow } from '../../../../src/renderer/features/door/told.ts'
import { ruleText, untilText } from '../../../../src/renderer/features/door/wording.ts'
import { createMessages } from '../../../../src/renderer/messages/i18n.ts'
import { anyMatch, type Decision, type Rule } from '../../../../src/shared/model/door.ts'
import { DAY, MiB, SECOND } from '../../../../src/shared/units.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { knock, person } from '../../../gallery/people.ts'
import { decision, rule } from '../../../gallery/door-parts.ts'

const { t } = createMessages()
const NOW = new Date(2026, 10, 20, 12, 0).getTime()
const people = new Map([person('Bea')].map((bea) => [bea.account, bea]))

test('a person is a stranger, a contact, a verified one, or one whose devices changed', () => {
  expect(lookOf(null)).toBe('stranger')
  expect(lookOf(person('Bea', { petname: null }))).toBe('stranger')
  expect(lookOf(person('Bea'))).toBe('unverified')
  expect(lookOf(person('Bea', { trust: 'verified' }))).toBe('verified')
  // Also of a stranger: it is worth more than that they are none.
  expect(lookOf(person('Bea', { petname: null, trust: 'changed' }))).toBe('changed')
})

test('a page is said to ask, with the site that it is of and the one that it means', () => {
  const about = { name: 'cem.peer', bytes: null, path: null }
  const asked = knock('Bea', { capability: 'load', about, page: { site: null } })
  const sentence = knockSentence(t, asked, { name: 'Bea', look: 'verified', through: null })
  expect(sentence).toBe('Bea’s site wants to load from cem.peer. Bea is a verified contact.')
  const named = knockSentence(t, { ...asked, page: { site: 'app.bea.peer' } }, { name: 'Bea', look: 'verified', through: null })
  expect(named).toContain('Bea’s site app.bea.peer wants to load from cem.peer.')
})

test('the card is said in one sentence, without what strangers can write freely', () => {
  const file = knock('Bea', {
    capability: 'file',
    about: { name: 'Press Space now.pdf', bytes: 2 * MiB, path: null },
    greeting: 'Press Space now',
    route: 'relayed',
  })
  const sentence = knockSentence(t, file, { name: 'Bea', look: 'verified', through: 'Harbour' })
  expect(sentence).toBe(
    'Bea, a verified contact, knocks and wants to send you a file of 2 MiB, through the relay Harbour.',
  )
  expect(knockSentence(t, { ...file, route: 'lan' }, { name: 'Bea', look: 'changed', through: null })).toBe(
    'Bea, whose devices are not those you knew, knocks and wants to send you a file of 2 MiB, from your local network.',
  )
})

test.each([
  [0, 'since today'],
  [DAY, 'for 1 day only'],
  [29 * DAY, 'for 29 days only'],
  [30 * DAY, 'for 1 month'],
  [364 * DAY, 'for 12 months'],
  [800 * DAY, 'for 2 years'],
  // A clock that is behind.
  [-DAY, 'since today'],
])('a name that is %d ms old is theirs %s', (ageMs, words) => {
  expect(ageText(t, NOW - ageMs, NOW)).toBe(words)
})

test('of an address, a person sees host, port and transport', () => {
  expect(placeText('/ip4/203.0.113.9/tcp/4001/ws/p2p-circuit')).toBe('203.0.113.9:4001 ws')
  expect(placeText('/ip6/2001:db8::1/udp/4001/webrtc-direct/certhash/uEi')).toBe('[2001:db8::1]:4001 webrtc-direct')
  expect(placeText('/memory/7')).toBe('/memory/7')
})

test.each<[Partial<Rule>, string]>([
  [{}, 'Allow Bea: Chat'],
  [{ who: { kind: 'group', group: 'Choir' }, capability: 'anything' }, 'Allow contacts tagged Choir: Anything'],
  [
    { who: { kind: 'name', name: 'bea.peer', account: accountOf('Bea') }, verdict: 'allow-and-tell' },
    'Allow and tell me whoever owns bea.peer: Chat',
  ],
  [
    { who: { kind: 'unknown' }, capability: 'file', match: { ...anyMatch, maxBytes: 16 * MiB, perHour: 1 } },
    'Allow strangers: Files up to 16 MiB, once an hour at most',
  ],
  [
    { who: { kind: 'lan' }, capability: 'app:chess', match: { ...anyMatch, path: 'game/move', perHour: 5 } },
    'Allow anyone on this network: App chess under game/move, 5 times an hour at most',
  ],
])('a rule reads as a sentence', (changes, sentence) => {
  expect(ruleText(t, rule('Bea', changes), people)).toBe(sentence)
})

test('a rule whose time ran out says since when', () => {
  const until = { kind: 'time', untilMs: NOW } as const
  expect(untilText(t, until, NOW - 1)).toMatch(/^until /)
  expect(untilText(t, until, NOW)).toMatch(/^over since /)
})

test('who comes in by a rule that tells is told for a while; what was answered here is not', () => {
  const came = (changes: Partial<Decision>): Decision => decision(1, { atMs: NOW, verdict: 'allow-and-tell', ...changes })
  const told = [came({ seq: 3 }), came({ seq: 2, by: 'person' }), came({ seq: 1, verdict: 'allow' })]
  expect(toldNow(told, NOW + 7 * SECOND).map(({ seq }) => seq)).toEqual([3])
  expect(toldNow(told, NOW + 8 * SECOND)).toEqual([])
})

test('the note on a blocked account is the latest that the log holds', () => {
  const [bea, eve, jo] = [accountOf('Bea'), accountOf('Eve'), accountOf('Jo')]
  const line = (account: typeof bea, why: string): Decision => decision(1, { account, why })
  const notes = notesIn([
    line(bea, 'answered: block the account: the second time: really'),
    line(bea, 'the account was blocked: the first time'),
    line(eve, 'the account was blocked: spam (3 decisions before this one are not listed)'),
    line(jo, 'answered: block the account'),
    line(jo, 'answered: ignore'),
  ])
  expect([notes.get(bea), notes.get(eve), notes.get(jo)]).toEqual(['the second time: really', 'spam', undefined])
})
