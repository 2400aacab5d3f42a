import { beforeEach, describe, expect, test } from 'vitest'
import type { Answer, Knock } from '../../../src/shared/model/door.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { Street, type House } from './street.ts'

/*
 * What has come to an end stays at an end: found by the walks of model.test.ts, each kept here as a story.
 */

let street: Street
let bea: House
let al: House

beforeEach(async () => {
  street = new Street()
  bea = await street.house('Bea')
  al = await street.house('Al')
})

const allow = { verdict: 'allow', until: 'quit' } as const
const denyAll = { verdict: 'deny', until: 'forever', scope: 'everything' } as const

/** Al knocks, and Bea says this. */
async function answered(capability: 'contact' | 'file', answer: Answer, bytes: number | null = null): Promise<Knock> {
  await al.door.knock({ peerId: bea.peerId }, capability, '', { bytes })
  const knock = bea.door.pending().find((each) => each.capability === capability && each.about.bytes === bytes)
  if (knock === undefined) throw new Error('nobody knocks')
  return bea.door.answer(knock.id, answer)
}

describe('an allowance whose time ran out while the node ran', () => {
  test('is over for good, though the clock is set back before the next start', async () => {
    const untilMs = street.clock.nowMs() + MINUTE
    await answered('contact', { verdict: 'allow', until: { untilMs } })
    await street.clock.advance(2 * HOUR)
    expect(await bea.admits(al)).toBe('knock-first')
    street.clock.jump(-2 * HOUR)
    await bea.restart()
    expect(await bea.admits(al)).toBe('knock-first')
    expect(bea.door.findings()).toMatchObject([{ kind: 'over' }])
  })

  test('and so where it ran out while the node did not run, and was seen at a start', async () => {
    const untilMs = street.clock.nowMs() + MINUTE
    await answered('contact', { verdict: 'allow', until: { untilMs } })
    await bea.restart(() => street.clock.advance(2 * HOUR))
    street.clock.jump(-2 * HOUR)
    await bea.restart()
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('and an answer against it that is taken back does not bring it back', async () => {
    await answered('contact', { verdict: 'allow', until: { untilMs: street.clock.nowMs() + MINUTE } })
    await street.clock.advance(2 * HOUR)
    street.clock.jump(-48 * HOUR)
    await bea.restart()
    const [rule] = bea.door.rules()
    if (rule === undefined) throw new Error('no rule')
    bea.door.enableRule(rule.id, true)
    expect(await bea.admits(al)).toBe('knock-first')
    const knock = await answered('file', denyAll)
    expect(bea.door.rules().map(({ id }) => id)).not.toContain(rule.id)
    bea.door.undo(knock.id)
    expect(bea.door.rules().map(({ id }) => id)).toContain(rule.id)
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('lets in again where a person gives it more time', async () => {
    const untilMs = street.clock.nowMs() + MINUTE
    await answered('contact', { verdict: 'allow', until: { untilMs } })
    await street.clock.advance(2 * HOUR)
    const [rule] = bea.door.rules()
    if (rule === undefined) throw new Error('no rule')
    bea.door.editRule(rule.id, { ...rule, until: { kind: 'time', untilMs: street.clock.nowMs() + HOUR } })
    expect(await bea.admits(al)).toBe('allow')
    await bea.restart()
    expect(await bea.admits(al)).toBe('allow')
  })

  test('is switched off where it got its end at a time that the clock does not show any more', async () => {
    const rule = bea.door.addRule({ who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow' }, 'person')
    street.clock.jump(48 * HOUR)
    const untilMs = street.clock.nowMs() + MINUTE
    bea.door.editRule(rule.id, { ...rule, until: { kind: 'time', untilMs } })
    street.clock.jump(-48 * HOUR)
    await bea.restart()
    expect(await bea.admits(al)).toBe('knock-first')
    expect(bea.door.rules()).toMatchObject([{ enabled: false }])
  })

  test('does not stand in for a new one, though the clock shows a time before its end', async () => {
    await answered('contact', { verdict: 'allow', until: { untilMs: street.clock.nowMs() + MINUTE } })
    await street.clock.advance(2 * HOUR)
    street.clock.jump(-3 * HOUR)
    await answered('contact', { verdict: 'allow', until: { untilMs: street.clock.nowMs() + MINUTE } })
    expect(await bea.admits(al)).toBe('allow')
  })

  test('and so where it was over when it was taken from a file', async () => {
    const rule = { who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow' } as const
    const untilMs = street.clock.nowMs() + HOUR
    const made = bea.door.addRule({ ...rule, until: { kind: 'time', untilMs } }, 'person')
    const file = await bea.door.exportRules()
    bea.door.removeRule(made.id)
    await street.clock.advance(2 * HOUR)
    const [taken] = await bea.door.importRules(file)
    street.clock.jump(-2 * HOUR)
    await bea.restart()
    if (taken !== undefined) bea.door.enableRule(taken.id, true)
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('and a token that expired, opens nothing at the next start either', async () => {
    const { token } = bea.door.mintToken(street.clock.nowMs() + MINUTE)
    await street.clock.advance(2 * HOUR)
    street.clock.jump(-2 * HOUR)
    await bea.restart()
    expect(await al.door.knockWithToken(bea.peerId, token)).toMatchObject({ state: 'asked' })
    expect(bea.door.rules()).toEqual([])
  })
})

describe('an answer that is taken back brings back', () => {
  test('no allowance of somebody who was forgotten meanwhile', async () => {
    await answered('contact', allow)
    await street.clock.advance(HOUR)
    const { id } = await answered('file', denyAll, 5)
    bea.door.forget(al.account)
    bea.door.undo(id)
    expect(bea.door.rules()).toEqual([])
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('no allowance that was taken back before it', async () => {
    const first = await answered('file', allow, 5)
    const second = await answered('contact', denyAll)
    bea.door.undo(first.id)
    bea.door.undo(second.id)
    expect(bea.door.rules()).toEqual([])
  })

  test('no yes to theirs that they took back meanwhile', async () => {
    await bea.door.knock({ peerId: al.peerId }, 'contact', '')
    const [theirs] = al.door.pending()
    if (theirs === undefined) throw new Error('nobody knocks')
    al.door.answer(theirs.id, allow)
    await street.clock.advance(0)
    expect(bea.door.rules()).toHaveLength(1)
    const { id } = await answered('file', denyAll, 5)
    al.door.undo(theirs.id)
    await street.clock.advance(0)
    bea.door.undo(id)
    expect(bea.door.rules()).toEqual([])
  })

  test('but what it took the place of, where nothing else came between', async () => {
    await answered('contact', allow)
    const { id } = await answered('file', denyAll, 5)
    bea.door.undo(id)
    expect(bea.door.rules()).toMatchObject([{ verdict: 'allow', capability: 'contact' }])
  })
})

test('nobody stays inside by an allowance for once that another has used up', async () => {
  const cem = await street.house('Cem')
  const own = { who: { kind: 'account', account: al.account }, capability: 'contact', verdict: 'allow' } as const
  const { id } = bea.door.addRule(own, 'person')
  expect(await bea.admits(al)).toBe('allow')
  bea.door.addRule({ ...own, who: { kind: 'unknown' }, until: { kind: 'once' } }, 'person')
  bea.door.removeRule(id)
  expect(await bea.admits(cem)).toBe('allow')
  await street.clock.advance(0)
  expect(street.seen(al, bea).connection).toBe('')
  expect(street.seen(cem, bea).connection).not.toBe('')
})

test('nobody who was forgotten is let in by a yes to a knock of ours from before they proved an account', async () => {
  al.isProven = false
  await bea.door.knock({ peerId: al.peerId }, 'contact', '')
  al.isProven = true
  bea.door.forget(al.account)
  const [knock] = al.door.pending()
  if (knock !== undefined) al.door.answer(knock.id, allow)
  await street.clock.advance(0)
  expect(bea.door.rules()).toEqual([])
  expect(bea.door.sent()).toMatchObject([{ state: 'cancelled' }])
})
