import type { NoticeParts } from '../../../src/main/desktop/notices.ts'
import { Feed } from '../../../src/main/platform/feed.ts'
import type { ChatEvent } from '../../../src/shared/contract/chat.ts'
import type { DoorEvent, DoorSnapshot } from '../../../src/shared/contract/door.ts'
import type { NamesEvent } from '../../../src/shared/contract/names.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId, ConversationId, KnockId, MessageId, PeerId } from '../../../src/shared/ids.ts'
import { plainMessage } from '../../gallery/people.ts'
import { defaultChoices, type Conversation, type Message } from '../../../src/shared/model/chat.ts'
import type { Person } from '../../../src/shared/model/contacts.ts'
import type { Answer, Decision, Knock } from '../../../src/shared/model/door.ts'
import { defaultSettings, type Settings } from '../../../src/shared/model/settings.ts'

const fail = (error: unknown): never => {
  throw error
}

export const accountOf = (letter: string): AccountId => AccountId.parse(`k51${letter.repeat(59)}`)
export const knockIdOf = (letter: string): KnockId => KnockId.parse(letter.repeat(26))
export const bea = accountOf('b')
const peerId = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)
export const ada = accountOf('a')
export const conversationOf = (account: AccountId): ConversationId => ConversationId.parse(account.slice(3, 4).repeat(52))

export function personOf(account: AccountId, changes: Partial<Person> = {}): Person {
  return {
    account,
    claimedName: 'Beatrice',
    petname: 'Bea',
    trust: 'verified',
    blocked: false,
    groups: [],
    demo: false,
    safetyWords: [],
    devices: [peerId],
    names: [],
    firstMetMs: 1,
    lastSeenMs: 1,
    ...changes,
  }
}

function emptyTalk(id: ConversationId): Conversation {
  return {
    id,
    kind: 'direct',
    with: bea,
    group: null,
    unread: 0,
    unreadMentions: 0,
    last: null,
    createdMs: 1,
    waiting: 0,
    waitingFor: 'nobody',
    waitingWhy: null,
    pin: null,
    left: null,
    disappearAfterMs: null,
    pinned: [],
    choices: defaultChoices,
  }
}

/** What notices are made of: feeds to publish on, people and settings to change, and a door that keeps its answers. */
export class House {
  readonly chat = new Feed<ChatEvent>(fail)
  readonly door = new Feed<DoorEvent>(fail)
  readonly names = new Feed<NamesEvent>(fail)
  readonly people = new Map<AccountId, Person>()
  readonly answered: { id: KnockId; answer: Answer }[] = []
  pending: Knock[] = []
  settings: Settings = defaultSettings
  isLookedAt = false
  isLocked = false
  readonly opened: string[] = []
  readonly sent: { conversation: ConversationId; text: string }[] = []
  readonly read: number[] = []
  readonly badges: number[] = []
  conversations: Conversation[] = []
  isSendingRefused = false
  #made = 0

  parts(): Omit<NoticeParts, 'show' | 'clock' | 'log'> {
    const snapshot = (): DoorSnapshot => ({ pending: this.pending, recent: [], sent: [], rules: [], blocked: [] })
    return {
      household: {
        chat: {
          watch: (signal) => this.chat.watch(() => this.conversations, signal),
          send: (conversation, { text }) => {
            if (this.isSendingRefused) return Promise.reject(new LatchError('NOT_ALLOWED'))
            this.sent.push({ conversation, text })
            return Promise.resolve(this.messageOf(text, { mine: true }))
          },
          markRead: (conversation, position) => {
            this.read.push(position)
            return Promise.resolve(this.talk(conversation, { unread: 0 }))
          },
        },
        door: {
          watch: (signal) => this.door.watch(snapshot, signal),
          answer: (id, answer) => {
            if (this.answered.some((one) => one.id === id)) throw new LatchError('CONFLICT')
            this.answered.push({ id, answer })
            const state = answer.verdict === 'allow' ? 'allowed' : 'denied'
            return this.knock({ id, state })
          },
        },
        contacts: { get: (account) => this.people.get(account) ?? null },
        names: { subscribe: (listener) => this.names.subscribe(listener) },
        settings: { get: () => this.settings },
      },
      open: (path) => void this.opened.push(path),
      isLookedAt: () => this.isLookedAt,
      isLocked: () => this.isLocked,
      me: ada,
      badge: (count) => void this.badges.push(count),
    }
  }

  /** Somebody is at the door, or what became of them. */
  knock(changes: Partial<Knock> = {}): Knock {
    const knock: Knock = {
      id: knockIdOf('a'),
      account: bea,
      peerId,
      claimedName: 'Beatrice',
      ledgerName: null,
      capability: 'contact',
      about: { name: null, bytes: null, path: null },
      page: null,
      greeting: '',
      route: 'local',
      through: null,
      address: '/ip4/127.0.0.1/tcp/1',
      receivedMs: 1,
      untilMs: Date.UTC(2026, 0, 1) + 60_000,
      requests: 1,
      before: 0,
      quiet: false,
      state: 'pending',
      answeredMs: null,
      undoUntilMs: null,
      ...changes,
    }
    this.door.publish({ event: 'knock-changed', knock })
    return knock
  }

  say(text: string, changes: Partial<Message> = {}, fresh = true): Message {
    const message = this.messageOf(text, changes)
    this.chat.publish({ event: 'message-stored', message, fresh })
    return message
  }

  messageOf(text: string, { mine = false, from = bea, ...changes }: Partial<Message> = {}): Message {
    const at = (this.#made += 1)
    const id = MessageId.parse(`bafyrei${'a'.repeat(48)}${at.toString(36).replaceAll(/[0189]/g, 'z').padStart(4, 'a')}`)
    return {
      id,
      conversation: conversationOf(from),
      position: at,
      ...plainMessage(at, id, PeerId.parse(`12D3KooW${'a'.repeat(44)}`)),
      from,
      mine,
      text,
      sentMs: 1,
      storedMs: 1,
      state: mine ? 'queued' : 'received',
      ...changes,
    }
  }

  /** A conversation as it is now, which everybody hears of. */
  talk(id: ConversationId, changes: Partial<Conversation> = {}): Conversation {
    const known = this.conversations.find((one) => one.id === id)
    const conversation: Conversation = { ...(known ?? emptyTalk(id)), ...changes }
    this.conversations = [...this.conversations.filter((one) => one.id !== id), conversation]
    this.chat.publish({ event: 'conversation-changed', conversation })
    return conversation
  }

  decide(changes: Partial<Decision> = {}): void {
    const decision: Decision = {
      seq: (this.#made += 1),
      atMs: 1,
      account: bea,
      peerId,
      capability: 'file',
      verdict: 'allow-and-tell',
      why: 'A rule.',
      rule: null,
      facts: null,
      by: 'rule',
      hash: '',
      ...changes,
    }
    this.door.publish({ event: 'decided', decision })
  }
}
