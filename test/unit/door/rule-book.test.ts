import { beforeEach, describe, expect, test } from 'vitest'
import type { LedgerNames, NewRule } from '../../../src/main/features/door/types.ts'
import { checkedDraft, checkOwner } from '../../../src/main/features/door/rule-checks.ts'
import { Uses } from '../../../src/main/features/door/uses.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { RuleId } from '../../../src/shared/ids.ts'
import { anyMatch, type Match, type Rule } from '../../../src/shared/model/door.ts'
import { HOUR, MINUTE, MiB, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { knocks, lets, stateAt } from './asks.ts'
import { account, ruleId } from './rules.ts'
import { Street, type House } from './street.ts'

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

const anyone = { who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow' } as const
const match = (change: Partial<Match>): Match => ({ ...anyMatch, ...change })
const add = (change: Partial<NewRule> = {}): Rule => bea.door.addRule({ ...anyone, ...change }, 'person')
const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof LatchError) return error.code
    throw error
  }
  return 'none'
}

describe('a rule', () => {
  test.each<[string, Partial<NewRule>]>([
    ['that keeps out so often an hour', { verdict: 'deny', match: match({ perHour: 3 }) }],
    ['that asks so often an hour', { verdict: 'ask', match: match({ perHour: 3 }) }],
    ['of sizes that nothing has', { match: match({ minBytes: 2, maxBytes: 1 }) }],
    ['of a path that winds', { match: match({ path: '/a/../b' }) }],
    ['of a path that could be another', { match: match({ path: '/a%2fb' }) }],
    ['of a path without letters', { match: match({ path: '' }) }],
    ['of a priority beyond a hundred', { priority: 101 }],
    ['of a note of a page', { note: 'x'.repeat(201) }],
  ])('%s is none, new or changed', (_what, change) => {
    const { id } = add()
    expect(codeOf(() => add(change))).toBe('BAD_INPUT')
    expect(codeOf(() => bea.door.editRule(id, { ...checkedDraft(anyone), ...change }))).toBe('BAD_INPUT')
    expect(bea.door.rules()).toHaveLength(1)
  })

  test('is one of two thousand, and no more', () => {
    for (let n = bea.door.rules().length; n < 2_000; n++) add({ until: { kind: 'quit' }, capability: 'visit' })
    expect(codeOf(() => add())).toBe('BUSY')
    const [first] = bea.door.rules()
    if (first !== undefined) bea.door.removeRule(first.id)
    expect(codeOf(() => add())).toBe('none')
  })

  test('where there is no room for one, an answer that needs one changes nothing', async () => {
    const knock = await knocks(al, bea)
    for (let n = bea.door.rules().length; n < 2_000; n++) add({ until: { kind: 'quit' }, capability: 'visit' })
    expect(codeOf(() => bea.door.answer(knock.id, { verdict: 'allow', until: 'once' }))).toBe('BUSY')
    expect(stateAt(bea, knock)).toBe('pending')
    bea.door.answer(knock.id, { verdict: 'deny', until: 'once' })
    const { token } = bea.door.mintToken(street.clock.nowMs() + HOUR)
    expect((await al.door.knockWithToken(bea.peerId, token)).state).toBe('asked')
    expect(bea.door.tokens()).toHaveLength(1)
  })

  test('keeps its counts across a restart', async () => {
    const { id } = add()
    expect(await bea.admits(al)).toBe('allow')
    await bea.restart()
    expect(bea.door.rules()).toMatchObject([{ id, hits: 1 }])
  })
})

describe('a changed rule', () => {
  test('keeps its id, its origin, its age and its counts, and decides anew', async () => {
    const rule = add({ note: 'all may' })
    expect(await bea.admits(al)).toBe('allow')
    await street.clock.advance(MINUTE)
    const draft = checkedDraft({ ...anyone, verdict: 'deny', priority: 3, note: 'none may' })
    const changed = bea.door.editRule(rule.id, draft)
    expect(changed).toEqual({
      ...rule,
      hits: 1,
      lastHitMs: expect.any(Number),
      verdict: 'deny',
      priority: 3,
      note: 'none may',
    })
    expect(await bea.admits(al)).toBe('denied')
    await bea.restart()
    expect(bea.door.rules()).toEqual([{ ...changed, hits: 2, lastHitMs: street.clock.nowMs() }])
  })

  test('decides what is pending, and closes what it no longer lets in', async () => {
    const rule = add({ who: { kind: 'contact' } })
    const knock = await knocks(al, bea)
    bea.door.editRule(rule.id, checkedDraft(anyone))
    expect(stateAt(bea, knock)).toBe('allowed')
    expect(await bea.admits(al)).toBe('allow')
    const before = street.seen(al, bea).connection
    bea.door.editRule(rule.id, checkedDraft({ ...anyone, verdict: 'deny' }))
    await eventually('the connection is closed', () => street.seen(al, bea).connection !== before)
  })

  test('gets another end, and that one counts', async () => {
    const inMs = (ms: number): Rule['until'] => ({ kind: 'time', untilMs: street.clock.nowMs() + ms })
    const { id } = add({ until: inMs(MINUTE) })
    bea.door.editRule(id, checkedDraft({ ...anyone, until: inMs(HOUR) }))
    await street.clock.advance(2 * MINUTE)
    expect(await bea.admits(al)).toBe('allow')
    bea.door.editRule(id, checkedDraft({ ...anyone, until: inMs(SECOND) }))
    await street.clock.advance(SECOND)
    expect(await bea.admits(al)).toBe('knock-first')
    bea.door.editRule(id, checkedDraft(anyone))
    expect(await bea.admits(al)).toBe('allow')
  })

  test('that lasts until a restart is gone after it, and one that lasts from now on is not', async () => {
    const [kept, lost] = [add({ until: { kind: 'quit' } }), add({ capability: 'visit' })]
    bea.door.editRule(kept.id, checkedDraft(anyone))
    bea.door.editRule(lost.id, checkedDraft({ ...anyone, capability: 'visit', until: { kind: 'quit' } }))
    await bea.restart()
    expect(bea.door.rules().map(({ id }) => id)).toEqual([kept.id])
  })

  test('that nobody made is not found', () => {
    expect(codeOf(() => bea.door.editRule(RuleId.parse(ruleId(7)), checkedDraft(anyone)))).toBe('NOT_FOUND')
  })

  test('that no longer lets an account in ends what their yes opened', async () => {
    await knocks(bea, al)
    const [knock] = al.door.pending()
    if (knock !== undefined) al.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await eventually('the door of Bea is open for Al', () => bea.door.rules().length === 1)
    const [rule] = bea.door.rules()
    if (rule === undefined) throw new Error('no rule')
    bea.door.editRule(rule.id, checkedDraft({ ...rule, verdict: 'ask' }))
    if (knock !== undefined) al.door.undo(knock.id)
    expect(bea.door.rules()).toMatchObject([{ id: rule.id, verdict: 'ask' }])
    expect(await bea.admits(al)).toBe('knock-first')
  })
})

describe('a rule for so often an hour', () => {
  test('lets in so often, by a clock that nobody can set, and again when an hour has passed', async () => {
    add({ match: match({ perHour: 2 }) })
    const asks = async (): Promise<string[]> => [await bea.admits(al), await bea.admits(al), await bea.admits(al)]
    expect(await asks()).toEqual(['allow', 'allow', 'knock-first'])
    street.clock.jump(3 * HOUR)
    expect(await bea.admits(al)).toBe('knock-first')
    await street.clock.advance(59 * MINUTE)
    expect(await bea.admits(al)).toBe('knock-first')
    await street.clock.advance(2 * MINUTE)
    expect(await asks()).toEqual(['allow', 'allow', 'knock-first'])
  })

  test('does not put those out who are in by it', async () => {
    add({ match: match({ perHour: 1 }) })
    expect(await bea.admits(al)).toBe('allow')
    const { connection } = street.seen(al, bea)
    add({ capability: 'visit' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(street.seen(al, bea).connection).toBe(connection)
  })

  test('is not used up by knocks, which let nobody in yet', async () => {
    add({ match: match({ perHour: 1 }) })
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('allowed')
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('allowed')
    expect([await bea.admits(al), await bea.admits(al)]).toEqual(['allow', 'knock-first'])
  })

  test('forgets what is more than an hour ago, minute by minute, and never earlier', () => {
    const [uses, id] = [new Uses(), ruleId(1)]
    for (let minute = 0; minute < 120; minute++) uses.count(id, minute * MINUTE + 30 * SECOND)
    expect(uses.inHour(id, 119 * MINUTE + 30 * SECOND)).toBe(61)
    expect(uses.inHour(id, 179 * MINUTE)).toBe(1)
    expect(uses.inHour(id, 180 * MINUTE)).toBe(0)
    expect(uses.inHour(ruleId(2), 0)).toBe(0)
  })
})

describe('a rule for a group', () => {
  const family = { who: { kind: 'group', group: 'family' } } as const

  test('is for those who are in it, and decides anew when somebody is put into it', async () => {
    add(family)
    expect(await bea.admits(al)).toBe('knock-first')
    const knock = await knocks(al, bea)
    bea.groups.set(al.account, ['family'])
    bea.door.reconsider()
    expect(stateAt(bea, knock)).toBe('allowed')
    expect(await bea.admits(al)).toBe('allow')
    expect(bea.door.log({ by: 'rule' }, undefined, 1)[0]).toMatchObject({
      why: 'a rule for the group family',
      facts: { groups: ['family'] },
    })
  })

  test('closes what it let in when somebody is taken out of it', async () => {
    bea.groups.set(al.account, ['family'])
    add(family)
    expect(await bea.admits(al)).toBe('allow')
    const before = street.seen(al, bea).connection
    bea.groups.delete(al.account)
    bea.door.reconsider()
    await eventually('the connection is closed', () => street.seen(al, bea).connection !== before)
  })
})

describe('a rule by name', () => {
  const byName = (house: House, change: Partial<NewRule> = {}): Partial<NewRule> => ({
    who: { kind: 'name', name: 'alan.peer', account: house.account },
    ...change,
  })

  beforeEach(() => street.owners.set('alan.peer', al.account))

  test('lets in by the name, and tells which name it was', async () => {
    add(byName(al))
    expect(await bea.admits(al)).toBe('allow')
    const [decision] = bea.door.log({}, undefined, 1)
    expect(decision).toMatchObject({ why: 'a rule for alan.peer', facts: { names: ['alan.peer'] } })
  })

  test('is only for the account that owns the name', async () => {
    const cem = await street.house('Cem')
    expect(codeOf(() => add(byName(cem)))).toBe('CONFLICT')
    const nobodys = { kind: 'name', name: 'free.peer', account: al.account } as const
    expect(codeOf(() => add({ who: nobodys }))).toBe('CONFLICT')
    expect(codeOf(() => add({ who: { kind: 'name', name: 'no name', account: al.account } }))).toBe('BAD_INPUT')
  })

  test('is none while the ledger is behind, or where there is none', () => {
    const names: LedgerNames = { of: () => [], ownerOf: () => 'unknown' }
    const who = { kind: 'name', name: 'alan.peer', account: al.account } as const
    expect(() => checkOwner({ who }, names)).toThrow('does not know names yet')
  })

  test.each([
    ['when it is told', async () => bea.door.reconsider()],
    ['at the next start', () => bea.restart()],
  ])('suspends itself %s that the name is somebody else’s', async (_when, learns) => {
    const rule = add(byName(al))
    expect(await bea.admits(al)).toBe('allow')
    const cem = await street.house('Cem')
    street.owners.set('alan.peer', cem.account)
    await learns()
    const suspended = { why: 'alan.peer belongs to somebody else now.', atMs: street.clock.nowMs() }
    expect(bea.door.rules()).toMatchObject([{ id: rule.id, suspended }])
    expect([await bea.admits(al), await bea.admits(cem)]).toEqual(['knock-first', 'knock-first'])
    street.owners.set('alan.peer', al.account)
    await bea.restart()
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('speaks again when somebody looked at it, for who owns the name by then', async () => {
    const rule = add(byName(al))
    const cem = await street.house('Cem')
    street.owners.set('alan.peer', cem.account)
    bea.door.reconsider()
    const draft = (house: House): NewRule => ({ ...anyone, ...byName(house) })
    expect(codeOf(() => bea.door.editRule(rule.id, checkedDraft(draft(al))))).toBe('CONFLICT')
    expect(bea.door.editRule(rule.id, checkedDraft(draft(cem))).suspended).toBeNull()
    expect([await bea.admits(al), await bea.admits(cem)]).toEqual(['knock-first', 'allow'])
  })

  test('can get another note while nobody knows who owns the name', () => {
    const rule = add(byName(al))
    street.owners.clear()
    const noted = bea.door.editRule(rule.id, checkedDraft({ ...anyone, ...byName(al), note: 'from school' }))
    expect(noted).toEqual({ ...rule, note: 'from school' })
    const who = { kind: 'name', name: 'other.peer', account: al.account } as const
    expect(codeOf(() => bea.door.editRule(rule.id, checkedDraft({ ...anyone, who })))).toBe('CONFLICT')
  })

  test('says nothing while nobody owns the name, and is not suspended by that', async () => {
    add(byName(al))
    street.owners.clear()
    bea.door.reconsider()
    expect(bea.door.rules()).toMatchObject([{ suspended: null }])
    expect(await bea.admits(al)).toBe('knock-first')
  })
})

test('a rule of no account, and one for anything, are as good as others', async () => {
  add({ capability: 'anything' })
  expect(await lets(bea, al, 'app:chess')).toBe('allow')
  expect(await lets(bea, al, 'file', { bytes: 3 * MiB })).toBe('allow')
  expect(bea.door.rules()).not.toContainEqual(expect.objectContaining({ who: { account: account('a') } }))
})
