import { beforeEach, describe, expect, test } from 'vitest'
import { DecisionLog, type LogEntry } from '../../../src/main/features/door/log.ts'
import { DoorStore } from '../../../src/main/features/door/store.ts'
import { DoorTime } from '../../../src/main/features/door/time.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { AccountId, PeerId, RuleId } from '../../../src/shared/ids.ts'
import { nothingMore, type LogFilter } from '../../../src/shared/model/door.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const anna: LogEntry = {
  account: AccountId.parse(`k51${'a'.repeat(59)}`),
  peerId: PeerId.parse(`12D3KooW${'A'.repeat(44)}`),
  capability: 'contact',
  verdict: 'allow',
  why: 'a rule for this account',
  rule: null,
  by: 'rule',
  facts: { contact: false, groups: [], names: [], route: 'lan', through: null, about: nothingMore },
}
const refusalOf = (n: number): LogEntry => ({ ...anna, verdict: 'deny', why: `reason ${n}`, by: 'default' })

let clock: FakeClock
let database: Database
let log: DecisionLog

beforeEach(() => {
  clock = new FakeClock()
  database = openMemoryDatabase()
  log = open()
})

function open(): DecisionLog {
  return new DecisionLog(new DoorStore(database).database, new DoorTime(clock))
}

const persons = (n: number): LogEntry => ({ ...anna, by: 'person', why: `answer ${n}` })

describe('the log of decisions', () => {
  test('numbers its lines, gives them newest first, and is whole', async () => {
    for (let n = 1; n <= 5; n++) log.append(persons(n))
    expect(log.page({}, undefined, 2).map(({ seq }) => seq)).toEqual([5, 4])
    expect(log.page({}, 4, 10).map(({ seq }) => seq)).toEqual([3, 2, 1])
    expect(await log.verify()).toEqual({ outcome: 'whole', decisions: 5, head: log.page({}, undefined, 1)[0]?.hash })
  })

  test('goes on where it was after a restart', async () => {
    log.append(persons(1))
    log = open()
    expect(log.append(persons(2))?.seq).toBe(2)
    expect(await log.verify()).toMatchObject({ outcome: 'whole', decisions: 2 })
  })

  test('of no lines is whole', async () => {
    expect(await log.verify()).toEqual({ outcome: 'whole', decisions: 0, head: '' })
  })

  test.each([
    ['verdict', `UPDATE door_log SET verdict = 'deny' WHERE seq = 3`, 3],
    ['time', 'UPDATE door_log SET at_ms = at_ms + 1 WHERE seq = 3', 3],
    ['account', 'UPDATE door_log SET account = NULL WHERE seq = 3', 3],
    ['hash', `UPDATE door_log SET hash = '00' WHERE seq = 3`, 3],
    ['absence', 'DELETE FROM door_log WHERE seq = 3', 3],
    ['beginning', 'DELETE FROM door_log WHERE seq <= 3', 1],
    ['end', 'DELETE FROM door_log WHERE seq > 3', 4],
    ['order', 'UPDATE door_log SET seq = -seq WHERE seq IN (2, 3)', 2],
    ['facts', `UPDATE door_log SET facts = replace(facts, '"lan"', '"direct"') WHERE seq = 3`, 3],
    ['facts, which were taken out,', 'UPDATE door_log SET facts = NULL WHERE seq = 3', 3],
    ['facts, which are nonsense now,', `UPDATE door_log SET facts = '{' WHERE seq = 3`, 3],
  ])('shows that its %s was tampered with', async (_what, sql, firstBadSeq) => {
    for (let n = 1; n <= 5; n++) log.append(persons(n))
    database.prepare(sql).run()
    expect(await log.verify()).toMatchObject({ outcome: 'broken', firstBadSeq })
  })

  test('writes the same decision once a minute', () => {
    const wrote = (): boolean => log.append(anna) !== null
    expect([wrote(), wrote()]).toEqual([true, false])
    expect(log.append({ ...anna, capability: 'file' })).not.toBeNull()
    clock.jump(MINUTE)
    expect(wrote()).toBe(false)
  })

  test('writes it again for another size, path or name, as that is another decision', () => {
    const of = (about: object): LogEntry =>
      anna.facts === null ? anna : { ...anna, facts: { ...anna.facts, about: { ...nothingMore, ...about } } }
    const wrote = [{}, { bytes: 1 }, { bytes: 1 }, { path: '/a' }, { path: '/b' }, { path: '/b' }, { name: 'x' }]
    expect(wrote.map((about) => log.append(of(about)) !== null)).toEqual([true, true, false, true, true, false, true])
  })

  test('writes it again after that minute', async () => {
    log.append(anna)
    await clock.advance(MINUTE)
    expect(log.append(anna)).not.toBeNull()
  })

  test('writes every answer of a person, though it be the same', () => {
    expect([log.append(persons(1)), log.append(persons(1))]).not.toContain(null)
  })

  test('counts what strangers make it refuse too fast, and lists the rest', async () => {
    let listed = 0
    for (let n = 0; n < 10_000; n++) listed += log.append(refusalOf(n)) === null ? 0 : 1
    expect(listed).toBe(120)
    expect(log.append(anna)?.why).toBe('a rule for this account (9880 decisions before this one are not listed)')
    await clock.advance(2 * SECOND)
    expect(log.append(refusalOf(10_001))?.why).toBe('reason 10001')
  })

  test('cannot be pushed out by accounts made up for what is open to everybody', () => {
    for (let n = 0; n < 10_000; n++) {
      log.append({ ...anna, capability: 'lookup', why: `the default ${n}`, by: 'default' })
    }
    expect(log.page({}, undefined, 200)).toHaveLength(120)
  })

  test('drops its oldest lines at its bound, and the rest is whole from an anchor', async () => {
    log = new DecisionLog(database, new DoorTime(clock), 1_500)
    for (let n = 1; n <= 4_000; n++) log.append(persons(n))
    const checked = await log.verify()
    expect(checked).toMatchObject({ outcome: 'whole', decisions: 1_500 })
    expect(log.page({}, undefined, 4_000).at(-1)?.seq).toBe(2_501)
    expect(await open().verify()).toEqual(checked)
  })

  test('tells what becomes of a contact, whatever strangers do meanwhile', () => {
    for (let n = 0; n < 1_000; n++) log.append(refusalOf(n))
    const contact = { ...refusalOf(1), account: AccountId.parse(`k51${'b'.repeat(59)}`) }
    const facts = anna.facts === null ? null : { ...anna.facts, contact: true }
    expect(log.append({ ...contact, facts })).not.toBeNull()
  })

  test('is not pushed out by one account that asks for a thousand paths, but tells more of it where it should', () => {
    const visits = (verdict: LogEntry['verdict']): number =>
      Array.from({ length: 10_000 }, (_, n) => log.append({ ...anna, verdict, why: `path ${n}` })).filter(Boolean).length
    expect(visits('allow')).toBe(300)
    expect(visits('allow-and-tell')).toBe(1_000)
  })
})

describe('of the log', () => {
  const bea = AccountId.parse(`k51${'b'.repeat(59)}`)
  const rule = RuleId.parse('a'.repeat(26))

  beforeEach(async () => {
    log.append({ ...persons(1), why: 'answered: allow 100% of_it' })
    await clock.advance(MINUTE)
    log.append({ ...anna, account: bea, capability: 'file', rule })
    await clock.advance(MINUTE)
    log.append({ ...anna, account: null, verdict: 'deny', by: 'limit', why: 'no account was proven' })
  })

  const start = Date.UTC(2026, 0, 1)
  test.each<[string, LogFilter, number[]]>([
    ['everything', {}, [3, 2, 1]],
    ['an account', { account: bea }, [2]],
    ['a capability', { capability: 'contact' }, [3, 1]],
    ['a verdict', { verdict: 'deny' }, [3]],
    ['who decided', { by: 'person' }, [1]],
    ['a rule', { rule }, [2]],
    ['a time on', { sinceMs: start + MINUTE }, [3, 2]],
    ['a time until', { untilMs: start + MINUTE }, [2, 1]],
    ['a minute', { sinceMs: start + MINUTE, untilMs: start + MINUTE }, [2]],
    ['two things at once', { account: bea, verdict: 'deny' }, []],
    ['words of the reason', { text: 'ACCOUNT was' }, [3]],
    ['the beginning of an account', { text: 'k51b' }, [2]],
    ['the middle of an account', { text: 'bbb' }, []],
    ['the beginning of a peer', { text: '12D3KooWA' }, [3, 2, 1]],
    ['no words', { text: '' }, [3, 2, 1]],
    ['a per cent sign', { text: '0% ' }, [1]],
    ['a per cent sign that would stand for anything', { text: 'ans%of' }, []],
    ['an underline', { text: 'of_it' }, [1]],
    ['an underline that would stand for any letter', { text: 'o_f' }, []],
    ['a backslash', { text: '\\' }, []],
    ['a quote', { text: "' OR 1=1 --" }, []],
  ])('%s can be asked for', (_what, filter, seqs) => {
    expect(log.page(filter, undefined, 10).map(({ seq }) => seq)).toEqual(seqs)
    expect(log.page(filter, 2, 10).map(({ seq }) => seq)).toEqual(seqs.filter((seq) => seq < 2))
    expect(log.page(filter, undefined, 1).map(({ seq }) => seq)).toEqual(seqs.slice(0, 1))
  })
})
