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

const MAX_NAME_CHARACTERS = 255
const MAX_PATH_CHARACTERS = 512

/**
 * As it stands in the log, which is read on screens and in terminals, years later. What a path holds that is not seen
 * becomes a mark in its place: it was no other path that was asked for.
 */
export function asWritten({ name, bytes, path }: About): About {
  const seen = path?.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd') ?? null
  const called = name === null ? null : cut(plainText(name), MAX_NAME_CHARACTERS)
  return { name: called, bytes, path: seen === null ? null : cut(seen, MAX_PATH_CHARACTERS) }
}

/** At most so many UTF-16 units, no half of a letter at the end, and a sign that there was more. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** What a knock says it is about. No words are the same as words of which nothing is left. */
export function aboutOf(said: KnockRequest['about']): About {
  const [name, path] = [plainText(said?.name ?? ''), plainText(said?.path ?? '')]
  return { name: name || null, bytes: said?.bytes ?? null, path: path || null }
}
