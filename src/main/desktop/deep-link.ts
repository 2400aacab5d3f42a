import { app } from 'electron'

/** A link longer than this is no invitation of ours. */
const MAX_LINK_CHARACTERS = 4_096

/**
 * The `latch://` link in a command line, or null. Chromium reorders the arguments of a second instance and adds its own,
 * so the scheme is looked for and no position is trusted.
 */
export function linkIn(argv: readonly string[]): string | null {
  return argv.find((word) => word.startsWith('latch://') && word.length <= MAX_LINK_CHARACTERS) ?? null
}

/** Registers `latch://` with the system and tells of every link opened, the one of this start included. */
export function watchLinks(onLink: (link: string) => void): void {
  // From a source checkout the system would have to start `electron` with our path; only a package registers itself.
  if (app.isPackaged) app.setAsDefaultProtocolClient('latch')
  app.on('open-url', (event, url) => {
    event.preventDefault()
    const link = linkIn([url])
    if (link !== null) onLink(link)
  })
  app.on('second-instance', (_event, argv) => {
    const link = linkIn(argv)
    if (link !== null) onLink(link)
  })
  const first = linkIn(process.argv)
  if (first !== null) onLink(first)
}
