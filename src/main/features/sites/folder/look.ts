import type { FolderLook } from '../../../../shared/model/sites.ts'
import { LatchError } from '../../../../shared/errors.ts'
import { MAX_HIDDEN_TOLD, MAX_LOOKED } from '../limits.ts'
import { walk } from './walk.ts'

/** Counts what a folder would show. Errors: LatchError BAD_INPUT (it cannot be read); the signal's reason. */
export async function lookAt(
  root: string,
  { platform, most = MAX_LOOKED }: { readonly platform: NodeJS.Platform; readonly most?: number },
  signal?: AbortSignal,
): Promise<FolderLook> {
  const look: FolderLook = { path: root, files: 0, bytes: 0, hasIndex: false, hidden: [], hiddenFiles: 0, isMore: false }
  try {
    for await (const seen of walk({ root, platform, most }, signal)) {
      switch (seen.kind) {
        case 'file':
          look.files += 1
          look.bytes += seen.bytes
          if (seen.path === 'index.html') look.hasIndex = true
          break
        case 'hidden':
          look.hiddenFiles += 1
          if (look.hidden.length < MAX_HIDDEN_TOLD) look.hidden.push({ path: seen.path, why: seen.why })
          break
        case 'more':
          look.isMore = true
          break
        case 'folder':
      }
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw new LatchError('BAD_INPUT', 'This folder is not there, or Latch may not read it.', { cause: error })
  }
  return look
}
