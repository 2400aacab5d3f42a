import type { AccountId } from '../../../../shared/ids.ts'
import { piecesOf, type Piece } from '../pieces.ts'

/** Somebody whom a message names, as they are called in its text. */
export interface Named {
  account: AccountId
  /** Without its `@`. */
  label: string
}

/** As much of a node of a Markdown tree as is looked at here. */
export interface Node {
  type: string
  value?: string
  url?: string
  alt?: string | null
  identifier?: string
  children?: Node[]
  data?: { hName?: string; hProperties?: Record<string, string> }
}

/** Deeper than this nobody follows, and programs that walk trees by calling themselves run out of room. */
const MAX_DEPTH = 24

export interface WordsOptions {
  tld: string
  named: readonly Named[]
}

/**
 * Makes of a Markdown tree what may be shown: no images and no HTML, but their text; line breaks where they were typed;
 * names, addresses and people told apart from the words around them. Works in place.
 */
export function takeWords(tree: Node, options: WordsOptions): void {
  walk(tree, 0, false, options)
}

function walk(node: Node, depth: number, inLink: boolean, options: WordsOptions): void {
  if (node.children === undefined) return
  if (depth > MAX_DEPTH) {
    node.children = [text('…')]
    return
  }
  const isFlow = node.children.some(({ type }) => flow.has(type)) || flowHolders.has(node.type)
  node.children = node.children.flatMap((child) => shown(child, isFlow, inLink, options))
  for (const child of node.children) {
    if (child.data?.hName === undefined) walk(child, depth + 1, inLink || child.type === 'link' || child.type === 'linkReference', options)
  }
}

const flow = new Set(['paragraph', 'blockquote', 'list', 'code', 'table', 'heading', 'thematicBreak'])
const flowHolders = new Set(['root', 'blockquote', 'listItem'])

function shown(node: Node, isFlow: boolean, inLink: boolean, options: WordsOptions): Node[] {
  switch (node.type) {
    case 'text':
      return inLink ? [node] : wordsOf(node.value ?? '', options)
    case 'html':
      return isFlow ? [{ type: 'paragraph', children: [text(node.value ?? '')] }] : [text(node.value ?? '')]
    case 'image':
      return inLink
        ? [text(node.alt ?? '')]
        : [{ type: 'link', url: node.url ?? '', children: [text((node.alt ?? '') || (node.url ?? ''))] }]
    case 'imageReference':
      return [text(node.alt ?? '')]
    case 'footnoteReference':
      return [text(`[^${node.identifier ?? ''}]`)]
    case 'footnoteDefinition':
      return [{ type: 'blockquote', children: node.children ?? [] }]
    default:
      return [node]
  }
}

function wordsOf(value: string, { tld, named }: WordsOptions): Node[] {
  return value.split('\n').flatMap((line, index) => [
    ...(index === 0 ? [] : [{ type: 'break' }]),
    ...peopleIn(line, named).flatMap((part) => (typeof part === 'string' ? piecesOf(part, tld).map(pieceNode) : [part])),
  ])
}

/** Whoever is named in a line, between what stands around them. The longest of several labels counts. */
function peopleIn(line: string, named: readonly Named[]): (string | Node)[] {
  if (named.length === 0 || !line.includes('@')) return [line]
  const byLength = named.toSorted((a, b) => b.label.length - a.label.length)
  const parts: (string | Node)[] = []
  let from = 0
  for (let at = line.indexOf('@'); at >= 0; at = line.indexOf('@', at + 1)) {
    const who = byLength.find(({ label }) => line.startsWith(label, at + 1))
    if (who === undefined || at < from) continue
    parts.push(line.slice(from, at), {
      type: 'person',
      data: { hName: 'latch-person', hProperties: { account: who.account } },
      children: [text(`@${who.label}`)],
    })
    from = at + 1 + who.label.length
  }
  return [...parts, line.slice(from)].filter((part) => part !== '')
}

function pieceNode(piece: Piece): Node {
  switch (piece.kind) {
    case 'text':
      return text(piece.text)
    case 'mention':
      return found('latch-name', piece.text, { name: piece.fullName })
    case 'page':
    case 'outside':
      return found('latch-address', piece.text, { address: piece.url })
  }
}

function found(hName: string, words: string, hProperties: Record<string, string>): Node {
  return { type: 'found', data: { hName, hProperties }, children: [text(words)] }
}

function text(value: string): Node {
  return { type: 'text', value }
}
