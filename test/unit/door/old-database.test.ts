import { beforeEach, expect, test } from 'vitest'
import { DecisionLog } from '../../../src/main/features/door/log.ts'
import { migrations } from '../../../src/main/features/door/migrations.ts'
import { DoorStore } from '../../../src/main/features/door/store.ts'
import { DoorTime } from '../../../src/main/features/door/time.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { anyMatch, nothingMore, type DecisionFacts } from '../../../src/shared/model/door.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

/*
 * A database as version 0.2 left it: its tables by its own step, its records and the hashes of its log as that version
 * wrote them. None of these may change here.
 */

const account = AccountId.parse(`k51${'a'.repeat(59)}`)
const peerId = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)
const id = 'abcdefghijklmnopqrstuvwxyz'
const nowMs = Date.UTC(2026, 0, 1)

const hashes = [
  '14a23501471dca6c3d764363b108a40aad9ab7a025994f39fe6a0c5c2c2cd7dd',
  '2963a9b44dd101ca8af60ae75099807e0a554a53183c687c4f71a9b1a71f7439',
  'd2a9a00700fc254ac422863be84ec2e9e3a457053b5b0281f0a1f362861995d9',
]
const lines = [
  { verdict: 'ask', why: 'the default for contact', by: 'default', account },
  { verdict: 'allow', why: 'answered: allow, once', by: 'person', account },
  { verdict: 'deny', why: 'no account was proven', by: 'limit', account: null },
]

const knock = {
  id,
  account,
  peerId,
  claimedName: 'Anna',
  capability: 'contact',
  greeting: 'hello',
  route: 'direct',
  address: '/ip4/192.0.2.1/tcp/1',
  receivedMs: nowMs,
  untilMs: nowMs,
  requests: 1,
  before: 0,
  state: 'missed',
  answeredMs: null,
  undoUntilMs: null,
}
const sent = {
  id,
  peerId,
  account,
  capability: 'contact',
  greeting: '',
  sentMs: nowMs,
  state: 'asked',
  untilMs: nowMs,
  why: 'A person is being asked.',
}
const rule = {
  id,
  enabled: true,
  priority: 0,
  who: { kind: 'account', account },
  capability: 'contact',
  verdict: 'allow',
  until: { kind: 'forever' },
  note: '',
  origin: 'prompt',
  createdMs: nowMs,
  lastHitMs: null,
  hits: 0,
}
const verdict = { id, peerId, capability: 'contact', seq: 1, outcome: 'allowed', until: 'forever', atMs: nowMs }

let database: Database
let clock: FakeClock

beforeEach(() => {
  clock = new FakeClock(nowMs)
  database = openMemoryDatabase()
  database.migrate('door', migrations.slice(0, 1))
  for (const [at, { verdict: said, why, by, account: whose }] of lines.entries()) {
    database
      .prepare('INSERT INTO door_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(at + 1, nowMs, whose, peerId, 'contact', said, why, null, by, hashes[at])
  }
  const put = (sql: string, ...values: unknown[]): unknown => database.prepare(sql).run(...values)
  put('INSERT INTO door_rules VALUES (?, ?)', id, JSON.stringify(rule))
  const received = JSON.stringify({ knock, callers: [{ peerId, id }], told: 1 })
  put('INSERT INTO door_received VALUES (?, ?, ?, ?)', id, account, nowMs, received)
  put('INSERT INTO door_sent VALUES (?, ?, ?)', id, nowMs, JSON.stringify({ sent, seq: 0, opened: null }))
  put('INSERT INTO door_undelivered VALUES (?, ?, ?, ?, ?)', id, peerId, 1, nowMs, JSON.stringify(verdict))
})

test('its log is whole, and goes on with lines that hold their facts', async () => {
  const log = new DecisionLog(new DoorStore(database).database, new DoorTime(clock))
  expect(await log.verify()).toEqual({ outcome: 'whole', decisions: 3, head: hashes[2] })
  expect(log.page({}, undefined, 10).map(({ facts }) => facts)).toEqual([null, null, null])
  const facts: DecisionFacts = {
    contact: true,
    groups: ['family'],
    names: [],
    route: 'lan',
    through: null,
    about: nothingMore,
  }
  const next = { account, peerId, capability: 'file', verdict: 'ask', why: '', rule: null, by: 'default' } as const
  log.append({ ...next, facts })
  expect(log.page({}, undefined, 1)[0]).toMatchObject({ seq: 4, facts })
  expect(await log.verify()).toMatchObject({ outcome: 'whole', decisions: 4 })
})

test('facts put into a line of before show, as they were not there when it was written', async () => {
  const log = new DecisionLog(new DoorStore(database).database, new DoorTime(clock))
  const facts = { contact: false, groups: [], names: [], route: 'direct', through: null, about: nothingMore }
  database.prepare('UPDATE door_log SET facts = ? WHERE seq = 2').run(JSON.stringify(facts))
  expect(await log.verify()).toMatchObject({ outcome: 'broken', firstBadSeq: 2 })
})

test('its rules, knocks and verdicts are read with what they did not know yet', () => {
  const store = new DoorStore(database)
  expect(store.rules()).toMatchObject([{ ...rule, match: anyMatch, suspended: null }])
  expect(store.received()[0]?.knock).toEqual({
    ...knock,
    ledgerName: null,
    page: null,
    about: nothingMore,
    through: null,
    quiet: false,
  })
  expect(store.sent()[0]?.sent).toEqual({ ...sent, about: nothingMore, quiet: false, workBits: null })
  expect(store.undelivered(peerId, 0)).toEqual([{ ...verdict, endsMs: null }])
})
