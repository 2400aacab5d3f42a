import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { NetworkId } from '../../../shared/model/ledger.ts'
import type { Post, PostId, Room, RoomName } from '../../../shared/model/square.ts'
import type { Watched } from '../../platform/feed.ts'

export interface SquareSnapshot {
  rooms: Room[]
  muted: AccountId[]
}

export type SquareEvent =
  | { event: 'room-changed'; room: Room }
  | { event: 'room-left'; name: RoomName }
  | { event: 'post-changed'; post: Post }
  | { event: 'muted-changed'; muted: AccountId[] }
  | { event: 'network-changed'; snapshot: SquareSnapshot }

/** The public rooms of the active network. Errors: LatchError NOT_FOUND (no such room or message), BUSY (too many). */
export interface SquareFeature {
  start(): Promise<void>
  stop(): Promise<void>
  rooms(): Room[]
  enter(room: RoomName): Room
  leave(room: RoomName): void
  /** Newest first, without those of muted accounts. */
  posts(room: RoomName, before: PostId | undefined, limit: number): Post[]
  /** Errors: LatchError BUSY, where an author may not say more so soon; TOO_LARGE. */
  post(room: RoomName, text: string): Promise<Post>
  /** Asks back along its way how many hops it took. */
  trace(id: PostId, signal?: AbortSignal): Promise<Post>
  markRead(room: RoomName): Room
  mute(account: AccountId, muted: boolean): AccountId[]
  muted(): AccountId[]
  watch(signal?: AbortSignal): AsyncIterable<Watched<SquareSnapshot, SquareEvent>>
  /** The rooms of another network from now on. */
  use(network: NetworkId): void
  disconnected(peerId: PeerId): void
}
