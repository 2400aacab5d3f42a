import { Address, type AccountId, type KnockId, type PeerId } from '../../../shared/ids.ts'
import { nothingMore, type Knock, type Rule } from '../../../shared/model/door.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import type { KnockReply, KnockRequest, Receipt } from '../../protocols/knock/index.ts'
import type { Journal, Said } from './journal.ts'
import { ANSWER_WITHIN_MS, MAX_KNOCKS_PER_QUESTION, QUEUED_FOR_MS } from './limits.ts'
import type { Mutes } from './mute.ts'
import { letsIn, type Ruling } from './policy.ts'
import { openFor, visitorOf, type Question, type Questions } from './questions.ts'
import { placeFor } from './queue.ts'
import type { RuleBook } from './rule-book.ts'
import type { Salts } from './salts.ts'
import type { DoorStore, Received } from './store.ts'
import type { DoorTime } from './time.ts'
import type { Tokens } from './tokens.ts'
import type { Opened } from './types.ts'
import { visitorFrom, type Visitor } from './visitor.ts'
import { workBits } from './work.ts'

/** What the door needs to know of a device that has proven its account. */
export interface ProvenDevice {
  readonly account: AccountId
  readonly claimedName: string
}

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

type Standing = Pick<Question, 'isContact' | 'isPaid'> & { readonly isShown: boolean }

/** Knocks at this door: each is answered at once, by rule, by limit, or with "a person is being asked". */
export class ReceivedKnocks {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async receive(peer: RemotePeer, request: KnockRequest): Promise<KnockReply | 'silence'> {
    const device = await this.#parts.prove(peer.peerId)
    if (device === null) {
      this.#parts.journal.unproven(peer, request.capability, 'no account was proven')
      return { status: 'denied', code: 'unproven' }
    }
    const { account, claimedName } = device
    const visitor = visitorFrom(peer, account, request.capability, nothingMore)
    const ruling = this.#parts.rules.decide(visitor)
    if (ruling.verdict === 'ask') return this.#ask({ visitor, address: peer.address, claimedName, request, ruling })
    this.#parts.journal.ruled(visitor, ruling, false)
    if (ruling.verdict === 'ignore') return 'silence'
    return letsIn(ruling.verdict)
      ? this.#letIn(visitor, this.#parts.rules.get(ruling.rule))
      : { status: 'denied', code: 'door' }
  }

  /** The knocker no longer waits. */
  withdraw(peer: RemotePeer, id: KnockId): Receipt {
    const { questions } = this.#parts
    const question = questions.waitingFor(peer.peerId, id)
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
    const { store, rules, journal, questions, opened } = this.#parts
    for (const question of questions.open()) {
      const visitor = visitorOf(question.received.knock, question.connection)
      const ruling = rules.decide(visitor)
      if (ruling.verdict === 'ask' || questions.find(question.received.knock.id) === undefined) continue
      questions.take(question)
      store.database.transaction(() => {
        journal.ruled(visitor, ruling, false)
        if (letsIn(ruling.verdict)) {
          questions.settle(question.received, 'allowed', { outcome: 'allowed', until: openFor(rules.get(ruling.rule)) })
        } else if (ruling.verdict === 'deny') {
          questions.settle(question.received, 'denied', { outcome: 'denied' })
        } else {
          questions.settle(question.received, 'ignored', null)
        }
      })
      if (letsIn(ruling.verdict)) opened({ whose: 'theirs', ...aboutOpening(visitor) })
    }
  }

  #ask(arrival: Arrival): KnockReply {
    const { visitor, request, ruling } = arrival
    const { time, rules, questions, mutes, salts, tokens } = this.#parts
    const { account, peerId, capability } = visitor

    if (request.token !== undefined && capability === 'contact' && tokens.use(request.token) === 'good') {
      const { rule } = rules.allow(account, capability, 'forever', 'invitation', answerPriority(rules.get(ruling.rule)))
      this.#decided(visitor, { verdict: 'allow', why: 'the token of an invitation', by: 'token', rule: rule.id })
      return this.#letIn(visitor, rule)
    }
    const again = questions.waitingFor(peerId, request.id)
    if (again !== undefined) return this.#pending(again)
    if (questions.known(request.id) !== undefined) return this.#refuse(visitor, 'the id of an earlier knock')
    if (mutes.isMuted(account, time.steadyMs())) return this.#refuse(visitor, 'muted after several refusals')

    const nowMs = time.steadyMs()
    const { work } = request
    const isFresh = work !== undefined && salts.isFresh(work.salt, nowMs)
    const earned = isFresh
      ? workBits({ id: request.id, from: peerId, to: this.#parts.self, salt: work.salt }, work.nonce)
      : 0
    const isContact = this.#parts.isContact(account)
    const place = placeFor({ account, capability, isContact, workBits: earned }, questions.queue())
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
        return this.#stand(arrival, {
          isContact,
          isPaid: place.place === 'waiting' && place.isPaid,
          isShown: place.place === 'shown',
        })
    }
  }

  /** A new question, before the person or in line. */
  #stand(
    { visitor, address, claimedName, request, ruling }: Arrival,
    { isContact, isPaid, isShown }: Standing,
  ): KnockReply {
    const { store, time, journal, questions } = this.#parts
    const { account, peerId, capability, about, route, through, connection } = visitor
    const nowMs = time.wallMs()
    return store.database.transaction(() => {
      journal.ruled(visitor, ruling, false)
      const knock: Knock = {
        id: request.id,
        account,
        peerId,
        claimedName: plainText(claimedName),
        ledgerName: null,
        capability,
        about,
        greeting: plainText(request.greeting),
        route,
        through,
        address: Address.safeParse(address).data ?? `/p2p/${peerId}`,
        receivedMs: nowMs,
        untilMs: nowMs + (isShown ? ANSWER_WITHIN_MS : QUEUED_FOR_MS),
        requests: 1,
        before: store.countCaller(account, nowMs),
        quiet: false,
        state: isShown ? 'pending' : 'queued',
        answeredMs: null,
        undoUntilMs: null,
      }
      const received: Received = { knock, callers: [{ peerId, id: request.id }], told: 0 }
      return this.#pending(questions.add(received, { isContact, isPaid, connection }))
    })
  }

  /** One more request that one question stands for. The newest knock of each device is told the verdict. */
  #join(id: KnockId, { account, peerId }: Visitor, knockId: KnockId): KnockReply {
    const { store, time, questions } = this.#parts
    const question = questions.find(id)
    if (question === undefined) return { status: 'denied', code: 'door' }
    const { knock, callers } = question.received
    const others = callers.filter((caller) => caller.peerId !== peerId).slice(1 - MAX_KNOCKS_PER_QUESTION)
    store.database.transaction(() => {
      store.countCaller(account, time.wallMs())
      questions.change(question, {
        knock: { ...knock, requests: knock.requests + 1 },
        callers: [...others, { peerId, id: knockId }],
      })
    })
    return this.#pending(question)
  }

  #pending(question: Question): KnockReply {
    const remainingMs = Math.ceil(this.#parts.questions.leftMs(question))
    return { status: 'pending', remainingMs, shown: question.received.knock.state === 'pending' }
  }

  #letIn(visitor: Visitor, rule: Rule | undefined): KnockReply {
    this.#parts.opened({ whose: 'theirs', ...aboutOpening(visitor) })
    return { status: 'allowed', until: openFor(rule) }
  }

  #refuse(visitor: Visitor, why: string): KnockReply {
    this.#decided(visitor, { verdict: 'deny', why, by: 'limit' })
    return { status: 'denied', code: 'door' }
  }

  #decided(visitor: Visitor, said: Said): void {
    this.#parts.journal.decided(visitor, said)
  }
}

/**
 * An answer makes a rule for one account. Only an `ask` for that same account could outrank it, by its priority: the
 * answer takes that, else the same question would come again.
 */
export function answerPriority(asking: Rule | undefined): number {
  return asking?.who.kind === 'account' ? asking.priority : 0
}

function aboutOpening({ account, peerId, capability }: Visitor): Omit<Opened, 'whose'> {
  return { account, peerId, capability }
}

/**
 * A stranger's words on one line: no control characters, and nothing that turns the direction of what stands around
 * them.
 */
function plainText(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .trim()
}
