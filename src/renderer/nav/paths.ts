import type { AccountId, ConversationId, MessageId, PeerId } from '../../shared/ids.ts'
import type { BlockId, NameLabel } from '../../shared/model/ledger.ts'
import type { RoomName } from '../../shared/model/square.ts'

export type DoorSection = 'knocks' | 'missed' | 'rules' | 'log' | 'blocked'

export const ledgerViews = ['now', 'entries', 'validators', 'rounds', 'forks', 'evidence'] as const
export type LedgerView = (typeof ledgerViews)[number]

export const settingsSections = [
  'account', 'devices', 'backup', 'appearance', 'notifications', 'messages', 'mailbox', 'network', 'networks', 'introducers', 'access', 'programs', 'dns', 'gateway', 'exits', 'about',
] as const
export type SettingsSection = (typeof settingsSections)[number]

/** What of Browse is a page of the window itself. */
export const browseViews = ['bookmarks', 'history', 'downloads'] as const
export type BrowseView = (typeof browseViews)[number]

/** Where things are. The window keeps them behind a `#`, so that a reload stays where it was. */
export const paths = {
  chats: '/chats',
  /** The conversation with somebody, also before there is one. */
  chatWith: (account: AccountId) => `/chats/${account}`,
  /** Any conversation, by its id: also a group, and notes to oneself. */
  conversation: (id: ConversationId) => `/chats/${id}`,
  /** A conversation, with that message in sight. */
  chatMessage: (conversation: ConversationId, message: MessageId) => `/chats/${conversation}/${message}`,
  /** Who is in a group, and what it is set to. */
  group: (id: ConversationId) => `/chats/${id}/group`,
  /** Everything that was said, by words. */
  search: '/chats/search',
  searchIn: (conversation: ConversationId) => `/chats/search/in/${conversation}`,
  searchOf: (text: string) => `/chats/search/of/${encodeURIComponent(text)}`,
  /** Files on their way, and those that came and went. */
  transfers: '/chats/files',
  door: '/door',
  doorSection: (section: DoorSection) => `/door/${section}`,
  names: '/names',
  /** Those of this account: what needs it, and how another one is claimed. */
  yourNames: '/names/yours',
  /** One of them, and where it points. */
  yourName: (name: NameLabel) => `/names/of/${name}`,
  lookUp: '/names/look-up',
  /** What somebody typed, as a look-up. */
  lookUpOf: (text: string) => `/names/look-up/${encodeURIComponent(text)}`,
  /** What was looked up before, and for how long it counts. */
  keptNames: '/names/kept',
  revocation: '/names/revocation',
  browse: '/browse',
  browseView: (view: BrowseView) => `/browse/${view}`,
  /** Those that this device shows, and how another one is published. */
  yourSites: '/browse/sites',
  /** Sites of others that are kept here. */
  copies: '/browse/copies',
  network: '/network',
  thisDevice: '/network/here',
  /** Which networks reach which. */
  measured: '/network/measured',
  /** Whom this device knows in the DHT, by distance. */
  routing: '/network/routing',
  peer: (id: PeerId) => `/network/${id}`,
  ledger: '/ledger',
  ledgerView: (view: LedgerView) => `/ledger/${view}`,
  /** By its id, or by its height on the chain. */
  block: (block: BlockId | number) => `/ledger/block/${block}`,
  slot: (slot: number) => `/ledger/rounds/${slot}`,
  fork: (id: number) => `/ledger/forks/${id}`,
  evidence: (id: string) => `/ledger/evidence/${id}`,
  square: '/square',
  room: (name: RoomName) => `/square/${name}`,
  settings: '/settings',
  /** The networks that this device knows: which is active, how to join or make one. */
  networks: '/settings/networks',
  settingsSection: (section: SettingsSection) => `/settings/${section}`,
} as const
