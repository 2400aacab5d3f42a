import type { PeerId } from '../../../shared/ids.ts'
import type { RelayLimit } from '../../../shared/model/reach.ts'
import type { RemotePeer } from '../../platform/streams.ts'

/** What an introducer says of itself, signed by its device key: `latch-introducer`. */
export interface IntroducerRecord {
  readonly peerId: PeerId
  readonly name: string
  readonly addresses: readonly string[]
  /** `host:port`, at most four. */
  readonly stun: readonly string[]
  readonly issuedMs: number
  readonly expiresMs: number
}

/** Where a device can be found, signed by its key for one introducer: `latch-registration`. */
export interface Registration {
  readonly peerId: PeerId
  readonly introducer: PeerId
  readonly addresses: readonly string[]
  /** Blinded, 32 bytes each, at most eight. */
  readonly topics: readonly Uint8Array[]
  /** Must be newer than the last one of this device. */
  readonly issuedMs: number
  readonly expiresMs: number
}

export interface Description {
  readonly record: Uint8Array
  readonly others: readonly Uint8Array[]
  readonly nowMs: number
  /** The address from which this device is seen. */
  readonly observed: string
  /** What one circuit of this device may carry; null where it gets none. */
  readonly relay: RelayLimit | null
  readonly draining: boolean
}

export type RefusedCode =
  | 'forged' | 'replayed' | 'expired' | 'not-yours' | 'too-many' | 'too-large' | 'denied' | 'busy' | 'draining' | 'malformed'

export type Refused = { status: 'refused'; code: RefusedCode }
export type Registered = { status: 'registered'; expiresMs: number } | Refused
export type Found = { registrations: readonly Uint8Array[]; more: string | null }
export type Notice = { kind: 'draining'; withinMs: number }

/** What the introduction feature does with each request. Nothing here waits for a person. */
export interface IntroductionHandlers {
  /** Asked before every request that could be read; null lets it through. */
  admits(peer: RemotePeer): RefusedCode | null
  describe(peer: RemotePeer): Promise<Description>
  register(peer: RemotePeer, registration: Uint8Array): Promise<Registered>
  unregister(peer: RemotePeer): void
  discover(peer: RemotePeer, topic: Uint8Array, limit: number, after: string | null): Found | Refused
  /** At most 16 peer ids, so that one answer holds every registration. */
  locate(peer: RemotePeer, peerIds: readonly PeerId[]): Found | Refused
  probe(
    peer: RemotePeer,
    ports: readonly number[],
    signal: AbortSignal,
  ): Promise<{ port: number; reached: boolean }[] | Refused>
  /** `notify` writes one notice; the stream ends when this resolves. `ended` aborts when the device goes. */
  attend(peer: RemotePeer, notify: (notice: Notice) => Promise<void>, ended: AbortSignal): Promise<void>
  /** Hears of every request that was not done: `register` and `forged`; what could not be read is a `request`. */
  refused(peer: RemotePeer, request: string, code: RefusedCode | 'unfinished'): void
}

/**
 * The device's side. Each exchange takes 10 s at most. Errors: LatchError UNREACHABLE (cut or too slow, too),
 * RefusedError (the guard), IntroductionRefusedError (its code), IntroductionProtocolError, the signal's reason.
 */
export interface IntroductionProtocol {
  serve(handlers: IntroductionHandlers): Promise<void>
  describe(introducer: PeerId, signal?: AbortSignal): Promise<Description>
  register(introducer: PeerId, registration: Uint8Array, signal?: AbortSignal): Promise<{ expiresMs: number }>
  unregister(introducer: PeerId, signal?: AbortSignal): Promise<void>
  /** At most 64 at once; `more` is the next `after`, null at the end. */
  discover(
    introducer: PeerId,
    topic: Uint8Array,
    limit: number,
    after: string | null,
    signal?: AbortSignal,
  ): Promise<Found>
  /** At most 16 at once. What comes is signed by whoever it names, or by nobody: open each with `openRegistration`. */
  locate(introducer: PeerId, peerIds: readonly PeerId[], signal?: AbortSignal): Promise<Found>
  probe(introducer: PeerId, ports: readonly number[], signal?: AbortSignal): Promise<{ port: number; reached: boolean }[]>
  /** Resolves when the introducer ends it; rejects when it is cut, or with the signal's reason. */
  attend(introducer: PeerId, onNotice: (notice: Notice) => void, signal: AbortSignal): Promise<void>
}
