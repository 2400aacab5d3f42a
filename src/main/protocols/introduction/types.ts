import type { PeerId } from '../../../shared/ids.ts'
import type { RelayLimit } from '../../../shared/model/reach.ts'
import type { RemotePeer } from '../../platform/streams.ts'

/** What an introducer says of itself, signed by its device key: `latch-introducer`. */
export interface IntroducerRecord {
  readonly peerId: PeerId
  readonly name: string
  readonly addresses: readonly string[]
  /** `ip:port`, at most four. */
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

export type Registered = { status: 'registered'; expiresMs: number } | { status: 'refused'; code: RefusedCode }
export type Found = { registrations: readonly Uint8Array[]; more: string | null }
export type Notice = { kind: 'draining'; withinMs: number }

/** What the introduction feature does with each request. Nothing here waits for a person. */
export interface IntroductionHandlers {
  describe(peer: RemotePeer): Promise<Description>
  register(peer: RemotePeer, registration: Uint8Array): Promise<Registered>
  unregister(peer: RemotePeer): void
  discover(peer: RemotePeer, topic: Uint8Array, limit: number, after: string | null): Found | { status: 'refused'; code: RefusedCode }
  locate(peer: RemotePeer, peerIds: readonly PeerId[]): Found | { status: 'refused'; code: RefusedCode }
  probe(peer: RemotePeer, ports: readonly number[], signal: AbortSignal): Promise<{ port: number; reached: boolean }[] | { status: 'refused'; code: RefusedCode }>
  /** `notify` writes one notice; the stream ends when `ended` aborts or the device goes. */
  attend(peer: RemotePeer, notify: (notice: Notice) => Promise<void>, ended: AbortSignal): Promise<void>
}

/** The device's side. Errors: LatchError UNREACHABLE, RefusedError, IntroductionRefusedError (its code), the signal's reason. */
export interface IntroductionProtocol {
  serve(handlers: IntroductionHandlers): Promise<void>
  describe(introducer: PeerId, signal?: AbortSignal): Promise<Description>
  register(introducer: PeerId, registration: Uint8Array, signal?: AbortSignal): Promise<{ expiresMs: number }>
  unregister(introducer: PeerId, signal?: AbortSignal): Promise<void>
  discover(introducer: PeerId, topic: Uint8Array, limit: number, after: string | null, signal?: AbortSignal): Promise<Found>
  locate(introducer: PeerId, peerIds: readonly PeerId[], signal?: AbortSignal): Promise<Found>
  probe(introducer: PeerId, ports: readonly number[], signal?: AbortSignal): Promise<{ port: number; reached: boolean }[]>
  /** Resolves when the introducer ends it; rejects when it is cut. */
  attend(introducer: PeerId, onNotice: (notice: Notice) => void, signal: AbortSignal): Promise<void>
}
