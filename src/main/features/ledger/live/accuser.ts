import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Hex } from '../bytes.ts'
import type { Roster } from '../genesis.ts'
import type { Evidence, Kept } from './evidence.ts'
import { EVIDENCE_SLOTS_APART, MAX_ACCUSING_BITS, MAX_EVIDENCE_TRIES } from './limits.ts'
import type { LiveChain } from './running.ts'

export interface AccuserParts {
  readonly running: LiveChain
  readonly evidence: Evidence
  readonly clock: Clock
  readonly log: Log
  /** This device's key. */
  readonly me: Hex
  readonly isReady: () => boolean
  /** Enters it in the name of this account. */
  readonly enter: (id: string) => Promise<unknown>
}

/**
 * After how many others this validator enters evidence about `accused`, so that it is on the ledger before all have
 * worked for the same; null: not at all, as it is no validator or the accused. Pure.
 */
export function turnToAccuse({ validators }: Roster, me: Hex, accused: Hex): number | null {
  const [mine, theirs] = [me, accused].map((wanted) => validators.findIndex(({ key }) => key === wanted))
  if (mine === undefined || theirs === undefined || mine === -1 || theirs === -1 || mine === theirs) return null
  return (mine - theirs + validators.length) % validators.length - 1
}

/** Sees to it that what validators did is entered on the ledger by one of the others. */
export class Accuser {
  readonly #parts: AccuserParts
  readonly #cases = new Map<string, { tries: number; timer: Cancel | null }>()
  #isClosed = false

  constructor(parts: AccuserParts) {
    this.#parts = parts
  }

  /** Evidence came, the chain changed, or it caught up. */
  consider(): void {
    const { isReady, running, evidence } = this.#parts
    if (this.#isClosed || !isReady() || running.genesis.rules.entryBits > MAX_ACCUSING_BITS) return
    const open = evidence.open()
    for (const [id, { timer }] of this.#cases) if (timer === null && !open.some((one) => one.id === id)) this.#cases.delete(id)
    for (const kept of open) this.#plan(kept)
  }

  close(): void {
    this.#isClosed = true
    for (const { timer } of this.#cases.values()) timer?.()
    this.#cases.clear()
  }

  #plan({ id, read }: Kept): void {
    const { running, clock, me } = this.#parts
    const turn = turnToAccuse(running.chain.state.roster, me, read.key)
    const known = this.#cases.get(id) ?? { tries: 0, timer: null }
    if (turn === null || known.timer !== null || known.tries >= MAX_EVIDENCE_TRIES) return
    this.#cases.set(id, known)
    // Once it was tried, all have had their turn before it is tried again.
    const turns = turn + known.tries * running.chain.state.roster.validators.length
    known.timer = clock.after(turns * EVIDENCE_SLOTS_APART * running.genesis.slotMs, () => void this.#try(id, known))
  }

  async #try(id: string, known: { tries: number; timer: Cancel | null }): Promise<void> {
    const { evidence, enter, log, isReady } = this.#parts
    try {
      if (this.#isClosed || !isReady() || !this.#isOpen(id)) return
      known.tries++
      await enter(id)
    } catch (error) {
      log.info({ error, evidence: evidence.op(id)?.slot }, 'evidence could not be entered')
    } finally {
      known.timer = null
    }
  }

  #isOpen(id: string): boolean {
    const { running, evidence } = this.#parts
    const kept = evidence.open().find((one) => one.id === id)
    const isPooled = ({ op }: { op: { kind: string; validator?: Hex; slot?: number } }): boolean =>
      op.kind === 'evidence' && op.validator === kept?.read.key && op.slot === kept?.read.slot
    return kept !== undefined && !running.pool.list().some(isPooled)
  }
}
