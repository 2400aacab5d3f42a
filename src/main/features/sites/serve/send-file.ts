import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { FILE_BUFFER_BYTES } from '../limits.ts'
import { judge, type Judged, type Validators } from './conditions.ts'
import { contentType } from './content-types.ts'
import { openFound } from './files.ts'

/** An answer to a request for a file: the status, what belongs to it, and the bytes, `lengthBytes` of them. */
export interface FileAnswer {
  readonly status: 200 | 206 | 304 | 412 | 416
  readonly headers: Record<string, string>
  /** The bytes; null for none. Destroyed by whoever does not read them to their end. */
  readonly body: Readable | null
  readonly lengthBytes: number
}

export interface FileAsked {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

/** Null: it is not there any more. `path` is a file's own path, looked for and judged already. */
export type SendFile = (asked: FileAsked, path: string) => Promise<FileAnswer | null>

export const sendFile: SendFile = async ({ method, headers: asked }, path) => {
  const file = await openFound(path)
  if (file === null) return null
  const { handle, stats } = file
  try {
    const validators: Validators = {
      // What was written within the same tick of the clock has another size or another inode, or is the same.
      etag: `"${stats.size.toString(36)}-${Math.round(stats.mtimeMs * 1_000).toString(36)}-${stats.ino.toString(36)}"`,
      modifiedMs: stats.mtimeMs,
      sizeBytes: stats.size,
    }
    const judged = judge(asked, validators)
    const { status, part } = plan(judged, stats.size)
    const headers: Record<string, string> = {
      ETag: validators.etag,
      'Last-Modified': new Date(stats.mtimeMs).toUTCString(),
      'Accept-Ranges': 'bytes',
      // Kept, and asked about each time: whoever changes a file has changed it for all.
      'Cache-Control': 'no-cache',
    }
    if (part !== null) headers['Content-Type'] = contentType(path)
    if (judged.answer === 'part') headers['Content-Range'] = `bytes ${judged.firstByte}-${judged.lastByte}/${stats.size}`
    if (judged.answer === 'unsatisfiable') headers['Content-Range'] = `bytes */${stats.size}`
    const lengthBytes = part === null ? 0 : part.end - part.start
    if (part === null || lengthBytes === 0 || method === 'HEAD') {
      await handle.close()
      return { status, headers, body: null, lengthBytes }
    }
    const body = handle.createReadStream({ start: part.start, end: part.end - 1, highWaterMark: FILE_BUFFER_BYTES })
    return { status, headers, body, lengthBytes }
  } catch (error) {
    await handle.close().catch(() => {})
    throw error
  }
}

function plan(judged: Judged, sizeBytes: number): { status: FileAnswer['status']; part: { start: number; end: number } | null } {
  switch (judged.answer) {
    case 'whole':
      return { status: 200, part: { start: 0, end: sizeBytes } }
    case 'part':
      return { status: 206, part: { start: judged.firstByte, end: judged.lastByte + 1 } }
    case 'not-modified':
      return { status: 304, part: null }
    case 'failed':
      return { status: 412, part: null }
    case 'unsatisfiable':
      return { status: 416, part: null }
  }
}
