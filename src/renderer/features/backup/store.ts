import type { BackupStatus } from '../../../shared/model/backup.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

/** When the last backup was made, and the one that is being made. */
export const backupStore = createFedStore<BackupStatus, BackupStatus, { event: 'backup-changed'; backup: BackupStatus }>({
  initial: { lastMs: null, lastPath: null, lastBytes: null, automatic: null, running: null, why: null },
  reset: (_, status) => status,
  apply: (_, { backup }) => backup,
})
