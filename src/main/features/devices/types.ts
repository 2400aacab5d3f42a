import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Joining, Linking, OwnDevice } from '../../../shared/model/devices.ts'
import type { Me } from '../../../shared/model/identity.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence, PeerStreams } from '../../platform/streams.ts'

/** A device as the list of the account says it. */
export interface ListedDevice {
  readonly peerId: PeerId
  readonly label: string
  readonly addedAtMs: number
  /** 32 bytes, X25519. */
  readonly mailKey: Uint8Array
}

/** The list of this account's devices: kept and told by whoever proves accounts. */
export interface OwnListed {
  current(): { readonly devices: readonly ListedDevice[]; readonly revoked: readonly PeerId[] }
  /** Errors: LatchError NOT_FOUND. */
  rename(peerId: PeerId, label: string): Promise<unknown>
  /** Errors: LatchError NOT_FOUND, BAD_INPUT, CONFLICT. */
  revoke(peerId: PeerId): Promise<unknown>
  /** The list with that device on it, signed; it counts once it is kept. Errors: LatchError TOO_LARGE. */
  with(device: ListedDevice): Promise<{ readonly envelope: Uint8Array; readonly keep: () => Promise<void> }>
  onChanged(listener: () => void): () => void
}

/** One kind of what goes over to a device that is linked: contacts, rules, settings… In words of JSON. */
export interface Carried {
  readonly what: string
  pack: () => unknown
  /** On the new device, once, when its household starts. What is not of its form is for it to leave. May be told twice. */
  unpack: (value: unknown) => void | Promise<void>
}

export interface DevicesParts {
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** So many bytes fit for keys. */
  readonly random: (bytes: number) => Uint8Array
  readonly offence: Offence
  readonly me: { readonly account: AccountId; readonly peerId: PeerId }
  /** As of now. `entropy`: what the phrase says in words. */
  readonly account: () => { readonly entropy: Uint8Array; readonly name: string; readonly createdMs: number; readonly phrase: Me['phrase'] }
  readonly own: OwnListed
  readonly carried: readonly Carried[]
  /** Where this device can be dialled, relays among it: as invitations carry them. */
  readonly addresses: () => readonly string[]
  readonly isConnected: (peerId: PeerId) => boolean
  /** Somebody connected, or is gone. */
  readonly onConnections: (listener: (peerId: PeerId) => void) => () => void
  /** What it lacks and what this one lacks, in entries; null where nothing is known. */
  readonly behind: (peerId: PeerId) => { readonly here: number; readonly there: number } | null
  /** Whether devices of this account are dialled, and kept connected. */
  readonly keepConnected: (keep: boolean) => void
  /** What is the same on all devices, while they run. Started last, stopped first. */
  readonly synced?: { start(): Promise<void>; stop(): Promise<void> }
}

export type DevicesEvent =
  | { event: 'devices-changed'; devices: OwnDevice[] }
  | { event: 'linking-changed'; linking: Linking | null }

/** The devices of this account, seen from one of them. */
export interface DevicesFeature {
  /** Hands out what came with the account, where it came from another device. */
  start(): Promise<void>
  stop(): Promise<void>
  list(): OwnDevice[]
  linking(): Linking | null
  /** A code, instead of one that nobody has used. Errors: LatchError CONFLICT while a device is being linked. */
  link(): Linking
  /** The words were compared. Errors: LatchError CONFLICT where nobody is asked. */
  answerLink(allow: boolean): Linking
  cancelLink(): void
  /** Errors: LatchError NOT_FOUND, BAD_INPUT. */
  rename(peerId: PeerId, label: string): Promise<OwnDevice[]>
  /** Errors: LatchError NOT_FOUND, BAD_INPUT (this one), CONFLICT. */
  revoke(peerId: PeerId): Promise<OwnDevice[]>
  watch(signal?: AbortSignal): AsyncIterable<Watched<{ devices: OwnDevice[]; linking: Linking | null }, DevicesEvent>>
}

/** Keys of a device that does not exist yet; 32 bytes each. */
export interface DeviceSeeds {
  readonly device: Uint8Array
  readonly mail: Uint8Array
  readonly database: Uint8Array
}

/** A libp2p node that lives as long as one linking, with the key of the device that comes of it. It serves nothing. */
export interface LinkNode {
  readonly peerId: PeerId
  readonly streams: PeerStreams
  /** Errors: LatchError UNREACHABLE, the signal's reason. */
  connect(peerId: PeerId, addresses: readonly string[], signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/** What comes to be in a folder that is empty. */
export interface JoiningArrival {
  readonly name: string
  readonly createdMs: number
  readonly phrase: Me['phrase']
  readonly seeds: DeviceSeeds & { readonly entropy: Uint8Array }
  readonly deviceList: Uint8Array | null
  readonly furnish: (path: string, key: Uint8Array) => Promise<void>
  readonly written?: () => Promise<void>
}

export interface JoiningParts {
  readonly clock: Clock
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
  /** Whether there is no account here. */
  readonly isFresh: () => boolean
  /** New keys of a device, and the node that has them. */
  readonly newDevice: () => Promise<{ readonly seeds: DeviceSeeds; readonly mailKey: Uint8Array; readonly open: () => Promise<LinkNode> }>
  /** Whole or not at all. `written` runs before the household starts. */
  readonly arrive: (arrival: JoiningArrival) => Promise<Me>
}

export interface JoiningFeature {
  current(): Joining
  /** Goes on by itself: `watch` says how. Errors: LatchError BAD_INPUT, ACCOUNT_EXISTS, CONFLICT (it goes on already). */
  join(code: string, label: string): Joining
  /** Nothing is here afterwards, unless everything was already. */
  cancel(): Promise<Joining>
  stop(): Promise<void>
  watch(signal?: AbortSignal): AsyncIterable<Watched<Joining, { event: 'joining-changed'; joining: Joining }>>
}
