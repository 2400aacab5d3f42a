import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer, Knock, Rule } from '../../../src/shared/model/door.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { Street, type House } from './street.ts'

/*
 * What somebody could be let in by, kept beside the door in the plainest form: a list of reasons. It knows nothing of
 * specificity or queues, so it says less than the door decides, and exactly what must hold: no reason, no way in.
 */
interface Reason {
  readonly from: 'rule' | 'answer'
  readonly of: string
  readonly stored: boolean
  until: Rule['until'] | { kind: 'undone' }
}

type Step =
  | { do: 'knock'; who: number }
  | { do: 'answer'; which: number; answer: Answer }
  | { do: 'undo'; which: number }
  /** Knock, answer, and take the answer back. */
  | { do: 'misclick'; who: number; answer: Answer }
  | { do: 'rule'; verdict: Rule['verdict']; about: number | null; until: 'forever' | 'quit' | 'once' | 'time' }
  | { do: 'remove-rule'; which: number }
  | { do: 'enter'; who: number }
  | { do: 'hang-up'; who: number }
  | { do: 'pass'; ms: number }
  | { do: 'set-clock'; ms: number }
  | { do: 'restart' }

const anyAnswer = fc.constantFrom<Answer>(
  { verdict: 'allow', until: 'once' },
  { verdict: 'allow', until: 'quit' },
  { verdict: 'allow', until: 'forever' },
  { verdict: 'deny', until: 'once' },
  { verdict: 'deny', until: 'forever' },
  { verdict: 'ignore' },
  { verdict: 'block' },
)

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('knock' as const), who: fc.nat(1) }),
  fc.record({ do: fc.constant('answer' as const), which: fc.nat(2), answer: anyAnswer }),
  fc.record({ do: fc.constant('misclick' as const), who: fc.nat(1), answer: anyAnswer }),
  fc.record({ do: fc.constant('undo' as const), which: fc.nat(2) }),
  fc.record({
    do: fc.constant('rule' as const),
    verdict: fc.constantFrom<Rule['verdict']>('allow', 'ask', 'deny', 'ignore'),
    about: fc.option(fc.nat(1)),
    until: fc.constantFrom('forever' as const, 'quit' as const, 'once' as const, 'time' as const),
  }),
  fc.record({ do: fc.constant('remove-rule' as const), which: fc.nat(4) }),
  fc.record({ do: fc.constant('enter' as const), who: fc.nat(1) }),
  fc.record({ do: fc.constant('hang-up' as const), who: fc.nat(1) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1 * SECOND, 11 * SECOND, 61 * SECOND, HOUR) }),
  fc.record({ do: fc.constant('set-clock' as const), ms: fc.constantFrom(-48 * HOUR, -HOUR, HOUR, 48 * HOUR) }),
  fc.record({ do: fc.constant('restart' as const) }),
)

class Model {
  readonly street: Street
  readonly door: House
  readonly visitors: House[]
  readonly reasons = new Map<string, Reason>()
  readonly answered = new Map<string, { rules: string[]; allowed: boolean }>()

  constructor(street: Street, door: House, visitors: House[]) {
    this.street = street
    this.door = door
    this.visitors = visitors
  }

  visitor(n: number): House {
    const visitor = this.visitors[n % this.visitors.length]
    if (visitor === undefined) throw new Error('nobody')
    return visitor
  }

  async run(each: Step): Promise<void> {
    const { door } = this.door
    switch (each.do) {
      case 'knock':
        await this.visitor(each.who).door.knock({ peerId: this.door.peerId }, 'contact', '')
        return
      case 'answer':
        return this.#answer([...door.pending(), ...door.recent()], each.which, each.answer)
      case 'undo':
        return this.#undo(door.recent()[each.which])
      case 'misclick': {
        const visitor = this.visitor(each.who)
        await visitor.door.knock({ peerId: this.door.peerId }, 'contact', '')
        const knock = door.pending().find(({ account }) => account === visitor.account)
        if (knock === undefined) return
        this.#answer([knock], 0, each.answer)
        return this.#undo(knock)
      }
      case 'rule':
        return this.#addRule(each.verdict, each.about === null ? null : this.visitor(each.about), each.until)
      case 'remove-rule': {
        const rule = door.rules()[each.which]
        if (rule === undefined) return
        door.removeRule(rule.id)
        this.reasons.delete(rule.id)
        return
      }
      case 'enter':
        return this.#enter(this.visitor(each.who))
      case 'hang-up':
        return this.street.disconnect(this.visitor(each.who), this.door)
      case 'pass':
        return this.street.clock.advance(each.ms)
      case 'set-clock':
        return this.street.clock.jump(each.ms)
      case 'restart':
        await this.door.restart()
        for (const [id, reason] of this.reasons) {
          if (!reason.stored) this.reasons.delete(id)
        }
        this.answered.clear()
    }
  }

  #answer(knocks: Knock[], which: number, answer: Answer): void {
    const { door } = this.door
    const knock = knocks[which]
    if (knock === undefined) return
    const before = new Set(door.rules().map(({ id }) => id))
    try {
      door.answer(knock.id, answer)
    } catch {
      return
    }
    const made = door.rules().filter(({ id }) => !before.has(id))
    this.answered.set(knock.id, { rules: made.map(({ id }) => id), allowed: answer.verdict === 'allow' })
    if (answer.verdict !== 'allow') return
    for (const rule of made) {
      this.reasons.set(rule.id, {
        from: 'answer',
        of: knock.account,
        stored: answer.until === 'forever',
        until: rule.until,
      })
    }
  }

  #undo(knock: Knock | undefined): void {
    if (knock === undefined) return
    try {
      this.door.door.undo(knock.id)
    } catch {
      return
    }
    for (const id of this.answered.get(knock.id)?.rules ?? []) this.reasons.delete(id)
  }

  #addRule(verdict: Rule['verdict'], about: House | null, until: 'forever' | 'quit' | 'once' | 'time'): void {
    const ends: Rule['until'] =
      until === 'time' ? { kind: until, untilMs: this.street.clock.nowMs() + HOUR } : { kind: until }
    const who: Rule['who'] = about === null ? { kind: 'anyone' } : { kind: 'account', account: about.account }
    const rule = this.door.door.addRule(
      { who, capability: 'contact', verdict, until: ends, priority: 0, note: '' },
      'person',
    )
    if (verdict !== 'allow') return
    const stored = until === 'forever' || until === 'time'
    this.reasons.set(rule.id, { from: 'rule', of: about?.account ?? 'anyone', stored, until: ends })
  }

  async #enter(visitor: House): Promise<void> {
    const { door } = this.door
    if (!door.admitsConnection(visitor.peerId)) return
    if ((await this.door.admits(visitor)) !== 'allow') return
    const { connection } = this.street.seen(visitor, this.door)
    const nowMs = this.street.clock.nowMs()
    const good = [...this.reasons].filter(([, { of, until }]) => {
      if (of !== 'anyone' && of !== visitor.account) return false
      if (until.kind === 'time') return nowMs < until.untilMs
      return until.kind !== 'connection' || until.connection === connection
    })
    expect(good, `${visitor.name} was let in`).not.toHaveLength(0)
    expect(door.blocked()).not.toContain(visitor.account)
    // An allowance for once is used up by this admission: it is good for this connection and no other. Where there are
    // several reasons, the door says which it took.
    const usedUp =
      good.length === 1
        ? good
        : good.filter(([id]) => door.rules().some((rule) => rule.id === id && rule.until.kind === 'connection'))
    for (const [, reason] of usedUp) {
      if (reason.until.kind === 'once') reason.until = { kind: 'connection', connection }
    }
  }
}

test('no sequence of knocks, answers, rules, times and restarts lets anybody in without a reason', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const street = new Street()
      const door = await street.house('Bea')
      const visitors = [await street.house('Al'), await street.house('Cem')]
      const model = new Model(street, door, visitors)
      for (const each of steps) {
        await model.run(each)
        for (const who of visitors.keys()) await model.run({ do: 'enter', who })
      }
      expect(door.door.pending().filter(({ state }) => state === 'pending').length).toBeLessThanOrEqual(3)
      expect(await door.door.verifyLog()).toMatchObject({ outcome: 'whole' })
    }),
    { numRuns: 100 },
  )
}, 60_000)
