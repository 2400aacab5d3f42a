import { LatchError } from '../../../../shared/errors.ts'
import { TreeError } from '../dag/protobuf.ts'
import { SourceError } from '../dag/make.ts'

/** What went wrong, for the person. Errors that have words already, and those of defects, stay as they are. */
export function inWords(error: unknown): unknown {
  if (error instanceof LatchError) return error
  if (error instanceof TreeError) {
    return error.kind === 'too-large'
      ? new LatchError('TOO_LARGE', 'This site is larger than a copy may be, or than it says that it is.', { cause: error })
      : new LatchError('DAMAGED', 'What the owner of this site published is not a copy that Latch can read.', { cause: error })
  }
  if (error instanceof SourceError) return new LatchError('DAMAGED', error.message, { cause: error })
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return new LatchError('TOO_LARGE', 'The disk is full. Make room, and go on.', { cause: error })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new LatchError('INTERNAL', 'Copies cannot be written to the disk.', { cause: error })
  }
  return error
}

/** One sentence; nothing of a defect's own words. */
export function sentenceOf(error: unknown): string {
  const worded = inWords(error)
  return worded instanceof LatchError ? worded.message : 'Something failed inside Latch; the log has the cause.'
}
