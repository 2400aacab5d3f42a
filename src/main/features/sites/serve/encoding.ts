import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import type { Transform } from 'node:stream'
import { MIN_COMPRESSED_BYTES } from '../limits.ts'
import { isCompressible } from '../../../platform/content-types.ts'

export type Encoding = 'br' | 'gzip'

/** How a whole file goes out; null: as it is. Parts of a file always go as they are. */
export function chooseEncoding(accepts: string | undefined, type: string, sizeBytes: number): Encoding | null {
  if (accepts === undefined || sizeBytes < MIN_COMPRESSED_BYTES || !isCompressible(type)) return null
  const weights = new Map(accepts.split(',').map(weightOf))
  const weight = (encoding: Encoding): number => weights.get(encoding) ?? weights.get('*') ?? 0
  const [br, gzip] = [weight('br'), weight('gzip')]
  if (br === 0 && gzip === 0) return null
  return br >= gzip ? 'br' : 'gzip'
}

/** `gzip;q=0.5`; what cannot be read counts as a no. */
function weightOf(item: string): [name: string, weight: number] {
  const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = q === undefined ? 1 : Number(q.slice(2))
  return [name, weight > 0 && weight <= 1 ? weight : 0]
}

/** Brotli at a quality that keeps up with the network on one processor; a window of 256 KiB, as many run at once. */
export function compressor(encoding: Encoding): Transform {
  if (encoding === 'gzip') return createGzip({ level: 6 })
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } })
}
