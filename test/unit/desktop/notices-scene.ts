import type { NoticeParts } from '../../../src/main/desktop/notices.ts'
import { Feed } from '../../../src/main/platform/feed.ts'
import type { ChatEvent } from '../../../src/shared/contract/chat.ts'
import type { DoorEvent, DoorSnapshot } from '../../../src/shared/contract/door.ts'
import type { NamesEvent } from '../../../src/shared/contract/names.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId, ConversationId, KnockId, MessageId, PeerId } from '../../../src/shared/ids.ts'
import { plainMessage } from '../../gallery/people.ts'
import type { Message } from '../../../src/shared/model/chat.ts'
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
const conversationOf = (account: AccountId): ConversationId => ConversationId.parse(account.slice(3, 4).repeat(52))

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
  #made = 0

  parts(): Omit<NoticeParts, 'show' | 'clock' | 'log'> {
    const snapshot = (): DoorSnapshot => ({ pending: this.pending, recent: [], sent: [], rules: [], blocked: [] })
    return {
      household: {
        chat: { watch: (signal) => this.chat.watch(() => [], signal) },
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

  say(text: string, { mine = false, from = bea }: { mine?: boolean; from?: AccountId } = {}): void {
    const message: Message = {
      id: MessageId.parse(`bafyrei${'a'.repeat(52)}`),
      conversation: conversationOf(from),
      position: (this.#made += 1),
      ...plainMessage(this.#made, MessageId.parse(`bafyrei${'a'.repeat(52)}`), PeerId.parse(`12D3KooW${'a'.repeat(44)}`)),
      from,
      mine,
      text,
      sentMs: 1,
      storedMs: 1,
      state: mine ? 'queued' : 'received',
    }
    this.chat.publish({ event: 'message-stored', message, fresh: true })
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
