// `npm run docs`: the documentation as a small site in artifacts/docs. It has no script, asks nobody else for anything, and stops
// at a link that leads nowhere. `npx latch site publish artifacts/docs --as <name>` gives it to others.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { Stop, inRoot, runAsScript, say } from './lib.mjs'
import { setup } from './setup.mjs'
import { linkOf, sectionsOf, slugOf } from './docs-pages.mjs'

const STYLE = 'style.css'
const ICON = 'icon.svg'

/** *Errors*: Stop with every link that is broken. Gives the paths of the pages. */
export async function buildDocs(to) {
  // Here and not above: a fresh clone has it only once it is set up.
  const { default: markdown } = await import('markdown-it')
  const files = repositoryFiles()
  const sections = sectionsOf(files)
  const pages = new Map(sections.flatMap(({ pages: some }) => some).map((page) => [page.source, page]))
  const read = new Map([...pages.keys()].map((source) => [source, readPage(markdown, source)]))
  const broken = []
  rmSync(to, { recursive: true, force: true })
  for (const { source, path } of pages.values()) {
    const page = read.get(source)
    const follow = (href) => {
      const link = linkOf(source, href, pages, files)
      if (link.kind === 'broken') broken.push(link.why)
      if (link.kind !== 'page' || link.anchor === '') return link
      if (!read.get(link.source).headings.some(({ id }) => id === link.anchor)) broken.push(`${source} links to ${href}, which is no heading there`)
      return link
    }
    const file = join(to, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, pageOf({ path, title: page.title, body: page.render(follow), headings: page.headings }, sections, read))
  }
  if (broken.length > 0) throw new Stop(broken.join('\n'))
  cpSync(inRoot('docs', 'images'), join(to, 'images'), { recursive: true })
  cpSync(inRoot('docs', 'site', STYLE), join(to, STYLE))
  cpSync(inRoot('src', 'renderer', ICON), join(to, ICON))
  return [...pages.values()].map(({ path }) => path)
}

/** What a link may lead to, from the root, with slashes. */
function repositoryFiles() {
  const patterns = ['*', '{docs,examples,packaging,resources,scripts,src,test}/**/*']
  const paths = globSync(patterns, { cwd: inRoot('.'), withFileTypes: true, exclude: (entry) => entry.name === 'node_modules' })
  return paths
    .filter((entry) => entry.isFile())
    .map((entry) => relative(inRoot('.'), join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted()
}

/** The page is read twice: once for its headings, which others link to, and once with its own links followed. */
function readPage(markdown, source) {
  // Our own pages, which may hold a picture for each theme.
  const reader = markdown({ html: true, typographer: false })
  const tokens = reader.parse(readFileSync(inRoot(source), 'utf8'), {})
  const headings = []
  const seen = new Map()
  tokens.forEach((token, at) => {
    if (token.type !== 'heading_open') return
    const text = tokens[at + 1].children.map(({ content }) => content).join('')
    const slug = slugOf(text)
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    const id = count === 0 ? slug : `${slug}-${count}`
    token.attrSet('id', id)
    headings.push({ level: Number(token.tag.slice(1)), text, id })
  })
  // A table that is wider than the page scrolls by itself, and by keys.
  reader.renderer.rules.table_open = () => '<div class="wide" tabindex="0"><table>\n'
  reader.renderer.rules.table_close = () => '</table></div>\n'
  // Inline styles are for nobody's page to need: a column of figures is a class.
  for (const cell of ['th_open', 'td_open']) {
    reader.renderer.rules[cell] = (all, at) => (/right/.test(all[at].attrGet('style') ?? '') ? `<${all[at].tag} class="figure">` : `<${all[at].tag}>`)
  }
  reader.renderer.rules.fence = (all, at) => `<pre tabindex="0"><code>${reader.utils.escapeHtml(all[at].content)}</code></pre>\n`
  const render = (follow) => {
    const dropped = []
    reader.renderer.rules.link_open = (all, at, options, _, self) => {
      const link = follow(all[at].attrGet('href') ?? '')
      const href = link.kind === 'page' ? `${link.path}${link.anchor === '' ? '' : `#${link.anchor}`}` : all[at].attrGet('href')
      dropped.push(link.kind === 'source')
      all[at].attrSet('href', href)
      return link.kind === 'source' ? '' : self.renderToken(all, at, options)
    }
    reader.renderer.rules.link_close = () => (dropped.pop() ? '' : '</a>')
    return reader.renderer.render(tokens, reader.options, {}).replaceAll(/((?:src|srcset)=")(docs\/images\/[^"]+)"/g, (_, start, href) => {
      const { path = href } = follow(href)
      return `${start}${path}"`
    })
  }
  return { title: headings[0]?.text ?? source, headings, render }
}

function pageOf({ path, title, body, headings }, sections, read) {
  const up = (to) => posix.relative(posix.dirname(path), to)
  const navigation = sections.map(({ title: section, pages }) => {
    const items = pages.map((page) => {
      const here = page.path === path ? ' aria-current="page"' : ''
      return `<li><a href="${up(page.path)}"${here}>${escaped(read.get(page.source).title)}</a></li>`
    })
    return `<h2>${section}</h2>\n<ul>\n${items.join('\n')}\n</ul>`
  })
  const parts = headings.filter(({ level }) => level === 2)
  const contents =
    parts.length < 4 ? '' : `<details class="contents"><summary>On this page</summary><ul>${parts.map(({ id, text }) => `<li><a href="#${id}">${escaped(text)}</a></li>`).join('')}</ul></details>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title === 'Latch' ? title : `${title} · Latch`)}</title>
<link rel="icon" href="${up(ICON)}" type="image/svg+xml">
<link rel="stylesheet" href="${up(STYLE)}">
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header><a class="home" href="${up('index.html')}"><img src="${up(ICON)}" alt="" width="24" height="24"> Latch</a><a class="all" href="#pages">All pages</a></header>
<main id="content">
${contents}
${body}</main>
<nav id="pages" aria-label="All pages">
${navigation.join('\n')}
</nav>
</body>
</html>
`
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

runAsScript(import.meta.url, async () => {
  await setup()
  const to = inRoot('artifacts', 'docs')
  const pages = await buildDocs(to)
  say(`${pages.length} pages are in ${relative(process.cwd(), to)}. Open ${join(relative(process.cwd(), to), 'index.html')}, or give them to others:`)
  say(`  npx latch site publish ${relative(process.cwd(), to)} --as <a name of yours>`)
})
