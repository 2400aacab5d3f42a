import { createBackup, createRestoring, type BackupFeature, type RestoringFeature } from '../features/backup/index.ts'
import type { ChatFeature } from '../features/chat/types.ts'
import { randomSeeds } from '../features/identity/index.ts'
import type { IdentityFeature, Keyring, ProofsFeature } from '../features/identity/types.ts'
import type { AccountId } from '../../shared/ids.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'

export interface BackupRoomParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
  readonly identity: IdentityFeature
  readonly keyring: Pick<Keyring, 'entropy' | 'databaseKey'>
  readonly chat: Pick<ChatFeature, 'conversations'>
  readonly proofs: Pick<ProofsFeature, 'revocations'>
  /** In the DHT too; gives how many hold it. */
  readonly revoke: (account: AccountId, envelope: Uint8Array) => Promise<number>
}

/**
 * Of this device alone: private halves of keys for mail, with which letters that wait could be opened for as long as a backup is
 * kept; what others gave this device to seal letters with; letters and lists that it holds for others.
 */
const OF_THIS_DEVICE = [
  'mail_own_keys', 'mail_weekly', 'mail_own_card', 'mail_their_keys', 'mail_letters', 'mail_boxes', 'mail_holders', 'dht_device_lists',
] as const

export function createBackupRoom(parts: BackupRoomParts): BackupFeature {
  const { chat, clock, database, identity, keyring, log, proofs, random, revoke } = parts
  const messages = database.prepare<[], { count: number }>('SELECT count(*) AS count FROM chat_messages')
  return createBackup({
    database,
    databaseKey: keyring.databaseKey,
    clock,
    log: log.child('backup'),
    random,
    account: () => ({ ...identity.me(), entropy: keyring.entropy }),
    counts: () => ({ conversations: chat.conversations().length, messages: messages.get()?.count ?? 0 }),
    revocation: () => proofs.revocations.make(),
    async publishRevocation(envelope) {
      const { account, told } = await proofs.revocations.publish(envelope)
      return { account, told: told + (await revoke(account, envelope)) }
    },
    leaveOut: OF_THIS_DEVICE,
  })
}

/** Needs no household: it makes one. */
export function createRestoringRoom({ clock, log, random, identity }: Pick<BackupRoomParts, 'clock' | 'log' | 'random' | 'identity'>): RestoringFeature {
  return createRestoring({
    clock,
    log: log.child('restoring'),
    isFresh: () => identity.current().state === 'none',
    newSeeds: () => {
      const { device, mail, database } = randomSeeds(random)
      return { device, mail, database }
    },
    arrive: (arrival) => identity.arrive(arrival),
  })
}
