import type { AccountId, ConversationId, MessageId, PeerId } from '../../../../src/shared/ids.ts'
import type { MessageOrder } from '../../../../src/shared/model/chat.ts'
import type { RosterOp } from '../../../../src/main/protocols/chat/index.ts'
import type { Change } from '../../../../src/main/features/chat/groups/ranks.ts'
import { isMadeBy } from '../../../../src/main/features/chat/about.ts'

/** How far logs go. A log that is not named does not count at all. */
export type Cut = ReadonlyMap<PeerId, number>

/** What ends a membership, or a rank. An add, or an appointment, holds against those only that it names. */
export interface End extends Pick<Change, 'id' | 'ord' | 'sentAtMs'> {
  readonly what: 'left' | 'removed' | 'demoted'
  readonly by: AccountId
  readonly roster: Cut
  readonly talk: Cut
  readonly messagesToo: boolean
}

/** Made moderator. */
interface Grant {
  readonly ord: MessageOrder
  readonly undoes: ReadonlySet<MessageId>
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
 * Each looked at against each, with nothing remembered: what the house does in less time has to come to the same.
 *
 * Who may do what in a group: pure, from its changes in their order. The owner follows from who made it and from handing on;
 * moderators from what owners did; removals from what owners and moderators did. Nothing depends on what it decides, so there
 * is nothing to agree on.
 */
export class PlainRanks {
  /** Entries that count. */
  readonly valid = new Set<MessageId>()
  readonly #reigns: Reign[]
  readonly #grants = new Map<AccountId, Grant[]>()
  readonly #ends = new Map<AccountId, End[]>()

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
  endsOf(account: AccountId): End[] {
    return (this.#ends.get(account) ?? []).filter(({ what }) => what !== 'demoted')
  }

  /** What a promotion has to name to count. */
  endsOfRank(account: AccountId): End[] {
    return this.#ends.get(account) ?? []
  }

  isModerator(account: AccountId): boolean {
    return (this.#grants.get(account) ?? []).some((grant) => this.#against(account, grant).length === 0)
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
    const grants = (this.#grants.get(account) ?? []).map((grant) => [grant.ord, this.#against(account, grant).map(({ id }) => id)])
    return JSON.stringify([account === this.owner, grants])
  }

  #handOn(change: Change): void {
    const { op, ord, account } = change
    const reign = this.#reigns.at(-1)
    if (op.op !== 'hand-on' || reign === undefined || reign.account !== account || op.account === account || !isBehind(ord, reign.from)) return
    if (!this.#owns(change)) return
    reign.until = { ord, cut: cutOf(op.roster) }
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
      const undoes = (this.#ends.get(account) ?? []).map(({ id }) => id)
      this.#grant(account, { ord: change.ord, undoes: new Set(undoes) })
    }
    if (!('account' in op) || op.account === account || !this.#owns(change)) return
    if (op.op === 'promote') {
      this.#grant(op.account, { ord: change.ord, undoes: new Set(op.undoes) })
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
    const owned = this.#reigns.some((reign) => reign.account === account && isBehind(ord, reign.from) && (reign.until === null || ord < reign.until.ord))
    const isGranted = (grant: Grant): boolean => grant.ord < ord && !this.#against(account, grant).some((end) => end.ord < ord)
    return owned || (this.#grants.get(account) ?? []).some(isGranted)
  }

  #owns({ account, device, seq, ord }: Doing): boolean {
    return this.#reigns.some((reign) => {
      if (reign.account !== account || !isBehind(ord, reign.from)) return false
      return reign.until === null || (ord < reign.until.ord && seq <= (reign.until.cut.get(device) ?? 0))
    })
  }

  #holds({ account, device, seq, ord }: Doing, half: 'roster' | 'talk'): boolean {
    const grants = this.#grants.get(account) ?? []
    return grants.some((grant) => grant.ord < ord && this.#against(account, grant).every((end) => seq <= (end[half].get(device) ?? 0)))
  }

  #against(account: AccountId, { undoes }: Pick<Grant, 'undoes'>): End[] {
    return (this.#ends.get(account) ?? []).filter(({ id }) => !undoes.has(id))
  }

  #grant(account: AccountId, grant: Grant): void {
    this.#grants.set(account, [...(this.#grants.get(account) ?? []), grant])
  }

  #end(account: AccountId, { id, ord, sentAtMs, account: by }: Change, op: Extract<RosterOp, { talk: unknown }>, what: End['what']): void {
    const cuts = { roster: cutOf(op.roster), talk: cutOf(op.talk) }
    const messagesToo = op.op === 'remove' && op.messagesToo
    this.#ends.set(account, [...(this.#ends.get(account) ?? []), { id, ord, sentAtMs, what, by, ...cuts, messagesToo }])
    this.valid.add(id)
  }
}

function isBehind(ord: MessageOrder, place: MessageOrder | null): boolean {
  return place === null || ord > place
}

/** Behind every place. */
const LAST = '~' as MessageOrder

/** The first of those by whom the seed says that they made it. */
export function creationOf(roster: ConversationId, inOrder: readonly Change[]): Change | null {
  return inOrder.find(({ op, account }) => op.op === 'create' && isMadeBy(roster, account, op.seed)) ?? null
}

function cutOf(seen: readonly { device: PeerId; seq: number }[]): Cut {
  return new Map(seen.map(({ device, seq }) => [device, seq]))
}
