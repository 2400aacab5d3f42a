import { z } from 'zod'
import { AccountId, MessageId, PeerId, TimeMs } from '../../../shared/ids.ts'
import { DisappearAfter, Emoji, MAX_MENTIONS, MessageText } from '../../../shared/model/chat.ts'
import { FileOffer, MAX_FILES_A_MESSAGE } from '../../../shared/model/files.ts'
import { GroupHistory, GroupTitle, MAX_PICTURE_BYTES } from '../../../shared/model/groups.ts'
import { MAX_CONTENT_BYTES, MAX_DEVICES_BYTES, MAX_LOGS, MAX_NAMED_IDS } from './constants.ts'

/*
 * What an entry can say. What people write stands in a content block beside the entry and can be erased; the rest stands
 * in the entry itself, and stays as long as its log.
 */

/** Position in a device's log, from 1. */
export const Seq = z.int().positive()

const bytesOf = (size: number): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === size, `not ${size} bytes`)
const bytesUpTo = (size: number): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength <= size, `more than ${size} bytes`)

/** A content block's name: the SHA-256 of its bytes. */
const ContentHash = bytesOf(32)

/** Read up to and with these entries of logs of others. */
const Reached = z.object({ device: PeerId, seq: Seq })

// In the entry

/** As the first version wrote them: the words in the entry itself. Still read; not written any more. */
export const MessageBody = z.object({ kind: z.literal('message'), text: MessageText })

export const ReceiptBody = z.object({ kind: z.literal('receipt'), readUpTo: z.array(Reached).min(1).max(MAX_LOGS) })

/** What is said is in the content block of that name. */
export const PostBody = z.object({
  kind: z.literal('post'),
  /** The kind of what is said: whoever lacks the block knows what is missing. */
  says: z.string().min(1).max(32),
  content: ContentHash,
  sizeBytes: z.int().positive().max(MAX_CONTENT_BYTES),
  /**
   * A message is over so long after it was sent; without, it stays. Here and not in the block: also who comes when the words
   * are gone knows that nothing is missing.
   */
  expiresAfterMs: DisappearAfter.optional(),
})

/** These messages are taken back: the author's own, or by a moderator anybody's. Their content blocks are erased. */
export const DeleteBody = z.object({ kind: z.literal('delete'), of: z.array(MessageId).min(1).max(MAX_NAMED_IDS) })

export const PinBody = z.object({ kind: z.literal('pin'), of: MessageId, on: z.boolean() })

/** Messages after this one disappear so long after they were sent; null: they stay. */
export const DisappearBody = z.object({ kind: z.literal('disappear'), afterMs: DisappearAfter.nullable() })

/** Up to where a log was seen, and what stands there: the base of a newcomer, or the end of somebody removed. */
const Seen = z.object({ device: PeerId, seq: Seq })
const Base = z.object({ account: AccountId, device: PeerId, seq: Seq, id: MessageId, clock: z.int().positive() })

/** The signed list of an account's devices: who never met them can tell by it that an entry is theirs. Null: not at hand. */
const OwnDevices = bytesUpTo(MAX_DEVICES_BYTES).nullable()

/** What happens to a group; only in its roster. Each says what it needs to be understood whatever else has arrived. */
export const RosterOp = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('create'),
    /** With the creator's account it makes the group's id. */
    seed: bytesOf(32),
    title: GroupTitle,
    picture: bytesUpTo(MAX_PICTURE_BYTES).nullable(),
    history: GroupHistory,
    devices: OwnDevices,
  }),
  z.object({
    op: z.literal('add'),
    account: AccountId,
    /** Removals of that account, and leavings, which this takes back; one that it does not name wins over it. */
    undoes: z.array(MessageId).max(MAX_NAMED_IDS),
    /**
     * Logs of the talk as they were then: where a newcomer begins who is not to see what came before. Their own are always
     * among them: what they wrote while they were not in the group stays void.
     */
    base: z.array(Base).max(MAX_LOGS),
  }),
  /** Said by who was added. */
  z.object({ op: z.literal('join'), added: MessageId, devices: OwnDevices }),
  /** Said when the own list changes. */
  z.object({ op: z.literal('devices'), devices: bytesUpTo(MAX_DEVICES_BYTES) }),
  z.object({
    op: z.literal('remove'),
    account: AccountId,
    /** How far their logs were seen; what they wrote behind it is void. */
    talk: z.array(Seen).max(MAX_LOGS),
    roster: z.array(Seen).max(MAX_LOGS),
    /** Everything they wrote is taken back. */
    messagesToo: z.boolean(),
  }),
  /** As a removal, by themselves: how far their own logs go. */
  z.object({ op: z.literal('leave'), talk: z.array(Seen).max(MAX_LOGS), roster: z.array(Seen).max(MAX_LOGS) }),
  z.object({ op: z.literal('promote'), account: AccountId, undoes: z.array(MessageId).max(MAX_NAMED_IDS) }),
  /** What they did in the roster behind `roster`, and took back in the talk behind `talk`, is void. */
  z.object({ op: z.literal('demote'), account: AccountId, talk: z.array(Seen).max(MAX_LOGS), roster: z.array(Seen).max(MAX_LOGS) }),
  /**
   * By the owner: that account is the owner from here on, and the one before a moderator. `roster`: how far their own logs
   * were seen; what they did as the owner behind it is void.
   */
  z.object({ op: z.literal('hand-on'), account: AccountId, roster: z.array(Seen).max(MAX_LOGS) }),
  z.object({
    op: z.literal('set'),
    title: GroupTitle.optional(),
    picture: bytesUpTo(MAX_PICTURE_BYTES).nullable().optional(),
    history: GroupHistory.optional(),
    whoAdds: z.enum(['moderators', 'members']).optional(),
  }),
])
export type RosterOp = z.infer<typeof RosterOp>

export const RosterBody = z.object({ kind: z.literal('roster'), change: RosterOp })

export const KnownBody = z.discriminatedUnion('kind', [
  MessageBody,
  ReceiptBody,
  PostBody,
  DeleteBody,
  PinBody,
  DisappearBody,
  RosterBody,
])
export type KnownBody = z.infer<typeof KnownBody>

// In a content block

const Written = { text: z.union([z.literal(''), MessageText]), mentions: z.array(AccountId).max(MAX_MENTIONS) }

export const SaidMessage = z.object({
  kind: z.literal('message'),
  ...Written,
  reply: MessageId.nullable(),
  forwarded: z.boolean(),
  files: z.array(FileOffer).max(MAX_FILES_A_MESSAGE),
})
export type SaidMessage = z.infer<typeof SaidMessage>

export const SaidEdit = z.object({ kind: z.literal('edit'), of: MessageId, ...Written })
export const SaidReaction = z.object({ kind: z.literal('reaction'), to: MessageId, emoji: Emoji, on: z.boolean() })

/**
 * Between an account's own devices, in its notes to itself alone: what it chose. For each key the last writer wins.
 * `value` is null where the key is taken back.
 */
export const SaidState = z.object({
  kind: z.literal('state'),
  key: z.string().min(1).max(200),
  value: z.unknown(),
  atMs: TimeMs,
})

export const Said = z.discriminatedUnion('kind', [SaidMessage, SaidEdit, SaidReaction, SaidState])
export type Said = z.infer<typeof Said>

/** What a post may say that is known here. */
export const KNOWN_SAYINGS: ReadonlySet<string> = new Set(Said.options.map((option) => option.shape.kind.value))

/** A kind that this version does not know is kept and carried on, and not shown. */
export const Content = z.object({
  /** So that nobody finds short words again by their hash after they were erased. */
  salt: bytesOf(16),
  said: z.looseObject({ kind: z.string().min(1).max(32) }),
})
export type Content = z.infer<typeof Content>
