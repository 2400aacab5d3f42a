import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

/** What a visitor reads where there is no page of the site's own. */
export interface PlainPage {
  readonly status: number
  readonly title: string
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

export const nothingHere: PlainPage = { status: 404, title: 'Nothing here', text: 'This site has no page at this address.' }
export const notAPath: PlainPage = { status: 400, title: 'Not an address', text: 'What was asked for is no address of a page.' }
export const onlyReading: PlainPage = {
  status: 405,
  title: 'Only for reading',
  text: 'This site is a folder of files: it can be read, and takes nothing.',
  // What it does not take it does not read to its end either.
  headers: { Allow: 'GET, HEAD', Connection: 'close' },
}
export const goneHere: PlainPage = {
  status: 503,
  title: 'Not there now',
  text: 'The folder of this site is not there now. Its owner has to put it back.',
  // What comes next is asked anew whether there is a site at all: then a copy can take its place.
  headers: { Connection: 'close' },
}
export const failedHere: PlainPage = {
  status: 500,
  title: 'This site failed',
  text: 'The owner’s device could not read this page. It is in their log.',
}

const style = `:root{color-scheme:light dark}
body{margin:0;background:light-dark(#fdfcfb,#1e1c1a);color:light-dark(#24211d,#edeae5);font:15px/22px system-ui,sans-serif}
main{max-width:36rem;margin:0 auto;padding:12vh 24px 48px}
h1{font-size:24px;line-height:32px;font-weight:600;margin:0 0 8px}
p{margin:0;color:light-dark(#575149,#b9b3a9)}`

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`

/** A page of ours: no script, one style, nothing loaded. */
export function sendPage(response: ServerResponse, page: PlainPage): void {
  if (response.headersSent) return void response.destroy()
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${page.title}</title><style>${style}</style>`
  const body = `<!doctype html>\n<html lang="en">${head}\n<main><h1>${page.title}</h1>\n<p>${page.text}</p></main></html>\n`
  response.writeHead(page.status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-store',
    ...page.headers,
  })
  response.end(body)
}
