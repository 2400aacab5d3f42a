import type { z } from 'zod'
import { Fork } from '../../../../shared/model/consensus.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { blockIdOf, entryIdOf, type Hex, networkIdOf } from '../bytes.ts'
import type { CertifiedBlock } from '../block.ts'
import type { Changed } from '../chain.ts'
import { choose } from '../fork-choice.ts'
import { FORK_LINES, FORKS_KEPT } from './limits.ts'
import type { Reading } from './reading.ts'
import type { LiveChain } from './running.ts'

const Facts = Fork.omit({ id: true, atMs: true })
type Facts = z.infer<typeof Facts>
type Side = Facts['chain']

/** Heads of branches that grow. */
const MAX_ROOTS = 1_024

/** A change of branch, and when the two met. */
interface Over {
  readonly changed: Changed
  readonly atMs: number
}

interface Row {
  key: number
  at_ms: number
  facts: string
}

/** Branches that met, one row for each two. */
export class Forks {
  readonly #running: LiveChain
  readonly #reading: Reading
  readonly #clock: Clock
  readonly #sql: ReturnType<typeof prepareAll>
  /** By a block beside the chain, the first of its branch: a branch that grows is not walked down again. */
  readonly #roots = new Map<Hex, Hex>()
  /** The last change of branch, as long as nothing but that branch has joined since. */
  #over: Over | null = null

  constructor(parts: { database: Database; clock: Clock; running: LiveChain; reading: Reading }) {
    this.#running = parts.running
    this.#reading = parts.reading
    this.#clock = parts.clock
    this.#sql = prepareAll(parts.database)
  }

  /** The newest first. */
  list(): Fork[] {
    return this.#sql.list.all(this.#running.key, FORKS_KEPT).map(shown)
  }

  /** The chain changed; null where it only grew by what is new. */
  changed(changed: Changed): Fork | null {
    if (changed.why !== null) {
      this.#roots.clear()
      this.#over = { changed, atMs: this.#clock.nowMs() }
      return this.#wentOver(this.#over)
    }
    const over = this.#over
    const [next] = changed.joined
    this.#over = null
    // The rest of the branch as it was when the two met: a sync brings it piece by piece.
    if (over === null || next?.header.parent !== over.changed.head.id || changed.head.timestampMs > over.atMs) return null
    this.#over = { ...over, changed: grown(over.changed, changed) }
    return this.#wentOver(this.#over)
  }

  #wentOver({ changed: { head, left, joined, names, returned }, atMs }: Over): Fork | null {
    const [first] = joined
    const [highest] = left
    const lowest = left.at(-1)
    if (first === undefined || highest === undefined || lowest === undefined) return null
    const why = this.#why(head.id, highest.header.id)
    const ids = (blocks: readonly CertifiedBlock[]): Hex[] => blocks.map(({ header }) => header.id)
    return this.#keep(first.header.parent, [first.header.id, lowest.header.id], {
      ...this.#parting(first.header.parent),
      why,
      outcome: 'left',
      chain: this.#side(first.header.parent, ids(joined)),
      other: this.#side(first.header.parent, ids(left).toReversed()),
      names: [...names],
      returned: returned.map(({ id }) => entryIdOf(id)),
    }, atMs)
  }

  /** Blocks came to lie beside the chain. One fork for each of their branches, with what is known of it by now. */
  beside(blocks: readonly CertifiedBlock[]): Fork[] {
    const heads = new Map<Hex, Hex>()
    for (const { header } of blocks) {
      const root = this.#rootOf(header.id)
      if (root !== null) heads.set(root, header.id)
    }
    return [...heads].flatMap(([root, head]) => this.#stood(root, head) ?? [])
  }

  #stood(root: Hex, head: Hex): Fork | null {
    const { store, chain } = this.#running
    const first = store.get(root)?.header
    const ours = first === undefined ? undefined : store.at(first.height)?.header.id
    if (first === undefined || ours === undefined) return null
    // That it was left, and which names went with it, is what there is to say of it; somebody only has not heard of it yet.
    if (this.#known(first.parent, [root, ours])?.outcome === 'left') return null
    const above = store.range(Math.max(first.height, chain.head.height - FORK_LINES + 1), FORK_LINES)
    const why = this.#why(chain.head.id, head)
    return this.#keep(first.parent, [root, ours], {
      ...this.#parting(first.parent),
      why,
      outcome: 'stood',
      chain: this.#side(first.parent, above.map(({ header }) => header.id)),
      other: this.#side(first.parent, this.#lastTo(head)),
      names: [],
      returned: [],
    })
  }

  /** Why the first of two heads counts. */
  #why(mine: Hex, theirs: Hex): Facts['why'] {
    const { store } = this.#running
    return choose({ head: mine, weight: store.total(mine) }, { head: theirs, weight: store.total(theirs) }).why
  }

  #parting(parent: Hex): Pick<Facts, 'parent' | 'parentHeight'> {
    const { network, store } = this.#running
    if (parent === network) return { parent: networkIdOf(network), parentHeight: 0 }
    return { parent: blockIdOf(parent), parentHeight: store.get(parent)?.header.height ?? 0 }
  }

  /** `ids` upwards, up to the head of this side; as many of the last as are shown. */
  #side(parent: Hex, ids: readonly Hex[]): Side {
    const { store } = this.#running
    const head = ids.at(-1) ?? parent
    const blocks = ids.slice(-FORK_LINES).flatMap((id) => this.#reading.lineOf(id) ?? [])
    return { head: blockIdOf(head), blocks, weight: store.total(head) - store.total(parent) }
  }

  /** The last of a branch, upwards. */
  #lastTo(id: Hex): Hex[] {
    const { store } = this.#running
    const ids: Hex[] = []
    for (let one = store.get(id); one?.onChain === false && ids.length < FORK_LINES; one = store.get(one.header.parent)) {
      ids.push(one.header.id)
    }
    return ids.toReversed()
  }

  /** The first block of a branch; null where `id` lies on the chain by now. */
  #rootOf(id: Hex): Hex | null {
    const { store } = this.#running
    let root: Hex | null = null
    for (let one = store.get(id); one?.onChain === false; one = store.get(one.header.parent)) {
      root = this.#roots.get(one.header.id) ?? one.header.id
      if (this.#roots.has(one.header.id)) break
    }
    if (root !== null) this.#roots.set(id, root)
    const [oldest] = this.#roots.keys()
    if (this.#roots.size > MAX_ROOTS && oldest !== undefined) this.#roots.delete(oldest)
    return root
  }

  #keep(parent: Hex, firsts: readonly [Hex, Hex], facts: Facts, atMs = this.#clock.nowMs()): Fork {
    const network = this.#running.key
    this.#sql.put.run(network, branchesOf(parent, firsts), atMs, JSON.stringify(facts))
    this.#sql.trim.run(network, network, FORKS_KEPT)
    const fork = this.#known(parent, firsts)
    if (fork === null) throw new Error('a fork that was written is not there')
    return fork
  }

  #known(parent: Hex, firsts: readonly [Hex, Hex]): Fork | null {
    const row = this.#sql.get.get(this.#running.key, branchesOf(parent, firsts))
    return row === undefined ? null : shown(row)
  }
}

/**
 * Blocks are taken one by one, and a heavier branch is gone over to as soon as it counts: with one of its blocks, or with
 * some. What came of it in the same go is one change, as is what only grew. Pure.
 */
export function inOneGo(changes: readonly Changed[]): Changed[] {
  return changes.reduce<Changed[]>((whole, change) => {
    const last = whole.at(-1)
    const grew = last !== undefined && last.joined.length > 0 && change.why === null && change.joined.length > 0
    return grew ? [...whole.slice(0, -1), grown(last, change)] : [...whole, change]
  }, [])
}

function grown(over: Changed, { head, joined, names }: Changed): Changed {
  const taken = new Set(joined.flatMap(({ entries }) => entries.map(({ id }) => id)))
  const changed = new Map(over.names.map((one) => [one.name, one]))
  for (const one of names) changed.set(one.name, { ...one, before: (changed.get(one.name) ?? one).before })
  return {
    ...over,
    head,
    joined: [...over.joined, ...joined],
    names: [...changed.values()].filter(({ before, owner }) => before !== owner),
    returned: over.returned.filter(({ id }) => !taken.has(id)),
  }
}

function branchesOf(parent: Hex, firsts: readonly [Hex, Hex]): string {
  return [parent, ...firsts.toSorted()].join(' ')
}

function shown({ key, at_ms: atMs, facts }: Row): Fork {
  return { id: key, atMs, ...Facts.parse(JSON.parse(facts)) }
}

function prepareAll(database: Database) {
  return {
    put: database.prepare<[number, string, number, string]>(
      `INSERT INTO ledger_live_forks (network, branches, at_ms, facts) VALUES (?, ?, ?, ?)
       ON CONFLICT (network, branches) DO UPDATE SET at_ms = excluded.at_ms, facts = excluded.facts`,
    ),
    get: database.prepare<[number, string], Row>(
      'SELECT key, at_ms, facts FROM ledger_live_forks WHERE network = ? AND branches = ?',
    ),
    list: database.prepare<[number, number], Row>(
      'SELECT key, at_ms, facts FROM ledger_live_forks WHERE network = ? ORDER BY at_ms DESC, key DESC LIMIT ?',
    ),
    trim: database.prepare<[number, number, number]>(
      `DELETE FROM ledger_live_forks WHERE network = ? AND key NOT IN
       (SELECT key FROM ledger_live_forks WHERE network = ? ORDER BY at_ms DESC, key DESC LIMIT ?)`,
    ),
  }
}
