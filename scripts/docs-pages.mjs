// Which pages the documentation has as a site, and where each link of them leads. Nothing here touches the disk.
import { posix } from 'node:path'

/** In the order of the navigation. What is not named under docs/ is about how Latch is made. */
const SECTIONS = [
  { title: 'Begin', sources: ['README.md', 'docs/tour.md', 'SECURITY.md', 'CHANGELOG.md'] },
  { title: 'Use', sources: ['docs/cli.md', 'docs/api.md', 'docs/introducer.md', 'docs/export.md', 'examples/README.md'] },
  { title: 'Measured', sources: ['docs/benchmarks.md', 'docs/reach.md', 'docs/scale.md', 'docs/endurance.md', 'docs/accessibility.md'] },
  { title: 'How it is made', sources: ['ARCHITECTURE.md', 'CONTRIBUTING.md'], rest: /^docs\/[^/]+\.md$/ },
  { title: 'Every byte', sources: ['docs/wire/overview.md'], rest: /^docs\/wire\/[^/]+\.md$/ },
]

/** `files`: what there is, from the root of the repository. Gives [{title, pages: [{source, path}]}], without empty ones. */
export function sectionsOf(files) {
  const named = new Set(SECTIONS.flatMap(({ sources }) => sources))
  const there = new Set(files)
  return SECTIONS.map(({ title, sources, rest }) => {
    const others = rest === undefined ? [] : files.filter((file) => rest.test(file) && !named.has(file)).toSorted()
    const pages = [...sources.filter((source) => there.has(source)), ...others].map((source) => ({ source, path: pathOf(source) }))
    return { title, pages }
  }).filter(({ pages }) => pages.length > 0)
}

/** `docs/wire/site.md` is at `wire/site.html`, `ARCHITECTURE.md` at `architecture.html`, the README at the door. */
export function pathOf(source) {
  if (source === 'README.md') return 'index.html'
  const inDocs = source.replace(/^docs\//, '')
  const path = inDocs.includes('/') ? inDocs : inDocs.toLowerCase()
  return path.replace(/README\.md$/, 'index.html').replace(/\.md$/, '.html')
}

/** What a heading is called in an address, as the readers of Markdown in the web agree on. */
export function slugOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}

/**
 * Where a link of a page leads in the site. `{kind: 'page', path, anchor}`, relative to the page; `{kind: 'image', path}`,
 * to a file that is brought along; `{kind: 'outside'}`; `{kind: 'source'}`: a file of the repository, which is no part of the site;
 * `{kind: 'broken', why}`.
 */
export function linkOf(source, href, pages, files) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return { kind: 'outside' }
  const [file = '', anchor = ''] = href.split('#')
  const target = file === '' ? source : posix.normalize(posix.join(posix.dirname(source), file))
  const page = pages.get(target.endsWith('/') ? `${target}overview.md` : target)
  const from = posix.dirname(pathOf(source))
  if (page !== undefined) return { kind: 'page', source: page.source, path: file === '' ? '' : posix.relative(from, page.path), anchor }
  const isFolder = files.some((one) => one.startsWith(target.endsWith('/') ? target : `${target}/`))
  if (!isFolder && !files.includes(target)) return { kind: 'broken', why: `${source} links to ${href}, which is not there` }
  if (target.startsWith('docs/images/')) return { kind: 'image', path: posix.relative(from, target.replace(/^docs\//, '')) }
  return { kind: 'source' }
}
