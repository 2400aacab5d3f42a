import type { ChatFeature } from '../features/chat/types.ts'
import type { ContactsFeature } from '../features/contacts/types.ts'
import type { DoorFeature } from '../features/door/types.ts'
import type { FilesFeature } from '../features/files/index.ts'
import type { Proof, ProofsFeature } from '../features/identity/types.ts'
import type { LedgerFeature, NetworksFeature } from '../features/ledger/types.ts'
import type { IntroductionFeature } from '../features/introduction/types.ts'
import type { MailboxFeature } from '../features/mailbox/types.ts'
import type { NamesFeature } from '../features/names/types.ts'
import type { Network, PeersFeature } from '../features/peers/index.ts'
import type { ReachFeature } from '../features/reach/types.ts'
import type { SettingsFeature } from '../features/settings/index.ts'
import type { SquareFeature } from '../features/square/types.ts'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { NameChange } from '../../shared/model/ledger.ts'
import { follow, type Watched } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'
import type { RemotePeer } from '../platform/streams.ts'
import type { SitesRoom } from './sites-room.ts'
import type { RoutingFeature } from './types.ts'

export interface WiringParts {
  readonly chat: ChatFeature
  readonly contacts: ContactsFeature
  readonly files: Pick<FilesFeature, 'connected'>
  readonly mailbox: Pick<MailboxFeature, 'connected' | 'forget' | 'introducersChanged' | 'opened' | 'proven' | 'reconsider'>
  readonly door: DoorFeature
  readonly introduction: Pick<IntroductionFeature, 'review' | 'disconnected'>
  readonly ledger: Pick<LedgerFeature, 'connected' | 'disconnected' | 'head' | 'subscribe'>
  readonly names: Pick<NamesFeature, 'connected' | 'disconnected' | 'forget' | 'reconsider' | 'onLookup'>
  readonly networks: Pick<NetworksFeature, 'subscribe'>
  readonly network: Pick<Network, 'connections' | 'subscribe'>
  readonly peers: Pick<PeersFeature, 'keepAlive'>
  readonly proofs: ProofsFeature
  readonly reach: Pick<ReachFeature, 'isIntroducer' | 'reconsider' | 'watch'>
  readonly routing: Pick<RoutingFeature, 'looked'>
  readonly settings: Pick<SettingsFeature, 'subscribe'>
  readonly sitesRoom: Pick<SitesRoom, 'disconnected' | 'exit' | 'sites'>
  readonly square: Pick<SquareFeature, 'disconnected'>
  readonly log: Log
  readonly isDemo: (account: AccountId) => boolean
  /** Whether it is this account: its other devices are talked with too. */
  readonly isOwn: (account: AccountId) => boolean
}

/** What rules may go by: whether they are a contact, and the groups they are in. */
const groupsOf = ({ petname, groups }: Pick<Person, 'petname' | 'groups'>): string =>
  JSON.stringify([petname !== null, groups])
const STRANGER = groupsOf({ petname: null, groups: [] })

/**
 * What one feature tells another:
 *
 *   a connection opens         → proofs.prove, then door.connected, ledger.connected, names.connected; chat.wake, if it is a
 *                                contact's
 *   somebody proved an account → contacts.met, reach.reconsider, exit.connected, files.connected,
 *                                mailbox.proven; chat.wake, if it is a contact
 *   a proof does not hold      → chat.disconnected, contacts.markChanged
 *   an account is revoked      → contacts.refresh, chat.ended
 *   the own devices change     → chat.groups.devicesChanged, mailbox.reconsider
 *   a connection closes        → door.disconnected; with the last of a peer proofs, chat, ledger, names, square and sites hear
 *                                of it too
 *   a better connection        → chat.move, files.connected, names.disconnected
 *   a door opened, either way  → contacts.add, chat.wake, mailbox.reconsider; mailbox.opened, where it was theirs
 *   an allowance is taken back → who was no contact before is none again, chat.disconnected
 *   who is blocked changes     → contacts.refresh, mailbox.forget
 *   who is a contact changes   → peers.keepAlive, reach.reconsider, exit.reconsider, door.reconsider; so do groups for the door
 *   whom a site is for changes → door.reconsider
 *   settings change            → door.reconsider: what disturbs, and what is told
 *   whose names are changes    → door.reconsider, chat.namesChanged, contacts.refresh; so does it when the ledger is level,
 *                                or behind, or another network is active
 *   who is met or a contact    → names.reconsider: whose names are kept fresh
 *   a network is forgotten     → names.forget
 *   a name was looked up       → routing.looked
 *   a rule changes             → introduction.review: whether anybody may use this device as an introducer; exit.reconsider:
 *                                as a way out
 *   somebody is forgotten      → door.forget: what lets them in goes too; chat.disconnected
 *
 * Gives the function that ends it.
 */
export function wire(parts: WiringParts): () => void {
  const { chat, contacts, door, files, introduction, ledger, mailbox, names, network, networks, peers, proofs, reach, routing, settings, sitesRoom, square, log } = parts
  const ending = new AbortController()
  const isConnected = (peerId: PeerId): boolean => network.connections().some((peer) => peer.peerId === peerId)

  async function connected(peer: RemotePeer): Promise<void> {
    const proof = await proofs.prove(peer.peerId, ending.signal)
    if (ending.signal.aborted || !isConnected(peer.peerId)) return
    door.connected(peer)
    ledger.connected(peer.peerId)
    names.connected(peer.peerId)
    if (proof !== null) wake(proof.account)
    if (reach.isIntroducer(peer.peerId)) mailbox.connected(peer.peerId)
  }

  function disconnected(peer: RemotePeer): void {
    door.disconnected(peer)
    introduction.disconnected(peer.peerId)
    if (isConnected(peer.peerId)) return
    const proof = proofs.of(peer.peerId)
    if (proof !== null) contacts.seen(proof.account)
    chat.disconnected(peer.peerId)
    ledger.disconnected(peer.peerId)
    names.disconnected(peer.peerId)
    square.disconnected(peer.peerId)
    sitesRoom.disconnected(peer.peerId)
    proofs.disconnected(peer.peerId)
  }

  /** Also an introducer has an account; it is nobody to talk with, unless it is a contact's device. */
  function met(peerId: PeerId, proof: Proof): void {
    if (reach.isIntroducer(peerId) && !contacts.isContact(proof.account)) return
    const { account, claimedName, devices } = proof
    contacts.met({ account, claimedName, devices, demo: parts.isDemo(account) })
  }

  /** Opening a conversation lets the other side's messages in: only with those whom this person let in, or whom a group has. */
  function wake(account: AccountId): void {
    if (contacts.isContact(account) || chat.isMate(account) || parts.isOwn(account)) chat.wake(account)
  }

  /** What rules may go by changed: whether they are a contact, and in which groups. */
  function regroup(person: Person, known: Map<AccountId, string>): void {
    const now = groupsOf(person)
    if ((known.get(person.account) ?? STRANGER) === now) return
    known.set(person.account, now)
    door.reconsider()
  }

  function keep(person: Person, kept: Set<AccountId>): void {
    const wanted = person.petname !== null && !person.blocked && person.trust !== 'revoked'
    if (wanted === kept.has(person.account)) return
    if (wanted) kept.add(person.account)
    else kept.delete(person.account)
    peers.keepAlive(person.account, wanted)
    reach.reconsider()
    names.reconsider()
    sitesRoom.exit.reconsider()
  }

  function forgotten(account: AccountId, kept: Set<AccountId>): void {
    if (kept.delete(account)) peers.keepAlive(account, false)
    door.forget(account)
    // A conversation that this side opened ends too.
    for (const peerId of proofs.devicesOf(account)) chat.disconnected(peerId)
  }

  /** Names have other owners, or what is known of them is believed, or is not, from now on. */
  function moved(changes: readonly NameChange[] | 'all'): void {
    // First of all: whatever the others make of it, nothing more goes out to whom it was not meant for.
    chat.namesChanged()
    door.reconsider()
    names.reconsider()
    const those = changes === 'all' ? contacts.list().map(({ account }) => account) : changes.flatMap(({ before, owner }) => [before, owner])
    for (const account of new Set(those)) if (account !== null) contacts.refresh(account)
  }

  let isLevel = ledger.head().sync.state === 'ready'
  const ends = [
    ledger.subscribe((event) => {
      const wasLevel = isLevel
      if (event.event === 'status-changed') isLevel = event.status.sync.state === 'ready'
      if (event.event === 'network-changed') isLevel = event.snapshot.status.sync.state === 'ready'
      if (event.event === 'names-changed') moved(event.names)
      else if (event.event === 'network-changed' || wasLevel !== isLevel) moved('all')
    }),
    networks.subscribe((event) => {
      if (event.event === 'network-forgotten') names.forget(event.id)
    }),
    names.onLookup((lookup) => routing.looked(lookup)),
    settings.subscribe(() => door.reconsider()),
    network.subscribe((event) => {
      if (event.event === 'connected') {
        connected(event.peer).catch((error: unknown) => log.error({ error }, 'a connection was not introduced'))
      } else if (event.event === 'disconnected') disconnected(event.peer)
      else if (event.event === 'better') {
        chat.move(event.peerId)
        files.connected(event.peerId)
        // What is asked next goes over the better one.
        names.disconnected(event.peerId)
        names.connected(event.peerId)
      }
    }),
    proofs.subscribe((event) => {
      if (event.event === 'proven') {
        met(event.peerId, event.proof)
        wake(event.proof.account)
        sitesRoom.exit.connected(event.peerId)
        files.connected(event.peerId)
        mailbox.proven(event.peerId)
        reach.reconsider()
        names.reconsider()
      } else {
        chat.disconnected(event.peerId)
        if (proofs.revocations.of(event.account) === null) contacts.markChanged(event.account)
      }
    }),
    proofs.onOwnList(() => {
      chat.groups.devicesChanged().catch((error: unknown) => log.error({ error }, 'groups were not told of the own devices'))
      mailbox.reconsider()
    }),
    // Its devices that are connected are disproven too; it may have none.
    proofs.revocations.subscribe(({ account }) => {
      contacts.refresh(account)
      chat.ended(account)
    }),
    door.onOpened(({ account, capability, peerId, whose }) => {
      if (capability === 'hold-mail' && whose === 'ours') mailbox.opened(peerId)
      if (capability !== 'contact') return
      contacts.add(account)
      chat.wake(account)
      mailbox.reconsider()
    }),
    door.onClosed(({ account, peerId, capability, wasContact }) => {
      if (capability !== 'contact' || wasContact) return
      contacts.forget(account)
      chat.disconnected(peerId)
      const proof = proofs.of(peerId)
      if (proof !== null) met(peerId, proof)
    }),
  ]

  const kept = new Set<AccountId>()
  const groups = new Map<AccountId, string>()
  hear(
    (signal) => contacts.watch(signal),
    (item) => {
      if (item.kind === 'snapshot') {
        for (const person of item.snapshot) {
          keep(person, kept)
          groups.set(person.account, groupsOf(person))
        }
      } else if (item.event.event === 'person-changed') {
        keep(item.event.person, kept)
        regroup(item.event.person, groups)
      } else {
        if (groups.delete(item.event.account)) door.reconsider()
        forgotten(item.event.account, kept)
      }
    },
  )
  hear(
    (signal) => reach.watch(signal),
    (item) => {
      if (item.kind === 'event' && item.event.event.startsWith('introducer-')) mailbox.introducersChanged()
    },
  )
  const audiences = new Map<string, string>()
  hear(
    (signal) => sitesRoom.sites.watch(signal),
    (item) => {
      if (item.kind === 'snapshot') for (const { name, audience } of item.snapshot.sites) audiences.set(name, audience)
      else if (item.event.event === 'site-changed') {
        const { name, audience } = item.event.site
        if (audiences.get(name) === audience) return
        audiences.set(name, audience)
        door.reconsider()
      } else if (item.event.event === 'site-gone' && audiences.delete(item.event.name)) door.reconsider()
    },
  )
  let blocked = new Set<AccountId>()
  hear(
    (signal) => door.watch(signal),
    (item) => {
      if (item.kind === 'snapshot') blocked = new Set(item.snapshot.blocked)
      else if (item.event.event === 'blocked-changed') {
        const now = new Set(item.event.blocked)
        const changed = [...now, ...blocked].filter((account) => now.has(account) !== blocked.has(account))
        blocked = now
        for (const account of changed) {
          contacts.refresh(account)
          if (now.has(account)) mailbox.forget(account)
        }
      } else if (item.event.event === 'rule-changed' || item.event.event === 'rule-removed') {
        sitesRoom.exit.reconsider()
        introduction.review().catch((error: unknown) => log.error({ error }, 'relaying could not be switched'))
      }
    },
  )

  return () => {
    ending.abort()
    for (const end of ends) end()
  }

  /** What a feature says, until this wiring ends. */
  function hear<Snapshot, Event>(
    watch: (signal: AbortSignal) => AsyncIterable<Watched<Snapshot, Event>>,
    onItem: (item: Watched<Snapshot, Event>) => void,
  ): void {
    follow(() => watch(ending.signal), onItem).catch((error: unknown) => {
      log.error({ error }, 'what one feature told another is no longer heard')
    })
  }
}
