import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, KnockId } from '../../../shared/ids.ts'
import type { Answer, Decision, Knock, Rule, RuleDraft } from '../../../shared/model/door.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { inWords, ruleOf, rulesAgainst, verdictOf } from './answer-rules.ts'
import type { Blocked } from './blocked.ts'
import type { EndedConnections } from './connections.ts'
import type { Journal } from './journal.ts'
import { UNDO_WITHIN_MS } from './limits.ts'
import type { Mutes } from './mute.ts'
import type { Ruling } from './policy.ts'
import { visitorOf, type Standing } from './question.ts'
import type { Questions } from './questions.ts'
import type { RuleBook, Settled } from './rule-book.ts'
import type { DoorStore, Received } from './store.ts'
import { TAKEN_BACK } from './suggest.ts'
import type { DoorTime } from './time.ts'
import type { Closed, Opened } from './types.ts'
import { openingOf } from './until.ts'
import type { Told } from './verdicts.ts'
import type { Visitor } from './visitor.ts'

interface Parts {
  readonly clock: Clock
  readonly time: DoorTime
  readonly store: DoorStore
  readonly rules: RuleBook
  readonly blocked: Blocked
  readonly journal: Journal
  readonly questions: Questions
  readonly mutes: Mutes
  /** Of what pages ask. */
  readonly pageMutes: Mutes
  readonly ended: EndedConnections
  readonly isContact: (account: AccountId) => boolean
  readonly opened: (opened: Opened) => void
  readonly closed: (closed: Closed) => void
}

/** What taking an answer back needs to know. */
interface Given {
  readonly answer: Answer
  /** What the answer did to the rules. */
  settled: Settled | null
  /** The question as it was; null for a knock that had been missed. */
  readonly question: Standing | null
  readonly wasContact: boolean
  readonly wasBlocked: boolean
  readonly leftMs: number
  readonly deadlineMs: number
  readonly forget: Cancel
}

const states = { allow: 'allowed', deny: 'denied', ignore: 'ignored', block: 'denied' } as const

/** What the person says to a knock, and takes back. */
export class Answers {
  readonly #parts: Parts
  readonly #given = new Map<KnockId, Given>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Open questions can be answered, and missed ones too: they were denied once, and that is over.
   * *Errors*: LatchError NOT_FOUND, CONFLICT, BAD_INPUT, BUSY (too many rules). Nothing has changed then.
   */
  answer(id: KnockId, answer: Answer): Knock {
    const { store, time, questions, rules, blocked, ended, opened } = this.#parts
    const late = questions.find(id)
    if (late !== undefined && questions.leftMs(late) === 0) questions.miss(late)
    const question = questions.find(id)
    const received = question?.received ?? questions.known(id)
    if (received === undefined) throw new LatchError('NOT_FOUND', 'There is no knock of that id.')
    if (question === undefined && received.knock.state !== 'missed') {
      throw new LatchError('CONFLICT', 'That knock has already been answered.')
    }

    const { account, peerId, capability } = received.knock
    const isThere = question !== undefined && !ended.has(question.connection)
    const visitor = visitorOf(received.knock, isThere ? question.connection : '')
    const ruling = rules.decide(visitor)
    const draft = ruleOf(answer, visitor, rules.get(ruling.rule), time.wallMs())
    this.#check(answer, visitor, ruling, draft)

    const leftMs = question === undefined ? 0 : questions.leftMs(question)
    const [wasContact, wasBlocked] = [this.#parts.isContact(account), blocked.has(account)]
    const knock = store.database.transaction(() => {
      // Taken away first: the rule decides what is open again, and this is decided.
      if (question !== undefined) questions.take(question)
      this.#log(visitor, verdictOf(answer), inWords(answer))
      const settled = draft === null ? null : this.#settle(answer, draft, ruling)
      if (answer.verdict === 'block') blocked.set(account, true)
      const isSilent = answer.verdict === 'deny' && answer.silently === true
      if (answer.verdict === 'deny') {
        const mutes = this.#mutesFor(received)
        mutes.add(account, time.steadyMs(), isSilent)
        store.database.onRollback(() => mutes.takeBack(account))
      }
      this.#remember(id, { answer, settled, question: question ?? null, wasContact, wasBlocked, leftMs })
      const said = this.#toldOf(answer, draft)
      const untilMs = time.wallMs() + UNDO_WITHIN_MS
      const after = questions.settle(question?.received ?? received, states[answer.verdict], said, untilMs)
      if (isSilent && question !== undefined && received.knock.page === null) {
        const isShown = question.received.knock.state === 'pending'
        questions.keepSilent(after, isShown, leftMs)
        store.database.onRollback(() => questions.silences.end(id))
      }
      return after.knock
    })
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
    const { settled } = given
    if (settled?.isNew === true) this.over((rule) => rule.id === settled.rule.id)
    return given.answer.verdict === 'allow' ? this.#shutAgain(received, given) : this.#askAgain(received, given)
  }

  /** What came to an end meanwhile does not come back with an answer that is taken back. */
  over(isOver: (rule: Rule) => boolean): void {
    for (const given of this.#given.values()) {
      if (given.settled === null) continue
      given.settled = { ...given.settled, replaced: given.settled.replaced.filter(({ rule }) => !isOver(rule)) }
    }
  }

  stop(): void {
    for (const given of this.#given.values()) given.forget()
    this.#given.clear()
  }

  /** Whether the answer would come true: what it says is what then happens. */
  #check(answer: Answer, visitor: Visitor, ruling: Ruling, draft: RuleDraft | null): void {
    const { rules } = this.#parts
    if (draft === null) return
    rules.checkRoom(1)
    if (answer.verdict !== 'allow') return
    const isRefused = ruling.verdict === 'deny' || ruling.verdict === 'ignore'
    // What only a default refuses, a rule lets in: this answer makes one.
    const isDenied = isRefused && (ruling.rule !== null || ruling.isFirm === true)
    if (isDenied || !rules.wouldSpeak(draft, visitor)) {
      throw new LatchError('CONFLICT', `Nobody can be let in against ${ruling.why}. Change that first.`)
    }
  }

  /** An answer about everything goes before whatever was said of a part; any other, before what it was given to. */
  #settle(answer: Answer, draft: RuleDraft, ruling: Ruling): Settled {
    const { rules } = this.#parts
    const isAll = (answer.verdict === 'allow' || answer.verdict === 'deny') && answer.scope === 'everything'
    const against = rulesAgainst(draft, rules.list()).filter((rule) => isAll || rule.id === ruling.rule)
    return rules.settle(draft, 'prompt', against)
  }

  #toldOf(answer: Answer, draft: RuleDraft | null): Told | null {
    switch (answer.verdict) {
      case 'allow':
        return { outcome: 'allowed', ...openingOf(draft ?? undefined, this.#parts.time.wallMs()) }
      case 'deny':
        return answer.silently === true ? null : { outcome: 'denied' }
      case 'ignore':
      case 'block':
        return null
    }
  }

  /** An allowance is taken back: nobody is asked again, and the other side is told. */
  #shutAgain(received: Received, { settled, wasContact }: Given): Knock {
    const { store, rules, questions, closed } = this.#parts
    const { account, peerId, capability } = received.knock
    const knock = store.database.transaction(() => {
      this.#log(visitorOf(received.knock), 'deny', TAKEN_BACK.allowance)
      // Told first: what is on its way is let through before the connection is closed.
      const denied = questions.settle(received, 'denied', { outcome: 'denied' })
      if (settled !== null) rules.unsettle(settled)
      return denied.knock
    })
    closed({ account, peerId, capability, wasContact })
    return knock
  }

  /** A refusal is taken back: the question stands again, unless it had been missed. */
  #askAgain(received: Received, { answer, settled, question, wasBlocked, leftMs }: Given): Knock {
    const { store, rules, blocked, questions } = this.#parts
    const { id, account } = received.knock
    return store.database.transaction(() => {
      this.#log(visitorOf(received.knock), 'ask', TAKEN_BACK.refusal)
      if (answer.verdict === 'deny') this.#mutesFor(received).takeBack(account)
      if (answer.verdict === 'block' && !wasBlocked) blocked.set(account, false)
      if (settled !== null) rules.unsettle(settled)
      if (question === null) return questions.settle(received, 'missed', { outcome: 'unanswered' }).knock
      return questions.reopen(id, question, leftMs)?.received.knock ?? received.knock
    })
  }

  #remember(id: KnockId, given: Omit<Given, 'deadlineMs' | 'forget'>): void {
    const { clock, store } = this.#parts
    const forget = clock.after(UNDO_WITHIN_MS, () => this.#given.delete(id))
    store.database.onRollback(() => {
      forget()
      this.#given.delete(id)
    })
    this.#given.set(id, { ...given, deadlineMs: clock.monotonicMs() + UNDO_WITHIN_MS, forget })
  }

  #mutesFor({ knock: { page } }: Received): Mutes {
    return page === null ? this.#parts.mutes : this.#parts.pageMutes
  }

  #log(visitor: Visitor, verdict: Decision['verdict'], why: string): void {
    this.#parts.journal.decided(visitor, { verdict, why, by: 'person' })
  }
}
