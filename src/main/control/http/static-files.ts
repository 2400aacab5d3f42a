import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** Their names carry a hash of their content, so what a browser kept is never out of date. */
const HASHED = '/assets/'

interface StaticFile {
  readonly path: string
  readonly type: string
}

/**
 * The built window under `/`. What may be served is listed beforehand: a request's path either is one of the keys, letter
 * by letter, or there is nothing; no path from outside ever meets the file system.
 */
export class StaticFiles {
  readonly #folder: string
  #files: Map<string, StaticFile> | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  async serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendText(response.setHeader('allow', 'GET, HEAD'), 405, 'Only GET and HEAD are answered here.')
    }
    // A new build has new names: listed again with each page load.
    if (this.#files === null || path === '/') this.#files = await list(this.#folder)
    const file = this.#files.get(path === '/' ? '/index.html' : path)
    const bytes = file === undefined ? null : await readFile(file.path).catch(() => null)
    if (file === undefined || bytes === null) {
      return sendText(
        response,
        404,
        path === '/' ? 'The window is not built: run `npm run build`.' : 'Nothing is here.',
      )
    }
    if (path.startsWith(HASHED)) response.setHeader('cache-control', 'private, max-age=31536000, immutable')
    response.writeHead(200, { 'content-type': file.type, 'content-length': bytes.byteLength }).end(bytes)
  }
}

/** Regular files of known types; a symbolic link is neither followed nor served. */
async function list(folder: string): Promise<Map<string, StaticFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = new Map<string, StaticFile>()
  for (const entry of entries) {
    const type = contentTypes[extname(entry.name)]
    if (type === undefined || !entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { path, type })
  }
  return files
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}
