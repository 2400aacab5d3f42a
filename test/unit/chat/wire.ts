import { LatchError } from '../../../src/shared/errors.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import {
  RefusedError,
  StreamCutError,
  type FrameStream,
  type PeerStreams,
  type ProtocolTerms,
  type RefusalCode,
  type RemotePeer,
} from '../../../src/main/platform/streams.ts'

type Over = Awaited<FrameStream['over']>

/** Frames on the way that a reader has not taken before a writer waits. */
const ROOM = 4

/**
 * Streams between devices in this process, whole frames in order, with back-pressure, and cut when the test says so.
 * For tests that make thousands of streams; test/integration/chat has the same over real ones.
 */
export class Wire {
  readonly #handlers = new Map<PeerId, (stream: FrameStream) => Promise<void>>()
  readonly #ends = new Set<End>()
  /** What the door of a device answers to another; null lets in. */
  door: (at: PeerId, from: PeerId) => RefusalCode | null = () => null
  connected: (one: PeerId, other: PeerId) => boolean = () => true
  /** Whether what is written vanishes, though both ends believe that they are connected. */
  swallows: (from: PeerId, to: PeerId) => boolean = () => false
  opened = 0

  /** Streams that are not over. */
  get open(): number {
    return this.#ends.size / 2
  }

  streamsOf(me: PeerId): PeerStreams {
    return {
      serve: async (_terms, handler) => void this.#handlers.set(me, handler),
      open: async (peerId, terms) => this.#open(me, peerId, terms),
    }
  }

  isServed(peerId: PeerId): boolean {
    return this.#handlers.has(peerId)
  }

  /** The device is gone: everything it had is cut. */
  remove(peerId: PeerId): void {
    this.#handlers.delete(peerId)
    this.cut(peerId)
  }

  /** Cuts the streams of one device, or those between two. */
  cut(one: PeerId, other?: PeerId): void {
    for (const end of this.#ends) {
      const isMeant = end.me === one && (other === undefined || end.peer.peerId === other)
      if (isMeant) end.abort(new StreamCutError('cut by the test'))
    }
  }

  #open(from: PeerId, to: PeerId, { protocol }: ProtocolTerms): FrameStream {
    const handler = this.#handlers.get(to)
    if (handler === undefined || !this.connected(from, to)) throw new LatchError('UNREACHABLE')
    this.opened += 1
    const asking = new End(from, remote(to, 'outbound', this.opened), protocol, () => this.swallows(from, to))
    const asked = new End(to, remote(from, 'inbound', this.opened), protocol, () => this.swallows(to, from))
    asking.other = asked
    asked.other = asking
    for (const end of [asking, asked]) {
      this.#ends.add(end)
      void end.over.then(() => this.#ends.delete(end))
    }
    const refusal = this.door(to, from)
    if (refusal !== null) asking.cutWith(new RefusedError(refusal))
    else queueMicrotask(() => void serve(asked, handler))
    return asking
  }
}

async function serve(end: End, handler: (stream: FrameStream) => Promise<void>): Promise<void> {
  try {
    await handler(end)
    await end.end()
  } catch (error) {
    end.abort(error instanceof Error ? error : new Error(String(error)))
  }
}

function remote(peerId: PeerId, direction: RemotePeer['direction'], number: number): RemotePeer {
  const way = { route: 'local', transport: 'memory', address: '/memory/wire', circuit: null } as const
  return { peerId, connection: `wire-${number}`, direction, ...way }
}

class End implements FrameStream {
  readonly me: PeerId
  readonly peer: RemotePeer
  readonly protocol: string
  readonly over: Promise<Over>
  other: End | null = null
  readonly #settle: (over: Over) => void
  readonly #swallows: () => boolean
  readonly #frames: (Uint8Array | null)[] = []
  #cut: Error | null = null
  #sentEnd = false
  #heardEnd = false
  #wakers: (() => void)[] = []

  constructor(me: PeerId, peer: RemotePeer, protocol: string, swallows: () => boolean) {
    this.#swallows = swallows
    this.me = me
    this.peer = peer
    this.protocol = protocol
    const { promise, resolve } = Promise.withResolvers<Over>()
    this.over = promise
    this.#settle = resolve
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) {
        this.other?.wake()
        if (frame === null) this.#heardEnd = true
        this.#finish()
        return frame
      }
      if (this.#heardEnd) return null
      if (this.#cut !== null) throw this.#cut
      await this.#woken()
    }
  }

  async write(frame: Uint8Array): Promise<void> {
    if (this.#cut !== null) throw this.#cut
    if (this.#sentEnd) throw new Error('a write after the end')
    if (!this.#swallows()) this.other?.arrive(frame)
    while (this.#cut === null && (this.other?.waiting ?? 0) > ROOM) await this.#woken()
    if (this.#cut !== null) throw this.#cut
  }

  async end(): Promise<void> {
    if (this.#cut !== null) throw this.#cut
    if (this.#sentEnd) return
    this.#sentEnd = true
    this.other?.arrive(null)
    this.#finish()
  }

  abort(why: Error): void {
    if (this.#heardEnd && this.#sentEnd) return
    this.cutWith(new StreamCutError(why.message, { cause: why }))
    this.other?.cutWith(new StreamCutError('cut before its end'))
  }

  get waiting(): number {
    return this.#frames.length
  }

  wake(): void {
    for (const wake of this.#wakers.splice(0)) wake()
  }

  arrive(frame: Uint8Array | null): void {
    if (this.#cut !== null) return
    this.#frames.push(frame)
    this.wake()
  }

  cutWith(why: Error): void {
    if (this.#cut !== null || (this.#heardEnd && this.#sentEnd)) return
    this.#cut = why
    this.#frames.length = 0
    this.#settle({ how: 'cut', why })
    this.wake()
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve))
  }

  #finish(): void {
    if (this.#heardEnd && this.#sentEnd) this.#settle({ how: 'ended' })
  }
}
