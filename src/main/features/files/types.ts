import type { AccountId, ConversationId, FileId, MessageId, PeerId, TransferId } from '../../../shared/ids.ts'
import type { FileOffer, StagedFile, Transfer } from '../../../shared/model/files.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Marked } from '../../platform/quarantine.ts'
import type { Offence, PeerStreams } from '../../platform/streams.ts'

// What it is made of

/** What the door says of a file that was offered. Where it asks a person, their answer comes later; a signal ends the question. */
export type FileVerdict =
  | { readonly verdict: 'allow' | 'deny'; readonly why: string }
  | { readonly verdict: 'ask'; readonly answer: Promise<{ readonly verdict: 'allow' | 'deny'; readonly why: string }> }

/** A file that somebody offers in a message. */
export interface Offered {
  readonly conversation: ConversationId
  readonly message: MessageId
  /** Who offers it: the author of the message. */
  readonly from: AccountId
  readonly offer: FileOffer
  /** Which file of the message, from 0. */
  readonly index: number
}

export interface FilesParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** So many random bytes. */
  readonly random: (bytes: number) => Uint8Array
  readonly streams: PeerStreams
  readonly offence: Offence
  /** This account: what it offers itself asks no door. */
  readonly self: AccountId
  /** Latch's own data folder, absolute: nothing of it is offered, and nothing that comes lies in it but `stagedFolder`. */
  readonly dataFolder: string
  /** Where bytes lie that have no path of their own, absolute; may be in the data folder. Made when it is needed. */
  readonly stagedFolder: string
  /** Where files go that are accepted without another folder, absolute. Made when it is needed. */
  readonly folder: () => string
  /** Left on the disk that a folder is on, null where the system does not say; a test gives its own. */
  readonly freeBytes?: (folder: string) => Promise<number | null>
  /** Chat: whether a message that this account may read offers the file. Of an own file and of one that came alike. */
  readonly mayFetch: (file: FileId, account: AccountId) => boolean
  /** The account that a device has proven to be of; null: none. */
  readonly accountOf: (peerId: PeerId) => AccountId | null
  /** The door: `file`, with its size and name. Must answer soon; a person answers by the promise. */
  readonly admits: (offered: Offered, signal: AbortSignal) => Promise<FileVerdict>
  /** Devices that may have it, best first: the sender's, own others, and in a group those of members. */
  readonly sources: (wanted: { readonly conversation: ConversationId; readonly from: AccountId; readonly file: FileId }) => readonly PeerId[]
  /** Resolves when there is a connection. Errors: LatchError UNREACHABLE. */
  readonly connect: (peerId: PeerId, signal: AbortSignal) => Promise<void>
  /** Tells the system that somebody else made a file. Never rejects. */
  readonly quarantine: (path: string) => Promise<Marked>
}

// What others see

export interface FilesSnapshot {
  transfers: Transfer[]
  folder: string
}

export type FilesEvent = { event: 'transfer-changed'; transfer: Transfer } | { event: 'transfer-gone'; id: TransferId }

/** What the window found out by looking at a picture or listening to a note. */
export type Looks = Partial<Pick<FileOffer, 'kind' | 'width' | 'height' | 'durationMs' | 'wave' | 'thumbnail'>>

/** Files of conversations: made ready, given, fetched, kept in order. Errors: LatchError, unless said otherwise. */
export interface FilesFeature {
  start(): Promise<void>
  stop(): Promise<void>

  /**
   * Looks at a file or a folder, hashes it and keeps it ready for a day. Errors: NOT_FOUND, NOT_ALLOWED (Latch's own folder, a
   * device, a link), TOO_LARGE (files, bytes, depth), CONFLICT (it changed meanwhile), BUSY.
   */
  stage(path: string, looks: Looks, signal?: AbortSignal, onBytes?: (doneBytes: number) => void): Promise<StagedFile>
  /** The same of bytes without a path; what a JPEG, PNG or WebP says of its place and camera is taken out. Errors: as `stage`. */
  stageBytes(name: string, type: string, bytes: Uint8Array, looks: Looks): Promise<StagedFile>
  /** The beginning of bytes without a path, in order, held for five minutes; `id` null: a new one. Errors: NOT_FOUND, TOO_LARGE, BUSY. */
  putPart(id: TransferId | null, part: Uint8Array): TransferId
  /** What was put, with `last` behind it. Errors: NOT_FOUND. */
  takeParts(id: TransferId, last: Uint8Array): Uint8Array
  unstage(id: TransferId): void

  list(): Transfer[]
  /** Errors of these: NOT_FOUND, CONFLICT (not in this state), TOO_LARGE (no room on the disk), BAD_INPUT (the folder). */
  accept(id: TransferId, folder?: string): Promise<Transfer>
  refuse(id: TransferId): Transfer
  pause(id: TransferId): Transfer
  resume(id: TransferId): Transfer
  /** Of one that comes: stops it and removes what came. Of an own one: nobody gets it any more. */
  cancel(id: TransferId): Promise<Transfer>
  /** Where it lies, to be shown in its folder. Errors: NOT_FOUND when it is no longer there. */
  pathOf(id: TransferId): Promise<string>
  /** A picture or a voice note that is whole and of a type that is safe to show, by its first bytes. Errors: NOT_FOUND, TOO_LARGE, NOT_ALLOWED. */
  bytes(id: TransferId): Promise<{ type: string; data: Uint8Array }>
  watch(signal?: AbortSignal): AsyncIterable<Watched<FilesSnapshot, FilesEvent>>

  // The side of chat

  /** What a message says of a staged file. Errors: NOT_FOUND. */
  offerOf(staged: TransferId): FileOffer
  /**
   * A message offers a file: an own one, as staged (`staged` names which), or another's. The same message twice is one
   * offer. Tells the door of another's, and begins where it allows it.
   */
  offered(offered: Offered, staged?: TransferId): void
  /** A message was deleted or went away: what it offered is no longer given or fetched; what is whole stays. */
  withdrawn(message: MessageId): void
  /** A file that somebody offered is whole here and verified. Gives a way to stop listening. */
  onWhole(listener: (whole: { readonly message: MessageId; readonly conversation: ConversationId; readonly file: FileId }) => void): () => void

  // What happened elsewhere

  /** A device is there, or there by another route: what waits for it goes on. */
  connected(peerId: PeerId): void
}
