import type { BackupContents, BackupStatus, Restoring } from '../../src/shared/model/backup.ts'
import { DAY, MiB } from '../../src/shared/units.ts'
import { me, now } from './people.ts'
import type { implementWith, World } from './world.ts'

export interface BackupScene {
  status: BackupStatus
  /** What a backup that is read holds; null: it cannot be opened. */
  contents: BackupContents | null
  /** One that is being restored, which goes on for as long as the scene does. */
  restoring: Restoring
}

export const noStatus: BackupStatus = { lastMs: null, lastPath: null, lastBytes: null, automatic: null, running: null, why: null }

export const backupContents: BackupContents = {
  name: me.name,
  madeMs: now() - 3 * DAY,
  deviceLabel: 'Desk',
  bytes: 84 * MiB,
  conversations: 31,
  messages: 18_204,
  revocation: true,
}

export const noBackup: BackupScene = { status: noStatus, contents: backupContents, restoring: { running: null } }

/** Backups over one scene. */
export function createBackup(os: ReturnType<typeof implementWith>, world: World) {
  const scene = (): BackupScene => world.scene.backup
  const put = (changes: Partial<BackupStatus>): BackupStatus => {
    const status = { ...scene().status, ...changes }
    scene().status = status
    world.backup.tell({ event: 'backup-changed', backup: status })
    return status
  }
  return {
    status: os.backup.status.handler(() => scene().status),
    make: os.backup.make.handler(({ input }) => put({ lastMs: Date.now(), lastPath: input.path, lastBytes: 84 * MiB, why: null })),
    cancel: os.backup.cancel.handler(() => put({ running: null })),
    automatic: os.backup.automatic.handler(({ input }) => {
      if (!input.on) return put({ automatic: null })
      return put({ automatic: { folder: input.folder, everyMs: input.everyMs, keep: input.keep } })
    }),
    read: os.backup.read.handler(({ errors }) => {
      const { contents } = scene()
      if (contents === null) throw errors.BAD_INPUT({ message: 'This passphrase does not open that backup.' })
      return contents
    }),
    restore: os.backup.restore.handler(() => me),
    restoring: os.backup.restoring.handler(() => scene().restoring),
    cancelRestore: os.backup.cancelRestore.handler(() => {
      scene().restoring = { running: null }
      world.restoring.tell({ event: 'restoring-changed', restoring: scene().restoring })
      return scene().restoring
    }),
    watchRestoring: os.backup.watchRestoring.handler(({ signal }) => world.restoring.watch(() => scene().restoring, signal)),
    revocation: os.backup.revocation.handler(({ input }) => input),
    publishRevocation: os.backup.publishRevocation.handler(() => ({ account: me.account, told: 4 })),
    watch: os.backup.watch.handler(({ signal }) => world.backup.watch(() => scene().status, signal)),
  }
}
