import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { createBrowse, errorCodeOf, OpenError } from '../features/browse/index.ts'
import type { BrowseFeature } from '../features/browse/types.ts'
import { createCopies } from '../features/copies/index.ts'
import type { CopiesFeature } from '../features/copies/types.ts'
import type { ContactsFeature } from '../features/contacts/types.ts'
import type { Audience, DoorFeature } from '../features/door/types.ts'
import { createExit } from '../features/exit/index.ts'
import type { ExitFeature } from '../features/exit/types.ts'
import type { ProofsFeature } from '../features/identity/types.ts'
import type { LedgerFeature } from '../features/ledger/types.ts'
import type { NamesFeature, NamesPeers } from '../features/names/types.ts'
import type { Network, PeersFeature } from '../features/peers/index.ts'
import type { ReachFeature } from '../features/reach/types.ts'
import type { SettingsFeature } from '../features/settings/types.ts'
import { createSites, defaultFor } from '../features/sites/index.ts'
import type { SitesFeature } from '../features/sites/types.ts'
import { LatchError } from '../../shared/errors.ts'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import { nameOf } from '../../shared/model/contacts.ts'
import { letsIn } from '../../shared/model/door.ts'
import type { SiteName } from '../../shared/model/sites.ts'
import { readAddress } from '../platform/addresses.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Dht } from '../platform/dht.ts'
import type { Log } from '../platform/log.ts'
import type { Offence, PeerStreams } from '../platform/streams.ts'
import { networksNow } from './interfaces.ts'
import type { NodeConfig } from './types.ts'
import { browseParts } from './browse-parts.ts'
import { createSiteZones, placeInZone, whyNotMine } from './site-zones.ts'

export interface SitesRoomParts {
  readonly config: Pick<NodeConfig, 'dataFolder' | 'downloads'>
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
  readonly jitter: () => number
  readonly streams: PeerStreams
  readonly offence: Offence
  readonly dht: Dht
  readonly network: Pick<Network, 'listening'>
  readonly ledger: Pick<LedgerFeature, 'genesis' | 'namesOf' | 'network' | 'subscribe'>
  readonly names: NamesFeature
  readonly namesPeers: NamesPeers
  readonly peers: Pick<PeersFeature, 'list'>
  readonly proofs: Pick<ProofsFeature, 'devicesOf' | 'of'>
  readonly contacts: Pick<ContactsFeature, 'accounts' | 'get' | 'isContact'>
  readonly door: Pick<DoorFeature, 'admits' | 'ask' | 'judge' | 'rules' | 'stays' | 'took'>
  readonly reach: Pick<ReachFeature, 'connectivity'>
  readonly settings: Pick<SettingsFeature, 'get' | 'set' | 'subscribe'>
  /** Ports at which whoever hosts this node listens. */
  readonly ownPorts: ReadonlySet<number>
  readonly me: { readonly account: AccountId; readonly peerId: PeerId }
}

export interface SitesRoom {
  readonly sites: SitesFeature
  readonly copies: CopiesFeature
  readonly browse: BrowseFeature
  readonly exit: ExitFeature
  /** Once names have started. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Whom a site of this device is for; null: none is shown under that name. */
  audienceOf(site: string | null): Audience | null
  /** The last connection of a device closed. */
  disconnected(peerId: PeerId): void
}

/** Sites, one's own and others', with what they ask of names, doors and people, in their own words. */
export function createSitesRoom(parts: SitesRoomParts): SitesRoom {
  const { clock, config, contacts, database, dht, door, ledger, log, me, names, namesPeers, network, offence, proofs, streams } = parts
  const who = (peerId: PeerId) => {
    const account = proofs.of(peerId)?.account
    if (account === undefined) return null
    const person = contacts.get(account)
    return { account, isContact: contacts.isContact(account), called: person === null ? account.slice(-8) : nameOf(person) }
  }
  const connect = (peerId: PeerId, signal: AbortSignal): Promise<void> => namesPeers.connect(peerId, [], signal)
  const basis = { database, clock, streams, offence }

  const copies = createCopies({
    ...basis,
    log: log.child('copies'),
    folder: join(config.dataFolder, 'copies'),
    random: parts.jitter,
    admits: (peer, site, signal) => door.admits('visit', peer, { name: site, path: null, bytes: null }, signal, copyDefault(site)),
    async zoned(site, signal) {
      const found = await browse.opening.find(site, { signal }).catch((error: unknown) => {
        throw error instanceof OpenError ? new LatchError(errorCodeOf(error.facts.code), error.message, { cause: error }) : error
      })
      const devices = found.devices.map(({ peerId }) => peerId)
      const { shownAs = site, owner, cid, zone } = found
      return { shownAs, owner, cid, signedMs: zone.issuedAtMs, devices }
    },
    candidates: () => {
      const others = (peers: readonly PeerId[]): PeerId[] => peers.filter((peerId) => peerId !== me.peerId)
      const ofContacts = contacts.accounts().flatMap((account) => proofs.devicesOf(account))
      return { ofContacts: others(ofContacts), connected: others(namesPeers.connected()) }
    },
    isContact: (peerId) => who(peerId)?.isContact === true,
    connect,
    dht,
  })
  const sites = createSites({
    ...basis,
    log: log.child('sites'),
    admits: (peer, { site, path }, otherwise, signal) => door.admits('visit', peer, { name: site, path, bytes: null }, signal, otherwise),
    who,
    me,
    zones: createSiteZones({
      names,
      tld: () => ledger.genesis().tld,
      me: me.peerId,
      // Everybody of the network reads it: no address of a private network stands there.
      addresses: () => namesPeers.addressesOf(me.peerId),
    }),
    maker: copies.maker,
    network: () => ledger.network(),
    refusesName,
    ownFolder: config.dataFolder,
    ownPorts: () => {
      const listening = network.listening().map((address) => readAddress(address)?.tcpPort ?? null)
      const { gatewayPort, dnsPort } = parts.settings.get()
      return [...parts.ownPorts, ...listening.filter((port) => port !== null), gatewayPort, dnsPort]
    },
    platform: process.platform,
  })
  const exit = createExit({
    ...basis,
    log: log.child('exit'),
    admits: (peer, host, signal) => door.admits('exit', peer, { name: host, path: null, bytes: null }, signal),
    who,
    stays: (peer, host) => door.stays('exit', peer, { name: host, path: null, bytes: null }),
    networks: networksNow,
    seenAs: () => {
      const { nat, upnp } = parts.reach.connectivity()
      const read = [...network.listening(), upnp.address ?? ''].map((address) => readAddress(address))
      const own = read.flatMap((one) => (one === null || one.reach === 'relayed' ? [] : (one.ip ?? [])))
      return [...own, ...(nat.seenAs === null ? [] : [withoutPort(nat.seenAs)])]
    },
    named: () => door.rules().flatMap(({ capability, match }) => (capability === 'exit' || capability === 'anything' ? (match.name ?? []) : [])),
    ownTlds: () => [ledger.genesis().tld],
    isOffered: () =>
      door.rules().some(({ capability, enabled, verdict }) => enabled && capability === 'exit' && letsIn(verdict)),
    devices: () => {
      const connected = new Set(namesPeers.connected())
      return contacts.accounts().flatMap((account) => {
        const person = contacts.get(account)
        const called = person === null ? account.slice(-8) : nameOf(person)
        return proofs.devicesOf(account).map((peerId) => ({ peerId, account, called, isConnected: connected.has(peerId) }))
      })
    },
    connect,
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    async dial(ip, port, signal) {
      const socket = connectTcp({ host: ip, port, allowHalfOpen: true, noDelay: true })
      await once(socket, 'connect', { signal }).catch((error: unknown) => {
        socket.destroy()
        throw error
      })
      return socket
    },
  })
  let unfollow = (): void => {}
  const browse = createBrowse(browseParts({ ...parts, sites, copies, exit }))

  return {
    sites,
    copies,
    browse,
    exit,
    async start() {
      unfollow = names.subscribe((event) => {
        if (event.event === 'zone-heard') heard(event.fullName)
      })
      await copies.start()
      await sites.start()
      await exit.start()
      await browse.start()
    },
    async stop() {
      unfollow()
      await browse.stop()
      await exit.stop()
      await sites.stop()
      await copies.stop()
    },
    audienceOf(site) {
      const here = sites.list().find(({ name }) => name === site && sites.isHere(name))
      return here === undefined ? null : ({ isContact }) => defaultFor(here.audience, isContact)
    },
    disconnected(peerId) {
      sites.disconnected(peerId)
      copies.disconnected(peerId)
      exit.disconnected(peerId)
    },
  }

  /** A newer zone of a name: whether what is kept of its sites is still what its owner shows. */
  function heard(fullName: string): void {
    for (const { site } of copies.list()) {
      if (site !== fullName && !site.endsWith(`.${fullName}`)) continue
      browse.opening.find(site).then(
        (found) => copies.zoneHeard(site, found),
        // It is told when somebody asks for it.
        (error: unknown) => log.debug({ site, error }, 'what a site shows now was not found out'),
      )
    }
  }

  /** Names of this account on the ledger, and whatever stands before them. */
  function refusesName(site: SiteName): string | null {
    const { tld } = ledger.genesis()
    const place = placeInZone(site, tld)
    if (place === null && site.endsWith(`.${tld}`)) return `${site} is no name that anybody can own: before .${tld} stand 3 to 63 letters a to z, digits and hyphens, and no hyphen at either end.`
    if (place === null) return `${site} is no name of this network: its names end in .${tld}.`
    const fullName = `${place.name}.${tld}`
    const isMine = ledger.namesOf(me.account).some(({ name }) => name === fullName)
    return isMine ? null : whyNotMine(site, place, ledger.namesOf(me.account), tld)
  }

  /** A copy is made of what anybody may see; whoever keeps one gives it on under its name all the same. */
  function copyDefault(site: SiteName): () => 'allow' | 'deny' {
    return () => (copies.isGiven(site) ? 'allow' : 'deny')
  }
}

/** `1.2.3.4` of `1.2.3.4:5`, `2001:db8::1` of `[2001:db8::1]:5`. */
function withoutPort(text: string): string {
  return text.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
}
