/**
 * What the maker of a site wrote is not a tree that a copy is made of. `too-large`: beyond what is kept, or larger than it
 * says. `message` is for the log.
 */
export class TreeError extends Error {
  override readonly name = 'TreeError'
  readonly kind: 'too-large' | 'damaged'

  constructor(kind: 'too-large' | 'damaged', message: string) {
    super(message)
    this.kind = kind
  }
}

/** A reader of protobuf: fields one after another, no groups, no number beyond 2^53. */
export class Fields {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isDone(): boolean {
    return this.#at === this.#bytes.byteLength
  }

  /** The number of the next field and its kind on the wire: 0 a number, 2 bytes, 1 and 5 fixed. */
  head(): { field: number; wire: number } {
    const head = this.number()
    return { field: Math.floor(head / 8), wire: head % 8 }
  }

  number(): number {
    let value = 0
    let factor = 1
    for (let length = 1; length <= 8; length++) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new TreeError('damaged', 'a number that is cut off')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) {
        if (byte === 0 && length > 1) throw new TreeError('damaged', 'a number with two forms')
        if (!Number.isSafeInteger(value)) break
        return value
      }
      factor *= 128
    }
    throw new TreeError('damaged', 'a number that is too large')
  }

  bytes(): Buffer {
    const length = this.number()
    return this.#take(length)
  }

  skip(wire: number): void {
    if (wire === 0) this.number()
    else if (wire === 2) this.bytes()
    else if (wire === 1) this.#take(8)
    else if (wire === 5) this.#take(4)
    else throw new TreeError('damaged', 'a field of no known kind')
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.byteLength) throw new TreeError('damaged', 'a field that is cut off')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}
