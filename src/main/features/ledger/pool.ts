import type { EntryCode } from '../../../shared/model/ledger.ts'
import { applyEntry, closeDraft, openDraft } from './apply.ts'
import type { Header } from './block.ts'
import type { Hex } from './bytes.ts'
import type { Entry } from './entry.ts'
import { MAX_POOL_BYTES, MAX_POOL_ENTRIES, MAX_POOL_PER_ACCOUNT, MAX_POOL_WAITING, MAX_SEEN } from './limits.ts'
import { accountRecord, type LedgerState, type Undo } from './state.ts'
import { type At, checkEntry, type Context } from './validator.ts'

/** `taken`: it may lie in the next block. `waiting`: something must come before it. */
export type PoolVerdict =
  | { readonly outcome: 'taken' | 'waiting' | 'known' }
  | { readonly outcome: 'refused'; readonly code: EntryCode | 'full'; readonly why: string }

export interface PoolLimits {
  readonly entries: number
  readonly bytes: number
  readonly perAccount: number
  readonly waiting: number
  readonly seen: number
}

const LIMITS: PoolLimits = {
  entries: MAX_POOL_ENTRIES,
  bytes: MAX_POOL_BYTES,
  perAccount: MAX_POOL_PER_ACCOUNT,
  waiting: MAX_POOL_WAITING,
  seen: MAX_SEEN,
}

interface Pooled {
  readonly entry: Entry
  /** Of work. */
  readonly bits: number
  waits: boolean
}

/** A verdict that no block changes. */
const FINAL: ReadonlySet<string> = new Set(['malformed', 'network', 'signature', 'name'])

/**
 * Entries that are not in a block yet, and that all passed the one check that blocks pass. Bounded by number, bytes and
 * account; what cannot go into the next block makes room first, and an account that has much before one that has little.
 */
export class Pool {
  readonly #context: Context
  readonly #limits: PoolLimits
  /** In the order of coming. */
  readonly #entries = new Map<Hex, Pooled>()
  /** By account, then by nonce. */
  readonly #accounts = new Map<Hex, Map<number, Pooled>>()
  readonly #seen = new Map<Hex, { height: number; verdict: PoolVerdict }>()
  #bytes = 0
  #waiting = 0

  constructor(context: Context, limits: Partial<PoolLimits> = {}) {
    // What is in here was verified when it came: after each block all of it is judged again, and that must not take long.
    this.#context = {
      ...context,
      isSigned: (entry) => this.#entries.has(entry.id) || context.isSigned(entry),
      bitsOf: (entry) => this.#entries.get(entry.id)?.bits ?? context.bitsOf(entry),
    }
    this.#limits = { ...LIMITS, ...limits }
  }

  get size(): { entries: number; waiting: number; bytes: number } {
    return { entries: this.#entries.size, waiting: this.#waiting, bytes: this.#bytes }
  }

  has(id: Hex): boolean {
    return this.#entries.has(id)
  }

  get(id: Hex): Entry | undefined {
    return this.#entries.get(id)?.entry
  }

  list(): Entry[] {
    return Array.from(this.#entries.values(), ({ entry }) => entry)
  }

  /** Judges an entry for the next block, and keeps it if it may lie there or soon may. */
  add(entry: Entry, state: LedgerState, at: At): PoolVerdict {
    if (this.#entries.has(entry.id)) return { outcome: 'known' }
    const seen = this.#seen.get(entry.id)
    if (seen !== undefined && (seen.height === at.height || isFinal(seen.verdict))) return seen.verdict
    const verdict = this.#judge(entry, state, at)
    if (verdict.outcome === 'refused') this.#remember(entry.id, at.height, verdict)
    return verdict
  }

  /**
   * The entries of the next block, and the state after them: each account's in their order, the accounts in turn, so
   * that one with a hundred entries does not keep out one with a single entry.
   */
  assemble(
    place: Pick<Header, 'network' | 'height' | 'slot' | 'timestampMs'>,
    state: LedgerState,
  ): { entries: Entry[]; state: LedgerState; undo: Undo } {
    const { rules } = this.#context
    const draft = openDraft(place, state, rules)
    const at: At = { height: place.height, timeMs: place.timestampMs }
    const entries: Entry[] = []
    let room = rules.maxBlockBytes
    let turns = Array.from(this.#accounts.values(), inOrder)
    while (turns.length > 0 && entries.length < rules.maxEntries) {
      turns = turns.filter((queue) => {
        const entry = queue.shift()
        if (entry === undefined || entries.length >= rules.maxEntries || entry.bytes.byteLength > room) return false
        if (checkEntry(entry, draft, at, this.#context).outcome !== 'valid') return entry.op.kind === 'revoke'
        applyEntry(draft, entry, at, rules)
        entries.push(entry)
        room -= entry.bytes.byteLength
        return true
      })
    }
    return { entries, ...closeDraft(draft, place) }
  }

  /** After each block: what went into it or cannot be any more goes, and what waited may be ready. */
  recheck(state: LedgerState, at: At): { readonly entry: Entry; readonly why: string }[] {
    const gone: { entry: Entry; why: string }[] = []
    for (const pooled of this.#entries.values()) {
      const verdict = checkEntry(pooled.entry, state, at, this.#context)
      if (verdict.outcome === 'refused') {
        this.#drop(pooled)
        gone.push({ entry: pooled.entry, why: verdict.why })
      } else this.#mark(pooled, verdict.outcome === 'early')
    }
    return gone
  }

  #judge(entry: Entry, state: LedgerState, at: At): PoolVerdict {
    const mine = this.#accounts.get(entry.account)
    const full = (why: string): PoolVerdict => ({ outcome: 'refused', code: 'full', why })
    // What costs nothing comes before the signature.
    if (mine?.has(entry.nonce) === true) {
      return { outcome: 'refused', code: 'nonce', why: 'another entry of this number waits already' }
    }
    if ((mine?.size ?? 0) >= this.#limits.perAccount) return full('too many entries of this account wait already')
    if (entry.nonce > accountRecord(state, entry.account).nonce + this.#limits.perAccount) {
      return full('too many entries of this account come before it')
    }
    const verdict = checkEntry(entry, state, at, this.#context)
    if (verdict.outcome === 'refused') return { outcome: 'refused', code: verdict.code, why: verdict.why }
    const pooled: Pooled = { entry, bits: this.#context.bitsOf(entry), waits: verdict.outcome === 'early' }
    if (this.#makeRoom(pooled) === 'none') return full('too many entries wait already')
    this.#keep(pooled)
    return { outcome: pooled.waits ? 'waiting' : 'taken' }
  }

  #makeRoom({ entry, waits }: Pooled): 'made' | 'none' {
    if (waits && this.#waiting >= this.#limits.waiting) this.#dropOldestWaiting()
    while (this.#isFull(entry.bytes.byteLength)) {
      if (this.#waiting > 0 && !waits) this.#dropOldestWaiting()
      else if (!this.#dropOfTheGreedy(entry.account)) return 'none'
    }
    return 'made'
  }

  #isFull(moreBytes: number): boolean {
    return this.#entries.size >= this.#limits.entries || this.#bytes + moreBytes > this.#limits.bytes
  }

  #dropOldestWaiting(): void {
    for (const pooled of this.#entries.values()) if (pooled.waits) return this.#drop(pooled)
  }

  /** The last entry of whoever has most, if that is two more than the newcomer has. */
  #dropOfTheGreedy(newcomer: Hex): boolean {
    let greedy = new Map<number, Pooled>()
    for (const queue of this.#accounts.values()) if (queue.size > greedy.size) greedy = queue
    if (greedy.size < (this.#accounts.get(newcomer)?.size ?? 0) + 2) return false
    const last = greedy.get(Math.max(...greedy.keys()))
    if (last !== undefined) this.#drop(last)
    return last !== undefined
  }

  #keep(pooled: Pooled): void {
    const { entry } = pooled
    this.#entries.set(entry.id, pooled)
    const queue = this.#accounts.get(entry.account) ?? new Map<number, Pooled>()
    this.#accounts.set(entry.account, queue.set(entry.nonce, pooled))
    this.#bytes += entry.bytes.byteLength
    if (pooled.waits) this.#waiting++
  }

  #drop(pooled: Pooled): void {
    const { entry } = pooled
    this.#mark(pooled, false)
    this.#entries.delete(entry.id)
    this.#bytes -= entry.bytes.byteLength
    const queue = this.#accounts.get(entry.account)
    queue?.delete(entry.nonce)
    if (queue?.size === 0) this.#accounts.delete(entry.account)
  }

  #mark(pooled: Pooled, waits: boolean): void {
    if (pooled.waits !== waits) this.#waiting += waits ? 1 : -1
    pooled.waits = waits
  }

  #remember(id: Hex, height: number, verdict: PoolVerdict): void {
    this.#seen.delete(id)
    this.#seen.set(id, { height, verdict })
    const [oldest] = this.#seen.keys()
    if (this.#seen.size > this.#limits.seen && oldest !== undefined) this.#seen.delete(oldest)
  }
}

function inOrder(queue: ReadonlyMap<number, Pooled>): Entry[] {
  return Array.from(queue.values(), ({ entry }) => entry).toSorted((a, b) => a.nonce - b.nonce)
}

/** Whether no node of this network ever had it in its pool, whatever its chain and its clock. */
export function isFinal(verdict: PoolVerdict): boolean {
  return verdict.outcome === 'refused' && FINAL.has(verdict.code)
}
