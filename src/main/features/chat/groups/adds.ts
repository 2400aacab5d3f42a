import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { MessageOrder } from '../../../../shared/model/chat.ts'
import type { RosterOp } from '../../../protocols/chat/index.ts'
import { ALL, LAST, Least, reachOf, type End, type Hold } from './ends.ts'
import type { Change } from './ranks.ts'

export type Base = Extract<RosterOp, { op: 'add' }>['base']

export interface Add extends Hold, Pick<Change, 'id' | 'sentAtMs'> {
  readonly account: AccountId
  readonly by: AccountId
  readonly base: Base
  joined: number | null
}

/** All adds of one account, and what stands against each. */
export class Adds {
  readonly all: Add[] = []
  /** In the order in which they were joined by. */
  readonly joined: Add[] = []
  readonly ended: Least<MessageOrder>
  readonly #ends: readonly End[]
  readonly #adding = new Map<PeerId, Least<number>>()
  #holding: Add[] | null = null

  constructor(ends: readonly End[]) {
    this.#ends = ends
    this.ended = new Least<MessageOrder>(this.all, ends, ({ ord }) => ord, LAST)
  }

  /** Those that hold; to be asked for once all are here. */
  get holding(): readonly Add[] {
    this.#holding ??= this.all.filter((_, at) => this.ended.of(at) === LAST)
    return this.#holding
  }

  /** Up to where of a log in the roster somebody was a member. */
  memberUpTo(device: PeerId): number {
    const known = this.#adding.get(device)
    const least = known ?? new Least<number>(this.joined, this.#ends, ({ roster }) => reachOf(roster, device), ALL)
    if (known === undefined) this.#adding.set(device, least)
    return least.most() ?? -1
  }
}
