import type { PrivateKey } from '@libp2p/interface'
import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, PeerId, RuleId } from '../../../shared/ids.ts'
import type { Finding, Rehearsal, Rule, RuleDraft, RulesRead, Suggestion } from '../../../shared/model/door.ts'
import type { Blocked } from './blocked.ts'
import { findingsOf } from './findings.ts'
import { REHEARSED_DECISIONS, SUGGESTING_ANSWERS } from './limits.ts'
import type { DecisionLog } from './log.ts'
import { rehearse } from './rehearse.ts'
import type { RuleBook } from './rule-book.ts'
import { checkedDraft } from './rule-checks.ts'
import { openRules, sealRules, type OpenedRules } from './rules-file.ts'
import type { DoorStore } from './store.ts'
import { suggestionsOf } from './suggest.ts'
import type { DoorTime } from './time.ts'

interface Parts {
  readonly rules: RuleBook
  readonly blocked: Blocked
  readonly decisions: DecisionLog
  readonly store: DoorStore
  readonly time: DoorTime
  readonly deviceKey: PrivateKey
  /** This device, and the account it is of. */
  readonly self: PeerId
  readonly me: () => AccountId | null
  readonly accountOf: (peerId: PeerId) => AccountId | null
  readonly isContact: (account: AccountId) => boolean
}

/** What can be said about the rules, and rules as a file. Nothing is decided here; only `importRules` makes rules. */
export class Counsel {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  findings(): Finding[] {
    const { rules } = this.#parts
    return findingsOf(rules.list(), rules.now())
  }

  /** *Errors*: LatchError BAD_INPUT. */
  rehearse(draft: RuleDraft, replaces: RuleId | undefined): Rehearsal {
    const { rules, decisions, blocked } = this.#parts
    return rehearse({
      draft: checkedDraft(draft),
      replaces,
      decisions: decisions.page({}, undefined, REHEARSED_DECISIONS),
      rules: rules.list(),
      isBlocked: (account) => blocked.has(account),
      now: rules.now(),
    })
  }

  suggestions(): Suggestion[] {
    const { rules, decisions, blocked, store } = this.#parts
    return suggestionsOf({
      decisions: decisions.page({ by: 'person' }, undefined, SUGGESTING_ANSWERS),
      rules: rules.list(),
      declined: store.declined(),
      isBlocked: (account) => blocked.has(account),
      now: rules.now(),
    })
  }

  decline(id: string): Suggestion[] {
    this.#parts.store.decline(id, this.#parts.time.wallMs())
    return this.suggestions()
  }

  exportRules(): Promise<string> {
    const { rules, deviceKey, time } = this.#parts
    return sealRules(rules.list(), deviceKey, time.wallMs())
  }

  /** *Errors* of this and `importRules`: LatchError BAD_INPUT, with what is wrong with the file. */
  async readRules(text: string): Promise<RulesRead> {
    const { peerId, madeMs, drafts } = await this.#open(text)
    const { self, me, accountOf, isContact } = this.#parts
    const account = peerId === self ? me() : accountOf(peerId)
    const isMine = peerId === self || (account !== null && account === me())
    const who = isMine ? 'you' : account !== null && isContact(account) ? 'contact' : 'stranger'
    const fresh = new Set(this.#new(drafts))
    return {
      signedBy: { peerId, account, who },
      madeMs,
      rules: drafts.map((draft) => ({ draft, state: fresh.has(draft) ? 'new' : 'present' })),
    }
  }

  /** What is here already stays as it is. All the others are taken, or none. */
  async importRules(text: string): Promise<Rule[]> {
    const { drafts } = await this.#open(text)
    return this.#parts.rules.addAll(this.#new(drafts), 'import')
  }

  async #open(text: string): Promise<Extract<OpenedRules, { outcome: 'valid' }>> {
    const opened = await openRules(text)
    if (opened.outcome === 'valid') return opened
    throw new LatchError('BAD_INPUT', opened.why)
  }

  /** Those that say what no rule here says, each once. */
  #new(drafts: readonly RuleDraft[]): RuleDraft[] {
    const said = new Set(this.#parts.rules.list().map(whatItSays))
    return drafts.filter((draft) => {
      const says = whatItSays(draft)
      return !said.has(says) && said.add(says)
    })
  }
}

/** All but the note. */
function whatItSays({ who, capability, match, verdict, until, priority }: RuleDraft): string {
  const { name, minBytes, maxBytes, path, perHour } = match
  const id = 'account' in who ? who.account : 'group' in who ? who.group : ''
  const whom = [who.kind, id, 'name' in who ? who.name : '']
  const when = [until.kind, 'untilMs' in until ? until.untilMs : 0]
  return JSON.stringify([whom, capability, name, minBytes, maxBytes, path, perHour, verdict, when, priority])
}
