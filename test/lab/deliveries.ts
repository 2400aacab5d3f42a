import type { ChatFeature } from '../../src/main/features/chat/types.ts'
import { follow } from '../../src/main/platform/feed.ts'
import type { MessageId } from '../../src/shared/ids.ts'
import type { Message } from '../../src/shared/model/chat.ts'
import { eventually } from '../helpers/eventually.ts'

/** Which of the messages that were sent here are acknowledged, batch by batch. */
export class Deliveries {
  readonly #waiting = new Map<MessageId, string>()
  readonly #delivered = new Set<MessageId>()
  readonly #left = new Map<string, number>()
  readonly #acknowledged = new Map<string, number>()

  constructor(chat: ChatFeature) {
    void follow(
      () => chat.watch(),
      (item) => {
        // A new snapshot comes after events that were missed.
        if (item.kind === 'snapshot') for (const id of this.#waiting.keys()) this.#changed(chat.trace(id).message)
        else if (item.event.event === 'message-changed') this.#changed(item.event.message)
      },
    )
  }

  add(label: string, { id, state }: Message): void {
    // It may have been delivered in the turn in which it was sent.
    if (isThere(state) || this.#delivered.delete(id)) return this.#acknowledge(label)
    this.#waiting.set(id, label)
    this.#left.set(label, (this.#left.get(label) ?? 0) + 1)
  }

  count(label: string): number {
    return this.#acknowledged.get(label) ?? 0
  }

  async all(label: string, withinMs: number): Promise<void> {
    const left = (): number => this.#left.get(label) ?? 0
    await eventually(`all of ${label}`, () => left() === 0, { withinMs, everyMs: 2 }).catch(() => {
      throw new Error(`${left()} messages of ${left() + this.count(label)} were not acknowledged within ${withinMs} ms`)
    })
  }

  #changed({ id, mine, state }: Message): void {
    if (!mine || !isThere(state)) return
    const label = this.#waiting.get(id)
    if (label === undefined) {
      if (state === 'delivered') this.#delivered.add(id)
      return
    }
    this.#waiting.delete(id)
    this.#left.set(label, (this.#left.get(label) ?? 1) - 1)
    this.#acknowledge(label)
  }

  #acknowledge(label: string): void {
    this.#acknowledged.set(label, this.count(label) + 1)
  }
}

/** What a mailbox holds is not there yet. */
function isThere(state: Message['state']): boolean {
  return state === 'delivered' || state === 'read'
}
