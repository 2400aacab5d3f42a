import { describe, expect, test } from 'vitest'
import { linkOf, pathOf, sectionsOf, slugOf } from '../../../scripts/docs-pages.mjs'

const files = ['README.md', 'CHANGELOG.md', 'docs/cli.md', 'docs/new.md', 'docs/images/door.png', 'docs/wire/overview.md', 'docs/wire/site.md', 'examples/README.md', 'src/main/index.ts']
type Page = { source: string; path: string }
const pages = new Map<string, Page>(sectionsOf(files).flatMap(({ pages: some }: { pages: Page[] }) => some.map((page) => [page.source, page] as const)))

test('every page of the documentation has a place, also one that nobody gave a place', () => {
  const all = sectionsOf(files).map(({ title, pages: some }: { title: string; pages: Page[] }) => [title, some.map(({ path }) => path)])
  expect(all).toEqual([
    ['Begin', ['index.html', 'changelog.html']],
    ['Use', ['cli.html', 'examples/index.html']],
    ['How it is made', ['new.html']],
    ['Every byte', ['wire/overview.html', 'wire/site.html']],
  ])
})

test('a page keeps its folder below docs', () => {
  expect(['README.md', 'ARCHITECTURE.md', 'docs/cli.md', 'docs/wire/device-list.md', 'examples/README.md'].map((one) => pathOf(one))).toEqual([
    'index.html',
    'architecture.html',
    'cli.html',
    'wire/device-list.html',
    'examples/index.html',
  ])
})

test('headings are called as readers of Markdown call them', () => {
  expect(slugOf('Ledger, networks, square over HTTP')).toBe('ledger-networks-square-over-http')
  expect(slugOf('`/latch/site/1.0.0`: what’s sent')).toBe('latchsite100-whats-sent')
})

describe('a link of a page', () => {
  test.each([
    ['README.md', 'docs/cli.md#names', { kind: 'page', source: 'docs/cli.md', path: 'cli.html', anchor: 'names' }],
    ['docs/wire/site.md', '../cli.md', { kind: 'page', source: 'docs/cli.md', path: '../cli.html', anchor: '' }],
    ['docs/wire/site.md', '#flow', { kind: 'page', source: 'docs/wire/site.md', path: '', anchor: 'flow' }],
    ['README.md', 'docs/wire/', { kind: 'page', source: 'docs/wire/overview.md', path: 'wire/overview.html', anchor: '' }],
    ['docs/wire/site.md', '../../README.md', { kind: 'page', source: 'README.md', path: '../index.html', anchor: '' }],
    ['README.md', 'docs/images/door.png', { kind: 'image', path: 'images/door.png' }],
    ['README.md', 'src/main/', { kind: 'source' }],
    ['README.md', 'src/main/index.ts', { kind: 'source' }],
    ['README.md', 'https://example.org/', { kind: 'outside' }],
  ])('of %s to %s', (source, href, link) => {
    expect(linkOf(source, href, pages, files)).toEqual(link)
  })

  test('that leads nowhere is broken, and says where it stands', () => {
    expect(linkOf('docs/wire/site.md', 'cli.md', pages, files)).toEqual({ kind: 'broken', why: 'docs/wire/site.md links to cli.md, which is not there' })
  })
})
