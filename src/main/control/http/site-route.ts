import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { LatchError } from '../../../shared/errors.ts'
import { SiteName } from '../../../shared/model/sites.ts'
import { errorCodeOf, OpenError } from '../../features/browse/index.ts'
import type { PageAnswer } from '../../features/browse/types.ts'
import type { PeerNode } from '../../node/types.ts'
import { inPairs } from '../../platform/http-message.ts'
import type { Log } from '../../platform/log.ts'
import { sendError } from './body.ts'

/** Where pages of sites lie, for programs of this person: `/site/alice.peer/path?query`. */
export const SITE_PREFIX = '/site/'

/** Of a request, what is passed on: what is wanted, and on which conditions. Nothing of who asks. */
const ASKED = /^(?:accept|accept-encoding|accept-language|cache-control|if-match|if-none-match|if-modified-since|if-unmodified-since|if-range|range)$/i

/** Of an answer, what its bytes are and what may be done with them. Nothing that would make this server's own address do something. */
const TOLD =
  /^(?:accept-ranges|age|allow|content-disposition|content-encoding|content-language|content-length|content-range|content-type|date|etag|expires|last-modified|retry-after|vary)$/i

interface Asked {
  readonly site: SiteName
  readonly path: string
}

/** A browser that gets here all the same shows nothing, runs nothing and keeps nothing of it. */
const POLICY = "default-src 'none'; sandbox"

/**
 * A page of a site as it comes, at the pace of whoever reads; when they leave, so does the request. `Cache-Control: no-cache`
 * asks for the name again too. Errors are those of the contract, with the step and the code of opening under `data`.
 */
export async function serveSite(node: PeerNode, log: Log, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = targetOf(request.url ?? '')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendError(response.setHeader('allow', 'GET, HEAD'), 'BAD_INPUT', 'Pages of sites can be read here: GET and HEAD.')
  }
  if (asked === null) return sendError(response, 'BAD_INPUT', 'Name the site and the path: /site/alice.peer/index.html.')
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('whoever asked is gone')))
  let answer: PageAnswer
  try {
    const { opening } = node.household().browse
    const headers = inPairs(request.rawHeaders).filter(([name]) => ASKED.test(name))
    const again = /no-cache/i.test(request.headers['cache-control'] ?? '')
    answer = await opening.fetch(asked.site, { method: request.method, path: asked.path, headers }, { signal: gone.signal, again })
  } catch (error) {
    return sendFailure(response, error, log)
  }
  try {
    await send(request, response, answer, asked)
  } catch (error) {
    // Whoever reads sees that it broke off, and never an end.
    if (!response.destroyed) log.info({ error }, 'a page of a site broke off')
    response.destroy()
  } finally {
    answer.body.destroy()
  }
}

/**
 * Where an answer leads on, at this route; null: not to a site. A program that follows by itself takes its token along, and
 * neither another server nor another part of this one is to see it come from there.
 */
function placeHere(location: string, { site, path }: Asked): string | null {
  const to = URL.parse(location, `peer://${site}${path}`)
  const there = to?.protocol === 'peer:' && to.port === '' && to.username === '' ? SiteName.safeParse(to.hostname.toLowerCase()) : null
  return there?.success === true && to !== null ? `${SITE_PREFIX}${there.data}${to.pathname || '/'}${to.search}` : null
}

/** `/site/alice.peer/a%20b?c` is `/a%20b?c` of alice.peer. */
function targetOf(url: string): Asked | null {
  const [, name = '', path = ''] = /^\/site\/([^/?#]+)([^#]*)$/.exec(url) ?? []
  const site = SiteName.safeParse(name)
  return site.success ? { site: site.data, path: path.startsWith('/') ? path : `/${path}` } : null
}

async function send({ method }: IncomingMessage, response: ServerResponse, { status, headers, body, source, found }: PageAnswer, asked: Asked): Promise<void> {
  for (const [name, value] of headers) {
    if (TOLD.test(name)) response.setHeader(name, value)
    if (name.toLowerCase() !== 'location') continue
    const here = placeHere(value, asked)
    if (here !== null) response.setHeader('location', here)
    response.setHeader('latch-location', value)
  }
  response.setHeader('content-security-policy', POLICY)
  response.setHeader('latch-source', source.kind)
  response.setHeader('latch-owner', found.owner)
  response.writeHead(status)
  response.flushHeaders()
  if (method === 'HEAD' || status === 204 || status === 304) return void response.end()
  await pipeline(body, response)
}

function sendFailure(response: ServerResponse, error: unknown, log: Log): void {
  if (response.destroyed) return
  if (error instanceof OpenError) {
    const { step, code, why, knock } = error.facts
    return sendError(response, errorCodeOf(code), why, 'plain', { step, code, knock })
  }
  if (error instanceof LatchError) return sendError(response, error.code, error.message)
  log.error({ error }, 'a page of a site could not be read')
  sendError(response, 'INTERNAL')
}
