import type { PeerId } from '../../../shared/ids.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import type { FrameStream, PeerStreams, RemotePeer } from '../../platform/streams.ts'
import { CHAT_TERMS } from './constants.ts'
import { ViolationError } from './errors.ts'
import { Frame } from './messages.ts'

/** A frame that came, and what it holds of memory until it is dealt with. */
export interface ReceivedFrame {
  readonly frame: Frame
  readonly sizeBytes: number
}

/** One chat stream, in frames with a meaning. */
export class ChatChannel {
  readonly #stream: FrameStream

  constructor(stream: FrameStream) {
    this.#stream = stream
  }

  get peer(): RemotePeer {
    return this.#stream.peer
  }

  get over(): FrameStream['over'] {
    return this.#stream.over
  }

  /** The next frame; null after the other side's end. Errors: ViolationError, and those of `FrameStream.read`. */
  async read(): Promise<ReceivedFrame | null> {
    const bytes = await this.#stream.read()
    if (bytes === null) return null
    try {
      return { frame: decode(bytes, Frame, CHAT_TERMS.maxFrameBytes), sizeBytes: bytes.byteLength }
    } catch (cause) {
      if (!(cause instanceof DecodeError)) throw cause
      throw new ViolationError('malformed', `frame: ${cause.message}`, 10, { cause })
    }
  }

  /** Errors: those of `FrameStream.write`. */
  write(frame: Frame): Promise<void> {
    return this.#stream.write(encode(frame))
  }

  end(): Promise<void> {
    return this.#stream.end()
  }

  abort(why: Error): void {
    this.#stream.abort(why)
  }
}

/** Answers chat streams that the guard let through; `handler` resolves when it is done with the channel. */
export function serveChat(streams: PeerStreams, handler: (channel: ChatChannel) => Promise<void>): Promise<void> {
  return streams.serve(CHAT_TERMS, (stream) => handler(new ChatChannel(stream)))
}

/** Errors: LatchError UNREACHABLE; a refusal comes as RefusedError at the first read. */
export async function openChat(streams: PeerStreams, peerId: PeerId, signal?: AbortSignal): Promise<ChatChannel> {
  return new ChatChannel(await streams.open(peerId, CHAT_TERMS, signal))
}
