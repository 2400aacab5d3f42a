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

/** `{header, entries, certificate}` in DAG-CBOR without what they hold: a map of three, and its keys. */
const FRAME_BYTES = 1 + 1 + 'header'.length + 1 + 'entries'.length + 1 + 'certificate'.length

/** How large blocks are and how many entries they have, without reading them: a list of fifty blocks may hold 25 MiB. */
export class BlockSizes {
  readonly #of: (id: Hex) => Row | undefined

  constructor(database: Database, network: number) {
    const select = database.prepare<[number, Uint8Array], Row>(
      `SELECT length(header) AS header, length(certificate) AS certificate, length(entries) AS entries,
         substr(entries, 1, 5) AS head
       FROM ledger_blocks WHERE network = ? AND id = ?`,
    )
    this.#of = (id) => select.get(network, fromHex(id))
  }

  of(id: Hex): BlockSize {
    const row = this.#of(id)
    if (row?.entries == null || row.head === null) return { entries: 0, bytes: 0 }
    const framed = (length: number): number => lengthBytes(length) + length
    const bytes = FRAME_BYTES + framed(row.header) + row.entries + framed(row.certificate)
    return { entries: countIn(row.head), bytes }
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
