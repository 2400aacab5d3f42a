import type { PageKey } from '../../../shared/contract/browse.ts'

/** What a key does in Browse: as if it had been pressed over a page, or with a tab that one is at. */
export type BrowseKey = PageKey | 'move-left' | 'move-right' | 'to-page'

export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  altKey: boolean
}

const held: Readonly<Record<string, BrowseKey>> = {
  t: 'new-tab',
  w: 'close-tab',
  l: 'address',
  f: 'find',
  r: 'reload',
  d: 'bookmark',
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  '0': 'zoom-reset',
  PageDown: 'next-tab',
  PageUp: 'previous-tab',
}

const heldWithShift: Readonly<Record<string, BrowseKey>> = {
  t: 'reopen-tab',
  // A plus is an equals sign with shift on many keyboards.
  '+': 'zoom-in',
  PageDown: 'move-right',
  PageUp: 'move-left',
}

/** What is meant by a key press; null: nothing of Browse's. `isMac`: ⌘ is held there, and brackets go back and forward. */
export function keyOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress, isMac: boolean): BrowseKey | null {
  if (key === 'F5') return 'reload'
  if (key === 'F6') return 'to-page'
  if (ctrlKey && !metaKey && !altKey && key === 'Tab') return shiftKey ? 'previous-tab' : 'next-tab'
  const isHeld = isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey
  if (isMac && isHeld && !altKey && (key === '[' || key === ']')) return key === '[' ? 'back' : 'forward'
  if (!isMac && altKey && !ctrlKey && !metaKey && !shiftKey) {
    return key === 'ArrowLeft' ? 'back' : key === 'ArrowRight' ? 'forward' : null
  }
  if (!isHeld || altKey) return null
  const name = key.length === 1 ? key.toLowerCase() : key
  return (shiftKey ? heldWithShift : held)[name] ?? null
}
