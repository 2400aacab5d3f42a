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

/** A page of ours: no script, no style, nothing loaded. */
export function sendPage(response: ServerResponse, page: PlainPage): void {
  if (response.headersSent) return void response.destroy()
  const body = `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${page.title}</title>\n<h1>${page.title}</h1>\n<p>${page.text}</p></html>\n`
  response.writeHead(page.status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': "default-src 'none'",
    'Cache-Control': 'no-store',
    ...page.headers,
  })
  response.end(body)
}
