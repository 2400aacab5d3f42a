import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { Route } from '../../../shared/model/peers.ts'
import type { Clock } from '../../platform/clock.ts'
import type { KnownBody, LogPosition, SignedEntry } from '../../protocols/chat/index.ts'
import type { About } from './about.ts'
import { MAX_TURN_MS } from './limits.ts'
import type { Changed, LogStore, Milestone } from './store.ts'
import { judge, type Surroundings, type Verdict } from './validator.ts'
import type { Effect } from './view.ts'

/** Who is at the other end of a stream, and which conversations it may carry. */
export interface Carrier {
  readonly account: AccountId
  readonly peerId: PeerId
  /** Null: it came in a letter. */
  readonly route: Route | null
  aboutOf(conversation: ConversationId): About | null
}

/** What came on a stream and means something to the logs, in the order it came. */
export type Arrived =
  | { kind: 'entry'; signed: SignedEntry; block: Uint8Array | null }
  | { kind: 'content'; position: LogPosition; block: Uint8Array }
  /** They hold a log up to there: by their acknowledgement, or by their heads. */
  | { kind: 'held'; position: LogPosition; sentMs: number | null }

export interface Taken {
  /** The last entry of each log that is stored now. */
  readonly stored: LogPosition[]
  readonly refused: { position: LogPosition; verdict: Extract<Verdict, { verdict: 'refuse' }> }[]
  /** How many new entries of others there were, by their author. */
  readonly authors: ReadonlyMap<AccountId, number>
  /** Content blocks that were missing, and are here now. */
  readonly filled: number
  /** For the window, to be told after the other side was answered. */
  readonly news: News
  /** Not looked at yet, as this lasted long enough. */
  readonly rest: readonly Arrived[]
}

/** What a transaction changed. */
export interface News {
  readonly conversations: ReadonlySet<ConversationId>
  /** Messages that were not there before. */
  readonly shown: readonly MessageId[]
  /** Messages that look different. */
  readonly altered: readonly MessageId[]
  readonly state: readonly State[]
  /** Somebody else brought it; not another device of ours, which had it before. */
  readonly fresh: boolean
  readonly changed: readonly Changed[]
  /** Conversations with entries of ours from another device, which may still have to be delivered. */
  readonly carried: ReadonlySet<ConversationId>
  /** Conversations with entries whose content block this carrier did not have. */
  readonly missing: ReadonlySet<ConversationId>
}

/** What another device of ours says that this account chose. */
export type State = NonNullable<Effect['state']>

interface IntakeParts {
  readonly store: LogStore
  readonly clock: Clock
  readonly me: { account: AccountId; peerId: PeerId }
  readonly devicesOf: (account: AccountId) => readonly PeerId[]
  readonly formerDevicesOf: (account: AccountId) => readonly PeerId[]
  readonly isKnownIn: Surroundings['isKnownIn']
  /** Another device of this account read so far. */
  readonly readElsewhere: (conversation: ConversationId, upTo: Receipt['readUpTo']) => void
  /** Messages of others came, which another device of ours may have read before. */
  readonly arrived: (conversation: ConversationId) => void
}

type Receipt = Extract<KnownBody, { kind: 'receipt' }>

/** Takes what other devices bring into the logs. */
export class Intake {
  readonly #parts: IntakeParts

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /**
   * Judges and stores, all in one transaction that is durable when this returns. A log one of whose entries was refused
   * goes no further in this call; `refusedBefore` are those of earlier calls.
   */
  take(carrier: Carrier, arrived: readonly Arrived[], refusedBefore: ReadonlySet<string>): Taken {
    return this.#parts.store.transaction(() => new Batch(this.#parts, carrier, refusedBefore).run(arrived))
  }

  /** All of them, in as many transactions as that takes, with a pause after each. */
  async takeAll(carrier: Carrier, arrived: readonly Arrived[], refusedBefore: ReadonlySet<string>, pause: () => Promise<void>): Promise<Taken> {
    let taken = this.take(carrier, arrived, refusedBefore)
    while (taken.rest.length > 0) {
      await pause()
      const refused = new Set([...refusedBefore, ...taken.refused.map(({ position }) => logKey(position))])
      taken = joined(taken, this.take(carrier, taken.rest, refused))
    }
    return taken
  }
}

/** One log of one stream, as a key. */
export function logKey({ conversation, device }: Pick<LogPosition, 'conversation' | 'device'>): string {
  return `${conversation} ${device}`
}

function isOfRoster(item: Arrived): boolean {
  return item.kind === 'entry' && item.signed.body?.kind === 'roster'
}

/** What one transaction took, and the next one. */
function joined(one: Taken, next: Taken): Taken {
  const stored = new Map([...one.stored, ...next.stored].map((position) => [logKey(position), position]))
  const authors = new Map(one.authors)
  for (const [account, count] of next.authors) authors.set(account, (authors.get(account) ?? 0) + count)
  const news: News = {
    conversations: new Set([...one.news.conversations, ...next.news.conversations]),
    shown: [...one.news.shown, ...next.news.shown],
    altered: [...one.news.altered, ...next.news.altered],
    state: [...one.news.state, ...next.news.state],
    fresh: one.news.fresh,
    changed: [...one.news.changed, ...next.news.changed],
    carried: new Set([...one.news.carried, ...next.news.carried]),
    missing: new Set([...one.news.missing, ...next.news.missing]),
  }
  const refused = [...one.refused, ...next.refused]
  return { stored: [...stored.values()], refused, news, authors, filled: one.filled + next.filled, rest: next.rest }
}

/** One transaction: lives no longer than it. */
class Batch implements Surroundings {
  readonly #parts: IntakeParts
  readonly #carrier: Carrier
  readonly #refusedLogs: Set<string>
  readonly #nowMs: number
  readonly #news = {
    conversations: new Set<ConversationId>(),
    shown: [] as MessageId[],
    altered: [] as MessageId[],
    state: [] as State[],
    fresh: false as boolean,
    changed: [] as Changed[],
    carried: new Set<ConversationId>(),
    missing: new Set<ConversationId>(),
  } satisfies News
  readonly #authors = new Map<AccountId, number>()
  readonly #read = new Set<ConversationId>()
  #filled = 0

  constructor(parts: IntakeParts, carrier: Carrier, refusedBefore: ReadonlySet<string>) {
    this.#parts = parts
    this.#carrier = carrier
    this.#refusedLogs = new Set(refusedBefore)
    this.#nowMs = parts.clock.nowMs()
    this.#news.fresh = carrier.account !== parts.me.account
  }

  run(arrived: readonly Arrived[]): Taken {
    const stored = new Map<string, LogPosition>()
    const refused: Taken['refused'] = []
    const startedMs = this.#parts.clock.monotonicMs()
    let done = 0
    for (const item of arrived) {
      // What a roster comes to is worked out anew with each of its entries, and somebody may have made it a long one.
      if (done > 0 && isOfRoster(item) && this.#parts.clock.monotonicMs() - startedMs > MAX_TURN_MS) break
      done += 1
      if (item.kind === 'held') {
        this.#held(item.position, item.sentMs)
        continue
      }
      if (item.kind === 'content') {
        this.#late(item.position, item.block)
        continue
      }
      const { conversation, device, seq } = item.signed.entry
      const position = { conversation, device, seq }
      const key = logKey(position)
      if (this.#refusedLogs.has(key)) continue
      const verdict = judge(item.signed, this)
      if (verdict.verdict === 'refuse') {
        this.#refusedLogs.add(key)
        refused.push({ position, verdict })
        continue
      }
      if (verdict.verdict === 'store') this.#store(item.signed, item.block)
      if (seq > (stored.get(key)?.seq ?? 0)) stored.set(key, position)
    }
    for (const conversation of this.#read) this.#parts.arrived(conversation)
    const { authors, news, filled } = { authors: this.#authors, news: this.#news, filled: this.#filled }
    return { stored: [...stored.values()], refused, news, authors, filled, rest: arrived.slice(done) }
  }

  aboutOf(conversation: ConversationId): About | null {
    return this.#carrier.aboutOf(conversation)
  }

  isKnownIn(roster: ConversationId, account: AccountId, signed: SignedEntry): boolean {
    return this.#parts.isKnownIn(roster, account, signed)
  }

  devicesOf(account: AccountId): readonly PeerId[] {
    const { me, devicesOf, formerDevicesOf } = this.#parts
    // Whoever brings it took nothing more of a device from when it was given up, and is the account itself, or we are.
    const isFirstHand = this.#carrier.account === account || this.#carrier.account === me.account
    const all = isFirstHand ? [...devicesOf(account), ...formerDevicesOf(account)] : devicesOf(account)
    // This device is vouched for by its own key, also before its own list is at hand.
    return account === me.account ? [me.peerId, ...all] : all
  }

  head(conversation: ConversationId, device: PeerId) {
    const row = this.#parts.store.conversation(conversation)
    return row === null ? null : this.#parts.store.head(row.key, device)
  }

  idAt(conversation: ConversationId, device: PeerId, seq: number) {
    const log = this.head(conversation, device)
    return log === null ? null : this.#parts.store.idAt(log.key, seq)
  }

  clockOf(conversation: ConversationId): number {
    const row = this.#parts.store.conversation(conversation)
    return row === null ? 0 : this.#parts.store.clockOf(row)
  }

  #store(signed: SignedEntry, block: Uint8Array | null): void {
    const { store, me } = this.#parts
    const { conversation, account } = signed.entry
    this.#open(conversation)
    const { shown, changed, state } = store.append(conversation, { signed, block }, this.#nowMs)
    this.#news.conversations.add(conversation)
    if (shown !== null) this.#news.shown.push(shown)
    this.#news.altered.push(...changed)
    if (state !== null) this.#news.state.push(state)
    if (signed.body?.kind === 'post' && block === null) this.#news.missing.add(conversation)
    if (signed.body?.kind === 'receipt') this.#receipt(conversation, account, signed.body)
    if (account !== me.account) {
      if (shown !== null) this.#read.add(conversation)
      this.#authors.set(account, (this.#authors.get(account) ?? 0) + 1)
      return
    }
    // Ours, written on another device or lost here: whoever brings it holds it.
    this.#held(signed.entry, null)
    this.#news.carried.add(conversation)
  }

  /** A content block that was missing. One that nobody asked for, or another than its entry names, is passed over. */
  #late(position: LogPosition, block: Uint8Array): void {
    const { store } = this.#parts
    if (this.#carrier.aboutOf(position.conversation) === null) return
    const effect = store.late(position, block, this.#nowMs)
    if (effect === null) return
    this.#filled += 1
    if (effect.state !== null) this.#news.state.push(effect.state)
    this.#news.altered.push(...effect.changed)
    this.#news.conversations.add(position.conversation)
  }

  /** The first entry makes the conversation. */
  #open(id: ConversationId): void {
    const { store, me } = this.#parts
    const about = this.#carrier.aboutOf(id)
    if (about === null) throw new Error('an entry was judged good without a conversation to put it into')
    if (about.kind !== 'two') return void store.openHalf(about.kind, id, about.roster, this.#nowMs)
    store.openConversation(about.members.find((member) => member !== me.account) ?? me.account, this.#nowMs)
  }

  /** What they read of ours; or, from another device of ours, what we read of theirs. */
  #receipt(conversation: ConversationId, from: AccountId, body: Receipt): void {
    const { me, readElsewhere } = this.#parts
    if (from === me.account) return readElsewhere(conversation, body.readUpTo)
    for (const { device, seq } of body.readUpTo) {
      this.#advance({ conversation, device, seq }, from, 'delivered')
      this.#advance({ conversation, device, seq }, from, 'read')
    }
  }

  #held(position: LogPosition, sentMs: number | null): void {
    // A device of our own that holds it is not the other person's.
    if (this.#carrier.account === this.#parts.me.account) return
    if (this.#parts.store.conversation(position.conversation) === null) return
    this.#advance(position, this.#carrier.account, 'delivered', sentMs)
  }

  #advance(position: LogPosition, account: AccountId, step: Milestone['step'], sentMs: number | null = null): void {
    const milestone = { step, account, atMs: this.#nowMs, sentMs, route: this.#carrier.route }
    const changed = this.#parts.store.advance(position, milestone)
    if (changed === null) return
    this.#news.changed.push(changed)
    this.#news.conversations.add(position.conversation)
  }
}
