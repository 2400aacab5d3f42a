import type { PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'
import { LINK_TERMS } from './constants.ts'
import { joinOver, type Joining } from './joining.ts'
import type { LinkStatus } from './messages.ts'
import { serveJoiner } from './serving.ts'

/** A new device that proved that it read the code. */
export interface Joiner {
  readonly peer: RemotePeer
  readonly label: string
  /** X25519; goes into the device list. */
  readonly mailKey: Uint8Array
  /** Both devices show them; a person compares. */
  readonly words: readonly string[]
}

/** Who shows the code. */
export interface LinkHandlers {
  /** That of the code that counts now. */
  secret(): Uint8Array | { readonly refused: LinkStatus }
  /**
   * Somebody came with a proof that holds, or (null) with one that does not. `taken`: the code is theirs from now on, and nobody
   * else's. In one turn with the check.
   */
  tried(joiner: Joiner | null): 'taken' | LinkStatus
  /** What is handed over, or why nothing is. Waits for a person; `signal` aborts when the new device is gone. */
  asked(joiner: Joiner, signal: AbortSignal): Promise<Uint8Array | LinkStatus>
  /** The new device has everything on its disk. */
  whole(joiner: Joiner): Promise<void>
  /** Whoever had the code is gone, or refused, before `whole`. */
  failed(joiner: Joiner, why: Error): void
}

export interface LinkParts {
  readonly streams: PeerStreams
  readonly me: PeerId
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  /** So many bytes fit for keys. */
  readonly random: (bytes: number) => Uint8Array
}

/** What the new device says, and is told on the way. */
export interface JoinRequest {
  readonly secret: Uint8Array
  readonly label: string
  readonly mailKey: Uint8Array
  /** The other side proved that it knows the secret; from now on a person is asked there. */
  readonly onWords: (words: readonly string[]) => void
  /** A yes: so much of the account came, of so much. */
  readonly onReceiving: (doneBytes: number, totalBytes: number) => void
}

export interface LinkProtocol {
  serve(handlers: LinkHandlers): Promise<void>
  /**
   * Asks the device that showed the code. Resolves when the account is here, and nothing of it written yet. Errors:
   * LinkRefusedError, LinkProtocolError, StreamCutError (also: too slow), LatchError UNREACHABLE, the signal's reason.
   */
  join(peerId: PeerId, request: JoinRequest, signal: AbortSignal): Promise<Joining>
}

export function createLinkProtocol(parts: LinkParts): LinkProtocol {
  const { streams } = parts
  return {
    serve: (handlers) => streams.serve(LINK_TERMS, (stream) => serveJoiner(parts, stream, handlers)),
    async join(peerId, request, signal) {
      const stream = await streams.open(peerId, LINK_TERMS, signal)
      return joinOver(parts, stream, request, signal)
    },
  }
}
