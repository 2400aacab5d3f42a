import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MAX_COMPRESSORS } from '../limits.ts'
import type { Log } from '../../../platform/log.ts'
import { exactly } from '../bodies.ts'
import { isCompressible } from '../../../platform/content-types.ts'
import { chooseEncoding, compressor } from './encoding.ts'
import { locate, type Found } from './files.ts'
import type { Asked, OnState, SiteHandler } from './handler.ts'
import { goneHere, nothingHere, onlyReading, sendPage } from './pages.ts'
import { secure } from './security-headers.ts'
import { sendFile, type FileAnswer, type SendFile } from './send-file.ts'
import { writtenPath, type Target } from '../../../platform/http-target.ts'
import { Places } from '../../../platform/places.ts'

export interface FolderParts {
  readonly root: string
  /** A page that is not there is answered with index.html. */
  readonly fallback: boolean
  readonly log: Log
  readonly platform: NodeJS.Platform
  readonly onState: OnState
  /** What answers for one file, once it was found. */
  readonly send?: SendFile
}

type Page =
  | { readonly kind: 'file'; readonly path: string; readonly status: 200 | 404 }
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'nothing' }

/** One for all folders of this process: it is the processor that is shared. */
const compressors = new Places<'all'>({ each: MAX_COMPRESSORS })

/**
 * A folder of files, for reading. `index.html` stands for its folder and `about` finds `about.html`; folders are never
 * listed. What may not be seen (names that begin with a dot, links that lead out) is not there.
 */
export function folderHandler(parts: FolderParts): SiteHandler {
  const { root, log, platform } = parts
  const send = parts.send ?? sendFile

  async function lookAtRoot(): Promise<'there' | 'gone'> {
    const isThere = await stat(root).then((stats) => stats.isDirectory(), () => false)
    const isReadable = isThere && (await access(root, constants.R_OK | constants.X_OK).then(() => true, () => false))
    if (isReadable) parts.onState({ kind: 'open' })
    else if (isThere) parts.onState({ kind: 'failing', why: `Latch may not read the folder ${root} any more.` })
    else parts.onState({ kind: 'failing', why: `The folder ${root} is not there any more: put it back, or publish the site from where it is now.` })
    return isReadable ? 'there' : 'gone'
  }

  async function look(segments: readonly string[]): Promise<Found> {
    const found = await locate(root, segments, platform)
    if (found.kind === 'refused') log.info({ why: found.why }, 'a visitor asked for a file that is not served')
    return found
  }

  async function pageFor(target: Target, request: IncomingMessage): Promise<Page> {
    const { segments, isFolder } = target
    const found = await look(segments)
    if (found.kind === 'folder') {
      if (!isFolder && segments.length > 0) return { kind: 'moved', to: writtenPath({ segments, isFolder: true }) + target.query }
      const index = await look([...segments, 'index.html'])
      if (index.kind === 'file') return { ...index, status: 200 }
    } else if (found.kind === 'file' && !isFolder) {
      return { ...found, status: 200 }
    } else if (found.kind === 'missing' && !isFolder && !lastOf(segments).includes('.')) {
      const page = await look([...segments.slice(0, -1), `${lastOf(segments)}.html`])
      if (page.kind === 'file') return { ...page, status: 200 }
    }
    return missing(target, request)
  }

  async function missing({ segments }: Target, request: IncomingMessage): Promise<Page> {
    // A picture that is not there is not a page of the app.
    const isPage = /text\/html|\*\/\*/.test(request.headers.accept ?? '') && !lastOf(segments).includes('.')
    const isApp = parts.fallback && isPage
    const found = await look([isApp ? 'index.html' : '404.html'])
    return found.kind === 'file' ? { ...found, status: isApp ? 200 : 404 } : { kind: 'nothing' }
  }

  return {
    async request(request, response, { target }: Asked) {
      secure(response)
      if (request.method !== 'GET' && request.method !== 'HEAD') return sendPage(response, onlyReading)
      const page = await pageFor(target, request)
      if (page.kind === 'nothing') return sendPage(response, (await lookAtRoot()) === 'gone' ? goneHere : nothingHere)
      if (page.kind === 'moved') {
        response.writeHead(301, { Location: page.to, 'Content-Length': 0 })
        return void response.end()
      }
      // Conditions and ranges are about the page that was asked for, not about the one that says it is not there.
      const { 'accept-encoding': accepts } = request.headers
      const headers = page.status === 200 ? request.headers : { ...(accepts !== undefined && { 'accept-encoding': accepts }) }
      const answer = await send({ method: request.method, headers }, page.path)
      if (answer === null) return sendPage(response, nothingHere)
      await sendAnswer(response, answer, page.status, request)
    },
    look: lookAtRoot,
    close() {},
  }
}

async function sendAnswer(response: ServerResponse, answer: FileAnswer, pageStatus: 200 | 404, request: IncomingMessage): Promise<void> {
  const { headers, body, lengthBytes } = answer
  const type = headers['Content-Type'] ?? ''
  const accepts = request.headers['accept-encoding']
  const wanted = answer.status === 200 ? chooseEncoding(accepts, type, lengthBytes) : null
  const giveBack = wanted === null || body === null ? null : compressors.take('all')
  const encoding = body === null || giveBack !== null ? wanted : null
  if (isCompressible(type)) response.setHeader('Vary', 'Accept-Encoding')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (encoding !== null) {
    response.setHeader('Content-Encoding', encoding)
    // It stands for the same page, and not for the same bytes.
    response.setHeader('ETag', `W/${headers['ETag'] ?? '""'}`)
    response.removeHeader('Accept-Ranges')
  } else if (answer.status !== 304) {
    response.setHeader('Content-Length', lengthBytes)
  }
  response.writeHead(answer.status === 200 ? pageStatus : answer.status)
  try {
    if (body === null) response.end()
    else if (encoding !== null) await pipeline(body instanceof Uint8Array ? Readable.from([body]) : body, exactly(lengthBytes), compressor(encoding), response)
    else if (body instanceof Uint8Array) response.end(body)
    else await pipeline(body, exactly(lengthBytes), response)
  } finally {
    giveBack?.()
  }
}

function lastOf(segments: readonly string[]): string {
  return segments.at(-1) ?? ''
}
