import { z } from 'zod'
import { AccountId, ConversationId, MessageId, type PeerId } from '../../../shared/ids.ts'
import type { Log } from '../../platform/log.ts'
import type { Dropping } from './dropping.ts'
import { ReadUpTo, seenKey, type OwnState, type StateLine } from './own-state.ts'
import type { LogStore } from './store.ts'
import type { Telling } from './telling.ts'

interface HeardParts {
  readonly store: LogStore
  readonly state: OwnState
  readonly dropping: Dropping
  readonly telling: Telling
  readonly log: Log
  readonly onState?: (key: string, value: unknown) => void
}

/**
 * What this account chose, on this device or on another one. The last word on it was kept with the entry that says it; here it
 * is done, and done again after a start, as the process may have ended in between.
 */
export class Heard {
  readonly #parts: HeardParts
  #doing: Promise<unknown> = Promise.resolve()
  /** By key: how many messages what was asked last removes. */
  readonly #removals = new Map<string, Promise<number>>()

  constructor(parts: HeardParts) {
    this.#parts = parts
  }

  /** What was to be removed before, and may not be. */
  start(): void {
    const { state } = this.#parts
    this.take([...state.all('cleared:'), ...state.all('removed:'), ...state.all('read:')])
  }

  take(lines: readonly StateLine[]): void {
    for (const line of lines) {
      const done = this.#doing.then(() => this.#do(line)).catch((error: unknown) => {
        this.#parts.log.error({ error }, 'what another device chose could not be done here')
        return 0
      })
      this.#doing = done
      if (line.key.startsWith('removed:')) this.#removals.set(line.key, done)
    }
  }

  /** Resolves when everything is done. */
  async settled(): Promise<void> {
    await this.#doing
  }

  /** How many messages a removal took away. */
  async removed(key: string): Promise<number> {
    return (await this.#removals.get(key)) ?? 0
  }

  /** Another device of ours read so far; of what is not here yet, as soon as it comes. To be called within a transaction. */
  readElsewhere(conversation: ConversationId, upTo: ReadUpTo): void {
    const { state } = this.#parts
    const known = state.places(seenKey(conversation))
    const further = upTo.filter(({ device, seq }) => seq > (known[device] ?? 0))
    if (further.length === 0) return
    const now = Object.fromEntries(further.map(({ device, seq }) => [device, seq]))
    state.keepHere(seenKey(conversation), { ...known, ...now })
    this.#mark(conversation, further)
  }

  /** Messages came: some may have been read on another device before. To be called within a transaction. */
  arrived(conversation: ConversationId): void {
    const seen = Object.entries(this.#parts.state.places(seenKey(conversation)))
    if (seen.length > 0) this.#mark(conversation, seen.map(([device, seq]) => ({ device: device as PeerId, seq })))
  }

  #mark(conversation: ConversationId, upTo: ReadUpTo): void {
    const { store } = this.#parts
    const row = store.conversation(conversation)
    if (row === null) return
    const position = Math.max(0, ...upTo.map(({ device, seq }) => store.positionOf(row.key, device, seq)))
    store.setRead(conversation, position)
    store.setReceipted(conversation, position)
  }

  async #do({ key, value }: StateLine): Promise<number> {
    const { dropping } = this.#parts
    const [what = '', of = ''] = key.split(':', 2)
    switch (what) {
      case 'choices':
        this.#choices(of)
        return 0
      case 'cleared': {
        const conversation = ConversationId.safeParse(of)
        return conversation.success ? dropping.upTo(conversation.data, this.#parts.state.places(key)) : 0
      }
      case 'dropped': {
        const [id, conversation] = [MessageId.safeParse(of), ConversationId.safeParse(value)]
        if (id.success && conversation.success) dropping.one(id.data, conversation.data)
        return 1
      }
      case 'removed': {
        const [account, untilMs] = [AccountId.safeParse(of), z.int().safeParse(value)]
        return account.success && untilMs.success ? dropping.of(account.data, untilMs.data) : 0
      }
      case 'read':
        this.#read(of, value)
        return 0
      default:
        this.#parts.onState?.(key, value)
        return 0
    }
  }

  #choices(of: string): void {
    const conversation = ConversationId.safeParse(of)
    if (conversation.success) this.#parts.telling.conversationsChanged(new Set([conversation.data]))
  }

  #read(of: string, value: unknown): void {
    const { store, telling } = this.#parts
    const [id, upTo] = [ConversationId.safeParse(of), ReadUpTo.safeParse(value)]
    if (!id.success || !upTo.success) return
    store.transaction(() => this.readElsewhere(id.data, upTo.data))
    telling.conversationChanged(store.conversation(id.data))
  }
}
