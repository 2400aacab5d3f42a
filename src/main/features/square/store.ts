import { AccountId, PeerId } from '../../../shared/ids.ts'
import type { NetworkId } from '../../../shared/model/ledger.ts'
import { PostId, RoomName } from '../../../shared/model/square.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { KEPT_FOR_MS, MAX_LEFT_ROOMS, MAX_MUTED, MAX_POSTS, MAX_POSTS_OF_ROOM } from './limits.ts'
import { migrations } from './migrations.ts'

/** A message as it is kept. */
export interface StoredPost {
  readonly id: PostId
  readonly network: string
  readonly room: RoomName
  readonly author: AccountId
  readonly claimedName: string
  readonly text: string
  readonly sentMs: number
  readonly receivedMs: number
  readonly mine: boolean
  readonly peer: PeerId | null
  readonly hops: number | null
  readonly copies: number
}

interface Row {
  n: number
  network: string
  room: string
  id: string
  author: string
  claimed_name: string
  text: string
  sent_ms: number
  received_ms: number
  mine: number
  peer: string | null
  hops: number | null
  copies: number
}

const SHOWN = 'network = ? AND room = ? AND author NOT IN (SELECT account FROM square_muted)'

/** Rooms, messages and muted accounts on the disk, and how many of them there may be. */
export class SquareStore {
  readonly #database: Database
  readonly #add: Statement<[Omit<Row, 'n' | 'copies'>]>
  readonly #one: Statement<[string], Row>
  readonly #page: Statement<[string, string, number, number], Row>
  readonly #unread: Statement<[string, string, string, string], { unread: number }>
  readonly #overfull: Statement<[string, string, string, string, number]>
  readonly #overall: Statement<[number]>
  readonly #copies: Statement<[number, string]>
  readonly #hops: Statement<[number, string]>

  constructor(database: Database) {
    database.migrate('square', migrations)
    this.#database = database
    this.#add = database.prepare(
      `INSERT OR IGNORE INTO square_posts (network, room, id, author, claimed_name, text, sent_ms, received_ms, mine, peer, hops)
       VALUES (@network, @room, @id, @author, @claimed_name, @text, @sent_ms, @received_ms, @mine, @peer, @hops)`,
    )
    this.#one = database.prepare('SELECT * FROM square_posts WHERE id = ?')
    this.#page = database.prepare(`SELECT * FROM square_posts WHERE ${SHOWN} AND n < ? ORDER BY n DESC LIMIT ?`)
    this.#unread = database.prepare(
      `SELECT count(*) AS unread FROM square_posts
       WHERE ${SHOWN} AND mine = 0 AND n > (SELECT read FROM square_rooms WHERE network = ? AND name = ?)`,
    )
    this.#overfull = database.prepare(
      `DELETE FROM square_posts WHERE network = ? AND room = ? AND n <=
         (SELECT n FROM square_posts WHERE network = ? AND room = ? ORDER BY n DESC LIMIT 1 OFFSET ?)`,
    )
    this.#overall = database.prepare(
      'DELETE FROM square_posts WHERE n <= (SELECT n FROM square_posts ORDER BY n DESC LIMIT 1 OFFSET ?)',
    )
    this.#copies = database.prepare('UPDATE square_posts SET copies = copies + ? WHERE id = ?')
    this.#hops = database.prepare('UPDATE square_posts SET hops = ? WHERE id = ?')
  }

  /** Rooms of a network that are entered, the earliest first. */
  rooms(network: NetworkId): { name: RoomName; enteredMs: number }[] {
    return this.#database
      .prepare<[string], { name: string; entered_ms: number }>(
        'SELECT name, entered_ms FROM square_rooms WHERE network = ? AND left_ms IS NULL ORDER BY entered_ms, name',
      )
      .all(network)
      .map(({ name, entered_ms: enteredMs }) => ({ name: RoomName.parse(name), enteredMs }))
  }

  /** Whether any room of it was ever entered here. */
  isKnown(network: NetworkId): boolean {
    return this.#database.prepare<[string]>('SELECT 1 FROM square_rooms WHERE network = ? LIMIT 1').get(network) !== undefined
  }

  enter(network: NetworkId, name: RoomName, nowMs: number): void {
    this.#database
      .prepare<[string, string, number]>(
        `INSERT INTO square_rooms (network, name, entered_ms) VALUES (?, ?, ?)
         ON CONFLICT (network, name) DO UPDATE SET entered_ms = excluded.entered_ms, left_ms = NULL`,
      )
      .run(network, name, nowMs)
  }

  leave(network: NetworkId, name: RoomName, nowMs: number): void {
    this.#database.transaction(() => {
      this.#database
        .prepare<[number, string, string]>('UPDATE square_rooms SET left_ms = ? WHERE network = ? AND name = ?')
        .run(nowMs, network, name)
      this.#database
        .prepare<[number]>(
          `DELETE FROM square_rooms WHERE left_ms <= (SELECT left_ms FROM square_rooms WHERE left_ms IS NOT NULL
             ORDER BY left_ms DESC LIMIT 1 OFFSET ?)`,
        )
        .run(MAX_LEFT_ROOMS)
    })
  }

  markRead(network: NetworkId, name: RoomName): void {
    this.#database
      .prepare<[string, string]>(
        'UPDATE square_rooms SET read = (SELECT coalesce(max(n), 0) FROM square_posts) WHERE network = ? AND name = ?',
      )
      .run(network, name)
  }

  unread(network: NetworkId, name: RoomName): number {
    return this.#unread.get(network, name, network, name)?.unread ?? 0
  }

  /** Whether it is new here. The oldest of too many go. */
  add(post: Omit<StoredPost, 'copies'>): boolean {
    const { network, room } = post
    return this.#database.transaction(() => {
      const isNew = this.#add.run(toRow(post)).changes > 0
      if (isNew) {
        this.#overfull.run(network, room, network, room, MAX_POSTS_OF_ROOM)
        this.#overall.run(MAX_POSTS)
      }
      return isNew
    })
  }

  get(id: PostId): StoredPost | null {
    const row = this.#one.get(id)
    return row === undefined ? null : fromRow(row)
  }

  /** Newest first, without those of muted accounts. */
  page(network: NetworkId, room: RoomName, before: PostId | undefined, limit: number): StoredPost[] {
    const below = before === undefined ? Number.MAX_SAFE_INTEGER : (this.#one.get(before)?.n ?? 0)
    return this.#page.all(network, room, below, limit).map(fromRow)
  }

  addCopies(copies: ReadonlyMap<PostId, number>): void {
    this.#database.transaction(() => {
      for (const [id, count] of copies) this.#copies.run(count, id)
    })
  }

  setHops(id: PostId, hops: number): void {
    this.#hops.run(hops, id)
  }

  muted(): AccountId[] {
    return this.#database
      .prepare<[], { account: string }>('SELECT account FROM square_muted ORDER BY n')
      .all()
      .map(({ account }) => AccountId.parse(account))
  }

  /** The first of too many is heard again. */
  mute(account: AccountId, muted: boolean): void {
    this.#database.transaction(() => {
      if (!muted) return void this.#database.prepare<[string]>('DELETE FROM square_muted WHERE account = ?').run(account)
      this.#database.prepare<[string]>('INSERT OR IGNORE INTO square_muted (account) VALUES (?)').run(account)
      this.#database
        .prepare<[number]>('DELETE FROM square_muted WHERE n <= (SELECT n FROM square_muted ORDER BY n DESC LIMIT 1 OFFSET ?)')
        .run(MAX_MUTED)
    })
  }

  /** What came too long ago. */
  prune(nowMs: number): void {
    this.#database.prepare<[number]>('DELETE FROM square_posts WHERE received_ms < ?').run(nowMs - KEPT_FOR_MS)
  }
}

function toRow(post: Omit<StoredPost, 'copies'>): Omit<Row, 'n' | 'copies'> {
  const { network, room, id, author, text, peer, hops } = post
  return {
    network, room, id, author, text, peer, hops,
    claimed_name: post.claimedName,
    sent_ms: Math.round(post.sentMs),
    received_ms: Math.round(post.receivedMs),
    mine: post.mine ? 1 : 0,
  }
}

function fromRow(row: Row): StoredPost {
  return {
    id: PostId.parse(row.id),
    network: row.network,
    room: RoomName.parse(row.room),
    author: AccountId.parse(row.author),
    claimedName: row.claimed_name,
    text: row.text,
    sentMs: row.sent_ms,
    receivedMs: row.received_ms,
    mine: row.mine === 1,
    peer: PeerId.nullable().parse(row.peer),
    hops: row.hops,
    copies: row.copies,
  }
}
