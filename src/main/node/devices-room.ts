import { z } from 'zod'
import type { ContactsFeature } from '../features/contacts/types.ts'
import { createDevices, type Carried, type DevicesFeature } from '../features/devices/index.ts'
import type { DevicesParts } from '../features/devices/types.ts'
import type { DoorFeature } from '../features/door/types.ts'
import type { IdentityFeature, ProofsFeature } from '../features/identity/types.ts'
import type { NetworksFeature } from '../features/ledger/types.ts'
import type { Network, PeersFeature } from '../features/peers/index.ts'
import type { ReachFeature } from '../features/reach/types.ts'
import type { SettingsFeature } from '../features/settings/index.ts'
import { AccountId } from '../../shared/ids.ts'
import { GroupName } from '../../shared/model/contacts.ts'
import { RuleDraft } from '../../shared/model/door.ts'
import { DisplayName } from '../../shared/model/identity.ts'
import { Settings } from '../../shared/model/settings.ts'
import type { ChatRoom } from './chat-room.ts'
import { createSyncedRoom } from './synced-room.ts'

export interface DevicesRoomParts extends Pick<DevicesParts, 'streams' | 'database' | 'clock' | 'log' | 'random' | 'offence' | 'me'> {
  readonly identity: IdentityFeature
  readonly entropy: Uint8Array
  readonly proofs: ProofsFeature
  readonly contacts: ContactsFeature
  readonly settings: SettingsFeature
  readonly door: DoorFeature
  readonly networks: NetworksFeature
  readonly reach: ReachFeature
  readonly network: Network
  readonly peers: PeersFeature
  readonly chatRoom: Pick<ChatRoom, 'chat' | 'onSaid'>
}

/** What somebody is to this account; the same on all of its devices. */
const ContactOf = z.object({
  account: AccountId,
  petname: DisplayName,
  verified: z.boolean(),
  blocked: z.boolean(),
  groups: z.array(GroupName).max(16),
})

/** What is the account's, and not of one machine: its screen, its ports, its network card. */
const SettingsOfAccount = Settings.pick({ readReceipts: true, typing: true, notificationText: true, tellKnockers: true }).partial()

/** The devices of this account, and what goes over to one that is linked. */
export function createDevicesRoom(parts: DevicesRoomParts): DevicesFeature {
  const { identity, entropy, proofs, network, peers, me } = parts
  return createDevices({
    ...parts,
    log: parts.log.child('devices'),
    account: () => ({ ...identity.me(), entropy }),
    own: {
      current: () => proofs.ownDevices(),
      rename: (peerId, label) => proofs.renameDevice(peerId, label),
      revoke: (peerId) => proofs.revokeDevice(peerId),
      async with(device) {
        const signed = await proofs.listWith(device)
        return { envelope: signed.envelope, keep: () => proofs.learn(signed) }
      },
      onChanged: (listener) => proofs.onOwnList(listener),
    },
    carried: [contactsOf(parts), settingsOf(parts), rulesOf(parts), networksOf(parts), introducersOf(parts)],
    addresses: () => network.listening(),
    isConnected: (peerId) => network.connections().some((peer) => peer.peerId === peerId),
    onConnections: (listener) =>
      network.subscribe((event) => {
        if (event.event === 'connected' || event.event === 'disconnected') listener(event.peer.peerId)
      }),
    behind: (peerId) => parts.chatRoom.chat.behind(peerId),
    keepConnected: (keep) => peers.keepAlive(me.account, keep),
    synced: createSyncedRoom({ ...parts, chat: parts.chatRoom.chat, onSaid: parts.chatRoom.onSaid }),
  })
}

function contactsOf({ contacts, door }: DevicesRoomParts): Carried {
  return {
    what: 'contacts',
    pack: () =>
      contacts.list().flatMap(({ account, petname, trust, blocked, groups, demo }) =>
        petname === null || demo ? [] : [{ account, petname, verified: trust === 'verified', blocked, groups }],
      ),
    unpack(value) {
      for (const one of listOf(ContactOf, value)) {
        contacts.add(one.account)
        contacts.rename(one.account, one.petname)
        if (one.verified) contacts.verify(one.account, true)
        contacts.setGroups(one.account, one.groups)
        if (one.blocked) door.block(one.account, true, '')
      }
    },
  }
}

function settingsOf({ settings }: DevicesRoomParts): Carried {
  return {
    what: 'settings',
    pack: () => SettingsOfAccount.parse(settings.get()),
    unpack(value) {
      const read = SettingsOfAccount.safeParse(value)
      const chosen = Object.entries(read.success ? read.data : {}).filter(([, one]) => one !== undefined)
      settings.set(Object.fromEntries(chosen))
    },
  }
}

/** Those that last; what holds for an hour holds where it was said. */
function rulesOf({ door }: DevicesRoomParts): Carried {
  return {
    what: 'rules',
    pack: () => door.rules().filter(({ until, origin }) => until.kind === 'forever' && origin !== 'default'),
    unpack(value) {
      const known = new Set(door.rules().map((rule) => JSON.stringify(RuleDraft.parse(rule))))
      for (const draft of listOf(RuleDraft, value)) if (!known.has(JSON.stringify(draft))) door.addRule(draft, 'import')
    },
  }
}

function networksOf({ networks, log }: DevicesRoomParts): Carried {
  const links = new Map<string, string>()
  const look = (): void => {
    for (const { id } of networks.list()) {
      networks.link(id).then(({ link }) => links.set(id, link), (error: unknown) => log.debug({ error }, 'a network has no link'))
    }
  }
  look()
  networks.subscribe(look)
  return {
    what: 'networks',
    pack: () => networks.list().flatMap(({ id }) => ({ link: links.get(id), isActive: id === networks.active().network })),
    async unpack(value) {
      for (const { link, isActive } of listOf(z.object({ link: z.string(), isActive: z.boolean() }), value)) await networks.join(link, isActive)
    },
  }
}

function introducersOf({ reach }: DevicesRoomParts): Carried {
  return {
    what: 'introducers',
    pack: () => reach.connectivity().introducers.flatMap(({ enabled, addresses, peerId }) => (enabled && addresses[0] !== undefined ? `${addresses[0]}/p2p/${peerId}` : [])),
    async unpack(value) {
      for (const to of listOf(z.string().max(512), value)) await reach.addIntroducer(to)
    },
  }
}

/** What fits; a newer Latch may say things that this one does not know. */
function listOf<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema>[] {
  return (Array.isArray(value) ? value : []).flatMap((one) => {
    const read = schema.safeParse(one)
    return read.success ? [read.data] : []
  })
}
