import { TCP } from '@multiformats/multiaddr-matcher'
import { multiaddr } from '@multiformats/multiaddr'
import type { ContactsFeature } from '../features/contacts/types.ts'
import type { DoorFeature } from '../features/door/types.ts'
import type { ProofsFeature } from '../features/identity/types.ts'
import { createMailbox } from '../features/mailbox/index.ts'
import type { AskedDoor, MailboxFeature, MailboxParts } from '../features/mailbox/types.ts'
import type { Network, PeersFeature } from '../features/peers/index.ts'
import { LatchError } from '../../shared/errors.ts'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import { nameOf } from '../../shared/model/contacts.ts'
import { nothingMore, type SentKnock } from '../../shared/model/door.ts'
import type { ICryptoInterface } from '@chainsafe/libp2p-noise'
import { strangerAt } from './passing-node.ts'
import { orAborted } from '../platform/or-aborted.ts'

export interface MailRoomParts extends Pick<MailboxParts, 'streams' | 'database' | 'clock' | 'log' | 'offence' | 'random' | 'me' | 'capacityBytes'> {
  readonly proofs: ProofsFeature
  readonly contacts: ContactsFeature
  readonly door: DoorFeature
  readonly network: Network
  readonly noiseCrypto: ICryptoInterface | null
  /** What is made after this. */
  readonly peers: () => Pick<PeersFeature, 'reach' | 'dial'>
  /** Introducers in use. */
  readonly introducers: () => readonly { readonly peerId: PeerId; readonly name: string }[]
  readonly addressesOf: (peerId: PeerId) => Promise<readonly string[]>
  /** Somebody who is in a group with this account. */
  readonly isMate: (account: AccountId) => boolean
}

/** Mail that others hold for this account, and that this device holds for others, with what it asks of doors and people. */
export function createMailRoom(parts: MailRoomParts): MailboxFeature {
  const { streams, log, me, proofs, contacts, door, introducers, network } = parts
  const subject = (account: AccountId, peerId: PeerId) => ({ account, peerId })

  return createMailbox({
    ...parts,
    proofs: {
      of: (peerId) => proofs.of(peerId),
      prove: (peerId, signal) => proofs.prove(peerId, signal),
      devicesOf: (account) => proofs.devicesOf(account),
    },
    corresponds: (_, account) => account === me.account || contacts.isContact(account) || parts.isMate(account),
    admits: (peer, signal) => door.admits('hold-mail', peer, nothingMore, signal),
    mayHold: (account, device) => door.judge('hold-mail', subject(account, device), nothingMore) === 'allow',
    knock: async (peerId) => askedDoor(await door.knock({ peerId }, 'hold-mail', '')),
    async reach(account) {
      const [device] = await parts.peers().reach(account)
      if (device === undefined) throw new LatchError('UNREACHABLE')
      return device
    },
    connect: async (peerId, addresses, signal) => void (await orAborted(parts.peers().dial(peerId, addresses), signal)),
    isConnected: (peerId) => network.connections().some((peer) => peer.peerId === peerId),
    addressesOf: parts.addressesOf,
    nameOf(peerId) {
      const introducer = introducers().find((one) => one.peerId === peerId)
      const account = proofs.of(peerId)?.account ?? contacts.accountOf(peerId)
      const person = account === null ? null : contacts.get(account)
      return introducer?.name ?? (person === null ? undefined : nameOf(person))
    },
    async stranger(holder, addresses, signal) {
      // Behind a relay nobody can be met by chance: then the holder learns from whom a letter comes, and mailbox.md says so.
      const direct = addresses.filter((address) => TCP.exactMatch(multiaddr(address)))
      if (direct.length > 0) return strangerAt(parts, holder, direct, signal)
      await orAborted(parts.peers().dial(holder, addresses), signal)
      return { streams, close: async () => log.debug({ holder }, 'a letter was handed in by this device itself') }
    },
  })
}

/** What became of a knock, as far as it is said now. */
function askedDoor({ state }: SentKnock): AskedDoor {
  switch (state) {
    case 'allowed':
      return 'allowed'
    case 'unreachable':
      throw new LatchError('UNREACHABLE')
    case 'sending':
    case 'asked':
    case 'working':
      return 'pending'
    default:
      return 'denied'
  }
}
