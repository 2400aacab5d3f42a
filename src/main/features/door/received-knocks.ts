import type { AccountId, KnockId, PeerId } from '../../../shared/ids.ts'
import { letsIn, type Rule } from '../../../shared/model/door.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import type { KnockReply, KnockRequest, Receipt } from '../../protocols/knock/index.ts'
import { draftFor } from './answer-rules.ts'
import { disclosedReceipt, disclosedReply, type Disclosure } from './disclosure.ts'
import type { Journal } from './journal.ts'
import { MAX_KNOCKS_PER_QUESTION } from './limits.ts'
import type { Mutes } from './mute.ts'
import { newKnock } from './new-knock.ts'
import type { Ruling } from './policy.ts'
import { visitorOf, type Question, type Standing } from './question.ts'
import type { ProvenDevice } from './proving.ts'
import type { Questions } from './questions.ts'
import { placeFor, type Place } from './queue.ts'
import type { Quiet } from './quiet.ts'
import type { RuleBook } from './rule-book.ts'
import type { Salts } from './salts.ts'
import type { DoorStore, Received } from './store.ts'
import { aboutOf } from './stranger-words.ts'
import type { DoorTime } from './time.ts'
import type { Tokens } from './tokens.ts'
import type { LedgerNames, Opened } from './types.ts'
import { openingOf } from './until.ts'
import { visitorFrom, type Visitor } from './visitor.ts'
import { workBits } from './work.ts'

interface Parts {
  readonly self: PeerId
  readonly time: DoorTime
  readonly store: DoorStore
  readonly rules: RuleBook
  readonly journal: Journal
  readonly questions: Questions
  readonly tokens: Tokens
  readonly mutes: Mutes
  readonly salts: Salts
  readonly quiet: Quiet
  readonly names: LedgerNames
  readonly disclosure: () => Disclosure
  readonly isContact: (account: AccountId) => boolean
  readonly prove: (peerId: PeerId) => Promise<ProvenDevice | null>
  readonly opened: (opened: Opened) => void
}

interface Arrival {
  readonly visitor: Visitor
  readonly address: string
  readonly claimedName: string
  readonly request: KnockRequest
  readonly ruling: Ruling
}

type Stands = Extract<Place, { place: 'shown' | 'waiting' }>

/** Knocks at this door: each is answered at once, by rule, by limit, or with "a person is being asked". */
export class ReceivedKnocks {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async receive(peer: RemotePeer, request: KnockRequest): Promise<KnockReply | 'silence'> {
    return disclosedReply(await this.#receive(peer, request), this.#parts.disclosure())
  }

  /** The knocker no longer waits. */
  withdraw(peer: RemotePeer, id: KnockId): Receipt {
    return disclosedReceipt(this.#withdraw(peer, id), this.#parts.disclosure())
  }

  #withdraw(peer: RemotePeer, id: KnockId): Receipt {
    const { questions } = this.#parts
    const question = questions.waitingFor(peer.peerId, id)
    if (question === undefined && questions.silences.withdraw(peer.peerId, id)) return { status: 'taken' }
    if (question === undefined) return { status: 'refused', code: 'unknown' }
    const callers = question.received.callers.filter((caller) => caller.id !== id || caller.peerId !== peer.peerId)
    if (callers.length > 0) {
      questions.change(question, { callers })
    } else {
      questions.take(question)
      questions.settle(question.received, 'withdrawn', null)
    }
    return { status: 'taken' }
  }

  /** A rule changed: what it decides needs no person any more. */
  decideAgain(): void {
    const { store, time, rules, journal, questions, opened } = this.#parts
    for (const question of questions.open()) {
      const visitor = visitorOf(question.received.knock, question.connection)
      const ruling = rules.decide(visitor)
      if (ruling.verdict === 'ask' || questions.find(question.received.knock.id) === undefined) continue
      questions.take(question)
      store.database.transaction(() => {
        journal.ruled(visitor, ruling, false)
        if (letsIn(ruling.verdict)) {
          const opening = openingOf(rules.get(ruling.rule), time.wallMs())
          questions.settle(question.received, 'allowed', { outcome: 'allowed', ...opening })
        } else if (ruling.verdict === 'deny') {
          questions.settle(question.received, 'denied', { outcome: 'denied' })
        } else {
          questions.settle(question.received, 'ignored', null)
        }
      })
      if (letsIn(ruling.verdict)) opened({ whose: 'theirs', ...aboutOpening(visitor) })
    }
  }

  async #receive(peer: RemotePeer, request: KnockRequest): Promise<KnockReply | 'silence'> {
    const about = aboutOf(request.about)
    const device = await this.#parts.prove(peer.peerId)
    if (device === null) {
      this.#parts.journal.unproven(peer, request.capability, about)
      return { status: 'denied', code: 'unproven' }
    }
    const { account, claimedName } = device
    const visitor = visitorFrom(peer, account, request.capability, about)
    if (request.capability === 'load') return this.#refuse(visitor, 'only pages ask for that')
    const ruling = this.#parts.rules.decide(visitor)
    if (ruling.verdict === 'ask') return this.#ask({ visitor, address: peer.address, claimedName, request, ruling })
    this.#parts.journal.ruled(visitor, ruling, false)
    // Of a block nothing is to be heard at all.
    const isIgnored = ruling.verdict === 'ignore'
    if (isIgnored && ruling.rule !== null) return this.#asIfNobodyAnswered(visitor, request.id) ?? 'silence'
    if (isIgnored) return 'silence'
    return letsIn(ruling.verdict)
      ? this.#letIn(visitor, this.#parts.rules.get(ruling.rule))
      : { status: 'denied', code: 'door' }
  }

  #ask(arrival: Arrival): KnockReply | 'silence' {
    const { visitor, request, ruling } = arrival
    const { time, rules, questions, mutes, salts } = this.#parts
    const { account, peerId, capability, about } = visitor

    if (request.token !== undefined && capability === 'contact' && this.#isGood(request.token)) {
      const draft = draftFor(visitor, 'capability', 'allow', { kind: 'forever' }, rules.get(ruling.rule))
      const { rule } = rules.settle(draft, 'invitation')
      this.#decided(visitor, { verdict: 'allow', why: 'the token of an invitation', by: 'token', rule: rule.id })
      return this.#letIn(visitor, rule)
    }
    const silence = this.#asIfNobodyAnswered(visitor, request.id)
    if (silence !== null) {
      this.#refuse(visitor, 'the same was refused silently just now')
      return silence
    }
    const again = questions.waitingFor(peerId, request.id)
    if (again !== undefined) return this.#pending(again)
    if (questions.known(request.id) !== undefined) return this.#refuse(visitor, 'the id of an earlier knock')
    const mute = mutes.of(account, time.steadyMs())
    if (mute !== 'none') {
      const refusal = this.#refuse(visitor, 'muted after several refusals')
      return mute === 'silent' ? 'silence' : refusal
    }

    const nowMs = time.steadyMs()
    const { work } = request
    const isFresh = work !== undefined && salts.isFresh(work.salt, nowMs)
    const earned = isFresh
      ? workBits({ id: request.id, from: peerId, to: this.#parts.self, salt: work.salt }, work.nonce)
      : 0
    const isContact = this.#parts.isContact(account)
    const isQuiet = this.#parts.quiet.isFor(isContact)
    const place = placeFor({ account, capability, about, isContact, isQuiet, workBits: earned }, questions.queue())
    switch (place.place) {
      case 'busy':
        this.#decided(visitor, { verdict: 'deny', why: 'too many are waiting', by: 'limit' })
        return { status: 'busy', workBits: place.workBits, salt: salts.current(nowMs) }
      case 'refused':
        return this.#refuse(visitor, place.why)
      case 'joins':
        return this.#join(place.id, visitor, request.id)
      case 'shown':
      case 'waiting':
        return this.#stand(arrival, place, isQuiet)
    }
  }

  /** A new question, before the person or in line. */
  #stand({ visitor, address, claimedName, request, ruling }: Arrival, place: Stands, quiet: boolean): KnockReply {
    const { store, time, journal, questions, names } = this.#parts
    const { account, peerId, connection } = visitor
    const { id, greeting } = request
    const nowMs = time.wallMs()
    const isShown = place.place === 'shown'
    const standing: Standing = { isPaid: place.place === 'waiting' && place.isPaid, connection }
    return store.database.transaction(() => {
      journal.ruled(visitor, ruling, false)
      const before = store.countCaller(account, nowMs)
      const ledgerName = names.of(account)[0] ?? null
      const coming = { id, visitor, claimedName, greeting, ledgerName, page: null, address, before, isShown, isQuiet: quiet }
      const received: Received = { knock: newKnock(coming, nowMs), callers: [{ peerId, id }], told: 0 }
      return this.#pending(questions.add(received, standing, isShown ? place.instead : null))
    })
  }

  /** One more request that one question stands for. */
  #join(id: KnockId, { peerId }: Visitor, knockId: KnockId): KnockReply {
    const { questions } = this.#parts
    const question = questions.find(id)
    if (question === undefined) return { status: 'denied', code: 'door' }
    const { knock, callers } = question.received
    questions.join(question, {
      ...question.received,
      knock: { ...knock, requests: knock.requests + 1 },
      callers: withCaller(callers, { peerId, id: knockId }),
    })
    return this.#pending(question)
  }

  /** What whoever was refused silently hears while the question would have stood; null where there is no such. */
  #asIfNobodyAnswered(visitor: Visitor, id: KnockId): KnockReply | null {
    const { silences } = this.#parts.questions
    const silence = silences.of(visitor)
    if (silence === undefined) return null
    silence.callers = withCaller(silence.callers, { peerId: visitor.peerId, id })
    const { quiet } = silence.received.knock
    return pendingReply(silences.leftMs(silence), silence.isShown, quiet)
  }

  #pending(question: Question): KnockReply {
    const { state, quiet } = question.received.knock
    return pendingReply(this.#parts.questions.leftMs(question), state === 'pending', quiet)
  }

  #letIn(visitor: Visitor, rule: Rule | undefined): KnockReply {
    this.#parts.opened({ whose: 'theirs', ...aboutOpening(visitor) })
    return { status: 'allowed', ...openingOf(rule, this.#parts.time.wallMs()) }
  }

  #refuse(visitor: Visitor, why: string): KnockReply {
    this.#decided(visitor, { verdict: 'deny', why, by: 'limit' })
    return { status: 'denied', code: 'door' }
  }

  /** Where no rule can be made, the token stays good, and a person is asked. */
  #isGood(token: Uint8Array): boolean {
    return this.#parts.rules.hasRoom() && this.#parts.tokens.use(token) === 'good'
  }

  #decided(...decision: Parameters<Journal['decided']>): void {
    this.#parts.journal.decided(...decision)
  }
}

/** The newest knock of each device is told the verdict. */
function withCaller(callers: Received['callers'], caller: Received['callers'][number]): Received['callers'] {
  const others = callers.filter(({ peerId }) => peerId !== caller.peerId)
  return [...others.slice(1 - MAX_KNOCKS_PER_QUESTION), caller]
}

function pendingReply(leftMs: number, shown: boolean, quiet: boolean): KnockReply {
  return { status: 'pending', remainingMs: Math.ceil(leftMs), shown, ...(quiet ? { quiet } : {}) }
}

function aboutOpening({ account, peerId, capability }: Visitor): Omit<Opened, 'whose'> {
  return { account, peerId, capability }
}
