import fc from 'fast-check'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { expect, test } from 'vitest'
import { complete, stillNamed, wantedAt } from '../../../../src/renderer/features/chats/composer/completion.ts'
import { isEmojiOnly, isPlain, isWorthReading, plainLine } from '../../../../src/renderer/features/chats/markdown/readable.ts'
import { targetOf } from '../../../../src/renderer/features/chats/markdown/targets.ts'
import { takeWords, type Node } from '../../../../src/renderer/features/chats/markdown/words.ts'

const seed = 20_261_121

test('a message of emoji alone is shown large, and one with a word or with many is not', () => {
  expect(['👍', '👩‍👩‍👧 🎉', '❤️'].map(isEmojiOnly)).toEqual([true, true, true])
  expect(['ok 👍', '7', '👍'.repeat(7), '', '👍'.repeat(8_000)].map(isEmojiOnly)).toEqual([false, false, false, false, false])
})

test('a text made of marks alone, or of quotes in quotes, is not read as Markdown', () => {
  expect(isWorthReading('>'.repeat(16_000))).toBe(false)
  expect(isWorthReading('- '.repeat(8_000))).toBe(false)
  expect(isWorthReading('_a*b '.repeat(3_000))).toBe(false)
  expect(isWorthReading('A **plan** in\n> two\n- parts')).toBe(true)
})

test('plain sentences are plain, and whatever could be a mark, an address, a name or a line break is not', () => {
  const plain = ['See you at 7, by the well-known gate.', 'Ja, „gern“: bis dann!', '你好', 'So … it is']
  const other = [
    '# A plan', '- one', '1. one', '2) two', 'a *b*', 'a_b_', '~~no~~', '`code`', '> said', 'a | b', '[a](b)', 'a & b', 'a < b',
    'alice.peer', 'www.example.org', 'https://example.org', 'mail: a@b.c', '@Bea', 'two\nlines', 'two  spaces', 'ends ', ' begins', '', 'a\\b', '---', '==',
  ]
  expect(plain.map(isPlain)).toEqual(plain.map(() => true))
  expect(other.filter(isPlain)).toEqual([])
})

test('what is plain is what the reader of Markdown would make of it: one paragraph of the same words', () => {
  const reader = unified().use(remarkParse).use(remarkGfm, { singleTilde: false })
  const words = fc.array(fc.constantFrom('a', 'Zoë', '7', '.', ':', '-', ' ', ',', '!', "'", '“', 'peer', 'www', 'https', '/', '@', '*', '_', '你', '。', '1.'), { maxLength: 12 })
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join('')
      fc.pre(isPlain(text))
      const tree = reader.parse(text) as Node
      takeWords(tree, { tld: 'peer', named: [] })
      expect(tree.children?.map(({ type, children }) => ({ type, words: children?.map((one) => [one.type, one.value]) }))).toEqual([
        { type: 'paragraph', words: [['text', text]] },
      ])
    }),
    { seed, numRuns: 500 },
  )
})

test('one line of a text has its words and none of its marks', () => {
  expect(plainLine('# A **plan**:\n\n- [x] see [the map](https://example.org)\n> _now_ or `never`')).toBe('A plan: see the map now or never')
  expect(plainLine('See [here](https://example.org/a_(b)) ```ts const a = `b` ``` now')).toBe('See here ts const a = b now')
  expect(plainLine('2 * 3 * 4 and snake_case_name')).toBe('2 * 3 * 4 and snake_case_name')
})

test('one line is at most so long, whatever the text is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (text) => {
      const line = plainLine(text)
      expect(line.length).toBeLessThanOrEqual(240)
      expect(line).not.toContain('\n')
    }),
    { seed },
  )
})

test('a link leads to a site, to the web or to a mailbox, and nowhere else', () => {
  expect(targetOf('peer://harbour.peer/a', 'peer')).toMatchObject({ kind: 'page', url: 'peer://harbour.peer/a' })
  expect(targetOf('https://example.org/x', 'peer')).toMatchObject({ kind: 'outside', host: 'example.org' })
  expect(targetOf('http://example.org/', 'peer')).toMatchObject({ kind: 'outside', host: 'example.org' })
  expect(targetOf('mailto:a@example.org', 'peer')).toMatchObject({ kind: 'mail', host: 'a@example.org' })
  const refused = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'app://latch/', 'vbscript:x', 'blob:https://a/b', '#here', '/chats', 'https://good.org@evil.org/', 'java\u0000script:alert(1)', `https://example.org/${'x'.repeat(3_000)}`]
  expect(refused.map((address) => targetOf(address, 'peer'))).toEqual(refused.map(() => null))
})

test('a tree that is deeper than anybody reads is cut, and none of it is walked by calls into the depth', () => {
  let tree: Node = { type: 'text', value: 'x' }
  for (let depth = 0; depth < 50_000; depth += 1) tree = { type: 'emphasis', children: [tree] }
  const root: Node = { type: 'root', children: [tree] }
  takeWords(root, { tld: 'peer', named: [] })
  let depth = 0
  for (let node: Node | undefined = root; node !== undefined; node = node.children?.[0]) depth += 1
  expect(depth).toBeLessThan(40)
})

test('images and HTML become their text', () => {
  const root: Node = {
    type: 'root',
    children: [
      { type: 'html', value: '<script>x</script>' },
      { type: 'paragraph', children: [{ type: 'image', url: 'https://evil.example/pixel.png', alt: 'cat' }, { type: 'html', value: '<b>' }] },
    ],
  }
  takeWords(root, { tld: 'peer', named: [] })
  const types = new Set<string>()
  const visit = (node: Node): void => {
    types.add(node.type)
    node.children?.forEach(visit)
  }
  visit(root)
  expect(types.has('html') || types.has('image')).toBe(false)
})

test('people are offered behind an @ in a group alone, and emoji behind a colon and two letters', () => {
  expect(wantedAt('hi @be', 6, true)).toEqual({ kind: 'person', query: 'be', from: 3, to: 6 })
  expect(wantedAt('hi @be', 6, false)).toBeNull()
  expect(wantedAt('mail a@be', 9, true)).toBeNull()
  expect(wantedAt('so :smi', 7, false)).toEqual({ kind: 'emoji', query: 'smi', from: 3, to: 7 })
  expect(wantedAt('at 10:30', 8, false)).toBeNull()
})

test('what was chosen stands in the place of what was typed, with one space behind it', () => {
  expect(complete('hi @be now', { from: 3, to: 6 }, '@Bea Lindqvist')).toEqual({ text: 'hi @Bea Lindqvist now', caret: 18 })
  expect(complete('@b', { from: 0, to: 2 }, '@Bea')).toEqual({ text: '@Bea ', caret: 5 })
})

test('somebody whose name was taken out of the text again is not named', () => {
  expect(stillNamed('hi @Bea', [{ label: 'Bea' }, { label: 'Tomasz' }, { label: 'Bea' }])).toEqual([{ label: 'Bea' }])
})
