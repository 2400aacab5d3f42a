import { Readable } from 'node:stream'
import { contentType } from '../../../platform/content-types.ts'
import { type HeaderList, type HttpAnswer, type HttpRequest, SITE_HEADERS } from '../../../platform/http-message.ts'
import type { Target } from '../../../platform/http-target.ts'
import type { BrowseCopies, BrowseCopyFile } from '../types.ts'
import { headerOf, judgeCopy } from './copy-conditions.ts'
import { plainPath, writtenPath } from './path.ts'

export type OpenedCopy = Awaited<ReturnType<BrowseCopies['open']>>
type CopyAnswer = Pick<HttpAnswer, 'status' | 'statusText' | 'headers' | 'body'>

type Page =
  | { readonly kind: 'file'; readonly file: BrowseCopyFile; readonly status: 200 | 404 }
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'nothing' }

/**
 * An answer from a copy, as the folder it was made of would give it: `index.html` for its folder, `about.html` for `about`,
 * `404.html` for what is not there. The setting of a single-page app is not part of a copy: where there is no `404.html`, a page
 * that is not there is index.html, as other hosts of such folders take it.
 * *Errors*: those of reading the copy, up to the first bytes of the file; after that they are those of the body.
 */
export async function answerFrom(copy: OpenedCopy, path: Target, request: Pick<HttpRequest, 'method' | 'headers'>, signal: AbortSignal): Promise<CopyAnswer> {
  const page = await pageOf(copy, path, request.headers, signal)
  if (page.kind === 'moved') return said(301, 'Moved Permanently', [['Location', page.to], ['Content-Length', '0']])
  if (page.kind === 'nothing') return plain(404, 'Not Found', 'This site has no page at this address.', request.method)
  return fileAnswer(page.file, page.status, request)
}

async function pageOf(copy: OpenedCopy, path: Target, headers: HeaderList, signal: AbortSignal): Promise<Page> {
  const { segments, isFolder, query } = path
  const last = segments.at(-1) ?? ''
  const found = await copy.find(plainPath(path), signal)
  if (found === 'folder') {
    if (!isFolder && segments.length > 0) return { kind: 'moved', to: writtenPath({ segments, isFolder: true }) + query }
  } else if (found !== null) {
    return { kind: 'file', file: found, status: 200 }
  } else if (!isFolder && !last.includes('.')) {
    const page = await fileAt(copy, `${plainPath(path)}.html`, signal)
    if (page !== null) return { kind: 'file', file: page, status: 200 }
  }
  const notFound = await fileAt(copy, '/404.html', signal)
  if (notFound !== null) return { kind: 'file', file: notFound, status: 404 }
  // A picture that is not there is not a page of the app.
  const isPage = /text\/html|\*\/\*/.test(headerOf(headers, 'accept') ?? '') && !last.includes('.')
  const index = isPage ? await fileAt(copy, '/index.html', signal) : null
  return index === null ? { kind: 'nothing' } : { kind: 'file', file: index, status: 200 }
}

async function fileAt(copy: OpenedCopy, path: string, signal: AbortSignal): Promise<BrowseCopyFile | null> {
  const found = await copy.find(path, signal)
  return found === 'folder' ? null : found
}

async function fileAnswer(file: BrowseCopyFile, pageStatus: 200 | 404, { method, headers: asked }: Pick<HttpRequest, 'method' | 'headers'>): Promise<CopyAnswer> {
  const etag = `"${file.cid}"`
  // Conditions and ranges are about the page that was asked for, not about the one that says it is not there.
  const judged = judgeCopy(pageStatus === 200 ? asked : [], { etag, bytes: file.bytes })
  const headers: HeaderList = [...SITE_HEADERS, ['ETag', etag], ['Accept-Ranges', 'bytes'], ['Cache-Control', 'no-cache']]
  switch (judged.answer) {
    case 'not-modified':
      return said(304, 'Not Modified', headers)
    case 'failed':
      return said(412, 'Precondition Failed', [...headers, ['Content-Length', '0']])
    case 'unsatisfiable':
      return said(416, 'Range Not Satisfiable', [...headers, ['Content-Range', `bytes */${file.bytes}`], ['Content-Length', '0']])
    case 'whole':
    case 'part': {
      const range = judged.answer === 'part' ? judged : { start: 0, end: file.bytes }
      const sent: HeaderList = [...headers, ['Content-Type', contentType(file.path)], ['Content-Length', String(range.end - range.start)]]
      const body = method === 'HEAD' || range.end === range.start ? nothing() : await begun(file.read(range))
      if (judged.answer === 'whole') return { ...said(pageStatus, pageStatus === 200 ? 'OK' : 'Not Found', sent), body }
      return { ...said(206, 'Partial Content', [...sent, ['Content-Range', `bytes ${range.start}-${range.end - 1}/${file.bytes}`]]), body }
    }
  }
}

/** The first piece is there before anything is said of it: what nobody has is an error, and no answer that breaks off. */
async function begun(bytes: AsyncIterable<Uint8Array>): Promise<Readable> {
  const iterator = bytes[Symbol.asyncIterator]()
  const first = await iterator.next()
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  }
  return Readable.from(rest(), { objectMode: false })
}

function plain(status: number, statusText: string, text: string, method: string): CopyAnswer {
  const bytes = Buffer.from(`<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${statusText}</title>\n<h1>${statusText}</h1>\n<p>${text}</p></html>\n`)
  const headers: HeaderList = [
    ...SITE_HEADERS,
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Content-Length', String(bytes.byteLength)],
    ['Content-Security-Policy', "default-src 'none'"],
    ['Cache-Control', 'no-store'],
  ]
  return { ...said(status, statusText, headers), body: method === 'HEAD' ? nothing() : Readable.from([bytes], { objectMode: false }) }
}

function said(status: number, statusText: string, headers: HeaderList): CopyAnswer {
  return { status, statusText, headers, body: nothing() }
}

function nothing(): Readable {
  return Readable.from([], { objectMode: false })
}
