import { FrameError, FrameParser, HEADER_BYTES } from '../../../src/main/platform/frame-codec.ts'
import { KiB } from '../../../src/shared/units.ts'
import { must, REFUSED, refusing } from '../oracle.ts'

const MAX_FRAME_BYTES = 4 * KiB

interface Parsed {
  readonly said: string[]
  readonly refused: boolean
}

/** What a parser finds in bytes that come in pieces of this length, and that it holds no more than it may. */
async function parsed(data: Uint8Array, pieceBytes: number): Promise<Parsed> {
  const said: string[] = []
  let charged = 0
  const parser = new FrameParser(MAX_FRAME_BYTES, {
    charge: (bytes) => (charged += bytes),
    data: (frame) => {
      must(frame.byteLength > 0 && frame.byteLength <= MAX_FRAME_BYTES, 'a frame of no fitting size')
      must(frame.byteLength <= charged, 'a frame that nobody paid for')
      said.push(`data ${Buffer.from(frame).toString('hex')}`)
    },
    end: () => said.push('end'),
    refusal: (code) => said.push(`refusal ${code}`),
    credit: (bytes) => said.push(`credit ${bytes}`),
  })
  const read = await refusing([FrameError], () => {
    for (let at = 0; at < data.byteLength; at += pieceBytes) parser.push(data.subarray(at, at + pieceBytes))
  })
  return { said, refused: read === REFUSED }
}

/** What is under all protocols: frames, cut by the network wherever it likes. */
export async function fuzz(data: Buffer): Promise<void> {
  const bytes = new Uint8Array(data)
  const whole = await parsed(bytes, Math.max(1, bytes.byteLength))
  for (const pieceBytes of [1, HEADER_BYTES - 1, HEADER_BYTES + 3]) {
    must(JSON.stringify(await parsed(bytes, pieceBytes)) === JSON.stringify(whole), 'how the bytes were cut changed what they say')
  }
}
