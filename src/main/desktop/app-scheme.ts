import { net, protocol } from 'electron'
import { extname, join, normalize, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isOurs } from './links.ts'

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  // Voice notes, which the window is given as bytes.
  'media-src blob:',
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/**
 * Must run before the app is ready, and once: afterwards schemes cannot be given privileges, and a second call takes those
 * of the first back. `peer:` is for pages of others, whom each session serves by itself; without service workers, CORS or
 * a way around a policy.
 */
export function declareSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    { scheme: 'peer', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ])
}

/** Serves `folder` under `app://latch/`, and nothing outside it. */
export function serveApp(folder: string): void {
  const root = normalize(folder) + sep
  protocol.handle('app', async (request) => {
    const file = isOurs(request.url) ? fileIn(root, new URL(request.url).pathname) : null
    const type = file === null ? undefined : contentTypes[extname(file)]
    if (file === null || type === undefined) return new Response(null, { status: 404 })
    const found = await net.fetch(pathToFileURL(file).href).catch(() => null)
    if (found === null || !found.ok) return new Response(null, { status: 404 })
    return new Response(found.body, {
      headers: {
        'content-type': type,
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      },
    })
  })
}

/** Null: it lies outside, or is no path at all. `root` ends with a separator. */
function fileIn(root: string, pathname: string): string | null {
  let path: string
  try {
    path = pathname === '/' ? '/index.html' : decodeURIComponent(pathname)
  } catch {
    return null
  }
  const file = normalize(join(root, path))
  return file.startsWith(root) ? file : null
}
