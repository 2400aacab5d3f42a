import type { AccountId, PeerId, RuleId } from '../../../shared/ids.ts'
import { nothingMore, type Capability } from '../../../shared/model/door.ts'
import type { Opening } from '../../protocols/knock/index.ts'
import { draftFor } from './answer-rules.ts'
import type { RuleBook } from './rule-book.ts'
import type { DoorTime } from './time.ts'
import type { Opened } from './types.ts'
import { untilTheirs } from './until.ts'

export interface Yes {
  readonly account: AccountId
  readonly peerId: PeerId
  readonly capability: Capability
  readonly opening: Opening
}

/** What the yes of another door opens here: we asked to talk, so they may too. */
export class TheirYes {
  readonly #rules: RuleBook
  readonly #time: DoorTime
  readonly #opened: (opened: Opened) => void

  constructor(parts: { rules: RuleBook; time: DoorTime; opened: (opened: Opened) => void }) {
    this.#rules = parts.rules
    this.#time = parts.time
    this.#opened = parts.opened
  }

  /** Gives the rule that opens our door for them, if one was made. */
  letIn({ account, peerId, capability, opening }: Yes): RuleId | null {
    this.#opened({ whose: 'ours', account, peerId, capability })
    if (capability !== 'contact' || !this.#rules.hasRoom()) return null
    // Their rules answer for themselves: what is denied here stays denied.
    const ruling = this.#rules.decide({ account, capability, route: 'direct', connection: '' })
    if (ruling.verdict === 'deny' || ruling.verdict === 'ignore') return null
    const until = untilTheirs(opening, this.#time.wallMs())
    const draft = draftFor({ account, capability, about: nothingMore }, 'capability', 'allow', until)
    const { rule, isNew } = this.#rules.settle(draft, 'prompt')
    this.#opened({ whose: 'theirs', account, peerId, capability })
    return isNew ? rule.id : null
  }

  /** They took it back. */
  shutOut(rule: RuleId): void {
    if (this.#rules.get(rule) !== undefined) this.#rules.remove(rule)
  }
}
