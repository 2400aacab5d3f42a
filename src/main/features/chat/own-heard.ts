import { z } from 'zod'
import { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import { MessageOrder } from '../../../shared/model/chat.ts'
import type { Log } from '../../platform/log.ts'
import type { Dropping } from './dropping.ts'
import type { OwnState, StateLine } from './own-state.ts'
import type { LogStore } from './store.ts'
import type { Telling } from './telling.ts'

interface HeardParts {
  readonly store: LogStore
  readonly state: OwnState
  readonly dropping: Dropping
  readonly telling: Telling
  readonly log: Log
}

const ReadUpTo = z.array(z.object({ device: PeerId, seq: z.int().positive() }))

/** What this account chose, on this device or on another one: the last word is kept, and done here. */
export class Heard {
  readonly #parts: HeardParts
  #doing: Promise<number> = Promise.resolve(0)

  constructor(parts: HeardParts) {
    this.#parts = parts
  }

  take(lines: readonly StateLine[]): void {
    const { store, state, log } = this.#parts
    const news = store.transaction(() => lines.filter((line) => state.take(line)))
    for (const line of news) {
      const before = this.#doing
      this.#doing = before.then(() => this.#do(line)).catch((error: unknown) => {
        log.error({ error }, 'what another device chose could not be done here')
        return 0
      })
    }
  }

  /** Resolves when everything is done; how many messages the last one removed. */
  settled(): Promise<number> {
    return this.#doing
  }

  async #do({ key, value }: StateLine): Promise<number> {
    const { dropping } = this.#parts
    const [what = '', of = ''] = key.split(':', 2)
    switch (what) {
      case 'choices':
        this.#choices(of)
        return 0
      case 'cleared': {
        const [conversation, upTo] = [ConversationId.safeParse(of), MessageOrder.safeParse(value)]
        return conversation.success && upTo.success ? dropping.upTo(conversation.data, upTo.data) : 0
      }
      case 'dropped': {
        const [id, conversation] = [MessageId.safeParse(of), ConversationId.safeParse(value)]
        if (id.success && conversation.success) dropping.one(id.data, conversation.data)
        return 1
      }
      case 'removed': {
        const account = AccountId.safeParse(of)
        return account.success ? dropping.of(account.data) : 0
      }
      case 'read':
        this.#read(of, value)
        return 0
      default:
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
    const row = id.success ? store.conversation(id.data) : null
    if (row === null || !upTo.success) return
    const position = Math.max(0, ...upTo.data.map(({ device, seq }) => store.positionOf(row.key, device, seq)))
    if (position <= row.readPosition) return
    store.transaction(() => {
      store.setRead(row.id, position)
      store.setReceipted(row.id, position)
    })
    telling.conversationChanged(store.conversation(row.id))
  }
}
