import type { ContactsFeature } from '../features/contacts/types.ts'
import type { Keyring, ProofsFeature } from '../features/identity/types.ts'
import { checkName } from '../features/ledger/index.ts'
import type { LedgerEvent, LedgerFeature } from '../features/ledger/types.ts'
import { createNames } from '../features/names/index.ts'
import type { NamesFeature, NamesLedger, NamesPeers } from '../features/names/types.ts'
import type { Network, PeersFeature } from '../features/peers/index.ts'
import type { SettingsFeature } from '../features/settings/types.ts'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import { readAddress } from '../platform/addresses.ts'
import { deadline, type Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Gossip } from '../platform/gossip.ts'
import type { Log } from '../platform/log.ts'
import { orAborted } from '../platform/or-aborted.ts'
import type { Offence, PeerStreams } from '../platform/streams.ts'
import { createDeviceLists } from './dht-device-lists.ts'
import type { DhtRoom } from './dht-room.ts'
import { networksNow } from './interfaces.ts'
import { createRouting } from './routing.ts'
import { peersForRouting } from './routing-peers.ts'
import type { RoutingFeature } from './types.ts'
import { createWeededZones } from './weeded-zones.ts'
import { Whereabouts } from './whereabouts.ts'

/** Somebody waits to write to them; over a few hops it takes a second. */
const FIND_DEVICES_MS = 5 * SECOND

export interface NamesRoomParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly jitter: () => number
  readonly offence: Offence
  readonly streams: PeerStreams
  readonly gossip: Gossip
  readonly dht: DhtRoom
  readonly network: Network
  readonly ledger: LedgerFeature
  readonly peers: Pick<PeersFeature, 'dialInPassing' | 'list' | 'mayDial'>
  readonly proofs: Pick<ProofsFeature, 'devicesOf' | 'formerDevicesOf' | 'learn' | 'of' | 'ownList' | 'onOwnList' | 'revocations' | 'subscribe'>
  readonly contacts: Pick<ContactsFeature, 'accounts' | 'isContact'>
  readonly settings: Pick<SettingsFeature, 'get' | 'subscribe'>
  readonly keyring: Pick<Keyring, 'accountKey'>
  readonly me: { readonly account: AccountId; readonly peerId: PeerId }
}

export interface NamesRoom {
  readonly names: NamesFeature
  readonly routing: RoutingFeature
  /** Other devices, as names see them: what a zone says of addresses is judged before anybody is dialled. */
  readonly peers: NamesPeers
  /** Once proofs have started. */
  start(): Promise<void>
  /** Devices of an account by the list that the DHT has of it; none where it has none in time. Never rejects. */
  find(account: AccountId): Promise<readonly PeerId[]>
  /** In the DHT, in the place of that account's list; gives how many hold it. Never rejects. */
  revoke(account: AccountId, envelope: Uint8Array): Promise<number>
  stop(): Promise<void>
}

/**
 * Names, with what they ask of the ledger, of other devices and of people, in their own words. Serves its protocol from now
 * on. *Errors*: those of `PeerStreams.serve`.
 */
export async function createNamesRoom(parts: NamesRoomParts): Promise<NamesRoom> {
  const { clock, contacts, database, dht, gossip, keyring, ledger, me, network, offence, proofs, settings, streams } = parts
  const log = parts.log.child('names')
  const whereabouts = new Whereabouts({ network, log, networks: networksNow })
  const peers = peersForNames(parts, whereabouts)
  const names = await createNames({
    database,
    clock,
    log,
    random: parts.jitter,
    offence,
    streams,
    gossip,
    dht,
    ledger: ledgerForNames(ledger),
    peers,
    people: {
      isContact: (account) => contacts.isContact(account),
      contacts: () => contacts.accounts(),
    },
    settings,
    me: { ...me, accountKey: keyring.accountKey },
  })
  const routing = createRouting({
    clock,
    log,
    dht,
    me: me.peerId,
    peers: peersForRouting(parts),
    network: () => ({ id: ledger.network(), tld: ledger.genesis().tld }),
  })
  const lists = createDeviceLists({
    clock,
    log,
    database,
    dht,
    me,
    offence,
    random: parts.jitter,
    own: () => proofs.ownList(),
    heardOfOwn(signed) {
      proofs.learn(signed).catch((error: unknown) => log.error({ error }, 'a list of own devices was not joined'))
    },
    heardRevoked(envelope) {
      proofs.revocations.heard(envelope).catch((error: unknown) => log.error({ error }, 'a revocation was not kept'))
    },
  })
  const givenUp = (): PeerId[] => proofs.formerDevicesOf(me.account)
  const weeded = createWeededZones({ names, clock, log, random: parts.jitter, revoked: () => (givenUp().includes(me.peerId) ? [] : givenUp()) })
  let unlisten = (): void => {}
  return {
    names,
    routing,
    peers,
    async revoke(account, envelope) {
      const limit = deadline(clock, FIND_DEVICES_MS, 'telling of a revocation')
      return lists.revoke(account, envelope, limit.signal).catch(() => 0).finally(limit.release)
    },
    async start() {
      lists.start()
      // That a device is lost, or new, does not wait for the next look.
      unlisten = proofs.onOwnList(() => {
        lists.changed()
        weeded.changed()
      })
      await names.start()
      weeded.start()
    },
    async find(account) {
      const limit = deadline(clock, FIND_DEVICES_MS, 'looking for devices')
      try {
        const signed = await lists.deviceListOf(account, limit.signal)
        if (signed === null) return []
        await proofs.learn(signed)
        return proofs.devicesOf(account)
      } catch (error) {
        log.debug({ error }, 'no list of devices was found')
        return []
      } finally {
        limit.release()
      }
    },
    async stop() {
      routing.stop()
      unlisten()
      weeded.stop()
      await lists.stop()
      await names.stop()
      whereabouts.stop()
    },
  }
}

function ledgerForNames(ledger: LedgerFeature): NamesLedger {
  return {
    active() {
      const { tld, rules } = ledger.genesis()
      return { id: ledger.network(), tld, rules }
    },
    checkName,
    head: () => ledger.tip(),
    name: (name) => ledger.name(name),
    names: (account) => ledger.names(account),
    offers: () => ledger.offers(),
    isEnded: () => ledger.isEnded(),
    submit: (what, signal) => ledger.submit(what, signal),
    entry: (id) => ledger.entry(id),
    entries: (filter) => ledger.entries(filter),
    onChanged(listener) {
      let state = ledger.tip().sync.state
      return ledger.subscribe((event) => {
        const now = ledger.tip().sync.state
        const what = changeIn(event)
        if (what !== null) listener(what)
        else if (now !== state) listener('sync')
        state = now
      })
    },
  }
}

function changeIn({ event }: LedgerEvent): 'block' | 'names' | 'entry' | 'network' | null {
  switch (event) {
    case 'block-added':
      return 'block'
    case 'names-changed':
      return 'names'
    case 'entry-changed':
      return 'entry'
    case 'network-changed':
      return 'network'
    default:
      return null
  }
}

function peersForNames({ dht, me, network, peers, proofs }: NamesRoomParts, whereabouts: Whereabouts): NamesPeers {
  const isConnected = (peerId: PeerId): boolean => whereabouts.connection(peerId) !== null
  return {
    connected: () => whereabouts.connected(),
    known: () => [...new Set([...dht.known(), ...whereabouts.known()])].filter((peerId) => peers.mayDial(peerId)),
    addressesOf: (peerId) => (peerId === me.peerId ? forAnybody(network.listening()) : whereabouts.of(peerId)),
    mayTell: (_, address, asker) => whereabouts.mayTell(address, asker),
    devicesOf: (account) => proofs.devicesOf(account),
    async connect(peerId, addresses, signal) {
      if (isConnected(peerId)) return
      await orAborted(peers.dialInPassing(peerId, whereabouts.worthDialling(addresses)), signal)
    },
    connection(peerId) {
      const peer = whereabouts.connection(peerId)
      return peer === null ? null : { peer, rttMs: null }
    },
    ping: (peerId, signal) => network.ping(peerId, signal),
  }
}

/** What a zone may say of this device: everybody of the network reads it. */
function forAnybody(listening: readonly string[]): string[] {
  return listening.filter((address) => {
    const reach = readAddress(address)?.reach
    return reach === 'public' || reach === 'relayed'
  })
}
