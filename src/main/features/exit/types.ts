import type { Duplex } from 'node:stream'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Exit, ExitChecked, ExitUse } from '../../../shared/model/exit.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Admission, Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'

// What it is made of

export interface ExitParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly streams: PeerStreams
  readonly offence: Offence
  /**
   * The door: `exit`, with the host as its name, or `*` for one that no rule names. Waits for a proof, never for a
   * person. Nobody but a contact is let out.
   */
  readonly admits: (peer: RemotePeer, host: string, signal: AbortSignal) => Promise<Admission>
  /** What the door would say to who is out already: nothing is used up or written down. Without it: they stay. */
  readonly stays?: (peer: RemotePeer, host: string) => Admission
  readonly who: (peerId: PeerId) => { readonly account: AccountId; readonly called: string; readonly isContact: boolean } | null
  /** Hosts that rules name: each may be an exception to what the door says of the others. */
  readonly named?: () => readonly string[]
  /** Whether a rule lets anybody out through this device. */
  readonly isOffered: () => boolean
  /** Devices of contacts, connected or not. */
  readonly devices: () => readonly { readonly peerId: PeerId; readonly account: AccountId; readonly called: string; readonly isConnected: boolean }[]
  readonly connect: (peerId: PeerId, signal: AbortSignal) => Promise<void>
  /** The networks that this machine is on, each `ip/bits`: what is on them is not outside, whatever its address. */
  readonly networks?: () => readonly string[]
  /**
   * Addresses at which others see this device: those of its router too, which takes what comes from inside for the
   * owner's.
   */
  readonly seenAs?: () => readonly string[]
  /** Top-level domains of the ledger: their names are no hosts of the web. */
  readonly ownTlds?: () => readonly string[]
  /** Resolves a host: `dns.lookup` with all addresses; a test gives its own. */
  readonly resolve: (host: string, signal: AbortSignal) => Promise<readonly string[]>
  /** Opens a TCP connection to an address that was resolved, and to no other. */
  readonly dial: (ip: string, port: number, signal: AbortSignal) => Promise<Duplex>
}

// What others see

export interface ExitSnapshot {
  offered: boolean
  exits: Exit[]
  uses: ExitUse[]
}

export type ExitEvent =
  | { event: 'offered-changed'; offered: boolean }
  | { event: 'exit-changed'; exit: Exit }
  | { event: 'exit-gone'; peerId: PeerId }
  | { event: 'use-changed'; use: ExitUse }
  | { event: 'uses-cleared' }

export type { ExitRefusal } from '../../protocols/exit/index.ts'

/** The way out to the outside web through a contact, and the way out for contacts through this device. */
export interface ExitFeature {
  start(): Promise<void>
  stop(): Promise<void>
  list(): Exit[]
  /**
   * Whether they let this device out; to a host, if one is given. Errors: LatchError NOT_FOUND (no device of a contact),
   * UNREACHABLE, BAD_INPUT (no host of the web).
   */
  check(peerId: PeerId, signal?: AbortSignal, host?: string): Promise<ExitChecked>
  uses(): ExitUse[]
  clear(): void
  /**
   * Opens TCP to port 443 of a host, resolved and judged there. Errors: ExitRefusedError (its `code` is an ExitRefusal),
   * LatchError UNREACHABLE, BAD_INPUT; the signal's reason.
   */
  open(peerId: PeerId, host: string, port: number, signal?: AbortSignal): Promise<Duplex>
  /** Rules or contacts changed. */
  reconsider(): void
  connected(peerId: PeerId): void
  disconnected(peerId: PeerId): void
  watch(signal?: AbortSignal): AsyncIterable<Watched<ExitSnapshot, ExitEvent>>
}
