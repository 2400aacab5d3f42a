import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import { TYPING_HEARD_EVERY_MS } from './limits.ts'

/** When each was last heard typing where, so that nobody floods a window with it; as many as there are members. */
export class HeardTyping {
  readonly #lastMs = new Map<string, number>()

  isNews(conversation: ConversationId, account: AccountId, monotonicMs: number): boolean {
    const key = `${conversation} ${account}`
    const agoMs = monotonicMs - (this.#lastMs.get(key) ?? Number.NEGATIVE_INFINITY)
    if (agoMs < TYPING_HEARD_EVERY_MS) return false
    this.#lastMs.set(key, monotonicMs)
    return true
  }
}
