import type { PeerId } from '../../shared/ids.ts'
import type { TopicTerms } from '../platform/gossip.ts'
import { Rate } from './rate.ts'

/** Messages of a topic that are accepted, all authors together, where its terms do not say. Drives MAX_SEEN (gossip-seen.ts). */
const TOTAL = { burst: 300, perSecond: 10 }

/** Authors whose rate is remembered in a topic; the one heard longest ago goes first. */
const MAX_AUTHORS = 2_000

/** What came in a topic since it was entered. */
export interface TopicCounts {
  accepted: number
  ignored: number
  rejected: number
  /** Copies of what was here already. */
  duplicates: number
  /** Above the rate of their author, of the topic, or of what is ignored of one neighbour. */
  overran: number
}

/** One topic that this node is in: its terms, and who said how much in it. */
export class EnteredTopic {
  readonly name: string
  readonly terms: TopicTerms
  readonly counts: TopicCounts = { accepted: 0, ignored: 0, rejected: 0, duplicates: 0, overran: 0 }
  readonly #authors = new Map<string, Rate>()
  readonly #total: Rate

  constructor(name: string, terms: TopicTerms, nowMs: number) {
    this.name = name
    this.terms = terms
    const { burst, perSecond } = terms.total ?? TOTAL
    this.#total = new Rate(burst, perSecond, nowMs)
  }

  /** Whether one more message of `author` is judged now. `nowMs` is monotonic. Who is over the own rate costs the topic nothing. */
  take(author: PeerId, nowMs: number): 'taken' | 'empty' {
    const { burst, perSecond } = this.terms.perAuthor
    const rate = this.#authors.get(author) ?? new Rate(burst, perSecond, nowMs)
    this.#authors.delete(author)
    this.#authors.set(author, rate)
    const oldest = this.#authors.keys().next().value
    if (this.#authors.size > MAX_AUTHORS && oldest !== undefined) this.#authors.delete(oldest)
    if (rate.take(nowMs) === 'empty') return 'empty'
    return this.#total.take(nowMs)
  }

  /**
   * It was not accepted. Only what was counts against the topic: what is ignored costs its bearer nothing, and would be a
   * way to keep others from being heard.
   */
  refused(): void {
    this.#total.giveBack()
  }
}
