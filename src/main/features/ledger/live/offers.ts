import type { NameOnLedger } from '../../../../shared/model/ledger.ts'
import type { Hex } from '../bytes.ts'
import type { Changed } from '../chain.ts'
import { keys } from '../state.ts'
import { recordsOf } from '../state-tree.ts'
import { nameOnLedger } from '../views.ts'
import { OFFERS_SHOWN } from './limits.ts'
import type { LiveChain } from './running.ts'

const NAME = keys.name('')

/**
 * Names that others offer to one account. All names are looked through once, when it is first asked; from then on the
 * blocks that join say which to look at, and what the state says of those counts.
 */
export class Offers {
  readonly #running: Pick<LiveChain, 'chain' | 'genesis'>
  readonly #account: Hex
  /** All that are offered, and some that were. Null: not looked through yet, or not since blocks were taken back. */
  #names: Set<string> | null = null

  constructor(running: Pick<LiveChain, 'chain' | 'genesis'>, account: Hex) {
    this.#running = running
    this.#account = account
  }

  follow({ left, joined }: Pick<Changed, 'left' | 'joined'>): void {
    // What leaves may bring an offer back that it ended, by entries that do not say its name.
    if (left.length > 0 || joined.length === 0) this.#names = null
    for (const { op } of joined.flatMap(({ entries }) => entries)) {
      if (op.kind === 'transfer' && op.to === this.#account) this.#names?.add(op.name)
    }
  }

  /** By name; none whose term is over, as nobody can take those. */
  list(nowMs: number): NameOnLedger[] {
    const { chain, genesis } = this.#running
    this.#names ??= this.#lookedThrough()
    for (const name of this.#names) if (!this.#isOffered(name)) this.#names.delete(name)
    const found: NameOnLedger[] = []
    for (const name of [...this.#names].toSorted()) {
      const shown = nameOnLedger(chain.state, name, nowMs, genesis)
      if (shown !== null && shown.phase !== 'grace') found.push(shown)
      if (found.length === OFFERS_SHOWN) break
    }
    return found
  }

  #isOffered(name: string): boolean {
    return this.#running.chain.state.get(keys.name(name))?.offeredTo === this.#account
  }

  #lookedThrough(): Set<string> {
    const found = new Set<string>()
    for (const [key] of recordsOf(this.#running.chain.state.tree)) {
      if (!key.startsWith(NAME)) continue
      const name = key.slice(NAME.length)
      if (this.#isOffered(name)) found.add(name)
    }
    return found
  }
}
