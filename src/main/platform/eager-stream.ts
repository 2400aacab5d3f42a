import type { Connection, Stream } from '@libp2p/interface'

/*
 * A stream on which the first frame goes out with the choice of its protocol, and not a round trip later. multistream-select
 * allows it where one protocol is asked for: the other side reads the choice, answers it, and hands the rest to whoever
 * serves it. js-libp2p waits for that answer before it hands the stream over; what it uses for that is used here.
 *
 *   asking                                             asked
 *     | -- /multistream/1.0.0, protocol, frame -------> |
 *     | <- /multistream/1.0.0, protocol, frames ------- |   the greeting, and then as ever
 *     | <- /multistream/1.0.0, na --------------------- |   where it does not serve it
 */

const MULTISTREAM = '/multistream/1.0.0'
const YAMUX = '/yamux/1.0.0'
/** A length of more than one byte would need to be told otherwise. */
const MAX_LINE_BYTES = 127

export interface EagerStream {
  readonly stream: Stream
  /** What the other side says before its frames. */
  readonly greeting: Greeting
}

/** What a connection of js-libp2p is made of besides; others, and later versions, may have none of it. */
interface Muxed {
  readonly muxer?: { readonly status?: unknown; createStream?: () => Promise<Stream> }
}

/** Null: this connection has no way to do it, and the stream is to be opened as ever. *Errors*: those of the multiplexer. */
export async function openEagerly(connection: Connection, protocol: string): Promise<EagerStream | null> {
  const { muxer } = connection as Muxed
  if (connection.multiplexer !== YAMUX || muxer?.status !== 'open' || typeof muxer.createStream !== 'function') return null
  const choice = choiceOf(protocol)
  const stream = await muxer.createStream()
  stream.protocol = protocol
  stream.send(choice)
  return { stream, greeting: new Greeting(choice) }
}

/** Both lines, each with its length before it. */
export function choiceOf(protocol: string): Uint8Array<ArrayBuffer> {
  const lines = [MULTISTREAM, protocol].map((line) => new TextEncoder().encode(`${line}\n`))
  if (lines.some(({ byteLength }) => byteLength > MAX_LINE_BYTES)) throw new RangeError(`${protocol} is too long for a protocol`)
  return new Uint8Array(lines.flatMap((line) => [line.byteLength, ...line]))
}

/** Takes the other side's answer to the choice from before the frames, in whatever pieces it comes. */
export class Greeting {
  readonly #expected: Uint8Array
  #heardBytes = 0

  constructor(expected: Uint8Array) {
    this.#expected = expected
  }

  get isOver(): boolean {
    return this.#heardBytes === this.#expected.byteLength
  }

  /** What is left of the piece; null: it is another answer, so the other side does not serve the protocol. */
  take(piece: Uint8Array): Uint8Array | null {
    const length = Math.min(piece.byteLength, this.#expected.byteLength - this.#heardBytes)
    const expected = this.#expected.subarray(this.#heardBytes, this.#heardBytes + length)
    if (Buffer.compare(piece.subarray(0, length), expected) !== 0) return null
    this.#heardBytes += length
    return piece.subarray(length)
  }
}
