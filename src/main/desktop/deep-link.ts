import { app } from 'electron'
import { linkIn, OUR_SCHEMES } from './links.ts'

/** Registers `latch://` and `peer://` with the system and tells of every link opened, the one of this start included. */
export function watchLinks(onLink: (link: string) => void): void {
  // From a source checkout the system would have to start `electron` with our path; only a package registers itself.
  if (app.isPackaged) for (const scheme of OUR_SCHEMES) app.setAsDefaultProtocolClient(scheme)
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
