import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import type { SiteAnswer } from '../types.ts'

/**
 * The same answer, unpacked as it is read, for whoever does not unpack themselves. What is packed in another way stays as
 * it is. However much comes out of it, no more is unpacked than is read.
 */
export function decoded(answer: SiteAnswer): SiteAnswer {
  const coding = answer.headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1]
  const unpacker = unpackerOf(coding)
  if (unpacker === null) return answer
  const headers = answer.headers.filter(([name]) => !/^content-(?:encoding|length)$/i.test(name))
  return { ...answer, headers, body: joined(answer.body, unpacker) }
}

function unpackerOf(coding: string | undefined): Transform | null {
  switch (coding?.trim().toLowerCase()) {
    case 'br':
      return createBrotliDecompress()
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    default:
      return null
  }
}

/** An error of either is the error of what is read. */
function joined(from: Readable, to: Transform): Readable {
  return pipeline(from, to, () => {})
}
