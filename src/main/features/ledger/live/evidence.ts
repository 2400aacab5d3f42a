import type { PeerId } from '../../../../shared/ids.ts'
import type { EvidenceCheck, EvidenceOfTwo } from '../../../../shared/model/consensus.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { blockIdOf, digestHex, fromHex, type Hex, networkIdOf, toHex } from '../bytes.ts'
import type { Op } from '../entry.ts'
import { keys } from '../state.ts'
import type { Agreement, EvidenceRead } from '../types.ts'
import { MAX_EVIDENCE } from './limits.ts'
import { validatorRef } from './people.ts'
import type { LiveChain } from './running.ts'

type Proven = Extract<EvidenceRead, { outcome: 'proven' }>

interface Row {
  id: Uint8Array
  record: Uint8Array
  seen_ms: number
}

/** Evidence that is kept, with what it says. */
export interface Kept {
  readonly id: string
  readonly read: Proven
  readonly record: Uint8Array
  readonly seenMs: number
}

/** What a record proves, asking nobody. */
export function checkRecord(agreement: Pick<Agreement, 'readEvidence'>, record: Uint8Array): EvidenceCheck {
  const read = agreement.readEvidence(record)
  return read.outcome === 'proven'
    ? { outcome: 'proven', why: read.why, holds: [true, true] }
    : { outcome: 'refused', why: read.why, holds: read.holds === null ? null : [...read.holds] }
}

/** Proofs that validators of one network signed two values: on the disk, whether or not they are on the ledger. */
export class Evidence {
  readonly #parts: { clock: Clock; running: LiveChain; agreement: Pick<Agreement, 'readEvidence'>; me: PeerId }
  readonly #sql: ReturnType<typeof prepareAll>
  /** Read once: what is kept was proven when it came. */
  readonly #kept: Map<string, Kept>

  constructor(parts: {
    database: Database
    clock: Clock
    running: LiveChain
    agreement: Pick<Agreement, 'readEvidence'>
    me: PeerId
  }) {
    this.#parts = parts
    this.#sql = prepareAll(parts.database)
    const rows = this.#sql.list.all(parts.running.key)
    this.#kept = new Map(rows.flatMap((row) => this.#read(row)).map((kept) => [kept.id, kept]))
  }

  /** Null where it proves nothing of this network, or is here already. */
  keep(record: Uint8Array): EvidenceOfTwo | null {
    const { clock, running } = this.#parts
    const id = digestHex(record)
    if (this.#kept.has(id)) return null
    const [kept] = this.#read({ id: fromHex(id), record, seen_ms: clock.nowMs() })
    if (kept === undefined || this.#sameCase(kept.read) !== undefined) return null
    this.#sql.put.run(running.key, fromHex(id), record, kept.seenMs)
    this.#kept.set(id, kept)
    if (this.#kept.size > MAX_EVIDENCE) this.#dropOne()
    return this.#shown(kept)
  }

  /** The newest first. */
  list(): EvidenceOfTwo[] {
    return [...this.#kept.values()].toReversed().map((kept) => this.#shown(kept))
  }

  /** Not on the ledger yet. */
  open(): Kept[] {
    return [...this.#kept.values()].filter(({ read }) => this.#heightOf(read) === null)
  }

  /** Of those that are about a validator in a slot. */
  about(validator: Hex, slot: number): EvidenceOfTwo[] {
    const found = [...this.#kept.values()].filter(({ read }) => read.key === validator && read.slot === slot)
    return found.map((kept) => this.#shown(kept))
  }

  op(id: string): Extract<Op, { kind: 'evidence' }> | null {
    const kept = this.#kept.get(id)
    if (kept === undefined) return null
    return { kind: 'evidence', validator: kept.read.key, slot: kept.read.slot, proof: kept.record }
  }

  isAccused(validator: Hex): boolean {
    return [...this.#kept.values()].some(({ read }) => read.key === validator)
  }

  /** One validator in one slot is one case, whichever two of its signatures were seen: the first proof is enough. */
  #sameCase({ key, slot, saying }: Proven): Kept | undefined {
    return [...this.#kept.values()].find(
      ({ read }) => read.key === key && read.slot === slot && read.saying === saying,
    )
  }

  /** The oldest about whoever did most: a validator can sign two values in any slot, and would push out what others did. */
  #dropOne(): void {
    const cases = [...Map.groupBy(this.#kept.values(), ({ read }) => read.key).values()]
    const [oldest] = cases.toSorted((a, b) => b.length - a.length)[0] ?? []
    if (oldest === undefined) return
    this.#sql.drop.run(this.#parts.running.key, fromHex(oldest.id))
    this.#kept.delete(oldest.id)
  }

  #heightOf({ key, slot }: Proven): number | null {
    return this.#parts.running.chain.state.get(keys.evidence(key, slot))?.height ?? null
  }

  #read({ id, record, seen_ms: seenMs }: Row): Kept[] {
    const read = this.#parts.agreement.readEvidence(record)
    if (read.outcome !== 'proven' || read.network !== networkIdOf(this.#parts.running.network)) return []
    return [{ id: toHex(id), read, record: new Uint8Array(record), seenMs }]
  }

  #shown({ id, read, record, seenMs }: Kept): EvidenceOfTwo {
    const { running, me } = this.#parts
    const { key, slot, leader, saying, why, blocks, messages, signatures } = read
    return {
      id,
      network: networkIdOf(running.network),
      validator: validatorRef(key, running.chain.state.roster, me),
      slot,
      leader,
      saying,
      why,
      blocks: [blockIdOf(blocks[0]), blockIdOf(blocks[1])],
      key,
      messages: [...messages],
      signatures: [...signatures],
      record: Buffer.from(record).toString('base64'),
      seenMs,
      height: this.#heightOf(read),
    }
  }
}

function prepareAll(database: Database) {
  return {
    put: database.prepare<[number, Uint8Array, Uint8Array, number]>(
      'INSERT INTO ledger_live_evidence (network, id, record, seen_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    list: database.prepare<[number], Row>(
      'SELECT id, record, seen_ms FROM ledger_live_evidence WHERE network = ? ORDER BY key',
    ),
    drop: database.prepare<[number, Uint8Array]>('DELETE FROM ledger_live_evidence WHERE network = ? AND id = ?'),
  }
}
