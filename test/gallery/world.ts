import { implement } from '@orpc/server'
import { contract } from '../../src/shared/contract/index.ts'
import type { AppsEvent } from '../../src/shared/contract/apps.ts'
import type { BackupStatus, Restoring } from '../../src/shared/model/backup.ts'
import type { BrowseEvent } from '../../src/shared/contract/browse.ts'
import type { ChatEvent } from '../../src/shared/contract/chat.ts'
import type { ContactsEvent } from '../../src/shared/contract/contacts.ts'
import type { CopiesEvent } from '../../src/shared/contract/copies.ts'
import type { DevicesEvent } from '../../src/shared/contract/devices.ts'
import type { DoorEvent } from '../../src/shared/contract/door.ts'
import type { ExitEvent } from '../../src/shared/contract/exit.ts'
import type { FilesEvent, FilesSnapshot } from '../../src/shared/contract/files.ts'
import type { IdentityEvent } from '../../src/shared/contract/identity.ts'
import type { NamesEvent } from '../../src/shared/contract/names.ts'
import type { NetworksEvent } from '../../src/shared/contract/networks.ts'
import type { LedgerEvent } from '../../src/shared/contract/ledger.ts'
import type { PeersEvent } from '../../src/shared/contract/peers.ts'
import type { ReachEvent } from '../../src/shared/contract/reach.ts'
import type { RoutingEvent } from '../../src/shared/contract/routing.ts'
import type { SettingsEvent } from '../../src/shared/contract/settings.ts'
import type { SitesEvent } from '../../src/shared/contract/sites.ts'
import type { SquareEvent } from '../../src/shared/contract/square.ts'
import type { UpdatesEvent } from '../../src/shared/contract/updates.ts'
import type { AccountId } from '../../src/shared/ids.ts'
import { defaultSettings, type Settings } from '../../src/shared/model/settings.ts'
import type { App } from '../../src/shared/model/apps.ts'
import type { Conversation, Message, TraceStep } from '../../src/shared/model/chat.ts'
import type { Person } from '../../src/shared/model/contacts.ts'
import type { Decision, Finding, Knock, Rule, RulesRead, SentKnock, Suggestion } from '../../src/shared/model/door.ts'
import type { Joining } from '../../src/shared/model/devices.ts'
import type { Transfer } from '../../src/shared/model/files.ts'
import type { Identity } from '../../src/shared/model/identity.ts'
import type { Mailbox } from '../../src/shared/model/mailbox.ts'
import type { KnownNetwork, NetworkPreview } from '../../src/shared/model/networks.ts'
import type { Peer, PendingInvitation, Reachability } from '../../src/shared/model/peers.ts'
import type { Connectivity, Introducer, IntroducerCard, Introduction } from '../../src/shared/model/reach.ts'
import type { Routing } from '../../src/shared/model/routing.ts'
import type { Post, PostPath, Room } from '../../src/shared/model/square.ts'
import type { Updates } from '../../src/shared/model/updates.ts'
import type { ReachPair } from '../../src/shared/reach-table.ts'
import { noBackup, type BackupScene } from './backup.ts'
import { Broadcast } from './broadcast.ts'
import { browseScene, type BrowseScene } from './browse.ts'
import { noCopies, type CopiesScene } from './copies.ts'
import { noDevices, type DevicesScene } from './devices.ts'
import { noExits, type ExitScene } from './exit.ts'
import { noFiles } from './files.ts'
import { ledgerScene, type LedgerScene } from './ledger.ts'
import { noMailbox } from './mailbox.ts'
import { namesScene, type NamesScene } from './names.ts'
import { nothingReached } from './network.ts'
import { routingScene } from './routing.ts'
import { noSites, type SitesScene } from './sites.ts'
import { noUpdates } from './updates.ts'

/** What a scene is made of; what it does not name is as in a house where nothing happened yet. */
export interface Scene {
  identity: Identity
  people: Person[]
  peers: Peer[]
  reachability: Reachability
  connectivity: Connectivity
  /** What a link to an introducer says, where it is not the usual. */
  card: Partial<IntroducerCard>
  /** What it does for others, once a rule lets them; `serving` is what the rules say. */
  introduction: Partial<Introduction>
  /** What the lab measured, where it is not what is built in. */
  measured: readonly ReachPair[] | null
  invitations: PendingInvitation[]
  /** Invitations as long as they may be. */
  longLinks: boolean
  knocks: Knock[]
  sent: SentKnock[]
  rules: Rule[]
  /** What the door says of its rules. */
  findings: Finding[]
  suggestions: Suggestion[]
  /** What a file of rules is found to hold; null: it cannot be used. */
  rulesRead: RulesRead | null
  blocked: AccountId[]
  decisions: Decision[]
  log: 'whole' | 'broken'
  apps: App[]
  networks: KnownNetwork[]
  /** What a link to a network says, where it is not the usual; null: it is not whole. */
  preview: Partial<NetworkPreview> | null
  rooms: Room[]
  posts: Post[]
  muted: AccountId[]
  /** What those between say of a message's way. */
  traced: Partial<PostPath>
  conversations: Conversation[]
  messages: Message[]
  trace: TraceStep[]
  files: FilesSnapshot
  mailbox: Mailbox
  devices: DevicesScene
  backup: BackupScene
  ledger: LedgerScene
  names: NamesScene
  routing: Routing
  sites: SitesScene
  browse: BrowseScene
  copies: CopiesScene
  exit: ExitScene
  updates: Updates
  settings: Settings
  /** Calls named here fail with that code; `never` keeps them waiting. */
  failing: Partial<Record<string, 'INTERNAL' | 'UNREACHABLE' | 'CONFLICT' | 'BUSY' | 'never'>>
}

export const emptyScene: Omit<Scene, 'identity'> = {
  people: [],
  peers: [],
  reachability: {
    lamp: 'direct',
    why: ['Your router forwards port 4001 to this device.', 'Two peers dialled you from outside in the last hour.'],
    listening: ['/ip4/192.0.2.10/tcp/4001', '/ip4/192.0.2.10/udp/4001/webrtc-direct'],
  },
  connectivity: nothingReached,
  card: {},
  introduction: {},
  measured: null,
  invitations: [],
  longLinks: false,
  knocks: [],
  sent: [],
  rules: [],
  findings: [],
  suggestions: [],
  rulesRead: null,
  blocked: [],
  decisions: [],
  log: 'whole',
  apps: [],
  networks: [],
  preview: {},
  rooms: [],
  posts: [],
  muted: [],
  traced: { hops: 3 },
  conversations: [],
  messages: [],
  trace: [],
  files: noFiles,
  mailbox: noMailbox,
  devices: noDevices,
  backup: noBackup,
  ledger: ledgerScene(),
  names: namesScene(),
  routing: routingScene(),
  sites: noSites,
  browse: browseScene(),
  copies: noCopies,
  exit: noExits,
  updates: noUpdates,
  settings: defaultSettings,
  failing: {},
}

/** In pixels of the window. */
export type Place = { x: number; y: number; width: number; height: number }

/** One scene, alive: calls change it, and what changed is told to whoever watches. */
export class World {
  readonly scene: Scene
  readonly identity = new Broadcast<IdentityEvent>()
  readonly contacts = new Broadcast<ContactsEvent>()
  readonly peers = new Broadcast<PeersEvent>()
  readonly reach = new Broadcast<ReachEvent>()
  readonly door = new Broadcast<DoorEvent>()
  readonly apps = new Broadcast<AppsEvent>()
  readonly chat = new Broadcast<ChatEvent>()
  readonly files = new Broadcast<FilesEvent>()
  readonly mailbox = new Broadcast<{ event: 'mailbox-changed'; mailbox: Mailbox }>()
  readonly devices = new Broadcast<DevicesEvent>()
  readonly joining = new Broadcast<{ event: 'joining-changed'; joining: Joining }>()
  readonly backup = new Broadcast<{ event: 'backup-changed'; backup: BackupStatus }>()
  readonly restoring = new Broadcast<{ event: 'restoring-changed'; restoring: Restoring }>()
  readonly networks = new Broadcast<NetworksEvent>()
  readonly square = new Broadcast<SquareEvent>()
  readonly ledger = new Broadcast<LedgerEvent>()
  readonly names = new Broadcast<NamesEvent>()
  readonly routing = new Broadcast<RoutingEvent>()
  readonly sites = new Broadcast<SitesEvent>()
  readonly browse = new Broadcast<BrowseEvent>()
  readonly copies = new Broadcast<CopiesEvent>()
  readonly exit = new Broadcast<ExitEvent>()
  readonly updates = new Broadcast<UpdatesEvent>()
  readonly settings = new Broadcast<SettingsEvent>()
  /** Where the window said last that a page is to be seen. */
  place: Place | null = null
  /** Whether the keyboard was given to the page when its place was told of last. */
  isPageFocused = false
  /** Whoever draws something there. */
  onPlace: (place: Place | null) => void = () => {}

  constructor(scene: Scene) {
    this.scene = structuredClone(scene)
  }

  putKnock(knock: Knock): Knock {
    this.scene.knocks = [...this.scene.knocks.filter(({ id }) => id !== knock.id), knock]
    this.door.tell({ event: 'knock-changed', knock })
    return knock
  }

  putSent(sent: SentKnock): SentKnock {
    this.scene.sent = [...this.scene.sent.filter(({ id }) => id !== sent.id), sent]
    this.door.tell({ event: 'sent-knock-changed', sent })
    return sent
  }

  putPerson(person: Person): Person {
    this.scene.people = [...this.scene.people.filter(({ account }) => account !== person.account), person]
    this.contacts.tell({ event: 'person-changed', person })
    return person
  }

  putIntroducer(introducer: Introducer): Introducer {
    const { introducers } = this.scene.connectivity
    const known = introducers.some(({ peerId }) => peerId === introducer.peerId)
    const put = introducers.map((held) => (held.peerId === introducer.peerId ? introducer : held))
    this.scene.connectivity = { ...this.scene.connectivity, introducers: known ? put : [...introducers, introducer] }
    this.reach.tell({ event: 'introducer-changed', introducer })
    return introducer
  }

  putConversation(conversation: Conversation): Conversation {
    this.scene.conversations = [...this.scene.conversations.filter(({ id }) => id !== conversation.id), conversation]
    this.chat.tell({ event: 'conversation-changed', conversation })
    return conversation
  }

  putPost(post: Post): Post {
    const known = this.scene.posts.some(({ id }) => id === post.id)
    this.scene.posts = known
      ? this.scene.posts.map((held) => (held.id === post.id ? post : held))
      : [...this.scene.posts, post]
    this.square.tell({ event: 'post-changed', post })
    return post
  }

  putTransfer(transfer: Transfer): Transfer {
    const { files } = this.scene
    const known = files.transfers.some(({ id }) => id === transfer.id)
    const transfers = known
      ? files.transfers.map((held) => (held.id === transfer.id ? transfer : held))
      : [...files.transfers, transfer]
    this.scene.files = { ...files, transfers }
    this.files.tell({ event: 'transfer-changed', transfer })
    return transfer
  }

  putMessage(message: Message): Message {
    const known = this.scene.messages.some(({ id }) => id === message.id)
    this.scene.messages = known
      ? this.scene.messages.map((held) => (held.id === message.id ? message : held))
      : [...this.scene.messages, message]
    this.chat.tell(known ? { event: 'message-changed', message } : { event: 'message-stored', message, fresh: true })
    return message
  }
}

/** The contract with the scene's failures in front of it. */
export function implementWith(world: World) {
  return implement(contract).use(async ({ next, path, errors }) => {
    const failing = world.scene.failing[path.join('.')]
    if (failing === 'never') await new Promise(() => {})
    if (failing !== undefined && failing !== 'never') throw errors[failing]()
    return next()
  })
}
