import type { MessageId } from '../../../shared/ids.ts'
import type { MessageStore } from './message-store.ts'
import type { ChatFiles } from './types.ts'

/** Tells of files what becomes of the messages with which they are offered. */
export class Offering {
  readonly #messages: MessageStore
  readonly #files: ChatFiles

  constructor(messages: MessageStore, files: ChatFiles) {
    this.#messages = messages
    this.#files = files
  }

  /** A message came, or its words did. */
  offer(id: MessageId): void {
    const found = this.#messages.byId(id)
    if (found === null) return
    const { conversation, from, files } = found.message
    for (const [index, offer] of files.entries()) this.#files.offered({ conversation, message: id, from, offer, index })
  }

  /** A message changed: perhaps it was taken back. */
  withdraw(id: MessageId): void {
    if (this.#messages.byId(id)?.message.kind === 'deleted') this.gone([id])
  }

  gone(ids: readonly MessageId[]): void {
    for (const id of ids) this.#files.withdrawn(id)
  }
}
