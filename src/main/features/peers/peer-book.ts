import { z } from 'zod'
import { AccountId, Address, PeerId, TimeMs } from '../../../shared/ids.ts'
import { FoundBy } from '../../../shared/model/peers.ts'
import { HOUR } from '../../../shared/units.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { MAX_ADDRESSES, MAX_PEERS } from './limits.ts'

const migrations = [
  `CREATE TABLE peers_known (
     peer_id TEXT PRIMARY KEY,
     account TEXT,
     found_by TEXT NOT NULL,
     addresses TEXT NOT NULL,
     last_seen_ms INTEGER NOT NULL
   ) STRICT`,
]

const KnownAddress = z.object({ address: Address, seenMs: TimeMs, workedMs: TimeMs.nullable() })
type KnownAddress = z.infer<typeof KnownAddress>

/** What is remembered of a peer: where it may be found, and whose device it last proved to be. */
export interface KnownPeer {
  readonly peerId: PeerId
  readonly account: AccountId | null
  readonly foundBy: readonly FoundBy[]
  /** Best first: those that worked, latest first, then those heard of. */
  readonly addresses: readonly KnownAddress[]
  readonly lastSeenMs: number
}

interface Row {
  peer_id: string
  account: string | null
  found_by: string
  addresses: string
  last_seen_ms: number
}

export interface News {
  /** Null: what it proved before does not hold any more. */
  readonly account?: AccountId | null
  readonly foundBy?: FoundBy
  readonly addresses?: readonly string[]
  /** An address that a connection was made to. */
  readonly worked?: string
  readonly seen?: boolean
}

/** Somebody heard of the same address again within this time: not worth a write. */
const SAME_NEWS_MS = HOUR

/**
 * The peers this device knows, at most MAX_PEERS: strangers least recently seen go first. In memory, and each change in
 * the database, so that whoever was here is dialled again after a restart.
 */
export class PeerBook {
  readonly #peers = new Map<PeerId, KnownPeer>()
  readonly #nowMs: () => number
  readonly #mayForget: (peer: KnownPeer) => boolean
  readonly #save: Statement<[Row]>
  readonly #remove: Statement<[string]>

  constructor(database: Database, options: { nowMs: () => number; mayForget: (peer: KnownPeer) => boolean }) {
    this.#nowMs = options.nowMs
    this.#mayForget = options.mayForget
    database.migrate('peers', migrations)
    this.#save = database.prepare<[Row]>(
      `INSERT OR REPLACE INTO peers_known (peer_id, account, found_by, addresses, last_seen_ms)
       VALUES (@peer_id, @account, @found_by, @addresses, @last_seen_ms)`,
    )
    this.#remove = database.prepare<[string]>('DELETE FROM peers_known WHERE peer_id = ?')
    for (const row of database.prepare<[], Row>('SELECT * FROM peers_known ORDER BY last_seen_ms').all()) {
      const peer = fromRow(row)
      this.#peers.set(peer.peerId, peer)
    }
  }

  get(peerId: PeerId): KnownPeer | null {
    return this.#peers.get(peerId) ?? null
  }

  all(): KnownPeer[] {
    return [...this.#peers.values()]
  }

  devicesOf(account: AccountId): PeerId[] {
    return this.all()
      .filter((peer) => peer.account === account)
      .map((peer) => peer.peerId)
  }

  /** Remembers what was learnt. `full`: every peer of a full book is one to keep, so this stranger is not taken. */
  note(peerId: PeerId, news: News): { outcome: 'noted' | 'no-news' | 'full'; forgotten: PeerId | null } {
    const nowMs = this.#nowMs()
    const known = this.#peers.get(peerId)
    let forgotten: PeerId | null = null
    if (known === undefined && this.#peers.size >= MAX_PEERS) {
      forgotten = this.#leastMissed()
      if (forgotten === null) return { outcome: 'full', forgotten: null }
      this.forget(forgotten)
    }
    const before = known ?? { peerId, account: null, foundBy: [], addresses: [], lastSeenMs: nowMs }
    const after: KnownPeer = {
      peerId,
      account: news.account === undefined ? before.account : news.account,
      foundBy: news.foundBy === undefined ? before.foundBy : [...new Set([...before.foundBy, news.foundBy])],
      addresses: mergeAddresses(before.addresses, news, nowMs),
      lastSeenMs: news.seen === true ? nowMs : before.lastSeenMs,
    }
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(after)) return { outcome: 'no-news', forgotten }
    this.#peers.set(peerId, after)
    this.#save.run(toRow(after))
    return { outcome: 'noted', forgotten }
  }

  forget(peerId: PeerId): void {
    this.#peers.delete(peerId)
    this.#remove.run(peerId)
  }

  #leastMissed(): PeerId | null {
    const candidates = this.all().filter((peer) => this.#mayForget(peer))
    const strangers = candidates.filter((peer) => peer.account === null)
    const [first] = (strangers.length > 0 ? strangers : candidates).toSorted((a, b) => a.lastSeenMs - b.lastSeenMs)
    return first?.peerId ?? null
  }
}

/**
 * At most MAX_ADDRESSES, best first. What worked outlives what was only heard of: anybody on the local network can
 * announce a peer at addresses where it is not.
 */
export function mergeAddresses(
  known: readonly KnownAddress[],
  { addresses = [], worked }: Pick<News, 'addresses' | 'worked'>,
  nowMs: number,
): KnownAddress[] {
  const merged = new Map(known.map((one) => [one.address, one]))
  for (const address of addresses.slice(0, MAX_ADDRESSES)) {
    const before = merged.get(address)
    if (before !== undefined && nowMs - before.seenMs < SAME_NEWS_MS) continue
    merged.set(address, { address, seenMs: nowMs, workedMs: before?.workedMs ?? null })
  }
  if (worked !== undefined) merged.set(worked, { address: worked, seenMs: nowMs, workedMs: nowMs })
  return [...merged.values()]
    .toSorted((a, b) => (b.workedMs ?? 0) - (a.workedMs ?? 0) || b.seenMs - a.seenMs)
    .slice(0, MAX_ADDRESSES)
}

function toRow(peer: KnownPeer): Row {
  return {
    peer_id: peer.peerId,
    account: peer.account,
    found_by: JSON.stringify(peer.foundBy),
    addresses: JSON.stringify(peer.addresses),
    last_seen_ms: peer.lastSeenMs,
  }
}

function fromRow(row: Row): KnownPeer {
  return {
    peerId: PeerId.parse(row.peer_id),
    account: AccountId.nullable().parse(row.account),
    foundBy: z.array(FoundBy).parse(JSON.parse(row.found_by)),
    addresses: z.array(KnownAddress).parse(JSON.parse(row.addresses)),
    lastSeenMs: row.last_seen_ms,
  }
}
