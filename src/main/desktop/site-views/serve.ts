import { Readable, type Transform } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { HeaderList, HttpAnswer } from '../../platform/http-message.ts'
import { TAG } from './carried.ts'
import { SANDBOX, type OpenRequest } from './traffic.ts'

/*
 * Serves `peer:` to one session: Chromium's requests to the terms of the view that asked, and the answers back. Nothing
 * is read of a body that Chromium does not take, and one that is cut fails there too.
 */

/** Chromium takes bodies as they are and unpacks none that does not come over its own network. */
const UNPACKED: Readonly<Record<string, () => Transform>> = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }
const PACKED = 'gzip, br'

/** Statuses that have no body by what they mean. https://fetch.spec.whatwg.org/#null-body-status */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304])

export async function servePage(request: Request, asked: OpenRequest): Promise<Response> {
  const { view, isPage, isDocument, gone } = asked
  const answer = await view.terms.fetch({
    url: request.url,
    method: request.method,
    path: pathOf(request.url),
    headers: askedHeaders(request.headers),
    body: request.body === null ? null : Readable.fromWeb(request.body as WebStream),
    isPage,
    signal: gone.signal,
  })
  if (answer === null) return Response.error()
  if (gone.signal.aborted) return discarded(answer)
  try {
    return responseOf(answer, request.method, isDocument, gone.signal)
  } catch {
    // A status or a header that no answer can have.
    return discarded(answer)
  }
}

function responseOf(answer: HttpAnswer, method: string, isDocument: boolean, gone: AbortSignal): Response {
  const { status, statusText } = answer
  if (status < 200 || status > 599) return discarded(answer)
  const packing = valueOf(answer.headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity'
  const unpack = UNPACKED[packing]
  if (packing !== 'identity' && unpack === undefined) return discarded(answer)
  // A part of something packed cannot be unpacked.
  if (unpack !== undefined && status === 206) return discarded(answer)
  const headers = new Headers()
  for (const [name, value] of answer.headers) {
    const lower = name.toLowerCase()
    if (lower === 'content-encoding' || (lower === 'content-length' && unpack !== undefined)) continue
    headers.append(name, value)
  }
  headers.set('x-dns-prefetch-control', 'off')
  if (isDocument) headers.append('content-security-policy', SANDBOX)
  const isEmpty = method === 'HEAD' || WITHOUT_BODY.has(status)
  if (isEmpty) drop(answer.body)
  return new Response(isEmpty ? null : bodyOf(answer.body, unpack, gone), { status, statusText, headers })
}

/** Reads a chunk when Chromium has room for one. Where it goes away, nothing is read on. */
function bodyOf(body: Readable, unpack: (() => Transform) | undefined, gone: AbortSignal): ReadableStream<Uint8Array> {
  const plain = unpack === undefined ? body : unpacked(body, unpack())
  const end = (): void => drop(plain)
  gone.addEventListener('abort', end, { once: true })
  const chunks = plain[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next()
        if (next.done !== true) return controller.enqueue(next.value)
        gone.removeEventListener('abort', end)
        controller.close()
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}

function unpacked(body: Readable, transform: Transform): Readable {
  body.once('error', (error) => transform.destroy(error))
  transform.once('close', () => drop(body))
  return body.pipe(transform)
}

function askedHeaders(headers: Headers): HeaderList {
  const kept = [...headers].filter(([name]) => name !== TAG && name !== 'accept-encoding')
  return headers.has('range') ? kept : [...kept, ['accept-encoding', PACKED]]
}

/** Chromium's address with the scheme and the name taken off, and the part after `#`, which is never sent. */
function pathOf(url: string): string {
  const path = url.replace(/^peer:\/\/[^/?#]*/, '').replace(/#.*$/s, '')
  return path.startsWith('/') ? path : `/${path}`
}

function valueOf(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1]
}

function discarded(answer: HttpAnswer): Response {
  drop(answer.body)
  return Response.error()
}

function drop(body: Readable): void {
  body.on('error', () => {})
  body.destroy()
}
