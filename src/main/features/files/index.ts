/*
 * Files and folders of conversations: made ready, given to whoever was offered them, fetched from several devices at once,
 * each chunk checked against the hash tree that the offer names.
 */
export { createFiles } from './feature.ts'
export { cleanFileName } from './clean-name.ts'
export type { FilesEvent, FilesFeature, FilesParts, FilesSnapshot, FileVerdict, Looks, Offered } from './types.ts'
