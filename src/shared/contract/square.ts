import { z } from 'zod'
import { AccountId } from '../ids.ts'
import { Post, PostId, PostText, Room, RoomName } from '../model/square.ts'
import { base, watched } from './base.ts'

export const SquareSnapshot = z.object({ rooms: z.array(Room), muted: z.array(AccountId) })
export type SquareSnapshot = z.infer<typeof SquareSnapshot>

export const SquareEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('room-changed'), room: Room }),
  z.object({ event: z.literal('room-left'), name: RoomName }),
  /** A new one, or one of which more is known. */
  z.object({ event: z.literal('post-changed'), post: Post }),
  z.object({ event: z.literal('muted-changed'), muted: z.array(AccountId) }),
  /** Another network is active, with rooms of its own. */
  z.object({ event: z.literal('network-changed'), snapshot: SquareSnapshot }),
])
export type SquareEvent = z.infer<typeof SquareEvent>

const tags = ['square']
const one = z.object({ room: RoomName })

export const square = {
  rooms: base.route({ method: 'GET', path: '/square/rooms', tags, summary: 'The rooms that you are in' }).output(z.array(Room)),
  enter: base
    .route({ method: 'PUT', path: '/square/rooms/{room}', tags, summary: 'Enter a room of the active network; whoever is in it hears you' })
    .input(one)
    .output(Room),
  leave: base
    .route({ method: 'DELETE', path: '/square/rooms/{room}', tags, summary: 'Leave a room. What was read stays until it is entered again, or for 30 days' })
    .input(one)
    .output(one),
  posts: base
    .route({ method: 'GET', path: '/square/rooms/{room}/posts', tags, summary: 'Messages of a room, newest first, without those of muted accounts' })
    .input(
      one.extend({
        before: PostId.optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
    )
    .output(z.array(Post)),
  post: base
    .route({ method: 'POST', path: '/square/rooms/{room}/posts', tags, summary: 'Say something to everybody in a room' })
    .input(one.extend({ text: PostText }))
    .output(Post),
  trace: base
    .route({ method: 'GET', path: '/square/posts/{id}', tags, summary: 'One message; how many hops it took is asked for, back along its way' })
    .input(z.object({ id: PostId }))
    .output(Post),
  markRead: base
    .route({ method: 'POST', path: '/square/rooms/{room}/read', tags, summary: 'Everything in a room was read' })
    .input(one)
    .output(Room),
  mute: base
    .route({ method: 'PUT', path: '/square/muted/{account}', tags, summary: 'Hide what an account says in rooms, or show it again. It is passed on all the same' })
    .input(z.object({ account: AccountId, muted: z.boolean() }))
    .output(z.object({ muted: z.array(AccountId) })),
  muted: base.route({ method: 'GET', path: '/square/muted', tags, summary: 'Muted accounts' }).output(z.array(AccountId)),
  watch: base
    .route({ method: 'GET', path: '/square/events', tags, summary: 'Rooms and messages as they come' })
    .output(watched(SquareSnapshot, SquareEvent)),
}
