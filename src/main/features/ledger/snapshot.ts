import { z } from 'zod'
import { decode, encode } from '../../platform/cbor.ts'
import type { SealedHeader } from './block.ts'
import type { CheckCertificate } from './chain.ts'
import type { BlockContext } from './apply.ts'
import { MAX_RECORD_BYTES, MAX_SNAPSHOT_PART_BYTES, MAX_SNAPSHOT_RECORDS, SNAPSHOT_PART_BYTES } from './limits.ts'
import { rosterAfter, whyForeignRoster } from './rosters.ts'
import { LedgerState, type StateRecord } from './state.ts'
import { recordsOf, treeOf } from './state-tree.ts'

/** A part on the wire: keys, each with the DAG-CBOR of its record. */
const Part = z.array(
  z.tuple([
    z.string().max(255),
    z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength <= MAX_RECORD_BYTES, 'too large'),
  ]),
)

/** A state in parts that each fit into a frame, in the order of the tree. */
export function* snapshotParts(state: LedgerState, partBytes = SNAPSHOT_PART_BYTES): Generator<Uint8Array<ArrayBuffer>> {
  let part: [string, Uint8Array][] = []
  let size = 0
  for (const [key, record] of recordsOf(state.tree)) {
    const bytes = encode(record)
    if (part.length > 0 && size + bytes.byteLength > partBytes) {
      yield encode(part)
      part = []
      size = 0
    }
    part.push([key, bytes])
    size += bytes.byteLength + key.length
  }
  if (part.length > 0) yield encode(part)
}

export type SnapshotVerdict =
  | { readonly outcome: 'valid'; readonly state: LedgerState; readonly weight: number }
  | { readonly outcome: 'refused'; readonly why: string }

/**
 * The state after a block, put together from parts that came from anybody. Nothing of it is believed before it leads to
 * the header's root, its validators follow from those of the genesis, and they signed that header. *Errors*: DecodeError.
 */
export function readSnapshot(
  header: SealedHeader,
  certificate: Uint8Array,
  parts: Iterable<Uint8Array>,
  context: BlockContext,
  checkCertificate: CheckCertificate,
): SnapshotVerdict {
  const refused = (why: string): SnapshotVerdict => ({ outcome: 'refused', why })
  if (header.network !== context.network) return refused('it is of another network')
  const records = new Map<string, StateRecord>()
  for (const part of parts) {
    for (const [key, bytes] of decode(part, Part, MAX_SNAPSHOT_PART_BYTES)) {
      if (records.has(key)) return refused('a record comes twice')
      if (records.size >= MAX_SNAPSHOT_RECORDS) return refused('it has too many records')
      // Its form is vouched for by the root, and nothing looks at it before that.
      records.set(key, decode(bytes, z.unknown(), MAX_RECORD_BYTES) as StateRecord)
    }
  }
  const state = new LedgerState(treeOf(records))
  if (state.root !== header.stateRoot) return refused('it leads to another root')
  const why = whyForeign(state, header, context)
  if (why !== null) return refused(why)
  const roster = rosterAfter(header.height - 1, state, context.genesis)
  const certified = checkCertificate(header, certificate, roster)
  return certified.outcome === 'refused' ? certified : { outcome: 'valid', state, weight: certified.weight }
}

/**
 * A header that nobody certified can carry the root of any records: none of them may break the reader before the
 * certificate is checked.
 */
function whyForeign(state: LedgerState, header: SealedHeader, context: BlockContext): string | null {
  try {
    const { network, height, slot, timestampMs } = state.chain
    const isOf = network === header.network && height === header.height && slot === header.slot
    if (!isOf || timestampMs !== header.timestampMs) return 'it is the state of another block'
    return whyForeignRoster(state, context.genesis, context)
  } catch {
    return 'it is no state of a ledger'
  }
}
