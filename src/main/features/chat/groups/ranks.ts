import type { AccountId, ConversationId, MessageId, PeerId } from '../../../../shared/ids.ts'
import type { MessageOrder } from '../../../../shared/model/chat.ts'
import type { RosterOp } from '../../../protocols/chat/index.ts'
import { isMadeBy } from '../about.ts'
import { ALL, LAST, Least, reachOf, type Cut, type End, type Hold } from './ends.ts'

/** One entry of a roster, with its place among all of them. */
export interface Change {
  readonly id: MessageId
  readonly account: AccountId
  readonly device: PeerId
  readonly seq: number
  readonly sentAtMs: number
  readonly ord: MessageOrder
  readonly op: RosterOp
}

/** What somebody was, and what ended it. */
class Career {
  readonly grants: Hold[] = []
  readonly ends: End[] = []
  /** Those that end a membership. */
  readonly leavings: End[] = []
  /** By device: how far what they did in a half counts. */
  readonly counts = { roster: new Map<PeerId, Least<number>>(), talk: new Map<PeerId, Least<number>>() }
  /** When what they were ended. */
  readonly ended = new Least<MessageOrder>(this.grants, this.ends, ({ ord }) => ord, LAST)

  countsOf(half: 'roster' | 'talk', device: PeerId): Least<number> {
    const known = this.counts[half].get(device)
    if (known !== undefined) return known
    const made = new Least<number>(this.grants, this.ends, (end) => reachOf(end[half], device), ALL)
    this.counts[half].set(device, made)
    return made
  }
}

interface Reign {
  readonly account: AccountId
  /** Null: from the beginning. */
  readonly from: MessageOrder | null
  /** Of those who handed on: what they did behind it as owners is void. */
  until: { readonly ord: MessageOrder; readonly cut: Cut } | null
}

type Doing = Pick<Change, 'account' | 'device' | 'seq' | 'ord'>

/**
 * Who may do what in a group: pure, from its changes in their order. The owner follows from who made it and from handing on;
 * moderators from what owners did; removals from what owners and moderators did. Nothing depends on what it decides, so there
 * is nothing to agree on.
 */
export class Ranks {
  /** Entries that count. */
  readonly valid = new Set<MessageId>()
  readonly #reigns: Reign[]
  readonly #careers = new Map<AccountId, Career>()
  readonly #rankKeys = new Map<AccountId, string>()

  constructor(creation: Change, inOrder: readonly Change[]) {
    this.#reigns = [{ account: creation.account, from: null, until: null }]
    for (const change of inOrder) this.#handOn(change)
    for (const change of inOrder) this.#byOwner(change)
    for (const change of inOrder) this.#byModerator(change)
  }

  get owner(): AccountId {
    return this.#reigns.at(-1)?.account ?? ('' as AccountId)
  }

  /** Of a membership: leavings and removals. */
  endsOf(account: AccountId): readonly End[] {
    return this.#careers.get(account)?.leavings ?? []
  }

  /** What a promotion has to name to count. */
  endsOfRank(account: AccountId): readonly End[] {
    return this.#careers.get(account)?.ends ?? []
  }

  isModerator(account: AccountId): boolean {
    return this.#careers.get(account)?.ended.most() === LAST
  }

  /** Whether somebody was owner or moderator when they did something in the roster. */
  leads(doing: Doing): boolean {
    return this.#owns(doing) || this.#holds(doing, 'roster')
  }

  /** The same for something done in the talk. */
  leadsTalk({ account, device, seq }: Omit<Doing, 'ord'>): boolean {
    return account === this.owner || this.#holds({ account, device, seq, ord: LAST }, 'talk')
  }

  /** Changes when what somebody may take back does. */
  rankKey(account: AccountId): string {
    const known = this.#rankKeys.get(account)
    if (known !== undefined) return known
    const { grants, ends } = this.#careers.get(account) ?? { grants: [], ends: [] }
    const key = JSON.stringify([account === this.owner, grants.map(({ ord }) => ord), grants.length === 0 ? [] : ends.map(({ id }) => id)])
    this.#rankKeys.set(account, key)
    return key
  }

  #handOn(change: Change): void {
    const { op, ord, account } = change
    const reign = this.#reigns.at(-1)
    if (op.op !== 'hand-on' || reign === undefined || reign.account !== account || op.account === account || !isBehind(ord, reign.from)) return
    if (!this.#owns(change)) return
    reign.until = { ord, cut: op.roster }
    this.#reigns.push({ account: op.account, from: ord, until: null })
    this.valid.add(change.id)
  }

  #byOwner(change: Change): void {
    const { op, account } = change
    if (op.op === 'leave') {
      this.#end(account, change, op, 'left')
      return
    }
    if (op.op === 'hand-on' && this.valid.has(change.id)) {
      this.#careerOf(account).grants.push({ ord: change.ord, undoes: new Set(), undoesFirst: this.endsOfRank(account).length })
    }
    if (!('account' in op) || op.account === account || !this.#owns(change)) return
    if (op.op === 'promote') {
      this.#careerOf(op.account).grants.push({ ord: change.ord, undoes: new Set(op.undoes) })
      this.valid.add(change.id)
    } else if (op.op === 'demote') {
      this.#end(op.account, change, op, 'demoted')
    } else if (op.op === 'remove') {
      this.#end(op.account, change, op, 'removed')
    }
  }

  /** Of somebody who led nothing then: so no two moderators remove each other. */
  #byModerator(change: Change): void {
    const { op, account, ord } = change
    if (op.op !== 'remove' || this.valid.has(change.id) || op.account === account) return
    if (!this.#holds(change, 'roster') || this.#ledAt(op.account, ord)) return
    this.#end(op.account, change, op, 'removed')
  }

  #ledAt(account: AccountId, ord: MessageOrder): boolean {
    return this.#reignAt(ord)?.account === account || (this.#careers.get(account)?.ended.mostBefore(ord) ?? '') >= ord
  }

  #owns({ account, device, seq, ord }: Doing): boolean {
    const reign = this.#reignAt(ord)
    return reign?.account === account && (reign.until === null || seq <= reachOf(reign.until.cut, device))
  }

  /** Each begins where the one before ended. */
  #reignAt(ord: MessageOrder): Reign | null {
    let [low, high] = [0, this.#reigns.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBehind(ord, this.#reigns[middle]?.from ?? null)) low = middle + 1
      else high = middle
    }
    const reign = this.#reigns[low - 1]
    return reign === undefined || (reign.until !== null && ord >= reign.until.ord) ? null : reign
  }

  #holds({ account, device, seq, ord }: Doing, half: 'roster' | 'talk'): boolean {
    const career = this.#careers.get(account)
    if (career === undefined || career.grants.length === 0) return false
    return (career.countsOf(half, device).mostBefore(ord) ?? -1) >= seq
  }

  #careerOf(account: AccountId): Career {
    const career = this.#careers.get(account) ?? new Career()
    this.#careers.set(account, career)
    return career
  }

  #end(account: AccountId, { id, ord, sentAtMs, account: by }: Change, op: Extract<RosterOp, { talk: unknown }>, what: End['what']): void {
    const messagesToo = op.op === 'remove' && op.messagesToo
    const end: End = { id, ord, sentAtMs, what, by, roster: op.roster, talk: op.talk, messagesToo }
    const { ends, leavings } = this.#careerOf(account)
    ends.push(end)
    if (what !== 'demoted') leavings.push(end)
    this.valid.add(id)
  }
}

function isBehind(ord: MessageOrder, place: MessageOrder | null): boolean {
  return place === null || ord > place
}

/** The first of those by whom the seed says that they made it. */
export function creationOf(roster: ConversationId, inOrder: readonly Change[]): Change | null {
  return inOrder.find(({ op, account }) => op.op === 'create' && isMadeBy(roster, account, op.seed)) ?? null
}
