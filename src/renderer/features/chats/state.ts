import type { ChatEvent, MessagePage } from '../../../shared/contract/chat.ts'
import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import type { Conversation, ConversationChoices, Message } from '../../../shared/model/chat.ts'

/** The part of a conversation that this window holds: without a gap, in their order, mostly up to the newest. */
export interface Held {
  messages: readonly Message[]
  /** There are older ones that were not loaded. */
  more: boolean
  /** There are newer ones that were not loaded: somebody looks at what was said long ago. */
  later: boolean
  /** Changes when other messages took the place of these, and there is nothing that stayed where it was. */
  epoch: number
  /** A page was put in: before that there may be a few that came by themselves. */
  loaded: boolean
  /** False before the first page, and again after the stream broke: what happened meanwhile is not known. */
  current: boolean
  /** Falls by one for each message put in front, so that a list knows what stayed where it was. */
  firstIndex: number
}

export interface ChatsState {
  conversations: ReadonlyMap<ConversationId, Conversation>
  held: ReadonlyMap<ConversationId, Held>
  /** Who types, and until when that holds unless it is said again. */
  typing: ReadonlyMap<ConversationId, ReadonlyMap<AccountId, number>>
}

export const noChats: ChatsState = { conversations: new Map(), held: new Map(), typing: new Map() }

/** Far enough from zero for any history to be put in front. */
const FIRST_INDEX = 1_000_000_000
const nothing: Held = { messages: [], more: true, later: false, epoch: 0, loaded: false, current: false, firstIndex: FIRST_INDEX }

/** Of a conversation that is not open, the newest suffice: opening it asks for a page. */
const LOOSE_MESSAGES = 50

export function resetChats(state: ChatsState, snapshot: Conversation[]): ChatsState {
  return {
    ...state,
    conversations: new Map(snapshot.map((conversation) => [conversation.id, conversation])),
    held: new Map([...state.held].map(([id, held]) => [id, { ...held, current: false }])),
  }
}

export function applyChatEvent(state: ChatsState, event: ChatEvent): ChatsState {
  switch (event.event) {
    case 'conversation-changed':
      return {
        ...state,
        conversations: new Map(state.conversations).set(event.conversation.id, event.conversation),
      }
    case 'message-stored':
      return hold(stopTyping(state, event.message), event.message.conversation, (held) => putStored(held, event.message))
    case 'message-changed':
      return hold(state, event.message.conversation, (held) => ({
        ...held,
        messages: held.messages.map((message) => (message.id === event.message.id ? event.message : message)),
      }))
    case 'messages-removed':
      return hold(state, event.conversation, (held) => ({
        ...held,
        messages: held.messages.filter(({ id }) => !event.ids.includes(id)),
      }))
    case 'conversation-removed': {
      const conversations = new Map(state.conversations)
      conversations.delete(event.conversation)
      return { ...state, conversations }
    }
    case 'typing': {
      const others = state.typing.get(event.conversation) ?? new Map<AccountId, number>()
      const typing = new Map(others).set(event.account, event.untilMs)
      return { ...state, typing: new Map(state.typing).set(event.conversation, typing) }
    }
  }
}

/** What lies outside of the part that is held comes with the page that it belongs to. */
function putStored(held: Held, message: Message): Held {
  const [first, last] = [held.messages[0], held.messages.at(-1)]
  if (held.later && last !== undefined && message.order > last.order) return held
  if (held.loaded && held.more && first !== undefined && message.order < first.order) return held
  const messages = union(held.messages, [message])
  const before = first === undefined ? 0 : Math.max(0, messages.findIndex(({ id }) => id === first.id))
  return { ...held, messages: held.loaded ? messages : messages.slice(-LOOSE_MESSAGES), firstIndex: held.firstIndex - before }
}

/** Whoever said something has stopped typing it. */
function stopTyping(state: ChatsState, { conversation, from }: Message): ChatsState {
  const typing = state.typing.get(conversation)
  if (typing?.has(from) !== true) return state
  const others = new Map([...typing].filter(([account]) => account !== from))
  return { ...state, typing: new Map(state.typing).set(conversation, others) }
}

/** The newest page. What was held before is kept where it joins on, and dropped where a gap would be left. */
export function putNewestPage(
  state: ChatsState,
  id: ConversationId,
  page: { messages: Message[]; more: boolean },
): ChatsState {
  return hold(state, id, (held) => {
    const first = page.messages[0]
    const older = first === undefined ? [] : held.messages.filter((message) => message.order < first.order)
    // Nothing can have come between where a message of the page was held before.
    const ids = new Set(page.messages.map(({ id }) => id))
    const joins = held.messages.some(({ id }) => ids.has(id))
    const newer = held.messages.filter((message) => first === undefined || message.order >= first.order)
    return {
      messages: union(joins ? [...older, ...newer] : newer, page.messages),
      more: joins ? held.more : page.more,
      later: false,
      epoch: joins ? held.epoch : held.epoch + 1,
      loaded: true,
      current: true,
      firstIndex: joins ? held.firstIndex : FIRST_INDEX,
    }
  })
}

/** A page from anywhere, in the place of what was held. */
export function putPageAround(state: ChatsState, id: ConversationId, page: MessagePage): ChatsState {
  return hold(state, id, (held) => ({
    ...page,
    epoch: held.epoch + 1,
    loaded: true,
    current: true,
    firstIndex: FIRST_INDEX,
  }))
}

/** A page that joins on behind what is held, or renews it. */
export function putLaterPage(state: ChatsState, id: ConversationId, page: Pick<MessagePage, 'messages' | 'later'>): ChatsState {
  return hold(state, id, (held) => ({
    ...held,
    messages: union(held.messages, page.messages),
    later: page.later,
    current: true,
  }))
}

export function putOlderPage(
  state: ChatsState,
  id: ConversationId,
  page: { messages: Message[]; more: boolean },
): ChatsState {
  return hold(state, id, (held) => {
    const first = held.messages[0]
    const older = page.messages.filter((message) => first === undefined || message.order < first.order)
    return {
      ...held,
      messages: [...older, ...held.messages],
      more: page.more,
      firstIndex: held.firstIndex - older.length,
    }
  })
}

function hold(state: ChatsState, id: ConversationId, change: (held: Held) => Held): ChatsState {
  return { ...state, held: new Map(state.held).set(id, change(state.held.get(id) ?? nothing)) }
}

/** Both, in their order, each message once; where both have it, the later argument is believed. */
function union(held: readonly Message[], incoming: readonly Message[]): Message[] {
  const last = held.at(-1)
  const next = incoming[0]
  if (last === undefined || (next !== undefined && next.order > last.order)) return [...held, ...incoming]
  const byId = new Map([...held, ...incoming].map((message) => [message.id, message]))
  return [...byId.values()].toSorted((a, b) => (a.order < b.order ? -1 : 1))
}

/** Where something happened last comes first. */
export function byLatest(conversations: Iterable<Conversation>): Conversation[] {
  const latest = ({ last, createdMs }: Conversation): number => last?.storedMs ?? createdMs
  return [...conversations].toSorted((a, b) => latest(b) - latest(a))
}

export function conversationWith(state: ChatsState, account: AccountId): Conversation | null {
  for (const conversation of state.conversations.values()) if (conversation.kind !== 'group' && conversation.with === account) return conversation
  return null
}

/** Of those that are muted, only what names this person or answers them. */
export function countUnread(state: ChatsState, nowMs: number = Date.now()): number {
  let unread = 0
  for (const conversation of state.conversations.values()) {
    unread += isMuted(conversation.choices, nowMs) ? conversation.unreadMentions : conversation.unread
  }
  return unread
}

export function isMuted({ muted }: ConversationChoices, nowMs: number): boolean {
  return muted !== null && (muted.untilMs === null || muted.untilMs > nowMs)
}

const nobody: readonly AccountId[] = []

/** Who types in a conversation now. */
export function typingIn(state: ChatsState, id: ConversationId, nowMs: number): readonly AccountId[] {
  const typing = [...(state.typing.get(id) ?? [])].filter(([, untilMs]) => untilMs > nowMs).map(([account]) => account)
  return typing.length === 0 ? nobody : typing
}
