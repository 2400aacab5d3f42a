import { z } from 'zod'
import { decode } from '../../../platform/cbor.ts'
import type { Database } from '../../../platform/database.ts'
import { fromHex, type Hex } from '../bytes.ts'

/** `bytes`: of the whole block, as it is sent; 0 where only its header is here. */
export interface BlockSize {
  readonly entries: number
  readonly bytes: number
}

interface Row {
  header: number
  certificate: number
  entries: number | null
  head: Uint8Array | null
}

/** Our own rows: their form is known. */
const Bytes = z.array(z.custom<Uint8Array>())

/** `{header, entries, certificate}` in DAG-CBOR without what they hold: a map of three, and its keys. */
const FRAME_BYTES = 1 + 1 + 'header'.length + 1 + 'entries'.length + 1 + 'certificate'.length

/**
 * What is asked of blocks without reading them: how large they are, and single entries. Reading one of a thousand entries
 * whole takes 10 ms, and a list shows fifty.
 */
export class BlockRows {
  readonly #size: (id: Hex) => Row | undefined
  readonly #entries: (id: Hex) => Uint8Array | null

  constructor(database: Database, network: number) {
    const size = database.prepare<[number, Uint8Array], Row>(
      `SELECT length(header) AS header, length(certificate) AS certificate, length(entries) AS entries,
         substr(entries, 1, 5) AS head
       FROM ledger_blocks WHERE network = ? AND id = ?`,
    )
    const entries = database.prepare<[number, Uint8Array], { entries: Uint8Array | null }>(
      'SELECT entries FROM ledger_blocks WHERE network = ? AND id = ?',
    )
    this.#size = (id) => size.get(network, fromHex(id))
    this.#entries = (id) => entries.get(network, fromHex(id))?.entries ?? null
  }

  sizeOf(id: Hex): BlockSize {
    const row = this.#size(id)
    if (row?.entries == null || row.head === null) return { entries: 0, bytes: 0 }
    const framed = (length: number): number => lengthBytes(length) + length
    const bytes = FRAME_BYTES + framed(row.header) + row.entries + framed(row.certificate)
    return { entries: countIn(row.head), bytes }
  }

  /** The bytes of each; none where only its header is here. */
  entriesOf(id: Hex): readonly Uint8Array[] {
    const bytes = this.#entries(id)
    return bytes === null ? [] : decode(bytes, Bytes, Number.MAX_SAFE_INTEGER)
  }
}

/** What CBOR writes before a string of so many bytes. */
function lengthBytes(length: number): number {
  if (length < 24) return 1
  if (length < 0x100) return 2
  return length < 0x1_0000 ? 3 : 5
}

/** How many items the array has that begins so. */
function countIn(head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const small = view.getUint8(0) & 0x1f
  if (small < 24) return small
  if (small === 24) return view.getUint8(1)
  return small === 25 ? view.getUint16(1) : view.getUint32(1)
}
