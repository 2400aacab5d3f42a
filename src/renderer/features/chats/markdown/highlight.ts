import { common, createLowlight } from 'lowlight'

/** A piece of a program with the class that says what it is; `hljs-keyword` and so on. */
export type Token = string | { className: string; children: Token[] }

const lowlight = createLowlight(common)

/** Null where nothing is known of such a language. */
export function highlight(language: string, code: string): Token[] | null {
  if (!lowlight.registered(language)) return null
  return lowlight.highlight(language, code).children.map(tokenOf)
}

type HighlightNode = ReturnType<typeof lowlight.highlight>['children'][number]

function tokenOf(node: HighlightNode): Token {
  if (node.type === 'text') return node.value
  if (node.type !== 'element') return ''
  const { className } = node.properties
  return {
    className: Array.isArray(className) ? className.join(' ') : '',
    children: node.children.map((child) => tokenOf(child)),
  }
}
