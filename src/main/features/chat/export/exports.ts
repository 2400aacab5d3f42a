import { dirname } from 'node:path'
import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId, ConversationId } from '../../../../shared/ids.ts'
import { MessageOrder, type Conversation, type Message } from '../../../../shared/model/chat.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Page } from '../message-store.ts'
import { Turns } from '../turns.ts'
import type { PageAt } from '../types.ts'
import { htmlOf } from './html.ts'
import { jsonOf } from './json.ts'
import { LONG_READ_MS, MOST_MESSAGES_READ, SHORT_READ_MS } from './limits.ts'
import { writeNew } from './new-file.ts'

export interface ExportParts {
  readonly me: AccountId
  readonly clock: Clock
  readonly conversation: (id: ConversationId) => Conversation
  readonly messages: (id: ConversationId, at: PageAt, limit: number) => Page
  /** Where nothing is written but by Latch itself; null: there is no such place. */
  readonly dataFolder: string | null
}

export interface ExportOrder {
  readonly conversation: ConversationId
  readonly format: 'html' | 'json'
  /** Whole, of a file that is not there yet. */
  readonly path: string
  /** What somebody is called here. */
  readonly nameOf: (account: AccountId) => string
  readonly signal?: AbortSignal | undefined
}

export interface Exported {
  readonly path: string
  readonly messages: number
  readonly bytes: number
}

/** What a form of writing down is given. */
export interface Source {
  readonly me: AccountId
  readonly conversation: Conversation
  readonly title: string
  readonly nowMs: number
  readonly nameOf: (account: AccountId) => string
  /** All of them in their order, some at a time. */
  readonly messages: AsyncIterable<readonly Message[]>
  /** To be awaited after each message: long ones take a millisecond, and others want their turn. */
  readonly pause: () => Promise<void>
}

/** Clocks begin with 1. */
const BEFORE_ALL = MessageOrder.parse(`${'0'.repeat(16)}-0`)

/** Conversations, written down in files of their own. */
export class Exports {
  readonly #parts: ExportParts
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<unknown>>()

  constructor(parts: ExportParts) {
    this.#parts = parts
  }

  /**
   * Resolves when the file is whole and in its place. Errors: LatchError NOT_FOUND (the conversation, the folder), CONFLICT (there
   * is a file of that name), BAD_INPUT (the path is not whole, or within Latch's own folder), INTERNAL (no room).
   */
  write(order: ExportOrder): Promise<Exported> {
    const running = this.#write(order)
    this.#running.add(running)
    const over = (): void => void this.#running.delete(running)
    running.then(over, over)
    return running
  }

  /** Ends those that are under way; nothing of them is left. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.allSettled(this.#running)
  }

  async #write({ conversation: id, format, path, nameOf, signal }: ExportOrder): Promise<Exported> {
    const { me, clock, dataFolder } = this.#parts
    const conversation = this.#parts.conversation(id)
    const counted = { messages: 0 }
    const stop = signal === undefined ? this.#stop.signal : AbortSignal.any([this.#stop.signal, signal])
    const turns = new Turns(clock)
    const source: Source = {
      me,
      conversation,
      title: titleOf(conversation, nameOf),
      nowMs: clock.nowMs(),
      nameOf: (account) => (account === me ? 'You' : nameOf(account)),
      messages: this.#messages(id, counted, stop),
      pause: () => turns.pause(),
    }
    const parts = format === 'html' ? htmlOf(source) : jsonOf(source)
    const bytes = await writeNew(path, parts, dataFolder)
    return { path, messages: counted.messages, bytes }
  }

  /** As many at a time as can be read in a part of a turn: of long ones a few. */
  async *#messages(id: ConversationId, counted: { messages: number }, signal: AbortSignal): AsyncGenerator<Message[]> {
    const { clock } = this.#parts
    let at: PageAt = { after: BEFORE_ALL }
    for (let many = 1; ; ) {
      if (signal.aborted) throw new LatchError('INTERNAL', 'The export was stopped; nothing of it was kept.')
      const startedMs = clock.monotonicMs()
      const { messages, later } = this.#parts.messages(id, at, many)
      const tookMs = clock.monotonicMs() - startedMs
      if (tookMs < SHORT_READ_MS) many = Math.min(MOST_MESSAGES_READ, many * 2)
      else if (tookMs > LONG_READ_MS) many = Math.max(1, Math.floor(many / 2))
      counted.messages += messages.length
      yield messages
      const last = messages.at(-1)
      if (!later || last === undefined) return
      at = { after: last.order }
    }
  }
}

function titleOf({ kind, with: account, group }: Conversation, nameOf: (account: AccountId) => string): string {
  if (kind === 'self') return 'Notes to yourself'
  return group?.title ?? (account === null ? 'A conversation' : nameOf(account))
}

/** The data folder is where the database lies; one in memory lies nowhere. */
export function dataFolderOf(databasePath: string): string | null {
  return databasePath === ':memory:' ? null : dirname(databasePath)
}
