import type { Duplex } from 'node:stream'
import type { FrameStream } from '../../../src/main/platform/streams.ts'

/*
 * The same small language over every connection that is measured: a message of 64 bytes comes back at once; those of
 * 64 KiB are counted, and each 1 MiB of them is answered with one byte.
 */

const ECHO_BYTES = 64
export const CHUNK_BYTES = 64 * 1024
const CHUNKS_COUNTED = 16

/** What is measured, on the side that asks. */
export interface Line {
  /** 64 bytes there and back. */
  roundTrip(): Promise<void>
  /** Sends so many MiB, until the other side has counted them all. */
  push(mebibytes: number): Promise<void>
  close(): Promise<void>
}

/** What a message of this length is answered with; null: nothing yet. */
function answerer(): (bytes: Uint8Array) => Uint8Array | null {
  let chunks = 0
  return (bytes) => {
    if (bytes.byteLength === ECHO_BYTES) return bytes
    chunks += 1
    return chunks % CHUNKS_COUNTED === 0 ? Uint8Array.of(1) : null
  }
}

export function answerDuplex(stream: Duplex): void {
  const answer = answerer()
  stream.on('data', (bytes: Buffer) => {
    const reply = answer(bytes)
    if (reply !== null) stream.write(reply)
  })
}

export async function answerFrames(stream: FrameStream): Promise<void> {
  const answer = answerer()
  for (let frame = await stream.read(); frame !== null; frame = await stream.read()) {
    const reply = answer(frame)
    if (reply !== null) await stream.write(reply)
  }
}

const ECHO = new Uint8Array(ECHO_BYTES).fill(7)
const CHUNK = new Uint8Array(CHUNK_BYTES).fill(7)

export function lineOfDuplex(stream: Duplex): Line {
  let came = 0
  let awaited: { count: number; resolve: () => void; reject: (error: Error) => void } = {
    count: 0,
    resolve: () => {},
    reject: () => {},
  }
  stream.on('data', () => {
    came += 1
    if (came >= awaited.count) awaited.resolve()
  })
  stream.once('close', () => awaited.reject(new Error('the connection closed')))
  const answers = async (count: number): Promise<void> => {
    if (came >= count) return
    await new Promise<void>((resolve, reject) => (awaited = { count, resolve, reject }))
  }
  return {
    async roundTrip() {
      const next = came + 1
      stream.write(ECHO)
      await answers(next)
    },
    async push(mebibytes) {
      const last = came + mebibytes
      for (let chunk = 0; chunk < mebibytes * CHUNKS_COUNTED; chunk++) {
        if (!stream.write(CHUNK)) await new Promise((resolve) => stream.once('drain', resolve))
      }
      await answers(last)
    },
    async close() {
      stream.destroy()
    },
  }
}

export function lineOfFrames(stream: FrameStream): Line {
  const answer = async (): Promise<void> => {
    if ((await stream.read()) === null) throw new Error('the stream ended')
  }
  return {
    async roundTrip() {
      await stream.write(ECHO)
      await answer()
    },
    async push(mebibytes) {
      const answered = (async () => {
        for (let count = 0; count < mebibytes; count++) await answer()
      })()
      for (let chunk = 0; chunk < mebibytes * CHUNKS_COUNTED; chunk++) await stream.write(CHUNK)
      await answered
    },
    close: async () => stream.abort(new Error('measured')),
  }
}
