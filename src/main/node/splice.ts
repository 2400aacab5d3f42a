import type { Stream } from '@libp2p/interface'
import { MINUTE, SECOND } from '../../shared/units.ts'
import type { Cancel, Clock } from '../platform/clock.ts'

/** How long a reader may take nothing while something waits for it. A machine that sleeps longer has been cut. */
const STALL_MS = MINUTE
/** How long the other side has, once one side is gone, to take what is on its way. */
const LINGER_MS = 5 * SECOND

export interface SpliceParts {
  readonly clock: Clock
  /** Of both directions together; null: no bound. */
  readonly dataBytes: number | null
  readonly passed: (bytes: number) => void
}

export interface Spliced {
  /** Resets both. Safe to call twice. */
  cut(why: Error): void
  /** Resolves, never rejects, when either stream is closed. */
  readonly over: Promise<void>
}

/**
 * Hands on between two streams, paused or not, what comes, until both have ended or one is cut. For a side that does not
 * read it holds what one dispatch brought, at most a window, and the window behind it. libp2p's own relay goes on
 * reading, and keeps all of one direction until the end: 794 MB after 400 MB had passed.
 */
export function splice(one: Stream, other: Stream, { clock, dataBytes, passed }: SpliceParts): Spliced {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  let leftBytes = dataBytes ?? Infinity
  let isCut = false
  const cut = (why: Error): void => {
    if (isCut) return
    isCut = true
    one.abort(why)
    other.abort(why)
  }
  const spend = (bytes: number): 'allowed' | 'spent' => {
    leftBytes -= bytes
    if (leftBytes < 0) return 'spent'
    passed(bytes)
    return 'allowed'
  }
  for (const [from, to] of [[one, other], [other, one]] as const) {
    flow({ from, to, clock, spend, cut })
    from.addEventListener('close', ({ error }) => {
      resolve()
      if (error !== undefined) return cut(error)
      const cancel = clock.after(LINGER_MS, () => to.abort(new Error('the other side is gone')))
      to.addEventListener('close', cancel, { once: true })
      closeQuietly(to)
    })
  }
  // One may have gone before anybody listened.
  for (const stream of [one, other]) if (!['open', 'closing'].includes(stream.status)) cut(new Error('gone already'))
  if (isCut) resolve()
  return { cut, over }
}

interface FlowParts {
  readonly from: Stream
  readonly to: Stream
  readonly clock: Clock
  readonly spend: (bytes: number) => 'allowed' | 'spent'
  readonly cut: (why: Error) => void
}

function flow({ from, to, clock, spend, cut }: FlowParts): void {
  let isPaused = false
  let isResuming = false
  let cancelStall: Cancel = () => {}
  const watchStall = (): void => {
    cancelStall()
    cancelStall = clock.after(STALL_MS, () => cut(new Error('the other side reads nothing')))
  }

  const onMessage = ({ data }: { data: { byteLength: number } & Parameters<Stream['send']>[0] }): void => {
    if (spend(data.byteLength) === 'spent') return cut(new Error('the circuit has carried all that it may'))
    if (send(data) === 'full' && !isPaused) pause()
  }

  function send(data: Parameters<Stream['send']>[0]): 'free' | 'full' {
    try {
      return to.send(data) ? 'free' : 'full'
    } catch (error) {
      cut(error instanceof Error ? error : new Error('could not be handed on', { cause: error }))
      return 'full'
    }
  }

  function pause(): void {
    isPaused = true
    watchStall()
    // libp2p resumes a stream by dispatching what waited first: a pause from within would be undone. See below.
    if (!isResuming && from.status === 'open') from.pause()
  }

  /** Once all is handed on, not at each bit of window that opens, or the buffer would grow with every one. */
  function resume(): void {
    if (!isPaused || to.writableNeedsDrain || to.writeBufferLength > 0 || !isReadable(from)) return
    isPaused = false
    cancelStall()
    go()
  }

  function go(): void {
    isResuming = true
    from.resume()
    isResuming = false
    if (isPaused && isReadable(from)) from.pause()
  }

  const wake = (): void => {
    if (!isPaused) return
    watchStall()
    // `idle` comes from within libp2p's loop of sending: what is sent in it would lie until the next time.
    queueMicrotask(resume)
  }

  from.addEventListener('message', onMessage)
  to.addEventListener('drain', wake)
  to.addEventListener('idle', wake)
  from.addEventListener('end', () => closeQuietly(to))
  for (const stream of [from, to]) stream.addEventListener('close', () => cancelStall())
  if (isReadable(from)) go()
}

/** What waited while it was paused is read after the other side closed, and not after a reset. */
function isReadable({ status, readableEnded }: Stream): boolean {
  return (status === 'open' || status === 'closing') && !readableEnded
}

/** Says that nothing more comes, after what is on its way. */
function closeQuietly(stream: Stream): void {
  stream.close().catch((cause: unknown) => stream.abort(new Error('could not be closed', { cause })))
}
