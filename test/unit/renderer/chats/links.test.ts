import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linksIn, type Link } from '../../../../src/renderer/features/chats/links.ts'
import { piecesOf } from '../../../../src/renderer/features/chats/pieces.ts'

const found = (text: string, tld = 'peer'): Link[] => linksIn(text, tld).map(({ link }) => link)
const stood = (text: string, tld = 'peer'): string[] => linksIn(text, tld).map(({ from, to }) => text.slice(from, to))

describe('addresses of sites in a message', () => {
  test.each([
    ['peer://alice.peer/', 'peer://alice.peer/', 'peer://alice.peer/'],
    ['peer://alice.peer', 'peer://alice.peer', 'peer://alice.peer/'],
    ['Look at peer://alice.peer/news?page=2#top.', 'peer://alice.peer/news?page=2#top', 'peer://alice.peer/news?page=2#top'],
    ['PEER://Alice.Peer/News', 'PEER://Alice.Peer/News', 'peer://alice.peer/News'],
    ['(peer://app.alice.peer?x=1)', 'peer://app.alice.peer?x=1', 'peer://app.alice.peer/?x=1'],
    ['of another network: peer://alice.other/x', 'peer://alice.other/x', 'peer://alice.other/x'],
    ['alice.peer', 'alice.peer', 'peer://alice.peer/'],
    ['Is it on alice.peer?', 'alice.peer', 'peer://alice.peer/'],
    ['on alice.peer, and', 'alice.peer', 'peer://alice.peer/'],
    ['alice.peer...', 'alice.peer', 'peer://alice.peer/'],
    ['alice.peer/news.', 'alice.peer/news', 'peer://alice.peer/news'],
    ['“app.alice.peer/a_(b)”', 'app.alice.peer/a_(b)', 'peer://app.alice.peer/a_(b)'],
    ['(alice.peer/a)', 'alice.peer/a', 'peer://alice.peer/a'],
    ['[alice.peer/a[1]]', 'alice.peer/a[1]', 'peer://alice.peer/a[1]'],
    ['alice.peer’s site', 'alice.peer', 'peer://alice.peer/'],
    ['انظر alice.peer/صفحة الآن', 'alice.peer/صفحة', 'peer://alice.peer/صفحة'],
    ['line\nalice.peer/a\nline', 'alice.peer/a', 'peer://alice.peer/a'],
  ])('are found in %j', (text, said, url) => {
    expect(stood(text)).toEqual([said])
    expect(found(text)).toEqual([{ kind: 'page', url, site: new URL(url.replace('peer:', 'https:')).hostname }])
  })

  test.each([
    '',
    'peer://',
    'peer:///x',
    'peer://alice',
    'peer://a--b--c.peer-',
    'peer://xn--alice.peer/',
    'peer://alice.peer:80/',
    'peer://bea@alice.peer/',
    'superpeer://alice.peer/x',
    'latch+peer://alice.peer/x',
    'bea@alice.peer',
    'Alice.peer',
    'alice.other',
    'alice.peers',
    'alice.peer_x',
    'alice.peer@example.org',
    'alice.peer:3000',
    'alice.peer-like',
    'alice.peer.example',
    'al.peer',
    '.alice.peer',
    '-alice.peer',
    'xn--alice.peer',
    'аlice.peer',
    'http://alice.peer/x',
    'file:alice.peer/x',
    '../alice.peer/x',
    'javascript:peer',
    'node.js and readme.md',
    `alice.peer/${'a'.repeat(3_000)}`,
    `peer://alice.peer/${'a'.repeat(3_000)}`,
  ])('are not what only looks like one: %j', (text) => {
    expect(found(text)).toEqual([])
  })

  test('a mark that turns the direction, one that is not seen, and a backslash end them', () => {
    expect(stood('peer://alice.peer/a\u202Egpj.exe')).toEqual(['peer://alice.peer/a'])
    expect(stood('alice.peer/a\u200Bb')).toEqual(['alice.peer/a'])
    expect(stood('peer://alice.peer\\@example.org')).toEqual(['peer://alice.peer'])
  })

  test('without a scheme they end as names of this network do', () => {
    expect(stood('alice.peer/x and alice.demo/x', 'demo')).toEqual(['alice.demo/x'])
  })
})

describe('addresses of the outside web in a message', () => {
  test.each([
    ['https://example.org', 'https://example.org/', 'example.org'],
    ['See https://example.org/a_(b)?c=d#e.', 'https://example.org/a_(b)?c=d#e', 'example.org'],
    ['HTTPS://Example.ORG:8443/X', 'https://example.org:8443/X', 'example.org:8443'],
    ['<https://example.org/x>', 'https://example.org/x', 'example.org'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/', 'xn--bcher-kva.example'],
    ['https://аррle.example/', 'https://xn--le-6kc4mz2a.example/', null],
    ['https://127.1/', 'https://127.0.0.1/', '127.0.0.1'],
  ])('are found in %j, with the host that would be asked', (text, url, host) => {
    const [link] = found(text)
    if (host === null) expect(link?.kind === 'outside' && link.host).toMatch(/^xn--/)
    else expect(link).toEqual({ kind: 'outside', url, host })
  })

  test.each([
    'http://example.org/',
    'https://',
    'https:///x',
    'https://bank.example@evil.example/',
    'https://bank.example:x@evil.example/',
    'https://@evil.example/',
    'https://example.org:99999/',
    'javascript:alert(1)',
    'data:text/html,x',
    'xhttps://example.org',
    'shttps://example.org/',
    'ftp://example.org',
  ])('are not %j', (text) => {
    expect(found(text).filter(({ kind }) => kind === 'outside')).toEqual([])
  })
})

describe('what is found', () => {
  const words = ['peer://', 'https://', 'alice.peer', 'app.alice.peer/x', '@alice.peer', 'example.org', '.', ',', '/', ':', '(', ')', ' ', '\n', '@', '-', '\u202E', 'é', '👍', '?', '#', '%', '\\']
  const text = fc
    .array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom(...words)), { maxLength: 40 })
    .map((parts) => parts.join(''))

  test('leaves every text as it was written, each character once', () => {
    fc.assert(
      fc.property(text, (text) => {
        expect(piecesOf(text, 'peer').map((piece) => piece.text).join('')).toBe(text)
      }),
    )
  })

  test('lies in the text in its order, apart from each other, and is an address when it is read by itself', () => {
    fc.assert(
      fc.property(text, (text) => {
        let from = 0
        for (const span of linksIn(text, 'peer')) {
          expect(span.from).toBeGreaterThanOrEqual(from)
          expect(span.to).toBeGreaterThan(span.from)
          expect(span.to).toBeLessThanOrEqual(text.length)
          const said = text.slice(span.from, span.to)
          expect(said).not.toMatch(/[\s\p{Cc}\p{Cf}]/u)
          expect(linksIn(said, 'peer')).toEqual([{ from: 0, to: said.length, link: span.link }])
          from = span.to
        }
      }),
    )
  })

  test('goes to what stands there: no host is written that is not asked', () => {
    fc.assert(
      fc.property(text, (text) => {
        for (const link of found(text)) {
          const url = new URL(link.url.replace(/^peer:/, 'https:'))
          expect(url.host).toBe(link.kind === 'page' ? link.site : link.host)
          expect([url.username, url.password]).toEqual(['', ''])
        }
      }),
    )
  })

  test('is fifty addresses at most, and the text is whole all the same', () => {
    const text = 'alice.peer/x '.repeat(1_200)
    const pieces = piecesOf(text, 'peer')
    expect(pieces.filter(({ kind }) => kind === 'page')).toHaveLength(50)
    expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  })

  test.each([
    ['one run of letters', 'a'.repeat(16_384)],
    ['dots', 'a.'.repeat(8_192)],
    ['names that are none', 'alice.peer_'.repeat(1_489)],
    ['schemes', 'peer://'.repeat(2_340)],
    ['schemes of the web', 'https://'.repeat(2_048)],
    ['brackets', `https://example.org/${'('.repeat(8_000)}${')'.repeat(8_000)}`],
    ['at signs', '@alice.peer'.repeat(1_489)],
    ['addresses that are too long', `https://e.org/${'a'.repeat(2_100)} `.repeat(7)],
    ['hyphens', '-'.repeat(16_384)],
  ])('is found in as many steps as there are characters: %s', (_, text) => {
    // A pattern that goes back and forth would take minutes at this length; the test's own time ends it.
    for (let again = 0; again < 20; again += 1) expect(piecesOf(text, 'peer').map((piece) => piece.text).join('')).toBe(text)
  })
})
