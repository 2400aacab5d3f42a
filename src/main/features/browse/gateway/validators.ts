import type { HeaderList } from '../../../platform/http-message.ts'

/*
 * A browser keeps a page with its ETag or its date, and asks whether it is still the same. What it kept of one owner is asked about
 * at no other: "not modified since 2099" would be believed for ever. So a tag is given with the owner's mark in it, a
 * date as such a tag, and what comes back without the mark is passed over.
 */

const DATE = 'date-'

/** Of an answer: its tag and date, as the browser gets them. */
export function markedValidators(headers: HeaderList, mark: string): [name: string, value: string][] {
  const [etag, modified] = [valueOf(headers, 'etag'), valueOf(headers, 'last-modified')]
  const [, weak, tag] = /^(W\/)?"([\x21\x23-\x7e]*)"$/.exec(etag?.trim() ?? '') ?? []
  if (tag !== undefined) return [['ETag', `${weak ?? ''}"${mark}.${tag}"`]]
  const atMs = Date.parse(modified ?? '')
  return Number.isNaN(atMs) ? [] : [['ETag', `W/"${mark}.${DATE}${atMs}"`]]
}

/** Of a request: its conditions, in the site's own words. */
export function siteValidators(headers: HeaderList, mark: string): [name: string, value: string][] {
  const said: [string, string][] = []
  for (const [name, text] of headers) {
    const kind = name.toLowerCase()
    if (kind !== 'if-none-match' && kind !== 'if-match' && kind !== 'if-range') continue
    if (text.trim() === '*') {
      said.push([name, '*'])
      continue
    }
    const own = [...text.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak = '', tag = '']) => (tag.startsWith(`${mark}.`) ? [[weak, tag.slice(mark.length + 1)] as const] : []))
    const tags = own.filter(([weak, tag]) => weak === '' || !tag.startsWith(DATE)).map(([weak, tag]) => `${weak}"${tag}"`)
    const dates = own.flatMap(([weak, tag]) => (weak !== '' && tag.startsWith(DATE) ? [Number(tag.slice(DATE.length))] : []))
    const date = dates.find((atMs) => Math.abs(atMs) <= 8.64e15)
    if (tags.length > 0) said.push([name, tags.join(', ')])
    else if (kind === 'if-none-match' && date !== undefined) said.push(['If-Modified-Since', new Date(date).toUTCString()])
    // A condition that holds for nothing is one all the same.
    else if (kind !== 'if-none-match') said.push([name, '"another"'])
  }
  return said
}

function valueOf(headers: HeaderList, name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1]
}
