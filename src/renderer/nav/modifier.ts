/** Electron says `darwin`, a browser `MacIntel`. */
export function isMac(): boolean {
  return /^(darwin|mac)/i.test(window.latch?.platform ?? navigator.platform)
}

/** The key that is held for a shortcut, as this platform writes it. */
export function modifier(): string {
  return isMac() ? '⌘' : 'Ctrl+'
}
