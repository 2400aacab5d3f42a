import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Identity, Me } from '../../../shared/model/identity.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Device, DeviceList, SignedList } from './device-list.ts'
import type { KeySeeds } from './keys.ts'

/** Everything secret that this installation holds, as the vault gave it back. Never logged, never over the contract. */
export interface Keyring {
  /** 16 bytes of BIP-39 entropy; the recovery phrase is these in words, and the account key comes from them. */
  readonly entropy: Uint8Array
  readonly accountKey: PrivateKey
  /** The libp2p key: random for each installation. */
  readonly deviceKey: PrivateKey
  /** X25519; what others seal mailbox messages to. 32 bytes each. */
  readonly mailKey: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array }
  /** 32 bytes: opens the account's database. */
  readonly databaseKey: Uint8Array
}

export type { Vault } from '../../platform/vault.ts'

/** What a peer proved in hello: its account's signed list holds this peer id. */
export interface Proof {
  readonly account: AccountId
  readonly claimedName: string
  readonly deviceLabel: string
  readonly devices: readonly PeerId[]
  readonly seq: number
}

export type ProofEvent =
  | { event: 'proven'; peerId: PeerId; proof: Proof }
  /** The account's newer list no longer holds this device. */
  | { event: 'disproven'; peerId: PeerId; account: AccountId; why: string }

/** An account that comes to a fresh folder with what it has. */
export interface Arrival {
  readonly name: string
  readonly createdMs: number
  readonly phrase: Me['phrase']
  /** The entropy is the account's; the others are of this device alone. */
  readonly seeds: KeySeeds
  /** The newest device list of the account, where one is known; this device may be on it already. */
  readonly deviceList: Uint8Array | null
  /** Makes the database at `path`, under `key`. Where it fails, the folder is as fresh as before. */
  readonly furnish: (path: string, key: Uint8Array) => Promise<void>
  /** The account is here for good; nobody was told yet. */
  readonly written?: () => Promise<void>
}

/** Who I am here, before and after there is an account. Keeps the keys file; knows nothing of the network. */
export interface IdentityFeature {
  current(): Identity
  /** The keys once they are open; null before. */
  keyring(): Keyring | null
  me(): Me
  create(name: string): Promise<Me>
  restore(name: string, phrase: string): Promise<Me>
  /** Whole or not at all, also where the process ends in the middle. Errors: LatchError ACCOUNT_EXISTS, LOCKED; those of `furnish`. */
  arrive(arrival: Arrival): Promise<Me>
  rename(name: string): Promise<Me>
  phrase(): string[]
  confirmPhrase(phrase: string): Promise<Me>
  watch(signal?: AbortSignal): AsyncIterable<Watched<Identity, { event: 'identity-changed'; identity: Identity }>>
}

/** The same, for whoever runs its household. */
export interface OwnIdentity extends IdentityFeature {
  /** This account was revoked, and this device heard of it then. Said anew at each start: the keys file knows nothing of it. */
  ended(atMs: number): void
}

/** An account counts no more, whichever way it was heard; its devices that are connected are disproven next. */
export interface Revoked {
  readonly account: AccountId
  readonly envelope: Uint8Array
}

/** Ends of accounts, signed by them in advance: docs/wire/device-list.md. */
export interface RevocationsFeature {
  /** This account's, signed now, to be kept elsewhere. Nothing is told to anybody. */
  make(): Promise<Uint8Array>
  /**
   * Kept, and told to everybody connected; `told` is how many they are. Who publishes it need not be it.
   * Errors: LatchError BAD_INPUT.
   */
  publish(envelope: Uint8Array): Promise<{ account: AccountId; told: number }>
  /** What was heard elsewhere, in the DHT; kept where the account means something here. What is false is passed over. */
  heard(envelope: Uint8Array): Promise<void>
  /** Its signed revocation, or null while it counts. */
  of(account: AccountId): Uint8Array | null
  subscribe(listener: (revoked: Revoked) => void): () => void
}

/** Who they are: hello on every connection, the newest device list of each account, kept across restarts. */
export interface ProofsFeature {
  readonly revocations: RevocationsFeature
  start(): Promise<void>
  stop(): Promise<void>
  /** What is proven about a connected peer, or null. */
  of(peerId: PeerId): Proof | null
  /** Waits for a hello under way, or makes one; null when there is none within 5 s or it is false. */
  prove(peerId: PeerId, signal?: AbortSignal): Promise<Proof | null>
  /** The last connection to this peer closed: the next one proves anew, and hears of a newer name or list. */
  disconnected(peerId: PeerId): void
  /** Devices of an account by its newest list here; none of one that was revoked. It may list what is not its own: on a connection, ask `of`. */
  devicesOf(account: AccountId): PeerId[]
  /** That list as its signed envelope, for whoever never met the account. */
  listOf(account: AccountId): Uint8Array | null
  /** Those that it gave up: what they wrote before is its own, where one of its own devices brings it. */
  formerDevicesOf(account: AccountId): PeerId[]
  /** A list that was found elsewhere than in a hello; its signature holds. Counts where it is newer than the one here. */
  learn(signed: SignedList): Promise<void>
  /** The newest list of this account's own devices, as its signed envelope: what an invitation carries. After `start`. */
  ownList(): Uint8Array
  /** The devices of this account, this one among them, as of now. After `start`. */
  ownDevices(): DeviceList
  /** Everybody connected hears of it. Errors: LatchError NOT_FOUND. */
  renameDevice(peerId: PeerId, label: string): Promise<DeviceList>
  /**
   * Nobody lets that device in any more, as they hear of it; it does not come back. Errors: LatchError NOT_FOUND, BAD_INPUT (this
   * device), CONFLICT (as many were given up as a list holds).
   */
  revokeDevice(peerId: PeerId): Promise<DeviceList>
  /** The own list with that device on it, signed, and not kept yet: whoever is given it may say that it counts. */
  listWith(device: Device): Promise<SignedList>
  /** The own list changed, by whomever. */
  onOwnList(listener: (list: DeviceList) => void): () => void
  subscribe(listener: (event: ProofEvent) => void): () => void
}
