import type { BackupStatus, Restoring } from '../../../shared/model/backup.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

/** When the last backup was made, and the one that is being made. */
export const backupStore = createFedStore<BackupStatus, BackupStatus, { event: 'backup-changed'; backup: BackupStatus }>({
  initial: { lastMs: null, lastPath: null, lastBytes: null, automatic: null, running: null, why: null },
  reset: (_, status) => status,
  apply: (_, { backup }) => backup,
})

/** The backup that is being restored, while this device has no account. */
export const restoringStore = createFedStore<Restoring, Restoring, { event: 'restoring-changed'; restoring: Restoring }>({
  initial: { running: null },
  reset: (_, restoring) => restoring,
  apply: (_, { restoring }) => restoring,
})
