import type { IncomingMessage } from 'node:http'
import { Readable, type Duplex } from 'node:stream'

/** A body is not whole: its sender went away, or sent less than it said. */
export class CutBodyError extends Error {
  override readonly name = 'CutBodyError'
}

/**
 * For a pipeline: fails where it is not `lengthBytes` long, and gives no more than that. Node writes what is shorter or longer
 * without a word: the reader would take the beginning of what comes next for its rest, or its rest for what comes next.
 */
export function exactly(lengthBytes: number): (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* (source) {
    let leftBytes = lengthBytes
    for await (const chunk of source) {
      leftBytes -= chunk.byteLength
      if (leftBytes < 0) break
      yield chunk
    }
    if (leftBytes !== 0) throw new CutBodyError(leftBytes > 0 ? 'it became shorter while it was read' : 'it is longer than was said')
  }
}

/**
 * The body of an answer that Node's client read. One whose end only the end of its connection tells is, to Node, whole
 * also where the connection broke: that is found out here.
 */
export function checkedBody(answer: IncomingMessage): Readable {
  const { headers } = answer
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return answer
  // Before its end is read, as Node takes it away then.
  const socket: Duplex = answer.socket
  let failure: Error | null = null
  const failed = (error: Error): void => void (failure = error)
  socket.once('error', failed)
  return Readable.from(
    (async function* () {
      try {
        for await (const chunk of answer) yield chunk
        const why = failure ?? socket.errored
        if (why !== null) throw new CutBodyError('the connection broke', { cause: why })
      } finally {
        socket.off('error', failed)
        answer.destroy()
      }
    })(),
    { objectMode: false },
  )
}
