import { RefusedError, StreamCutError, type FrameStream, type RemotePeer } from '../../../src/main/platform/streams.ts'

type Over = Awaited<FrameStream['over']>

/** One direction: whole frames in order, then an end or a cut. */
class Pipe {
  readonly #frames: (Uint8Array | null)[] = []
  #wake: () => void = () => {}
  #cut: Error | null = null

  push(frame: Uint8Array | null): void {
    this.#frames.push(frame)
    this.#wake()
  }

  cut(why: Error): void {
    this.#cut ??= why
    this.#wake()
  }

  async next(signal?: AbortSignal): Promise<Uint8Array | null> {
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) return frame
      if (this.#cut !== null) throw this.#cut
      signal?.throwIfAborted()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }
}

/** Two ends of a stream in this process. `peer` of each end is who it sees. */
export function streamPair(
  protocol: string,
  seenByA: RemotePeer,
  seenByB: RemotePeer,
): { a: FrameStream; b: FrameStream } {
  const [toB, toA] = [new Pipe(), new Pipe()]
  const over = Promise.withResolvers<Over>()
  const end = (peer: RemotePeer, inbound: Pipe, outbound: Pipe): FrameStream => ({
    peer,
    protocol,
    read: (signal) => inbound.next(signal),
    write: async (frame) => outbound.push(frame),
    end: async () => outbound.push(null),
    abort(why) {
      inbound.cut(new StreamCutError(why.message, { cause: why }))
      outbound.cut(why instanceof RefusedError ? why : new StreamCutError('reset'))
      over.resolve({ how: 'cut', why })
    },
    over: over.promise,
  })
  return { a: end(seenByA, toA, toB), b: end(seenByB, toB, toA) }
}
