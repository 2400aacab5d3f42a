import { CHUNKS_PER_GROUP } from '../../../platform/hash-tree.ts'
import { MAX_CHUNKS_WAITING, type FileChannel } from '../../../protocols/file/index.ts'
import { RUN } from '../limits.ts'
import type { Asker, Run } from './picker.ts'

/** What came is not of the file. */
export class FalseError extends Error {
  override readonly name = 'FalseError'
}

/** What lanes work on together. */
export interface Work {
  readonly isDone: boolean
  take(asker: Asker, most: number): Run | null
  release(asker: Asker): void
  hasLeaves(group: number): boolean
  /** False: they are not of the file. */
  putLeaves(group: number, leaves: Uint8Array): boolean
  /** Resolves when it is on its way to the disk and another may come. `wrong` is called where it is not of the file. */
  put(chunk: number, bytes: Uint8Array<ArrayBuffer>, wrong: () => void): Promise<void>
  /** Resolves when there may be something to take again, or all is here. */
  more(signal: AbortSignal): Promise<void>
}

/**
 * Fetches from one device until all is here; `beside`: beside the stream, where there is a way. *Errors*: FalseError, what `channel.next` gives, those of `work.put`, the signal's
 * reason.
 */
export async function runLane(channel: FileChannel, work: Work, signal: AbortSignal, beside: 'beside' | 'stream'): Promise<void> {
  const asker: Asker = Symbol(channel.peer.peerId)
  const broken = new AbortController()
  const either = AbortSignal.any([signal, broken.signal])
  const leavesAsked = new Set<number>()
  let due = 0
  const ask = (): void => {
    while (channel.waiting + RUN <= MAX_CHUNKS_WAITING) {
      const run = work.take(asker, RUN)
      if (run === null) return
      const group = Math.floor(run.first / CHUNKS_PER_GROUP)
      if (!work.hasLeaves(group) && !leavesAsked.has(group)) {
        leavesAsked.add(group)
        channel.ask({ want: 'leaves', group })
        due += 1
      }
      channel.ask({ want: 'chunks', ...run })
      due += run.count
    }
  }
  try {
    if (beside === 'beside' && channel.askSide()) due += 1
    while (!work.isDone) {
      ask()
      if (due === 0) {
        await work.more(either)
        continue
      }
      const reply = await channel.next(either)
      due -= 1
      if (reply.kind === 'side') void channel.goBeside(reply.bytes)
      else if (reply.kind === 'chunk') {
        await work.put(reply.number, reply.bytes, () => broken.abort(new FalseError('a chunk that is not of the file')))
      } else if (!work.putLeaves(reply.number, reply.bytes)) throw new FalseError('a list that is not of the file')
    }
  } finally {
    work.release(asker)
  }
}
