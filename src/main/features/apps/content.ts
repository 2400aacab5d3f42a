import { DecodeError } from '../../platform/cbor.ts'
import { MAX_JSON_DEPTH } from './limits.ts'
import type { Content } from './types.ts'

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/**
 * A body of somebody else's. What they call JSON is one JSON text, no deeper than anything that walks it bears; it is
 * kept as bytes, as its value may take twenty times the room. Undefined for nothing at all.
 * Errors: DecodeError.
 */
export function checkedContent(as: Content['as'], bytes: Uint8Array): Content | undefined {
  if (as === 'json') checkJson(bytes)
  return bytes.byteLength === 0 ? undefined : { as, bytes }
}

function checkJson(bytes: Uint8Array): void {
  if (depthOf(bytes) > MAX_JSON_DEPTH) throw new DecodeError(`JSON deeper than ${MAX_JSON_DEPTH}`)
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new DecodeError('not JSON', { cause })
  }
}

/** Of a text that may be anything; right for what is JSON. */
function depthOf(bytes: Uint8Array): number {
  let depth = 0
  let deepest = 0
  let isText = false
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) isText = !isText
    else if (isText && byte === BACKSLASH) at += 1
    else if (!isText && OPENING.has(byte)) deepest = Math.max(deepest, (depth += 1))
    else if (!isText && CLOSING.has(byte)) depth -= 1
  }
  return deepest
}
