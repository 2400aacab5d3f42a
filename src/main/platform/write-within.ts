import { deadline, DeadlineError, type Clock } from './clock.ts'
import { StreamCutError, type FrameStream } from './streams.ts'

/** Resolves when the other side has room for the frame. Errors: StreamCutError (also: not in time), those of the stream. */
export async function writeWithin(stream: FrameStream, frame: Uint8Array, clock: Clock, withinMs: number, what: string): Promise<void> {
  const limit = deadline(clock, withinMs, what)
  try {
    await stream.write(frame, limit.signal)
  } catch (error) {
    if (error instanceof DeadlineError) throw new StreamCutError(error.message, { cause: error })
    throw error
  } finally {
    limit.release()
  }
}
