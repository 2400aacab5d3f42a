import { describe, expect, it } from 'vitest'
import { filterOf, type LogNames, type LogWords } from '../../../src/cli/door/log-words.ts'
import { accountOf, peerIdOf, ruleIdOf } from '../../gallery/ids.ts'
import { person } from '../../gallery/people.ts'
import { rule } from '../../gallery/scenes/door.ts'

const noon = new Date(2026, 10, 20, 12, 0).getTime()
const names: LogNames = { people: [person('Bea')], rules: [rule('Bea')] }

describe('a filter of the log', () => {
  it.each<[LogWords, object]>([
    [{}, {}],
    [{ who: 'bea' }, { account: accountOf('Bea') }],
    [{ who: accountOf('gone') }, { account: accountOf('gone') }],
    [{ who: peerIdOf('Bea') }, { text: peerIdOf('Bea') }],
    [{ for: 'app:chess' }, { capability: 'app:chess' }],
    [{ verdict: 'deny', by: 'limit' }, { verdict: 'deny', by: 'limit' }],
    [{ since: '1h' }, { sinceMs: noon - 3_600_000 }],
    [{ since: '9999w' }, { sinceMs: 0 }],
    [{ since: '2026-11-01', until: '09:00' }, { sinceMs: new Date(2026, 10, 1).getTime(), untilMs: noon - 10_800_000 }],
    [{ text: 'a rule' }, { text: 'a rule' }],
    [{ rule: ruleIdOf('Bea').slice(0, 6) }, { rule: ruleIdOf('Bea') }],
    [{ rule: ruleIdOf('removed') }, { rule: ruleIdOf('removed') }],
  ])('%j', (words, filter) => {
    expect(filterOf(words, names, noon)).toEqual(filter)
  })

  it.each<[LogWords, string]>([
    [{ who: 'Zed' }, 'There is no person of the name or id "Zed".'],
    [{ for: 'anything' }, '"anything" is no capability: '],
    [{ verdict: 'no' }, '"no" is no verdict: '],
    [{ by: 'me' }, '--by takes rule, person, timeout, limit, default, token.'],
    [{ since: 'then' }, '--since takes a time such as 1h (ago) or 18:00, or a date '],
    [{ until: 'then' }, '--until takes a time'],
    [{ since: '1h', until: '2h' }, '--since is after --until'],
    [{ text: 'x'.repeat(201) }, '--text takes at most 200 characters.'],
    [{ rule: 'zzzz' }, 'There is no rule of the name or id "zzzz".'],
  ])('%j is wrong, and what is right is said', (words, said) => {
    expect(() => filterOf(words, names, noon)).toThrow(said)
  })

  it('is looked at before anybody is asked for names', () => {
    expect(filterOf({ who: 'Zed', by: 'rule' }, null, noon)).toEqual({ by: 'rule' })
    expect(() => filterOf({ who: 'Zed', by: 'me' }, null, noon)).toThrow('--by takes')
  })
})
