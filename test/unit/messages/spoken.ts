import { readSources } from '../../architecture/sources.ts'
import { parseSync } from 'vite'

/** Attributes that are read or heard by a person. */
const HEARD = new Set(['title', 'label', 'aria-label', 'aria-description', 'aria-roledescription', 'alt', 'placeholder', 'text', 'hint', 'note', 'legend', 'detail'])
const WORD = /\p{L}{2}/u

interface Spoken {
  /** Words that stand in a file of the window and not in the catalogue: `app/App.tsx: Hello`. */
  loose: string[]
  /** Keys of the catalogue that are the words on a button. */
  onButtons: Set<string>
}

interface Syntax {
  type: string
  [field: string]: unknown
}

/** What the files of the window say, and what stands on their buttons. */
export function readSpoken(): Spoken {
  const spoken: Spoken = { loose: [], onButtons: new Set() }
  for (const [path, code] of readSources()) {
    if (path.startsWith('renderer/') && path.endsWith('.tsx')) collect(path, code, spoken)
  }
  return spoken
}

export function collect(path: string, code: string, { loose, onButtons }: Spoken): void {
  walk(parseSync(path, code).program as unknown as Syntax, (node, within) => {
    if (node.type === 'JSXText' && WORD.test(String(node['value']))) loose.push(`${path}: ${String(node['value']).trim()}`)
    if (node.type === 'JSXAttribute') {
      const value = node['value'] as Syntax | null
      const isHeard = HEARD.has(nameOf(node['name']))
      if (isHeard && value?.type === 'Literal' && WORD.test(String(value['value']))) loose.push(`${path}: ${String(value['value'])}`)
    }
    const key = keyOf(node)
    if (key !== null && within.at(-1)?.type === 'JSXExpressionContainer' && isButton(within.at(-2))) onButtons.add(key)
  })
}

function isButton(node: Syntax | undefined): boolean {
  return node?.type === 'JSXElement' && nameOf((node['openingElement'] as Syntax)['name']) === 'Button'
}

/** `'a.b'` of `t('a.b')`. */
function keyOf(node: Syntax): string | null {
  if (node.type !== 'CallExpression' || nameOf(node['callee']) !== 't') return null
  const [first] = node['arguments'] as Syntax[]
  return first?.type === 'Literal' ? String(first['value']) : null
}

function nameOf(node: unknown): string {
  const { name, namespace } = node as { name?: unknown; namespace?: unknown }
  if (namespace !== undefined) return `${nameOf(namespace)}:${nameOf(name)}`
  return typeof name === 'string' ? name : ''
}

function walk(node: Syntax, seen: (node: Syntax, within: readonly Syntax[]) => void, within: readonly Syntax[] = []): void {
  seen(node, within)
  const inside = [...within, node]
  for (const value of Object.values(node).flat()) {
    if (typeof value === 'object' && value !== null && 'type' in value) walk(value as Syntax, seen, inside)
  }
}
