import type { DoorEvent, DoorSnapshot } from '../../shared/contract/door.ts'
import type { AccountId, KnockId, RuleId } from '../../shared/ids.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Decision, Knock, Rule, SentKnock } from '../../shared/model/door.ts'
import { plural } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount } from '../resolve.ts'
import { short } from '../short-id.ts'
import { headline, leftOf, nameAtDoor, routeText, type Known } from './knock-text.ts'
import { ruleText, wanted } from './texts.ts'

/** Says of a knock of ours what is known; given, as the command that waits for one says the same. */
type Sentence = (knock: SentKnock, name: string, nowMs: number) => string

/** What happens at the door, a line for each thing. Remembers what it needs to say what is new, and no more. */
export class FollowLines {
  readonly #sentence: Sentence
  readonly #rules = new Map<RuleId, Rule>()
  readonly #knocks = new Map<KnockId, Knock['state']>()
  #blocked = new Set<AccountId>()

  constructor(sentence: Sentence) {
    this.#sentence = sentence
  }

  begin({ pending, rules, blocked }: DoorSnapshot, known: Known, nowMs: number): string[] {
    this.#rules.clear()
    for (const rule of rules) this.#rules.set(rule.id, rule)
    this.#blocked = new Set(blocked)
    return pending.flatMap((knock) => this.#knock(knock, known, nowMs))
  }

  /** The lines for one event; none where nothing is new to a person. */
  of(event: DoorEvent, known: Known, nowMs: number): string[] {
    const { people } = known
    switch (event.event) {
      case 'knock-changed':
        return this.#knock(event.knock, known, nowMs)
      case 'sent-knock-changed': {
        const { sent } = event
        const name = sent.account === null ? short(sent.peerId) : nameOfAccount(people, sent.account)
        return [line('yours', `${short(sent.id)}  ${this.#sentence(sent, name, nowMs)}`)]
      }
      case 'rule-changed':
        return this.#rule(event.rule, people)
      case 'rule-removed': {
        const rule = this.#rules.get(event.id)
        this.#rules.delete(event.id)
        return [line('rule', `removed ${rule === undefined ? `rule ${short(event.id)}` : ruleText(rule, people)}`)]
      }
      case 'blocked-changed':
        return this.#block(event.blocked, people)
      case 'decided':
        return [line('decided', this.#decision(event.decision, people))]
    }
  }

  #knock(knock: Knock, known: Known, nowMs: number): string[] {
    const before = this.#knocks.get(knock.id)
    const isOpen = knock.state === 'pending' || knock.state === 'queued'
    if (isOpen) this.#knocks.set(knock.id, knock.state)
    else this.#knocks.delete(knock.id)
    const quiet = knock.quiet ? ', quiet' : ''
    if (!isOpen) {
      const what = `${nameAtDoor(knock, known.people)}, ${wanted(knock.capability, knock.about)}: ${knock.state}`
      return [line('knock', `${short(knock.id)}  ${what}`)]
    }
    const again = before === knock.state ? `; ${plural(knock.requests, 'request')}, one question` : ''
    const from = `${routeText(knock, known)}${quiet}`
    const says = knock.greeting === '' ? '' : `; says "${oneLine(knock.greeting)}"`
    const text = `${headline(knock, known.people)} (${from}); ${leftOf(knock, nowMs)}${again}${says}`
    return [line('knock', `${short(knock.id)}  ${text}`)]
  }

  #rule(rule: Rule, people: readonly Person[]): string[] {
    const before = this.#rules.get(rule.id)
    this.#rules.set(rule.id, rule)
    const done = changeOf(before, rule)
    return done === null ? [] : [line('rule', `${done} ${ruleText(rule, people)}`)]
  }

  #block(blocked: readonly AccountId[], people: readonly Person[]): string[] {
    const now = new Set(blocked)
    const added = blocked.filter((account) => !this.#blocked.has(account))
    const gone = [...this.#blocked].filter((account) => !now.has(account))
    this.#blocked = now
    return [
      ...added.map((account) => line('blocked', nameOfAccount(people, account))),
      ...gone.map((account) => line('blocked', `${nameOfAccount(people, account)} no more`)),
    ]
  }

  #decision(decision: Decision, people: readonly Person[]): string {
    const who = decision.account === null ? short(decision.peerId) : nameOfAccount(people, decision.account)
    const what = wanted(decision.capability, decision.facts?.about)
    const rule = decision.rule === null ? undefined : this.#rules.get(decision.rule)
    if (decision.verdict === 'allow-and-tell' && decision.by === 'rule') {
      const by = rule === undefined ? 'your rule' : `your ${ruleText(rule, people)}`
      return `${who} came in by ${by}: ${what}`
    }
    return `${decision.verdict}: ${who}, ${what}; ${oneLine(decision.why)} (${decision.by})`
  }
}

/** What became of a rule; null where it was only counted. */
function changeOf(before: Rule | undefined, now: Rule): string | null {
  if (before === undefined) return 'new'
  if (before.suspended === null && now.suspended !== null) return `suspended (${oneLine(now.suspended.why)})`
  if (before.enabled !== now.enabled) return now.enabled ? 'switched on' : 'switched off'
  const said = (rule: Rule): string => JSON.stringify({ ...rule, hits: 0, lastHitMs: null })
  return said(before) === said(now) ? null : 'changed'
}

function line(kind: string, text: string): string {
  return oneLine(`${kind.padEnd(KIND_WIDTH)}  ${text}`)
}
const KIND_WIDTH = 'decided'.length
