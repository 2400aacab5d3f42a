import { MAX_FILE_NAME_BYTES } from '../limits.ts'
import { oneLine } from '../words.ts'

/** What Windows keeps for devices, whatever ending follows. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i
/** Longer than any ending of use; what is longer is part of the name. */
const MAX_ENDING_CHARS = 16
/** What a page says is cleaned, and not only cut: longer ones take long. */
const MAX_SAID_CHARS = 4_096
const UNNAMED = 'download'

/**
 * What a page would call a file, as a name that can lie in a folder of any system: no path, nothing hidden or unseen, nothing
 * that a shell or Windows reads in another way. The ending stays what it was, at the end.
 */
export function fileName(said: string): string {
  // The ending is at its end; the rest of what is this long is nobody's name.
  const last = said.slice(-MAX_SAID_CHARS).split(/[/\\]/).findLast((part) => !/^[.\s]*$/.test(part)) ?? ''
  const plain = oneLine(last.normalize('NFC'), 1_024)
    .replaceAll(/[<>:"|?*]/g, '_')
    .replace(/^[.\s-]+/, '')
    .replace(/[.\s]+$/, '')
  const name = plain === '' ? UNNAMED : RESERVED.test(plain) ? `_${plain}` : plain
  return shortened(name, MAX_FILE_NAME_BYTES)
}

/** `report.pdf`, `report (2).pdf`, … */
export function numbered(name: string, n: number): string {
  if (n <= 1) return name
  const { stem, ending } = inParts(name)
  return `${stem} (${n})${ending}`
}

function inParts(name: string): { stem: string; ending: string } {
  const dot = name.lastIndexOf('.')
  const isEnding = dot > 0 && name.length - dot - 1 <= MAX_ENDING_CHARS
  return isEnding ? { stem: name.slice(0, dot), ending: name.slice(dot) } : { stem: name, ending: '' }
}

/** Cut in the middle, between whole characters, so that the ending stays. */
function shortened(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const { stem, ending } = inParts(name)
  const room = maxBytes - Buffer.byteLength(ending)
  let kept = ''
  let bytes = 0
  for (const char of stem) {
    bytes += Buffer.byteLength(char)
    if (bytes > room) break
    kept += char
  }
  // What was cut may end where a name may not: Windows would take it for another.
  return `${kept.replace(/[.\s]+$/, '')}${ending}`
}
