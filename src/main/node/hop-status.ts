import type { RelayLimit } from '../../shared/model/reach.ts'
import { KiB } from '../../shared/units.ts'
import { durationMsOf } from '../platform/circuit.ts'

/*
 * What a relay answers when it gives a place, as far as libp2p does not hand it on: what one circuit may carry.
 *
 *   varint length, then protobuf HopMessage
 *     1 type  2 peer  3 reservation  4 limit { 1 duration: seconds  2 data: bytes }  5 status
 *
 * Source: the circuit relay v2 specification. Fields that are not known are passed over.
 */

/** With a reservation of some thirty addresses. */
export const MAX_HOP_STATUS_BYTES = 8 * KiB

const LIMIT = 4
const DURATION = 1
const DATA = 2

const NO_LIMIT: RelayLimit = { durationMs: null, dataBytes: null }

/** The limit in a whole answer; null while it is not whole, or where it is none. */
export function limitIn(bytes: Uint8Array): RelayLimit | null {
  const reader = new Reader(bytes)
  const length = reader.varint()
  if (length === null || length > reader.left) return null
  const message = fieldsOf(bytes.subarray(reader.at, reader.at + length))
  if (message === null) return null
  const limit = message.get(LIMIT)
  if (limit === undefined) return NO_LIMIT
  const fields = limit instanceof Uint8Array ? fieldsOf(limit) : null
  if (fields === null) return null
  const [duration, data] = [fields.get(DURATION), fields.get(DATA)]
  return {
    durationMs: typeof duration === 'number' ? durationMsOf(duration) : null,
    // Zero stands for no limit.
    dataBytes: typeof data === 'number' && data > 0 ? data : null,
  }
}

/** The last value of each field; null where it is no protobuf. */
function fieldsOf(bytes: Uint8Array): Map<number, number | Uint8Array> | null {
  const reader = new Reader(bytes)
  const fields = new Map<number, number | Uint8Array>()
  while (reader.left > 0) {
    const tag = reader.varint()
    if (tag === null) return null
    const value = reader.value(tag % 8)
    if (value === null) return null
    fields.set(Math.floor(tag / 8), value)
  }
  return fields
}

class Reader {
  readonly #bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.byteLength - this.at
  }

  varint(): number | null {
    let value = 0
    for (let place = 1; place < 2 ** 64; place *= 128) {
      const byte = this.#bytes[this.at]
      if (byte === undefined) return null
      this.at += 1
      value += (byte % 128) * place
      if (byte < 128) return value
    }
    return null
  }

  value(wireType: number): number | Uint8Array | null {
    if (wireType === 0) return this.varint()
    const length = wireType === 2 ? this.varint() : wireType === 1 ? 8 : wireType === 5 ? 4 : null
    if (length === null || length > this.left) return null
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }
}
