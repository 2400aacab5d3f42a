import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, KnockId, RuleId } from '../../../shared/ids.ts'
import type { Answer, Decision, Knock } from '../../../shared/model/door.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Journal } from './journal.ts'
import { UNDO_WITHIN_MS } from './limits.ts'
import type { Mutes } from './mute.ts'
import { visitorOf, type Question, type Questions } from './questions.ts'
import { answerPriority } from './received-knocks.ts'
import type { RuleBook } from './rule-book.ts'
import type { DoorStore, Received } from './store.ts'
import type { DoorTime } from './time.ts'
import type { Closed, Opened } from './types.ts'
import type { Told } from './verdicts.ts'
import type { Visitor } from './visitor.ts'

interface Parts {
  readonly clock: Clock
  readonly time: DoorTime
  readonly store: DoorStore
  readonly rules: RuleBook
  readonly journal: Journal
  readonly questions: Questions
  readonly mutes: Mutes
  readonly isContact: (account: AccountId) => boolean
  readonly opened: (opened: Opened) => void
  readonly closed: (closed: Closed) => void
}

/** What taking an answer back needs to know. */
interface Given {
  readonly answer: Answer
  /** The rule that the answer made. */
  readonly rule: RuleId | null
  /** The question as it was; null for a knock that had been missed. */
  readonly question: Pick<Question, 'isContact' | 'isPaid' | 'connection'> | null
  readonly wasContact: boolean
  readonly leftMs: number
  readonly deadlineMs: number
  readonly forget: Cancel
}

/** What the person says to a knock, and takes back. */
export class Answers {
  readonly #parts: Parts
  readonly #given = new Map<KnockId, Given>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Open questions can be answered, and missed ones too: they were denied once, and that is over.
   * *Errors*: LatchError NOT_FOUND, CONFLICT.
   */
  answer(id: KnockId, answer: Answer): Knock {
    const { store, questions, opened } = this.#parts
    const late = questions.find(id)
    if (late !== undefined && questions.leftMs(late) === 0) questions.miss(late)
    const question = questions.find(id)
    const received = question?.received ?? questions.known(id)
    if (received === undefined) throw new LatchError('NOT_FOUND', 'There is no knock of that id.')
    if (question === undefined && received.knock.state !== 'missed') {
      throw new LatchError('CONFLICT', 'That knock has already been answered.')
    }

    const wasContact = this.#parts.isContact(received.knock.account)
    const leftMs = question === undefined ? 0 : questions.leftMs(question)
    const knock = store.database.transaction(() => {
      const { rule, told } = this.#carryOut(received, question, answer)
      const state = answer.verdict === 'allow' ? 'allowed' : answer.verdict === 'ignore' ? 'ignored' : 'denied'
      this.#remember(id, { answer, rule, question: question ?? null, wasContact, leftMs })
      return questions.settle(received, state, told, this.#parts.time.wallMs() + UNDO_WITHIN_MS).knock
    })
    const { account, peerId, capability } = knock
    if (answer.verdict === 'allow') opened({ whose: 'theirs', account, peerId, capability })
    return knock
  }

  /** *Errors*: LatchError NOT_FOUND; CONFLICT when it is not an answer of the last ten seconds. */
  undo(id: KnockId): Knock {
    const { clock, questions } = this.#parts
    const received = questions.known(id)
    if (received === undefined) throw new LatchError('NOT_FOUND', 'There is no knock of that id.')
    const given = this.#given.get(id)
    if (given === undefined || clock.monotonicMs() >= given.deadlineMs) {
      throw new LatchError('CONFLICT', 'Only an answer of the last ten seconds can be taken back.')
    }
    this.#given.delete(id)
    given.forget()
    return given.answer.verdict === 'allow' ? this.#shutAgain(received, given) : this.#askAgain(received, given)
  }

  stop(): void {
    for (const given of this.#given.values()) given.forget()
    this.#given.clear()
  }

  /** The rule, the block or the refusal that an answer means; what the knockers are told. */
  #carryOut(
    received: Received,
    question: Question | undefined,
    answer: Answer,
  ): { rule: RuleId | null; told: Told | null } {
    const { time, rules, mutes, questions } = this.#parts
    const { account, capability } = received.knock
    const visitor = visitorOf(received.knock, question?.connection)
    const ruling = rules.decide(visitor)
    if (answer.verdict === 'allow' && (ruling.verdict === 'deny' || ruling.verdict === 'ignore')) {
      throw new LatchError('CONFLICT', `Nobody can be let in against ${ruling.why}. Change that first.`)
    }
    // Taken away first: the rule decides what is open again, and this is decided.
    if (question !== undefined) questions.take(question)
    const priority = answerPriority(rules.get(ruling.rule))
    const about = { who: { kind: 'account', account } as const, capability, priority, note: '' }
    switch (answer.verdict) {
      case 'allow': {
        const until = answer.until === 'once' || answer.until === 'quit' ? answer.until : 'forever'
        this.#log(visitor, 'allow', `answered: allow, ${until}`)
        const { rule, isNew } = rules.allow(account, capability, until, 'prompt', priority)
        return { rule: isNew ? rule.id : null, told: { outcome: 'allowed', until } }
      }
      case 'deny': {
        this.#log(visitor, 'deny', `answered: deny, ${JSON.stringify(answer.until)}`)
        mutes.add(account, time.steadyMs())
        const rule =
          answer.until === 'forever'
            ? rules.add({ ...about, verdict: 'deny', until: { kind: 'forever' } }, 'prompt')
            : null
        return { rule: rule?.id ?? null, told: { outcome: 'denied' } }
      }
      case 'ignore': {
        this.#log(visitor, 'ignore', 'answered: ignore')
        return { rule: rules.add({ ...about, verdict: 'ignore', until: { kind: 'quit' } }, 'prompt').id, told: null }
      }
      case 'block':
        this.#log(visitor, 'ignore', 'answered: block the account')
        rules.block(account, true)
        return { rule: null, told: null }
    }
  }

  /** An allowance is taken back: nobody is asked again, and the other side is told. */
  #shutAgain(received: Received, { rule, wasContact }: Given): Knock {
    const { store, rules, questions, closed } = this.#parts
    const { account, peerId, capability } = received.knock
    const knock = store.database.transaction(() => {
      this.#log(visitorOf(received.knock), 'deny', 'an allowance was taken back')
      // Told first: what is on its way is let through before the connection is closed.
      const settled = questions.settle(received, 'denied', { outcome: 'denied' })
      if (rules.get(rule) !== undefined && rule !== null) rules.remove(rule)
      return settled.knock
    })
    closed({ account, peerId, capability, wasContact })
    return knock
  }

  /** A refusal is taken back: the question stands again, unless it had been missed. */
  #askAgain(received: Received, { answer, rule, question, leftMs }: Given): Knock {
    const { store, rules, mutes, questions } = this.#parts
    const { id, account } = received.knock
    return store.database.transaction(() => {
      this.#log(visitorOf(received.knock), 'ask', 'a refusal was taken back')
      if (answer.verdict === 'deny') mutes.takeBack(account)
      if (answer.verdict === 'block') rules.block(account, false)
      if (rules.get(rule) !== undefined && rule !== null) rules.remove(rule)
      if (question === null) return questions.settle(received, 'missed', { outcome: 'unanswered' }).knock
      return questions.reopen(id, question, leftMs)?.received.knock ?? received.knock
    })
  }

  #remember(id: KnockId, given: Omit<Given, 'deadlineMs' | 'forget'>): void {
    const { clock } = this.#parts
    const forget = clock.after(UNDO_WITHIN_MS, () => this.#given.delete(id))
    this.#given.set(id, { ...given, deadlineMs: clock.monotonicMs() + UNDO_WITHIN_MS, forget })
  }

  #log(visitor: Visitor, verdict: Decision['verdict'], why: string): void {
    this.#parts.journal.decided(visitor, { verdict, why, by: 'person' })
  }
}
