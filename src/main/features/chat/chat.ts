import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import { MAX_TEXT_BYTES, type Conversation, type Message, type TraceStep } from '../../../shared/model/chat.ts'
import type { Cancel } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import { Author, type Written } from './author.ts'
import type { ChatParts, PinNames } from './index.ts'
import { Intake, type News } from './intake.ts'
import { MAX_ANNOUNCED_A_TURN, RECEIPT_DELAY_MS } from './limits.ts'
import { MessageStore } from './message-store.ts'
import { Outbox } from './outbox.ts'
import { isFrozen, isHeldBack, shownPin, whyHeldBack, type StoredPin } from './pin.ts'
import { PinStore } from './pin-store.ts'
import { Pins } from './pins.ts'
import { Sessions } from './sessions.ts'
import { LogStore, type Changed, type ConversationRow } from './store.ts'
import { TraceStore } from './trace.ts'
import type { ChatEvent, ChatFeature } from './types.ts'

/** The chat feature put together: what the contract asks of it, and what it tells. */
export class Chat implements ChatFeature {
  readonly #parts: ChatParts
  readonly #feed: Feed<ChatEvent>
  readonly #store: LogStore
  readonly #messages: MessageStore
  readonly #trace: TraceStore
  readonly #author: Author
  readonly #names: PinNames
  readonly #pins: Pins
  readonly #sessions: Sessions
  readonly #outbox: Outbox
  readonly #receipts = new Map<ConversationId, Cancel>()
  readonly #announcing = new Set<Promise<void>>()
  #stopped = false

  constructor(parts: ChatParts) {
    const { database, clock, me, log, proofs } = parts
    this.#parts = parts
    this.#feed = new Feed((error) => log.error({ error }, 'a listener of chat failed'))
    const store = new LogStore(database, me.account)
    this.#store = store
    this.#messages = new MessageStore(database, me.account)
    this.#trace = new TraceStore(database)
    this.#author = new Author({ store, clock, log, me, onWritten: (written) => this.#onWritten(written) })
    this.#names = parts.names ?? noNames
    this.#pins = new Pins({
      store,
      pins: new PinStore(database),
      clock,
      names: this.#names,
      me: me.account,
      onChanged: (...change) => this.#onPinChanged(...change),
    })
    const intake = new Intake({ store, clock, me, devicesOf: (account) => proofs.devicesOf(account) })
    this.#sessions = new Sessions({
      ...parts,
      store,
      intake,
      accountOf: (peerId) => proofs.of(peerId)?.account ?? null,
      isHeldBack: (conversation) => this.#pins.isHeldBack(conversation),
      onNews: (news) => this.#onNews(news),
      onRefused: (account, { device }, status) => {
        if (device === me.peerId) this.#outbox.refused(account, status)
      },
      onOver: (...about) => this.#outbox.over(...about),
    })
    this.#outbox = new Outbox({
      ...parts,
      store,
      trace: this.#trace,
      sessions: this.#sessions,
      whyHeldBack: (account) => this.#pins.whyHeldBack(account),
      onChanged: (account) => this.#conversationChanged(store.conversationWith(account)),
    })
  }

  async start(): Promise<void> {
    this.#pins.start()
    await this.#sessions.serve()
    for (const row of this.#store.conversations()) this.#oweReceipt(row)
    this.#outbox.start()
  }

  /** Afterwards nothing of chat reads or writes the database. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#pins.stop()
    for (const cancel of this.#receipts.values()) cancel()
    this.#outbox.stop()
    await this.#sessions.stop()
    await this.#author.settled()
    await Promise.all(this.#announcing)
  }

  conversations(): Conversation[] {
    const all = this.#store.conversations().map((row) => this.#show(row))
    return all.toSorted((a, b) => (b.last?.storedMs ?? b.createdMs) - (a.last?.storedMs ?? a.createdMs))
  }

  open(account: AccountId, name?: string): Conversation {
    if (account === this.#parts.me.account) throw new LatchError('BAD_INPUT', 'That account is your own.')
    return this.#show(name === undefined ? this.#opened(account) : this.#openedBy(account, name))
  }

  decide(conversation: ConversationId, choice: 'keep' | 'follow'): Conversation {
    const row = this.#row(conversation)
    this.namesChanged()
    if (choice === 'follow') return this.#show(this.#pins.follow(row, (...to) => this.#openedBy(...to)))
    this.#pins.keep(row)
    return this.#show(row)
  }

  namesChanged(): void {
    if (!this.#stopped) this.#pins.look()
  }

  messages(id: ConversationId, before: number | undefined, limit: number): { messages: Message[]; more: boolean } {
    return this.#messages.page(this.#row(id).key, before ?? Number.MAX_SAFE_INTEGER, limit)
  }

  async send(conversation: ConversationId, text: string): Promise<Message> {
    const row = this.#row(conversation)
    this.namesChanged()
    const pin = this.#pins.of(row)
    if (isFrozen(pin)) {
      throw new LatchError('CONFLICT', `${pin.fullName} now belongs to another account: say whom you mean first.`)
    }
    // What cannot be written in UTF-8 would read differently there than here.
    const wellFormed = text.toWellFormed()
    const sizeBytes = Buffer.byteLength(wellFormed)
    if (sizeBytes === 0) throw new LatchError('BAD_INPUT', 'A message holds at least one character.')
    if (sizeBytes > MAX_TEXT_BYTES) throw new LatchError('TOO_LARGE', 'A message holds at most 16 KiB.')
    const again = (): void => this.#pins.writeAgain(row)
    const { message } = await this.#write(conversation, { kind: 'message', text: wellFormed }, again)
    if (message === null) throw new Error('a message was stored and is not one')
    this.#outbox.queued(row.account)
    // Held back until now, as all else.
    this.#oweReceipt(this.#row(conversation))
    return message
  }

  async markRead(conversation: ConversationId, position: number): Promise<Conversation> {
    const row = this.#row(conversation)
    const upTo = Math.min(position, row.position)
    if (upTo > row.readPosition) {
      this.#store.transaction(() => {
        this.#store.setRead(conversation, upTo)
        // What is read while receipts are off is never told, also when they are on later.
        if (!this.#parts.readReceipts()) this.#store.setReceipted(conversation, upTo)
      })
      this.#conversationChanged(this.#row(conversation))
      this.#oweReceipt(this.#row(conversation))
    }
    return this.#show(this.#row(conversation))
  }

  trace(id: MessageId): { message: Message; steps: TraceStep[] } {
    const stored = this.#messages.byId(id)
    if (stored === null) throw new LatchError('NOT_FOUND', 'There is no message of that id.')
    const { account } = this.#row(stored.message.conversation)
    return { message: stored.message, steps: this.#trace.of(stored, account) }
  }

  wake(account: AccountId): void {
    if (!this.#stopped) this.#outbox.wake(account)
  }

  move(peerId: PeerId): void {
    this.#sessions.move(peerId).catch((error: unknown) => this.#parts.log.error({ error }, 'a stream could not be moved'))
  }

  disconnected(peerId: PeerId): void {
    this.#sessions.abort({ peerId }, new Error('its connection is gone'))
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Conversation[], ChatEvent>> {
    return this.#feed.watch(() => this.conversations(), signal)
  }

  #row(conversation: ConversationId): ConversationRow {
    const row = this.#store.conversation(conversation)
    if (row === null) throw new LatchError('NOT_FOUND', 'There is no conversation of that id.')
    return row
  }

  #show(row: ConversationRow): Conversation {
    const { pin, left } = shownPin(this.#pins.of(row), (account) => this.#wordsWith(account))
    return this.#messages.conversation(row, { ...this.#outbox.waits(row.account), pin, left })
  }

  #wordsWith(account: AccountId): string[] {
    return account === this.#parts.me.account ? [] : this.#names.wordsWith(account)
  }

  #opened(account: AccountId): ConversationRow {
    const known = this.#store.conversationWith(account)
    if (known !== null) return known
    const nowMs = this.#parts.clock.nowMs()
    const row = this.#store.transaction(() => this.#store.openConversation(account, nowMs))
    this.#conversationChanged(row)
    return row
  }

  #openedBy(account: AccountId, name: string): ConversationRow {
    this.namesChanged()
    this.#pins.check(account, name)
    const row = this.#opened(account)
    this.#pins.pin(row, name)
    return row
  }

  #onPinChanged(row: ConversationRow, before: StoredPin | null, now: StoredPin | null): void {
    if (isHeldBack(now) && !isHeldBack(before)) this.#outbox.hold(row.account, whyHeldBack(now) ?? '')
    if (isHeldBack(before) && !isHeldBack(now)) {
      this.#sessions.poke(row.id)
      this.#outbox.queued(row.account)
      this.#oweReceipt(row)
    }
    this.#conversationChanged(row)
  }

  #write(...args: Parameters<Author['write']>): Promise<Written> {
    if (this.#stopped) throw new LatchError('CONFLICT', 'Latch is stopping; nothing was stored.')
    return this.#author.write(...args)
  }

  /** First on its way, then told to the window: both see it within the same turn of the event loop. */
  #onWritten(written: readonly Written[]): void {
    const conversations = new Set(written.map(({ conversation }) => conversation))
    for (const conversation of conversations) this.#sessions.poke(conversation)
    for (const { message } of written) {
      if (message !== null) this.#feed.publish({ event: 'message-stored', message })
    }
    this.#conversationsChanged(conversations)
  }

  #onNews({ conversations, messages, changed, carried }: News): void {
    for (const message of messages) this.#feed.publish({ event: 'message-stored', message })
    for (const range of changed) {
      const announcing = this.#announce(range).finally(() => this.#announcing.delete(announcing))
      this.#announcing.add(announcing)
    }
    for (const { conversation } of changed) this.#outbox.progress(this.#row(conversation).account)
    for (const conversation of carried) {
      const { account } = this.#row(conversation)
      if (this.#store.isWaiting(account)) this.#outbox.queued(account)
    }
    this.#conversationsChanged(conversations)
  }

  /** One receipt can change ten thousand messages: they are read and told a hundred at a time. */
  async #announce({ log, from, to }: Changed): Promise<void> {
    for (let next = from; next <= to && !this.#stopped; ) {
      const page = this.#messages.changed({ log, from: next, to }, MAX_ANNOUNCED_A_TURN)
      for (const { message } of page) this.#feed.publish({ event: 'message-changed', message })
      const last = page.at(-1)
      if (last === undefined || page.length < MAX_ANNOUNCED_A_TURN) return
      next = last.seq + 1
      await turnOfTheLoop()
    }
  }

  #conversationsChanged(conversations: ReadonlySet<ConversationId>): void {
    for (const conversation of conversations) this.#conversationChanged(this.#store.conversation(conversation))
  }

  #conversationChanged(row: ConversationRow | null): void {
    if (row === null || this.#stopped) return
    this.#feed.publish({ event: 'conversation-changed', conversation: this.#show(row) })
  }

  /** Writes a receipt shortly, so that reading several messages in a row makes one. */
  #oweReceipt({ id, readPosition, receipted }: ConversationRow): void {
    if (readPosition <= receipted || this.#receipts.has(id)) return
    const write = (): void => {
      this.#receipts.delete(id)
      this.#writeReceipt(id).catch((error: unknown) => this.#parts.log.error({ error }, 'could not write a receipt'))
    }
    this.#receipts.set(id, this.#parts.clock.after(RECEIPT_DELAY_MS, write))
  }

  async #writeReceipt(conversation: ConversationId): Promise<void> {
    const row = this.#row(conversation)
    // Owed on: it is written when the conversation goes on.
    if (this.#pins.isHeldBack(conversation)) return
    const readUpTo = this.#parts.readReceipts() ? this.#store.unreceipted(row) : []
    const receipted = (): void => this.#store.setReceipted(conversation, row.readPosition)
    if (readUpTo.length === 0) return this.#store.transaction(receipted)
    await this.#write(conversation, { kind: 'receipt', readUpTo }, receipted)
    this.#outbox.queued(row.account)
  }
}

const noNames: PinNames = { network: () => '', ownerOf: () => 'unknown', wordsWith: () => [] }
