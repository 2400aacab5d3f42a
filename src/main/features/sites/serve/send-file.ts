import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import send from '@fastify/send'
import { FILE_BUFFER_BYTES } from '../limits.ts'
import { askedOfLibrary, type AskedHeaders, type Validators } from './asked-of-library.ts'
import { contentType } from '../../../platform/content-types.ts'
import { openFound } from './files.ts'

/** An answer to a request for a file: the status, what belongs to it, and the bytes, `lengthBytes` of them. */
export interface FileAnswer {
  readonly status: 200 | 206 | 304 | 412 | 416
  readonly headers: Record<string, string>
  /** The bytes: of a small file as they were read, of another one to be read; null for none. Whoever does not read to the end destroys it. */
  readonly body: Readable | Uint8Array | null
  readonly lengthBytes: number
}

export interface FileAsked {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

/** Null: it is not there any more. `path` is a file's own path, looked for and judged already. */
export type SendFile = (asked: FileAsked, path: string) => Promise<FileAnswer | null>

/** A file that is written anew again and again, just while it is looked at, is given up. */
const MOST_TRIES = 3

/**
 * What @fastify/send says to a request for a file, of the file that was opened. The library is given no folder (its
 * `root` follows links out of it) and reads no file (it would open the path once more, where something else may lie by
 * then): it judges, and the bytes come from the file that was judged.
 */
export const sendFile: SendFile = async ({ method, headers: asked }, path) => {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const file = await openFound(path)
    if (file === null) return null
    const answer = await answerOf(file, path, method, asked).catch(async (error: unknown) => {
      await file.handle.close().catch(() => {})
      throw error
    })
    if (answer !== 'another') return answer
    await file.handle.close()
  }
  return null
}

async function answerOf(
  { handle, stats }: { handle: FileHandle; stats: Stats },
  path: string,
  method: string,
  asked: IncomingHttpHeaders,
): Promise<FileAnswer | 'another'> {
  const file: Validators = { etag: etagOf(stats), modifiedMs: stats.mtimeMs, sizeBytes: stats.size }
  const headersAsked = askedOfLibrary(method, asked, file)
  // Where nothing is asked but the file there is nothing to judge, and no need to look at it once more.
  const isPlain = Object.keys(headersAsked).length === 0
  const judged: Judged | 'another' = isPlain
    ? { status: 200, range: undefined, lengthBytes: stats.size }
    : await judge(path, headersAsked, stats)
  if (judged === 'another') return judged
  const { status, range } = judged
  const isSent = status === 200 || status === 206
  const headers: Record<string, string> = {
    ETag: file.etag,
    'Last-Modified': new Date(stats.mtimeMs).toUTCString(),
    'Accept-Ranges': 'bytes',
    // Kept, and asked about each time: whoever changes a file has changed it for all.
    'Cache-Control': 'no-cache',
  }
  if (isSent) headers['Content-Type'] = contentType(path)
  if (range !== undefined) headers['Content-Range'] = range
  const lengthBytes = isSent ? judged.lengthBytes : 0
  if (lengthBytes === 0 || method === 'HEAD') {
    await handle.close()
    return { status, headers, body: null, lengthBytes }
  }
  const start = status === 206 ? Number(/^bytes (\d+)-/.exec(range ?? '')?.[1]) : 0
  if (lengthBytes <= FILE_BUFFER_BYTES) {
    const whole = await wholeOf(handle, start, lengthBytes)
    if (whole === null) return 'another'
    await handle.close()
    return { status, headers, body: whole, lengthBytes }
  }
  const body = handle.createReadStream({ start, end: start + lengthBytes - 1, highWaterMark: FILE_BUFFER_BYTES })
  return { status, headers, body, lengthBytes }
}

/** Null: it has become shorter. */
async function wholeOf(handle: FileHandle, start: number, lengthBytes: number): Promise<Uint8Array | null> {
  const bytes = Buffer.allocUnsafe(lengthBytes)
  for (let at = 0; at < lengthBytes; ) {
    const { bytesRead } = await handle.read(bytes, at, lengthBytes - at, start + at)
    if (bytesRead === 0) return null
    at += bytesRead
  }
  return bytes
}

interface Judged {
  readonly status: FileAnswer['status']
  /** `Content-Range`, as it is said. */
  readonly range: string | undefined
  readonly lengthBytes: number
}

/** `another`: what lies at the path now is not what was opened. Errors: what the library says of a file that it cannot look at. */
async function judge(path: string, headers: AskedHeaders, opened: Stats): Promise<Judged | 'another'> {
  let isAnother = true
  const answer = await send({ method: 'HEAD', headers } as unknown as Readable, encodeURIComponent(path), {
    // Whether it may be asked for was judged from the site's folder on; that folder itself may well lie in ~/.local.
    dotfiles: 'allow',
    index: false,
    etag: false,
    contentType: false,
    cacheControl: false,
    onFile: (_path, stats) => void (isAnother = etagOf(stats) !== etagOf(opened) || stats.dev !== opened.dev),
  })
  answer.stream.destroy()
  const { statusCode } = answer
  if (isAnother) return 'another'
  if (!isKnown(statusCode)) throw new Error(`the file was answered with ${statusCode}`)
  return { status: statusCode, range: answer.headers['Content-Range'], lengthBytes: Number(answer.headers['Content-Length'] ?? 0) }
}

function isKnown(status: number): status is FileAnswer['status'] {
  return [200, 206, 304, 412, 416].includes(status)
}

/** Strong: what was written within the same tick of the clock has another size or another inode, or is the same. */
function etagOf({ size, mtimeMs, ino }: Stats): string {
  return `"${size.toString(36)}-${Math.round(mtimeMs * 1_000).toString(36)}-${ino.toString(36)}"`
}
