import { DecodeError } from './cbor.ts'
import { deadline, DeadlineError, type Clock } from './clock.ts'
import { StreamCutError, type FrameStream, type Offence } from './streams.ts'

/** Points of a hundred, as at the door: a handful of openings that no Latch writes end a connection. */
const MALFORMED_POINTS = 10
/** For an opening that was begun and not finished in time: a bad line does that too. */
const SLOW_POINTS = 5

export interface OpeningTerms<Opening> {
  readonly clock: Clock
  readonly offence: Offence
  /** What the door reads of it: `site`. */
  readonly what: string
  readonly withinMs: number
  /** Errors: DecodeError. */
  readonly decode: (frame: Uint8Array) => Opening
  /** Tells the other side that nobody understands it. */
  readonly malformed: (stream: FrameStream) => Promise<void>
}

/**
 * What a stream begins with, of a protocol whose first frame says what is wanted. Null: it was malformed, and answered already.
 * Errors: StreamCutError (not whole in time), those of the stream.
 */
export async function openingOf<Opening>(stream: FrameStream, terms: OpeningTerms<Opening>): Promise<Opening | null> {
  const { clock, offence, what, withinMs, decode, malformed } = terms
  const { peerId } = stream.peer
  const { signal, release } = deadline(clock, withinMs, 'an opening')
  try {
    const frame = await stream.read(signal)
    if (frame === null) throw new DecodeError('no opening')
    return decode(frame)
  } catch (error) {
    if (error instanceof DeadlineError) {
      offence(peerId, `${what}: not a whole opening in time`, SLOW_POINTS)
      throw new StreamCutError('no opening in time', { cause: error })
    }
    if (!(error instanceof DecodeError)) throw error
    offence(peerId, `${what}: ${error.message}`, MALFORMED_POINTS)
    await malformed(stream)
    return null
  } finally {
    release()
  }
}
