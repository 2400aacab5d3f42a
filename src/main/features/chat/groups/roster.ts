import type { AccountId, ConversationId, MessageId, PeerId } from '../../../../shared/ids.ts'
import { MAX_MEMBERS, type Group, type GroupHistory, type Member } from '../../../../shared/model/groups.ts'
import type { RosterOp } from '../../../protocols/chat/index.ts'
import { MAX_ROSTER_ENTRIES_AN_ACCOUNT, MAX_ROSTER_SEQ } from './limits.ts'
import { Adds, type Add, type Base } from './adds.ts'
import { ALL, LAST, Least, reachOf, type End } from './ends.ts'
import { creationOf, Ranks, type Change } from './ranks.ts'

export type { Change } from './ranks.ts'

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
export class Roster {
  readonly creation: Change
  readonly title: string
  readonly picture: Uint8Array | null
  readonly history: GroupHistory
  readonly whoAdds: Group['whoAdds']
  readonly members: ReadonlyMap<AccountId, Member>
  /** Entries that count; the rest is void. */
  readonly valid: ReadonlySet<MessageId>
  readonly #inOrder: readonly Change[]
  readonly #ranks: Ranks
  readonly #bases = new Map<AccountId, ReadonlyMap<PeerId, number>>()
  readonly #adds = new Map<AccountId, Adds>()
  readonly #addsById = new Map<MessageId, Add>()
  readonly #ranges = new Map<AccountId, Map<PeerId, Range[]>>()
  readonly #upToEnds = new Map<AccountId, ReadonlyMap<PeerId, number>>()

  constructor(creation: Change, inOrder: readonly Change[]) {
    this.creation = creation
    this.#inOrder = inOrder
    this.#ranks = new Ranks(creation, inOrder)
    const { valid } = this.#ranks
    this.valid = valid
    valid.add(creation.id)
    const { id, account, ord, sentAtMs } = creation
    this.#add({ id, ord, sentAtMs, account, by: account, undoes: new Set(), base: [], joined: null })
    this.#join(creation, id)
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
        this.#add({ ...change, account: op.account, by: change.account, undoes: new Set(op.undoes), base: op.base, joined: null })
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
  ranges(account: AccountId, device: PeerId): readonly Range[] {
    const known = this.#ranges.get(account) ?? new Map<PeerId, Range[]>()
    this.#ranges.set(account, known)
    const ranges = known.get(device) ?? this.#rangesOf(account, device)
    known.set(device, ranges)
    return ranges
  }

  /** Up to where somebody's log was taken back with their removal: nothing of it is kept. 0: nothing was. */
  takenBack(account: AccountId, device: PeerId): number {
    return this.#ranks.endsOf(account).reduce((most, end) => Math.max(most, end.messagesToo ? reachOf(end.talk, device) : 0), 0)
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
  upToEndOf(account: AccountId): ReadonlyMap<PeerId, number> {
    const last = this.#lastEnd(account)?.ord ?? ''
    const upTo = this.#upToEnds.get(account) ?? new Map(this.#inOrder.flatMap(({ device, seq, ord }) => (ord <= last ? [[device, seq] as const] : [])))
    this.#upToEnds.set(account, upTo)
    return upTo
  }

  #rangesOf(account: AccountId, device: PeerId): Range[] {
    const ends = this.#ranks.endsOf(account)
    const adds = this.#adds.get(account)?.all ?? []
    const takenBack = this.takenBack(account, device)
    const seen = new Least<number>(adds, ends, ({ talk }) => reachOf(talk, device), ALL)
    return joinedUp(adds.map(({ base }, at) => ({ from: Math.max(takenBack, ownBase(account, base, device)), to: seen.of(at) })))
  }

  #mayAdd(change: Change, whoAdds: Group['whoAdds']): boolean {
    if (this.#ranks.leads(change)) return true
    if (whoAdds !== 'members') return false
    const { account, device, seq } = change
    return seq <= (this.#adds.get(account)?.memberUpTo(device) ?? -1)
  }

  #join(change: Change, added: MessageId): void {
    const add = this.#addsById.get(added)
    if (add === undefined || add.account !== change.account || add.joined !== null) return
    add.joined = change.sentAtMs
    this.#adds.get(add.account)?.joined.push(add)
    this.#ranks.valid.add(change.id)
  }

  /** Adds that hold. */
  #holding(account: AccountId): readonly Add[] {
    return this.#adds.get(account)?.holding ?? []
  }

  #lastEnd(account: AccountId): End | null {
    return this.#ranks.endsOf(account).reduce<End | null>((last, end) => (last === null || end.ord > last.ord ? end : last), null)
  }

  #add(add: Add): void {
    const adds = this.#adds.get(add.account) ?? new Adds(this.#ranks.endsOf(add.account))
    this.#adds.set(add.account, adds)
    adds.all.push(add)
    this.#addsById.set(add.id, add)
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
export function rosterOf(id: ConversationId, entries: Iterable<Change>): Roster | null {
  return rosterFrom(id, inOrder(entries))
}

/** The same of entries in their order. */
export function rosterFrom(id: ConversationId, ordered: readonly Change[]): Roster | null {
  const counted = bounded(ordered)
  const creation = creationOf(id, counted)
  return creation === null ? null : new Roster(creation, counted)
}

/** Each once. */
export function inOrder<Entry extends Change>(entries: Iterable<Entry>): Entry[] {
  const byId = new Map<MessageId, Entry>()
  for (const entry of entries) byId.set(entry.id, entry)
  return [...byId.values()].toSorted((a, b) => (a.ord < b.ord ? -1 : a.ord > b.ord ? 1 : 0))
}

/** What is in order, and one more in its place. */
export function withOne<Entry extends Change>(ordered: readonly Entry[], entry: Entry): readonly Entry[] {
  let [low, high] = [0, ordered.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ordered[middle]?.ord ?? LAST) < entry.ord) low = middle + 1
    else high = middle
  }
  return ordered[low]?.id === entry.id ? ordered : ordered.toSpliced(low, 0, entry)
}

/** Of no account more than counts. */
function bounded(ordered: readonly Change[]): readonly Change[] {
  const counts = new Map<AccountId, number>()
  return ordered.filter(({ account, seq }) => {
    if (seq > MAX_ROSTER_SEQ) return false
    const count = (counts.get(account) ?? 0) + 1
    counts.set(account, count)
    return count <= MAX_ROSTER_ENTRIES_AN_ACCOUNT
  })
}

/** Where a log of a newcomer begins that they had before. */
function ownBase(account: AccountId, base: Base, device: PeerId): number {
  return base.findLast((log) => log.account === account && log.device === device)?.seq ?? 0
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

/** Whether all of a log is seen, and will be. */
export function isWhole([first, ...more]: readonly Range[]): boolean {
  return more.length === 0 && first?.from === 0 && first.to === Number.MAX_SAFE_INTEGER
}
