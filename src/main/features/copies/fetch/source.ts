import type { PeerId } from '../../../../shared/ids.ts'
import type { CopyChannel } from '../../../protocols/copy/index.ts'
import type { BlockId } from '../dag/block-id.ts'
import { FIRST_WINDOW, MAX_NONES, MAX_WINDOW, STALL_BYTES, STALL_MS, STEAL_AFTER_MS } from '../limits.ts'

/** A device that gives blocks of one tree: what it was asked for, and how well it does. */
export class Source {
  readonly peerId: PeerId
  readonly channel: CopyChannel
  /** What it owes, each with the way to want it no more. */
  readonly owes = new Map<BlockId, { readonly abort: AbortController; readonly sinceMs: number }>()
  #window = FIRST_WINDOW
  #nones = 0
  #wasLate = false
  #gave = 0
  /** Since when it owes something without a break, and what it had given then. */
  #since: { ms: number; bytes: number; gave: number } | null = null

  constructor(peerId: PeerId, channel: CopyChannel) {
    this.peerId = peerId
    this.channel = channel
  }

  get hasRoom(): boolean {
    return this.owes.size < this.#window
  }

  /** How little room it has, of all it could have: who answers soon has much. One who owes something for long comes last. */
  loadAt(nowMs: number): number {
    const [oldest] = this.owes.values()
    const isLate = this.#wasLate || isLateAt(oldest, nowMs)
    return this.owes.size / this.#window + (isLate ? 1 : 0)
  }

  ask(id: BlockId, nowMs: number): Promise<Uint8Array | null> {
    const abort = new AbortController()
    this.owes.set(id, { abort, sinceMs: nowMs })
    this.#since ??= { ms: nowMs, bytes: this.channel.receivedBytes, gave: this.#gave }
    return this.channel.want(id, abort.signal).finally(() => {
      this.owes.delete(id)
      if (this.owes.size === 0) this.#since = null
    })
  }

  /** Somebody else gave it first. Who owed it for long owes one at a time, and is asked last, until it gives one. */
  forget(id: BlockId, nowMs: number): void {
    const owed = this.owes.get(id)
    if (isLateAt(owed, nowMs)) {
      this.#wasLate = true
      this.#window = 1
    }
    owed?.abort.abort(new Error('somebody else gave it'))
  }

  /** It gave one that is right: it may owe one more. */
  gaveOne(): void {
    this.#gave += 1
    this.#wasLate = false
    this.#window = Math.min(MAX_WINDOW, this.#window + 1)
  }

  /** Says whether it is to be let go of: it has the tree, it said, and yet does not have so many of its blocks. */
  hadNot(): 'let-go' | 'go-on' {
    this.#nones += 1
    return this.#nones >= MAX_NONES ? 'let-go' : 'go-on'
  }

  /** Whether what it owes does not come. Looks back over the last 16 s. */
  isStalled(nowMs: number): boolean {
    const since = this.#since
    if (since === null || nowMs - since.ms < STALL_MS) return false
    const bytes = this.channel.receivedBytes
    // Small blocks are few bytes; as many as a window of them are enough.
    if (bytes - since.bytes < STALL_BYTES && this.#gave - since.gave < FIRST_WINDOW) return true
    this.#since = { ms: nowMs, bytes, gave: this.#gave }
    return false
  }
}

function isLateAt(owed: { readonly sinceMs: number } | undefined, nowMs: number): boolean {
  return owed !== undefined && nowMs - owed.sinceMs >= STEAL_AFTER_MS
}
