import { z } from 'zod'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import type { SealedHeader } from './block.ts'
import type { CheckCertificate } from './chain.ts'
import type { BlockContext } from './apply.ts'
import { MAX_RECORD_BYTES, MAX_SNAPSHOT_PART_BYTES, MAX_SNAPSHOT_RECORDS, SNAPSHOT_PART_BYTES } from './limits.ts'
import { rosterAfter, whyForeignRoster } from './rosters.ts'
import { LedgerState, type StateRecord } from './state.ts'
import { recordsOf, treeInTurns, treeOf } from './state-tree.ts'

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

/** What of a snapshot says who decides: enough to check its certificate. */
const SAYS_WHO_DECIDES = /^(chain|validators|handover \d{1,9})$/
/** Rosters that one network had. */
const MAX_HANDOVERS = 10_000
/** Records of one turn: some 10 ms. */
const RECORDS_A_TURN = 256
/** In a part of several, each record takes this much at least: nobody makes one of a million that hold nothing. */
const LEAST_RECORD_BYTES = 16

/**
 * The state after a block, put together from parts that came from anybody. Nothing of it is believed before it leads to
 * the header's root, its validators follow from those of the genesis, and they signed that header. *Errors*: DecodeError.
 */
export function readSnapshot(...about: Parameters<typeof readingSnapshot>): SnapshotVerdict {
  const reading = readingSnapshot(...about)
  for (;;) {
    const { done, value } = reading.next()
    if (done === true) return value
  }
}

/**
 * The same for many records, which take minutes: `turn` is waited for after some ms of them. *Errors*: DecodeError, those
 * of `turn`.
 */
export async function readSnapshotInTurns(
  turn: () => Promise<void>,
  ...about: Parameters<typeof readingSnapshot>
): Promise<SnapshotVerdict> {
  const reading = readingSnapshot(...about)
  for (;;) {
    const { done, value } = reading.next()
    if (done === true) return value
    await turn()
  }
}

/** Whoever signed comes first: without that anybody's megabytes would be put into a tree, which takes minutes. */
function* readingSnapshot(
  header: SealedHeader,
  certificate: Uint8Array,
  parts: readonly Uint8Array[],
  context: BlockContext,
  checkCertificate: CheckCertificate,
): Generator<void, SnapshotVerdict> {
  const refused = (why: string): SnapshotVerdict => ({ outcome: 'refused', why })
  if (header.network !== context.network) return refused('it is of another network')
  const deciding = new Map<string, StateRecord>()
  let count = 0
  for (const part of parts) {
    const records = readPart(part)
    count += records.length
    if (count > MAX_SNAPSHOT_RECORDS) return refused('it has too many records')
    for (const [key, bytes] of records) if (SAYS_WHO_DECIDES.test(key)) deciding.set(key, readRecord(bytes))
    if (deciding.size > MAX_HANDOVERS) return refused('it has too many rosters')
    yield
  }
  const who = new LedgerState(treeOf(deciding))
  const why = whyForeign(who, header, context)
  if (why !== null) return refused(why)
  const certified = checkCertificate(header, certificate, rosterAfter(header.height - 1, who, context.genesis))
  if (certified.outcome === 'refused') return certified
  const records = new Map<string, StateRecord>()
  for (const part of parts) {
    for (const [key, bytes] of readPart(part)) {
      if (records.has(key)) return refused('a record comes twice')
      // Its form is vouched for by the root, and nothing looks at it before that.
      records.set(key, readRecord(bytes))
      if (records.size % RECORDS_A_TURN === 0) yield
    }
  }
  const state = new LedgerState(yield* treeInTurns(records))
  return state.root === header.stateRoot
    ? { outcome: 'valid', state, weight: certified.weight }
    : refused('it leads to another root')
}

/** *Errors*: DecodeError. */
function readPart(part: Uint8Array): z.infer<typeof Part> {
  const count = countIn(part)
  const mostBytes = count > 1 ? 2 * SNAPSHOT_PART_BYTES : MAX_SNAPSHOT_PART_BYTES
  if (count > 1 && count * LEAST_RECORD_BYTES > part.byteLength) throw new DecodeError('records that hold nothing')
  return decode(part, Part, mostBytes)
}

/** How many items the array of these bytes says that it has, before they are looked at; 0 where it is none. */
function countIn(bytes: Uint8Array): number {
  const [head = 0] = bytes
  if (head >= 0x80 && head < 0x98) return head - 0x80
  const size = head === 0x98 ? 1 : head === 0x99 ? 2 : head === 0x9a ? 4 : 0
  return size > 0 && bytes.byteLength > size ? Buffer.from(bytes.subarray(1, 1 + size)).readUIntBE(0, size) : 0
}

function readRecord(bytes: Uint8Array): StateRecord {
  return decode(bytes, z.unknown(), MAX_RECORD_BYTES) as StateRecord
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
