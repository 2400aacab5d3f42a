/** A catalogue as pairs: `chats.filter.none.all` and its sentence. */
export function sentencesOf(words: object, above = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(words) as [string, unknown][]) {
    const path = above === '' ? key : `${above}.${key}`
    if (typeof value === 'string') found.set(path, value)
    else if (typeof value === 'object' && value !== null) for (const [of, text] of sentencesOf(value, path)) found.set(of, text)
  }
  return found
}

const PLURAL = /_(zero|one|two|few|many|other)$/

/** Without the form of its plural. */
export function stemOf(key: string): string {
  return key.replace(PLURAL, '')
}

/** `other` of `files_other`; null of what has no plural. */
export function formOf(key: string): string | null {
  return PLURAL.exec(key)?.[1] ?? null
}

/** What is put into a sentence, in the order of the alphabet: `count, number` is not `count`. */
export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)].map(([, inside = '']) => inside).toSorted()
}

/** Tags of parts that are links or keys. */
export function tagsOf(text: string): string[] {
  return [...text.matchAll(/<\/?\w+>/g)].map(([tag]) => tag).toSorted()
}
