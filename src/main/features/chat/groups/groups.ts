import type { AccountId, ConversationId, MessageId, PeerId } from '../../../../shared/ids.ts'
import type { Group } from '../../../../shared/model/groups.ts'
import type { Database } from '../../../platform/database.ts'
import { talkIdOf, type SignedEntry } from '../../../protocols/chat/index.ts'
import { isMadeBy, type About } from '../about.ts'
import type { LogRow } from '../rows.ts'
import type { ConversationRow } from '../store.ts'
import type { Authority, Effect } from '../view.ts'
import { changeOf, GroupRows, type StoredChange } from './group-rows.ts'
import { MAX_GROUPS, MAX_LOGS_AN_ACCOUNT } from './limits.ts'
import type { GroupWays } from './ways.ts'
import { noticeOf } from './notices.ts'
import { inOrder, rosterFrom, withOne, type Roster } from './roster.ts'
import { Seen, type SeenParts } from './seen.ts'

interface GroupsParts extends Pick<SeenParts, 'store' | 'log' | 'onReviewed'> {
  readonly database: Database
  readonly me: AccountId
}

/** A group as it is known here: what its roster comes to, and the changes that this was made of, in their order. */
interface Known {
  readonly generation: number
  readonly entries: number
  readonly changes: readonly StoredChange[]
  readonly roster: Roster | null
}

/** What changed of groups and is to be told, once the transaction that did it is durable. */
export interface GroupNews {
  /** Rosters with something new. */
  readonly rosters: ReadonlySet<ConversationId>
  /** Messages that are seen no more, by their talk. */
  readonly gone: ReadonlyMap<ConversationId, MessageId[]>
  /** Messages that are seen again, or look different. */
  readonly back: readonly MessageId[]
}

/** The groups of this account: each is its roster, and what follows from it. */
export class Groups implements GroupWays, Authority {
  readonly rows: GroupRows
  readonly #parts: GroupsParts
  readonly #known = new Map<ConversationId, Known>()
  readonly #talks = new Map<ConversationId, ConversationId>()
  readonly #changed = new Set<ConversationId>()
  readonly seen: Seen

  constructor(parts: GroupsParts) {
    this.#parts = parts
    this.rows = new GroupRows(parts.database)
    this.seen = new Seen({ ...parts, rows: this.rows, rosterOf: (id) => this.rosterOf(id) })
    const { store } = parts
    store.view.authority = this
    store.onRoster = (...stored) => this.#took(...stored)
    for (const row of store.conversations()) if (row.kind === 'roster') this.#share(row)
  }

  /** Null: nothing is known of who made it. */
  rosterOf(id: ConversationId): Roster | null {
    const { store } = this.#parts
    const row = store.conversation(id)
    if (row === null || row.kind !== 'roster') return null
    const known = this.#known.get(id)
    const isCurrent = known?.generation === store.generation
    if (isCurrent && known.entries === row.entries) return known.roster
    const before = isCurrent ? known : null
    const changes = [...(before?.changes ?? []), ...this.rows.changes(row.key, before?.entries ?? 0)]
    return this.#know(id, row.entries, inOrder(changes))
  }

  /** What is to be told since this was asked last. */
  news(): GroupNews | null {
    const news = { rosters: new Set(this.#changed), ...this.seen.take() }
    this.#changed.clear()
    return news.rosters.size + news.gone.size + news.back.length === 0 ? null : news
  }

  sharedWith(account: AccountId): readonly ConversationRow[] {
    const { store } = this.#parts
    return store.conversations().flatMap((row) => {
      if (row.kind !== 'roster') return []
      const roster = this.rosterOf(row.id)
      if (roster?.members.has(account) !== true) return []
      const talk = roster.isIn(account) ? store.conversation(this.#talkOf(row.id)) : null
      return talk === null ? [row] : [row, talk]
    })
  }

  shares({ kind, roster: id }: ConversationRow, account: AccountId): boolean {
    const roster = id === null ? null : this.rosterOf(id)
    return roster !== null && (kind === 'talk' ? roster.isIn(account) : roster.members.has(account))
  }

  takesGroup(about: Exclude<About, { kind: 'two' }>, isAdmitted: boolean): boolean {
    const { store, me } = this.#parts
    const row = store.conversation(about.roster)
    if (row !== null) return about.kind === 'roster' || this.rosterOf(row.id)?.isInvited(me) === false
    const count = store.conversations().filter(({ kind }) => kind === 'roster').length
    return isAdmitted && about.kind === 'roster' && count < MAX_GROUPS
  }

  isMate(account: AccountId): boolean {
    const { store, me } = this.#parts
    return store.conversations().some(({ kind, id }) => {
      const roster = kind === 'roster' ? this.rosterOf(id) : null
      return roster?.isIn(me) === true && (roster.isIn(account) || roster.isInvited(account))
    })
  }

  rangeOf(row: ConversationRow, log: LogRow, account: AccountId): { from: number; to: number } | null {
    const roster = row.roster === null ? null : this.rosterOf(row.roster)
    if (roster === null || !roster.members.has(account)) return null
    const isIn = roster.isIn(account)
    if (row.kind === 'talk') {
      if (!isIn) return null
      return { from: roster.baseOf(account, log.device), to: log.seq }
    }
    if (isIn || roster.isInvited(account)) return { from: 0, to: log.seq }
    const to = Math.min(log.seq, roster.upToEndOf(account).get(log.device) ?? 0)
    return to === 0 ? null : { from: 0, to }
  }

  isKnownIn(id: ConversationId, account: AccountId, signed: SignedEntry): boolean {
    const { store } = this.#parts
    const { body, entry } = signed
    const row = store.conversation(entry.conversation)
    if (row !== null && store.head(row.key, entry.device) === null) {
      const logs = store.logs(row.key).filter((log) => log.account === account)
      if (logs.length >= MAX_LOGS_AN_ACCOUNT) return false
    }
    // Who was known before the last change is known after it: only for others all of it is looked at anew.
    if (this.#known.get(id)?.roster?.members.has(account) === true) return true
    const roster = this.rosterOf(id)
    if (roster !== null) return roster.members.has(account)
    return body?.kind === 'roster' && body.change.op === 'create' && isMadeBy(id, account, body.change.seed)
  }

  isVisible(row: ConversationRow, account: AccountId, device: PeerId, seq: number): boolean {
    if (row.kind !== 'talk' || row.roster === null) return true
    return this.rosterOf(row.roster)?.isVisible(account, device, seq) === true
  }

  isTakenBack({ kind, roster }: ConversationRow, account: AccountId, device: PeerId, seq: number): boolean {
    return kind === 'talk' && roster !== null && seq <= (this.rosterOf(roster)?.takenBack(account, device) ?? 0)
  }

  mayDelete(row: ConversationRow, account: AccountId, _author: AccountId, at?: { device: PeerId; seq: number }): boolean {
    const roster = row.kind === 'talk' && row.roster !== null ? this.rosterOf(row.roster) : null
    if (roster === null) return false
    if (at !== undefined) return roster.mayDelete(account, at.device, at.seq)
    return roster.isIn(account) && roster.members.get(account)?.role !== 'member'
  }

  groupOf(row: ConversationRow): Group | null {
    const roster = row.kind === 'talk' && row.roster !== null ? this.rosterOf(row.roster) : null
    if (roster === null) return null
    const { title, picture, history, whoAdds, creation } = roster
    const mine = roster.members.get(this.#parts.me)
    return {
      id: row.id,
      title,
      picture: picture === null ? null : Buffer.from(picture).toString('base64'),
      history,
      whoAdds,
      members: [...roster.members.values()],
      role: mine?.role ?? 'member',
      state: mine?.state ?? 'removed',
      by: mine?.by ?? creation.account,
      createdMs: creation.sentAtMs,
    }
  }

  whyMute(row: ConversationRow): string | null {
    if (row.kind !== 'talk') return null
    const state = this.groupOf(row)?.state
    if (state === 'joined') return null
    if (state === 'invited') return 'Join the group first.'
    return state === 'left' ? 'You left this group.' : 'You are in this group no more.'
  }

  noticeOf(n: number): ReturnType<typeof noticeOf> {
    const change = this.rows.changeAt(n)
    return change === null ? null : noticeOf(change)
  }

  #know(id: ConversationId, entries: number, changes: readonly StoredChange[]): Roster | null {
    const roster = rosterFrom(id, changes)
    this.#known.set(id, { generation: this.#parts.store.generation, entries, changes, roster })
    return roster
  }

  /** Within the transaction that stored it. */
  #took(row: ConversationRow, n: number, signed: SignedEntry, nowMs: number): Effect | null {
    const change = row.kind === 'roster' ? changeOf(n, signed) : null
    if (change === null) return null
    const { store } = this.#parts
    const known = this.#known.get(row.id)
    // As it was until now; then what came needs not be read again.
    const isCurrent = known?.generation === store.generation && known.entries === row.entries
    const before = isCurrent ? known.roster : null
    if (isCurrent) this.#know(row.id, row.entries + 1, withOne(known.changes, change))
    const after = this.rosterOf(row.id)
    this.#changed.add(row.id)
    const nothing = { shown: null, changed: [], conversation: true, state: null }
    if (after === null) return nothing
    const talk = this.#opened(row, after, nowMs)
    this.#share(row)
    if (talk === null) return nothing
    this.#begin(talk, after)
    this.#note(talk.id, change, after)
    this.#noteAgain(row.id, before, after)
    const changed = this.seen.changed(talk, before, after)
    const isShown = noticeOf(change) !== null && after.valid.has(change.id)
    return { shown: isShown ? change.id : null, changed, conversation: true, state: null }
  }

  /** The talk is there for who is, or was, in the group, or invited to it. */
  #opened({ id }: ConversationRow, roster: Roster, nowMs: number): ConversationRow | null {
    const { store, me } = this.#parts
    const talk = store.conversation(this.#talkOf(id))
    if (talk !== null || !roster.members.has(me)) return talk
    const opened = store.openHalf('talk', this.#talkOf(id), id, nowMs)
    for (const change of this.#known.get(id)?.changes ?? []) this.#note(opened.id, change, roster)
    return opened
  }

  /** Logs of others begin for this account where who added it said. */
  #begin({ key }: ConversationRow, roster: Roster): void {
    const { store, me } = this.#parts
    if (!roster.isIn(me)) return
    for (const { account, device, seq, id, clock } of roster.basesOf(me)) {
      const head = store.head(key, device)
      const place = { account, device, seq, id, clock, begins: seq }
      if (head === null) store.rows.addLog({ conversation: key, ...place })
      else if (head.seq < seq) store.rows.saveLog({ ...head, ...place })
    }
  }

  #note(talk: ConversationId, change: StoredChange, roster: Roster): void {
    const { store } = this.#parts
    const row = store.conversation(talk)
    if (row === null || noticeOf(change) === null) return
    const position = row.position + 1
    store.rows.saveConversation({ ...row, position })
    this.rows.addNotice(change.n, row.key, position, change, !roster.valid.has(change.id))
  }

  /** Changes that came to count, or not to. */
  #noteAgain(id: ConversationId, before: Roster | null, after: Roster): void {
    for (const change of this.#known.get(id)?.changes ?? []) {
      const counts = after.valid.has(change.id)
      if (before?.valid.has(change.id) === counts || !this.rows.hideNotice(change.n, !counts)) continue
      if (counts) this.seen.back([change.id])
      else this.seen.lose(this.#talkOf(id), [change.id])
    }
  }

  #talkOf(roster: ConversationId): ConversationId {
    const known = this.#talks.get(roster) ?? talkIdOf(roster)
    this.#talks.set(roster, known)
    return known
  }

  /** Who is to have what is written: of the roster whoever is in it or invited, of the talk whoever is in it. */
  #share(row: ConversationRow): void {
    const { store, me } = this.#parts
    const roster = this.rosterOf(row.id)
    const talk = store.conversation(this.#talkOf(row.id))
    const isGone = roster?.members.get(me)?.state === 'removed'
    const others = roster === null || isGone ? [] : [...roster.members.keys()].filter((account) => account !== me)
    const joined = others.filter((account) => roster?.isIn(account))
    store.setAudience(row.key, others.filter((account) => roster?.isIn(account) || roster?.isInvited(account)))
    if (talk !== null) store.setAudience(talk.key, joined)
  }
}
