import { expect, test } from 'vitest'
import {
  askOf,
  exportedLines,
  filterOf,
  isWanted,
  isWhole,
  wholeLog,
  type LogAsk,
} from '../../../../src/renderer/features/door/log-filter.ts'
import { Decision, LogFilter } from '../../../../src/shared/model/door.ts'
import { HOUR } from '../../../../src/shared/units.ts'
import { accountOf, peerIdOf, ruleIdOf } from '../../../gallery/ids.ts'
import { decision } from '../../../gallery/door-parts.ts'

const NOW = 1_790_000_000_000
const ask = (changes: Partial<LogAsk>): LogFilter => filterOf({ ...wholeLog, ...changes })

test('fields that ask for nothing are left out of what is asked', () => {
  expect(filterOf(wholeLog)).toEqual({})
  expect(isWhole(filterOf({ ...wholeLog, text: '  ' }))).toBe(true)
  const all = ask({ text: ' x ', account: accountOf('Bea'), capability: 'file', verdict: 'deny', by: 'rule' })
  expect(LogFilter.parse(all)).toEqual(all)
  expect(all).toMatchObject({ text: 'x', by: 'rule' })
})

test('the last hour is that before it was chosen, and does not move on', () => {
  expect(ask({ time: 'hour', askedMs: NOW })).toEqual({ sinceMs: NOW - HOUR })
})

test('between two dates, either may be left open', () => {
  expect(ask({ time: 'between' })).toEqual({})
  const since = new Date(2026, 10, 20, 8, 0).getTime()
  expect(ask({ time: 'between', since: '2026-11-20T08:00' })).toEqual({ sinceMs: since })
  expect(ask({ time: 'between', until: '2026-11-20T08:00' })).toEqual({ untilMs: since })
  // What was chosen before stands in its fields, and asks for nothing.
  expect(ask({ time: 'any', since: '2026-11-20T08:00' })).toEqual({})
})

test('a link that leads to the log asks for what it is about, and for nothing else', () => {
  expect(filterOf(askOf({ rule: ruleIdOf('Bea') }))).toEqual({ rule: ruleIdOf('Bea') })
  expect(filterOf(askOf({ account: accountOf('Bea') }))).toEqual({ account: accountOf('Bea') })
})

test('what is decided meanwhile belongs to what is shown as the node would say', () => {
  const made = decision(7, {
    account: accountOf('Bea'),
    peerId: peerIdOf('Bea'),
    capability: 'file',
    verdict: 'deny',
    why: 'A rule for strangers',
    rule: ruleIdOf('Bea'),
    atMs: NOW,
  })
  const wanted = (filter: LogFilter): boolean => isWanted(made, filter)
  expect(wanted({})).toBe(true)
  expect(wanted({ account: accountOf('Bea'), capability: 'file', verdict: 'deny', by: 'rule' })).toBe(true)
  expect(wanted({ account: accountOf('Jo') })).toBe(false)
  expect(wanted({ rule: ruleIdOf('Jo') })).toBe(false)
  expect([wanted({ sinceMs: NOW }), wanted({ sinceMs: NOW + 1 })]).toEqual([true, false])
  expect([wanted({ untilMs: NOW }), wanted({ untilMs: NOW - 1 })]).toEqual([true, false])
  expect([wanted({ text: 'STRANGERS' }), wanted({ text: 'friends' })]).toEqual([true, false])
  expect(wanted({ text: accountOf('Bea').slice(0, 12) })).toBe(true)
  expect(wanted({ text: accountOf('Bea').slice(3, 12) })).toBe(false)
})

test('each exported line is a whole decision with its hash', () => {
  const lines = exportedLines([decision(1), decision(2)]).split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.map((line) => Decision.parse(JSON.parse(line)).seq)).toEqual([1, 2])
})
