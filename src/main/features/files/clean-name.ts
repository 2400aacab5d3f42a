import { MAX_ENDING_CHARS, MAX_NAME_BYTES, MAX_SAID_CHARS } from './limits.ts'

/** What Windows keeps for devices, whatever ending follows. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/iu
/** Not seen, or turning what stands around it: control characters, marks of direction, tags, spaces of no width. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu
const UNNAMED = 'file'

/**
 * What somebody calls a file, as a name that can lie in a folder of any system: no path, nothing hidden or unseen, nothing that
 * a shell or Windows reads in another way. The ending stays what it was, at the end. Clean names stay what they are.
 */
export function cleanFileName(said: string): string {
  const parts = said.slice(0, MAX_SAID_CHARS).toWellFormed().split(/[/\\]/)
  const last = parts.findLast((part) => /[^.\s]/.test(part.replaceAll(UNSEEN, ''))) ?? ''
  const plain = trimmed(
    last
      .replaceAll(/[^\S\ufeff]+/gu, ' ')
      .replaceAll(UNSEEN, '')
      .replaceAll(/[<>:"|?*\ufffd]/g, '_')
      .replaceAll(/ {2,}/g, ' ')
      .normalize('NFC'),
  )
  const name = plain === '' ? UNNAMED : RESERVED.test(plain) ? `_${plain}` : plain
  return shortened(name)
}

/** `report.pdf`, `report (2).pdf`, … */
export function numbered(name: string, n: number): string {
  if (n <= 1) return name
  const { stem, ending } = inParts(name)
  return `${stem} (${n})${ending}`
}

/** Two names that a disk may take for one: most of macOS and Windows know no case. */
export function sameOnDisk(name: string): string {
  return name.normalize('NFC').toUpperCase().normalize('NFC').toLowerCase()
}

/** Leading dots hide, leading hyphens are options, trailing dots and spaces are cut off by Windows. */
function trimmed(name: string): string {
  return name.replace(/^[.\s-]+/u, '').replace(/[.\s]+$/u, '')
}

function inParts(name: string): { stem: string; ending: string } {
  const dot = name.lastIndexOf('.')
  const isEnding = dot > 0 && name.length - dot - 1 <= MAX_ENDING_CHARS
  return isEnding ? { stem: name.slice(0, dot), ending: name.slice(dot) } : { stem: name, ending: '' }
}

/** Cut before the ending, between whole characters. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name
  const { stem, ending } = inParts(name)
  const room = MAX_NAME_BYTES - Buffer.byteLength(ending)
  let kept = ''
  let bytes = 0
  for (const char of stem) {
    bytes += Buffer.byteLength(char)
    if (bytes > room) break
    kept += char
  }
  return `${trimmed(kept)}${ending}`
}
