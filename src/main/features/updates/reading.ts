import { request } from 'node:https'
import type { Readable } from 'node:stream'

export interface Answer {
  readonly status: number
  readonly body: Readable
}

/** Opens an address, by one scheme. Follows nothing: what is pinned is one place. Errors: whatever kept it from coming. */
export type Opener = (url: URL, signal: AbortSignal) => Promise<Answer>

export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

/** The whole of a small answer, and of a larger one nothing. Errors: TooLargeError. */
export async function readWhole(body: Readable, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  try {
    for await (const part of body as AsyncIterable<Uint8Array>) {
      sizeBytes += part.byteLength
      if (sizeBytes > maxBytes) throw new TooLargeError(`more than ${maxBytes} bytes came`)
      parts.push(part)
    }
  } finally {
    body.destroy()
  }
  return Buffer.concat(parts)
}

/**
 * The web, by the certificates that Node trusts. Says nothing of who asks: no version, no system, no cookie; the server sees
 * an address of the internet, and when. `ca`: another root, for tests.
 */
export function httpsOpener({ ca }: { ca?: string } = {}): Opener {
  return (url, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const asked = request(url, { signal, ...(ca === undefined ? {} : { ca }), agent: false, headers: { accept: '*/*' } }, (response) => {
      resolve({ status: response.statusCode ?? 0, body: response })
    })
    asked.once('error', reject)
    asked.end()
    return promise
  }
}
