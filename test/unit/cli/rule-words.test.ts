import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addCommand } from '../../../src/cli/door/rule-command.ts'
import { change, check, usual, type Acquaintances, type RuleWords } from '../../../src/cli/door/rule-words.ts'
import { anyMatch, type RuleDraft } from '../../../src/shared/model/door.ts'
import { HOUR, MiB } from '../../../src/shared/units.ts'
import { accountOf } from '../../gallery/ids.ts'
import { knock, person } from '../../gallery/people.ts'
import { rule } from '../../gallery/scenes/door.ts'

const noon = new Date(2026, 10, 20, 12, 0).getTime()
const known: Acquaintances = {
  people: [
    person('Bea'),
    person('Cyd', { petname: null }),
    person('contact'),
    person("O'Hara $(reboot)"),
    person('Two'),
    person('Two again', { petname: 'Two' }),
  ],
  knocks: [knock('Dee', { ledgerName: { name: 'dee.peer', sinceMs: 1 } })],
  rules: [rule('Eve', { who: { kind: 'name', name: 'eve.peer', account: accountOf('Eve') } })],
}
const draft = ({ verdict = 'allow', capability = 'file', ...words }: RuleWords = {}, who = 'anyone'): RuleDraft =>
  change(usual, { ...words, verdict, capability, who }, known, noon)

describe('whom a rule is about', () => {
  it.each([
    ['contact', { kind: 'contact' }],
    ['lan', { kind: 'lan' }],
    ['relayed', { kind: 'relayed' }],
    ['unknown', { kind: 'unknown' }],
    ['anyone', { kind: 'anyone' }],
    ['tag:family', { kind: 'group', group: 'family' }],
    ['tag: close friends ', { kind: 'group', group: 'close friends' }],
    ['name:dee.peer', { kind: 'name', name: 'dee.peer', account: accountOf('Dee') }],
    ['name:eve.peer', { kind: 'name', name: 'eve.peer', account: accountOf('Eve') }],
    ['name:bea.peer=bea', { kind: 'name', name: 'bea.peer', account: accountOf('Bea') }],
    ['bea', { kind: 'account', account: accountOf('Bea') }],
    [accountOf('nobody met'), { kind: 'account', account: accountOf('nobody met') }],
  ])('%s', (text, who) => {
    expect(draft({}, text).who).toEqual(who)
  })

  it.each([
    ['tag:', 'A tag has 1 to 32 characters'],
    ['tag:a\u202eb', 'A tag has 1 to 32 characters'],
    ['name:alice', '"alice" is no name on the ledger: name:alice.peer.'],
    ['name:bea.peer', 'Nobody known here owns bea.peer; say who does: name:bea.peer=<who>.'],
    ['Zed', 'There is no person of the name or id "Zed".'],
    ['two', '"two" fits more than one person'],
  ])('%j is nobody, and it is said why', (text, said) => {
    expect(() => draft({}, text)).toThrow(said)
  })
})

describe('a rule in words', () => {
  it('is as usual where nothing is said', () => {
    expect(draft()).toEqual({
      verdict: 'allow',
      who: { kind: 'anyone' },
      capability: 'file',
      match: anyMatch,
      until: { kind: 'forever' },
      priority: 0,
      note: '',
    })
  })

  it('takes sizes, a path, a rate, an end, a priority and a note', () => {
    const bounds = { maxSize: '16MiB', minSize: '1kB', path: '/notes', perHour: '5' }
    expect(draft({ ...bounds, until: '12h', priority: '-5', note: 'n' })).toMatchObject({
      match: { maxBytes: 16 * MiB, minBytes: 1000, path: '/notes', perHour: 5 },
      until: { kind: 'time', untilMs: noon + 12 * HOUR },
      priority: -5,
      note: 'n',
    })
    expect(draft({ until: '2026-12-01 18:00' }).until).toEqual({
      kind: 'time',
      untilMs: new Date(2026, 11, 1, 18, 0).getTime(),
    })
  })

  it.each<[RuleWords, string]>([
    [{ verdict: 'perhaps' }, '"perhaps" is no verdict: allow, allow-and-tell, ask, deny, ignore.'],
    [{ capability: 'tea' }, '"tea" is no capability: '],
    [{ maxSize: 'big' }, '--max-size takes a size such as 16MiB, 500kB or 4096.'],
    [{ minSize: '2kB', maxSize: '1kB' }, '--min-size is above --max-size'],
    [{ path: '' }, '--path takes a path such as /notes, or any.'],
    [{ path: 'x'.repeat(513) }, '--path takes a path'],
    [{ perHour: '0' }, '--per-hour takes a number from 1 to 10000, or any.'],
    [{ perHour: '1.5' }, '--per-hour takes a number'],
    [{ perHour: '5', verdict: 'deny' }, '--per-hour goes with allow and allow-and-tell.'],
    [{ until: 'later' }, '--until takes forever, quit, once, '],
    [{ until: '2020-01-01' }, '--until: 2020-01-01 is over already.'],
    [{ priority: '101' }, '--priority takes a whole number from -100 to 100.'],
    [{ priority: '' }, '--priority takes'],
    [{ note: 'n'.repeat(201) }, '--note takes at most 200 characters.'],
  ])('%j is wrong, and what is right is said', (words, said) => {
    expect(() => draft(words)).toThrow(said)
  })

  it('is looked at before anybody is asked for names', () => {
    expect(() => check({ who: 'Zed', until: '1h' }, noon)).not.toThrow()
    expect(() => check({ who: 'Zed', until: 'later' }, noon)).toThrow('--until takes')
  })

  it('that is changed keeps what is not named, and "any" takes a bound away', () => {
    const old = rule('Bea', { match: { ...anyMatch, maxBytes: MiB, path: '/a' }, note: 'kept', priority: 7 })
    const changed = change(old, { maxSize: 'any', until: '1h' }, known, noon)
    expect(changed).toEqual({
      verdict: old.verdict,
      who: old.who,
      capability: old.capability,
      match: { ...anyMatch, path: '/a' },
      until: { kind: 'time', untilMs: noon + HOUR },
      priority: 7,
      note: 'kept',
    })
  })
})

describe('the command for a rule', () => {
  it('names a contact only where the name means them, and nobody by their own words', () => {
    const of = (name: string): string =>
      addCommand({ ...draft(), who: { kind: 'account', account: accountOf(name) } }, known.people)
    expect(of('Bea')).toBe('latch door rule add allow Bea file')
    for (const name of ['Cyd', 'contact', 'Two', "O'Hara $(reboot)"]) expect(of(name)).toContain(` ${accountOf(name)} `)
  })

  it('copied into a shell is the same rule', () => {
    const bytes = fc.option(fc.integer({ min: 0, max: 2 ** 40 }))
    const word = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/[\0\ufffd]/.test(text) && text !== 'any')
    const name = fc.option(word)
    const match = { name, minBytes: fc.constant(null), maxBytes: bytes, path: fc.option(word), perHour: fc.constant(null) }
    const drafts = fc.record<RuleDraft>({
      verdict: fc.constantFrom('allow', 'allow-and-tell'),
      capability: fc.constantFrom('file', 'anything', 'app:chess'),
      who: fc.constantFrom(
        { kind: 'anyone' },
        { kind: 'account', account: accountOf('Bea') },
        { kind: 'account', account: accountOf('Cyd') },
        { kind: 'group', group: "it's $HOME" },
        { kind: 'name', name: 'dee.peer', account: accountOf('Dee') },
      ),
      match: fc.record(match),
      until: fc.constantFrom({ kind: 'forever' }, { kind: 'quit' }, { kind: 'time', untilMs: noon + 12_345 }),
      priority: fc.integer({ min: -100, max: 100 }),
      note: fc.string({ maxLength: 20 }).filter((text) => !text.includes('\0')),
    })
    const seed = Date.now()
    const all = fc.sample(drafts, { seed, numRuns: 100 })
    const printed = (one: RuleDraft): string =>
      addCommand(one, known.people).replace('latch', String.raw`printf '%s\0'`)
    const script = all.map(printed).join('\n')
    const words = execFileSync('sh', ['-s'], { input: `${script}\n`, encoding: 'utf8' }).split('\0')
    for (const one of all) {
      const next = words.indexOf('door', 1)
      const command = words.splice(0, next === -1 ? words.length - 1 : next)
      const [, , , verdict = '', who = '', capability = '', ...options] = command
      expect(change(usual, { ...optionsOf(options), verdict, who, capability }, known, noon), `seed ${seed}`).toEqual(one)
    }
  })
})

/** `--max-size 5` as `{ maxSize: '5' }`. */
function optionsOf(words: readonly string[]): RuleWords {
  const camel = (option: string): string =>
    option.slice(2).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const pairs = Array.from({ length: words.length / 2 }, (_, at) => [camel(words[2 * at] ?? ''), words[2 * at + 1]])
  return Object.fromEntries(pairs) as RuleWords
}
