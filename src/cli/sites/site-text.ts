import type { FolderLook, Site, SiteAudience, SiteCopies, SiteVisitor } from '../../shared/model/sites.ts'
import { bytes, duration, fields, plural, table } from '../layout.ts'
import { oneLine } from '../plain.ts'

export function sitesTable(sites: readonly Site[]): string[] {
  return [
    ...table(
      ['SITE', 'SHOWS', 'FOR', 'VISITORS', 'REQUESTS', 'SENT'],
      sites.map((site) => [site.name, sourceText(site), audienceWords[site.audience], String(site.visitors), String(site.requests), bytes(site.sentBytes)]),
    ),
    ...sites.flatMap(attention),
  ]
}

export function describeSite(site: Site, nowMs: number): string[] {
  return fields([
    ['Site', `peer://${site.name}/`],
    ['Shows', sourceText(site)],
    ['For', audienceWords[site.audience]],
    ['Since', `${duration(nowMs - site.publishedMs)} ago`],
    ['Name', pointedText(site)],
    ['Copies', copiesText(site.copies)],
    ['State', site.state.kind === 'open' ? 'open' : `failing: ${oneLine(site.state.why)}`],
    ['Visits', `${plural(site.visitors, 'visitor')} now; ${plural(site.requests, 'request')}, ${bytes(site.sentBytes)} sent`],
  ])
}

export function visitorsTable(visitors: readonly SiteVisitor[], nowMs: number): string[] {
  return table(
    ['WHO', 'SITE', 'PAGE', 'ROUTE', 'HERE FOR', 'REQUESTS', 'SENT'],
    visitors.map((visitor) => [
      visitor.called,
      visitor.site,
      visitor.path,
      visitor.route,
      duration(nowMs - visitor.sinceMs),
      String(visitor.requests),
      bytes(visitor.sentBytes),
    ]),
  )
}

/** Who may come to a site, and how to open it further; it is named by its name, or its address. */
export function audienceText(what: string, audience: SiteAudience): string[] {
  if (audience === 'anyone') return [`${what} is open to anyone.`]
  const name = what.replace(/^peer:\/\/|\/$/g, '')
  const wider = `To open it to all: latch site audience ${name} anyone`
  if (audience === 'contacts') return [`${what} is open to your contacts.`, wider]
  return [`${what} is open to whoever you let in: visitors knock first, and you are asked about each (latch door).`, wider]
}

export function lookText(look: FolderLook): string[] {
  const more = look.isMore ? ' (and more: a look counts no further)' : ''
  return [
    `${look.path}: ${plural(look.files, 'file')}, ${bytes(look.bytes)}${more}`,
    ...(look.hasIndex ? [] : ['There is no index.html in it: its first page is "not here".']),
    ...(look.hiddenFiles === 0 ? [] : [`Not shown, ${plural(look.hiddenFiles, 'file')}:`]),
    ...look.hidden.map(({ path, why }) => `  ${oneLine(path)}: ${oneLine(why)}`),
  ]
}

/** What the person might want to do something about. */
function attention(site: Site): string[] {
  const lines = [
    ...(site.state.kind === 'failing' ? [site.state.why] : []),
    ...(site.pointed.kind === 'failed' ? [site.pointed.why] : []),
    ...(site.copies.kind === 'failed' ? [`No copies: ${site.copies.why}`] : []),
    ...(site.copies.kind === 'behind' ? [`The folder changed since its copy was made: latch site refresh ${site.name}`] : []),
  ]
  return lines.map((line) => `${site.name}: ${oneLine(line)}`)
}

function sourceText({ source }: Site): string {
  if (source.kind === 'port') return `port ${source.port}`
  return source.fallback ? `${source.path} (single page)` : source.path
}

function pointedText({ pointed }: Site): string {
  switch (pointed.kind) {
    case 'pointed':
      return `points here, zone ${pointed.seq}`
    case 'pointing':
      return 'is being pointed here'
    case 'failed':
      return `does not point here: ${oneLine(pointed.why)}`
  }
}

export function copiesText(copies: SiteCopies): string {
  switch (copies.kind) {
    case 'off':
      return 'none are offered'
    case 'making':
      return copies.bytes === null ? 'being made' : `being made, ${bytes(copies.doneBytes)} of ${bytes(copies.bytes)}`
    case 'made':
      return `${copies.cid}, ${plural(copies.files, 'file')}, ${bytes(copies.bytes)}`
    case 'behind':
      return `${copies.cid}; the folder changed since`
    case 'failed':
      return `failed: ${oneLine(copies.why)}`
  }
}

const audienceWords = { anyone: 'anyone', contacts: 'contacts', ask: 'you are asked' } as const
