import { expect, test } from 'vitest'
import { newest, page } from '../../bench/page.ts'
import type { Run } from '../../bench/run.ts'

const suites = { start: { about: 'How long a start takes.' }, sites: { about: 'Pages.' } }

function run(suite: string, at: string, p50: number | null): Run {
  const summary = { count: 3, p50, p95: 2, p99: 3, min: 1, max: 3 }
  const figure = { suite, what: 'first | byte', unit: 'ms', summary, against: { name: 'HTTPS', ratio: 1.104 }, goal: '≤ 2 ms' }
  const machine = '2 × processor, 8 GiB, linux-x64'
  return { suite, at, commit: 'abc1234', machine, runtime: 'Node v24', load: { before: 0.1, after: 1.2 }, figures: [figure] }
}

test('of each suite the newest run is kept, in the order of the suites, and of no others', () => {
  const runs = [run('sites', '2026-11-20T08:00', 1), run('old', '2026-11-21T08:00', 1), run('start', '2026-11-19T08:00', 2), run('sites', '2026-11-21T07:00', 3)]
  expect(newest(runs, Object.keys(suites)).map(({ suite, at }) => `${suite} ${at}`)).toEqual(['start 2026-11-19T08:00', 'sites 2026-11-21T07:00'])
})

test('a section says the command, the machine and the day, and a row the figures with their unit and their peer', () => {
  const text = page([run('sites', '2026-11-21T07:00', 12.34)], suites)
  expect(text).toContain('## sites\n\nPages. `npm run bench -- sites`')
  expect(text).toContain('2026-11-21 07:00 UTC, of abc1234; 2 × processor, 8 GiB, linux-x64; Node v24; load 0.1 before, 1.2 after.')
  expect(text).toContain('| first \\| byte | 12.3 ms | 2.00 ms | 3.00 ms | 3 | 1.10 × HTTPS | ≤ 2 ms |')
  expect(text).not.toContain('## start')
})

test('what the system does not tell is a dash', () => {
  expect(page([run('start', '2026-11-21T07:00', null)], suites)).toContain('| – | 2.00 ms |')
})
