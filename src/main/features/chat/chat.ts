import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, ConversationId, FileId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { Conversation, Message, TraceStep } from '../../../shared/model/chat.ts'
import type { Query } from '../../../shared/model/search.ts'
import type { Watched } from '../../platform/feed.ts'
import { dataFolderOf, Exports, type Exported, type ExportOrder } from './export/index.ts'
import type { GroupsFace } from './groups/commands.ts'
import type { ChatParts } from './index.ts'
import { TYPING_EVERY_MS } from './limits.ts'
import type { Page } from './message-store.ts'
import { choicesKey, clearedKey, draftKey, droppedKey, removedKey } from './own-state.ts'
import { Rooms } from './rooms.ts'
import { searchIn, type Found, type Search, type SearchPage } from './search/index.ts'
import type { ConversationRow } from './store.ts'
import type { ArrivedLetter, ChatEvent, ChatFeature, Chosen, Draft, PageAt } from './types.ts'

/** What the contract asks of chat, and what it tells. */
export class Chat implements ChatFeature {
  readonly #parts: ChatParts
  readonly #rooms: Rooms
  readonly #typedMs = new Map<ConversationId, number>()
  readonly #search: Search
  readonly #exports: Exports
  #choosing: Promise<unknown> = Promise.resolve()

  constructor(parts: ChatParts) {
    this.#parts = parts
    this.#rooms = new Rooms(parts)
    const { messages, store, telling } = this.#rooms
    this.#search = searchIn(parts, {
      message: (id) => messages.byId(id)?.message ?? null,
      keyOf: (id) => store.conversation(id)?.key ?? null,
      changes: (signal) => telling.watch(signal),
    })
    this.#exports = new Exports({
      me: parts.me.account,
      clock: parts.clock,
      conversation: (id) => telling.show(this.#row(id)),
      messages: (id, at, limit) => this.messages(id, at, limit),
      dataFolder: dataFolderOf(parts.database.path),
    })
  }

  get groups(): GroupsFace {
    return this.#rooms.groupCommands
  }

  async start(): Promise<void> {
    this.#search.start()
    await this.#rooms.start()
  }

  async stop(): Promise<void> {
    await this.#search.stop()
    await this.#exports.stop()
    await this.#rooms.stop()
  }

  conversations(): Conversation[] {
    return this.#rooms.telling.conversations()
  }

  conversation(id: ConversationId): Conversation {
    return this.#rooms.telling.show(this.#row(id))
  }

  open(account: AccountId, name?: string): Conversation {
    return this.#rooms.telling.show(name === undefined ? this.#opened(account) : this.#openedBy(account, name))
  }

  decide(conversation: ConversationId, choice: 'keep' | 'follow'): Conversation {
    const row = this.#row(conversation)
    this.namesChanged()
    if (choice === 'follow') return this.#rooms.telling.show(this.#rooms.pins.follow(row, (...to) => this.#openedBy(...to)))
    this.#rooms.pins.keep(row)
    return this.#rooms.telling.show(row)
  }

  namesChanged(): void {
    if (!this.#rooms.stopped) this.#rooms.pins.look()
  }

  ended(account: AccountId): void {
    const { outbox, store, telling } = this.#rooms
    outbox.ended(account)
    const row = store.conversationWith(account)
    for (const one of account === this.#parts.me.account ? store.conversations() : [row]) telling.conversationChanged(one)
  }

  messages(id: ConversationId, { before, after, around, fromMs }: PageAt, limit: number): Page {
    const row = this.#row(id)
    if (around !== undefined) return this.#rooms.messages.around(row, around, limit)
    if (after !== undefined) return this.#rooms.messages.after(row, after, limit)
    if (fromMs !== undefined) return this.#rooms.messages.from(row, fromMs, limit)
    return this.#rooms.messages.before(row, before, limit)
  }

  message(id: MessageId): Message {
    const stored = this.#rooms.messages.byId(id)
    if (stored === null) throw new LatchError('NOT_FOUND', 'There is no message of that id.')
    return stored.message
  }

  find(query: Query, page: SearchPage, signal?: AbortSignal): Promise<Found> {
    return this.#search.find(query, page, signal)
  }

  export(order: ExportOrder): Promise<Exported> {
    return this.#exports.write(order)
  }

  send(conversation: ConversationId, draft: Draft): Promise<Message> {
    this.#typedMs.delete(conversation)
    return this.#rooms.writing.send(conversation, draft)
  }

  edit(id: MessageId, text: string, mentions: readonly AccountId[]): Promise<Message> {
    return this.#rooms.writing.edit(id, text, mentions)
  }

  async remove(id: MessageId, whose: 'me' | 'everyone'): Promise<void> {
    if (whose === 'everyone') return this.#rooms.writing.takeBack(id)
    const { conversation } = this.message(id)
    await this.#rooms.remember(droppedKey(id), conversation)
    await this.#rooms.heard.settled()
  }

  react(id: MessageId, emoji: string, on: boolean): Promise<Message> {
    return this.#rooms.writing.react(id, emoji, on)
  }

  pinMessage(id: MessageId, pinned: boolean): Promise<Message> {
    return this.#rooms.writing.pin(id, pinned)
  }

  forward(id: MessageId, to: readonly ConversationId[]): Promise<Message[]> {
    return this.#rooms.writing.forward(id, to)
  }

  choose(conversation: ConversationId, chosen: Chosen): Promise<Conversation> {
    // One after the other: what is chosen is said whole, and builds on what was chosen before.
    const choosing = this.#choosing.then(() => this.#choose(conversation, chosen))
    this.#choosing = choosing.catch(() => {})
    return choosing
  }

  async disappear(conversation: ConversationId, afterMs: number | null): Promise<Conversation> {
    await this.#rooms.writing.disappear(conversation, afterMs)
    return this.#rooms.telling.show(this.#row(conversation))
  }

  async clear(conversation: ConversationId): Promise<Conversation> {
    const { store, state, heard } = this.#rooms
    const logs = store.logs(this.#row(conversation).key).map(({ device, seq }) => [device, seq] as const)
    const before = state.places(clearedKey(conversation))
    const places = Object.fromEntries(logs.map(([device, seq]) => [device, Math.max(seq, before[device] ?? 0)]))
    await this.#rooms.remember(clearedKey(conversation), { ...before, ...places })
    await heard.settled()
    return this.#rooms.telling.show(this.#row(conversation))
  }

  async removeFrom(account: AccountId): Promise<number> {
    await this.#rooms.remember(removedKey(account), this.#parts.clock.nowMs())
    return this.#rooms.heard.removed(removedKey(account))
  }

  typing(conversation: ConversationId): void {
    const row = this.#row(conversation)
    const nowMs = this.#parts.clock.monotonicMs()
    const tells = this.#rooms.state.choicesOf(conversation).typing ?? this.#parts.typing?.() ?? false
    if (!tells || nowMs - (this.#typedMs.get(conversation) ?? -TYPING_EVERY_MS) < TYPING_EVERY_MS) return
    this.#typedMs.set(conversation, nowMs)
    if (!this.#rooms.pins.isHeldBack(row.id)) this.#rooms.sessions.typing(conversation)
  }

  async markRead(conversation: ConversationId, position: number): Promise<Conversation> {
    if (this.#rooms.receipts.read(this.#row(conversation), position)) this.#rooms.telling.conversationChanged(this.#row(conversation))
    return this.#rooms.telling.show(this.#row(conversation))
  }

  trace(id: MessageId): { message: Message; steps: TraceStep[] } {
    const stored = this.#rooms.messages.byId(id)
    if (stored === null) throw new LatchError('NOT_FOUND', 'There is no message of that id.')
    const audience = this.#rooms.store.audience(this.#row(stored.message.conversation))
    return { message: stored.message, steps: this.#rooms.trace.of(stored, audience) }
  }

  audienceOf(conversation: ConversationId): readonly AccountId[] {
    const row = this.#rooms.store.conversation(conversation)
    return row === null ? [] : this.#rooms.store.audience(row)
  }

  remember(key: string, value: unknown): Promise<void> {
    return this.#rooms.remember(key, value)
  }

  recall(key: string): unknown {
    return this.#rooms.state.get(key)
  }

  saidKeys(prefix: string): string[] {
    return this.#rooms.state.all(prefix).map(({ key }) => key)
  }

  mayFetch(file: FileId, account: AccountId): boolean {
    return this.#rooms.messages.offersOf(file).some((conversation) => {
      const row = this.#rooms.store.conversation(conversation)
      return row !== null && (account === this.#parts.me.account || this.#rooms.store.audience(row).includes(account))
    })
  }

  isMate(account: AccountId): boolean {
    return this.#rooms.groups.isMate(account)
  }

  letter(letter: ArrivedLetter): Promise<'taken' | 'refused'> {
    return this.#rooms.letters.take(letter)
  }

  wake(account: AccountId): void {
    if (!this.#rooms.stopped) this.#rooms.outbox.wake(account)
  }

  move(peerId: PeerId): void {
    this.#rooms.sessions.move(peerId).catch((error: unknown) => this.#parts.log.error({ error }, 'a stream could not be moved'))
  }

  behind(peerId: PeerId): { here: number; there: number } | null {
    return this.#rooms.sessions.behind(peerId)
  }

  disconnected(peerId: PeerId): void {
    this.#rooms.sessions.abort({ peerId }, new Error('its connection is gone'))
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Conversation[], ChatEvent>> {
    return this.#rooms.telling.watch(signal)
  }

  async #choose(conversation: ConversationId, { draft, ...chosen }: Chosen): Promise<Conversation> {
    const { store, state, telling } = this.#rooms
    const row = this.#row(conversation)
    if (draft !== undefined) store.transaction(() => state.keepHere(draftKey(conversation), draft))
    const { draft: _, ...known } = state.choicesOf(conversation)
    const named = Object.entries(chosen).filter(([, value]) => value !== undefined)
    if (named.length > 0) await this.#rooms.remember(choicesKey(conversation), { ...known, ...Object.fromEntries(named) })
    else telling.conversationChanged(row)
    return telling.show(this.#row(conversation))
  }

  #row(conversation: ConversationId): ConversationRow {
    const row = this.#rooms.store.conversation(conversation)
    if (row === null || row.kind === 'roster') throw new LatchError('NOT_FOUND', 'There is no conversation of that id.')
    return row
  }

  #opened(account: AccountId): ConversationRow {
    const { store, telling } = this.#rooms
    const existing = store.conversationWith(account)
    if (existing !== null) return existing
    const nowMs = this.#parts.clock.nowMs()
    const row = store.transaction(() => store.openConversation(account, nowMs))
    telling.conversationChanged(row)
    return row
  }

  #openedBy(account: AccountId, name: string): ConversationRow {
    if (account === this.#parts.me.account) throw new LatchError('BAD_INPUT', 'That account is your own.')
    this.namesChanged()
    this.#rooms.pins.check(account, name)
    const row = this.#opened(account)
    this.#rooms.pins.pin(row, name)
    return row
  }
}
