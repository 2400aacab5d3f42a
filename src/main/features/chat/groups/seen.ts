import type { ConversationId, MessageId } from '../../../../shared/ids.ts'
import type { Log } from '../../../platform/log.ts'
import type { ConversationRow, LogStore } from '../store.ts'
import type { GroupRows } from './group-rows.ts'
import { SEEN_AT_ONCE } from './limits.ts'
import { Reviewing, type Place } from './reviewing.ts'
import { isWhole, type Range, type Roster } from './roster.ts'

export interface SeenParts {
  readonly store: LogStore
  readonly rows: GroupRows
  readonly log: Log
  readonly rosterOf: (id: ConversationId) => Roster | null
  /** Messages came or went. `erased`: those with which files were offered, for good. `over`: a talk of which all of a log was looked at. */
  readonly onReviewed: (erased: readonly MessageId[], over: ConversationId | null) => void
}

/** What is seen of talks, as far as their rosters say: the newest of it at once, the rest in turns. */
export class Seen {
  readonly #parts: SeenParts
  readonly #reviewing: Reviewing
  #gone = new Map<ConversationId, MessageId[]>()
  #back: MessageId[] = []

  constructor(parts: SeenParts) {
    this.#parts = parts
    this.#reviewing = new Reviewing({ log: parts.log, look: (...part) => this.#look(...part) })
  }

  /** Goes on with what was to be hidden or erased when this process last ended. */
  start(): void {
    const { store, rosterOf } = this.#parts
    const places = store.conversations().flatMap(({ kind, roster: id, key, id: talk }): Place[] => {
      const roster = kind === 'talk' && id !== null ? rosterOf(id) : null
      if (roster === null) return []
      return store.logs(key).flatMap((log) => (isWhole(roster.ranges(log.account, log.device)) ? [] : [{ key: log.key, talk, device: log.device }]))
    })
    this.#reviewing.start(places)
  }

  stop(): Promise<void> {
    return this.#reviewing.stop()
  }

  /** What is to be told since this was asked last. */
  take(): { gone: ReadonlyMap<ConversationId, MessageId[]>; back: readonly MessageId[] } {
    const taken = { gone: this.#gone, back: this.#back }
    this.#gone = new Map()
    this.#back = []
    return taken
  }

  back(ids: readonly MessageId[]): void {
    this.#back.push(...ids)
  }

  lose(talk: ConversationId, ids: readonly MessageId[]): void {
    if (ids.length > 0) this.#gone.set(talk, [...(this.#gone.get(talk) ?? []), ...ids])
  }

  /** A roster changed; within the transaction. Gives messages that look different. */
  changed(talk: ConversationRow, before: Roster | null, after: Roster): MessageId[] {
    const { store, rows } = this.#parts
    const touched = new Set<MessageId>()
    for (const { key, account, device, seq } of store.logs(talk.key)) {
      const ranges = after.ranges(account, device)
      const isSeenAnew = before === null || JSON.stringify(before.ranges(account, device)) !== JSON.stringify(ranges)
      if (isSeenAnew) {
        this.#show(talk.id, key, ranges, { from: Math.max(0, seq - SEEN_AT_ONCE), to: seq })
        this.#reviewing.add({ key, talk: talk.id, device })
      }
      if (!isSeenAnew && before.rankKey(account) === after.rankKey(account)) continue
      for (const target of rows.targetsOf(key)) touched.add(target)
    }
    return [...touched].filter((id) => store.view.refold(id))
  }

  #show(talk: ConversationId, log: number, ranges: readonly Range[], part: Range): void {
    const { gone, back } = this.#parts.rows.show(log, ranges, part)
    this.lose(talk, gone)
    this.back(back)
    if (gone.length + back.length > 0) this.#parts.store.view.recount(talk)
  }

  /** What was hidden, or is seen again, beside the newest; and for good what was taken back with a removal. */
  #look({ key, talk, device }: Place, from: number, to: number): boolean {
    const { store, rows, rosterOf, onReviewed } = this.#parts
    const row = store.conversation(talk)
    const log = row === null ? null : store.head(row.key, device)
    const roster = row?.roster == null ? null : rosterOf(row.roster)
    if (log === null || roster === null) return true
    const { account, seq } = log
    const taken = Math.min(to, roster.takenBack(account, device))
    const erased = store.transaction(() => {
      this.#show(talk, key, roster.ranges(account, device), { from, to: Math.min(to, seq) })
      return from < taken ? rows.erase(key, { from, to: taken }) : []
    })
    onReviewed(erased, to >= seq ? talk : null)
    return to >= seq
  }
}
