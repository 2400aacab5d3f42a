import { createHash } from 'node:crypto'
import { Decision, letsIn, type LogFilter, nothingMore } from '../../../shared/model/door.ts'
import { encode } from '../../platform/cbor.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { Buckets } from './buckets.ts'
import {
  LOG_ADMISSIONS_BURST,
  LOG_ADMISSIONS_PER_SECOND,
  LOG_REFUSALS_BURST,
  LOG_REFUSALS_PER_SECOND,
  LOG_REPEAT_MS,
  LOG_TOLD_BURST,
  LOG_TOLD_PER_SECOND,
  MAX_BUCKETS,
  MAX_LOG_LINES,
} from './limits.ts'
import { whereOf } from './log-filter.ts'
import type { DoorTime } from './time.ts'
import type { LogCheck } from './types.ts'

export type LogEntry = Omit<Decision, 'seq' | 'atMs' | 'hash'>

interface Row {
  seq: number
  at_ms: number
  account: string | null
  peer: string
  capability: string
  verdict: string
  why: string
  rule: string | null
  by: string
  hash: string
  /** JSON; null in lines of before there were facts. */
  facts: string | null
}

/** Lines checked between two turns of the event loop: about 5 ms. */
const LINES_PER_SLICE = 200
/** Lines dropped at once when the log is full. */
const PRUNED_AT_ONCE = 1_000

/**
 * The append-only log of decisions. Each line's hash is the SHA-256 of the line before's and of the line itself as
 * DAG-CBOR, so that a line changed or taken out afterwards shows. Two things keep it from growing at a stranger's will:
 * the same decision again within a minute is not written again, and refusals beyond a rate are counted in the next
 * line.
 */
export class DecisionLog {
  readonly #database: Database
  readonly #time: DoorTime
  readonly #maxLines: number
  readonly #refusals = new Buckets({ burst: LOG_REFUSALS_BURST, perSecond: LOG_REFUSALS_PER_SECOND })
  readonly #admissions = new Buckets({ burst: LOG_ADMISSIONS_BURST, perSecond: LOG_ADMISSIONS_PER_SECOND })
  readonly #told = new Buckets({ burst: LOG_TOLD_BURST, perSecond: LOG_TOLD_PER_SECOND })
  readonly #writtenMs = new Map<string, number>()
  /** Writes what waits to be written: before anything is read, or written after it. */
  settle: () => void = () => {}
  readonly #insert: Statement<[Omit<Decision, 'facts'> & { facts: string | null }]>
  #unlisted = 0
  #last: { seq: number; hash: string }
  #checking = 0

  constructor(database: Database, time: DoorTime, maxLines = MAX_LOG_LINES) {
    this.#maxLines = maxLines
    this.#database = database
    this.#time = time
    const last = database.prepare<[], Row>('SELECT * FROM door_log ORDER BY seq DESC LIMIT 1').get()
    this.#last = last ?? this.#anchor()
    this.#insert = database.prepare(
      `INSERT INTO door_log (seq, at_ms, account, peer, capability, verdict, why, rule, by, hash, facts)
       VALUES (@seq, @atMs, @account, @peerId, @capability, @verdict, @why, @rule, @by, @hash, @facts)`,
    )
  }

  /** Writes a decision; null where it was left out, as a repetition or as one refusal too many. */
  append(entry: LogEntry): Decision | null {
    this.settle()
    if (this.#isRepeated(entry)) return null
    if (this.#isOneTooMany(entry)) {
      this.#unlisted++
      return null
    }
    const [last, unlisted] = [this.#last, this.#unlisted]
    const why =
      this.#unlisted === 0 ? entry.why : `${entry.why} (${this.#unlisted} decisions before this one are not listed)`
    this.#unlisted = 0
    const line = { ...entry, why, seq: this.#last.seq + 1, atMs: this.#time.wallMs() }
    const decision: Decision = { ...line, hash: chained(this.#last.hash, line) }
    const unwritten = (): void => {
      this.#last = last
      this.#unlisted = unlisted
      this.#writtenMs.delete(keyOf(entry))
    }
    try {
      this.#insert.run({ ...decision, facts: entry.facts === null ? null : JSON.stringify(entry.facts) })
    } catch (error) {
      unwritten()
      throw error
    }
    // The next line is chained to what is there, whatever becomes of the transaction that this one is part of.
    this.#database.onRollback(unwritten)
    this.#last = decision
    if (decision.seq % PRUNED_AT_ONCE === 0 && this.#checking === 0) this.#prune()
    return decision
  }

  /** Newest first: those with a number below `before`, at most `limit`. */
  page(filter: LogFilter, before: number | undefined, limit: number): Decision[] {
    this.settle()
    const { where, params } = whereOf(filter)
    return this.#database
      .prepare<unknown[], Row>(`SELECT * FROM door_log WHERE seq < ?${where} ORDER BY seq DESC LIMIT ?`)
      .all(before ?? Number.MAX_SAFE_INTEGER, ...params, limit)
      .map((row) => Decision.parse(fromRow(row)))
  }

  /** Walks the chain from its anchor to the line that was the newest when it started. */
  async verify(): Promise<LogCheck> {
    this.#checking++
    try {
      return await this.#verify()
    } finally {
      this.#checking--
    }
  }

  async #verify(): Promise<LogCheck> {
    this.settle()
    const end = this.#last
    let previous = this.#anchor()
    let decisions = 0
    const slice = this.#database.prepare<[number, number, number], Row>(
      'SELECT * FROM door_log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
    )
    const broken = (firstBadSeq: number, why: string): LogCheck => ({ outcome: 'broken', decisions, firstBadSeq, why })
    for (;;) {
      const rows = slice.all(previous.seq, end.seq, LINES_PER_SLICE)
      for (const row of rows) {
        if (row.seq !== previous.seq + 1) return broken(previous.seq + 1, 'a line is missing')
        if (!isChained(row, previous.hash)) return broken(row.seq, 'the line was changed after it was written')
        previous = row
        decisions++
      }
      if (rows.length < LINES_PER_SLICE) break
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (previous.seq !== end.seq || previous.hash !== end.hash) {
      return broken(previous.seq + 1, 'the newest lines are missing')
    }
    return { outcome: 'whole', decisions, head: end.hash }
  }

  #isRepeated(entry: LogEntry): boolean {
    if (entry.by === 'person' || entry.by === 'timeout' || entry.by === 'token') return false
    const key = keyOf(entry)
    const nowMs = this.#time.steadyMs()
    const lastMs = this.#writtenMs.get(key)
    if (lastMs !== undefined && nowMs - lastMs < LOG_REPEAT_MS) return true
    this.#writtenMs.delete(key)
    this.#writtenMs.set(key, nowMs)
    const [oldest] = this.#writtenMs.keys()
    if (this.#writtenMs.size > MAX_BUCKETS && oldest !== undefined) this.#writtenMs.delete(oldest)
    return false
  }

  #isOneTooMany(entry: LogEntry): boolean {
    if (entry.by === 'person' || entry.by === 'timeout' || entry.by === 'token') return false
    const nowMs = this.#time.steadyMs()
    if (letsIn(entry.verdict) && entry.by !== 'default') {
      if (entry.verdict === 'allow-and-tell') return this.#told.take(entry.account ?? '', nowMs) === 'empty'
      return this.#admissions.take(entry.account ?? '', nowMs) === 'empty'
    }
    // What is open to everybody lets in whoever makes up an account: that is no more worth a line than a refusal. What
    // becomes of a contact is, whatever strangers do meanwhile.
    const isContact = entry.facts?.contact === true
    return this.#refusals.take((isContact ? entry.account : null) ?? 'strangers', nowMs) === 'empty'
  }

  #anchor(): { seq: number; hash: string } {
    return (
      this.#database.prepare<[], { seq: number; hash: string }>('SELECT seq, hash FROM door_log_anchor').get() ?? {
        seq: 0,
        hash: '',
      }
    )
  }

  #prune(): void {
    const lastGone = this.#database
      .prepare<[number], { seq: number; hash: string }>('SELECT seq, hash FROM door_log WHERE seq = ?')
      .get(this.#last.seq - this.#maxLines)
    if (lastGone === undefined) return
    this.#database.transaction(() => {
      this.#database.prepare('UPDATE door_log_anchor SET seq = ?, hash = ?').run(lastGone.seq, lastGone.hash)
      this.#database.prepare('DELETE FROM door_log WHERE seq <= ?').run(lastGone.seq)
    })
  }
}

/** Two decisions of one key are the same decision. */
function keyOf({ account, peerId, capability, verdict, why, rule, by, facts }: LogEntry): string {
  const { name, path, bytes } = facts?.about ?? nothingMore
  return JSON.stringify([account, peerId, capability, verdict, why, rule, by, name, path, bytes])
}

function isChained(row: Row, previousHash: string): boolean {
  try {
    const { hash, ...line } = fromRow(row)
    return hash === chained(previousHash, line)
  } catch {
    // Facts that are no JSON were not written by `append`.
    return false
  }
}

/** Facts are covered from the version on that writes them; a line of before has the hash it always had. */
function chained(previousHash: string, { facts, ...line }: Omit<Decision, 'hash'>): string {
  const covered = facts === null ? line : { ...line, facts }
  return createHash('sha256').update(previousHash).update(encode(covered)).digest('hex')
}

function fromRow({ at_ms: atMs, peer: peerId, facts, ...row }: Row): Decision {
  return { ...row, atMs, peerId, facts: facts === null ? null : JSON.parse(facts) } as Decision
}
