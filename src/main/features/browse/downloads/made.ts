import { pipeline, type Readable, Transform } from 'node:stream'
import { LatchError } from '../../../../shared/errors.ts'
import { MAX_MADE_BYTES } from '../limits.ts'
import type { MadeFile } from '../types.ts'

/** What a page made by itself (`blob:`, `data:`) is a file of its site that nobody can fetch again: it comes out of the view, once. */
export async function takeMade(made: MadeFile, signal: AbortSignal): Promise<{ body: Readable; bytes: number | null }> {
  if ((made.bytes ?? 0) > MAX_MADE_BYTES) throw tooLarge()
  const { body, bytes } = await made.open(signal)
  // The door, or the person, was asked about so much.
  let left = made.bytes ?? MAX_MADE_BYTES
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.byteLength
      if (left < 0) done(made.bytes === null ? tooLarge() : new LatchError('DAMAGED', 'The file is larger than the page said.'))
      else done(null, chunk)
    },
  })
  return { body: pipeline(body, bounded, () => {}), bytes }
}

export function tooLarge(): LatchError {
  return new LatchError('TOO_LARGE', 'A page may make files of up to 256 MiB by itself; larger ones its site has to have.')
}
