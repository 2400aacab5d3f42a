import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Copy, CopyChanges, CopyLook } from '../../../shared/model/copies.ts'
import type { SiteCid, SiteName } from '../../../shared/model/sites.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Dht } from '../../platform/dht.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Admission, Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'

// What it is made of

/** Whom to ask for a site. A device may be in both lists. */
export interface Candidates {
  /** Devices of contacts, there or not. */
  readonly ofContacts: readonly PeerId[]
  /** Whoever is connected now. */
  readonly connected: readonly PeerId[]
}

/** What the zone of a name says of its site, by the newest zone that can be had. */
export interface ZonedSite {
  /** Where the name was handed on to its owner: what they show it as, and everybody keeps and gives it on as. */
  readonly shownAs?: SiteName
  readonly owner: AccountId
  /** Null: it is only served live. */
  readonly cid: SiteCid | null
  readonly signedMs: number
  /** Devices of the owner that serve it, the zone's first. */
  readonly devices: readonly PeerId[]
}

export interface CopiesParts {
  readonly database: Database
  /** Where blocks are kept; made when the first is. */
  readonly folder: string
  /** Left on the disk that the folder is on, null where the system does not say; a test gives its own. */
  readonly freeBytes?: () => Promise<number | null>
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1). */
  readonly random: () => number
  readonly streams: PeerStreams
  readonly offence: Offence
  /** The door: `visit`, with the site as its name. Waits for a proof of who comes, never for a person. */
  readonly admits: (peer: RemotePeer, site: SiteName, signal: AbortSignal) => Promise<Admission>
  /** Looks the name up. Errors: LatchError UNREACHABLE, NOT_FOUND, with what is wrong. */
  readonly zoned: (site: SiteName, signal: AbortSignal) => Promise<ZonedSite>
  /** Devices that might have it, beside the owner's. */
  readonly candidates: () => Candidates
  /** Whether a device has proven to be a contact's. */
  readonly isContact: (peerId: PeerId) => boolean
  /** Resolves when there is a connection. Errors: LatchError UNREACHABLE. */
  readonly connect: (peerId: PeerId, signal: AbortSignal) => Promise<void>
  /** Devices near a CID: they are told who has it, and asked for it. Finds nobody where the DHT is off. */
  readonly dht: Pick<Dht, 'closest'>
}

// What others see

export interface CopiesSnapshot {
  copies: Copy[]
  diskBytes: number
}

export type CopiesEvent =
  | { event: 'copy-changed'; copy: Copy }
  | { event: 'copy-gone'; site: SiteName }
  | { event: 'disk-changed'; diskBytes: number }

/** A file of a copy, each block checked against its CID before a byte of it is given. */
export interface CopyFile {
  /** From the root of the site on, without a slash before it; of a folder, its index.html. */
  readonly path: string
  readonly bytes: number
  /** CID of the file: an ETag that says the truth. */
  readonly cid: string
  /** From `start` to before `end`; fails with an error where a block cannot be had. */
  read(range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>
}

/** Where a copy is read from. */
export interface OpenCopy {
  readonly site: SiteName
  readonly cid: SiteCid
  readonly keptHere: boolean
  /** Other devices that said they have it. */
  readonly holders: number
  /** Null: nothing is there. `folder`: it would be a folder, and the address needs its slash. Errors: as `open`. */
  find(path: string, signal?: AbortSignal): Promise<CopyFile | 'folder' | null>
}

/** Copies of sites: kept, shown while the owner is away, given on, checked. */
export interface CopiesFeature {
  start(): Promise<void>
  stop(): Promise<void>

  list(): Copy[]
  /** Errors of these: LatchError NOT_FOUND, UNREACHABLE, TOO_LARGE, BUSY, CONFLICT (the site is only live; or nothing to cancel). */
  look(site: SiteName, signal?: AbortSignal): Promise<CopyLook>
  /** Resolves when it goes on by itself; `watch` tells how. Survives a restart. */
  keep(site: SiteName): Promise<Copy>
  cancel(site: SiteName): Promise<Copy>
  changes(site: SiteName, signal?: AbortSignal): Promise<CopyChanges>
  serve(site: SiteName, served: boolean): Copy
  drop(site: SiteName): Promise<{ freedBytes: number }>

  /**
   * Opens the content that a zone names, from here or from whoever has it, several at once; nothing of it is kept for longer than
   * it is needed, unless it is a copy. Where nobody has it and an older version of the same owner is kept here, that one is
   * opened, and `cid` says so. Errors: LatchError UNREACHABLE (nobody has it), DAMAGED (what came is not what was named).
   */
  open(site: SiteName, zoned: Pick<ZonedSite, 'owner' | 'cid' | 'devices'>, signal?: AbortSignal): Promise<OpenCopy>

  /** The own sites' side of it: `CopyMaker` of features/sites. */
  readonly maker: {
    make(
      site: SiteName,
      files: AsyncIterable<{ readonly path: string; readonly bytes: number; read(): AsyncIterable<Uint8Array> }>,
      signal: AbortSignal,
      onBytes: (doneBytes: number) => void,
    ): Promise<{ readonly cid: SiteCid; readonly files: number; readonly bytes: number }>
    unmake(site: SiteName): Promise<void>
  }
  /** A zone was heard: `latest` of a copy follows, while the name is still its owner's. */
  zoneHeard(site: SiteName, zoned: Pick<ZonedSite, 'owner' | 'cid'>): void
  /** Whether anything of it is given on to whom the door lets in. */
  isGiven(site: SiteName): boolean
  disconnected(peerId: PeerId): void
  watch(signal?: AbortSignal): AsyncIterable<Watched<CopiesSnapshot, CopiesEvent>>
}
