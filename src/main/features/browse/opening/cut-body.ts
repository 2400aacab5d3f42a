import { PassThrough, type Readable } from 'node:stream'
import { KiB } from '../../../../shared/units.ts'
import { OpenError } from './open-error.ts'

/** One piece of a stream: nothing more is held on its way through. */
const PIECE_BYTES = 64 * KiB

/**
 * The same body, which fails as opening fails: with OpenError `cut` where it breaks off, or with the signal's reason.
 * `onCut` is told once, and not where its reader left. As slow as its reader.
 */
export function cutBody(body: Readable, step: 'answer' | 'copy', signal: AbortSignal | undefined, onCut: (error: unknown) => void): Readable {
  const through = new PassThrough({ highWaterMark: PIECE_BYTES })
  const cut = (cause: unknown): void => {
    if (through.destroyed) return
    if (signal?.aborted === true) return void through.destroy(asError(signal.reason))
    onCut(cause)
    through.destroy(new OpenError({ step, code: 'cut', why: sentences[step] }, { cause }))
  }
  body.on('error', cut)
  body.once('close', () => {
    if (!body.readableEnded) cut(body.errored ?? new Error('closed before its end'))
  })
  through.once('close', () => body.destroy())
  // Somebody who never reads it hears of it by reading, and nobody has to.
  through.on('error', () => {})
  return body.pipe(through)
}

const sentences = {
  answer: 'The connection to the owner’s device broke before all of this page had come: load it again.',
  copy: 'Whoever gave this copy went away before all of this page had come: load it again.',
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('taken back', { cause: reason })
}
