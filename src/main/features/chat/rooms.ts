import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import { Feed } from '../../platform/feed.ts'
import { noFiles, noNames } from './absent.ts'
import { Author, type Written } from './author.ts'
import { Dropping } from './dropping.ts'
import { GroupCommands } from './groups/commands.ts'
import { Groups } from './groups/groups.ts'
import { spreadGroups } from './groups/spreading.ts'
import type { ChatParts, PinNames } from './index.ts'
import { Intake, type News } from './intake.ts'
import { TYPING_LASTS_MS } from './limits.ts'
import { Leaving } from './leaving.ts'
import { Letters } from './letters.ts'
import { MessageStore } from './message-store.ts'
import { Offering } from './offering.ts'
import { Outbox } from './outbox.ts'
import { Heard } from './own-heard.ts'
import { OwnState, readKey } from './own-state.ts'
import { isHeldBack, whyHeldBack, type StoredPin } from './pin.ts'
import { PinStore } from './pin-store.ts'
import { Pins } from './pins.ts'
import { Receipts } from './receipts.ts'
import { Sessions } from './sessions.ts'
import { LogStore, type Changed, type ConversationRow } from './store.ts'
import { Telling } from './telling.ts'
import { TraceStore } from './trace.ts'
import type { ChatEvent, ChatFiles } from './types.ts'
import { HeardTyping } from './typing.ts'
import { Writing } from './writing.ts'

/** The rooms of chat, and what one tells another. */
export class Rooms {
  readonly store: LogStore
  readonly messages: MessageStore
  readonly groups: Groups
  readonly groupCommands: GroupCommands
  readonly state: OwnState
  readonly trace: TraceStore
  readonly author: Author
  readonly names: PinNames
  readonly files: ChatFiles
  readonly pins: Pins
  readonly sessions: Sessions
  readonly outbox: Outbox
  readonly leaving: Leaving
  readonly letters: Letters
  readonly telling: Telling
  readonly writing: Writing
  readonly receipts: Receipts
  readonly dropping: Dropping
  readonly heard: Heard
  readonly #parts: ChatParts
  readonly #heardTyping = new HeardTyping()
  readonly #offering: Offering
  #stopped = false

  constructor(parts: ChatParts) {
    const { database, clock, me, log, proofs } = parts
    this.#parts = parts
    this.names = parts.names ?? noNames
    this.files = parts.files ?? noFiles
    const store = new LogStore(database, me.account)
    this.store = store
    const messages = new MessageStore(database, me.account, store)
    this.messages = messages
    this.#offering = new Offering(messages, this.files)
    const groups = new Groups({ database, store, me: me.account, log, onReviewed: (...reviewed) => this.#onReviewed(...reviewed) })
    this.groups = groups
    messages.noticeOf = (n) => groups.noticeOf(n)
    this.state = new OwnState(database)
    this.trace = new TraceStore(database)
    this.author = new Author({ store, clock, log, me, salt: () => parts.bytes(16), onWritten: (written) => this.#onWritten(written) })
    this.groupCommands = new GroupCommands({
      store,
      groups,
      author: this.author,
      clock,
      me: me.account,
      bytes: (count) => parts.bytes(count),
      ownDevices: () => parts.ownDevices?.() ?? null,
      isStopped: () => this.#stopped,
    })
    this.pins = new Pins({
      store,
      pins: new PinStore(database),
      clock,
      names: this.names,
      me: me.account,
      onChanged: (...change) => this.#onPinChanged(...change),
    })
    const devicesOf = (account: AccountId): readonly PeerId[] => proofs.devicesOf(account)
    const intake = new Intake({
      store,
      clock,
      me,
      devicesOf,
      formerDevicesOf: (account) => proofs.formerDevicesOf?.(account) ?? [],
      isKnownIn: (...about) => groups.isKnownIn(...about),
      readElsewhere: (...read) => this.heard.readElsewhere(...read),
      arrived: (conversation) => this.heard.arrived(conversation),
    })
    const isHeld = (conversation: ConversationId): boolean => this.pins.isHeldBack(conversation)
    this.sessions = new Sessions({
      ...parts,
      store,
      intake,
      sharing: groups,
      accountOf: (peerId) => proofs.of(peerId)?.account ?? null,
      isHeldBack: isHeld,
      onNews: (news) => this.#onNews(news),
      onTyping: (conversation, account) => this.#onTyping(conversation, account),
      onRefused: (account, { device }, status) => {
        if (device === me.peerId) this.outbox.refused(account, status)
      },
      onOver: (...about) => this.outbox.over(...about),
    })
    this.outbox = new Outbox({
      ...parts,
      store,
      trace: this.trace,
      sessions: this.sessions,
      isHeldBack: isHeld,
      whyHeldBack: (account) => this.pins.whyHeldBack(account),
      leave: (account) => this.leaving.leave(account),
      onChanged: (account) => this.telling.conversationChanged(store.conversationWith(account)),
    })
    const basis = { store, sharing: groups, isHeldBack: isHeld, me, clock, log, devicesOf, mail: parts.mail }
    this.leaving = new Leaving({ ...basis, trace: this.trace, onChanged: (changed) => this.#onHeld(changed) })
    this.letters = new Letters({
      ...basis,
      intake,
      offence: parts.offence,
      learnDevices: parts.learnDevices,
      onNews: (news) => {
        this.#onNews(news)
        this.sessions.brought(news)
      },
    })
    const feed = new Feed<ChatEvent>((error) => log.error({ error }, 'a listener of chat failed'))
    this.telling = new Telling({
      store,
      messages,
      state: this.state,
      pins: this.pins,
      outbox: this.outbox,
      wordsWith: (account) => (account === me.account ? [] : this.names.wordsWith(account)),
      groupOf: (row) => groups.groupOf(row),
      feed,
    })
    this.writing = new Writing({
      store,
      messages,
      author: this.author,
      pins: this.pins,
      files: this.files,
      me: me.account,
      whyMute: (row) => groups.whyMute(row),
      mayDelete: (row, author) => store.view.authority.mayDelete(row, me.account, author),
      isStopped: () => this.#stopped,
    })
    this.receipts = new Receipts({
      store,
      author: this.author,
      clock,
      log,
      tells: ({ id }) => this.state.choicesOf(id).readReceipts ?? parts.readReceipts(),
      isHeldBack: isHeld,
      remember: (conversation, readUpTo) => this.remember(readKey(conversation, me.peerId), readUpTo),
    })
    this.dropping = new Dropping({
      store,
      messages,
      clock,
      log,
      onDropped: (conversation, ids) => {
        this.#offering.gone(ids)
        this.telling.removed(conversation, ids)
        this.telling.conversationChanged(store.conversation(conversation))
      },
    })
    this.heard = new Heard({ ...parts, store, state: this.state, dropping: this.dropping, telling: this.telling })
  }

  get stopped(): boolean {
    return this.#stopped
  }

  async start(): Promise<void> {
    this.pins.start()
    this.dropping.start()
    this.groups.seen.start()
    this.store.transaction(() => this.store.view.blocks.askAgain())
    await this.sessions.serve()
    for (const { id } of this.store.conversations()) this.receipts.owe(id)
    this.outbox.start()
    this.heard.start()
  }

  /** Afterwards nothing of chat reads or writes the database. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.pins.stop()
    this.receipts.stop()
    this.outbox.stop()
    await this.leaving.stop()
    await this.letters.stop()
    await this.sessions.stop()
    await this.author.settled()
    await this.dropping.stop()
    await this.groups.seen.stop()
    await this.heard.settled()
    await this.telling.stop()
  }

  /** Tells this account's devices what it chose, this one among them. */
  async remember(key: string, value: unknown): Promise<void> {
    const { clock, me } = this.#parts
    const nowMs = clock.nowMs()
    const { id } = this.store.transaction(() => this.store.openConversation(me.account, nowMs))
    await this.author.write(id, { said: { kind: 'state', key, value, atMs: nowMs } })
  }

  #onPinChanged(row: ConversationRow, before: StoredPin | null, now: StoredPin | null): void {
    const { account } = row
    if (account === null) return
    if (isHeldBack(now) && !isHeldBack(before)) this.outbox.hold(account, whyHeldBack(now) ?? '')
    if (isHeldBack(before) && !isHeldBack(now)) {
      this.sessions.poke(row.id)
      this.outbox.queued(account)
      this.receipts.owe(row.id)
    }
    this.telling.conversationChanged(row)
  }

  /** First on its way, then told to the window: both see it within the same turn of the event loop. */
  #onWritten(written: readonly Written[]): void {
    const conversations = new Set(written.map(({ conversation }) => conversation))
    for (const conversation of conversations) this.#send(conversation)
    for (const { effect } of written) {
      if (effect.shown !== null) this.telling.stored(effect.shown, true)
      this.telling.altered(effect.changed)
      for (const id of effect.changed) this.#offering.withdraw(id)
      if (effect.state !== null) this.heard.take([effect.state])
      if (effect.shown !== null) this.dropping.expires()
    }
    this.telling.conversationsChanged(conversations)
    spreadGroups(this, true)
  }

  /** What was written goes to all who are to have it, and to this account's other devices. */
  #send(conversation: ConversationId): void {
    this.sessions.poke(conversation)
    const row = this.store.conversation(conversation)
    for (const account of row === null ? [] : this.store.audience(row)) this.outbox.queued(account)
    // Held back until now, as all else.
    this.receipts.owe(conversation)
  }

  #onNews({ conversations, shown, altered, changed, carried, state, fresh }: News): void {
    for (const id of shown) {
      this.telling.stored(id, fresh)
      this.#offering.offer(id)
    }
    this.telling.altered(altered)
    for (const id of altered) {
      this.#offering.withdraw(id)
      this.#offering.offer(id)
    }
    for (const range of changed) this.telling.advanced(range)
    for (const { account } of changed) this.outbox.progress(account)
    for (const conversation of carried) {
      const row = this.store.conversation(conversation)
      for (const account of row === null ? [] : this.store.audience(row)) {
        if (this.store.isWaiting(account)) this.outbox.queued(account)
      }
    }
    if (state.length > 0) this.heard.take(state)
    if (shown.length + altered.length > 0) this.dropping.expires()
    this.telling.conversationsChanged(conversations)
    spreadGroups(this, false)
  }

  #onHeld(changed: readonly Changed[]): void {
    for (const range of changed) this.telling.advanced(range)
    this.telling.conversationsChanged(new Set(changed.map(({ conversation }) => conversation)))
  }

  #onReviewed(erased: readonly MessageId[], over: ConversationId | null): void {
    this.#offering.gone(erased)
    // What is seen again may have been erased here, and others have it.
    if (over !== null) this.sessions.brought({ conversations: new Set(), missing: new Set([over]) })
    spreadGroups(this, false)
  }

  #onTyping(conversation: ConversationId, account: AccountId): void {
    const { clock } = this.#parts
    if (!this.#heardTyping.isNews(conversation, account, clock.monotonicMs())) return
    this.telling.typing(conversation, account, clock.nowMs() + TYPING_LASTS_MS)
  }
}
