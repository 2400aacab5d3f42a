import { StreamCutError, type FrameStream, type RemotePeer } from '../../../platform/streams.ts'

type Over = { readonly how: 'ended' } | { readonly how: 'cut'; readonly why: Error }

/** What came and nobody read yet; whoever writes more waits. */
const MOST_WAITING = 2

/**
 * Two ends of one stream within this process: frames as between two devices, and no more of them under way than are read.
 * Frames are handed over as they are.
 */
export function memoryStreams(peer: RemotePeer, protocol: string): [FrameStream, FrameStream] {
  const [there, back] = [new Lane(), new Lane()]
  const one = new MemoryStream(peer, protocol, back, there)
  const other = new MemoryStream(peer, protocol, there, back)
  return [one, other]
}

/** One way of a stream. */
class Lane {
  readonly #frames: (Uint8Array | null)[] = []
  #why: Error | null = null
  /** Whoever reads and whoever writes may wait at once; both look again. */
  #waiting: (() => void)[] = []
  readonly over = Promise.withResolvers<Over>()

  /** Resolves when there is room again. */
  async put(frame: Uint8Array | null): Promise<void> {
    this.#check()
    this.#frames.push(frame)
    this.#wake()
    if (frame === null) return
    while (this.#frames.length >= MOST_WAITING && this.#why === null) await this.#change()
    this.#check()
  }

  /** What came before a cut is read first. */
  async take(): Promise<Uint8Array | null> {
    while (this.#frames.length === 0 && this.#why === null) await this.#change()
    if (this.#frames.length === 0) this.#check()
    const [frame = null] = this.#frames
    if (frame === null) this.over.resolve({ how: 'ended' })
    else this.#frames.shift()
    this.#wake()
    return frame
  }

  cut(why: Error): void {
    this.#why ??= why
    this.over.resolve({ how: 'cut', why })
    this.#wake()
  }

  #check(): void {
    if (this.#why !== null) throw this.#why
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const look of waiting) look()
  }
}

class MemoryStream implements FrameStream {
  readonly peer: RemotePeer
  readonly protocol: string
  readonly over: Promise<Over>
  readonly #from: Lane
  readonly #to: Lane

  constructor(peer: RemotePeer, protocol: string, from: Lane, to: Lane) {
    this.peer = peer
    this.protocol = protocol
    this.#from = from
    this.#to = to
    this.over = Promise.all([from.over.promise, to.over.promise]).then(([one, other]) => (one.how === 'cut' ? one : other))
  }

  read(): Promise<Uint8Array | null> {
    return this.#from.take()
  }

  write(frame: Uint8Array): Promise<void> {
    return this.#to.put(frame)
  }

  end(): Promise<void> {
    return this.#to.put(null)
  }

  abort(why: Error): void {
    const cut = why instanceof StreamCutError ? why : new StreamCutError(why.message, { cause: why })
    this.#from.cut(cut)
    this.#to.cut(cut)
  }
}
