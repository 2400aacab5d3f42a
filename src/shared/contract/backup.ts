import { z } from 'zod'
import { BackupContents, BackupStatus, Passphrase, Restoring } from '../model/backup.ts'
import { Me } from '../model/identity.ts'
import { base, watched } from './base.ts'

const tags = ['backup']
const path = z.string().min(1).max(4_096)

export const backup = {
  status: base.route({ method: 'GET', path: '/backup', tags, summary: 'When the last backup was made, and whether they are made by themselves' }).output(BackupStatus),
  make: base
    .route({ method: 'POST', path: '/backup', tags, summary: 'Write everything into one file under a passphrase' })
    .input(z.object({ path, passphrase: Passphrase }))
    .output(BackupStatus),
  cancel: base
    .route({ method: 'DELETE', path: '/backup/running', tags, summary: 'Stop the backup that is being made; nothing of it is kept' })
    .output(BackupStatus),
  automatic: base
    .route({ method: 'PUT', path: '/backup/automatic', tags, summary: 'Make backups by itself, or stop that' })
    .input(
      z.discriminatedUnion('on', [
        z.object({ on: z.literal(true), folder: path, passphrase: Passphrase, everyMs: z.int().min(3_600_000), keep: z.int().min(1).max(100) }),
        z.object({ on: z.literal(false) }),
      ]),
    )
    .output(BackupStatus),
  read: base
    .route({ method: 'POST', path: '/backup/read', tags, summary: 'What a backup holds; nothing is taken of it' })
    .input(z.object({ path, passphrase: Passphrase }))
    .output(BackupContents),
  restore: base
    .route({ method: 'POST', path: '/backup/restore', tags, summary: 'Restore into an empty data folder' })
    .input(z.object({ path, passphrase: Passphrase }))
    .output(Me),
  restoring: base.route({ method: 'GET', path: '/backup/restore', tags, summary: 'How far a backup is that is being restored' }).output(Restoring),
  cancelRestore: base
    .route({ method: 'DELETE', path: '/backup/restore', tags, summary: 'Stop restoring; nothing of it is kept' })
    .output(Restoring),
  watchRestoring: base
    .route({ method: 'GET', path: '/backup/restore/events', tags, summary: 'A backup as it is restored' })
    .output(watched(Restoring, z.object({ event: z.literal('restoring-changed'), restoring: Restoring }))),
  /** Signed in advance: shown to others, it says that the account counts no more. */
  revocation: base
    .route({ method: 'POST', path: '/backup/revocation', tags, summary: 'Write the revocation of this account to a file, to be kept elsewhere' })
    .input(z.object({ path }))
    .output(z.object({ path })),
  publishRevocation: base
    .route({ method: 'POST', path: '/backup/revocation/publish', tags, summary: 'Tell everybody, from any device, that an account counts no more' })
    .input(z.object({ path }))
    .output(z.object({ account: z.string(), told: z.int().nonnegative() })),
  watch: base
    .route({ method: 'GET', path: '/backup/events', tags, summary: 'Backups as they are made' })
    .output(watched(BackupStatus, z.object({ event: z.literal('backup-changed'), backup: BackupStatus }))),
}
