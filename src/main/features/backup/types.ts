import type { AccountId } from '../../../shared/ids.ts'
import type { BackupContents, BackupStatus, Restoring } from '../../../shared/model/backup.ts'
import type { Me } from '../../../shared/model/identity.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'

export interface BackupParts {
  readonly database: Database
  /** 32 bytes: opens the database. */
  readonly databaseKey: Uint8Array
  readonly clock: Clock
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
  /** As of now. */
  readonly account: () => Pick<Me, 'account' | 'name' | 'createdMs' | 'phrase' | 'deviceLabel'> & { readonly entropy: Uint8Array }
  readonly counts: () => { readonly conversations: number; readonly messages: number }
  /** Signed by the account, in advance. */
  readonly revocation: () => Promise<Uint8Array>
  /** Takes it in here, and tells whoever is connected and the DHT. Errors: LatchError BAD_INPUT. */
  readonly publishRevocation: (envelope: Uint8Array) => Promise<{ readonly account: AccountId; readonly told: number }>
  /** Tables of which nothing goes into a backup: keys that are of this device alone. */
  readonly leaveOut: readonly string[]
}

export type Automatic = { readonly on: false } | AutomaticOn
export interface AutomaticOn {
  readonly on: true
  readonly folder: string
  readonly passphrase: string
  readonly everyMs: number
  readonly keep: number
}

type BackupChanged = { event: 'backup-changed'; backup: BackupStatus }

export interface BackupFeature {
  start(): Promise<void>
  stop(): Promise<void>
  status(): BackupStatus
  /**
   * Resolves when the file is there, whole and synced. Errors: LatchError BUSY (one is being made), BAD_INPUT (the path), CONFLICT (a
   * file that is no backup, or it was cancelled), INTERNAL (the disk).
   */
  make(path: string, passphrase: string): Promise<BackupStatus>
  /** What is being made is not; nothing of it stays. */
  cancel(): Promise<BackupStatus>
  /** Errors: LatchError BAD_INPUT (the folder). */
  automatic(wanted: Automatic): Promise<BackupStatus>
  /** Errors: LatchError BAD_INPUT, CONFLICT, INTERNAL. */
  revocation(path: string): Promise<{ path: string }>
  /** Errors: LatchError NOT_FOUND, BAD_INPUT. */
  publishRevocation(path: string): Promise<{ account: AccountId; told: number }>
  watch(signal?: AbortSignal): AsyncIterable<Watched<BackupStatus, BackupChanged>>
}

export interface RestoringParts {
  readonly clock: Clock
  readonly log: Log
  /** Whether there is no account here. */
  readonly isFresh: () => boolean
  /** New keys, 32 bytes each: what comes of a backup is another device. */
  readonly newSeeds: () => { readonly device: Uint8Array; readonly mail: Uint8Array; readonly database: Uint8Array }
  /** Whole or not at all. */
  readonly arrive: (arrival: {
    readonly name: string
    readonly createdMs: number
    readonly phrase: Me['phrase']
    readonly seeds: { readonly entropy: Uint8Array; readonly device: Uint8Array; readonly mail: Uint8Array; readonly database: Uint8Array }
    readonly deviceList: null
    readonly furnish: (path: string, key: Uint8Array) => Promise<void>
  }) => Promise<Me>
}

export type RestoringChanged = { event: 'restoring-changed'; restoring: Restoring }

/** Needs no account. */
export interface RestoringFeature {
  /** Reads it to its end. Errors: LatchError BAD_INPUT, DAMAGED, NOT_FOUND. */
  read(path: string, passphrase: string): Promise<BackupContents>
  /** Errors: the same, and LatchError ACCOUNT_EXISTS, BUSY. */
  restore(path: string, passphrase: string): Promise<Me>
  /** What is being restored is not; nothing of it stays. */
  cancel(): Restoring
  current(): Restoring
  watch(signal?: AbortSignal): AsyncIterable<Watched<Restoring, RestoringChanged>>
}
