/** What is wrong with a JSON text that `JSON.parse` takes all the same. */
export type JsonFault =
  /** Deeper than is asked for; found before anything is built of it. */
  | 'too-deep'
  /** One object has the same key twice: one reader takes the first, another the last. */
  | 'twice'
  /** `__proto__` and its like, which some code takes for more than a name. */
  | 'prototype'
  /** Half of a surrogate pair: a text that cannot be written as UTF-8, and would be signed as another. */
  | 'broken'

const reserved = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * The first fault of a JSON text; null where there is none, or where it is not JSON at all. Walks the text once and
 * calls nothing within itself, whatever is in it.
 */
export function faultOf(text: string, maxDepth: number): JsonFault | null {
  /** The keys of each object that is open; null for a list. */
  const open: (Set<string> | null)[] = []
  let fault: JsonFault | null = null
  let isKeyNext = false
  for (let at = 0; at < text.length; at++) {
    const mark = text.charAt(at)
    switch (mark) {
      case '{':
      case '[':
        if (open.length === maxDepth) return 'too-deep'
        isKeyNext = mark === '{'
        open.push(isKeyNext ? new Set() : null)
        break
      case '}':
      case ']':
        open.pop()
        isKeyNext = false
        break
      case ',':
        isKeyNext = open.at(-1) != null
        break
      case ':':
        isKeyNext = false
        break
      case '"': {
        const end = endOfString(text, at)
        fault ??= faultOfString(text.slice(at, end), isKeyNext ? open.at(-1) : null)
        at = end - 1
      }
    }
  }
  return fault
}

/** Behind the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function faultOfString(token: string, keys: Set<string> | null | undefined): JsonFault | null {
  let text: string
  try {
    text = JSON.parse(token) as string
  } catch {
    return null
  }
  if (!text.isWellFormed()) return 'broken'
  if (keys == null) return null
  if (reserved.has(text)) return 'prototype'
  if (keys.has(text)) return 'twice'
  keys.add(text)
  return null
}
