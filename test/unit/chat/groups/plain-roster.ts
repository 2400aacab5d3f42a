import type { AccountId, ConversationId, MessageId, PeerId } from '../../../../src/shared/ids.ts'
import { MAX_MEMBERS, type Group, type GroupHistory, type Member } from '../../../../src/shared/model/groups.ts'
import type { RosterOp } from '../../../../src/main/protocols/chat/index.ts'
import { MAX_ROSTER_ENTRIES_AN_ACCOUNT, MAX_ROSTER_SEQ } from '../../../../src/main/features/chat/groups/limits.ts'
import type { Change } from '../../../../src/main/features/chat/groups/ranks.ts'
import { creationOf, PlainRanks, type Cut, type End } from './plain-ranks.ts'

type Base = Extract<RosterOp, { op: 'add' }>['base']

interface Add extends Pick<Change, 'id' | 'ord' | 'sentAtMs'> {
  readonly by: AccountId
  readonly undoes: ReadonlySet<MessageId>
  readonly base: Base
  readonly begins: Cut
  joined: number | null
}

/** Entries of a log that count: behind `from`, up to `to`. */
export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * A group as its roster has it: a pure function of the set of its entries, in whatever order and however often they came.
 *
 * Members are a set in which removal wins: an add holds against those leavings and removals that it names, and against no
 * other. What somebody wrote counts from the base of an add up to where the removals that end it saw their logs.
 */
export class PlainRoster {
  readonly creation: Change
  readonly title: string
  readonly picture: Uint8Array | null
  readonly history: GroupHistory
  readonly whoAdds: Group['whoAdds']
  readonly members: ReadonlyMap<AccountId, Member>
  /** Entries that count; the rest is void. */
  readonly valid: ReadonlySet<MessageId>
  readonly #inOrder: readonly Change[]
  readonly #ranks: PlainRanks
  readonly #bases = new Map<AccountId, Cut>()
  readonly #adds = new Map<AccountId, Add[]>()

  constructor(creation: Change, inOrder: readonly Change[]) {
    this.creation = creation
    this.#inOrder = inOrder
    this.#ranks = new PlainRanks(creation, inOrder)
    const { valid } = this.#ranks
    this.valid = valid
    valid.add(creation.id)
    this.#addTo(creation.account, { ...creation, by: creation.account, undoes: new Set(), base: [], begins: new Map(), joined: creation.sentAtMs })
    const made = creation.op as Extract<RosterOp, { op: 'create' }>
    const settings = { title: made.title, picture: made.picture, history: made.history, whoAdds: 'moderators' as Group['whoAdds'] }
    for (const change of inOrder) {
      const { op } = change
      if (op.op === 'set' && this.#ranks.leads(change)) {
        valid.add(change.id)
        const { op: _, ...named } = op
        Object.assign(settings, Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)))
      }
      if (op.op === 'add' && this.#mayAdd(change, settings.whoAdds)) {
        valid.add(change.id)
        const own = op.base.filter(({ account }) => account === op.account)
        const begins = new Map(own.map(({ device, seq }) => [device, seq]))
        this.#addTo(op.account, { ...change, by: change.account, undoes: new Set(op.undoes), base: op.base, begins, joined: null })
      }
      if (op.op === 'join') this.#join(change, op.added)
    }
    this.title = settings.title
    this.picture = settings.picture
    this.history = settings.history
    this.whoAdds = settings.whoAdds
    this.members = this.#members()
  }

  get owner(): AccountId {
    return this.#ranks.owner
  }

  /** Joined, and not gone since. */
  isIn(account: AccountId): boolean {
    return this.members.get(account)?.state === 'joined'
  }

  isInvited(account: AccountId): boolean {
    return this.members.get(account)?.state === 'invited'
  }

  /** The entry that invites an account; null: none does. */
  invitation(account: AccountId): MessageId | null {
    return this.#holding(account).find(({ joined }) => joined === null)?.id ?? null
  }

  /** Where logs of others begin for a member; one that is not named begins at its beginning. */
  basesOf(account: AccountId): Base {
    const joined = this.#holding(account).find((add) => add.joined !== null)
    return joined?.base.filter((base) => base.account !== account) ?? []
  }

  /** Where one log begins for a member; 0: at its beginning. */
  baseOf(account: AccountId, device: PeerId): number {
    const bases = this.#bases.get(account) ?? new Map(this.basesOf(account).map((base) => [base.device, base.seq]))
    this.#bases.set(account, bases)
    return bases.get(device) ?? 0
  }

  /** Leavings and removals that an add has to name. */
  endsOf(account: AccountId): MessageId[] {
    return this.#ranks.endsOf(account).map(({ id }) => id)
  }

  /** What a promotion has to name. */
  endsOfRank(account: AccountId): MessageId[] {
    return this.#ranks.endsOfRank(account).map(({ id }) => id)
  }

  /** What of a log in the talk is for anybody's eyes. */
  ranges(account: AccountId, device: PeerId): Range[] {
    const ends = this.#ranks.endsOf(account)
    const takenBack = Math.max(0, ...ends.map((end) => (end.messagesToo ? (end.talk.get(device) ?? 0) : 0)))
    const ranges = (this.#adds.get(account) ?? []).map(({ begins, undoes }): Range => {
      const against = ends.filter(({ id }) => !undoes.has(id))
      const to = Math.min(Number.MAX_SAFE_INTEGER, ...against.map((end) => end.talk.get(device) ?? 0))
      return { from: Math.max(takenBack, begins.get(device) ?? 0), to }
    })
    return joinedUp(ranges)
  }

  isVisible(account: AccountId, device: PeerId, seq: number): boolean {
    return this.ranges(account, device).some(({ from, to }) => seq > from && seq <= to)
  }

  /** Whether somebody may take back what others wrote, by what they said in the talk at that place. */
  mayDelete(account: AccountId, device: PeerId, seq: number): boolean {
    return this.#ranks.leadsTalk({ account, device, seq })
  }

  /** Changes when what somebody may take back does. */
  rankKey(account: AccountId): string {
    return this.#ranks.rankKey(account)
  }

  /** How far the roster goes for somebody who is in it no more: up to what ended it. By device. */
  upToEndOf(account: AccountId): Cut {
    const last = this.#lastEnd(account)?.ord ?? ''
    return new Map(this.#inOrder.flatMap(({ device, seq, ord }) => (ord <= last ? [[device, seq] as const] : [])))
  }

  #mayAdd(change: Change, whoAdds: Group['whoAdds']): boolean {
    if (this.#ranks.leads(change)) return true
    if (whoAdds !== 'members') return false
    const { account, device, seq, ord } = change
    return (this.#adds.get(account) ?? []).some((add) => {
      if (add.ord >= ord || add.joined === null) return false
      return this.#against(account, add).every((end) => seq <= (end.roster.get(device) ?? 0))
    })
  }

  #join(change: Change, added: MessageId): void {
    const add = this.#adds.get(change.account)?.find(({ id }) => id === added)
    if (add === undefined || add.joined !== null) return
    add.joined = change.sentAtMs
    this.#ranks.valid.add(change.id)
  }

  #against(account: AccountId, { undoes }: Pick<Add, 'undoes'>): End[] {
    return this.#ranks.endsOf(account).filter(({ id }) => !undoes.has(id))
  }

  /** Adds that hold. */
  #holding(account: AccountId): Add[] {
    return (this.#adds.get(account) ?? []).filter((add) => this.#against(account, add).length === 0)
  }

  #lastEnd(account: AccountId): End | null {
    return this.#ranks.endsOf(account).reduce<End | null>((last, end) => (last === null || end.ord > last.ord ? end : last), null)
  }

  #addTo(account: AccountId, add: Add): void {
    this.#adds.set(account, [...(this.#adds.get(account) ?? []), add])
  }

  /** The first hundred, should there be more: those who were added before. */
  #members(): Map<AccountId, Member> {
    const members = new Map<AccountId, Member>()
    let count = 0
    for (const account of this.#adds.keys()) {
      const holding = this.#holding(account)
      const joined = holding.find((add) => add.joined !== null)
      const [first] = holding
      const end = this.#lastEnd(account)
      if (first !== undefined && count < MAX_MEMBERS) {
        count += 1
        const state = joined === undefined ? 'invited' : 'joined'
        members.set(account, { account, role: this.#roleOf(account), state, by: first.by, sinceMs: joined?.joined ?? first.sentAtMs })
      } else if (end !== null) {
        const state = end.what === 'left' ? 'left' : 'removed'
        members.set(account, { account, role: this.#roleOf(account), state, by: end.by, sinceMs: end.sentAtMs })
      }
    }
    return members
  }

  #roleOf(account: AccountId): Member['role'] {
    if (account === this.#ranks.owner) return 'owner'
    return this.#ranks.isModerator(account) ? 'moderator' : 'member'
  }
}

/** Null: nobody of whom the id speaks made it, as far as is known. */
export function plainRosterOf(id: ConversationId, entries: Iterable<Change>): PlainRoster | null {
  const inOrder = bounded(entries)
  const creation = creationOf(id, inOrder)
  return creation === null ? null : new PlainRoster(creation, inOrder)
}

/** Each once, in their order, and of no account more than counts. */
function bounded(entries: Iterable<Change>): Change[] {
  const byId = new Map([...entries].map((entry) => [entry.id, entry]))
  const inOrder = [...byId.values()].toSorted((a, b) => (a.ord < b.ord ? -1 : a.ord > b.ord ? 1 : 0))
  const counts = new Map<AccountId, number>()
  return inOrder.filter(({ account, seq }) => {
    if (seq > MAX_ROSTER_SEQ) return false
    const count = (counts.get(account) ?? 0) + 1
    counts.set(account, count)
    return count <= MAX_ROSTER_ENTRIES_AN_ACCOUNT
  })
}

/** In their order, without overlaps and without empty ones. */
function joinedUp(ranges: readonly Range[]): Range[] {
  const joined: Range[] = []
  for (const range of ranges.filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last === undefined || range.from > last.to) joined.push(range)
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
  }
  return joined
}
