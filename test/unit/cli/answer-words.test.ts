import { describe, expect, it } from 'vitest'
import { allowanceOf, answered, refusalOf, type AnswerOptions } from '../../../src/cli/door/answer-words.ts'
import { wantedShort } from '../../../src/cli/door/texts.ts'
import { nothingMore } from '../../../src/shared/model/door.ts'
import { MiB } from '../../../src/shared/units.ts'
import { knock } from '../../gallery/people.ts'

const noon = new Date(2026, 10, 20, 12, 0).getTime()
const six = new Date(2026, 10, 20, 18, 0).getTime()

describe('how long an answer holds', () => {
  it.each<[AnswerOptions, unknown]>([
    [{}, 'once'],
    [{ once: true }, 'once'],
    [{ connection: true }, 'connection'],
    [{ session: true }, 'quit'],
    [{ always: true }, 'forever'],
    [{ for: '6h' }, { untilMs: six }],
    [{ until: '18:00' }, { untilMs: six }],
    [{ until: '2026-11-20 18:00' }, { untilMs: six }],
    [{ until: new Date(six).toISOString() }, { untilMs: six }],
  ])('%j', (options, until) => {
    expect(allowanceOf(options, noon)).toEqual({ verdict: 'allow', until, scope: 'capability', tell: false })
  })

  it.each<[AnswerOptions, string]>([
    [{ once: true, always: true }, 'Say one of --once and --always.'],
    [{ for: '1h', until: '18:00' }, 'Say one of --for and --until.'],
    [{ for: 'long' }, '--for takes a time such as 30m, 1h or 7d.'],
    [{ until: 'late' }, '--until takes a date such as "2026-12-01 18:00", 18:00, or ISO 8601 with its zone.'],
    [{ until: '2026-11-19 18:00' }, '--until: 2026-11-19 18:00 is over already.'],
    [{ scope: 'all' }, '--scope takes this, capability, everything.'],
  ])('%j is wrong, and what is right is said', (options, said) => {
    expect(() => allowanceOf(options, noon)).toThrow(said)
  })

  it('a no for once makes no rule, and so has no scope', () => {
    expect(refusalOf({ silently: true }, noon)).toEqual({
      verdict: 'deny',
      until: 'once',
      scope: 'capability',
      silently: true,
    })
    expect(refusalOf({ always: true, scope: 'everything' }, noon)).toMatchObject({ scope: 'everything' })
    expect(() => refusalOf({ scope: 'everything' }, noon)).toThrow('--scope goes with --session')
  })
})

describe('what an answer did', () => {
  const file = knock('Bea', {
    capability: 'file',
    about: { name: 'holiday.jpg', bytes: 2 * MiB, path: null },
    undoUntilMs: noon + 10_000,
  })
  const undo = `\`latch door undo ${file.id.slice(0, 8)}\` within 10 s takes it back.`
  const everything = { tellKnockers: 'everything' } as const
  const said = (answer: Parameters<typeof answered>[1], tellKnockers: 'everything' | 'yes' = 'everything'): string =>
    answered(file, answer, 'Bea', { tellKnockers }, noon)

  it.each([
    [
      allowanceOf({ until: '18:00', tell: true }, noon),
      'Bea may send you files until 18:00; you will be told each time.',
    ],
    [allowanceOf({ scope: 'this' }, noon), 'Bea may send you files called "holiday.jpg" of up to 2.0 MiB, once.'],
    [allowanceOf({ tell: true }, noon), 'Bea may send you files, once; you will be told of it.'],
    [allowanceOf({ connection: true }, noon), 'Bea may send you files as long as this connection lasts.'],
    [allowanceOf({ session: true }, noon), 'Bea may send you files until this node stops.'],
    [allowanceOf({ always: true, scope: 'everything' }, noon), 'Bea may come in for anything, from now on.'],
    [
      refusalOf({ always: true, scope: 'this' }, noon),
      'Bea may not send you files called "holiday.jpg" of exactly 2.0 MiB, from now on; they are told.',
    ],
    [refusalOf({}, noon), 'Denied Bea, once, without a rule; they are told.'],
    [refusalOf({ always: true }, noon), 'Bea may not send you files, from now on; they are told.'],
    [
      refusalOf({ session: true, silently: true }, noon),
      'Bea may not send you files until this node stops; ' +
        'they are not told: to them it looks as if nobody had answered.',
    ],
    [{ verdict: 'ignore' } as const, 'Nothing is said to Bea, as if nobody were at home, until this node stops.'],
    [{ verdict: 'block', note: '' } as const, 'Bea is blocked: nothing of theirs reaches you, and they are not told.'],
  ])('%j', (answer, sentence) => {
    expect(said(answer)).toBe(`${sentence} ${undo}`)
  })

  it('is not said to have been told where nobody is told a no', () => {
    expect(said(refusalOf({}, noon), 'yes')).toContain('they are not told')
  })

  it('cannot be taken back later, and is not said to be', () => {
    const late = answered(file, { verdict: 'ignore' }, 'Bea', everything, noon + 10_000)
    expect(late).not.toContain('undo')
  })

  it.each([
    [knock('Bea'), 'write to you'],
    [knock('Bea', { capability: 'visit', about: { name: null, bytes: null, path: '/notes' } }), 'visit your sites under /notes'],
    [knock('Bea', { capability: 'visit' }), 'visit your sites'],
    [knock('Bea', { capability: 'relay' }), 'use this device as a relay'],
    [knock('Bea', { capability: 'hold-mail' }), 'have mail held on this device'],
    [knock('Bea', { capability: 'lookup' }), 'look up names on this device'],
    [knock('Bea', { capability: 'exit' }), 'open the web through this device'],
    [knock('Bea', { capability: 'exit', about: { ...nothingMore, name: 'example.org' } }), 'open example.org through this device'],
    [knock('Bea', { capability: 'load', about: { ...nothingMore, name: 'cem.peer' } }), 'have pages load from cem.peer'],
    [knock('Bea', { capability: 'app:chess' }), 'use the app chess'],
    [
      knock('Bea', { capability: 'app:chess', about: { name: null, bytes: null, path: 'move' } }),
      'make the request move to the app chess',
    ],
  ])('names what it was about', (asked, deed) => {
    const answer = allowanceOf({ scope: 'this' }, noon)
    expect(answered(asked, answer, 'Bea', everything, noon)).toBe(`Bea may ${deed}, once.`)
  })
})

describe('what was asked for, in a column', () => {
  const hundreds = 'x'.repeat(300)

  it('is no wider than a stranger may make it', () => {
    const shown = wantedShort('visit', { name: null, bytes: null, path: `/secret/${hundreds}` })
    expect(shown).toMatch(/^visit \/secret\/x+…$/)
    expect(shown.length).toBeLessThan(48)
    expect(wantedShort('file', { name: `${hundreds}.txt`, bytes: 2 * MiB, path: null })).toMatch(/^file "x+…", 2\.0 MiB$/)
  })

  it('is whole where it is short, and where nothing was kept of it', () => {
    expect(wantedShort('file', { name: 'holiday.jpg', bytes: 2 * MiB, path: null })).toBe('file "holiday.jpg", 2.0 MiB')
    expect(wantedShort('file', undefined)).toBe('file')
  })
})
