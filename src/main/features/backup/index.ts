/*
 * Everything of an account in one file under a passphrase, by hand or by itself; and back, into a folder that is empty.
 * docs/wire/backup.md.
 */
export { createBackup } from './backup.ts'
export { createRestoring } from './restoring.ts'
export type { Automatic, BackupFeature, BackupParts, RestoringFeature, RestoringParts } from './types.ts'
