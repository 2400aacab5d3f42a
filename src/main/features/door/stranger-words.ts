import type { About } from '../../../shared/model/door.ts'
import type { KnockRequest } from '../../protocols/knock/index.ts'

/**
 * A stranger's words on one line: no control characters, and nothing that turns the direction of what stands around
 * them.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .trim()
}

/**
 * A name as a knock would have said it, so that an answer to the knock is about the same. A path stays as it is: what
 * lies at it is not what lies at another.
 */
export function inPlainText(about: About): About {
  return about.name === null ? about : { ...about, name: plainText(about.name) || null }
}

/** What a knock says it is about. No words are the same as words of which nothing is left. */
export function aboutOf(said: KnockRequest['about']): About {
  const [name, path] = [plainText(said?.name ?? ''), plainText(said?.path ?? '')]
  return { name: name || null, bytes: said?.bytes ?? null, path: path || null }
}
