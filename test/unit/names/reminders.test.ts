import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ClaimStore } from '../../../src/main/features/names/claim-store.ts'
import { attentionOf, type NameAtHand, reminderDue } from '../../../src/main/features/names/reminders.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import type { NamePhase } from '../../../src/shared/model/ledger.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { ada, bob, NAME, NETWORK, NOW } from './zone-parts.ts'

const rules = { endingMs: 36.5 * DAY, graceMs: 30 * DAY }
const EXPIRES = NOW + 365 * DAY

/** As the ledger has it. */
function phaseAt(nowMs: number): NamePhase {
  if (nowMs >= EXPIRES + rules.graceMs) return 'free'
  if (nowMs >= EXPIRES) return 'grace'
  return nowMs >= EXPIRES - rules.endingMs ? 'ending' : 'living'
}

const nameAt = (nowMs: number, over: Partial<NameAtHand> = {}): NameAtHand => ({
  fullName: 'adele.peer',
  onLedger: { name: NAME, owner: ada.account, sinceMs: NOW, registeredMs: NOW, expiresMs: EXPIRES, phase: phaseAt(nowMs), offeredTo: null },
  zone: { seq: 3 },
  publication: { seq: 3, atMs: NOW, held: 20, asked: 20, againMs: NOW },
  ...over,
})
const said = (nowMs: number, over: Partial<NameAtHand> = {}) => attentionOf(nameAt(nowMs, over), { account: ada.account, isEnded: false }, rules, nowMs)

describe('what is to be done', () => {
  test('is nothing for a name that works, until its last tenth begins', () => {
    expect(said(NOW)).toEqual({ sentence: null, nextMs: EXPIRES - rules.endingMs })
  })

  test('says how long is left, by days, and when it says something else', () => {
    const why = (days: string): string => `The term of adele.peer ends in ${days}: until you renew it, it can be looked up by your contacts alone.`
    expect(said(EXPIRES - 36.5 * DAY)).toEqual({ sentence: why('37 days'), nextMs: EXPIRES - 36 * DAY })
    expect(said(EXPIRES - 36 * DAY)).toEqual({ sentence: why('36 days'), nextMs: EXPIRES - 35 * DAY })
    expect(said(EXPIRES - HOUR)).toEqual({ sentence: why('a day'), nextMs: EXPIRES })
    expect(said(EXPIRES).sentence).toBe('The term of adele.peer is over: renew it within 30 days, or anybody may claim it.')
    expect(said(EXPIRES + 30 * DAY - 1)).toMatchObject({ nextMs: EXPIRES + 30 * DAY })
    expect(said(EXPIRES + 30 * DAY)).toEqual({ sentence: 'adele.peer is not yours any more: anybody may claim it.', nextMs: null })
  })

  test('names the one thing that keeps it from being found', () => {
    expect(said(NOW, { zone: null }).sentence).toBe('adele.peer points nowhere yet: say what it points to.')
    const nobody = { seq: 3, atMs: NOW, held: 0, asked: 4, againMs: NOW }
    expect(said(NOW, { publication: nobody }).sentence).toBe(
      'No other device holds what adele.peer points to, so it is found only while this one is on.',
    )
    expect(said(NOW, { publication: { ...nobody, asked: 0 } }).sentence).toBe(null)
    expect(said(NOW, { publication: null }).sentence).toBe(null)
    // Of the zone before: this one has not been told yet.
    expect(said(NOW, { publication: { ...nobody, seq: 2 } }).sentence).toBe(null)
  })

  test('tells both sides of an offer', () => {
    const { onLedger } = nameAt(NOW)
    expect(said(NOW, { onLedger: { ...onLedger, offeredTo: bob.account } }).sentence).toContain('has not taken it yet')
    const theirs = { ...onLedger, owner: bob.account, offeredTo: ada.account }
    expect(said(NOW, { onLedger: theirs }).sentence).toBe('adele.peer is offered to you: take it, or leave it.')
    expect(said(NOW, { onLedger: { ...theirs, offeredTo: null } })).toEqual({ sentence: null, nextMs: null })
  })

  test('is nothing where the account was ended on the ledger, and it is said when its names are anybody’s', () => {
    const nowMs = NOW + 40 * DAY
    const { onLedger } = nameAt(nowMs)
    const ended = { account: ada.account, isEnded: true }
    const gone = nameAt(nowMs, { onLedger: { ...onLedger, expiresMs: nowMs - 5 * DAY, phase: 'grace' } })
    expect(attentionOf(gone, ended, rules, nowMs)).toEqual({
      sentence: 'adele.peer ended with your account on this ledger: nobody can renew it, and anybody may claim it in 25 days.',
      nextMs: nowMs + DAY,
    })
    // By a clock a little behind that of the block.
    const justNow = nameAt(nowMs, { onLedger: { ...onLedger, expiresMs: nowMs + 2_000, phase: 'ending' } })
    expect(attentionOf(justNow, ended, rules, nowMs).sentence).toContain('ended with your account on this ledger')
    const offered = nameAt(nowMs, { onLedger: { ...onLedger, owner: bob.account, offeredTo: ada.account } })
    expect(attentionOf(offered, ended, rules, nowMs)).toEqual({ sentence: null, nextMs: null })
  })

  test('between now and when it is to be asked again, it says the same, and that time always comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * DAY }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (sinceMs, part) => {
        const nowMs = NOW + sinceMs
        const { sentence, nextMs } = said(nowMs)
        const untilMs = nextMs ?? nowMs + 365 * DAY
        expect(untilMs).toBeGreaterThan(nowMs)
        expect(said(Math.min(untilMs - 1, Math.floor(nowMs + (untilMs - nowMs) * part))).sentence).toBe(sentence)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a message to the owner', () => {
  test('comes when the last tenth begins, then at 30, 14, 7, 3 and 1 days, when it is over, and each once, also over restarts', () => {
    const database = openMemoryDatabase()
    const told: number[] = []
    for (let nowMs = NOW; nowMs < EXPIRES + 31 * DAY; nowMs += 6 * HOUR) {
      const store = new ClaimStore(database, NETWORK)
      const due = reminderDue(nameAt(nowMs), store.remindedAt(NAME, EXPIRES), nowMs)
      if (due === null) continue
      told.push(due)
      store.reminded(NAME, EXPIRES, due)
    }
    expect(told).toEqual([37, 30, 14, 7, 3, 1, 0])
  })

  test('by a clock that was days ahead was false, and counts no more once that is set right', () => {
    const at = (daysLeft: number): number => EXPIRES - daysLeft * DAY
    const due = (told: number | null, daysLeft: number): number | null => reminderDue(nameAt(at(daysLeft)), told, at(daysLeft))
    // It was said to be over, or to have three days left.
    expect([due(0, 33), due(3, 33), due(0, 2)]).toEqual([33, 33, 2])
    // Clocks that are set back by minutes or by an hour, around midnight too, say nothing twice.
    expect([due(30, 30.01), due(0, 0.01), due(1, 1.04), due(14, 14.99)]).toEqual([null, null, null, null])
  })

  test('is one where several came while the device was off, and there is another one for another term', () => {
    const store = new ClaimStore(openMemoryDatabase(), NETWORK)
    store.reminded(NAME, EXPIRES, 37)
    expect(reminderDue(nameAt(EXPIRES - 2 * DAY), store.remindedAt(NAME, EXPIRES), EXPIRES - 2 * DAY)).toBe(2)
    store.reminded(NAME, EXPIRES, 2)
    expect(reminderDue(nameAt(EXPIRES - 2 * DAY), store.remindedAt(NAME, EXPIRES), EXPIRES - 2 * DAY)).toBe(null)
    expect(store.remindedAt(NAME, EXPIRES + 365 * DAY)).toBe(null)
    expect(reminderDue(nameAt(NOW), null, NOW)).toBe(null)
  })
})
