interface Press {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** Whether a key press in a field of text sends it: Enter by itself where that was chosen, and Enter with Ctrl or ⌘ always. Pure. */
export function sends({ key, shiftKey, ctrlKey, metaKey, altKey }: Press, enterSends: boolean): boolean {
  if (key !== 'Enter' || shiftKey || altKey) return false
  return enterSends || ctrlKey || metaKey
}
