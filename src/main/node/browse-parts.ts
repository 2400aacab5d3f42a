import { join } from 'node:path'
import type { BrowseParts } from '../features/browse/types.ts'
import type { CopiesFeature } from '../features/copies/types.ts'
import { refusalOf as exitRefusalOf } from '../features/exit/index.ts'
import type { ExitFeature } from '../features/exit/types.ts'
import { refusalOf } from '../features/sites/index.ts'
import type { SitesFeature } from '../features/sites/types.ts'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import { nameOf } from '../../shared/model/contacts.ts'
import type { SiteName } from '../../shared/model/sites.ts'
import { SECOND } from '../../shared/units.ts'
import type { Clock } from '../platform/clock.ts'
import type { SitesRoomParts } from './sites-room.ts'

/** A round trip is shown, and nothing depends on it: it is not looked for at each part of a page. */
const ROUND_TRIP_KEPT_MS = 2 * SECOND

interface Parts extends SitesRoomParts {
  readonly sites: SitesFeature
  readonly copies: CopiesFeature
  readonly exit: ExitFeature
}

/** What browsing asks of the other features, in its own words. */
export function browseParts(parts: Parts): BrowseParts {
  const { clock, config, contacts, copies, database, door, exit, ledger, me, names, namesPeers, proofs, random, settings, sites } = parts
  const called = (account: AccountId): string | null => {
    const person = contacts.get(account)
    return person === null ? null : nameOf(person)
  }
  const roundTrip = roundTrips(parts.peers, clock)
  return {
    database,
    clock,
    log: parts.log.child('browse'),
    random,
    names: {
      network: () => ({ id: ledger.network(), tld: ledger.genesis().tld }),
      lookup: (text, options) => names.lookup(text, options),
      onChanged(listener) {
        let isLevel = true
        // Whose a name is nobody says while the ledger is behind: what was found before holds no longer.
        const leveled = (isNow: boolean): void => {
          if (isLevel && !isNow) listener(null)
          isLevel = isNow
        }
        const ends = [
          names.subscribe((event) => {
            if (event.event === 'zone-heard') listener(event.fullName)
            else if (event.event === 'name-changed') listener(event.name.fullName)
            else if (event.event === 'network-changed') listener(null)
          }),
          ledger.subscribe((event) => {
            if (event.event === 'status-changed') leveled(event.status.sync.state === 'ready')
            if (event.event !== 'names-changed') return
            const { tld } = ledger.genesis()
            for (const { name } of event.names) listener(`${name}.${tld}`)
          }),
        ]
        return () => ends.forEach((end) => end())
      },
    },
    sites: {
      fetchFrom: (...asked) => sites.fetchFrom(...asked),
      connectTo: (...asked) => sites.connectTo(...asked),
      isHere: (site) => sites.isHere(site),
      fetchHere: (...asked) => sites.fetchHere(...asked),
      connectHere: (...asked) => sites.connectHere(...asked),
      refusalOf: siteRefusalOf,
    },
    copies: { open: (site, zoned, signal) => openCopy(copies, site, zoned, signal) },
    peers: {
      me: me.peerId,
      devicesOf: (account) => proofs.devicesOf(account),
      connect: (peerId, addresses, signal) => namesPeers.connect(peerId, addresses, signal),
      connection(peerId) {
        const connection = namesPeers.connection(peerId)
        return connection === null ? null : { peer: connection.peer, rttMs: roundTrip(peerId) }
      },
    },
    people: {
      me: me.account,
      isContact: (account) => contacts.isContact(account),
      called,
      names: () =>
        [me.account, ...contacts.accounts()].flatMap((owner) =>
          ledger
            .namesOf(owner)
            .map(({ name }) => ({ fullName: name, owner, called: called(owner) ?? '', isMine: owner === me.account })),
        ),
    },
    door: {
      load: ({ owner, peerId, site: page }, { site, path }, signal, onKnock) =>
        door.ask(
          'load',
          { account: owner, peerId, peer: namesPeers.connection(peerId)?.peer ?? null, site: page },
          { name: site, path, bytes: null },
          signal,
          onKnock,
        ),
      file: ({ owner, peerId }, name, bytes) => door.judge('file', { account: owner, peerId }, { name, bytes, path: null }),
      took: ({ owner, peerId }, name, bytes) => door.took('file', { account: owner, peerId }, { name, bytes, path: null }),
    },
    exits: {
      find: (peerId) => exit.list().find((one) => one.peerId === peerId) ?? null,
      open: (...asked) => exit.open(...asked),
      refusalOf: exitRefusalOf,
    },
    settings: {
      get: () => settings.get(),
      set: (change) => void settings.set(change),
      subscribe: (listener) => settings.subscribe(listener),
    },
    downloadsFolder: config.downloads ?? join(config.dataFolder, 'downloads'),
  }
}

/** Another version of Latch there is no more than another use of the stream. */
function siteRefusalOf(error: unknown): ReturnType<BrowseParts['sites']['refusalOf']> {
  const code = refusalOf(error)
  return code === 'version' ? 'unsupported' : code
}

/** An older version is older than its zone: when it was kept here says more of its age. */
async function openCopy(
  copies: CopiesFeature,
  site: SiteName,
  zoned: Parameters<BrowseParts['copies']['open']>[1],
  signal?: AbortSignal,
): ReturnType<BrowseParts['copies']['open']> {
  const opened = await copies.open(site, zoned, signal)
  if (opened.cid === zoned.cid) return opened
  const kept = copies.list().find((copy) => copy.site === site)
  return {
    ...opened,
    keptMs: kept?.keptMs ?? 0,
    get holders() {
      return opened.holders
    },
  }
}

function roundTrips(peers: SitesRoomParts['peers'], clock: Clock): (peerId: PeerId) => number | null {
  let kept = new Map<PeerId, number | null>()
  let keptMs = -Infinity
  return (peerId) => {
    if (clock.monotonicMs() - keptMs > ROUND_TRIP_KEPT_MS) {
      kept = new Map(peers.list().map((peer) => [peer.peerId, peer.rttMs]))
      keptMs = clock.monotonicMs()
    }
    return kept.get(peerId) ?? null
  }
}
