import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../ids.ts'
import { NetworkId } from './ledger.ts'

/** A public room of a network, by its name alone: whoever enters the same name is in the same room. */
export const RoomName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'a room is 1 to 32 small letters, digits and hyphens')
  .brand('RoomName')
export type RoomName = z.infer<typeof RoomName>

/** The SHA-256 of the message as it was broadcast, hex: its id in the whole network. */
export const PostId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'not the id of a message in a room')
  .brand('PostId')
export type PostId = z.infer<typeof PostId>

/** ≤ 2,048 bytes of UTF-8; the schema counts UTF-16 units, the wire bytes. */
export const PostText = z.string().trim().min(1).max(2048)

export const Room = z.object({
  network: NetworkId,
  name: RoomName,
  /** Devices next to this one that are in it too. */
  peers: z.int().nonnegative(),
  unread: z.int().nonnegative(),
  last: z.object({ author: AccountId, text: z.string(), sentAtMs: TimeMs }).nullable(),
  enteredMs: TimeMs,
})
export type Room = z.infer<typeof Room>

/** How a message came here. */
export const PostPath = z.object({
  /** 0: written here. 1: from its author's own device. Null: not asked yet, or those between would not say. */
  hops: z.int().nonnegative().nullable(),
  /** Which peer handed it over first; null: written here. */
  from: PeerId.nullable(),
  /** Arrival on this device's clock less sending on its author's: delay and difference of clocks together. */
  delayMs: z.number(),
  /** How often it came, the first included. */
  copies: z.int().positive(),
})
export type PostPath = z.infer<typeof PostPath>

export const Post = z.object({
  id: PostId,
  room: RoomName,
  author: AccountId,
  /** What its author calls themselves, in the message. Nothing proves it. */
  claimedName: z.string(),
  /** Compare with those on the author's own screen: from both account keys. Empty for your own. */
  safetyWords: z.array(z.string()),
  text: z.string(),
  sentAtMs: TimeMs,
  receivedMs: TimeMs,
  mine: z.boolean(),
  path: PostPath,
})
export type Post = z.infer<typeof Post>
