import type { NodeStatus } from '../../shared/model/node.ts'
import type { AppsFeature } from '../features/apps/types.ts'
import type { BrowseFeature } from '../features/browse/types.ts'
import type { ChatFeature } from '../features/chat/types.ts'
import type { ContactsFeature } from '../features/contacts/types.ts'
import type { CopiesFeature } from '../features/copies/types.ts'
import type { BackupFeature, RestoringFeature } from '../features/backup/index.ts'
import type { DevicesFeature, JoiningFeature } from '../features/devices/index.ts'
import type { DoorFeature } from '../features/door/types.ts'
import type { ExitFeature } from '../features/exit/types.ts'
import type { FilesFeature } from '../features/files/index.ts'
import type { IdentityFeature, Vault } from '../features/identity/types.ts'
import type { IntroductionFeature } from '../features/introduction/types.ts'
import type { LedgerFeature, NetworksFeature } from '../features/ledger/types.ts'
import type { MailboxFeature } from '../features/mailbox/types.ts'
import type { NamesFeature } from '../features/names/types.ts'
import type { PeersFeature } from '../features/peers/types.ts'
import type { ReachFeature } from '../features/reach/types.ts'
import type { SettingsFeature } from '../features/settings/types.ts'
import type { SitesFeature } from '../features/sites/types.ts'
import type { SquareFeature } from '../features/square/types.ts'
import type { ReleaseTrust, UpdatesFeature } from '../features/updates/index.ts'
import type { Routing } from '../../shared/model/routing.ts'
import type { Lookup } from '../../shared/model/names.ts'
import type { Watched } from '../platform/feed.ts'
import type { StunCounters } from '../protocols/stun/index.ts'
import type { CrowdLimits } from './crowd.ts'
import type { IntroducerConfig } from './introducer-config.ts'

/** Whom this device knows in the DHT, for the person who looks at it. */
export interface RoutingFeature {
  table(): Routing
  /** Told at most four times a second. */
  watch(signal?: AbortSignal): AsyncIterable<Watched<Routing, { event: 'routing-changed'; routing: Routing }>>
  /** A look-up ended: its way is drawn. */
  looked(lookup: Lookup): void
}

/** What runs once there is an account. */
export interface Household {
  readonly contacts: ContactsFeature
  readonly peers: PeersFeature
  readonly reach: ReachFeature
  readonly introduction: IntroductionFeature
  /** What its STUN responder answered and dropped; null where there is none. */
  readonly stunCounters: () => StunCounters | null
  readonly door: DoorFeature
  readonly chat: ChatFeature
  readonly files: FilesFeature
  readonly mailbox: MailboxFeature
  readonly devices: DevicesFeature
  readonly backup: BackupFeature
  readonly ledger: LedgerFeature
  readonly networks: NetworksFeature
  readonly names: NamesFeature
  readonly routing: RoutingFeature
  readonly sites: SitesFeature
  readonly copies: CopiesFeature
  readonly browse: BrowseFeature
  readonly exit: ExitFeature
  readonly square: SquareFeature
  readonly apps: AppsFeature
  readonly settings: SettingsFeature
  readonly updates: UpdatesFeature
}

/** The node as control sees it: one face, with or without a window. */
export interface PeerNode {
  readonly identity: IdentityFeature
  /** Of a device without an account: how another one links it. */
  readonly joining: JoiningFeature
  /** The same, from a backup. */
  readonly restoring: RestoringFeature
  /** Ports of this machine at which whoever hosts it listens: nobody's site. */
  readonly ownPorts: Set<number>
  /** Errors: LatchError NO_ACCOUNT, LOCKED. */
  household(): Household
  status(): NodeStatus
  /** Resolves when everything is written and closed. Safe to call twice. */
  stop(): Promise<void>
  /** Resolves when the node stops, by `stop` or because somebody asked it to. */
  readonly stopped: Promise<void>
}

export interface NodeConfig {
  readonly dataFolder: string
  readonly host: NodeStatus['host']
  readonly vault: Vault
  /** Where files go that a site offers and the person takes; in the data folder, where nothing else is said. */
  readonly downloads?: string
  /** Whom this node believes about newer versions, where that is not what this build pins; `ca`: by which root of the web. */
  readonly releases?: { readonly trust: ReleaseTrust; readonly ca?: string }
  readonly listen: readonly string[]
  /** Multiaddrs dialled at start. */
  readonly bootstrap: readonly string[]
  /** Links or multiaddrs of introducers to use, beside those that the account knows. */
  readonly introducers?: readonly string[]
  /** How many may be connected, where that is other than what a person's device takes. */
  readonly crowd?: Partial<CrowdLimits>
  /** Where this node is there to introduce others. */
  readonly introducer?: IntroducerConfig
  readonly services: {
    readonly lan: boolean
    readonly upnp: boolean
    readonly autonat: boolean
    readonly dht: boolean
    readonly gossip: boolean
    readonly dcutr: boolean
    readonly webrtc: boolean
    readonly demo: boolean
  }
}
