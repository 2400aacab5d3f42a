import { Duplex } from 'node:stream'
import type { Cancel, Clock } from './clock.ts'
import { StreamCutError, type FrameStream, type RemotePeer } from './streams.ts'

export interface ByteStreamParts {
  /** On its way perhaps; what is written meanwhile waits. */
  readonly stream: FrameStream | Promise<FrameStream>
  readonly clock: Clock
  /**
   * `asked`: nobody is left to answer once the stream is cut, so it goes at once. `asking`: what came before the cut is
   * read first.
   */
  readonly side: 'asked' | 'asking'
  /** What must have happened before a byte is read. */
  readonly begin?: (stream: FrameStream) => Promise<void>
  /** It was destroyed; what opens the stream may give up. */
  readonly onDestroyed?: () => void
  /** The largest frame that is sent, and as much as waits in either direction. */
  readonly maxPieceBytes: number
  /** Once the asked side has said its last, how long the other may take to say so too; then the stream is dropped. */
  readonly halfClosedMs: number
}

/**
 * The bytes of one stream as Node's `http` and `tls` want them: a Duplex that is a socket as far as they use one. Pulls a frame
 * when somebody reads and takes the next bytes when the last were taken, so that a slow side stops the other. An end is
 * what the other side said; everything else destroys with an error.
 */
export class ByteStream extends Duplex {
  /** The far end; null while the stream is being opened. */
  peer: RemotePeer | null = null
  bytesRead = 0
  bytesWritten = 0
  /** In ms; 0 for none. As on a socket: nothing moved either way for so long, and `timeout` is emitted. */
  timeout = 0
  readonly #parts: ByteStreamParts
  readonly #stream: Promise<FrameStream>
  readonly #begun: Promise<void>
  #isPulling = false
  #isWanted = false
  #movedMs: number
  #cancelTimeout: Cancel = () => {}
  #cancelLinger: Cancel = () => {}

  constructor(parts: ByteStreamParts) {
    super({
      // A server may go on answering when the other has said all; whoever asks has nothing to say to one who left.
      allowHalfOpen: parts.side === 'asked',
      readableHighWaterMark: parts.maxPieceBytes,
      writableHighWaterMark: parts.maxPieceBytes,
    })
    // Its server, its visitor's line, its places and both ends of a pipeline each want to know when it closes.
    this.setMaxListeners(32)
    this.#parts = parts
    this.#movedMs = parts.clock.monotonicMs()
    if (parts.stream instanceof Promise) this.#stream = parts.stream.then((stream) => this.#opened(stream))
    else this.#stream = Promise.resolve(this.#opened(parts.stream))
    this.#begun = this.#stream.then((stream) => parts.begin?.(stream))
    this.#begun.catch((why: unknown) => this.destroy(asError(why)))
    if (parts.side === 'asked') this.once('finish', () => this.#expectTheirEnd())
  }

  override _read(): void {
    this.#isWanted = true
    if (!this.#isPulling) void this.#pull()
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    this.#send([chunk]).then(() => done(), (why: unknown) => done(asError(why)))
  }

  /** A header and the first of its body go out together. */
  override _writev(chunks: { chunk: Uint8Array }[], done: (error?: Error | null) => void): void {
    this.#send(chunks.map(({ chunk }) => chunk)).then(() => done(), (why: unknown) => done(asError(why)))
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#stream.then((stream) => stream.end()).then(() => done(), (why: unknown) => done(asError(why)))
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#cancelTimeout()
    this.#cancelLinger()
    this.#parts.onDestroyed?.()
    void this.#drop(error ?? new StreamCutError('dropped here'))
    done(error)
  }

  setTimeout(timeoutMs: number, listener?: () => void): this {
    this.timeout = timeoutMs
    if (listener !== undefined) {
      if (timeoutMs === 0) this.off('timeout', listener)
      else this.once('timeout', listener)
    }
    this.#cancelTimeout()
    this.#cancelTimeout = () => {}
    this.#movedMs = this.#parts.clock.monotonicMs()
    if (timeoutMs > 0 && !this.destroyed) this.#watch(timeoutMs)
    return this
  }

  /** The stream below keeps itself alive, sends at once, and never keeps the process. */
  setKeepAlive(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  async #pull(): Promise<void> {
    this.#isPulling = true
    try {
      await this.#begun
      const stream = await this.#stream
      while (this.#isWanted) {
        const frame = await stream.read()
        if (this.destroyed) return
        this.#moved()
        if (frame === null) return void this.push(null)
        this.bytesRead += frame.byteLength
        // Whoever takes it may ask for the next within the same call.
        this.#isWanted = false
        if (this.push(frame)) this.#isWanted = true
      }
    } catch (why) {
      this.destroy(asError(why))
    } finally {
      this.#isPulling = false
    }
  }

  async #send(chunks: readonly Uint8Array[]): Promise<void> {
    const stream = await this.#stream
    for (const piece of pieces(chunks, this.#parts.maxPieceBytes)) {
      await stream.write(piece)
      this.bytesWritten += piece.byteLength
      this.#moved()
    }
  }

  /** Nothing happens to a stream that is over, or never was. */
  async #drop(why: Error): Promise<void> {
    const stream = await this.#stream.catch(() => null)
    stream?.abort(why)
  }

  #opened(stream: FrameStream): FrameStream {
    this.peer = stream.peer
    this.#moved()
    void stream.over.then((over) => {
      if (over.how === 'cut' && this.#parts.side === 'asked') this.destroy(cutBy(over.why))
    })
    return stream
  }

  #moved(): void {
    this.#movedMs = this.#parts.clock.monotonicMs()
  }

  /** One timer for many bytes: when it is due, it looks when something moved last, and waits for the rest. */
  #watch(delayMs: number): void {
    const { clock } = this.#parts
    this.#cancelTimeout = clock.after(delayMs, () => {
      const leftMs = this.#movedMs + this.timeout - clock.monotonicMs()
      if (leftMs > 0) return this.#watch(leftMs)
      this.#moved()
      this.#watch(this.timeout)
      this.emit('timeout')
    })
  }

  #expectTheirEnd(): void {
    if (this.readableEnded || this.destroyed) return
    const { clock, halfClosedMs } = this.#parts
    this.#cancelLinger = clock.after(halfClosedMs, () => this.destroy(new StreamCutError('was not ended')))
    // Whatever still comes is of no use, and its end would never be seen behind it.
    this.resume()
  }
}

/** Small chunks put together, large ones cut: as few frames as there can be. */
export function* pieces(chunks: readonly Uint8Array[], maxBytes: number): Generator<Uint8Array> {
  let small: Uint8Array[] = []
  let smallBytes = 0
  for (const chunk of chunks) {
    if (smallBytes + chunk.byteLength <= maxBytes) {
      if (chunk.byteLength > 0) small.push(chunk)
      smallBytes += chunk.byteLength
      continue
    }
    if (smallBytes > 0) yield joined(small)
    let at = 0
    for (; chunk.byteLength - at > maxBytes; at += maxBytes) yield chunk.subarray(at, at + maxBytes)
    small = [chunk.subarray(at)]
    smallBytes = chunk.byteLength - at
  }
  if (smallBytes > 0) yield joined(small)
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
}

function cutBy(why: Error): Error {
  return why instanceof StreamCutError ? why : new StreamCutError(why.message, { cause: why })
}

function asError(why: unknown): Error {
  return why instanceof Error ? why : new StreamCutError('cut', { cause: why })
}
