import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { LatchError } from '../../../shared/errors.ts'
import { person, program } from '../callers.ts'
import { contractError } from '../failures.ts'
import type { Router } from '../router.ts'
import type { HttpLimits, HttpParts } from '../types.ts'
import { readJson, sendError, sendJson } from './body.ts'
import type { Brake } from './brake.ts'
import { admit, strictHeaders } from './guard.ts'
import { SITE_PREFIX, serveSite } from './site-route.ts'
import { StaticFiles } from './static-files.ts'
import { bearerOf, type Tokens } from './tokens.ts'

interface AnswerParts extends HttpParts {
  readonly router: Router
  readonly url: string
  readonly port: number
  readonly tokens: Tokens
  readonly brake: Brake
  readonly limits: HttpLimits
  readonly windowUrl: () => string
}

type Answerer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * What is at which path, and who may have it:
 *
 *   /api/ /api/openapi.json   what can be asked            anybody on this machine
 *   /api/*                    the contract as HTTP          bearer token; a program's opens what is for programs
 *   /rpc/*                    the contract as oRPC sends it the same
 *   /site/<name>/*            a page of a site             bearer token, of no program
 *   POST /session             a window token for a session  window token
 *   POST /window              another address for a window  bearer token, of no program
 *   /*                        the built window              anybody on this machine
 */
export function createAnswerer(parts: AnswerParts): Answerer {
  const { node, log, port, tokens, brake, limits } = parts
  const interceptors = [decodeErrors]
  const api = new OpenAPIHandler(parts.router, { interceptors })
  const rpc = new RPCHandler(parts.router, { interceptors })
  const files = new StaticFiles(parts.staticFolder)
  const headers = Object.entries(strictHeaders(port))
  let documents: Promise<ReadonlyMap<string, Document>> | null = null

  return async (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value)
    const path = request.url?.split('?', 1)[0] ?? ''
    const place = placeOf(path)
    const admission = admit(request.headers, port, place === 'page' || place === 'document' ? 'page' : 'call')
    if (admission.verdict === 'refuse') {
      log.warn({ why: admission.why }, 'a request was refused')
      return sendError(response, admission.code, admission.why)
    }
    if (place === 'page') return files.serve(path, request, response)
    if (place === 'document') return serveDocument(path, response)

    const token = bearerOf(request.headers.authorization) ?? ''
    const form = place === 'rpc' ? 'rpc' : 'plain'
    if (place === 'session') {
      const session = request.method === 'POST' ? tokens.openSession(token) : null
      return session === null ? turnAway() : sendJson(response, 200, { token: session })
    }
    const opened = tokens.opens(token)
    if (opened === 'nothing') return turnAway()
    const context = typeof opened === 'string' ? person : program(opened.program)
    if ((place === 'window' || place === 'site') && context !== person) return sendError(response, 'NOT_ALLOWED')
    if (place === 'window' && request.method === 'POST') return sendJson(response, 200, { url: parts.windowUrl() })
    if (place === 'window') return sendError(response, 'NOT_FOUND')
    if (place === 'site') return serveSite(node, log, request, response)

    try {
      const body = request.method === 'GET' ? undefined : await readJson(request, limits.maxBodyBytes)
      // Where it finds a body that was read already, oRPC takes it as it is.
      if (body !== undefined) Object.assign(request, { body })
    } catch (error) {
      if (!(error instanceof LatchError)) return void response.destroy()
      return sendError(response, error.code, error.message, form)
    }
    const { matched } = await (place === 'api'
      ? api.handle(request, response, { prefix: '/api', context })
      : rpc.handle(request, response, { prefix: '/rpc', context }))
    if (!matched) sendError(response, 'NOT_FOUND', 'There is no such operation; see /api/.', form)

    async function turnAway(): Promise<void> {
      log.warn({ place }, 'a request came without a good token')
      if ((await brake.failed()) === 'cut') return void response.destroy()
      sendError(response, 'UNAUTHORIZED', undefined, form)
    }
  }

  async function serveDocument(path: string, response: ServerResponse): Promise<void> {
    documents ??= makeDocuments(parts.url, node.status().version)
    const document = (await documents).get(path)
    if (document === undefined) return sendError(response, 'NOT_FOUND')
    response.writeHead(200, { 'content-type': document.type }).end(document.text)
  }
}

interface Document {
  readonly type: string
  readonly text: string
}

/** Made when somebody looks, as it takes 0.1 s of this thread, and once, as anybody on this machine may look. */
async function makeDocuments(url: string, version: string): Promise<ReadonlyMap<string, Document>> {
  const { openApiDocument } = await import('./openapi.ts')
  const { apiPage, apiPageStyle } = await import('./api-page.ts')
  const document = await openApiDocument(url, version)
  const page = { type: 'text/html; charset=utf-8', text: apiPage(document) }
  return new Map([
    ['/api', page],
    ['/api/', page],
    ['/api/openapi.json', { type: 'application/json', text: JSON.stringify(document) }],
    ['/api/page.css', { type: 'text/css; charset=utf-8', text: apiPageStyle }],
  ])
}

type Place = 'document' | 'api' | 'rpc' | 'session' | 'site' | 'window' | 'page'

const documentPaths = new Set(['/api', '/api/', '/api/openapi.json', '/api/page.css'])

function placeOf(path: string): Place {
  if (documentPaths.has(path)) return 'document'
  if (path.startsWith('/api/')) return 'api'
  if (path === '/rpc' || path.startsWith('/rpc/')) return 'rpc'
  if (path.startsWith(SITE_PREFIX)) return 'site'
  if (path === '/session') return 'session'
  if (path === '/window') return 'window'
  return 'page'
}

/** What a handler throws is in the contract's words by then; anything else could not be read as an input. */
async function decodeErrors<Result>({ next }: { next: () => Promise<Result> }): Promise<Result> {
  try {
    return await next()
  } catch (error) {
    throw error instanceof ORPCError ? error : contractError('BAD_INPUT')
  }
}
