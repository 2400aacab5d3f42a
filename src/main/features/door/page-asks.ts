import type { AccountId, KnockId } from '../../../shared/ids.ts'
import { type About, type AskingPage, type Capability, type Knock, letsIn } from '../../../shared/model/door.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Admission, RefusalCode } from '../../platform/streams.ts'
import type { Journal } from './journal.ts'
import { PAGES_LAST_MS } from './limits.ts'
import type { Mutes } from './mute.ts'
import { newKnock } from './new-knock.ts'
import type { Ruling } from './policy.ts'
import type { ProvenDevice } from './proving.ts'
import type { Questions } from './questions.ts'
import { placeFor } from './queue.ts'
import type { Quiet } from './quiet.ts'
import type { RuleBook } from './rule-book.ts'
import type { DoorStore } from './store.ts'
import { inPlainText } from './stranger-words.ts'
import type { DoorTime } from './time.ts'
import type { LedgerNames, PageOf } from './types.ts'
import { visitorFrom, type Visitor } from './visitor.ts'

interface Parts {
  readonly clock: Clock
  readonly time: DoorTime
  readonly store: DoorStore
  readonly rules: RuleBook
  readonly journal: Journal
  readonly questions: Questions
  /** Of what pages ask: refusing those keeps nobody from knocking. */
  readonly mutes: Mutes
  readonly quiet: Quiet
  readonly names: LedgerNames
  readonly isContact: (account: AccountId) => boolean
  readonly provenNow: (peerId: PageOf['peerId']) => ProvenDevice | null
  readonly newId: () => KnockId
  /** What stands for a connection, where a page has none, is over. */
  readonly connectionOver: (connection: string) => void
}

interface Waiter {
  readonly visitor: Visitor
  readonly answered: (admission: Admission) => void
}

/**
 * What pages that are open here ask: decided as what their owner asks, or put before the person with all other
 * questions. No verdict goes out, as nobody elsewhere waits; who waits is here, and may give up.
 */
export class PageAsks {
  readonly #parts: Parts
  readonly #waiting = new Map<KnockId, Set<Waiter>>()
  /** What stands for a connection of pages that come from a copy, and what ends it. */
  readonly #visits = new Map<AccountId, Cancel>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async ask(
    capability: Capability,
    page: PageOf,
    about: About,
    signal: AbortSignal,
    onKnock: (id: KnockId) => void,
  ): Promise<Admission> {
    signal.throwIfAborted()
    const visitor = this.#visitor(capability, page, about)
    const admission = this.#decided(visitor)
    if (admission !== null) {
      this.#offerOver(page, visitor)
      return admission
    }
    const asked = this.#put(visitor, page)
    if (typeof asked !== 'string') return asked
    const answer = this.#answerTo(asked, visitor, signal)
    onKnock(asked)
    return answer.finally(() => this.#offerOver(page, visitor))
  }

  /** What is let in by this may still not come: nothing of a yes is used up or written down before `took`. */
  judge(capability: Capability, page: Omit<PageOf, 'peer'>, about: About): 'allow' | 'ask' | 'deny' {
    const visitor = this.#visitor(capability, { ...page, peer: null }, about)
    const ruling = this.#parts.rules.decide(visitor)
    if (letsIn(ruling.verdict)) return 'allow'
    if (ruling.verdict === 'ask') return 'ask'
    this.#ruled(visitor, ruling)
    return 'deny'
  }

  took(capability: Capability, page: Omit<PageOf, 'peer'>, about: About): void {
    const visitor = this.#visitor(capability, { ...page, peer: null }, about)
    const ruling = this.#parts.rules.decide(visitor)
    if (letsIn(ruling.verdict)) this.#ruled(visitor, ruling)
  }

  /** What became of a question, once whatever it is part of is written, or is not. */
  changed({ id, page }: Knock): void {
    if (page !== null && this.#waiting.has(id)) queueMicrotask(() => this.#look(id))
  }

  stop(): void {
    for (const end of this.#visits.values()) end()
    this.#visits.clear()
    const all = [...this.#waiting.values()].flatMap((waiters) => [...waiters])
    this.#waiting.clear()
    for (const { answered } of all) answered(refused('busy', 'the node stops'))
  }

  /** Of an offer nothing lasts longer than it: what let this file in once lets no other in. */
  #offerOver({ offered }: PageOf, { connection }: Visitor): void {
    if (offered !== undefined) this.#parts.connectionOver(connection)
  }

  #visitor(capability: Capability, { account, peerId, peer, offered }: PageOf, asked: About): Visitor {
    // What lies under a name is the name's own affair: one question, and one answer, for all of it.
    const about = inPlainText(capability === 'load' ? { ...asked, bytes: null, path: null } : asked)
    if (peer !== null) {
      const from = visitorFrom({ ...peer, peerId }, account, capability, about)
      return offered === undefined ? from : { ...from, connection: offerOf(account, about) }
    }
    if (offered !== undefined) {
      return { account, peerId, capability, about, route: 'direct', through: null, connection: offerOf(account, about) }
    }
    // By no way at all: no rule for a network, or for a relay, is about it.
    return { account, peerId, capability, about, route: 'direct', through: null, connection: this.#visitOf(account) }
  }

  /** Null where a person is to be asked. */
  #decided(visitor: Visitor): Admission | null {
    const ruling = this.#parts.rules.decide(visitor)
    return ruling.verdict === 'ask' ? null : this.#ruled(visitor, ruling)
  }

  #ruled(visitor: Visitor, ruling: Ruling): Admission {
    const isIn = letsIn(ruling.verdict)
    this.#parts.journal.ruled(visitor, ruling, isIn)
    return isIn ? { verdict: 'allow', why: ruling.why } : refused('denied', ruling.why)
  }

  /** The question that it is, or joins. */
  #put(visitor: Visitor, page: PageOf): KnockId | Admission {
    const { questions, mutes, time, quiet } = this.#parts
    const { account, capability, about } = visitor
    if (mutes.of(account, time.steadyMs()) !== 'none') return this.#limited(visitor, 'muted after several refusals')
    const isContact = this.#parts.isContact(account)
    const isQuiet = quiet.isFor(isContact)
    const place = placeFor({ account, capability, about, isContact, isQuiet, workBits: 0 }, questions.queue())
    switch (place.place) {
      case 'busy':
        return this.#limited(visitor, 'too many are waiting')
      case 'refused':
        return this.#limited(visitor, place.why)
      case 'joins': {
        const question = questions.find(place.id)
        if (question === undefined) return this.#limited(visitor, 'nobody is asked any more')
        const { knock } = question.received
        questions.join(question, { ...question.received, knock: { ...knock, requests: knock.requests + 1 } })
        return place.id
      }
      case 'shown':
        return this.#stand(visitor, page, { isShown: true, isQuiet, instead: place.instead })
      case 'waiting':
        return this.#stand(visitor, page, { isShown: false, isQuiet, instead: null })
    }
  }

  #stand(
    visitor: Visitor,
    { site, peer, offered }: PageOf,
    { isShown, isQuiet, instead }: { isShown: boolean; isQuiet: boolean; instead: KnockId | null },
  ): KnockId {
    const { store, time, rules, journal, questions, names, provenNow, newId } = this.#parts
    const { account, peerId, connection } = visitor
    const page: AskingPage = { site: site ?? null, ...(offered === undefined ? {} : { offered }) }
    const coming = {
      id: newId(),
      visitor,
      claimedName: provenNow(peerId)?.claimedName ?? '',
      greeting: '',
      ledgerName: names.of(account)[0] ?? null,
      page,
      address: peer?.address ?? '',
      before: 0,
      isShown,
      isQuiet,
    }
    const knock = newKnock(coming, time.wallMs())
    store.database.transaction(() => {
      journal.ruled(visitor, rules.decide(visitor), false)
      questions.add({ knock, callers: [], told: 0 }, { isPaid: false, connection }, instead)
    })
    return knock.id
  }

  async #answerTo(id: KnockId, visitor: Visitor, signal: AbortSignal): Promise<Admission> {
    const { promise, resolve, reject } = Promise.withResolvers<Admission>()
    const waiter: Waiter = { visitor, answered: resolve }
    const waiters = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiters.add(waiter))
    const gaveUp = (): void => {
      this.#leave(id, waiter)
      reject(signal.reason)
    }
    signal.addEventListener('abort', gaveUp, { once: true })
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', gaveUp)
    }
  }

  /** The last one takes the question along. */
  #leave(id: KnockId, waiter: Waiter): void {
    const { questions } = this.#parts
    const waiters = this.#waiting.get(id)
    if (waiters?.delete(waiter) !== true || waiters.size > 0) return
    this.#waiting.delete(id)
    const question = questions.find(id)
    if (question === undefined) return
    questions.take(question)
    questions.settle(question.received, 'withdrawn', null)
  }

  #look(id: KnockId): void {
    const { questions } = this.#parts
    const waiters = this.#waiting.get(id)
    if (waiters === undefined || questions.find(id) !== undefined) return
    this.#waiting.delete(id)
    const { state, page } = questions.known(id)?.knock ?? { state: undefined, page: null }
    const isOffer = page?.offered !== undefined
    for (const { visitor, answered } of waiters) answered(this.#outcome(state, visitor, isOffer))
  }

  #outcome(state: Knock['state'] | undefined, visitor: Visitor, isOffer: boolean): Admission {
    switch (state) {
      case 'allowed':
        // By the rule that the answer made, which is used by this.
        return this.#decided(visitor) ?? refused('denied', 'what let it in is over')
      case 'missed':
        return refused(isOffer ? 'silent' : 'denied', 'nobody answered in time')
      default:
        return refused('denied', 'it was refused')
    }
  }

  #limited(visitor: Visitor, why: string): Admission {
    this.#parts.journal.decided(visitor, { verdict: 'deny', why, by: 'limit' })
    return refused('busy', why)
  }

  /** Pages from a copy have no connection: as one counts the time in which they go on asking. */
  #visitOf(account: AccountId): string {
    const connection = `copy ${account}`
    this.#visits.get(account)?.()
    const end = this.#parts.clock.after(PAGES_LAST_MS, () => {
      this.#visits.delete(account)
      this.#parts.connectionOver(connection)
    })
    this.#visits.set(account, end)
    return connection
  }
}

/** What stands for the connection of an offer: the same for all that ask for the same, who join one question. */
function offerOf(account: AccountId, { name, bytes, path }: About): string {
  return `offer ${account} ${JSON.stringify([name, bytes, path])}`
}

function refused(code: RefusalCode, why: string): Admission {
  return { verdict: 'refuse', code, why }
}
