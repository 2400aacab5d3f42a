import type { AccountId, ConversationId, MessageId } from '../../shared/ids.ts'
import type { Conversation, Message } from '../../shared/model/chat.ts'
import type { Person } from '../../shared/model/contacts.ts'
import { SECOND } from '../../shared/units.ts'
import type { ChatEvent } from '../features/chat/types.ts'
import { follow } from '../platform/feed.ts'
import { invitationNotice, messageNotice } from './message-words.ts'
import type { Shown } from './notice.ts'
import type { NoticeParts } from './notices.ts'
import { Sparing } from './sparing.ts'

interface MessageNoticeParts extends NoticeParts {
  /** Whether this person is to be told of something of that one's now. */
  readonly isWanted: (person: Person | null) => boolean
}

/** Of one conversation, however much is said in it: whoever was away for a week is told once, not a thousand times. */
const MESSAGES = { everyMs: 10 * SECOND, most: 20 }
/** Of what names this person, also in between; whoever names everybody all the time is heard six times. */
const MENTIONS = { everyMs: 2 * SECOND, most: 6 }

/** Tells of messages as they come, and of how many are unread, until `signal` aborts. The window is never brought forward by it. */
export function watchMessages(parts: MessageNoticeParts, signal: AbortSignal): void {
  const told = new MessageNotices(parts)
  follow(
    () => parts.household.chat.watch(signal),
    (item) => {
      if (item.kind === 'snapshot') told.startAnew(item.snapshot)
      else told.heard(item.event)
    },
  ).catch((error: unknown) => parts.log.error({ error }, 'notifications of messages stopped'))
  signal.addEventListener('abort', () => told.end(), { once: true })
}

class MessageNotices {
  readonly #parts: MessageNoticeParts
  readonly #conversations = new Map<ConversationId, Conversation>()
  /** What is on the screen, of which message. */
  readonly #shown = new Map<ConversationId, { readonly id: MessageId | null; readonly shown: Shown }>()
  readonly #skipped = new Map<ConversationId, number>()
  readonly #messages: Sparing<ConversationId>
  readonly #mentions: Sparing<ConversationId>
  #badge = 0
  #isKnown = false

  constructor(parts: MessageNoticeParts) {
    this.#parts = parts
    this.#messages = new Sparing(parts.clock, MESSAGES)
    this.#mentions = new Sparing(parts.clock, MENTIONS)
  }

  startAnew(conversations: readonly Conversation[]): void {
    this.#conversations.clear()
    for (const one of conversations) this.#keep(one)
    this.#isKnown = true
    this.#count()
  }

  heard(event: ChatEvent): void {
    switch (event.event) {
      case 'conversation-changed':
        this.#keep(event.conversation)
        return this.#count()
      case 'conversation-removed':
        this.#conversations.delete(event.conversation)
        this.#withdraw(event.conversation)
        return this.#count()
      case 'message-stored':
        // What another device brought of last month is no news.
        return event.fresh ? this.#said(event.message) : undefined
      case 'message-changed':
        return event.message.kind === 'deleted' ? this.#gone(event.message.conversation, [event.message.id]) : undefined
      case 'messages-removed':
        return this.#gone(event.conversation, event.ids)
      default:
    }
  }

  /** What is left on the screen of an app that has ended answers nothing. */
  end(): void {
    for (const { shown } of this.#shown.values()) shown.withdraw()
    this.#shown.clear()
    if (this.#badge !== 0) this.#parts.badge(0)
  }

  #said(message: Message): void {
    const { conversation: id, from, kind } = message
    if (message.mine || kind === 'notice' || kind === 'deleted' || kind === 'missing') return
    const { household, isWanted, me } = this.#parts
    const conversation = this.#conversations.get(id) ?? null
    const isForMe = message.mentions.includes(me) || message.reply?.from === me
    if (conversation !== null && this.#isSilent(conversation) && !isForMe) return
    const person = household.contacts.get(from)
    if (!isWanted(person)) return
    const may = (isForMe ? this.#mentions : this.#messages).take(id)
    const skipped = this.#skipped.get(id) ?? 0
    this.#skipped.set(id, may === 'now' ? 0 : skipped + 1)
    if (may !== 'now') return
    const { notificationText } = household.settings.get()
    const notice = messageNotice(message, { person, conversation, count: skipped + 1, isForMe }, notificationText)
    this.#show(id, message.id, notice, (text) => this.#reply(message, text))
  }

  #invited(conversation: Conversation): void {
    const { household, isWanted } = this.#parts
    const person = household.contacts.get(conversation.group?.by ?? this.#parts.me)
    if (!isWanted(person) || this.#messages.take(conversation.id) !== 'now') return
    this.#show(conversation.id, null, invitationNotice(conversation, person, household.settings.get().notificationText), () => {})
  }

  /** One at a time for each conversation: the newest. */
  #show(id: ConversationId, message: MessageId | null, notice: Parameters<NoticeParts['show']>[0], reply: (text: string) => void): void {
    this.#withdraw(id)
    const shown = this.#parts.show(notice, (choice, _shownForMs, text) => {
      if (choice === 'reply' && text !== undefined && text.trim() !== '' && !this.#parts.isLocked()) reply(text)
      else if (choice === 'open' || choice === 'reply') this.#parts.open(this.#placeOf(id))
    })
    this.#shown.set(id, { id: message, shown })
  }

  /** What could not be sent is not lost in silence: the conversation says why. */
  #reply({ conversation, position }: Message, text: string): void {
    const { household, log, open } = this.#parts
    const answer = async (): Promise<void> => {
      await household.chat.send(conversation, { text })
      await household.chat.markRead(conversation, position)
    }
    answer().catch((error: unknown) => {
      log.warn({ error }, 'an answer from a notification was not sent')
      open(this.#placeOf(conversation))
    })
  }

  #keep(conversation: Conversation): void {
    const before = this.#conversations.get(conversation.id)
    this.#conversations.set(conversation.id, conversation)
    if (conversation.unread === 0 && before !== undefined && before.unread > 0) this.#withdraw(conversation.id)
    const isInvited = conversation.group?.state === 'invited'
    if (this.#isKnown && isInvited && before?.group?.state !== 'invited') this.#invited(conversation)
  }

  /** A message that its author took back is not read on the screen either. */
  #gone(conversation: ConversationId, ids: readonly MessageId[]): void {
    const shown = this.#shown.get(conversation)
    if (shown?.id != null && ids.includes(shown.id)) this.#withdraw(conversation)
  }

  #withdraw(conversation: ConversationId): void {
    this.#shown.get(conversation)?.shown.withdraw()
    this.#shown.delete(conversation)
  }

  #count(): void {
    let count = 0
    for (const one of this.#conversations.values()) count += this.#isSilent(one) ? one.unreadMentions : one.unread
    if (count === this.#badge) return
    this.#badge = count
    this.#parts.badge(count)
  }

  #isSilent({ choices }: Conversation): boolean {
    const { muted, archived } = choices
    return archived || (muted !== null && (muted.untilMs === null || this.#parts.clock.nowMs() < muted.untilMs))
  }

  #placeOf(id: ConversationId): string {
    const account: AccountId | null = this.#conversations.get(id)?.with ?? null
    return `/chats/${account ?? id}`
  }
}
