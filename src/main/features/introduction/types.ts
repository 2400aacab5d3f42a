import type { PeerId } from '../../../shared/ids.ts'
import type { Introduction, RelayLimit } from '../../../shared/model/reach.ts'

/** Every bound on what others may take from this device as an introducer. Defaults in limits.ts, each with its reason. */
export interface IntroductionLimits {
  readonly registrations: number
  readonly registrationsPerAddress: number
  readonly registrationsPerSubnet: number
  readonly registrationsPerTopic: number
  readonly registrationTtlMs: number
  readonly reservations: number
  readonly reservationsPerAddress: number
  readonly reservationsPerSubnet: number
  readonly reservationTtlMs: number
  /** Of one circuit of those on the allow list and of contacts. */
  readonly known: RelayLimit
  /** Of one circuit of everybody else. */
  readonly strangers: RelayLimit
}

/** Who may use this introducer besides what the door says: deny wins. Empty allow: everybody. */
export interface IntroductionLists {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

/** Circuits of libp2p's relay, as far as introduction wants to know of them; `node/relay.ts` makes one. */
export interface RelayService {
  start(): Promise<void>
  stop(): Promise<void>
  reservations(): number
  circuits(): number
  relayedBytes(): number
  /** What the door or the lists say has changed: who may not have a place any more loses it. */
  review(): void
  /** Places of peers whose last connection closed are free again. */
  release(peerId: PeerId): void
}

/** Whether a peer gets a place, and what one circuit to it may carry. Asked by the relay, answered by introduction. */
export type ReservationVerdict = { verdict: 'allow'; limit: RelayLimit } | { verdict: 'refuse'; code: string; why: string }

export interface IntroductionFeature {
  start(): Promise<void>
  stop(): Promise<void>
  /** A rule of the door changed: starts or stops the relay, and forgets everybody when nobody may use it any more. */
  review(): Promise<void>
  status(): Introduction
  /** The signed record that the link holds. */
  record(): Promise<Uint8Array>
  /** Errors: LatchError UNREACHABLE while this device has no address to tell. */
  link(): Promise<string>
  judgeReservation(peerId: PeerId, address: string, held: readonly { peerId: PeerId; address: string }[]): ReservationVerdict
  /** Counts what others refused for bounds of their own: a `circuit`, `too-many` of the relay; whoever may not `arrive`. */
  refused(request: string, code: string): void
  /** A connection of this peer closed. */
  disconnected(peerId: PeerId): void
  /** Takes nobody new and tells everybody to move; resolves when they went, or after `withinMs`. */
  drain(withinMs: number): Promise<void>
}
